"""Messages are kept apart, so that all who send at once stay within the account's rate."""

import pytest

from services.outreach.transport import SENDERS_AT_ONCE, Pacer


class Clock:
    """A clock that moves when somebody waits, or when it is moved."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def now(self) -> float:
        return self.seconds

    def pause(self, seconds: float) -> None:
        assert seconds > 0
        self.seconds += seconds


def pacer(per_second: int, clock: Clock) -> Pacer:
    return Pacer(per_second, now=clock.now, pause=clock.pause)


@pytest.mark.parametrize(("per_second", "messages"), [(1, 3), (14, 50), (1000, 1000)])
def test_messages_take_as_long_as_the_share_of_the_rate_asks(
    per_second: int, messages: int
) -> None:
    clock = Clock()
    paced = pacer(per_second, clock)
    for _ in range(messages):
        paced.wait()
    share = per_second / SENDERS_AT_ONCE
    assert clock.seconds - 100 == pytest.approx((messages - 1) / share)


def test_eight_senders_at_once_stay_within_the_rate() -> None:
    per_second, messages, sent = 100, 50, 0
    for _ in range(SENDERS_AT_ONCE):
        clock = Clock()
        paced = pacer(per_second, clock)
        for _ in range(messages):
            paced.wait()
            sent += clock.seconds < 101
    assert sent <= per_second + SENDERS_AT_ONCE


def test_the_first_message_and_one_after_a_rest_wait_for_nobody() -> None:
    clock = Clock()
    paced = pacer(8, clock)
    paced.wait()
    assert clock.seconds == 100
    clock.seconds += 60
    paced.wait()
    assert clock.seconds == 160
    paced.wait()
    assert clock.seconds == 161


def test_the_time_that_sending_takes_counts_as_waiting() -> None:
    clock = Clock()
    paced = pacer(8, clock)
    for _ in range(4):
        paced.wait()
        clock.seconds += 0.75
    assert clock.seconds == pytest.approx(103.75)
