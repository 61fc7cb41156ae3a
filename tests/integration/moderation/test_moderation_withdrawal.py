"""A comment that its author takes back: nobody decides it any more, and its words go."""

from typing import Any

import pytest

from services.moderation.handlers import export, store
from services.moderation.model.case import Case
from services.moderation.store import CaseStore
from services.shared import aws, exports
from tests.conftest import FixedClock
from tests.integration.moderation.moderation_desk import (
    ABUSE,
    TOPIC,
    cases,
    claim,
    comment,
    decide,
    reported,
    screened,
    withdrawn,
)
from tests.support.calls import invoke, stream_records

pytestmark = pytest.mark.usefixtures("account")
DONE: dict[str, list[Any]] = {"batchItemFailures": []}
REJECT = {"decision": "reject", "reason_code": "abusive"}
NAME, ANSWER = "حقير بن فلان", "كلكم حقراء"


def held(comment_id: str = "c1") -> str:
    [outcome] = screened(comment(comment_id, ABUSE, author_name=NAME, answer_texts=[ANSWER]))
    return str(outcome["case_id"])


def table() -> str:
    """Everything that stands in the moderation table."""
    return str(aws.client("dynamodb").scan(TableName="moderation")["Items"])


@pytest.mark.parametrize("kind", ["CommentWithdrawn", "CommentErased"])
@pytest.mark.parametrize("status", ["open", "claimed", "decided"])
def test_the_words_of_a_withdrawn_or_erased_comment_go_and_the_case_is_closed(
    clock: FixedClock, status: str, kind: str
) -> None:
    case_id = held()
    if status == "claimed":
        claim(case_id)
    if status == "decided":
        decide(case_id, REJECT)
    assert all(words in table() for words in (ABUSE, NAME, ANSWER))
    for _ in range(2):
        assert withdrawn("c1", kind=kind) == DONE
    assert not any(words in table() for words in (ABUSE, NAME, ANSWER))
    case = store().get(case_id)
    assert case is not None
    assert (case.status, case.comment_id, case.reasons[0].code) == ("final", "c1", "abusive")
    assert (case.ruling is not None) == (status == "decided")
    assert cases().json["items"] == cases(status="claimed").json["items"] == []


def test_nobody_works_on_a_withdrawn_case_any_more(clock: FixedClock) -> None:
    case_id = held()
    claim(case_id)
    withdrawn("c1")
    for answer in (
        claim(case_id),
        decide(case_id, REJECT),
        decide(case_id, {"decision": "publish"}),
    ):
        assert answer.status == 409
        assert answer.json["detail"].startswith("The author withdrew")
        assert answer.json["case"]["status"] == "final"
        assert answer.json["case"]["withdrawn_at"] == "2026-12-01T09:30:00.000Z"


def test_a_decision_cannot_be_repeated_after_the_withdrawal(clock: FixedClock) -> None:
    case_id = held()
    decide(case_id, REJECT)
    withdrawn("c1")
    assert decide(case_id, REJECT).status == 409


def test_a_topic_lists_its_withdrawn_cases_as_final(clock: FixedClock) -> None:
    case_id, other = held(), held("c2")
    withdrawn("c1")
    [item] = cases(topic=TOPIC, status="final").json["items"]
    assert (item["case_id"], item["text"], item["author_name"]) == (case_id, "", None)
    assert item["late"] is False
    assert [item["case_id"] for item in cases(topic=TOPIC).json["items"]] == [other]
    assert cases(topic=TOPIC, status="decided").json["items"] == []
    assert cases(status="final").status == 400


def test_a_withdrawal_that_comes_before_the_case_keeps_it_from_being_opened(
    clock: FixedClock,
) -> None:
    for _ in range(2):
        assert withdrawn("c1") == DONE
    outcomes = screened(comment("c1", ABUSE), comment("c2", ABUSE))
    assert [outcome["outcome"] for outcome in outcomes] == ["hold", "hold"]
    assert [item["comment_id"] for item in cases().json["items"]] == ["c2"]
    assert claim(outcomes[0]["case_id"]).status == 404
    assert decide(outcomes[0]["case_id"], REJECT).status == 404
    assert screened(comment("c1", ABUSE)) == outcomes[:1]
    assert reported().json["outcomes"]["hold"] == 1


def test_a_case_that_is_opened_while_its_withdrawal_arrives_is_closed(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = CaseStore.bar
    opened: list[str] = []

    def overtaken(self: CaseStore, *args: Any, **fields: Any) -> None:
        opened.append(held())
        real(self, *args, **fields)

    monkeypatch.setattr(CaseStore, "bar", overtaken)
    assert withdrawn("c1") == DONE
    case = store().get(opened[0])
    assert case is not None
    assert (case.status, case.text) == ("final", "")


def test_a_decision_taken_while_the_withdrawal_arrives_stays_in_the_case(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = held()
    real = CaseStore.take
    decisions: list[int] = []

    def overtaken(self: CaseStore, case: Case, *beside: Any) -> None:
        if case.withdrawn_at and not decisions:
            decisions.append(decide(case_id, REJECT).status)
        real(self, case, *beside)

    monkeypatch.setattr(CaseStore, "take", overtaken)
    assert withdrawn("c1") == DONE
    case = store().get(case_id)
    assert case is not None
    assert case.ruling is not None
    assert (case.status, case.text) == ("final", "")
    assert reported().json["decisions"]["reject"] == 1
    assert reported().json["withdrawn"] == 0


def test_a_case_that_keeps_changing_goes_back_to_the_queue(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = held()
    real = CaseStore.take

    def overtaken(self: CaseStore, case: Case, *beside: Any) -> None:
        if case.withdrawn_at:
            claim(case_id)
        real(self, case, *beside)

    monkeypatch.setattr(CaseStore, "take", overtaken)
    assert withdrawn("c1") == {"batchItemFailures": [{"itemIdentifier": "0"}]}


def test_the_report_and_the_record_tell_a_withdrawal_from_a_case_that_waits(
    clock: FixedClock,
) -> None:
    held("c1"), held("c2")
    decide(held("c3"), REJECT)
    for comment_id in ("c1", "c3", "c1"):
        withdrawn(comment_id)
    report = reported().json
    assert (report["outcomes"]["hold"], report["withdrawn"], report["undecided"]) == (3, 1, 1)
    assert report["decisions"]["reject"] == 1
    invoke(export.handler, {"topic_id": TOPIC, "round": 1})
    rows = exports.read_lines("exports", f"parts/{TOPIC}/1/moderation/log.jsonl")
    told = {row["comment_id"]: (row["decision"], row["withdrawn_at"]) for row in rows}
    at = "2026-12-01T09:30:00.000Z"
    assert told == {"c1": (None, at), "c2": (None, None), "c3": ("reject", at)}


def test_a_withdrawal_is_no_event_of_moderations_own(clock: FixedClock) -> None:
    held()
    withdrawn("c1")
    images = [record["dynamodb"].get("NewImage", {}) for record in stream_records("moderation")]
    assert not any("event" in image for image in images)


def test_an_event_that_nobody_asked_for_goes_back_to_the_queue() -> None:
    again = {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert withdrawn("c1", kind="CommentAppealed") == again
