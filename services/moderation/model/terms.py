"""Words of a topic's own: what it may speak of, and what it wants to have looked at."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.moderation.model.fold import folded_text
from services.shared.parsing import fault
from services.shared.texts import Storable

_MOST_WORDS = 200


def _told_apart(word: str) -> str:
    if not any(char.isalnum() for char in folded_text(word)):
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
    """What an officer adds to the lexicon for one topic.

    Attributes
    ----------
    allow : tuple of str
        What is no reason to hold a comment here, whatever the lexicon says.
    hold : tuple of str
        What is held here for a person to look at.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow: Words = ()
    hold: Words = ()
