"""What a moderator may decide, and what a decision must have with it."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from services.moderation.model.reasons import ReasonCode
from services.moderation.model.spans import Span, overlapping
from services.shared import clock
from services.shared.errors import Fault
from services.shared.events import Actor

Instant = Annotated[AwareDatetime, PlainSerializer(clock.to_text, when_used="json")]
"""Aware datetime; as JSON it is RFC 3339 in UTC with milliseconds, which sorts as it reads."""

Verb = Literal["publish", "redact", "reject"]
_Offset = Annotated[int, Field(strict=True, ge=0)]
_NOTE_LENGTH = 2_000
_MOST_SPANS = 500


class Decision(BaseModel):
    """What a moderator decides.

    Attributes
    ----------
    reason_code : str or None
        The ground; required to reject.
    note : str or None
        For colleagues and auditors; never published, in no event and no export.
    spans : tuple of (int, int)
        What is masked, in code points of the text; to redact and only then. To redact also takes
        away what stands beside the text, so that it needs no span where the rules found none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Verb
    reason_code: ReasonCode | None = None
    note: (
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=_NOTE_LENGTH)] | None
    ) = None
    spans: Annotated[tuple[tuple[_Offset, _Offset], ...], Field(max_length=_MOST_SPANS)] = ()

    def does_as(self, other: "Decision") -> bool:
        """Whether the public sees the same by it, whatever the ground and the note."""
        return (self.decision, self.spans) == (other.decision, other.spans)


class DecisionOrder(Decision):
    """What a moderator sends.

    Attributes
    ----------
    identical : bool
        Whether the waiting cases with the very same text are decided alike.
    """

    identical: Annotated[bool, Field(strict=True)] = False

    @property
    def decided(self) -> Decision:
        """The decision alone."""
        return Decision.model_validate(self.model_dump(exclude={"identical"}))


class Ruling(BaseModel):
    """A decision that stands: what, by whom, when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    decision: Decision
    by: Actor
    at: Instant

    def repeats(self, other: "Ruling | None") -> bool:
        """Whether the same person decides the same once more, as after a reply that was lost."""
        return other is not None and (self.decision, self.by) == (other.decision, other.by)


def faults(decision: Decision, *, text: str, spans_needed: bool) -> list[Fault]:
    """Everything that is wrong with a decision on a case's text.

    Parameters
    ----------
    spans_needed : bool
        Whether to redact means to mask a part of the text; if not, it may be to hide only what
        stands beside it.
    """
    found = []
    if decision.decision == "reject" and decision.reason_code is None:
        found.append(Fault(field="/reason_code", code="reason_required"))
    if decision.decision != "redact":
        if decision.spans:
            found.append(Fault(field="/spans", code="spans_not_wanted"))
        return found
    if spans_needed and not decision.spans:
        found.append(Fault(field="/spans", code="spans_required"))
    for place, span in enumerate(decision.spans):
        if not _lies_within(span, text):
            values = {"length": len(text)}
            found.append(Fault(field=f"/spans/{place}", code="span_outside", values=values))
    if overlapping(decision.spans):
        found.append(Fault(field="/spans", code="spans_overlap"))
    return found


def _lies_within(span: Span, text: str) -> bool:
    return span[0] < span[1] <= len(text)
