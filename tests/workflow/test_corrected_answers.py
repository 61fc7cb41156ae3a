"""Whoever left an address hears on the whole stack that the answer was corrected, and why."""

import json
from typing import Any

from tests.workflow.journey import Journey

ADDRESS = "sentinel.corrected@example.org"
LEFT = "sentinel.left@example.org"
OTHER = "sentinel.other@example.org"
PHONE, NUMBER = "+973 3600-8888", "+97336008888"
WHY = {"ar": "أخطأنا في قراءة البند.", "en": "We had misread the clause."}
TOOK_UP = {"ar": "أخذنا به.", "en": "We took it up."}


def commented(journey: Journey, text: str, **contact: str) -> dict[str, Any]:
    """A comment and what was left with it; the receipt."""
    body = {
        "kind": "comment",
        "text": text,
        "consent": {"publish": True, "privacy_notice": "2026-11"},
        "contact": contact,
    }
    return dict(journey.citizen.post(f"{journey.path}/comments", body, expect=202).json)


def correct(journey: Journey, outcome: str, **target: Any) -> int:
    """Correct what was announced; how many comments that changed."""
    item = {"target": target, "outcome": outcome, "reason": TOOK_UP, "clause_ids": ["c1"]}
    path = f"{journey.path}/dispositions/corrections"
    body = {"items": [item], "explanation": WHY}
    changed = journey.officer.post(path, body, expect=200).json["changed"]
    journey.stack.settle()
    return int(changed)


def told(journey: Journey, to: str, *, since: int) -> list[str]:
    """What somebody was told that their answer was corrected to, oldest first."""
    texts = [each["text"] for each in journey.stack.outbox.listed()[since:] if to in each["to"]]
    return [text for text in texts if text.startswith("صُحح الرد على مشاركتك: ")]


def told_again(journey: Journey) -> None:
    """Every event of the topic comes once more."""
    for service in ("analysis", "topics", "outreach"):
        body = {"service": service, "action": "reemit", "topic_id": journey.topic_id}
        journey.operator.post("/v1/ops/reconcile", body, expect=200)
        journey.stack.settle()


def report(journey: Journey) -> dict[str, int]:
    """How many were told of corrections, by channel."""
    asked_for = {"topic_id": journey.topic_id, "round": 1}
    (file, *_) = journey.stack.invoke("outreach-export", asked_for)["files"]
    s3 = journey.stack.client("s3")
    body = s3.get_object(Bucket=file["bucket"], Key=file["key"])["Body"].read().decode()
    rows = [json.loads(line) for line in body.splitlines()]
    return {row["channel"]: row["recipients"] for row in rows if row["notice"] == "corrected"}


def test_authors_hear_of_each_correction_of_their_answer_once_and_of_no_other(
    journey: Journey,
) -> None:
    since = len(journey.stack.outbox.listed())
    journey.by_day().collecting()
    journey.pass_time(days=7)
    mine = commented(journey, "خدمة المراكز الصحية جيدة", email=ADDRESS, phone=PHONE)
    commented(journey, "نريد عيادات مسائية في كل محافظة", email=OTHER)
    gone = commented(journey, "مواعيد العمل قصيرة جدًا", email=LEFT)
    journey.stack.settle()
    journey.move("end-collection", reason="the test is short")
    journey.pass_time(minutes=3)
    journey.decide()
    journey.dispose()
    journey.move("announce")
    journey.pass_time(minutes=2)
    assert told(journey, ADDRESS, since=since) == []
    withdrawal = f"{journey.path}/comments/{gone['comment_id']}/withdrawal"
    secret = {"receipt_secret": gone["receipt_secret"]}
    journey.citizen.post(withdrawal, secret, expect=200)
    journey.stack.settle()
    assert correct(journey, "accepted", comment_id=mine["comment_id"]) == 1
    (mail,) = told(journey, ADDRESS, since=since)
    assert "الرد الآن: أُخذ بمشاركتك. السبب: أخذنا به. نص القرار: بند" in mail
    assert f"سبب التصحيح: {WHY['ar']}" in mail
    assert "الرد السابق: أُخذ علمًا بمشاركتك. السبب: شكرًا" in mail
    assert f"{journey.path}/comments/{mine['comment_id']}" in mail
    (text,) = told(journey, NUMBER, since=since)
    assert "الآن: أُخذ بمشاركتك. سابقًا: أُخذ علمًا بمشاركتك." in text
    assert told(journey, OTHER, since=since) == []
    journey.pass_time(minutes=2)
    assert correct(journey, "partly_accepted", all_remaining=True) == 1
    for _ in range(2):
        told_again(journey)
    (other,) = told(journey, OTHER, since=since)
    assert "الرد الآن: أُخذ بجزء من مشاركتك." in other
    assert len(told(journey, ADDRESS, since=since)) == len(told(journey, NUMBER, since=since)) == 1
    assert told(journey, LEFT, since=since) == []
    assert report(journey) == {"email": 2, "sms": 1}
