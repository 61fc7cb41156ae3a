"""Stages of a topic, the steps of the procedure they belong to, and who may move it on."""

from dataclasses import dataclass
from typing import Literal

from services.shared.permissions import Role

Stage = Literal[
    "draft",
    "submitted",
    "scheduled",
    "collecting",
    "reviewing",
    "analysing",
    "deciding",
    "announcing",
    "announced",
    "closed",
    "archived",
    "withdrawn",
]
Step = Literal["define", "publish", "collect", "analyse", "announce", "archive"]
Action = Literal[
    "submit",
    "approve",
    "return",
    "publish-now",
    "extend",
    "end-collection",
    "start-analysis",
    "submit-decision",
    "announce",
    "close",
    "open-further-round",
    "reopen",
    "withdraw",
]

STEP_OF: dict[Stage, Step] = {
    "draft": "define",
    "submitted": "define",
    "scheduled": "publish",
    "collecting": "collect",
    "reviewing": "analyse",
    "analysing": "analyse",
    "deciding": "analyse",
    "announcing": "announce",
    "announced": "announce",
    "closed": "archive",
    "archived": "archive",
    "withdrawn": "archive",
}


@dataclass(frozen=True, kw_only=True)
class Transition:
    """An act that moves a topic on.

    Attributes
    ----------
    stages : tuple of Stage
        Stages in which it is possible.
    role : Role
        Who may do it.
    reason : bool
        Whether a reason must be given.
    """

    action: Action
    stages: tuple[Stage, ...]
    role: Role
    reason: bool = False


_OFFICERS_DRAFTS: tuple[Stage, ...] = ("draft", "submitted")
_PUBLIC_UNDECIDED: tuple[Stage, ...] = (
    "scheduled",
    "collecting",
    "reviewing",
    "analysing",
    "deciding",
    "announcing",
)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(action="submit", stages=("draft",), role="officer"),
    Transition(action="approve", stages=("submitted",), role="approver"),
    Transition(action="return", stages=("submitted",), role="approver", reason=True),
    Transition(action="publish-now", stages=("scheduled",), role="officer"),
    Transition(action="extend", stages=("collecting",), role="officer", reason=True),
    Transition(action="end-collection", stages=("collecting",), role="officer", reason=True),
    Transition(action="start-analysis", stages=("reviewing", "deciding"), role="officer"),
    Transition(action="submit-decision", stages=("deciding",), role="officer"),
    # Where the plan wants the supervising authority to agree to the decision, too.
    Transition(action="approve", stages=("deciding",), role="approver"),
    Transition(action="return", stages=("deciding",), role="approver", reason=True),
    Transition(action="announce", stages=("deciding",), role="officer"),
    Transition(action="close", stages=("announced",), role="officer"),
    Transition(action="open-further-round", stages=("archived",), role="officer", reason=True),
    Transition(action="reopen", stages=("archived",), role="officer", reason=True),
    Transition(action="withdraw", stages=_OFFICERS_DRAFTS, role="officer", reason=True),
    # What the public has seen is withdrawn by the supervising authority alone.
    Transition(action="withdraw", stages=_PUBLIC_UNDECIDED, role="approver", reason=True),
)


def allowed(stage: Stage) -> list[Action]:
    """Acts that a stage allows, in the order of the procedure."""
    return [entry.action for entry in TRANSITIONS if stage in entry.stages]


def transition(action: Action, stage: Stage) -> Transition | None:
    """The transition that an action means in a stage, or ``None``."""
    fitting = (entry for entry in TRANSITIONS if entry.action == action and stage in entry.stages)
    return next(fitting, None)
