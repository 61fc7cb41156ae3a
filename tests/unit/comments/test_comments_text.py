"""What counts as a text, and in which language it is."""

import pytest

from services.comments.model.text import detect
from services.shared.language import Language
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


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("التفاصيل هنا https://www.example.org/consultations/evening-clinics?page=2", "ar"),
        ("www.example.org/a-very-long-address/of-the-document رأيي مكتوب هنا", "ar"),
        ("راسلوني على the.whole.family.of.fatima@example.org", "ar"),
        ("See https://example.org/%D8%B4/العيادات-المسائية-في-المحرق", "en"),
        ("انظروا moh.gov.bh/clinics/evening", "ar"),
        ("الحجز من خلال sehati.example", "ar"),
        ("Closed early.Nobody told us", "en"),
        ("example.org", "en"),
    ],
)
def test_addresses_are_in_no_language(text: str, language: str) -> None:
    assert detect([text], otherwise="en") == language


@pytest.mark.parametrize(
    "text",
    [
        "ana mwafeg 3ala el mashroo3 bas el maw3ed mo zain",
        "Lazem yef7on el 3eyada ba3d el maghreb",
        "ya ret tet2akadon, el 7ajz mo shaghal 3endi",
        "9aba7 el5air",
        "7elwa el fekra",
        "el 6abeeba mo mawjooda w e7na na6er sa3ateen",
    ],
)
def test_arabic_in_latin_letters_is_told_by_the_digits_among_them(text: str) -> None:
    assert detect([text], otherwise="en") == "ar"


@pytest.mark.parametrize(
    "text",
    [
        "Open from 9am to 3pm on the 2nd floor, 24h a day, 7days a week",
        "COVID19 and H2O, CO2, PM2.5, MP3s, 5G, 3D, B2B, W3C, ISO9001",
        "I waited 2hours and 5min, then 3weeks more",
        "My neighbour 3abdulla cannot reach the evening clinic by bus",
        "gr8 idea, c u l8r",
        "Windows 7 and q3 and Q2 results",
        "5star hotels",
        "2cars please",
        "4x4 2door 5seat cars",
    ],
)
def test_english_with_numbers_in_it_stays_english(text: str) -> None:
    assert detect([text], otherwise="ar") == "en"


@pytest.mark.parametrize("otherwise", ["ar", "en"])
@pytest.mark.parametrize(
    "text", ["हमें शाम के क्लिनिक चाहिए", "我们支持", "👍👍 100%", "https://example.org"]
)
def test_neither_script_tells_no_language(text: str, otherwise: Language) -> None:
    assert detect([text], otherwise=otherwise) == otherwise


def test_a_text_without_letters_is_in_the_language_of_the_request() -> None:
    assert detect(["100%"], otherwise="ar") == "ar"
