"""Many answers at once: by filter, from templates and from a file."""

from typing import Any

import pytest

from services.analysis.handlers import serve
from services.analysis.store import AnalysisStore
from services.shared import exports
from services.shared.errors import TransientError
from services.shared.request import BODY_LIMIT_BYTES
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
    assert [group["outstanding"] for group in open_["by_campaign"]] == [1]
    gate = analysed.gate()
    assert gate["outstanding"] == open_["outstanding"] == 4
    for seen in (open_, gate):
        left = [(theme["theme_id"], theme["outstanding"]) for theme in seen["by_theme"]]
        assert left == [("hours", 3)]
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


COLUMNS = ("comment_id", "campaign_id", "theme_id", "outcome", "reason_ar", "reason_en")


def _file(*rows: dict[str, str]) -> str:
    """A file of rows, each with whatever a good one needs besides what is told of it."""
    lines = [",".join((*COLUMNS, "clause_ids"))]
    for row in rows:
        whole = {"outcome": "noted", "reason_ar": "سُجّل.", "reason_en": "Noted.", **row}
        lines.append(",".join(whole.get(name, "") for name in (*COLUMNS, "clause_ids")))
    return "\r\n".join(lines) + "\r\n"


def _half_bad(consultation: Round) -> str:
    first, second, *_ = _ids(consultation)
    return _file(
        {"comment_id": first, "outcome": "accepted", "clause_ids": "c1"},
        {"theme_id": "parking", "outcome": "liked"},
        {"comment_id": second, "clause_ids": "c9 c1 c8"},
        {"theme_id": "hours"},
        {"comment_id": first, "theme_id": "hours"},
        {"comment_id": first},
        {},
    )


FAULTS = [
    (3, "outcome", "not_allowed"),
    (3, "theme_id", "unknown_theme"),
    (4, "clause_ids", "unknown_clause"),
    (4, "clause_ids", "unknown_clause"),
    (6, "theme_id", "one_target_column"),
    (7, "comment_id", "duplicate_target"),
    (8, "comment_id", "one_target_column"),
]


def _places(answer: calls.Answer) -> list[tuple[int, str, str]]:
    return [(each["line"], each["column"], each["code"]) for each in answer.json["faults"]]


def test_a_dry_run_tells_what_is_wrong_and_what_would_be_left(analysed: Round) -> None:
    answer = analysed.upload(_half_bad(analysed), dry_run="true")
    assert answer.status == 200
    counts = {name: answer.json[name] for name in ("rows", "good", "bad", "applied", "outstanding")}
    assert counts == {"rows": 7, "good": 2, "bad": 5, "applied": 0, "outstanding": 5}
    assert _places(answer) == FAULTS
    assert _rules_recorded() == []
    assert analysed.gate()["outstanding"] == 8


@pytest.mark.parametrize(
    ("language", "said"),
    [("ar", "لا يوجد في القرار بند بالمعرّف c9."), ("en", "The decision has no clause c9.")],
)
def test_faults_are_told_in_the_callers_language(analysed: Round, language: str, said: str) -> None:
    headers = {"accept-language": language}
    dry = analysed.upload(_half_bad(analysed), headers=headers, dry_run="true")
    refused = analysed.upload(_half_bad(analysed), headers=headers)
    assert dry.json["faults"][2]["message"] == refused.json["errors"][2]["message"] == said


def test_with_a_bad_row_nothing_is_recorded(analysed: Round) -> None:
    answer = analysed.upload(_half_bad(analysed))
    assert answer.status == 422
    told = [(each["field"], each["code"]) for each in answer.json["errors"]]
    assert told == [(f"/{line}/{column}", code) for line, column, code in FAULTS]
    assert (answer.json["rows"], answer.json["good"], answer.json["bad"]) == (7, 2, 5)
    assert _rules_recorded() == []


def test_the_good_rows_are_recorded_where_the_bad_are_skipped(analysed: Round) -> None:
    answers = [analysed.upload(_half_bad(analysed), skip_bad="true") for _ in range(2)]
    for answer in answers:
        assert (answer.json["applied"], answer.json["outstanding"]) == (2, 5)
        assert _places(answer) == FAULTS
    assert len(_rules_recorded()) == 2
    assert _served(analysed)[:2] == ["accepted", "noted"]
    assert analysed.gate()["outstanding"] == 5


def test_a_dry_run_records_nothing_though_bad_rows_are_skipped(analysed: Round) -> None:
    answer = analysed.upload(_half_bad(analysed), skip_bad="true", dry_run="true")
    assert (answer.status, answer.json["applied"]) == (200, 0)
    assert _rules_recorded() == []


def test_what_is_recorded_of_a_row_is_what_a_request_would_record(analysed: Round) -> None:
    reason = {"ar": "=HYPERLINK(1)", "en": "@SUM(A1)"}
    row = {"theme_id": "hours", "reason_ar": reason["ar"], "reason_en": reason["en"]}
    file = _file({**row, "clause_ids": "c1"})
    told = analysed.upload(file.encode("utf-8-sig"))
    assert told.json["applied"] == 1
    same = analysed.put({**disposition("noted", theme_id="hours"), "reason": reason})
    assert (same.json["applied"], told.json["outstanding"]) == (1, same.json["outstanding"])
    assert len(_rules_recorded()) == 1
    answers = analysed.upload(_file({"theme_id": "hours", "outcome": "accepted"}))
    assert answers.json["applied"] == 1
    assert _served(analysed)[0] == "accepted"


