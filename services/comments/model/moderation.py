"""What moderation says of a comment, and the step that the comment takes by it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, model_validator

from services.comments.model.comment import IN_REVIEW, Comment, Move
from services.comments.model.window import Window
from services.shared import clock
from services.shared.masking import masked

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
"""The grounds that the policy names (``docs/policy.md``, moderation grounds)."""

APPEAL_PERIOD = timedelta(days=14)
"""How long moderation takes an appeal after a decision."""


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
    """Data of the event that a case was decided.

    Attributes
    ----------
    spans : tuple of (int, int)
        What to mask in the original text (code points, end excluded). A redaction hides what
        stands beside the text, too; without spans it hides that alone.
    edition : int
        Of two decisions on a comment the one with the greater stands, however late the other comes.
    final : bool
        Whether it settles an appeal.
    """

    model_config = ConfigDict(frozen=True)

    case_id: str
    comment_id: str
    decision: Literal["publish", "redact", "reject"]
    reason_code: str | None = None
    spans: tuple[tuple[int, int], ...] = ()
    edition: int
    final: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.decision == "reject" and self.reason_code not in REASON_CODES:
            raise ValueError("rejected without a ground that the policy names")
        return self


class ModerationUndone(BaseModel):
    """Data of the event that a decision was taken back.

    Attributes
    ----------
    public : bool
        Whether the comment is so while it waits again.
    """

    model_config = ConfigDict(frozen=True)

    case_id: str
    comment_id: str
    edition: int
    public: bool


def screened(comment: Comment, outcome: Outcome, *, at: datetime) -> Move:
    """Step of a comment out of screening.

    What becomes of a doubtful one depends on the publication mode; the screening knows it and says
    whether it is held until somebody has decided, or published and reviewed.
    """
    if outcome.outcome == "hold":
        held = {
            "case_id": outcome.case_id,
            "reason_code": next((reason.code for reason in outcome.reasons), None),
            "public_text": outcome.public_text,
        }
        return Move(comment=comment, to="held", set=_given(held))
    shown: dict[str, Any] = {
        "published_at": clock.to_text(at),
        "public_text": outcome.public_text,
    }
    if outcome.outcome == "publish-and-review":
        shown |= {"case_id": outcome.case_id, IN_REVIEW: True}
    return Move(comment=comment, to="published", set=_given(shown))


def decided(
    comment: Comment, decision: ModerationDecided, *, decided_at: str, at: datetime
) -> Move:
    """Step of a comment by a decision, whatever was decided before.

    A public one keeps its place in the public order, and every one what the screening masked in it.

    Parameters
    ----------
    decided_at : str
        When it was decided; `at`, when it becomes true.

    Raises
    ------
    ValueError
        If there is nothing that a redaction would hide: publishing the whole is not what was meant.
    """
    noted: dict[str, Any] = {
        "case_id": decision.case_id,
        "case_edition": decision.edition,
        ("settled_at" if decision.final else "decided_at"): decided_at,
    }
    if decision.decision == "reject":
        changes = {**noted, "reason_code": decision.reason_code}
        return Move(comment=comment, to="rejected", set=changes)
    if decision.decision == "publish":
        return _public(comment, noted, _unmasked(comment), at=at)
    if not (decision.spans or comment.says_more_beside):
        raise ValueError("nothing named to redact")
    base = comment.unmoderated_text
    shown = masked(base, decision.spans) if decision.spans else base
    texts = {
        "beside_hidden": True,
        "public_text": shown if shown != comment.text else None,
        "screened_text": base if base != comment.text else None,
        "reason_code": decision.reason_code,
    }
    return _public(comment, noted, texts, at=at)


def undone(comment: Comment, undo: ModerationUndone, *, at: datetime) -> Move:
    """Step of a comment back to where it was before a decision: held, or public and reviewed."""
    noted = {"case_id": undo.case_id, "case_edition": undo.edition}
    texts = {**_unmasked(comment), "decided_at": None}
    if undo.public:
        return _public(comment, {**noted, IN_REVIEW: True}, texts, at=at)
    return Move(comment=comment, to="held", set={**noted, **_given(texts)}, remove=_absent(texts))


def contested(comment: Comment, *, appealed_at: str) -> Move:
    """Step of a comment whose author contests the decision: it stays what it is.

    Nor does it keep a decision away that was made before and comes after.
    """
    return Move(comment=comment, to=comment.status, set={"appealed_at": appealed_at})


def is_decided_against(comment: Comment) -> bool:
    """Whether a moderator refused a comment, or masked something of it."""
    is_masked = comment.status == "published" and comment.beside_hidden
    return comment.status == "rejected" or is_masked


def appealable_until(comment: Comment) -> str | None:
    """Until when moderation takes an appeal; ``None`` where nothing was decided."""
    if comment.decided_at is None:
        return None
    return clock.to_text(clock.from_text(comment.decided_at) + APPEAL_PERIOD)


def for_moderation(comment: Comment) -> dict[str, Any]:
    """What moderation is told of a comment."""
    return {
        "comment_id": comment.comment_id,
        "text": comment.text,
        "author_name": comment.author_name,
        "answer_texts": comment.answer_texts,
        "language": comment.language,
        "kind": comment.kind,
        "repeats_own": comment.repeats_own,
    }


def round_for_moderation(window: Window) -> dict[str, Any]:
    """What moderation is told of a round."""
    return {
        "topic_id": window.topic_id,
        "round": window.round,
        "agency": window.agency,
        "publication_mode": window.publication_mode,
        "moderation_hours": window.moderation_hours,
    }


def _public(
    comment: Comment, noted: Mapping[str, Any], texts: Mapping[str, Any], *, at: datetime
) -> Move:
    is_public = comment.status == "published"
    shown: dict[str, Any] = {} if is_public else {"published_at": clock.to_text(at)}
    changes = {**noted, **shown, **_given(texts)}
    return Move(comment=comment, to="published", set=changes, remove=_absent(texts))


def _unmasked(comment: Comment) -> dict[str, Any]:
    """Attributes of a comment in which no moderator masked anything; ``None`` for none at all."""
    base = comment.unmoderated_text
    return {
        "beside_hidden": None,
        "public_text": base if base != comment.text else None,
        "screened_text": None,
        "reason_code": None,
    }


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _absent(values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in values.items() if value is None)
