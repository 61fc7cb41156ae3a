"""Dispositions: rules that say how comments are answered, and which of them holds for which."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from services.analysis.model.assignment import Assignment, Assignments
from services.analysis.model.comment_filter import CommentFilter, FilterKey, keys_fitting, keys_of
from services.shared.errors import Fault
from services.shared.parsing import fault, pointer
from services.shared.texts import Text, Words

Outcome = Literal[
    "accepted", "partly_accepted", "not_accepted", "out_of_scope", "already_covered", "noted"
]
TargetKind = Literal["comment", "campaign", "theme", "filter", "all_remaining"]
TargetKey = tuple[TargetKind, str | None]

_MOST_CLAUSES = 50
TargetId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_ClauseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]


def _no_repeats(clause_ids: list[str]) -> list[str]:
    for position, clause_id in enumerate(clause_ids):
        if clause_id in clause_ids[:position]:
            raise fault("duplicate_id", id=clause_id)
    return clause_ids


ClauseIds = Annotated[list[_ClauseId], Field(max_length=_MOST_CLAUSES), AfterValidator(_no_repeats)]


class Target(BaseModel):
    """What a disposition is for: a comment, a group, a theme, what fits a filter, or all the rest.

    Attributes
    ----------
    all_remaining : bool
        Whatever no other disposition is for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    comment_id: TargetId | None = None
    campaign_id: TargetId | None = None
    theme_id: TargetId | None = None
    filter: CommentFilter | None = None
    all_remaining: Literal[True] | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise fault("one_target")
        return self

    @property
    def key(self) -> TargetKey:
        """Kind and id; of a filter its conditions, of all that remain ``None``."""
        if self.comment_id:
            return "comment", self.comment_id
        if self.campaign_id:
            return "campaign", self.campaign_id
        if self.theme_id:
            return "theme", self.theme_id
        if self.filter:
            return self.filter.key
        return ALL_REMAINING


ALL_REMAINING: TargetKey = ("all_remaining", None)


class Disposition(BaseModel):
    """A rule: whatever the target covers is answered with this outcome and reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Target
    outcome: Outcome
    reason: Text
    clause_ids: ClauseIds = Field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """The disposition as other services and the record show it."""
        fields = set(Disposition.model_fields)
        return self.model_dump(mode="json", exclude_none=True, include=fields)

    def goes_before(self, _nearest: "Disposition") -> bool:
        """Whether it answers what is nearer to another one: no disposition does."""
        return False

    @property
    def words(self) -> dict[str, Any]:
        """What it answers, whatever it is for: outcome, reason and clauses."""
        return {name: value for name, value in self.shown().items() if name != "target"}


class LateCorrection(Disposition):
    """A disposition that corrects what was announced.

    Attributes
    ----------
    version : int
        Version of the run's row with it.
    at : str
        When it was recorded, RFC 3339 in UTC.
    explanation : Words
        Why.
    anew : frozenset of TargetKey
        Targets that were answered anew after it, since the round was reopened.
    """

    version: int
    at: str
    explanation: Words
    anew: frozenset[TargetKey]

    def goes_before(self, nearest: Disposition) -> bool:
        """It does of whatever was recorded before it, however near to the comment that is."""
        return nearest.target.key not in self.anew


class Aimed(Protocol):
    """Whatever says what it is for and to which clauses it refers."""

    @property
    def target(self) -> Target:
        """What it is for."""

    @property
    def clause_ids(self) -> Sequence[str]:
        """Clauses of the decision."""


Rules = Mapping[TargetKey, Disposition]


def rule_for(assignment: Assignment, rules: Rules) -> Disposition | None:
    """Rule that answers a comment: its own, its group's, its theme's, a filter's, that of the rest.

    A correction goes before what was announced, the nearest of several before the others.
    Of a comment in several themes that have rules it is the rule of the first theme by id; of one
    that fits several filters, the rule of the first in the order of `keys_of`.
    """
    if not assignment.needs_disposition:
        return None
    named: tuple[TargetKey, ...] = (
        ("comment", assignment.comment_id),
        ("campaign", assignment.campaign_id),
        *(("theme", theme_id) for theme_id in assignment.theme_ids),
    )
    near = [rules[key] for key in named if key in rules]
    if near:
        return next((rule for rule in near if rule.goes_before(near[0])), near[0])
    # Not joined: a round has millions of comments, and the keys of filters are made once for many.
    for keys in (keys_of(assignment), (ALL_REMAINING,)):
        for key in keys:
            if key in rules:
                return rules[key]
    return None


def outstanding(
    assignments: Assignments, rules: Rules, *, lapsed: Collection[TargetKey] = ()
) -> Iterator[Assignment]:
    """Comments that still need an answer, in the order of their ids.

    Parameters
    ----------
    lapsed : collection of TargetKey
        Rules that answer nobody any more (see `services.analysis.model.clauses`).
    """
    if ALL_REMAINING in rules and not lapsed:
        return iter(())
    return (
        assignment
        for assignment in assignments
        if assignment.needs_disposition and _is_open(rule_for(assignment, rules), lapsed)
    )


def _is_open(rule: Disposition | None, lapsed: Collection[TargetKey]) -> bool:
    return rule is None or rule.target.key in lapsed


def faults_of(items: Sequence[Aimed], assignments: Assignments) -> list[Fault]:
    """Every target that the round does not have, that needs no answer, or that is named twice."""
    found: list[Fault] = []
    seen: set[TargetKey] = set()
    has_filters = any(item.target.filter for item in items)
    fitting = keys_fitting(assignments) if has_filters else frozenset()
    for position, item in enumerate(items):
        place = pointer("items", position, "target")
        if item.target.key in seen:
            found.append(Fault(field=place, code="duplicate_target"))
        seen.add(item.target.key)
        code = _refusal(item.target, assignments, fitting)
        if code:
            name = next(iter(item.target.model_dump(exclude_none=True)))
            found.append(Fault(field=f"{place}/{name}", code=code))
    return found


def clause_faults(items: Iterable[Aimed], known: Collection[str] | None) -> list[Fault]:
    """Every clause named that the decision does not have; `known` is ``None`` without a decision.

    A decision has at least one clause, and may be recorded later than dispositions without any.
    """
    found: list[Fault] = []
    for position, item in enumerate(items):
        place = pointer("items", position, "clause_ids")
        if known is None:
            found += [Fault(field=place, code="no_decision_yet")] if item.clause_ids else []
            continue
        found += [
            Fault(field=f"{place}/{number}", code="unknown_clause", values={"id": clause_id})
            for number, clause_id in enumerate(item.clause_ids)
            if clause_id not in known
        ]
    return found


def _refusal(
    target: Target, assignments: Assignments, fitting: Collection[FilterKey]
) -> str | None:
    if target.filter:
        return None if target.filter.key in fitting else "nothing_fits"
    if target.theme_id:
        return None if target.theme_id in assignments.theme_ids else "unknown_theme"
    if target.campaign_id:
        return None if target.campaign_id in assignments.campaign_ids else "unknown_campaign"
    if target.comment_id:
        assignment = assignments.get(target.comment_id)
        if assignment is None:
            return "unknown_comment"
        if assignment.is_gone:
            return "comment_withdrawn"
        return "disposed_by_moderation" if assignment.is_rejected else None
    return None
