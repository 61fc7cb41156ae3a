"""Steps of a run in shards: any may be killed, repeated or lost, and the results are the same."""

import json
from typing import Any

import pytest

from services.analysis.handlers import run, works
from services.analysis.use_cases import steps
from services.shared import exports, ids
from services.shared.errors import Conflict
from tests.integration.analysis.rounds import OFFICER, Round, disposition
from tests.support import calls

HOURS = ["Open the clinic in the evening", "Evening hours at the clinic", "Clinics late at night"]
PARKING = ["More parking for cars", "The car park is too small", "Parking costs too much"]
ARABIC = ["نريد عيادات مفتوحة في المساء", "المواعيد المسائية في العيادة مهمة", "العيادة مساء أفضل"]
TITLE = {"ar": "مواقف السيارات", "en": "Parking"}


@pytest.fixture
def spoken(consultation: Round, request: pytest.FixtureRequest) -> Round:
    """Sixty comments about hours and parking, in both languages, no two alike; the same each time.

    Ids that are drawn anew would order the texts anew, and with them what a near tie decides.
    """
    consultation.topic_id = ids.derived_id("spoken", request.node.name)
    for number in range(20):
        for texts, language in ((HOURS, "en"), (PARKING, "en"), (ARABIC, "ar")):
            consultation.comment(
                f"{texts[number % 3]} {_word(number, language)}", language=language
            )
    return consultation


def _word(number: int, language: str) -> str:
    letters = "abcdefghijklmnopqrst" if language == "en" else "ابتثجحخدذرزسشصضطظعغف"
    return letters[number] * 4


def _themes(consultation: Round) -> dict[str, dict[str, Any]]:
    found = consultation.get("analysis", groups=OFFICER).json["themes"]
    return {theme["theme_id"]: theme for theme in found}


def _progress(consultation: Round) -> tuple[str, int]:
    found = consultation.get("analysis/progress", groups=OFFICER).json
    return found["stage"], found["percent"]


@pytest.fixture
def whole(spoken: Round) -> tuple[Round, dict[str, Any], dict[str, bytes]]:
    """A run that is done, its files put away, and a new beginning of the same."""
    manifest = spoken.export(shards=3)
    done = spoken.run(manifest)
    files = spoken.written()
    return spoken, done, files


def _again(consultation: Round, done: dict[str, Any]) -> None:
    """Forget that the run was kept, so that its last step is done again."""
    from services.shared import aws

    key = {"pk": {"S": f"T#{consultation.topic_id}"}, "sk": {"S": "RUN#001"}}
    aws.client("dynamodb").delete_item(TableName="analysis", Key=key)
    aws.client("dynamodb").delete_item(
        TableName="analysis", Key={**key, "sk": {"S": "A#001#00000001"}}
    )
    consultation.step("finish", done)


