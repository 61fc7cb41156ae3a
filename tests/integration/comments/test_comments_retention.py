"""Contacts and demographics are kept for as long as the plan says; then nobody can read them."""

from typing import Any

import pytest

from services.comments.handlers import consume, contacts, forget, store
from services.comments.store import CommentStore
from services.shared import exports, ids
from services.shared.table import Table, from_item
from tests.integration.comments.conftest import Consultation
from tests.support.calls import LambdaContext, invoke, sqs_event, stream_records

UNTIL = "2027-12-01T09:00:00.000Z"
CONTACT = {"email": "fatima@example.org"}
DONE: dict[str, list[Any]] = {"batchItemFailures": []}


def told(consultation: Consultation, kind: str, *, at: str, until: str | None = UNTIL) -> None:
    data = {"personal_data_until": until} if until else {"reason": "a court has ruled"}
    assert consultation.consume(kind, data, occurred_at=at) == DONE


def forget_now() -> None:
    assert forget.handler(sqs_event(("Scheduled Event", {})), LambdaContext()) == DONE


def contact_of(consultation: Consultation, comment_id: str) -> Any:
    payload = {"topic_id": consultation.topic_id, "round": 1, "comment_ids": [comment_id]}
    return invoke(contacts.handler, payload)["contacts"][comment_id]


def window_row(consultation: Consultation) -> dict[str, Any]:
    return Table("comments").get(f"W#{consultation.topic_id}#1", "window") or {}


def deletions() -> list[dict[str, Any]]:
    inserted = [from_item(r["dynamodb"]["NewImage"]) for r in stream_records("comments")]
    events = [item["event"] for item in inserted if "event" in item]
    return [event for event in events if event["type"] == "PersonalDataDeleted"]


@pytest.fixture
def taken(consultation: Consultation) -> dict[str, Any]:
    """A comment with an address and an age."""
    consultation.set_window(
        demographics={"age_band": ["18-24", "25+"]}, closes_at="2026-12-20T00:00:00Z"
    )
    about = {"contact": CONTACT, "demographics": {"age_band": "25+"}}
    sent: dict[str, Any] = consultation.post("نعم", **about).json
    consultation.screen()
    return sent


@pytest.mark.parametrize("kind", ["TopicClosed", "TopicWithdrawn"])
def test_the_key_is_deleted_once_the_plans_time_is_over_and_not_before(
    consultation: Consultation, taken: dict[str, Any], clock: Any, kind: str
) -> None:
    told(consultation, kind, at="2026-12-01T09:00:00.000Z")
    clock.advance(days=364)
    forget_now()
    assert contact_of(consultation, taken["comment_id"])["email"] == CONTACT["email"]
    clock.advance(days=1)
    for _ in range(2):
        forget_now()
    assert "data_key" not in window_row(consultation)
    [event] = deletions()
    assert (event["topic_id"], event["round"], event["data"]) == (consultation.topic_id, 1, {})


def test_from_then_on_there_is_no_address_and_nobody_told_anything(
    consultation: Consultation, taken: dict[str, Any], clock: Any
) -> None:
    told(consultation, "TopicClosed", at="2026-12-01T09:00:00.000Z")
    before = contact_of(consultation, taken["comment_id"])
    clock.advance(days=365)
    forget_now()
    assert contact_of(consultation, taken["comment_id"]) == {**before, "email": None}
    page = {"topic_id": consultation.topic_id, "round": 1, "left_from": {}}
    assert invoke(contacts.handler, page)["contacts"] == {}
    from services.comments.handlers import export

    order = {"topic_id": consultation.topic_id, "round": 1, "edition": "analysis"}
    manifest = exports.read_lines("exports", invoke(export.handler, order)["manifest_key"])[0]
    assert [each["not_told"] for each in manifest["participation"]["lists"]] == [1]
    assert consultation.list().json["items"][0]["text"] == "نعم"
    assert consultation.erase(taken).status == 202


def test_a_round_that_is_taken_up_again_keeps_its_key_until_it_is_over(
    consultation: Consultation, taken: dict[str, Any], clock: Any
) -> None:
    told(consultation, "TopicClosed", at="2026-12-01T09:00:00.000Z")
    told(consultation, "TopicReopened", at="2027-11-30T09:00:00.000Z", until=None)
    told(consultation, "TopicClosed", at="2026-12-01T09:00:00.000Z")  # delivered once more, late
    clock.advance(days=400)
    forget_now()
    assert contact_of(consultation, taken["comment_id"])["email"] == CONTACT["email"]
    told(
        consultation, "TopicClosed", at="2027-12-05T09:00:00.000Z", until="2028-12-04T09:00:00.000Z"
    )
    clock.advance(days=400)
    forget_now()
    assert contact_of(consultation, taken["comment_id"])["email"] is None


def test_no_window_that_is_written_late_brings_the_key_back(
    consultation: Consultation,
    taken: dict[str, Any],
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told(consultation, "TopicClosed", at="2026-12-01T09:00:00.000Z")
    clock.advance(days=365)
    put = CommentStore.put_window

    def overtaken(*args: Any, **kwargs: Any) -> None:
        forget_now()
        put(*args, **kwargs)

    monkeypatch.setattr(CommentStore, "put_window", overtaken)
    consultation.set_window()
    assert window_row(consultation)["version"] == consultation.version
    assert "data_key" not in window_row(consultation)
    window = store().window(consultation.topic_id, 1)
    assert window is not None
    assert window.data_key is None


def test_a_topic_withdrawn_before_it_opened_has_nothing_to_delete(
    account: None, clock: Any
) -> None:
    detail = {
        "version": "1",
        "id": ids.random_id(),
        "occurred_at": "2026-12-01T09:00:00.000Z",
        "topic_id": "a" * 26,
        "round": 1,
        "actor": {"role": "approver", "id": "a1"},
        "data": {"reason": "", "published": False, "personal_data_until": UNTIL},
    }
    assert consume.handler(sqs_event(("TopicWithdrawn", detail)), LambdaContext()) == DONE
    clock.advance(days=365)
    forget_now()
    forget_now()
    assert deletions() == []
