"""What the model is shown of a text: all but what only looks like abuse."""

import pytest

from services.moderation.model.reading import read
from services.moderation.model.topic_terms import TopicTerms


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("قال كلب الجيران", "قال            "),
        ("ab like idiots", "ab            "),
        ("this stupid plan", "this        plan"),
        ("this stupid plan, moron", "this stupid plan, moron"),
        ("a moron", "a moron"),
    ],
)
def test_what_is_spared_is_blank_and_the_rest_stays_where_it_was(text: str, letters: str) -> None:
    assert read(text).letters == letters


def test_what_the_topic_allows_is_blank() -> None:
    terms = TopicTerms(allow=("moron",))
    assert read("a moron", terms).letters == "a      "
    assert read("a moron", terms).hits == []