@pytest.mark.parametrize("name", ["read/0", "letters/1", "found", "apply/2"])
@pytest.mark.parametrize("harm", ["cut", "of another run", "emptied"])
def test_what_is_cut_or_another_runs_is_made_again(
    whole: tuple[Round, dict[str, Any], dict[str, bytes]], name: str, harm: str
) -> None:
    consultation, done, files = whole
    work = works().files(consultation.topic_id, 1, run_id=done["run_id"])
    body = work.get(name) or b""
    harmed = {
        "cut": body[: len(body) // 2],
        "of another run": body.replace(done["run_id"].encode(), b"x" * 26),
        "emptied": b"",
    }[harm]
    assert harmed != body
    # What is there and whole of later steps needs nothing of the earlier ones.
    for later in ["found", *(f"apply/{n}" for n in range(3))]:
        work.put(later, b"")
    work.put(name, harmed)
    _again(consultation, done)
    assert consultation.written() == files
    assert work.get(name) == body


def test_a_run_whose_shards_nobody_did_is_done_by_its_last_step(spoken: Round) -> None:
    manifest = spoken.export(shards=3)
    begun = spoken.begin(manifest)
    done = spoken.step("finish", begun)
    assert done["comments"] == 60
    files = spoken.written()
    _again(spoken, {**begun})
    assert spoken.written() == files


def test_a_step_that_is_repeated_does_nothing_anew(
    spoken: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = spoken.begin()
    spoken.step("read", begun, index=0)
    monkeypatch.setattr(steps, "read", _never)
    spoken.step("read", begun, index=0)
    with pytest.raises(AssertionError):
        spoken.step("read", begun, index=1)


def _never(*_: Any, **__: Any) -> None:
    raise AssertionError("done again")


def test_machines_before_the_maps_have_everything_done_at_once(spoken: Round) -> None:
    order = {**spoken.payload, "manifest_key": spoken.export(), "agency": "health"}
    answer = calls.invoke(run.handler, order)
    assert answer["comments"] == 60
    assert json.loads(exports.read("exports", answer["result_key"]))["run_id"] == answer["run_id"]


def test_a_step_of_a_run_that_was_not_planned_is_refused(consultation: Round) -> None:
    consultation.comment()
    with pytest.raises(Conflict, match="run_not_planned"):
        consultation.step("read", {"run_id": "x" * 26}, index=0)


def test_a_run_that_another_has_overtaken_is_not_kept(consultation: Round) -> None:
    consultation.comment()
    first = consultation.begin()
    consultation.comment()
    consultation.begin()
    with pytest.raises(Conflict, match="run_not_planned"):
        consultation.step("finish", first)


def test_officers_see_how_far_it_is(spoken: Round) -> None:
    assert spoken.get("analysis/progress", groups=OFFICER).status == 404
    begun = spoken.begin(spoken.export(shards=2))
    seen = [_progress(spoken)]
    for name, index in (("read", 0), ("read", 1), ("find", 0), ("apply", 1), ("apply", 0)):
        spoken.step(name, begun, index=index)
        seen.append(_progress(spoken))
    spoken.step("finish", begun)
    seen.append(_progress(spoken))
    assert seen == [
        ("reading", 0),
        ("reading", 16),
        ("finding", 33),
        ("applying", 50),
        ("applying", 66),
        ("finishing", 83),
        ("finished", 100),
    ]
    stranger = ("officer", "agency.works")
    assert spoken.get("analysis/progress", groups=stranger).status == 404
    assert spoken.get("analysis/progress").status == 401


def test_the_definitions_seeds_make_both_languages_meet(spoken: Round) -> None:
    spoken.seed_terms = [{"theme": "hours", "ar": ["المساء", "مسائية", "مساء"], "en": ["evening"]}]
    spoken.run()
    (theme,) = [each for each in _themes(spoken).values() if each["seed"]]
    assert (theme["seed"], theme["languages"]) == ("hours", ["ar", "en"])


def test_what_officers_ask_holds_for_the_next_analysis(spoken: Round) -> None:
    spoken.run()
    before = spoken.brief().json
    assert (before["version"], before["brief"]) == (
        0,
        {"themes": None, "seed_terms": [], "stances": []},
    )
    asked = {"themes": 3, "seed_terms": [{"theme": "cars", "ar": [], "en": ["parking", "car"]}]}
    answer = spoken.ask(asked, seen=0)
    assert (answer.status, answer.headers["etag"], answer.json["version"]) == (200, '"1"', 1)
    assert spoken.ask(asked, seen=0).json == answer.json
    assert spoken.ask({"themes": 4}, seen=0, subject="other").status == 409
    first = spoken.get("analysis", groups=OFFICER).json["run_id"]
    spoken.run()
    after = spoken.get("analysis", groups=OFFICER).json
    assert after["run_id"] != first
    assert "cars" in {theme["seed"] for theme in after["themes"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"themes": 0}, "/themes"),
        ({"themes": "many"}, "/themes"),
        ({"seed_terms": [{"ar": ["س"]}]}, "/seed_terms/0/theme"),
        ({"seeds": []}, "/seeds"),
    ],
)
def test_a_brief_with_faults_is_refused(spoken: Round, body: dict[str, Any], field: str) -> None:
    answer = spoken.ask(body)
    assert answer.status == 422
    assert field in {fault["field"] for fault in answer.json["errors"]}


