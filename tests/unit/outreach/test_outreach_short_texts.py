"""What a text message has of a title or a summary is one line, short or cut."""

import pytest

from services.outreach.texts import _short
from tests.access.readers import of_line


@pytest.mark.parametrize("most", [12, 200])
def test_what_is_taken_over_stays_on_its_line_and_ends_its_direction(most: int) -> None:
    shown = _short("a \u2067b\nhttps://elsewhere.example\u2069 c\x1b", most)
    assert len(shown) <= most + 1
    assert of_line(shown) == []
    assert shown.startswith("a \u2067b ")