def test_only_the_first_hundred_faults_are_told(analysed: Round) -> None:
    file = _file(*({"comment_id": f"nobody{number}"} for number in range(150)))
    dry = analysed.upload(file, dry_run="true").json
    assert (dry["bad"], len(dry["faults"]), dry["faults"][-1]["line"]) == (150, 100, 101)
    refused = analysed.upload(file).json
    assert (refused["bad"], len(refused["errors"])) == (150, 100)


def test_a_crash_half_way_is_made_good_by_the_same_file_once_more(
    consultation: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments = [consultation.comment() for _ in range(230)]
    consultation.run()
    file = _file(*({"comment_id": comment} for comment in comments))
    real = AnalysisStore.record
    sizes: list[int] = []

    def failing(self: AnalysisStore, run: Any, items: Any, **rest: Any) -> Any:
        if len(sizes) == 1:
            sizes.append(0)
            raise TransientError("throttled")
        sizes.append(len(items))
        return real(self, run, items, **rest)

    monkeypatch.setattr(AnalysisStore, "record", failing)
    assert consultation.upload(file).status == 503
    assert consultation.outstanding().json["outstanding"] == 131
    answers = [consultation.upload(file) for _ in range(2)]
    assert [answer.json["outstanding"] for answer in answers] == [0, 0]
    assert [answer.json["applied"] for answer in answers] == [230, 230]
    assert sizes == [99, 0, 99, 32]
    targets = [rule["rule"]["M"]["target"]["M"]["comment_id"]["S"] for rule in _rules_recorded()]
    assert sorted(targets) == sorted(comments)


def test_an_officer_who_records_meanwhile_is_not_overwritten(
    analysed: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = AnalysisStore.rules
    races = iter([disposition("accepted", theme_id="hours")])

    def slow(self: AnalysisStore, run: Any, **version: int) -> Any:
        for other in races:
            assert analysed.put(other).status == 200
        return real(self, run, **version)

    monkeypatch.setattr(AnalysisStore, "rules", slow)
    answer = analysed.upload(_file({"theme_id": "hours"}))
    assert (answer.status, answer.json["code"]) == (409, "changed_meanwhile")
    assert _served(analysed)[0] == "accepted"


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_behind_the_gate_no_file_is_taken(analysed: Round, dry_run: str) -> None:
    analysed.put(disposition(all_remaining=True))
    analysed.gate()
    answer = analysed.upload(_file({"theme_id": "hours"}), dry_run=dry_run)
    assert (answer.status, answer.json["code"]) == (409, "final")


@pytest.mark.parametrize(
    ("file", "headers", "status", "code"),
    [
        (b"comment_id,outcome\n\xc8\xc7", {}, 400, "not_utf8"),
        ('theme_id,outcome,reason_ar,reason_en\nt,noted,"x,y', {}, 400, "not_csv"),
        ("theme_id,outcome\n", {}, 422, "invalid"),
        ("", {}, 422, "invalid"),
        ("x" * (BODY_LIMIT_BYTES + 1), {}, 413, "too-large"),
        ("{}", {"content-type": "application/json"}, 415, "send_as"),
        ("theme_id", {"content-encoding": "gzip"}, 415, "content_encoded"),
    ],
)
def test_what_is_no_such_file_is_refused_though_it_is_a_dry_run(
    analysed: Round, file: str | bytes, headers: dict[str, str], status: int, code: str
) -> None:
    answer = analysed.upload(file, headers=headers, dry_run="true", skip_bad="true")
    assert (answer.status, answer.json["code"]) == (status, code)
    stranger = ("officer", "agency.works")
    assert analysed.upload(file, headers=headers, groups=stranger).status == 404


def test_a_wish_that_nobody_knows_is_refused(analysed: Round) -> None:
    answer = analysed.upload(_file({"theme_id": "hours"}), dry_run="yes")
    assert (answer.status, answer.json["code"]) == (400, "bad_query")


def test_topics_is_asked_for_the_decision_only_where_a_row_names_a_clause(analysed: Round) -> None:
    analysed.asked.clear()
    analysed.upload(_file({"theme_id": "hours"}))
    assert analysed.asked == []
    analysed.upload(_file({"theme_id": "hours", "clause_ids": "c1"}))
    assert analysed.asked == [("decision",)]


def test_what_each_filter_answers_is_counted(consultation: Round) -> None:
    for row in ({}, {}, {"kind": "inquiry"}, {"language": "ar"}):
        consultation.comment(**row)
    consultation.run()
    consultation.put(
        disposition("accepted", filter={"kind": "inquiry"}),
        disposition("noted", filter={"language": "ar"}),
    )
    found = consultation.dispositions().json
    comments = {each["outcome"]: each["comments"] for each in found["items"]}
    assert comments == {"accepted": 1, "noted": 1}
    assert found["outstanding"] == consultation.gate()["outstanding"] == 2


def test_a_file_that_replaces_a_rule_with_a_lost_clause_closes_the_gap(analysed: Round) -> None:
    analysed.put(disposition(all_remaining=True), disposition("accepted", theme_id="hours"))
    analysed.clauses = ("c2",)  # another version of the decision
    answers = [
        analysed.upload(_file({"theme_id": "hours"}), dry_run=dry_run).json
        for dry_run in ("true", "false")
    ]
    assert [answer["outstanding"] for answer in answers] == [5, 5]
    assert analysed.gate()["outstanding"] == 5
