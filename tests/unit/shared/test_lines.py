"""A text of people's on one line of ours leaves the words beside it as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.lines import one_line
from tests.access.readers import of_line


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  Evening \t clinics ", "Evening clinics"),
        ("Evening\r\nBcc: all@example.org", "Evening Bcc: all@example.org"),
        ("a\u2028b\u2029c\x85d\x0be\x0cf\x1cg", "a b c d e f g"),
        ("a\x1b[31mb\x07\x7f", "a [31mb"),
        ("ساعات\u200f العيادات\u200e", "ساعات\u200f العيادات\u200e"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\u2066English\u2069 عربي", "\u2066English\u2069 عربي"),
        ("\u2067open", "\u2067open\u2069"),
        ("\u202bopen \u2066both", "\u202bopen \u2066both\u2069\u202c"),
        ("\u2066a\u202bb\u2069c", "\u2066a\u202bb\u202c\u2069c"),
        ("never opened\u202c\u2069", "never opened"),
        ("\u202ba\u2069b\u202c", "\u202bab\u202c"),
    ],
)
def test_lines_and_directions_end_with_the_text(written: str, shown: str) -> None:
    assert one_line(written) == shown


@given(st.text(st.sampled_from("ab \n\x85\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2068\u2069")))
def test_nothing_of_any_text_is_left_open(text: str) -> None:
    line = one_line(text)
    assert of_line(line) == []
    assert one_line(line) == line
    assert [c for c in line if c in "ab"] == [c for c in text if c in "ab"]
