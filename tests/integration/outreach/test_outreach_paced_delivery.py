"""A delivery goes no faster than its share of what the providers take in a second."""

from collections.abc import Callable
from typing import Any

import pytest

from services.outreach import handlers
from services.outreach.handlers import deliver, subscriptions
from services.outreach.settings import settings
from services.outreach.transport import SENDERS_AT_ONCE, Pacer
from tests.integration.outreach.outreach_scene import SUBSCRIBE, TOPIC_ID, VIEW, Ses, Sns
from tests.support.calls import Answer, http, invoke

Subscribed = Callable[..., Answer]
CONTACT = VIEW["contact"]["email"]
pytestmark = pytest.mark.usefixtures("clock", "topics", "ses", "sns")


class Seconds:
    """Seconds of a clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.passed = 0.0

    def wait(self, seconds: float) -> None:
        self.passed += seconds

    def pacer(self, per_second: int) -> Pacer:
        return Pacer(per_second, now=lambda: self.passed, pause=self.wait)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    """The clock by which mails (40 a second) and text messages (4 a second) are kept apart."""
    found = Seconds()
    monkeypatch.setattr(handlers.mailer(), "_pacer", found.pacer(40))
    monkeypatch.setattr(handlers.texter(), "_pacer", found.pacer(4))
    return found


def send(channel: str) -> dict[str, Any]:
    task = {"topic_id": TOPIC_ID, "round": 1, "notice": "published", "channel": channel}
    return dict(invoke(deliver.handler, task))


def test_mails_are_kept_apart(subscribed: Subscribed, ses: Ses, seconds: Seconds) -> None:
    for number in range(5):
        subscribed(f"noor{number}@example.com")
    started = seconds.passed = 1000.0
    assert send("email")["recipients"] == 6
    share = 40 / SENDERS_AT_ONCE
    assert seconds.passed - started == pytest.approx((6 - 1) / share)


def test_a_mail_that_was_throttled_waits_for_its_turn_like_any_other(
    ses: Ses, seconds: Seconds
) -> None:
    started = seconds.passed = 1000.0
    ses.answers[CONTACT] = [(429, "TooManyRequestsException")] * 2
    assert send("email")["recipients"] == 1
    assert seconds.passed - started == pytest.approx(2 * SENDERS_AT_ONCE / 40)


def test_text_messages_have_a_rate_of_their_own(sns: Sns, seconds: Seconds) -> None:
    started = seconds.passed = 1000.0
    for number in range(3):
        body = {"phone": f"+9733600777{number}", "language": "ar"}
        answer = http(subscriptions.handler, SUBSCRIBE, path={"topic": TOPIC_ID}, body=body)
        assert answer.status == 202
    assert seconds.passed - started == pytest.approx((3 - 1) * SENDERS_AT_ONCE / 4)


def test_the_rates_are_the_settings() -> None:
    found = settings()
    mails, texts = (vars(each())["_pacer"] for each in (handlers.mailer, handlers.texter))
    assert vars(mails)["_apart"] == SENDERS_AT_ONCE / found.emails_per_second
    assert vars(texts)["_apart"] == SENDERS_AT_ONCE / found.texts_per_second
