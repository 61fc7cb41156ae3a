"""Whoever left an address with an inquiry is told of it on the standing stack, and seen nowhere."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from services.outreach.store import DeliveryStore
from tests.support.watch import watched
from tests.workflow.journey import Journey

ADDRESS = "sentinel.asker@example.org"
PHONE = "+973 3600-7777"
NUMBER = "+97336007777"
SECRETS = (ADDRESS, PHONE, NUMBER, "3600-7777")
ANSWER = {"ar": "تُفتح العيادات المسائية في مارس.", "en": "Evening clinics open in March."}
CHANGED = {"ar": "تُفتح العيادات المسائية في أبريل.", "en": "Evening clinics open in April."}


@pytest.fixture(scope="module", autouse=True)
def _talkative() -> Iterator[None]:
    """The functions log all that they have to say."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("POWERTOOLS_LOG_LEVEL", "DEBUG")
        yield


@pytest.fixture
def seen() -> Iterator[list[str]]:
    """Whatever is logged, put on the bus or into a queue from now on."""
    with watched() as found:
        yield found


def asked(journey: Journey, **contact: str) -> dict[str, Any]:
    """An inquiry and what was left with it; the receipt."""
    body = {
        "kind": "inquiry",
        "text": "متى تُفتح العيادات المسائية؟",
        "consent": {"publish": True, "privacy_notice": "2026-11"},
        "contact": contact,
    }
    receipt = journey.citizen.post(f"{journey.path}/comments", body, expect=202).json
    journey.stack.settle()
    return dict(receipt)


def answer(journey: Journey, comment_id: str, text: dict[str, str], **members: bool) -> None:
    path = f"{journey.path}/comments/{comment_id}/answer"
    journey.officer.post(path, {"text": text, **members}, expect=200)
    journey.stack.settle()


def sent(journey: Journey, to: str) -> list[dict[str, Any]]:
    return [item for item in journey.stack.outbox.listed() if to in item["to"]]


def told_again(journey: Journey) -> None:
    """Every event of the topic comes once more."""
    for service in ("comments", "topics", "outreach"):
        body = {"service": service, "action": "reemit", "topic_id": journey.topic_id}
        journey.operator.post("/v1/ops/reconcile", body, expect=200)
        journey.stack.settle()


def report(journey: Journey) -> dict[tuple[str, str], dict[str, Any]]:
    """The delivery report, of what those who asked were told, by notice and channel."""
    asked_for = {"topic_id": journey.topic_id, "round": 1}
    (file, *_) = journey.stack.invoke("outreach-export", asked_for)["files"]
    s3 = journey.stack.client("s3")
    body = s3.get_object(Bucket=file["bucket"], Key=file["key"])["Body"].read().decode()
    rows = [json.loads(line) for line in body.splitlines()]
    return {(r["notice"], r["channel"]): r for r in rows if r["notice"].startswith("inquiry")}


def stored(journey: Journey) -> str:
    """All that tables and buckets hold."""
    database, s3 = journey.stack.client("dynamodb"), journey.stack.client("s3")
    pages: list[Any] = []
    for table in database.list_tables()["TableNames"]:
        pages += database.get_paginator("scan").paginate(TableName=table)
    for bucket in s3.list_buckets()["Buckets"]:
        for each in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            body = s3.get_object(Bucket=bucket["Name"], Key=each["Key"])["Body"]
            pages.append(body.read().decode(errors="replace"))
    return str(pages)


