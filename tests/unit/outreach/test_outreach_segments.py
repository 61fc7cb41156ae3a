"""How many text messages a text is paid for as."""

import pytest

from services.outreach.model.segments import is_gsm7, plain, segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("\n" * 160, 1),
        ("ع" * 70, 1),
        ("ع" * 71, 2),
        ("ع" * 134, 2),
        ("ع" * 135, 3),
        ("a" * 71 + "ع", 2),
        ("`" * 71, 2),
        ("\U0001f600" * 35, 1),
        ("\U0001f600" * 36, 2),
    ],
)
def test_a_text_is_counted_in_septets_or_in_pairs_of_bytes(text: str, expected: int) -> None:
    assert segments(text) == expected


def test_no_character_is_split_between_two_segments() -> None:
    # 152 septets, an escaped one that begins the second part, and so on: 152 + 153 + 1.
    assert segments("a" * 152 + "€" + "a" * 152) == 3
    assert segments("a" * 151 + "€" + "a" * 153) == 2
    assert segments("ع" * 66 + "\U0001f600" + "ع" * 66) == 3


def test_the_alphabet_has_its_accents_and_no_others() -> None:
    assert is_gsm7("Ä é Ç £ Ω {x} [y] ~ | \\ ^ €")
    assert not any(map(is_gsm7, "âç`\t’…–ع"))


def test_what_stays_beyond_the_alphabet_is_left_as_it_is() -> None:
    assert plain("it’s") == "it's"
    assert plain("it’s عام") == "it’s عام"
