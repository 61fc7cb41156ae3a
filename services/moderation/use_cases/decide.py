"""Claim a case, and decide it."""

from datetime import datetime

from services.moderation.model.case import Case, state
from services.moderation.model.ruling import Decision, Ruling
from services.moderation.store import CaseStore, ChangedMeanwhile
from services.shared.errors import Conflict, NotFound
from services.shared.events import Actor
from services.shared.identity import Caller

_ATTEMPTS = 3


def claim(case_id: str, *, caller: Caller, at: datetime, store: CaseStore) -> Case:
    """Keep a case from the other moderators for a while.

    Raises
    ------
    NotFound
        If there is no such case, or it is another agency's.
    Conflict
        If it is decided or another moderator's; with the present state.
    """
    for _ in range(_ATTEMPTS):
        case = known(case_id, caller=caller, store=store).claimed(by=_actor(caller), at=at)
        try:
            store.claim(case)
        except ChangedMeanwhile:
            continue
        return case
    raise _lost(case_id, caller=caller, at=at, store=store)


def decide(
    case_id: str, decision: Decision, *, caller: Caller, at: datetime, store: CaseStore
) -> Case:
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
    ruling = Ruling(decision=decision, by=_actor(caller), at=at)
    for _ in range(_ATTEMPTS):
        before = known(case_id, caller=caller, store=store)
        case = before.decided(ruling)
        if case is before:
            return case
        try:
            store.decide(case, ruling)
        except ChangedMeanwhile:
            continue
        return case
    raise _lost(case_id, caller=caller, at=at, store=store)


def _actor(caller: Caller) -> Actor:
    return caller.acting_as("moderator", "senior_moderator")


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


def _lost(case_id: str, *, caller: Caller, at: datetime, store: CaseStore) -> Conflict:
    case = known(case_id, caller=caller, store=store)
    return Conflict("case_changed", extensions={"case": state(case, at=at)})
