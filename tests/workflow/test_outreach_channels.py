"""The channels on the standing stack: from subscribing to the reminder, with the relay between."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from tests.workflow.journey import Journey

NUMBER = "+97317000001"
ADDRESS = "follower@example.org"
HOOK = "https://partner.example/hook"
CHANNELS = ["web", "atom", "email", "sms", "webhook"]


def sent(journey: Journey, to: str) -> list[dict[str, Any]]:
    return [item for item in journey.stack.outbox.listed() if to in item["to"]]


def follow(journey: Journey) -> None:
    """A citizen follows the topic by telephone, another the whole agency by e-mail."""
    path = f"{journey.path}/subscriptions"
    asked = journey.citizen.post(path, {"phone": NUMBER}, expect=202).json
    found = re.search(r"\d{6}", sent(journey, NUMBER)[-1]["text"])
    assert found
    confirmation = f"{path}/{asked['subscription_id']}/confirmation"
    journey.citizen.post(confirmation, {"code": found[0]}, expect=200)
    body = {"email": ADDRESS, "agency": "health", "language": "en"}
    journey.citizen.post("/v1/subscriptions", body, expect=202)
    link = re.search(r"\S+/confirmation\?token=\S+", sent(journey, ADDRESS)[-1]["text"])
    assert link
    parts = urlsplit(link[0])
    journey.citizen.get(f"{parts.path}?{parts.query}")


def test_subscribers_and_partners_are_told_of_all_that_happens_once(journey: Journey) -> None:
    journey.by_day()
    journey.operator.post("/v1/webhooks", {"url": HOOK}, expect=201)
    journey.scheduled(channels=CHANNELS)
    follow(journey)
    before = len(sent(journey, NUMBER))
    journey.move("publish-now")
    journey.pass_time(hours=1)
    closes_at = journey.closes_at() + timedelta(days=2)
    journey.move("extend", closes_at=closes_at.isoformat(), reason="رمضان")
    inquiry = journey.citizen.post(
        f"{journey.path}/comments",
        {
            "kind": "inquiry",
            "text": "متى تفتح العيادات المسائية؟",
            "consent": {"publish": True, "privacy_notice": "2026-11"},
        },
        expect=202,
    ).json["comment_id"]
    journey.stack.settle()
    answer = {"text": {"ar": "في يناير", "en": "In January"}}
    journey.officer.post(f"{journey.path}/comments/{inquiry}/answer", answer, expect=200)
    journey.stack.settle()
    journey.pass_time(days=25)
    for _ in range(4 * 4):  # the sweep for reminders fires once in each step of the local clock,
        journey.pass_time(hours=6)  # and people are reminded by day, whenever the tests run
    texts = [item["text"].partition(":")[0] for item in sent(journey, NUMBER)[before:]]
    assert texts == [
        "استشارة عامة جديدة",
        "تمديد الاستشارة",
        "إجابة عن استفسار",
        "تُغلق قريبًا",
    ]
    mails = [item["subject"].partition(":")[0] for item in sent(journey, ADDRESS)[1:]]
    assert mails == ["New public consultation", "Consultation extended", "Closing soon"]
    posts = [json.loads(item["text"]) for item in sent(journey, HOOK)]
    mine = [post["notice"] for post in posts if post["topic_id"] == journey.topic_id]
    assert mine == ["published", "extended", "answered", "reminder"]
    feed = journey.citizen.get(f"{journey.path}/feed.atom?language=en").text
    assert feed.count("<entry>") == 3
    reminded = sent(journey, NUMBER)[-1]["time"]
    assert timedelta(days=2) < closes_at - journey.now().fromisoformat(reminded) <= timedelta(3)
