"""What is masked is gone as readers see it, and the rest stands where it stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.masking import MASK, masked

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
BAHRAIN, OMAN = "\U0001f1e7\U0001f1ed", "\U0001f1f4\U0001f1f2"


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("يا حقير", (3, 7), "يا ████"),
        ("حَقِير", (0, 1), "██قِير"),
        ("حَقِير", (1, 2), "██قِير"),
        (f"a{FAMILY}b", (3, 4), "a█████b"),
        (f"a{FAMILY}b", (1, 2), "a█████b"),
        ("👍🏽!", (0, 1), "██!"),
        (f"{BAHRAIN}{OMAN}", (2, 3), f"{BAHRAIN}██"),
        (f"{BAHRAIN}{OMAN}", (1, 2), f"██{OMAN}"),
        ("e\u0301a", (0, 1), "██a"),
        ("❤\ufe0f a", (0, 1), "██ a"),
        ("abc", (-3, 1), "█bc"),
        ("abc", (2, 9), "ab█"),
        ("abc", (2, 2), "abc"),
        ("abc", (9, 12), "abc"),
        ("", (0, 3), ""),
    ],
)
def test_a_sign_is_masked_as_a_whole(text: str, span: tuple[int, int], expected: str) -> None:
    assert masked(text, [span]) == expected


def test_spans_may_touch_and_overlap() -> None:
    assert masked("0123456789", [(6, 8), (1, 4), (3, 5)]) == "0████5██89"


@given(text=st.text(max_size=30), spans=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_every_code_point_of_a_span_is_masked_and_none_moves(
    text: str, spans: list[tuple[int, int]]
) -> None:
    shown = masked(text, spans)
    assert len(shown) == len(text)
    within = {place for start, end in spans for place in range(start, min(end, len(text)))}
    assert all(shown[place] == MASK for place in within)
    assert all(new in (old, MASK) for new, old in zip(shown, text, strict=True))


def test_a_text_of_marks_takes_linear_time_for_a_span() -> None:
    assert masked("\u064b" * 20_000, [(0, 1)]) == MASK * 20_000
