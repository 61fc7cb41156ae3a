"""Who doubts a comment, and how urgent that is.

Readers' flags bring a comment before a moderator, never out of the public view. How many it takes
doubles whenever a person has let it stand, so that no crowd keeps moderators busy with one comment.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from services.moderation.model.abuse import CLEAR
from services.moderation.model.reasons import Reason, ReasonCode

Origin = Literal["rules", "flags"]
"""Who doubted a comment first: the rules on arrival, or people who read it."""
Severity = Literal["high", "normal"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
FLAGS_NEEDED = 3
"""From how many readers, before a moderator has looked."""
FLAGGED = 0.5
"""Score of what readers say: nobody knows yet."""
_SHORTEST_REPEATED = 12
_OF_ITS_PLACE: tuple[ReasonCode, ...] = ("off_topic", "duplicate_by_same_author")
_GRAVE: frozenset[ReasonCode] = frozenset({"hate", "threat", "unlawful"})


class Flag(BaseModel):
    """One reader's doubt about a published comment.

    Attributes
    ----------
    flagger : str
        Pseudonym within the topic; each counts once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: ReasonCode
    flagger: str


class Verdict(BaseModel):
    """What a person decided of a text, for its exact repeats: the case, its ground, who it was."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_id: str
    code: ReasonCode
    by: str


def flags_needed(times_let_stand: int, *, known: int = 0) -> int:
    """How many readers, in all, bring a comment before a moderator (again).

    Parameters
    ----------
    known : int
        How many had flagged it when a person let it stand; more than it took may have by then.
    """
    return max(FLAGS_NEEDED << times_let_stand, 2 * known)


def flagged_reasons(codes: Iterable[ReasonCode]) -> tuple[Reason, ...]:
    """What the readers said, what most said first; nobody marked a place."""
    counts = Counter(codes)
    ordered = sorted(counts, key=lambda code: (-counts[code], code))
    return tuple(Reason(code=code, spans=(), score=FLAGGED) for code in ordered)


def severity(reasons: Iterable[Reason]) -> Severity:
    """How urgent doubts are: grave grounds, and what is clear, come first."""
    grave = any(reason.code in _GRAVE or reason.score >= CLEAR for reason in reasons)
    return "high" if grave else "normal"


def speaks_for_repeats(text: str, code: ReasonCode | None) -> bool:
    """Whether a person who rejected a text has said all about its exact repeats.

    Not of a word or two, which may mean anything elsewhere, nor of what was wrong with its place
    or its author.
    """
    letters = sum(char.isalnum() for char in text)
    return letters >= _SHORTEST_REPEATED and code not in (None, *_OF_ITS_PLACE)


def text_key(text: str) -> str:
    """First 128 bits (hex) of a text's SHA-256: of exactly the same text the same, "" of none."""
    return hashlib.sha256(text.encode()).hexdigest()[:32] if text else ""
