"""Many answers at once: by filter, from templates and from a file."""

from typing import Any

import pytest

from services.analysis.handlers import serve
from services.shared import exports
from tests.integration.analysis.rounds import LETTERS, Round, disposition
from tests.support import calls


@pytest.fixture
def analysed(consultation: Round) -> Round:
    """Two comments in a theme, one of them English, two inquiries, a letter of three, one held."""
    consultation.comment()
    consultation.comment("نريد ساعات مسائية في العيادات", language="ar")
    for _ in range(2):
        consultation.comment(kind="inquiry")
    for _ in range(3):
        consultation.comment(LETTERS["ar"], language="ar")
    consultation.comment(status="held", kind=None, language=None)
    consultation.themed({"hours": [0, 1, 4]})
    return consultation


def _ids(consultation: Round) -> list[str]:
    return [row["comment_id"] for row in consultation.rows]


def _served(consultation: Round) -> list[str | None]:
    """Outcome of each comment, in the order in which they were made."""
    payload = {**consultation.payload, "comment_ids": _ids(consultation)}
    found = calls.invoke(serve.handler, payload)["dispositions"]
    return [found[each] and found[each]["outcome"] for each in _ids(consultation)]


def _rules_recorded() -> list[dict[str, Any]]:
    images = [record["dynamodb"].get("NewImage", {}) for record in calls.stream_records("analysis")]
    return [image for image in images if "rule" in image]


def test_what_fits_a_filter_is_answered_everywhere(analysed: Round) -> None:
    answers = [
        analysed.put(disposition("accepted", filter={"kind": "inquiry"})),
        analysed.put(disposition("noted", filter={"language": "ar", "has_theme": False})),
    ]
    assert [answer.json for answer in answers] == [
        {"applied": 1, "outstanding": 6},
        {"applied": 1, "outstanding": 4},
    ]
    assert _served(analysed) == [None, None, "accepted", "accepted", None, "noted", "noted", None]
    open_ = analysed.outstanding().json
    assert open_["by_theme"] == [{"theme_id": "hours", "outstanding": 3}]
    assert [group["outstanding"] for group in open_["by_campaign"]] == [1]
    gate = analysed.gate()
    assert (gate["outstanding"], gate["by_theme"]) == (4, open_["by_theme"])
    analysed.put(disposition("out_of_scope", filter={"has_theme": True}))
    analysed.put(disposition("already_covered", all_remaining=True))
    assert analysed.gate()["outstanding"] == 0
    key = next(f["key"] for f in analysed.record_part() if f["key"].endswith("dispositions.jsonl"))
    rows = {row["comment_id"]: row for row in exports.read_lines("exports", key)}
    assert [rows[each]["outcome"] for each in _ids(analysed)] == _served(analysed)
    assert rows[_ids(analysed)[2]]["target"] == {"filter": {"kind": "inquiry"}}
    assert rows[_ids(analysed)[7]]["target"] == {"all_remaining": True}


def test_a_filter_is_one_write_and_its_event_tells_the_conditions(analysed: Round) -> None:
    item = disposition(filter={"has_theme": False, "language": "ar"})
    assert analysed.put(item).json == analysed.put(item).json
    [rule] = _rules_recorded()
    told = rule["event"]["M"]["data"]["M"]
    assert told["target_kind"] == {"S": "filter"}
    assert told["target_id"] == {"S": "language=ar&has_theme=false"}


def test_a_filter_follows_the_themes_that_officers_correct(analysed: Round) -> None:
    analysed.put(disposition("noted", filter={"has_theme": False}))
    assert _served(analysed)[0] is None
    away = {"op": "move", "comment_ids": [_ids(analysed)[0]], "theme_id": None}
    assert analysed.correct({**away, "reason": "It is about parking"}).status == 200
    assert _served(analysed)[0] == "noted"


def test_every_fault_of_a_filter_is_named_with_the_others(analysed: Round) -> None:
    answer = analysed.put(
        disposition(filter={"kind": "reply"}),
        disposition(theme_id="parking"),
        disposition(filter={"kind": "inquiry"}),
        disposition(filter={"kind": "inquiry"}),
    )
    assert answer.status == 422
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/items/0/target/filter", "nothing_fits"),
        ("/items/1/target/theme_id", "unknown_theme"),
        ("/items/3/target", "duplicate_target"),
    ]
    assert analysed.gate()["outstanding"] == 8


TEMPLATE = {"ar": "أخذنا بذلك في {{ clause }}.", "en": "We took that up in {{ clause }}."}
CLAUSE = {"ar": "البند الأول", "en": "clause 1"}


def _templated(name: str = "taken", **target: Any) -> dict[str, Any]:
    item = disposition("accepted", **target)
    del item["reason"]
    return {**item, "template": name, "fields": {"clause": CLAUSE}}


def test_what_is_recorded_of_a_template_is_the_reason_itself(analysed: Round) -> None:
    items = [_templated(filter={"kind": "inquiry"}), disposition(theme_id="hours")]
    answers = [analysed.put(*items, templates={"taken": TEMPLATE}) for _ in range(2)]
    in_full = {"ar": "أخذنا بذلك في البند الأول.", "en": "We took that up in clause 1."}
    written_out = {**disposition("accepted", filter={"kind": "inquiry"}), "reason": in_full}
    answers.append(analysed.put(written_out, items[1]))
    assert [answer.json for answer in answers] == [{"applied": 2, "outstanding": 3}] * 3
    recorded = [rule["rule"]["M"] for rule in _rules_recorded()]
    assert len(recorded) == 2
    assert recorded[0].keys() == {"target", "outcome", "reason", "clause_ids"}
    assert recorded[0]["reason"]["M"] == {name: {"S": text} for name, text in in_full.items()}


def test_faults_of_templates_are_told_with_those_of_targets_and_clauses(analysed: Round) -> None:
    unfilled = {**_templated(theme_id="parking"), "fields": {"claws": CLAUSE}}
    answer = analysed.put(
        {**unfilled, "clause_ids": ["c9"]},
        _templated("lost", all_remaining=True),
        _templated("broken", theme_id="hours"),
        templates={"taken": TEMPLATE, "broken": {"ar": "{{", "en": "{{ a clause }}"}},
    )
    assert answer.status == 422
    assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [
        ("/templates/broken/ar", "bad_template"),
        ("/templates/broken/en", "bad_template"),
        ("/items/0/fields/clause", "missing"),
        ("/items/0/fields/claws", "unknown_field"),
        ("/items/1/template", "unknown_template"),
        ("/items/0/target/theme_id", "unknown_theme"),
        ("/items/0/clause_ids/0", "unknown_clause"),
    ]
    assert _rules_recorded() == []
