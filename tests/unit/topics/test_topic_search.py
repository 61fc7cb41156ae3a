"""Topics are found however their words are spelled, and by nothing that is not there."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.shared.errors import Malformed
from services.topics.model.narrowing import Narrowing
from services.topics.model.search import search_text, sought, words

TEXTS = (
    "أوقاتُ عملِ المراكـــز الصحيّة في العُطلة",
    "سؤال عن شؤون البيئة والماء للآباء ١٢ شهرًا من ٢٠٢٦",
    "Opening hours of the health centres: COVID-19, Straße, 50 % “walk-in”",
)


def finds(query: str, *texts: str) -> bool:
    kept = search_text(texts or TEXTS)
    return all(part in kept for part in sought(query))


@pytest.mark.parametrize(
    "query",
    [
        "أوقات عمل",
        "اوقات",
        "إوقات",
        "آوقات",
        "المراكز الصحية",
        "المراكز الصحيه",
        "مراكز صحية",
        "الصحيّة المراكز",
        "مراكــــز",
        "مَراكِز",
        "العطله",
        "سوال شوون",
        "سؤال",
        "البيئه",
        "بيية",
        "ماء",
        "الماء",
        "اباء",
        "12 2026",
        "١٢",
        "۲۰۲۶",
        "OPENING",
        "hour",
        "straße",
        "STRASSE",
        "ＨＥＡＬＴＨ",
        "covid 19",
        "walk-in",
        "centres health",
        "cen hea ope",
        "الصحي\u200f\u200e",
    ],
)
def test_a_topic_is_found_by_the_beginnings_of_its_words_however_they_are_spelled(
    query: str,
) -> None:
    assert finds(query)


@pytest.mark.parametrize(
    "query",
    ["entres", "health camels", "راكز", "المراكز المدرسية", "9", "a.*", "ope_ing", "صحية جمل"],
)
def test_a_topic_is_not_found_by_what_is_none_of_its_words(query: str) -> None:
    assert not finds(query)


def test_the_article_matters_on_neither_side() -> None:
    for text in ("صحة", "الصحة", "بالصحة", "والصحة", "للصحة"):
        for query in ("صحة", "الصحة", "والصحة", "للصحة"):
            assert finds(query, text), (query, text)


def test_a_short_word_is_not_taken_for_an_article() -> None:
    assert words("الم الله") == ["الم", "الله"]
    assert not finds("الم", "مدرسة")


@given(st.text(max_size=200))
def test_every_text_is_found_by_itself(text: str) -> None:
    assert finds(text, text)


@given(st.text(max_size=100))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = words(text)
    assert words(" ".join(once)) == once


@pytest.mark.parametrize("text", ["ﷺ" * 20_000, "㌀" * 20_000, "a" * 20_000, "ab " * 7_000])
def test_no_text_grows_beyond_what_a_row_has_room_for(text: str) -> None:
    began = time.perf_counter()
    assert len(search_text([text] * 4).encode()) <= 64 * 1024
    assert time.perf_counter() - began < 5


def test_of_a_text_too_long_the_beginning_is_found() -> None:
    long = " ".join(f"word{number:05d}" for number in range(20_000))
    assert finds("title word00000", "title", long)
    assert not finds("word19999", "title", long)


def test_every_parameter_at_fault_is_told_at_once() -> None:
    query = {"stage": "asleep,draft", "agency": "", "type": "party", "q": "؟!", "colour": "red"}
    with pytest.raises(Malformed) as refused:
        Narrowing.of(query)
    faults = {fault.field: fault.code for fault in refused.value.faults}
    assert faults == {
        "/stage": "not_allowed",
        "/agency": "not_allowed",
        "/type": "not_allowed",
        "/q": "no_word",
        "/colour": "unknown_field",
    }


@pytest.mark.parametrize("query", [{"q": "a" * 201}, {"q": "a " * 101}])
def test_a_query_is_bounded(query: dict[str, str]) -> None:
    with pytest.raises(Malformed) as refused:
        Narrowing.of(query)
    assert [fault.code for fault in refused.value.faults] == ["too_long"]


def test_the_same_filters_are_the_same_however_they_are_written() -> None:
    one = Narrowing.of({"stage": "collecting, scheduled", "q": "الصحّة MORE"})
    other = Narrowing.of({"stage": "scheduled,collecting,scheduled", "q": "more صحه"})
    assert one.scope == other.scope
    assert one.scope != Narrowing.of({"q": "more صحه"}).scope
    assert Narrowing.of({"agency": "health"}).scope != Narrowing.of({"q": "health"}).scope
    assert Narrowing.of({"q": "  ", "cursor": "x"}) == Narrowing()
