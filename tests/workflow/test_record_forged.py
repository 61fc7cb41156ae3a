"""Whatever is changed in a record is found: by chance, and with care as far as it can be."""

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from local.stack import LocalStack
from services.archive import verify
from services.archive.model.opened import Opened
from services.archive.model.public_keys import HeadKeys, head_keys
from services.archive.model.reading import Broken, Unusable
from services.archive.model.record import KEYS, UNLISTED
from services.archive.model.schemas import schema_path
from services.archive.model.shapes import compiled
from services.archive.model.soundness import CHECKS
from services.archive.model.soundness import verify as verify_record
from tests.support.bodies import Bodies
from tests.support.contract import FORMATS
from tests.support.forger import mutated, numbers, resealed, rows, written
from tests.workflow.whole import Files, archived, files_of, texts_of

MUTATIONS, IN_ZIP = 3_000, 1_000


@pytest.fixture(scope="module")
def whole(stack: LocalStack) -> Files:
    """A record as the real handlers sealed it, with what lies beside it."""
    journey = archived(stack)
    beside = f"{journey.path}/record?path="
    unlisted = {path: journey.citizen.get(beside + path).text.encode() for path in UNLISTED}
    return {**files_of(journey), **texts_of(journey), **unlisted}


@pytest.fixture(scope="module")
def record(whole: Files) -> Files:
    """The locked part of it alone."""
    return {path: body for path, body in whole.items() if not path.startswith("texts")}


def found_by(files: Files, keys: HeadKeys | None = None) -> str | None:
    """The check that does not pass; ``None`` of a record that is sound."""
    names = iter(CHECKS)
    try:
        for _passed in verify_record(Opened(source=Bodies(files), keys=keys)):
            next(names)
    except (Broken, Unusable):
        return next(names)
    return None


def test_the_record_itself_is_sound_and_so_is_one_made_anew(whole: Files, record: Files) -> None:
    assert found_by(whole) is None
    assert found_by(record) is None
    assert found_by(resealed(record)) is None


def test_nothing_that_is_changed_by_chance_is_missed(whole: Files) -> None:
    random = Random(20261128)
    missed = []
    for _ in range(MUTATIONS):
        what, changed = mutated(whole, random)
        if (found_by(changed) is None) != (changed == whole):
            missed.append(what)
    assert missed == []


