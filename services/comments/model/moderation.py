"""What moderation says of a comment, and the step that the comment takes by it."""

from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from services.comments.model.comment import Comment, Move
from services.comments.model.text import mask
from services.shared import clock

REASON_CODES = (
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
)
"""The grounds that the policy names (``docs/policy.md``, moderation grounds)."""


class Reason(BaseModel):
    """One ground that the screening found."""

    model_config = ConfigDict(frozen=True)

    code: str


class Outcome(BaseModel):
    """The screening's outcome for one comment (answer of moderation-screen)."""

    model_config = ConfigDict(frozen=True)

    comment_id: str
    outcome: Literal["publish", "hold", "redact-and-publish", "publish-and-review"]
    reasons: tuple[Reason, ...] = ()
    case_id: str | None = None
    public_text: str | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.outcome == "redact-and-publish" and self.public_text is None:
            raise ValueError("nothing to publish instead of the text")
        return self


class ModerationDecided(BaseModel):
    """Data of the event that a moderator decided a case.

    Attributes
    ----------
    spans : tuple of (int, int)
        What to mask in the original text (code points, end excluded). A redaction hides what
        stands beside the text, too; without spans it hides that alone.
    """

    model_config = ConfigDict(frozen=True)

    case_id: str
    comment_id: str
    decision: Literal["publish", "redact", "reject"]
    reason_code: str | None = None
    spans: tuple[tuple[int, int], ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.decision == "reject" and self.reason_code not in REASON_CODES:
            raise ValueError("rejected without a ground that the policy names")
        return self


def screened(comment: Comment, outcome: Outcome, *, at: datetime) -> Move:
    """Step of a comment out of screening.

    What becomes of a doubtful one depends on the publication mode; the screening knows it and says
    whether it is held until somebody has decided, or published and reviewed.
    """
    if outcome.outcome == "hold":
        held = {
            "case_id": outcome.case_id,
            "reason_code": next((reason.code for reason in outcome.reasons), None),
        }
        return Move(comment=comment, to="held", set=_given(held))
    shown: dict[str, Any] = {
        "published_at": clock.to_text(at),
        "public_text": outcome.public_text,
    }
    if outcome.outcome == "publish-and-review":
        shown |= {"case_id": outcome.case_id, "in_review": True}
    return Move(comment=comment, to="published", set=_given(shown))


def decided(comment: Comment, decision: ModerationDecided, *, at: datetime) -> Move:
    """Step of a held or reviewed comment by a moderator's decision.

    A reviewed one keeps its place in the public order, and what the screening masked in it.

    Raises
    ------
    ValueError
        If there is nothing that a redaction would hide: publishing the whole is not what was meant.
    """
    if decision.decision == "reject":
        return Move(comment=comment, to="rejected", set={"reason_code": decision.reason_code})
    is_public = comment.status == "published"
    shown: dict[str, Any] = {} if is_public else {"published_at": clock.to_text(at)}
    if decision.decision == "redact":
        if not (decision.spans or comment.says_more_beside):
            raise ValueError("nothing named to redact")
        shown["beside_hidden"] = True
        if decision.spans:
            shown["public_text"] = mask(comment.shown_text, decision.spans)
    return Move(comment=comment, to="published", set=shown, remove=("reason_code",))


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
