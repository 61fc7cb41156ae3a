"""What officers add to the lexicon for one topic: words it may be talked about with, and others.

A topic on a sensitive subject needs words that are held elsewhere; another has nicknames that no
general list knows. Both are looked up like the lexicon's own, with clitics and endings.
"""

from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.moderation.model.fold import Folded, folded_text
from services.moderation.model.lexicon import WORD, Lexicon
from services.moderation.model.morphology import SHORTEST_STEM
from services.moderation.model.scan import Hit, scan
from services.shared.parsing import fault
from services.shared.texts import Storable

_REMEMBERED_TOPICS = 128
_MOST_WORDS = 200


def _told_apart(word: str) -> str:
    if not WORD.search(folded_text(word)):
        raise fault("no_letters")
    return word


Word = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=60),
    Storable,
    AfterValidator(_told_apart),
]
"""A word or a phrase, in any spelling: it is compared folded."""
Words = Annotated[tuple[Word, ...], Field(max_length=_MOST_WORDS)]


class TopicTerms(BaseModel):
    """Words and phrases of one topic, as an officer wrote them.

    Attributes
    ----------
    allow : tuple of str
        Not abuse in this topic, whatever the lexicon says.
    hold : tuple of str
        Held in this topic under ``abusive``, where `allow` has not the same words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow: Words = ()
    hold: Words = ()


NO_TERMS = TopicTerms()


def allowed_hits(folded: Folded, terms: TopicTerms) -> list[Hit]:
    """Places of the words that the topic allows."""
    return scan(folded, _lexicon(terms.allow)) if terms.allow else []


def held_hits(folded: Folded, terms: TopicTerms) -> list[Hit]:
    """Hits of the words that the topic adds, in the order of the text."""
    return scan(folded, _lexicon(terms.hold)) if terms.hold else []


@lru_cache(maxsize=_REMEMBERED_TOPICS)
def _lexicon(words: tuple[str, ...]) -> Lexicon:
    known = [" ".join(WORD.findall(folded_text(word))) for word in words]
    short = [word for word in known if 0 < len(word) < SHORTEST_STEM]
    long = [word for word in known if len(word) >= SHORTEST_STEM]
    kind = {"code": "abusive", "tier": "hard"}
    groups = [{**kind, "match": "exact", "terms": short}, {**kind, "match": "stem", "terms": long}]
    return Lexicon([{"groups": groups}])