@pytest.mark.parametrize("path", sorted(UNLISTED))
def test_nothing_that_is_changed_in_what_no_digest_binds_is_missed(path: str, whole: Files) -> None:
    random = Random(9)
    missed = []
    for _ in range(MUTATIONS // 4):
        body = bytearray(whole[path])
        at = random.randrange(len(body))
        body[at] ^= random.randrange(1, 256)
        if found_by({**whole, path: bytes(body)}) is None:
            missed.append(at)
    assert missed == []


def test_no_byte_of_a_zip_file_changes_what_is_read_unnoticed(
    record: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = tmp_path / "record.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in record.items():
            archive.writestr(path, body)
    body, random, missed = whole.read_bytes(), Random(4), []
    place = tmp_path / "changed.zip"
    for _ in range(IN_ZIP):
        changed = bytearray(body)
        at = random.randrange(len(body))
        if random.random() < 0.5:
            changed[at] ^= random.randrange(1, 256)
        else:
            changed[at:at] = random.randbytes(random.randrange(1, 9))
        place.write_bytes(changed)
        if verify.main([str(place)]) == verify.SOUND and _read(place) != record:
            missed.append(at)
    capsys.readouterr()
    shutil.rmtree(tmp_path)
    assert missed == []


def _read(place: Path) -> Files:
    with zipfile.ZipFile(place) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


RESULTS, COUNTS = "analysis/results.json", "comments/counts.json"
REPORT, LOG = "moderation/report.json", "moderation/log.jsonl"
DISPOSITIONS, TIMELINE = "analysis/dispositions.jsonl", "topics/timeline.jsonl"
DELIVERIES, NOTICES = "outreach/deliveries.jsonl", "outreach/notices.jsonl"
_FEELINGS = ("negative", "neutral", "none", "positive")
_SENTIMENT = ("by_language.ar", "distinct_by_language.ar", "by_theme.*")
UNFOUND = {
    RESULTS: {
        "answers.unthemed.by_outcome.noted",
        "by_day.distinct",
        "distinct",
        "method.minimum_cell",
        "themes.holds.interval",
        "themes.holds.stability",
        "themes.share",
        *(f"sentiment.{table}.{feeling}" for table in _SENTIMENT for feeling in _FEELINGS),
    },
    REPORT: {
        "disagreement.false_alarms",
        "disagreement.missed",
        "median_hours_to_decision",
        "p95_hours_to_decision",
        "undone",
    },
}
"""Numbers that no row of a record tells: `services/archive/README.md` says why of each."""


@pytest.mark.parametrize("path", [COUNTS, RESULTS, REPORT])
def test_of_every_published_number_it_is_known_whether_a_wrong_one_is_found(
    path: str, record: Files
) -> None:
    unfound = set()
    for at in {at for at, _, _ in numbers(json.loads(record[path]))}:
        document = json.loads(record[path])
        _, holder, name = next(each for each in numbers(document) if each[0] == at)
        holder[name] += 1
        if found_by(resealed({**record, path: written(path, document)})) is None:
            unfound.add(at)
    assert unfound == UNFOUND.get(path, set())


def _document(path: str, change: Callable[[Any], Any]) -> Callable[[Files], Files]:
    def forge(files: Files) -> Files:
        document = rows(files[path]) if path.endswith(".jsonl") else json.loads(files[path])
        change(document)
        return {path: written(path, document)}

    return forge


def _shard(files: Files, status: str = "published") -> tuple[str, int]:
    """Where the first comment of a status is, which is no inquiry."""
    for path, body in sorted(files.items()):
        if path.startswith("comments/shard-"):
            for number, row in enumerate(rows(body)):
                if (row["status"], row["kind"]) == (status, "comment"):
                    return path, number
    raise LookupError(status)


def _comment(**members: Any) -> Callable[[Files], Files]:
    def forge(files: Files) -> Files:
        path, number = _shard(files)
        return _document(path, lambda told: told[number].update(members))(files)

    return forge


def _dropped(files: Files) -> Files:
    """One comment less, and one less counted."""
    path, number = _shard(files)
    left = _document(path, lambda told: told.pop(number))(files)
    counts = json.loads(files[COUNTS])
    counts |= {name: counts[name] - 1 for name in ("received", "published")}
    return {**left, COUNTS: written(COUNTS, counts)}


def _dropped_everywhere(files: Files) -> Files:
    """The same, and its answer with it."""
    path, number = _shard(files)
    gone = rows(files[path])[number]["comment_id"]
    answers = [row for row in rows(files[DISPOSITIONS]) if row["comment_id"] != gone]
    return {**_dropped(files), DISPOSITIONS: written(DISPOSITIONS, answers)}


FORGERIES: dict[str, tuple[Callable[[Files], Files], str | None]] = {
    "a comment dropped and not counted": (_dropped, "answers"),
    "a comment dropped with its answer": (_dropped_everywhere, "answers"),
    "a comment rejected": (_comment(status="rejected"), "counts"),
    "another kind": (_comment(kind="inquiry"), "results"),
    "another language": (_comment(language="en"), "results"),
    "another channel": (_comment(channel="paper"), "results"),
    "another day": (_comment(received_at="2020-01-01T00:00:00.000Z"), "results"),
    "a status that is none": (_comment(status="liked"), "shapes"),
    "a reply to nothing": (_comment(parent_id="a" * 26), "replies"),
    "an answer exchanged": (
        _document(DISPOSITIONS, lambda told: told[0].update(outcome="accepted")),
        "answers",
    ),
    "a clause that is none": (
        _document(DISPOSITIONS, lambda told: told[0].update(clause_ids=["c99"])),
        "clauses",
    ),
    "a case dropped": (_document(LOG, lambda told: told.pop()), "moderation"),
    "a case decided otherwise": (
        _document(LOG, lambda told: told[0].update(decision="publish")),
        "moderation",
    ),
    "a case of nobody": (
        _document(LOG, lambda told: told[0].update(comment_id="a" * 26)),
        "cases",
    ),
    "a notice dropped": (_document(NOTICES, lambda told: told.pop()), "notices"),
    "a delivery dropped": (_document(DELIVERIES, lambda told: told.pop(0)), "notices"),
    "a step left out": (
        _document(
            TIMELINE,
            lambda told: told.remove(next(e for e in told if e["event"] == "AnalysisStarted")),
        ),
        "course",
    ),
    "two steps exchanged": (
        _document(TIMELINE, lambda told: told.insert(2, told.pop(1))),
        "course",
    ),
    "results of another topic": (
        _document(RESULTS, lambda told: told.update(topic_id="a" * 26)),
        "results",
    ),
    "a comment cited that is rejected": (
        lambda files: _document(
            RESULTS,
            lambda told: (
                told["groups"].clear()
                or told["themes"].append(
                    {**told["themes"][0], "quotes": [_quote(files)]} if told["themes"] else {}
                )
            ),
        )(files),
        "citations",
    ),
    # What agrees with itself can be told by a root, a head or a receipt that somebody kept alone.
    "other words of the decision": (
        _document("topics/decision.json", lambda told: told["summary"].update(en="No.")),
        None,
    ),
    "another reason for an answer": (
        _document(DISPOSITIONS, lambda told: told[0].update(reason={"ar": "لا", "en": "No"})),
        None,
    ),
    "another leaf": (_comment(leaf_hash="0" * 64), None),
    "another report": (lambda _files: {"report.html": b"<p>Nothing happened</p>"}, None),
}


def _quote(files: Files) -> dict[str, str]:
    path, number = _shard(files, "rejected")
    told = rows(files[path])[number]
    return {"comment_id": told["comment_id"], "language": "ar", "text": "x"}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forger_who_makes_all_digests_anew_is_found_by_what_does_not_agree(
    name: str, record: Files
) -> None:
    forge, check = FORGERIES[name]
    changed = forge(record)
    assert any(record[path] != body for path, body in changed.items())
    forged = resealed({**record, **changed})
    assert found_by(forged) == check
    # Whoever has the programme's key from elsewhere sees that it sealed no such record.
    assert found_by(forged, head_keys(json.loads(record[KEYS]))) == (check or "signatures")


def test_a_forger_who_takes_an_entry_out_of_the_trail_is_found(record: Files) -> None:
    path = "archive/audit.jsonl"
    entries = rows(record[path])
    for at in range(0, len(entries), 5):
        left = entries[:at] + entries[at + 1 :]
        assert found_by(resealed({**record, path: written(path, left)})) == "trail"


_STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    "2026-13-01",
    [],
    {},
    [None],
    {"a": 1},
)


def test_schemas_are_read_as_the_standard_wants(record: Files) -> None:
    """What our program says of a document, changed anywhere, is what jsonschema says."""
    random, faults = Random(2), 0
    for path in sorted(path for path in record if schema_path(path) and path not in UNLISTED):
        schema = json.loads(record[str(schema_path(path))])
        fits, expected = (
            compiled(schema, schema),
            Draft202012Validator(schema, format_checker=FORMATS),
        )
        documents = (
            rows(record[path])[:2] if path.endswith(".jsonl") else [json.loads(record[path])]
        )
        for document in documents:
            assert fits(document) is None
            for _ in range(25):
                changed = json.loads(json.dumps(document))
                holder, name = random.choice(list(_members(changed)))
                holder[name] = random.choice(_STRANGE)
                fault = fits(changed)
                faults += fault is not None
                assert (fault is None) == expected.is_valid(changed), (
                    path,
                    name,
                    holder[name],
                    fault,
                )
    assert faults > 100


def _members(document: Any) -> Iterator[tuple[Any, Any]]:
    for name, value in document.items() if isinstance(document, dict) else enumerate(document):
        yield document, name
        if isinstance(value, dict | list):
            yield from _members(value)
