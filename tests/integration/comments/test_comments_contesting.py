"""Authors appeal, readers flag; comments follow what moderation decides, whatever comes first."""

from typing import Any

import pytest

from services.comments.handlers import consume, manage
from services.moderation.handlers import contest, queue
from services.moderation.handlers import screen as moderation_screen
from services.shared import aws
from services.shared.events import detail
from services.shared.table import from_item
from tests.integration.comments.conftest import Consultation, audits
from tests.support.calls import Answer, LambdaContext, http, invoke, sqs_event, stream_records

ABUSE = "You are idiots and liars, all of you"
REJECT = {"decision": "reject", "reason_code": "abusive"}
OK = {"batchItemFailures": []}


@pytest.fixture
def desk(consultation: Consultation, monkeypatch: pytest.MonkeyPatch) -> Consultation:
    """A consultation whose moderation is the real one."""
    handlers = {"moderation-screen": moderation_screen, "moderation-contest": contest}

    def called(name: str, payload: dict[str, Any]) -> Any:
        return invoke(handlers[name].handler, payload)

    monkeypatch.setattr(consultation.moderation.__class__, "__call__", lambda _, *a: called(*a))
    monkeypatch.setattr(manage, "invoke", called)
    return consultation


def decide(case_id: str, body: dict[str, Any], *, verb: str = "decision") -> Answer:
    route = f"POST /v1/moderation/cases/{{case}}/{verb}"
    return http(
        queue.handler, route, path={"case": case_id}, body=body, groups=("moderator",), subject="n"
    )


def settle(case_id: str, body: dict[str, Any]) -> Answer:
    route, groups = "POST /v1/moderation/appeals/{case}/decision", ("senior_moderator",)
    return http(queue.handler, route, path={"case": case_id}, body=body, groups=groups, subject="s")


def case_of(comment_id: str) -> str:
    items = http(
        queue.handler, "GET /v1/moderation/cases", groups=("moderator",), subject="n"
    ).json["items"]
    return next(item["case_id"] for item in items if item["comment_id"] == comment_id)


def events() -> list[tuple[str, dict[str, Any]]]:
    """Events of moderation as the bus would bring them, in order."""
    images = [
        from_item(record["dynamodb"]["NewImage"])
        for record in stream_records("moderation")
        if record["eventName"] == "INSERT"
    ]
    return [(item["event"]["type"], detail(item)) for item in images if "event" in item]


def bring(consultation: Consultation, *order: int) -> None:
    """Deliver moderation's events in an order, all of them in theirs by default."""
    known = events()
    for place in order or range(len(known)):
        kind, told = known[place]
        assert consume.handler(sqs_event((kind, told)), LambdaContext()) == OK


def call(consultation: Consultation, verb: str, comment_id: str, **request: Any) -> Answer:
    route = f"POST /v1/topics/{{topic}}/comments/{{comment}}/{verb}"
    path = {"topic": consultation.topic_id, "comment": comment_id}
    return http(manage.handler, route, path=path, **request)


def appeal(consultation: Consultation, sent: dict[str, Any], statement: str = "نقد") -> Answer:
    body = {"receipt_secret": sent["receipt_secret"], "statement": statement}
    return call(consultation, "appeal", sent["comment_id"], body=body)


def held(desk: Consultation, text: str = ABUSE, **members: Any) -> tuple[dict[str, Any], str]:
    sent = desk.post(text, language="en", **members).json
    desk.screen()
    return sent, case_of(sent["comment_id"])


