"""Mails that bounce or are called spam: noted once, and nothing more is sent there."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.outreach.handlers import deliver, export, feedback, subscriptions
from services.outreach.store import DeliveryStore
from services.shared import aws, exports
from services.shared.table import Table
from tests.conftest import FixedClock
from tests.integration.outreach.outreach_scene import SUBSCRIBE, TOPIC_ID, VIEW, Ses
from tests.support.calls import Answer, LambdaContext, http, invoke, stream_records
from tests.support.returned_mail import BOUNCE, COMPLAINT, passed_on, returned
from tests.support.watch import watched

CONTACT = VIEW["contact"]["email"]
NOOR = "noor@example.com"
ROUND = {"topic_id": TOPIC_ID, "round": 1}
Subscribed = Callable[..., Answer]
pytestmark = pytest.mark.usefixtures("clock", "topics", "ses")


def send(notice: str = "published") -> dict[str, Any]:
    return dict(invoke(deliver.handler, {**ROUND, "notice": notice, "channel": "email"}))


def told(ses: Ses, to: str = NOOR) -> dict[str, Any]:
    """The last request that sent somebody a mail."""
    return [r for r in ses.requests if r["Destination"]["ToAddresses"] == [to]][-1]


def bring(event: dict[str, Any]) -> list[Any]:
    return bring_as_it_is(passed_on(event))


def bring_as_it_is(message: dict[str, Any]) -> list[Any]:
    record = {"messageId": "0", "body": json.dumps(message)}
    records = [record | {"eventSource": "aws:sqs", "receiptHandle": "r", "attributes": {}}]
    failed = feedback.handler({"Records": records}, LambdaContext())["batchItemFailures"]
    return list(failed)


def ledger(notice: str = "published") -> list[tuple[str, str | None]]:
    items = Table("outreach").items(f"D#{TOPIC_ID}#001#{notice}#email", prefix="R#")
    return sorted(((item["state"], item.get("reason")) for item in items), key=str)


def report() -> list[dict[str, Any]]:
    (file, *_) = invoke(export.handler, ROUND)["files"]
    return list(exports.read_lines(file["bucket"], file["key"]))


def ended() -> int:
    from services.shared import stream

    changes = stream.changes({"Records": stream_records("outreach")})
    found = [change.new["event"]["type"] for change in changes if "event" in change.new]
    return found.count("SubscriptionEnded")


def test_a_mailbox_that_does_not_exist_gets_nothing_more(subscribed: Subscribed, ses: Ses) -> None:
    subscribed(NOOR)
    send()
    for _ in range(2):
        assert bring(returned(BOUNCE, told(ses))) == []
    assert ledger() == [("failed", "bounced"), ("sent", None)]
    ses.accepted.clear()
    assert send("announced") == {"channel": "email", "outcome": "partial", "recipients": 1}
    assert ses.accepted == [CONTACT]
    assert ledger("announced") == [("failed", "suppressed"), ("sent", None)]


def test_a_mailbox_that_is_full_is_counted_and_told_the_next_time(
    subscribed: Subscribed, ses: Ses
) -> None:
    subscribed(NOOR)
    send()
    for kind in ("Transient", "Undetermined"):
        assert bring(returned(BOUNCE, told(ses), bounceType=kind)) == []
    assert ledger() == [("failed", "soft_bounced"), ("sent", None)]
    assert send("announced")["recipients"] == 2


def test_who_complains_is_unsubscribed_and_was_told_nevertheless(
    subscribed: Subscribed, ses: Ses
) -> None:
    subscribed(NOOR)
    send()
    for _ in range(2):
        assert bring(returned(COMPLAINT, told(ses))) == []
    assert ledger() == [("sent", "complained"), ("sent", None)]
    assert ended() == 1
    assert NOOR not in json.dumps(aws.client("dynamodb").scan(TableName="outreach"), default=str)
    ses.accepted.clear()
    assert send("announced")["recipients"] == 1
    assert ses.accepted == [CONTACT]


def test_the_report_counts_what_came_back_by_reason(
    subscribed: Subscribed, ses: Ses, clock: FixedClock
) -> None:
    subscribed(NOOR)
    subscribed("omar@example.com")
    send()
    assert [row["reasons"] for row in report()] == [{}]
    clock.advance(minutes=5)
    bring(returned(BOUNCE, told(ses)))
    bring(returned(COMPLAINT, told(ses, "omar@example.com")))
    first, last = report()
    assert (first["recipients"], first["outcome"]) == (3, "sent")
    assert last == first | {
        "outcome": "partial",
        "reason": "bounced",
        "recipients": 2,
        "failed": 1,
        "reasons": {"bounced": 1, "complained": 1},
        "at": "2026-12-01T09:05:00.000Z",
    }


def test_a_bounce_that_is_quicker_than_our_own_note_of_the_sending_stands(
    subscribed: Subscribed, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(NOOR)
    settle = DeliveryStore.settle

    def slow(store: DeliveryStore, *args: Any, **kwargs: Any) -> None:
        if told_last(ses) == NOOR:
            bring(returned(BOUNCE, told(ses)))
        settle(store, *args, **kwargs)

    monkeypatch.setattr(DeliveryStore, "settle", slow)
    assert send() == {"channel": "email", "outcome": "partial", "recipients": 1}
    assert ledger() == [("failed", "bounced"), ("sent", None)]


def told_last(ses: Ses) -> str:
    return str(ses.requests[-1]["Destination"]["ToAddresses"][0])


def test_an_address_whose_confirmation_bounced_is_not_asked_again(
    ask: Subscribed, ses: Ses, clock: FixedClock
) -> None:
    first = ask(NOOR)
    assert bring(returned(BOUNCE, told(ses))) == []
    clock.advance(hours=2)
    ses.requests.clear()
    assert ask(NOOR.upper().replace("EXAMPLE.COM", "example.com")).text == first.text
    assert ses.requests == []
    body = {"email": "other@example.com", "language": "ar"}
    assert http(subscriptions.handler, SUBSCRIBE, path={"topic": TOPIC_ID}, body=body).status == 202
    assert len(ses.requests) == 1


def test_a_mail_names_the_configuration_set_and_whom_in_pseudonyms_alone(
    subscribed: Subscribed, ses: Ses
) -> None:
    subscribed(NOOR)
    send()
    request = told(ses)
    assert request["ConfigurationSetName"] == "outreach"
    values = [tag["Value"] for tag in request["EmailTags"]]
    assert len(values) == 4
    for value in values:
        assert 0 < len(value) <= 256
        assert value.replace("-", "").replace("_", "").isalnum()
        assert value.isascii()
    assert "noor" not in str(values)


def test_mail_that_is_not_of_ours_is_left_alone() -> None:
    assert bring(BOUNCE) == []
    assert bring(COMPLAINT) == []


def test_an_event_that_never_reached_the_queue_is_noted_when_an_operator_moves_it_there(
    subscribed: Subscribed, ses: Ses
) -> None:
    """What lies among the undelivered may be SES's own event."""
    subscribed(NOOR)
    subscribed("omar@example.com")
    send()
    with watched() as said:
        assert bring_as_it_is(returned(BOUNCE, told(ses))) == []
        assert bring_as_it_is(returned(COMPLAINT, told(ses, "omar@example.com"))) == []
    assert sorted(reason or "" for _, reason in ledger()) == ["", "bounced", "complained"]
    assert "noor" not in str(said)


def test_an_event_that_nobody_can_read_is_logged_without_its_address(ses: Ses) -> None:
    spoilt = returned(BOUNCE, {"EmailTags": []}) | {"detail-type": "Email Bounced"}
    for broken in (
        spoilt | {"detail": {**spoilt["detail"], "eventType": NOOR}},
        spoilt | {"detail": {**spoilt["detail"], "mail": {"destination": [NOOR]}}},
        {"kind": NOOR, "tags": {}},
    ):
        with watched() as said:
            assert len(bring_as_it_is(broken)) == 1
        assert "noor" not in str(said)


def test_no_address_is_told_of_what_came_back(subscribed: Subscribed, ses: Ses) -> None:
    subscribed(NOOR)
    send()
    with watched() as said:
        bring(returned(BOUNCE, told(ses)))
    assert "noor" not in str(said)
    suppressed = [i for i in _scan() if i["pk"]["S"].startswith("X#")]
    assert len(suppressed) == 1
    assert "noor" not in str(suppressed)


def _scan() -> list[dict[str, Any]]:
    return list(aws.client("dynamodb").scan(TableName="outreach")["Items"])
