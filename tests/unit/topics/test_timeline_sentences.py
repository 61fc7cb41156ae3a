"""Each event of a topic is told in a sentence of either language."""

import re
from string import Formatter

import pytest

from scripts.contracts import events_of
from services.topics.model.telling import sentences, told

_ARABIC = re.compile("[\u0600-\u06ff]")
OF_THE_SYSTEM = {"QueueRedriveRequested", "QueueRedriven", "ReconciliationRequested"}
"""Of no topic's timeline: operators do this to the system as a whole."""
OF_TOPICS = {event.__name__: event for event in events_of("topics")}.items()


def test_every_event_of_a_topic_has_its_sentence_and_no_other() -> None:
    assert set(sentences()) == {name for name, _event in OF_TOPICS} - OF_THE_SYSTEM


@pytest.mark.parametrize("name", sorted(sentences()))
def test_a_sentence_is_in_both_languages_and_asks_for_what_its_event_has(name: str) -> None:
    texts = sentences()[name]
    assert set(texts) == {"ar", "en"}
    assert (bool(_ARABIC.search(texts["ar"])), bool(_ARABIC.search(texts["en"]))) == (True, False)
    asked = [{part[1] for part in Formatter().parse(text) if part[1]} for text in texts.values()]
    assert asked[0] == asked[1] <= set(dict(OF_TOPICS)[name].model_fields)
    assert all(text.endswith(".") for text in texts.values())


def test_a_version_of_the_decision_is_told_by_its_number() -> None:
    assert told("DecisionAnnounced", {"decision_version": 2}) == {
        "ar": "أُعلن الإصدار 2 من القرار.",
        "en": "Version 2 of the decision was announced.",
    }
