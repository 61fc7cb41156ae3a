"""Whoever left an address with an inquiry is told of its answer, and that it still waits."""

import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from services.outreach.handlers import consume, export, notify
from services.outreach.store import DeliveryStore
from services.shared import aws, events, exports, stream
from tests.integration.outreach import outreach_scene
from tests.integration.outreach.outreach_scene import (
    TOPIC_ID,
    VIEW,
    CommentsService,
    Ses,
    Sns,
    TopicsService,
)
from tests.support.calls import LambdaContext, invoke, sqs_event, stream_records
from tests.support.watch import watched

FIRST, SECOND, THIRD = "a" * 26, "b" * 26, "c" * 26
ADDRESS = "Sentinel.Asker@example.org"
PHONE = "+973 3600-7777"
NUMBER = "+97336007777"
CONTACT = VIEW["contact"]["email"]
LATER = "2026-12-30T21:00:00.000Z"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(autouse=True)
def _scene(topics: TopicsService, ses: Ses, sns: Sns) -> None:
    """A topic whose plan sends neither mails nor text messages."""
    topics.topics[TOPIC_ID]["channels"] = ["web"]


def happened(kind: str, **data: Any) -> None:
    detail = {
        "version": "1",
        "id": "e" * 64,
        "occurred_at": "2026-12-01T09:00:00.000Z",
        "topic_id": TOPIC_ID,
        "round": 1,
        "actor": {"role": "officer", "id": "o"},
        "data": data,
    }
    answer = consume.handler(sqs_event((kind, detail)), LambdaContext())
    assert answer == {"batchItemFailures": []}


def answered(comments: CommentsService, comment_id: str, edition: int = 1, **text: str) -> None:
    comments.answered(comment_id, edition, **text)
    data = {"comment_id": comment_id, "replaced": edition > 1, "edition": edition}
    happened("InquiryAnswered", **data)


def due(*notices: str) -> list[dict[str, Any]]:
    """Details of what is due to those who asked, oldest first."""
    changes = stream.changes({"Records": stream_records("outreach")})
    items = [c.new for c in changes if c.kind == "INSERT" and "event" in c.new]
    details = [events.detail(item) for item in items if item["event"]["type"] == "NoticeDue"]
    wanted = notices or ("inquiry_answer", "inquiry_open")
    return [detail for detail in details if detail["data"]["notice"] in wanted]


def bring(*details: dict[str, Any]) -> list[str]:
    """Bring due notices to their queue; answer the channels that are to come again."""
    event = sqs_event(*(("NoticeDue", detail) for detail in details))
    failed = notify.handler(event, LambdaContext())["batchItemFailures"]
    return [details[int(f["itemIdentifier"])]["data"]["channel"] for f in failed]


def extended(topics: TopicsService, monkeypatch: pytest.MonkeyPatch, **data: Any) -> None:
    """The collection was extended, as the topic and its timeline say."""
    topics.topics[TOPIC_ID]["timetable"]["closes_at"] = LATER
    entry = {"event": "CollectionExtended", "round": 1, "data": {"closes_at": LATER, **data}}
    monkeypatch.setattr(outreach_scene, "TIMELINE", [entry])
    happened("CollectionExtended", closes_at=LATER, **data)


def report(about: str = "inquiry") -> dict[tuple[str, str], dict[str, Any]]:
    """What the record says of the authors who were told, by notice and channel."""
    (file, *_) = invoke(export.handler, {"topic_id": TOPIC_ID, "round": 1})["files"]
    rows = exports.read_lines(file["bucket"], file["key"])
    return {(r["notice"], r["channel"]): r for r in rows if r["notice"].startswith(about)}


def told_as() -> list[dict[str, Any]]:
    """Data of the outcomes on the bus that are about those who asked."""
    changes = stream.changes({"Records": stream_records("outreach")})
    found = [c.new["event"]["data"] for c in changes if "event" in c.new]
    return [d for d in found if "outcome" in d and d["notice"].startswith("inquiry")]