def checked(desk: Consultation, sent: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = desk.check(sent["receipt"]).json
    return answer


def test_an_author_learns_why_by_which_rule_and_how_to_appeal(desk: Consultation) -> None:
    sent, case_id = held(desk)
    assert decide(case_id, REJECT).status == 200
    bring(desk)
    told = checked(desk, sent)
    assert (told["status"], told["reason"]["code"]) == ("rejected", "abusive")
    for part in (told["reason"]["text"], told["reason"]["rule"], told["appeal"]["how"]):
        assert part.keys() == {"ar", "en"}
    assert told["reason"]["rule"] != told["reason"]["text"]
    assert told["appeal"]["status"] == "possible"
    assert told["appeal"]["until"] == "2026-12-15T09:00:00.000Z"


def test_an_appeal_is_lodged_settled_by_another_and_the_comment_follows(desk: Consultation) -> None:
    sent, case_id = held(desk)
    decide(case_id, REJECT)
    bring(desk)
    answer = appeal(desk, sent)
    assert (answer.status, answer.json["status"]) == (202, "appealed")
    assert appeal(desk, sent).json == answer.json
    assert appeal(desk, sent, "anything else").json["code"] == "already_appealed"
    bring(desk)
    assert checked(desk, sent)["appeal"]["status"] == "lodged"
    assert settle(case_id, {"decision": "publish", "note": "fair"}).status == 200
    bring(desk)
    told = checked(desk, sent)
    assert (told["status"], told["reason"]) == ("published", None)
    assert told["appeal"]["status"] == "settled"
    changes = [event["type"] for event in audits(sent["comment_id"])]
    assert changes == ["CommentRejected", "CommentRestored"]
    assert desk.get(sent["comment_id"]).json["text"] == ABUSE
    assert desk.recount()["drift"] == {}


def test_only_the_author_appeals_and_only_what_a_moderator_decided(desk: Consultation) -> None:
    sent, case_id = held(desk, subject="account-1")
    other = desk.post("نعم").json
    assert appeal(desk, sent).json["code"] == "nothing_to_appeal"
    decide(case_id, REJECT)
    bring(desk)
    stranger = {**sent, "receipt_secret": other["receipt_secret"]}
    assert appeal(desk, stranger).status == 404
    assert call(desk, "appeal", sent["comment_id"], body={"statement": "x"}).status == 404
    assert appeal(desk, sent, "  ").status == 422
    headers = desk.token("account-1")
    mine = call(desk, "appeal", sent["comment_id"], body={"statement": "x"}, headers=headers)
    assert mine.status == 202


def test_a_masked_comment_may_be_contested_and_is_whole_again(desk: Consultation) -> None:
    sent, case_id = held(desk, author_name="Sara")
    decide(case_id, {"decision": "redact", "spans": [[8, 14]], "reason_code": "abusive"})
    bring(desk)
    shown = desk.get(sent["comment_id"]).json
    assert ("idiots" in shown["text"], shown["author_name"]) == (False, None)
    assert checked(desk, sent)["reason"]["code"] == "abusive"
    assert appeal(desk, sent).status == 202
    settle(case_id, {"decision": "publish", "note": "fair"})
    bring(desk)
    shown = desk.get(sent["comment_id"]).json
    assert (shown["text"], shown["author_name"], shown["redacted"]) == (ABUSE, "Sara", False)


@pytest.mark.parametrize("first", [REJECT, {"decision": "publish"}])
def test_a_decision_taken_back_leaves_the_comment_as_it_was(
    desk: Consultation, first: dict[str, Any]
) -> None:
    sent, case_id = held(desk)
    decide(case_id, first)
    bring(desk)
    assert decide(case_id, {"reason": "wrong case"}, verb="undo").status == 200
    bring(desk)
    assert checked(desk, sent)["status"] == "held"
    assert desk.get(sent["comment_id"]).status == 404
    assert desk.recount()["drift"] == {}
    assert desk.count()["pending"] == 1


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 2, 0, 1, 0)])
def test_the_last_decision_stands_in_whatever_order_they_come(
    desk: Consultation, order: tuple[int, ...]
) -> None:
    sent, case_id = held(desk)
    decide(case_id, REJECT)
    decide(case_id, {"reason": "wrong case"}, verb="undo")
    decide(case_id, {"decision": "redact", "spans": [[8, 14]]})
    bring(desk, *order)
    shown = desk.get(sent["comment_id"]).json
    assert shown["text"] == ABUSE.replace("idiots", "██████")
    assert desk.recount()["drift"] == {}


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (3, 2, 1), (3, 2, 3)])
def test_an_appeal_keeps_no_decision_away_that_comes_after_it(
    desk: Consultation, order: tuple[int, ...]
) -> None:
    sent, case_id = held(desk)
    decide(case_id, REJECT)
    bring(desk)
    decide(case_id, {"reason": "wrong case"}, verb="undo")
    decide(case_id, {"decision": "redact", "spans": [[8, 14]]})
    assert appeal(desk, sent).status == 202
    bring(desk, *order)
    told = checked(desk, sent)
    assert (told["status"], told["appeal"]["status"]) == ("published", "lodged")
    assert desk.recount()["drift"] == {}


def test_an_appeal_is_known_though_it_was_settled_first(desk: Consultation) -> None:
    sent, case_id = held(desk)
    decide(case_id, REJECT)
    bring(desk)
    appeal(desk, sent)
    settle(case_id, {"decision": "publish", "note": "fair"})
    bring(desk, 2, 1)
    told = checked(desk, sent)
    assert (told["status"], told["appeal"]["status"]) == ("published", "settled")
    assert told["appeal"]["lodged_at"] == "2026-12-01T09:00:00.000Z"


def test_what_a_moderator_masked_anew_is_masked_in_the_text_as_it_came(desk: Consultation) -> None:
    sent, case_id = held(desk)
    for spans in ([[8, 14]], [[19, 24]]):
        decide(case_id, {"decision": "redact", "spans": spans})
        bring(desk)
        decide(case_id, {"reason": "other words"}, verb="undo")
        bring(desk)
    decide(case_id, {"decision": "redact", "spans": [[19, 24]]})
    bring(desk)
    assert desk.get(sent["comment_id"]).json["text"] == ABUSE.replace("liars", "█████")


