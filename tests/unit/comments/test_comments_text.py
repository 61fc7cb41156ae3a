"""What counts as a text, in which language it is, how a part of it is masked."""

import pytest

from services.comments.model.text import detect, mask
from services.shared.texts import is_visible


@pytest.mark.parametrize("text", ["نعم", "ok", "؟", "👍", "\u200f١"])
def test_a_reader_sees_letters_digits_signs_and_emoji(text: str) -> None:
    assert is_visible(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\u200b\u200d\ufeff",
        "\u200f\u061c",
        "\u3164\u2800",
        "\u064e",
        "\ufe0f\U000e0100",
        "\U000e0041\U000e007f",
        "\u2065\ufff0\U000e0fff",
        "\U0001d159",
    ],
)
def test_a_reader_sees_nothing_of_spaces_zero_width_characters_and_loose_marks(text: str) -> None:
    assert not is_visible(text)


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["أؤيد العيادات المسائية"], "ar"),
        (["I support evening clinics"], "en"),
        (["أؤيد the new app كما هو مقترح في الوثيقة"], "ar"),
        (["The word شورى means consultation"], "en"),
        (["٣٦٠٠ ✓"], "en"),
        ([], "en"),
        (["نعم", "yes"], "ar"),
    ],
)
def test_the_script_of_most_letters_tells_the_language(texts: list[str], language: str) -> None:
    assert detect(texts, otherwise="en") == language


def test_a_text_without_letters_is_in_the_language_of_the_request() -> None:
    assert detect(["100%"], otherwise="ar") == "ar"


@pytest.mark.parametrize(
    ("text", "spans", "masked"),
    [
        ("call 36000000 now", [(5, 13)], "call ████████ now"),
        ("اتصل بي ٣٦٠٠", [(8, 12)], "اتصل بي ████"),
        ("👍👍 bad", [(3, 6)], "👍👍 ███"),
        ("abc", [(-4, 1), (2, 99)], "█b█"),
        ("abc", [], "abc"),
    ],
)
def test_spans_are_masked_by_code_points(
    text: str, spans: list[tuple[int, int]], masked: str
) -> None:
    assert mask(text, spans) == masked
