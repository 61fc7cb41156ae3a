import threading
from datetime import UTC, datetime, timedelta

import pytest

from local.clock import LocalClock, LocalEvent, LocalThread, NotQuiet

START = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> LocalClock:
    return LocalClock(start=START, speed=0)


def test_time_stands_still_at_speed_zero_and_moves_when_moved_on(clock: LocalClock) -> None:
    clock.advance(timedelta(days=14))
    assert clock.now() == START + timedelta(days=14)


def test_the_clock_never_goes_back(clock: LocalClock) -> None:
    clock.move_to(START - timedelta(days=1))
    assert clock.now() == START


def test_at_a_speed_local_time_runs_that_much_faster() -> None:
    clock = LocalClock(start=START, speed=3600)
    threading.Event().wait(0.05)
    assert START + timedelta(minutes=3) <= clock.now() < START + timedelta(hours=10)


def test_advancing_wakes_whoever_waits_each_at_its_own_instant(clock: LocalClock) -> None:
    woke: list[tuple[str, timedelta]] = []

    def sleeper(name: str, days: list[int]) -> None:
        for day in days:
            LocalEvent(clock).wait(day * 86400)
            woke.append((name, clock.now() - START))

    for name, days in (("weekly", [7, 7]), ("daily", [1, 1, 8])):
        LocalThread(clock, target=sleeper, args=(name, days)).start()
    clock.advance(timedelta(days=12))
    assert woke == [
        ("daily", timedelta(days=1)),
        ("daily", timedelta(days=2)),
        ("weekly", timedelta(days=7)),
        ("daily", timedelta(days=10)),
    ]


def test_an_event_wakes_its_waiter_even_if_cleared_at_once(clock: LocalClock) -> None:
    event = LocalEvent(clock)
    answers: list[bool] = []
    LocalThread(clock, target=lambda: answers.append(event.wait(60))).start()
    clock.settle()
    event.set()
    event.clear()
    clock.settle()
    assert answers == [True]


def test_a_wait_that_ends_by_time_says_so(clock: LocalClock) -> None:
    answers: list[bool] = []
    LocalThread(clock, target=lambda: answers.append(LocalEvent(clock).wait(60))).start()
    clock.advance(timedelta(seconds=59))
    assert answers == []
    clock.advance(timedelta(seconds=1))
    assert answers == [False]


def test_settling_skips_the_time_that_work_begun_needs_but_no_more(clock: LocalClock) -> None:
    done: list[str] = []

    def work() -> None:
        clock.sleep(300)
        done.append("work")
        LocalEvent(clock).wait(3600)
        done.append("parked")

    LocalThread(clock, target=work).start()
    clock.settle()
    assert done == ["work"]
    assert clock.now() == START + timedelta(minutes=5)


def test_settling_gives_up_while_something_is_busy(clock: LocalClock) -> None:
    with clock.busy(), pytest.raises(NotQuiet):
        clock.settle(timeout_seconds=0.05)


def test_a_woken_waiter_counts_as_busy_before_its_thread_has_its_turn(clock: LocalClock) -> None:
    event = LocalEvent(clock)
    done: list[int] = []
    for _ in range(200):
        event.clear()

        def once() -> None:
            event.wait()
            done.append(1)

        LocalThread(clock, target=once).start()
        clock.settle()
        before = len(done)
        event.set()
        clock.settle()
        assert len(done) == before + 1


def test_stopping_ends_the_threads(clock: LocalClock) -> None:
    threads = [LocalThread(clock, target=LocalEvent(clock).wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    clock.settle()
    clock.stop()
    assert not any(thread.is_alive() for thread in threads)
