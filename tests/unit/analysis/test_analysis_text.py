"""What counts as the same letter, and which words a comment is counted under."""

import numpy as np
import pytest

from services.analysis.engine.spoken import spoken
from services.analysis.engine.terms import Terms, counted
from services.analysis.model.text import normalised, stem, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("نطالبُ بفتحِ العياداتِ", "نطالب بفتح العيادات"),  # marks
        ("نطـــالب بفتح", "نطالب بفتح"),  # tatweel
        ("إلى المدرسة", "الى المدرسه"),  # letter variants
        ("مستشفى", "مستشفي"),
        ("الساعة ١٢", "الساعة 12"),  # digits
        ("نعم، أوافق!", "نعم أوافق"),
        ("We  agree.\nStrongly", "we agree strongly"),
        ("Ｗｅ ａｇｒｅｅ", "We agree"),  # full width
        ("ag\u200bree", "agree"),  # zero width
        ("STRASSE", "straße"),
    ],
)
def test_letters_that_read_the_same_are_the_same(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أوافق", "لا أوافق"),
        ("I agree 👍", "I agree 👎"),
        ("open at 4", "open at 5"),
        ("résumé", "resume"),
        ("صف", "ضف"),
    ],
)
def test_letters_that_say_something_else_stay_apart(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize("text", ["", "  ", "…!", "\u200b\u200f", "ـ"])
def test_a_text_of_nothing_but_punctuation_is_blank(text: str) -> None:
    assert normalised(text) == ""


@pytest.mark.parametrize(
    "word", ["الموعد", "موعد", "والموعد", "بالموعد", "كالموعد", "فالموعد", "للموعد", "المَوْعِد"]
)
def test_the_arabic_article_and_its_clitics_do_not_make_another_word(word: str) -> None:
    assert stem(word) == "موعد"


@pytest.mark.parametrize(
    ("word", "counted_as"),
    [("الحي", "الحي"), ("وقت", "وقت"), ("لله", "لله"), ("Evening", "evening")],
)
def test_short_words_keep_all_their_letters(word: str, counted_as: str) -> None:
    assert stem(word) == counted_as


def test_numbers_and_possessives_are_no_words() -> None:
    assert list(words("Ramadan's 12 hours, don't")) == ["Ramadan", "hours", "dont"]


def _terms(*texts: str, language: str = "en") -> list[dict[str, object]]:
    names = [f"c{number}" for number in range(len(texts))]
    return _table(list(texts), names, language=language)


def _table(texts: list[str], names: list[str], *, language: str) -> list[dict[str, object]]:
    is_new = np.array([text not in texts[:place] for place, text in enumerate(texts)], np.bool_)
    one = np.zeros(len(texts), np.int64)
    terms, said = Terms(), spoken(texts, language)
    for counts in counted(said, one, comment_ids=names, is_new=is_new).values():
        terms.include(counts)
    return terms.table()


def test_a_term_is_shown_in_its_commonest_form_with_comments_that_use_it() -> None:
    found = _terms("العيادات بعيدة", "نحتاج العيادات", "عيادات مسائية", "موقف", language="ar")
    assert found == [
        {"term": "العيادات", "comments": 3, "distinct": 3, "citing": ["c0", "c1", "c2"]}
    ]


def test_a_word_said_twice_in_one_comment_counts_once() -> None:
    assert _terms("parking, parking, parking", "parking")[0]["comments"] == 2


def test_a_letter_sent_often_does_not_choose_the_words() -> None:
    found = _terms(*["stop construction"] * 9, "more nurses", "nurses please")
    assert [row["term"] for row in found] == ["nurses", "construction", "stop"]
    assert [row["comments"] for row in found] == [2, 9, 9]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "they shouldn't be there"), ("ar", "ولكن هذا على الذين كانوا")]
)
def test_function_words_are_no_terms(language: str, text: str) -> None:
    assert _terms(text, text, language=language) == []


def test_at_most_three_comments_are_cited_whatever_the_order() -> None:
    names = [f"c{number}" for number in range(9)]
    forth = _table(["parking"] * 9, names, language="en")
    back = _table(["parking"] * 9, names[::-1], language="en")
    assert forth == back
    assert forth[0]["citing"] == ["c0", "c1", "c2"]


def test_a_comment_that_says_a_word_on_two_questions_is_cited_once() -> None:
    table = _table(["parking", "parking please", "parking now"], ["c1", "c1", "c0"], language="en")
    assert [row["citing"] for row in table if row["term"] == "parking"] == [["c0", "c1"]]