def test_readers_flags_bring_a_comment_before_a_moderator_who_may_reject_it(
    desk: Consultation,
) -> None:
    comment_id = desk.published("A fair remark on the plan")
    body = {"reason_code": "ip"}
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        answer = call(desk, "flag", comment_id, body=body, address=address)
        assert (answer.status, answer.json) == (
            202,
            {"comment_id": comment_id, "status": "flagged"},
        )
    queued = http(queue.handler, "GET /v1/moderation/cases", groups=("moderator",), subject="n")
    assert queued.json["items"] == []
    headers = desk.token("account-1")
    assert call(desk, "flag", comment_id, body=body, headers=headers).status == 202
    assert desk.get(comment_id).status == 200
    assert desk.count()["pending"] == 0
    decide(case_of(comment_id), {"decision": "reject", "reason_code": "ip"})
    bring(desk, 1)
    assert desk.get(comment_id).status == 404
    assert call(desk, "flag", comment_id, body=body).status == 404
    assert desk.recount()["drift"] == {}


def test_one_subscriber_flags_once_whichever_of_the_own_addresses_it_is(desk: Consultation) -> None:
    comment_id = desk.published("A fair remark on the plan")
    for number in range(3):
        address = f"2001:db8:1:2::{number}"
        call(desk, "flag", comment_id, body={"reason_code": "ip"}, address=address)
    queued = http(queue.handler, "GET /v1/moderation/cases", groups=("moderator",), subject="n")
    assert queued.json["items"] == []


def test_what_readers_flag_and_a_person_lets_stand_stays_as_it_is(desk: Consultation) -> None:
    comment_id = desk.published("A fair remark on the plan")
    before = desk.get(comment_id).json
    for number in range(3):
        call(
            desk,
            "flag",
            comment_id,
            body={"reason_code": "ip"},
            address=f"192.0.2.{number}",
        )
    decide(case_of(comment_id), {"decision": "publish"})
    bring(desk, 1)
    assert desk.get(comment_id).json == before
    assert desk.recount()["drift"] == {}


def test_a_flag_names_a_published_ground_and_a_public_comment(desk: Consultation) -> None:
    comment_id = desk.published("A fair remark on the plan")
    assert call(desk, "flag", comment_id, body={"reason_code": "dislike"}).status == 422
    assert call(desk, "flag", comment_id).status in (400, 415)
    sent, _ = held(desk)
    for unknown in (sent["comment_id"], "a" * 26, "x"):
        assert call(desk, "flag", unknown, body={"reason_code": "ip"}).status == 404


def test_where_people_are_registered_only_they_flag(desk: Consultation) -> None:
    desk.set_window(participation="registered")
    sent = desk.post("A fair remark on the plan", subject="account-1").json
    desk.screen()
    body = {"reason_code": "ip"}
    assert call(desk, "flag", sent["comment_id"], body=body).status == 401
    headers = desk.token("account-2")
    assert call(desk, "flag", sent["comment_id"], body=body, headers=headers).status == 202


def test_no_reader_is_known_by_the_flags(desk: Consultation) -> None:
    comment_id = desk.published("A fair remark on the plan")
    call(desk, "flag", comment_id, body={"reason_code": "ip"}, address="203.0.113.77")
    headers = desk.token("account-sentinel")
    call(desk, "flag", comment_id, body={"reason_code": "ip"}, headers=headers)
    rows = str(aws.client("dynamodb").scan(TableName="moderation")["Items"])
    assert "203.0.113" not in rows
    assert "sentinel" not in rows


def test_a_withdrawal_outlasts_whatever_is_decided(desk: Consultation) -> None:
    sent, case_id = held(desk)
    decide(case_id, REJECT)
    desk.withdraw(sent["comment_id"], sent["receipt_secret"])
    bring(desk)
    assert checked(desk, sent)["status"] == "withdrawn"
    assert appeal(desk, sent).json["code"] == "nothing_to_appeal"


def test_what_readers_flag_and_a_person_lets_stand_stays_masked(desk: Consultation) -> None:
    sent, case_id = held(desk)
    decide(case_id, {"decision": "redact", "spans": [[8, 14]]})
    bring(desk)
    before = desk.get(sent["comment_id"]).json
    for number in range(3):
        body, address = {"reason_code": "hate"}, f"192.0.2.{number}"
        call(desk, "flag", sent["comment_id"], body=body, address=address)
    assert appeal(desk, sent).json["code"] == "under_review"
    assert decide(case_id, {"decision": "publish"}).json["decision"]["decision"] == "redact"
    bring(desk, 2)  # after the first decision and the flags
    assert desk.get(sent["comment_id"]).json == before
    assert "idiots" not in before["text"]
    assert desk.recount()["drift"] == {}


def test_a_telephone_in_what_a_person_lets_is_masked_as_in_what_nobody_held(
    desk: Consultation,
) -> None:
    sent, case_id = held(desk, f"{ABUSE}, call 36000001")
    decide(case_id, {"decision": "publish"})
    bring(desk)
    assert desk.get(sent["comment_id"]).json["text"] == f"{ABUSE}, call ████████"
