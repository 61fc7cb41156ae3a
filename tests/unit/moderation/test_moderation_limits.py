"""However long and odd a text is, screening it stays linear."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.moderation.model.screening import screen

LONG = 20_000
_TIMES = 4
"""A text so many times as long may take little more than so many times as long to screen."""


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a@",
        "1 ",
        "f*",
        "a.b.",
        "كلب ",
        "(at) ",
        "BH67",
        "[ ",
        "يا ",
        "you a ",
        "ab1",
        "و",
        "\u064b",
        "😀",
        "a a",
        "+97336",
        "fx*x\n",
        "a$ ",
        "كس ام",
        "کی ہے ",
        "ا1",
        "36000001 ",
        "www.",
    ],
)
def test_a_long_text_takes_as_much_longer_as_it_is_longer(piece: str) -> None:
    text = (piece * LONG)[:LONG]
    for reason in screen(text).reasons:
        for start, end in reason.spans:
            assert 0 <= start < end <= len(text)
    # A square would be sixteen times as long; what is over in a moment is too short to compare.
    short = max(_seconds(text[: LONG // _TIMES]), 0.02)
    assert _seconds(text) / short < 3 * _TIMES


def _seconds(text: str) -> float:
    """Time (CPU, of this thread) of the fastest of three screenings."""
    taken = []
    for _ in range(3):
        started = time.thread_time()
        screen(text)
        taken.append(time.thread_time() - started)
    return min(taken)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
@example("\ud800 ي\u064b*ي 1ا1 $a$ @@ ")
@example("ﷺ ﷽ f\u0336u\u0336c\u0336k\u0336 ﬁ")
def test_no_text_is_too_odd_and_every_span_lies_in_it(text: str) -> None:
    for reason in screen(text).reasons:
        assert 0 <= reason.score <= 1
        for start, end in reason.spans:
            assert 0 <= start < end <= len(text)
