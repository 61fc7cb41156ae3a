"""The grounds on which a comment is held, masked or rejected."""

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from services.moderation.model.spans import Span

ReasonCode = Literal[
    "abusive",
    "obscene",
    "hate",
    "threat",
    "privacy",
    "unlawful",
    "spam",
    "ip",
    "off_topic",
    "duplicate_by_same_author",
]
REASON_CODES: tuple[ReasonCode, ...] = get_args(ReasonCode)
"""The programme's published grounds (docs/policy.md); the rules find five, people know all."""


class Reason(BaseModel):
    """One ground with everything that speaks for it.

    Attributes
    ----------
    code : str
        The ground.
    spans : tuple of (int, int)
        Where, in code points of the original; empty if it is the author's name.
    score : float
        Certainty in 0…1 of the most certain finding.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: ReasonCode
    spans: tuple[Span, ...]
    score: float
