"""What moderators do to a case: claim it, decide it, take a decision back, settle an appeal."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.moderation import steps
from services.moderation.model.case import Case
from services.moderation.model.case_view import state
from services.moderation.model.due_process import Appeal, Undo
from services.moderation.model.ruling import Decision, Ruling
from services.moderation.steps import Writes
from services.moderation.store import CaseStore, ChangedMeanwhile
from services.shared.errors import Conflict, Invalid, NotFound
from services.shared.events import Actor
from services.shared.identity import Caller

_ATTEMPTS = 3
_MOST_TWINS = 100
Step = Callable[[Case], tuple[Case, Writes]]
"""The case after a step (itself where the step was made before), and what is written beside it."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """Who acts on a case, and when."""

    caller: Caller
    at: datetime

    @property
    def by(self) -> Actor:
        """The actor, as a senior moderator where they are one."""
        return self.caller.acting_as("senior_moderator", "moderator")


def claim(case_id: str, act: Act, *, store: CaseStore) -> Case:
    """Keep a case from the other moderators for a while.

    Raises
    ------
    NotFound
        If there is no such case, or it is another agency's.
    Conflict
        If it is decided or another moderator's; with the present state.
    """
    return _take(case_id, act, lambda case: (case.claimed(by=act.by, at=act.at), ()), store=store)


def decide(case_id: str, decision: Decision, act: Act, *, store: CaseStore) -> Case:
    """Decide a case; the same decision by the same person again has no further effect.

    Raises
    ------
    NotFound
        If there is no such case, or it is another agency's.
    Invalid
        If the decision breaks a rule, with every fault.
    Conflict
        If it was decided otherwise or is another moderator's; with the present state.
    """
    ruling = Ruling(decision=decision, by=act.by, at=act.at)

    def step(case: Case) -> tuple[Case, Writes]:
        after = case.decided(ruling)
        return after, steps.decided(after)

    return _take(case_id, act, step, store=store)


def decide_twins(case: Case, decision: Decision, act: Act, *, store: CaseStore) -> list[str]:
    """Decide the waiting cases with the very same text alike, a hundred at most at once.

    Each is a decision of its own, in its own transaction; those that a colleague works on, or that
    cannot be decided so, are left as they are. Once more, it goes on with those that are left.

    Returns
    -------
    list of str
        Ids of the cases that have this decision now.
    """
    alike, newly = [], 0
    for twin in store.twins(case):
        ruling, waits = twin.ruling, twin.status_at(act.at) in ("open", "claimed")
        if ruling and (ruling.decision, ruling.by) == (decision, act.by):
            alike.append(twin.case_id)
        elif waits and newly < _MOST_TWINS:
            with contextlib.suppress(Conflict, Invalid, NotFound):
                decide(twin.case_id, decision, act, store=store)
                alike.append(twin.case_id)
                newly += 1
    return alike


def undo(case_id: str, reason: str, act: Act, *, store: CaseStore) -> Case:
    """Take a decision back; the case waits again, and the comment is as it was before.

    Raises
    ------
    NotFound
        If there is no such case, or it is another agency's.
    Conflict
        If it is not decided, or contested; with the present state.
    Forbidden
        If it is a colleague's decision, and the caller no senior moderator.
    """
    taken_back = Undo(reason=reason, by=act.by, at=act.at)

    def step(case: Case) -> tuple[Case, Writes]:
        after = case.undone(taken_back)
        return after, steps.undone(case, after, taken_back)

    return _take(case_id, act, step, store=store)


def settle(case_id: str, decision: Decision, act: Act, *, store: CaseStore) -> Case:
    """Decide an appeal, for good.

    Raises
    ------
    NotFound
        If there is no such case, or it is another agency's.
    Conflict
        If no appeal waits; with the present state.
    Forbidden
        If it is an appeal against the caller's own decision.
    Invalid
        If the decision breaks a rule, with every fault.
    """
    final = Ruling(decision=decision, by=act.by, at=act.at)

    def step(case: Case) -> tuple[Case, Writes]:
        after = case.settled(final)
        return after, steps.settled(after, final)

    return _take(case_id, act, step, store=store)


def contest(case_id: str, statement: str, *, at: datetime, store: CaseStore) -> Appeal | None:
    """Take an author's appeal; the same again has no further effect.

    Returns
    -------
    Appeal or None
        As it stands; ``None`` if nobody ever decided about the comment.

    Raises
    ------
    Conflict
        If there is nothing to contest (any more); nothing of the case is told with it.
    """
    for _ in range(_ATTEMPTS):
        case = store.get(case_id)
        if case is None:
            return None
        after = case.contested(statement, at=at)
        if after is case or after.appeal is None:
            return case.appeal
        try:
            store.take(after, *steps.contested(after, after.appeal))
        except ChangedMeanwhile:
            continue
        return after.appeal
    raise Conflict("case_changed")


def known(case_id: str, *, caller: Caller, store: CaseStore) -> Case:
    """Case that the caller may work on.

    Raises
    ------
    NotFound
        If there is no such case, or it is another agency's.
    """
    case = store.get(case_id)
    if case is None or not caller.covers(case.agency):
        raise NotFound
    return case


def _take(case_id: str, act: Act, step: Step, *, store: CaseStore) -> Case:
    """Make a step of a case, once; where it may not be made, the case's state says why."""
    for _ in range(_ATTEMPTS):
        case = known(case_id, caller=act.caller, store=store)
        try:
            after, beside = step(case)
        except Conflict as error:
            raise _refused(error.code, case, act) from error
        if after is case:
            return case
        try:
            store.take(after, *beside)
        except ChangedMeanwhile:
            continue
        return after
    raise _refused("case_changed", known(case_id, caller=act.caller, store=store), act)


def _refused(code: str, case: Case, act: Act) -> Conflict:
    return Conflict(code, extensions={"case": state(case, at=act.at)})
