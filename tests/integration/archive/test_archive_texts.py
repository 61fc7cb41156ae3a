"""Participants' words lie beside the locked record, and go out of it when a comment is erased."""

import base64
import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from services.archive import verify
from services.archive.handlers import consume, store
from services.archive.head_key import HeadKey
from services.archive.model.record import measured, root_of
from services.archive.store import ArchiveStore
from services.shared import aws, exports, ids, signatures
from services.shared.errors import TransientError
from tests.integration.archive.parts import Round
from tests.support import calls

FIRST = "نفتح في المساء 0"
SHARD, TABLE = "texts/comments/shard-00.jsonl", "texts/comments/shard-00.csv"
BOTH = ("archive", "texts")


def files(bucket: str, consultation: Round) -> dict[str, bytes]:
    """A part of the record as it lies in its bucket, by path."""
    prefix = f"records/{consultation.topic_id}/r{consultation.round}/"
    found = aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    keys = [entry["Key"] for entry in found.get("Contents", [])]
    return {key.removeprefix(prefix): exports.read(bucket, key) for key in keys}


def verdict(consultation: Round, folder: Path, *buckets: str) -> int:
    for bucket in buckets or BOTH:
        for path, body in files(bucket, consultation).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(body)
    return verify.main([str(folder)])


def comment(consultation: Round, number: int) -> str:
    return ids.derived_id(consultation.topic_id, str(number))


def erase(consultation: Round, *numbers: int) -> list[dict[str, str]]:
    """Tell the archive that comments were erased; the messages that are to come again."""
    details = [
        {
            "version": "1",
            "id": f"{number:064x}",
            "occurred_at": "2026-12-02T09:00:00.000Z",
            "topic_id": consultation.topic_id,
            "round": consultation.round,
            "actor": {"role": "system", "id": "system"},
            "data": {"comment_id": comment(consultation, number)},
        }
        for number in numbers
    ]
    event = calls.sqs_event(*(("CommentErased", detail) for detail in details))
    return list(consume.handler(event, calls.LambdaContext())["batchItemFailures"])


def rows(consultation: Round) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files("texts", consultation)[SHARD].splitlines()]


def reissued() -> list[dict[str, Any]]:
    images = [record["dynamodb"].get("NewImage", {}) for record in calls.stream_records("archive")]
    events = [image["event"]["M"] for image in images if "event" in image]
    return [event["data"]["M"] for event in events if event["type"]["S"] == "TextsReissued"]


def said_in(bucket: str, consultation: Round, words: str) -> list[str]:
    """Files of a bucket in which words can be read, as they are or escaped."""
    forms = (words.encode(), json.dumps(words)[1:-1].encode())
    found = files(bucket, consultation).items()
    return [path for path, body in found if any(form in body for form in forms)]


def test_what_is_locked_has_nobodys_words(consultation: Round, tmp_path: Path) -> None:
    consultation.seal()
    assert said_in("archive", consultation, FIRST) == []
    assert said_in("texts", consultation, FIRST) == [TABLE, SHARD]
    locked = files("archive", consultation)["comments/shard-00.jsonl"]
    for row, beside in zip(map(json.loads, locked.splitlines()), rows(consultation), strict=True):
        assert (row["text"], row["words"]) == (None, beside["leaf"])
        assert beside["comment_id"] == row["comment_id"]
    assert verdict(consultation, tmp_path / "both") == verify.SOUND
    assert verdict(consultation, tmp_path / "locked", "archive") == verify.SOUND


def test_what_is_erased_is_gone_and_the_record_still_verifies(
    consultation: Round, clock: Any, tmp_path: Path
) -> None:
    sealed = consultation.seal()
    clock.advance(days=1)
    assert erase(consultation, 0) == []
    assert said_in("texts", consultation, FIRST) == []
    first, second, _third = rows(consultation)
    assert set(first) == {"comment_id", "erased", "leaf"}
    assert second["words"] == {"text": "نفتح في المساء 1"}
    assert verdict(consultation, tmp_path) == verify.SOUND
    record = consultation.read().json
    assert record["record_root"] == sealed["record_root"]
    assert (record["texts"]["edition"], record["texts"]["erased"]) == (2, 1)
    assert record["texts"]["issued_at"] == "2026-12-02T09:00:00.000Z"
    assert reissued() == [
        {
            "record_root": {"S": sealed["record_root"]},
            "edition": {"N": "2"},
            "erased": {"N": "1"},
        }
    ]


