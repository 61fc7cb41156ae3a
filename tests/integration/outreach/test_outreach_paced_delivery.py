"""A delivery goes no faster than its share of what the providers take in a second."""

from collections.abc import Callable
from typing import Any

import pytest

from services.outreach import handlers
from services.outreach.handlers import deliver, subscriptions
from services.outreach.model.delivery import Delivery
from services.outreach.settings import settings
from services.outreach.transport import SENDERS_AT_ONCE, Pacer
from services.outreach.use_cases.send import MOST_THROTTLED_IN_A_ROW
from services.shared.errors import TransientError
from tests.integration.outreach.outreach_scene import SUBSCRIBE, TOPIC_ID, VIEW, Ses, Sns
from tests.support.calls import Answer, LambdaContext, http, invoke

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


def task(channel: str) -> dict[str, Any]:
    return {"topic_id": TOPIC_ID, "round": 1, "notice": "published", "channel": channel}


def send(channel: str) -> dict[str, Any]:
    return dict(invoke(deliver.handler, task(channel)))


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


def claimed() -> list[str]:
    """States of the ledger of the notice by mail."""
    entries = handlers.delivery_store().entries(Delivery.model_validate(task("email")))
    return [entry.state for entry in entries]


def test_nobody_is_claimed_before_it_is_the_turn_of_their_mail(
    subscribed: Subscribed, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed("noor@example.com")
    waiting: list[list[str]] = []
    monkeypatch.setattr(seconds, "wait", lambda _seconds: waiting.append(claimed()))
    monkeypatch.setattr(handlers.mailer(), "_pacer", seconds.pacer(1))
    assert send("email")["recipients"] == 2
    assert waiting == [["sent"]]


def test_who_is_throttled_until_the_time_ends_is_released_and_told_by_the_next_attempt(
    ses: Ses, seconds: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers.mailer(), "_pacer", seconds.pacer(1))
    monkeypatch.setattr(handlers.mailer(), "_pause", seconds.wait)
    ses.answers[CONTACT] = [(429, "TooManyRequestsException")] * 5
    limit = seconds.passed + 30
    with monkeypatch.context() as short:
        short.setattr(
            LambdaContext,
            "get_remaining_time_in_millis",
            lambda _self: int(1000 * (limit - seconds.passed)),
        )
        with pytest.raises(TransientError):
            send("email")
    assert seconds.passed <= limit
    assert claimed() == ["released"]
    ses.answers.clear()
    assert send("email")["recipients"] == 1


def test_who_is_throttled_is_put_off_and_the_others_are_told(
    subscribed: Subscribed, ses: Ses
) -> None:
    subscribed("noor@example.com")
    ses.answers["noor@example.com"] = [(429, "TooManyRequestsException")] * 5
    with pytest.raises(TransientError):
        send("email")
    assert ses.accepted == [CONTACT]
    assert send("email")["recipients"] == 2


def test_a_provider_that_throttles_one_after_the_other_is_left_alone(
    subscribed: Subscribed, ses: Ses
) -> None:
    people = [f"noor{number}@example.com" for number in range(MOST_THROTTLED_IN_A_ROW + 2)]
    for each in people:
        subscribed(each)
    ses.answers = {each: [(429, "TooManyRequestsException")] * 100 for each in people}
    with pytest.raises(TransientError):
        send("email")
    tried = {request["Destination"]["ToAddresses"][0] for request in ses.requests}
    assert len(tried) == MOST_THROTTLED_IN_A_ROW
