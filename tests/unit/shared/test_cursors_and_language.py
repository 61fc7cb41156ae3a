"""Cursors are ours or refused; the language is the one that was asked for."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared import cursors
from services.shared.errors import Malformed
from services.shared.language import preferred

KEY = b"k" * 32


@given(st.recursive(st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner)))
def test_a_cursor_gives_back_its_position(position: object) -> None:
    cursor = cursors.encode(position, key=KEY, scope="topics")
    assert cursors.decode(cursor, key=KEY, scope="topics") == position


@given(st.integers(min_value=0), st.characters())
def test_no_altered_cursor_is_taken(place: int, character: str) -> None:
    cursor = cursors.encode({"pk": "x"}, key=KEY, scope="topics")
    at = place % (len(cursor) + 1)
    for altered in (
        cursor[:at] + character + cursor[at:],
        cursor[:at] + character + cursor[at + 1 :],
    ):
        if altered != cursor:
            with pytest.raises(Malformed):
                cursors.decode(altered, key=KEY, scope="topics")


def test_a_cursor_tells_nobody_where_it_leads() -> None:
    cursor = cursors.encode({"pk": "T#draft"}, key=KEY, scope="topics")
    assert b"draft" not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


@pytest.mark.parametrize("cursor", ["", "AA", "A" * 22, "=", "é"])
def test_what_was_never_a_cursor_is_not_taken(cursor: str) -> None:
    with pytest.raises(Malformed):
        cursors.decode(cursor, key=KEY, scope="topics")


def test_a_cursor_of_another_list_is_not_taken() -> None:
    cursor = cursors.encode(1, key=KEY, scope="topics")
    with pytest.raises(Malformed):
        cursors.decode(cursor, key=KEY, scope="cases")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ar"),
        ("", "ar"),
        ("fr", "ar"),
        ("en", "en"),
        ("en-GB,en;q=0.8", "en"),
        ("ar-BH;q=0.5, en; q=0.8", "en"),
        ("en;q=0", "ar"),
        ("en;q=nonsense", "ar"),
        ("*", "ar"),
        ("ar-BH", "ar"),
        ("ar-BH, en;q=0.9", "ar"),
        ("en-US,en;q=0.9,ar;q=0.8", "en"),
        ("EN-gb ;\tQ=0.7 , AR; q=0.6", "en"),
        ("fr-FR, en;q=0.2", "en"),
        ("hi, ur;q=0.9, fil;q=0.8", "ar"),
        ("english, arabic", "ar"),
        ("ar;q=0.5, en;q=0.5", "ar"),
        ("en;q=0.5, ar;q=0.5", "en"),
        ("en-GB;q=0.3, en;q=0.9, ar;q=0.6", "en"),
        ("en;q=0.1, *;q=0.9", "ar"),
        ("fr, *;q=0.1", "ar"),
        ("ar;q=0, *", "en"),
        ("ar;q=0, en;q=0", "ar"),
        ("en;q=1.5, ar;q=0.1", "ar"),
        ("en;q=inf, ar;q=0.1", "ar"),
        ("en;q=nan", "ar"),
        (",,;q=1,-", "ar"),
    ],
)
def test_the_language_asked_for_is_chosen(header: str | None, language: str) -> None:
    assert preferred(header) == language