def is_signed(document: dict[str, Any]) -> bool:
    """Whether the key of heads signed texts, to the letter of docs/record.md."""
    claims = {n: v for n, v in document.items() if n not in ("signature", "files")}
    signed = b"tashawur/texts/1\x00" + in_canonical_json(claims)
    raw = base64.urlsafe_b64decode(document["signature"] + "==")
    halves = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
    public = HeadKey("alias/heads").public_key
    key = load_der_public_key(public)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert document["key_id"] == signatures.key_id_of(public)
    try:
        key.verify(encode_dss_signature(*halves), signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def in_canonical_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_each_edition_of_texts_is_signed_and_each_row_hashed_as_is_written_down(
    consultation: Round,
) -> None:
    for edition, erasures in enumerate(((), (0,)), start=1):
        consultation.seal()
        for number in erasures:
            erase(consultation, number)
        document = json.loads(files("texts", consultation)["texts.json"])
        assert document["edition"] == edition
        assert is_signed(document)
        for name in ("edition", "erased", "round"):
            assert not is_signed(document | {name: document[name] + 1})
        assert not is_signed(document | {"root": document["record_root"]})
    for row in rows(consultation)[1:]:
        bound = in_canonical_json({name: row[name] for name in ("comment_id", "salt", "words")})
        assert row["leaf"] == hashlib.sha256(b"tashawur/words/1\x00" + bound).hexdigest()


def test_an_erasure_that_is_told_twice_is_one(consultation: Round) -> None:
    consultation.seal()
    erase(consultation, 0)
    before = files("texts", consultation)
    assert erase(consultation, 0) == []
    assert files("texts", consultation) == before
    assert len(reissued()) == 1


def test_what_was_never_sealed_changes_nothing(consultation: Round) -> None:
    consultation.seal()
    before = files("texts", consultation)
    assert erase(consultation, 77) == []
    assert files("texts", consultation) == before
    assert reissued() == []


def test_what_is_erased_before_the_sealing_is_not_in_it(
    consultation: Round, tmp_path: Path
) -> None:
    parts = consultation.parts()
    assert erase(consultation, 0) == []
    consultation.seal(parts)
    assert said_in("texts", consultation, FIRST) == []
    assert verdict(consultation, tmp_path) == verify.SOUND
    assert reissued() == []


def test_what_is_erased_during_the_sealing_is_not_in_it(
    consultation: Round, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = ArchiveStore.writes

    def late(self: ArchiveStore, *args: Any, **more: Any) -> Any:
        assert erase(consultation, 0) == []
        return real(self, *args, **more)

    with monkeypatch.context() as racing:
        racing.setattr(ArchiveStore, "writes", late)
        consultation.seal()
    assert said_in("texts", consultation, FIRST) == []
    assert verdict(consultation, tmp_path) == verify.SOUND
    assert len(reissued()) == 1


@pytest.mark.parametrize("broken", ["write_texts", "issue"])
def test_an_erasure_that_broke_off_is_completed_by_the_next_delivery(
    consultation: Round, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: str
) -> None:
    consultation.seal()
    where = f"services.archive.use_cases.reissue.{broken}"
    with monkeypatch.context() as crash:
        crash.setattr(where, _crash)
        assert len(erase(consultation, 0)) == 1
    with monkeypatch.context() as crash:
        crash.setattr(ArchiveStore, "reissue", _crash)
        assert len(erase(consultation, 0)) == 1
    assert erase(consultation, 0) == []
    assert said_in("texts", consultation, FIRST) == []
    assert verdict(consultation, tmp_path) == verify.SOUND
    assert [event["edition"]["N"] for event in reissued()] == ["2"]


def _crash(*_: Any, **__: Any) -> None:
    raise RuntimeError("crash")


def test_of_two_erasures_at_once_neither_is_lost(
    consultation: Round, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    consultation.seal()
    real, others = ArchiveStore.forgotten, iter([1])

    def meanwhile(self: ArchiveStore, topic_id: str) -> set[str]:
        seen = real(self, topic_id)
        for other in others:
            assert erase(consultation, other) == []
        return seen

    with monkeypatch.context() as racing:
        racing.setattr(ArchiveStore, "forgotten", meanwhile)
        assert len(erase(consultation, 0)) == 1
    assert erase(consultation, 0) == []
    assert [row.get("erased", False) for row in rows(consultation)] == [True, True, False]
    assert verdict(consultation, tmp_path) == verify.SOUND


def test_a_reopened_round_keeps_what_was_erased_out_of_its_next_edition(
    consultation: Round, clock: Any, tmp_path: Path
) -> None:
    consultation.seal()
    erase(consultation, 0)
    clock.advance(days=30)
    consultation.published = 4
    consultation.seal()
    assert said_in("texts", consultation, FIRST) == []
    assert verdict(consultation, tmp_path) == verify.SOUND
    assert consultation.read().json["texts"]["edition"] == 3


def test_texts_are_read_over_the_api_and_not_kept_anywhere(consultation: Round) -> None:
    consultation.seal()
    listed = [file["path"] for file in consultation.read().json["texts"]["files"]]
    assert listed == [TABLE, SHARD]
    for path in ("texts.json", SHARD):
        answer = consultation.read(path=path)
        assert answer.text.encode() == files("texts", consultation)[path]
        assert answer.headers["cache-control"] == "no-store"
    assert consultation.read(path="texts/other.jsonl").status == 404


def test_the_same_parts_sealed_again_have_the_same_salts(consultation: Round) -> None:
    with pytest.MonkeyPatch.context() as crash:
        crash.setattr(ArchiveStore, "writes", _crash)
        with pytest.raises(RuntimeError):
            consultation.seal()
    before = rows(consultation)
    consultation.seal()
    assert rows(consultation) == before
    assert len({row["salt"] for row in before}) == len(before)


def test_an_edition_issued_meanwhile_is_not_overwritten(consultation: Round, clock: Any) -> None:
    from services.archive.events import TextsReissued

    consultation.seal()
    record = store().record(consultation.topic_id, 1)
    assert record is not None
    event = TextsReissued(record_root=record.record_root, edition=2, erased=0)
    store().reissue(record, event, at=clock())
    with pytest.raises(TransientError):
        store().reissue(record, event, at=clock())


def laid_out(consultation: Round, folder: Path, changed: dict[str, bytes]) -> Path:
    """The record in a folder, some files of texts changed and all digests made anew."""
    beside = files("texts", consultation) | changed
    document = json.loads(beside["texts.json"])
    listed = [measured(path, [beside[path]]) for path in (f["path"] for f in document["files"])]
    root = root_of({file.path: file.sha256 for file in listed})
    document |= {"root": root, "files": [asdict(file) for file in listed]}
    beside["texts.json"] = in_canonical_json(document) + b"\n"
    for path, body in (files("archive", consultation) | beside).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    return folder


@pytest.mark.parametrize(
    ("path", "said", "instead", "why"),
    [
        (SHARD, FIRST, "نفتح في الليل 0", f"{SHARD}: row 1 has other words than those of its hash"),
        (SHARD, '"salt":"', '"salt":"0', f"{SHARD}: row 1 has other words"),
        (SHARD, '"comment_id":"', '"comment_id":"x', f"{SHARD}: row 1 is not the one that"),
        (SHARD, '"leaf":"', '"leaf":"0', f"{SHARD}: row 1 is not the one that"),
        (SHARD, '"salt":', '"more":1,"salt":', f"{SHARD}: row 1 has not the members of a row"),
        (SHARD, '"leaf":', '"erased":true,"leaf":', f"{SHARD}: row 1 has not the members"),
        (TABLE, FIRST, "نفتح في الليل 0", f"{TABLE}: not a copy of {SHARD}"),
        ("texts.json", '"erased":0', '"erased":1', "texts.json: says 1 rows are erased, 0 are"),
        ("texts.json", '"round":1', '"round":2', "texts.json: round is 2"),
        ("texts.json", '"record_root":"', '"record_root":"0', "texts.json: record_root is 0"),
        ("texts.json", '"edition":1', '"edition":"1"', "texts.json: its fields are not those of"),
        ("texts.json", "tashawur-texts/1", "tashawur-texts/2", "texts.json: the format is"),
        ("texts.json", '"time":"20', '"time":"21', "texts.json: not signed by key "),
    ],
)
def test_changed_texts_are_found_though_all_digests_are_made_anew(
    consultation: Round,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    path: str,
    said: str,
    instead: str,
    why: str,
) -> None:
    consultation.seal()
    body = files("texts", consultation)[path].decode()
    assert said in body
    changed = {path: body.replace(said, instead, 1).encode()}
    assert verify.main([str(laid_out(consultation, tmp_path, changed))]) == verify.BROKEN
    assert f"broken: {why}" in capsys.readouterr().out


def test_rows_that_are_missing_or_too_many_are_found(
    consultation: Round, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    consultation.seal()
    lines = files("texts", consultation)[SHARD].splitlines(keepends=True)
    for number, (changed, why) in enumerate(
        (
            (lines[:-1], "row 3 is missing"),
            ([*lines, lines[0]], "row 4 is of nothing"),
            ([lines[1], lines[0], lines[2]], "row 1 is not the one that"),
        )
    ):
        folder = laid_out(consultation, tmp_path / str(number), {SHARD: b"".join(changed)})
        assert verify.main([str(folder)]) == verify.BROKEN
        assert why in capsys.readouterr().out