def test_who_asked_gets_the_answer_in_their_language_first(
    comments: CommentsService, ses: Ses
) -> None:
    comments.left(FIRST, email=ADDRESS)
    answered(comments, FIRST, ar="تبدأ في <مارس>.", en="It starts in <March>.")
    assert bring(*due()) == []
    mail = ses.mail_to(ADDRESS)
    assert mail["Subject"]["Data"].startswith("الإجابة عن استفسارك: مواعيد المراكز الصحية")
    text, html = (mail["Body"][kind]["Data"] for kind in ("Text", "Html"))
    assert text.index("تبدأ في <مارس>.") < text.index("It starts in <March>.")
    assert f"/v1/topics/{TOPIC_ID}/comments/{FIRST}\n" in text
    assert html.index('<section lang="ar" dir="rtl"') < html.index("تبدأ في &lt;مارس&gt;.")
    assert mail["Headers"] == []


def test_who_asked_in_english_reads_english_first(comments: CommentsService, ses: Ses) -> None:
    comments.left(FIRST, email=ADDRESS, language="en")
    answered(comments, FIRST)
    bring(*due())
    text = ses.mail_to(ADDRESS)["Body"]["Text"]["Data"]
    assert text.index("It starts in March.") < text.index("تبدأ في مارس.")


@pytest.mark.parametrize("phone", [PHONE, "00973 3600 7777"])
def test_a_telephone_gets_the_answer_as_a_text_message(
    comments: CommentsService, ses: Ses, sns: Sns, phone: str
) -> None:
    comments.left(FIRST, phone=phone)
    answered(comments, FIRST)
    bring(*due())
    text = sns.text_to(NUMBER)
    assert "الإجابة عن استفسارك" in text
    assert "تبدأ في مارس." in text
    assert ses.accepted == []


def test_a_long_answer_is_cut_in_a_text_message_alone(
    comments: CommentsService, ses: Ses, sns: Sns
) -> None:
    comments.left(FIRST, email=ADDRESS, phone=PHONE)
    answered(comments, FIRST, ar="كلمة " * 900)
    bring(*due())
    assert len(sns.text_to(NUMBER)) < 500
    assert ses.mail_to(ADDRESS)["Body"]["Text"]["Data"].count("كلمة") == 900


def test_however_often_it_is_delivered_one_answer_is_told_once(
    comments: CommentsService, ses: Ses, sns: Sns
) -> None:
    comments.left(FIRST, email=ADDRESS, phone=PHONE)
    for _ in range(3):
        answered(comments, FIRST)
    assert len(due()) == 2
    for _ in range(3):
        bring(*due())
    assert (ses.accepted, len(sns.texts)) == ([ADDRESS], 1)


def test_what_was_told_is_not_opened_again(comments: CommentsService) -> None:
    comments.left(FIRST, email=ADDRESS)
    answered(comments, FIRST)
    bring(*due())
    (mail,) = [detail for detail in due() if detail["data"]["channel"] == "email"]
    comments.asked.clear()
    bring(mail)
    assert comments.asked == []


def test_a_replaced_answer_is_told_as_changed(comments: CommentsService, ses: Ses) -> None:
    comments.left(FIRST, email=ADDRESS, language="en")
    answered(comments, FIRST)
    bring(*due())
    ses.accepted.clear()
    answered(comments, FIRST, 2, en="It starts in April.")
    bring(*due())
    mail = ses.mail_to(ADDRESS)
    assert mail["Subject"]["Data"].startswith("The answer to your inquiry has changed: ")
    assert "It starts in April." in mail["Body"]["Text"]["Data"]


def test_an_answer_that_was_replaced_before_it_was_told_is_not_told_twice(
    comments: CommentsService, ses: Ses
) -> None:
    comments.left(FIRST, email=ADDRESS)
    answered(comments, FIRST)
    answered(comments, FIRST, 2)
    bring(*due())
    assert ses.accepted == [ADDRESS]


def test_who_took_the_inquiry_back_meanwhile_is_not_told(
    comments: CommentsService, ses: Ses, sns: Sns
) -> None:
    comments.left(FIRST, email=ADDRESS, phone=PHONE)
    answered(comments, FIRST)
    comments.inquiries[FIRST] = None
    assert bring(*due()) == []
    assert ses.requests == sns.texts == []