def test_who_asked_gets_the_answer_once_however_often_it_is_told(
    journey: Journey, seen: list[str]
) -> None:
    before = len(sent(journey, ADDRESS)), len(sent(journey, NUMBER))
    journey.by_day().collecting()
    comment_id = asked(journey, email=ADDRESS, phone=PHONE)["comment_id"]
    answer(journey, comment_id, ANSWER)
    for _ in range(2):
        told_again(journey)
    (mail,) = sent(journey, ADDRESS)[before[0] :]
    (text,) = sent(journey, NUMBER)[before[1] :]
    assert mail["subject"].startswith("الإجابة عن استفسارك: ")
    assert ANSWER["ar"] in mail["text"]
    arabic = mail["html"].index('<section lang="ar" dir="rtl"')
    assert arabic < mail["html"].index(ANSWER["ar"]) < mail["html"].index(ANSWER["en"])
    assert f"{journey.path}/comments/{comment_id}" in mail["text"]
    assert ANSWER["ar"] in text["text"]
    answer(journey, comment_id, CHANGED, replace=True)
    told_again(journey)
    (_, changed) = sent(journey, ADDRESS)[before[0] :]
    assert changed["subject"].startswith("تغيّرت الإجابة عن استفسارك: ")
    assert CHANGED["ar"] in changed["text"]
    counts = {key: row["recipients"] for key, row in report(journey).items()}
    assert counts == {("inquiry_answer", "email"): 2, ("inquiry_answer", "sms"): 2}
    everything = "".join(seen) + str(journey.history()) + stored(journey)
    assert "InquiryAnswered" in everything
    assert [secret for secret in SECRETS if secret in everything] == []


def test_a_crash_before_the_confirmation_is_unknown_and_sends_no_second_mail(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(sent(journey, ADDRESS))
    journey.collecting()
    comment_id = asked(journey, email=ADDRESS)["comment_id"]

    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("the container is gone")

    with monkeypatch.context() as patched:
        patched.setattr(DeliveryStore, "settle", crash)
        answer(journey, comment_id, ANSWER)
    journey.pass_time(hours=2)
    told_again(journey)
    assert len(sent(journey, ADDRESS)) == before + 1
    row = report(journey)["inquiry_answer", "email"]
    assert (row["outcome"], row["reason"], row["unknown"]) == ("failed", "unknown", 1)


def test_who_took_the_inquiry_back_hears_no_more_of_it(journey: Journey) -> None:
    before = len(sent(journey, ADDRESS))
    journey.collecting()
    receipt = asked(journey, email=ADDRESS)
    withdrawal = f"{journey.path}/comments/{receipt['comment_id']}/withdrawal"
    secret = {"receipt_secret": receipt["receipt_secret"]}
    journey.citizen.post(withdrawal, secret, expect=200)
    asked(journey)
    journey.stack.advance(journey.closes_at() - timedelta(minutes=59) - journey.now())
    assert "CollectionExtended" in journey.timeline()
    assert len(sent(journey, ADDRESS)) == before


def test_who_waits_is_told_that_the_collection_was_extended_for_it(
    journey: Journey, seen: list[str]
) -> None:
    before = len(sent(journey, ADDRESS)), len(sent(journey, NUMBER))
    journey.collecting()
    closes_at = journey.closes_at()
    waiting = asked(journey, email=ADDRESS)["comment_id"]
    asked(journey, phone=PHONE)
    answered = asked(journey, email="answered@example.org")["comment_id"]
    answer(journey, answered, ANSWER)
    journey.stack.advance(closes_at - timedelta(minutes=59) - journey.now())
    told_again(journey)
    (mail,) = sent(journey, ADDRESS)[before[0] :]
    assert len(sent(journey, NUMBER)) == before[1] + 1
    assert mail["subject"].startswith("استفسارك لم يُغلق: ")
    assert "فمُددت الاستشارة تلقائيًا حتى" in mail["text"]
    assert len(sent(journey, "answered@example.org")) == 1
    timeline = journey.citizen.get(f"{journey.path}/timeline").json["items"]
    (extended,) = [entry for entry in timeline if entry["event"] == "CollectionExtended"]
    assert extended["data"]["automatic"] is True
    assert "Inquiries had no answer shortly before closing." in extended["data"]["reason"]
    feed = journey.citizen.get(f"{journey.path}/feed.atom?language=en").text
    assert feed.count("extended automatically") == 1
    answer(journey, waiting, ANSWER)
    assert len(sent(journey, ADDRESS)) == before[0] + 2
    rows = report(journey)
    assert [rows["inquiry_open", way]["recipients"] for way in ("email", "sms")] == [1, 1]
    everything = "".join(seen) + str(journey.history()) + stored(journey)
    assert [secret for secret in SECRETS if secret in everything] == []
