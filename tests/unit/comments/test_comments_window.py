"""The window: when it is open, what a newer order changes and what it cannot."""

from datetime import UTC, datetime, timedelta

import pytest

from services.comments.model.window import (
    WindowOrder,
    moved_window,
    opened_window,
    shards_for,
)

OPENS = datetime(2026, 12, 1, tzinfo=UTC)
CLOSES = datetime(2026, 12, 29, tzinfo=UTC)
INSTANT = timedelta(milliseconds=1)
ORDER = WindowOrder(
    topic_id="t",
    round=1,
    version=3,
    agency="health",
    opens_at=OPENS,
    closes_at=CLOSES,
    participation="open",
    publication_mode="pre",
    expected_participants=20_000,
)
WINDOW = opened_window(ORDER, data_key=b"wrapped")


@pytest.mark.parametrize(
    ("received_at", "taken"),
    [
        (OPENS - INSTANT, False),
        (OPENS, True),
        (CLOSES - INSTANT, True),
        (CLOSES, False),
    ],
)
def test_the_receipt_time_decides_to_the_millisecond(received_at: datetime, taken: bool) -> None:
    assert WINDOW.is_open(received_at) is taken


@pytest.mark.parametrize(
    ("received_at", "code"), [(OPENS - INSTANT, "not_yet_open"), (CLOSES, "closed")]
)
def test_a_refusal_says_why_and_when(received_at: datetime, code: str) -> None:
    assert WINDOW.refusal(received_at).extensions == {
        "code": code,
        "opens_at": "2026-12-01T00:00:00.000Z",
        "closes_at": "2026-12-29T00:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("expected", "shards"),
    [(0, 1), (5_000, 1), (5_001, 4), (50_000, 4), (50_001, 16), (500_000, 16), (500_001, 64)],
)
def test_expected_participation_fixes_the_shards(expected: int, shards: int) -> None:
    assert shards_for(expected) == shards


def test_a_newer_order_moves_the_closing_but_not_shards_and_data_key() -> None:
    later = CLOSES + timedelta(days=14)
    order = ORDER.model_copy(
        update={"version": 4, "closes_at": later, "expected_participants": 900_000}
    )
    moved = moved_window(WINDOW, order)
    assert moved is not None
    assert (moved.closes_at, moved.version) == (later, 4)
    assert (moved.shards, moved.data_key) == (WINDOW.shards, WINDOW.data_key)


@pytest.mark.parametrize("version", [2, 3])
def test_an_order_that_is_not_newer_changes_nothing(version: int) -> None:
    order = ORDER.model_copy(update={"version": version, "closes_at": OPENS})
    assert moved_window(WINDOW, order) is None
