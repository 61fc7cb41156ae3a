"""However long and odd a text is, screening it stays linear."""

import time

import pytest

from services.moderation.model.screening import screen

LONG = 20_000


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
    ],
)
def test_a_long_text_is_screened_in_a_moment(piece: str) -> None:
    text = (piece * LONG)[:LONG]
    started = time.process_time()
    for reason in screen(text).reasons:
        for start, end in reason.spans:
            assert 0 <= start < end <= len(text)
    assert time.process_time() - started < 0.5