def test_what_is_no_address_is_on_record_and_stops_nobody_else(
    comments: CommentsService, ses: Ses, sns: Sns
) -> None:
    comments.left(FIRST, email="no@address", phone="17000000")
    comments.left(SECOND)
    comments.left(THIRD, email=ADDRESS, phone=PHONE)
    for inquiry in (FIRST, SECOND, THIRD):
        answered(comments, inquiry)
    assert bring(*due()) == []
    assert (ses.accepted, [to for to, _ in sns.texts]) == ([ADDRESS], [NUMBER])
    found = report()
    mails, texts = (found["inquiry_answer", channel] for channel in ("email", "sms"))
    assert (mails["outcome"], mails["recipients"], mails["failed"]) == ("partial", 1, 2)
    assert mails["reason"] in {"bad_address", "no_address"}
    assert (texts["recipients"], texts["failed"], texts["reason"]) == (1, 1, "bad_number")


@pytest.mark.parametrize("refusal", ["MessageRejected", "BadRequestException"])
def test_an_address_that_the_provider_refuses_stops_nobody_else(
    comments: CommentsService, ses: Ses, refusal: str
) -> None:
    comments.left(FIRST, email="refused@example.org")
    comments.left(SECOND, email=ADDRESS)
    ses.answers["refused@example.org"] = [(400, refusal)]
    answered(comments, FIRST)
    answered(comments, SECOND)
    for _ in range(2):
        assert bring(*due()) == []
    assert ses.accepted == [ADDRESS]
    assert report()["inquiry_answer", "email"]["failed"] == 1


def test_a_number_that_opted_out_is_left_alone(comments: CommentsService, sns: Sns) -> None:
    comments.left(FIRST, phone=PHONE)
    sns.answers[NUMBER] = [(400, "OptedOut")]
    answered(comments, FIRST)
    for _ in range(2):
        bring(*due())
    assert sns.asked == 1
    assert report()["inquiry_answer", "sms"]["reason"] == "opted_out"


def test_what_may_have_been_sent_is_unknown_and_not_sent_again(
    comments: CommentsService, ses: Ses
) -> None:
    comments.left(FIRST, email=ADDRESS)
    ses.answers[ADDRESS] = [ReadTimeoutError(endpoint_url="https://email.invalid")]
    answered(comments, FIRST)
    assert bring(*due()) == ["email"]
    assert bring(*due()) == []
    assert len(ses.requests) == 1
    row = report()["inquiry_answer", "email"]
    assert (row["outcome"], row["reason"], row["unknown"]) == ("failed", "unknown", 1)


