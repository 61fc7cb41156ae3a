"""Reading a text: what of it the lexicon knows, and what of it the model is to see."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.moderation.model.fold import Folded, fold
from services.moderation.model.lexicon import lexicon
from services.moderation.model.neighbours import plain_words
from services.moderation.model.scan import Hit, survey
from services.moderation.model.spans import Span
from services.moderation.model.topic_terms import NO_TERMS, TopicTerms, allowed_hits, held_hits


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it was read.

    Attributes
    ----------
    hits : list of Hit
        Those that stand in this text and topic.
    letters : str
        The folded text without what only looks like abuse, as long as it is.
    """

    folded: Folded
    hits: list[Hit]
    letters: str


def read(text: str, terms: TopicTerms = NO_TERMS) -> Reading:
    """Read a text of a topic; linear in its length."""
    folded = fold(text)
    found = survey(folded, lexicon())
    hits = found.hits
    if hits and (plain := plain_words(text)):
        hits = [hit for hit in hits if folded.text[hit.start : hit.end] not in plain]
    hits += held_hits(folded, terms)
    allowed = [(hit.start, hit.end) for hit in allowed_hits(folded, terms)]
    if allowed:
        inside = _marked(folded.text, allowed)
        hits = [hit for hit in hits if not any(inside[hit.start : hit.end])]
    spared = [*found.spared, *allowed]
    if not spared:
        return Reading(folded, hits, folded.text)
    away = _marked(folded.text, spared)
    rest = (" " if out else char for char, out in zip(folded.text, away, strict=True))
    return Reading(folded, hits, "".join(rest))


def _marked(text: str, spans: Iterable[Span]) -> bytearray:
    """One for each character of a text that lies in a span, else zero."""
    marks = bytearray(len(text))
    for start, end in spans:
        marks[start:end] = b"\1" * (end - start)
    return marks
