"""A text in another dress folds to the same letters, and every letter knows where it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.moderation.model.fold import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("حِمَارٌ", "حمار"),
        ("حــــمـار", "حمار"),
        ("ح\u200bم\u200dا\u200fر", "حمار"),
        ("أإآٱا", "ااااا"),
        ("غبية على", "غبيه علي"),
        ("ﻏﺒﻲ", "غبي"),
        ("گلب کلب", "كلب كلب"),
        ("ＦＵＣＫ", "fuck"),
        ("𝓯𝓾𝓬𝓴", "fuck"),
        ("сһіт", "chit"),
        ("fսck", "fuck"),
        ("café Über", "cafe uber"),
        ("ꜰᴜᴄᴋ 🅵🆄🅲🅺 fu¢k", "fuck fuck fuck"),
        ("٧۷", "77"),
        ("so\u00adft", "soft"),
        ("", ""),
    ],
)
def test_disguise_and_spelling_are_folded_away(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_marks_after_a_letter_belong_to_its_span() -> None:
    text = "يا حِمَارُ!"
    folded = fold(text)
    start = folded.text.index("حمار")
    first, last = folded.original(start, start + 4)
    assert text[first:last] == "حِمَارُ"


def test_offsets_count_code_points_and_not_units_of_an_encoding() -> None:
    text = "😀😀 غبي"
    folded = fold(text)
    start = folded.text.index("غبي")
    assert folded.original(start, start + 3) == (3, 6)


@given(st.text())
def test_every_folded_letter_has_a_span_in_the_original(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert folded.starts == sorted(folded.starts)
    for start, end in zip(folded.starts, folded.ends, strict=True):
        assert 0 <= start < end <= len(text)