def test_an_agency_asks_of_its_own_topics_alone(spoken: Round) -> None:
    stranger = ("officer", "agency.works")
    assert spoken.ask({"themes": 3}, groups=stranger).status == 404
    assert spoken.brief(groups=stranger).status == 404


def test_corrections_hold_after_a_new_run_and_their_terms_find_more(spoken: Round) -> None:
    spoken.run()
    themes = _themes(spoken)
    renamed = next(i for i, theme in themes.items() if theme["languages"] == ["ar"])
    corrections = (
        {"op": "rename", "theme_id": renamed, "title": TITLE, "reason": "clearer"},
        {"op": "add", "title": TITLE, "terms": ["parking", "موقف"], "reason": "it is missing"},
    )
    assert spoken.correct(*corrections).status == 200
    [added] = [i for i, t in _themes(spoken).items() if i not in themes]
    assert _themes(spoken)[added]["size"] == 0
    spoken.put(disposition(theme_id=renamed))
    for number in range(3):
        spoken.comment(f"Where is parking for the disabled, number {number}?")
    spoken.run()
    after = _themes(spoken)
    assert after[renamed]["title"] == TITLE
    assert after[renamed]["machine"]["theme_id"] == renamed
    assert after[added]["size"] >= 3
    assert after[added]["machine"]["seed"] == "Parking"
    assert spoken.get("analysis", groups=OFFICER).json["corrections_not_applied"] == []


def test_what_is_learned_passes_from_step_to_step(consultation: Round) -> None:
    """Stances and corrections, as models in files, tell what they tell in one process."""
    cues = {"for": ("agree", "welcome", "approve"), "against": ("refuse", "oppose", "scrap")}
    labels = []
    for number in range(80):
        stance = ("for", "against")[number % 2]
        word = _word(number % 20, "en") + _word(number // 20, "en")
        text = f"We {cues[stance][number % 3]} the plan of the {word} harbour market"
        labels.append({"comment_id": consultation.comment(text), "stance": stance})
    assert consultation.ask({"stances": [{"labels": labels[:60]}]}).status == 200
    consultation.run(consultation.export(shards=4))
    [row] = consultation.get("analysis", groups=OFFICER).json["stances"]
    assert (row["method"], row["labelled"]) == ("learned", 60)
    assert row["score"]["accuracy"] > 0.8
    counts = {stance: row["counts"][stance]["comments"] for stance in ("for", "against")}
    assert min(counts.values()) > 35
    themes = list(_themes(consultation))
    split = {
        "op": "split",
        "theme_id": themes[0],
        "into": [
            {"title": TITLE, "comment_ids": _of(consultation, themes[0], labels, stance)[:15]}
            for stance in ("for", "against")
        ],
        "reason": "two minds",
    }
    assert consultation.correct(split).status == 200
    consultation.comment("We scrap the plan of the zzzz harbour market")
    consultation.run(consultation.export(shards=3))
    after = consultation.get("analysis", groups=OFFICER).json
    [learned] = after["learned"]
    assert learned["reason"] is None
    assert learned["told"] > 40
    assert sum(theme.get("learned", 0) for theme in after["themes"]) > 20
    assert [entry["op"] for theme in after["themes"] for entry in theme.get("history", [])]


def _of(consultation: Round, theme_id: str, labels: list[dict[str, Any]], stance: str) -> list[str]:
    rows = consultation.assignments()
    members = {row["comment_id"] for row in rows if theme_id in row["theme_ids"]}
    of_stance = [each["comment_id"] for each in labels if each["stance"] == stance]
    return [comment_id for comment_id in of_stance if comment_id in members]