def test_a_function_that_dies_before_it_confirms_leaves_an_unknown(
    comments: CommentsService, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments.left(FIRST, email=ADDRESS)
    answered(comments, FIRST)

    def dies(*_: Any, **__: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(DeliveryStore, "settle", dies)
        with pytest.raises(SystemExit):
            bring(*due())
    assert bring(*due()) == []
    assert ses.accepted == [ADDRESS]
    assert report()["inquiry_answer", "email"]["unknown"] == 1


@pytest.mark.parametrize("code", ["AccountSuspendedException", "ThrottlingException"])
def test_what_was_certainly_not_sent_is_sent_once_the_provider_takes_it(
    comments: CommentsService, ses: Ses, code: str
) -> None:
    comments.left(FIRST, email=ADDRESS)
    ses.answers[ADDRESS] = [(400 if code[0] == "A" else 429, code)] * 5
    answered(comments, FIRST)
    assert bring(*due()) == ["email"]
    assert report()["inquiry_answer", "email"]["reason"] == "unavailable"
    ses.answers.clear()
    assert bring(*due()) == []
    assert ses.accepted == [ADDRESS]
    assert report()["inquiry_answer", "email"]["outcome"] == "sent"


def test_without_time_to_send_nothing_is_claimed(
    comments: CommentsService, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments.left(FIRST, email=ADDRESS)
    answered(comments, FIRST)
    with monkeypatch.context() as patched:
        patched.setattr(LambdaContext, "get_remaining_time_in_millis", lambda _self: 1_000)
        assert bring(*due()) == ["email"]
    assert bring(*due()) == []
    assert ses.accepted == [ADDRESS]


def test_a_comments_service_that_is_away_is_asked_again(
    comments: CommentsService, ses: Ses
) -> None:
    comments.left(FIRST, email=ADDRESS)
    answered(comments, FIRST)
    comments.away = True
    assert sorted(bring(*due())) == ["email", "sms"]
    comments.away = False
    assert bring(*due()) == []
    assert ses.accepted == [ADDRESS]


def test_an_event_of_before_answers_were_counted_is_of_the_first(
    comments: CommentsService, ses: Ses
) -> None:
    comments.left(FIRST, email=ADDRESS)
    comments.answered(FIRST)
    happened("InquiryAnswered", comment_id=FIRST, replaced=False)
    bring(*due())
    assert ses.accepted == [ADDRESS]


def test_what_came_of_one_answer_is_told_to_nobody(comments: CommentsService) -> None:
    comments.left(FIRST, email=ADDRESS)
    answered(comments, FIRST)
    bring(*due())
    assert told_as() == []
    assert report()["inquiry_answer", "email"] == {
        "notice": "inquiry_answer",
        "occasion": "",
        "channel": "email",
        "outcome": "sent",
        "reason": None,
        "recipients": 1,
        "failed": 0,
        "unknown": 0,
        "reasons": {},
        "at": "2026-12-01T09:00:00.000Z",
    }


def test_an_extension_by_the_rule_is_told_to_those_who_wait_once_each(
    comments: CommentsService,
    topics: TopicsService,
    ses: Ses,
    sns: Sns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for inquiry in (FIRST, SECOND, "d" * 26):
        comments.left(inquiry, email=ADDRESS, language="en")
    comments.left(THIRD, phone=PHONE)
    comments.left("e" * 26, email="answered@example.org")
    comments.answered("e" * 26)
    comments.left("f" * 26, email="garbage", phone="123456")
    for _ in range(2):
        extended(topics, monkeypatch, reason="…", automatic=True)
        assert bring(*due()) == []
    mail = ses.mail_to(ADDRESS)
    assert mail["Subject"]["Data"].startswith("Your inquiry is still open: ")
    assert "now closes on 30 December 2026, 23:59" in mail["Body"]["Text"]["Data"]
    assert "30 ديسمبر 2026، 23:59" in sns.text_to(NUMBER)
    assert ses.accepted == [ADDRESS]
    row = report()["inquiry_open", "email"]
    assert (row["occasion"], row["recipients"], row["failed"]) == (LATER, 1, 1)
    assert [d["channel"] for d in told_as()] == ["email", "sms"]


def test_an_officers_extension_is_not_told_as_one_for_inquiries(
    comments: CommentsService, topics: TopicsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments.left(FIRST, email=ADDRESS)
    extended(topics, monkeypatch, reason="رمضان", automatic=False)
    assert due() == []
    assert len(due("extended")) == 1


def test_nobody_is_told_to_wait_for_what_is_over(
    comments: CommentsService, topics: TopicsService, ses: Ses, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments.left(FIRST, email=ADDRESS)
    extended(topics, monkeypatch, automatic=True)
    topics.topics[TOPIC_ID]["stage"] = "withdrawn"
    bring(*due())
    assert ses.accepted == []
    assert {d["reason"] for d in told_as()} == {"collection_over"}


def test_addresses_are_nowhere_but_in_the_message(
    comments: CommentsService,
    topics: TopicsService,
    ses: Ses,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    comments.left(FIRST, email=ADDRESS, phone=PHONE)
    comments.left(SECOND, email=f"{ADDRESS}@", phone="3600-7777")
    ses.answers[ADDRESS] = [(500, "InternalFailure")]
    with watched() as said:
        extended(topics, monkeypatch, automatic=True)
        answered(comments, FIRST)
        answered(comments, SECOND)
        for _ in range(2):
            bring(*due())
        report()
    keys = [each["Key"] for each in aws.client("s3").list_objects_v2(Bucket="exports")["Contents"]]
    written = "".join(exports.read("exports", key).decode() for key in keys)
    items = json.dumps(aws.client("dynamodb").scan(TableName="outreach")["Items"], default=str)
    for seen in (written, items, str(said), str(stream_records("outreach"))):
        for secret in (ADDRESS, ADDRESS.lower(), PHONE, NUMBER, "3600-7777"):
            assert secret not in seen
