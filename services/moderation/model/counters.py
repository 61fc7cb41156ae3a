"""What each step of a case adds to the counters of its round; the report adds them up."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from services.moderation.model.case import RULES, Case
from services.moderation.model.reasons import ReasonCode
from services.moderation.model.ruling import Ruling

Counts = dict[str, int]
LONGEST_HOURS = 168
"""Ages of a week and more are counted as a week."""
AGE = "age_"
LANGUAGE = "in_"


def counts_of_case(case: Case) -> Counts:
    """What a new case adds."""
    if case.origin == "flags":
        return counts_of_flags(case)
    what = "reviewed" if case.published else "held"
    return {
        **_counted(case.language, what),
        **{f"{what}_{reason.code}": 1 for reason in case.reasons},
    }


def counts_of_flags(case: Case) -> Counts:
    """What a case adds that readers brought to the queue, new or again."""
    return _counted(case.language, "flagged")


def counts_of_redaction(codes: Iterable[ReasonCode], *, language: str) -> Counts:
    """What a comment adds that the rules masked."""
    return {**_counted(language, "masked"), **{f"masked_{code}": 1 for code in codes}}


def counts_of_ruling(case: Case, ruling: Ruling) -> Counts:
    """What a first decision on a case adds.

    Where a person publishes what the rules held, or does not let stand what readers flagged, rules
    and people disagree.
    """
    decision = ruling.decision
    counts: Counter[str] = Counter()
    if decision.reason_code and decision.decision != "publish":
        counts[f"ground_{decision.reason_code}"] = 1
    if ruling.by == RULES:
        return {**counts, **_counted(case.language, "repeated")}
    counts.update(_counted(case.language, f"decided_{decision.decision}"))
    counts[f"{AGE}{_hours(case.waiting_since, ruling.at):03d}"] = 1
    if case.flags:
        counts["missed"] = int(decision.decision != "publish")
    else:
        counts["false_alarm"] = int(decision.decision == "publish")
    return {name: count for name, count in counts.items() if count}


def counts_of_undo(before: Case) -> Counts:
    """What taking a decision back adds: the decision is counted no more."""
    ruling = before.ruling
    if ruling is None:
        return {}
    gone = {name: -count for name, count in counts_of_ruling(before, ruling).items()}
    return {**gone, "undone": 1}


def counts_of_appeal(case: Case) -> Counts:
    """What an appeal adds."""
    return _counted(case.language, "appealed")


def counts_of_settlement(case: Case, final: Ruling) -> Counts:
    """What the decision on an appeal adds; it is overturned where it is another than before."""
    same = case.ruling is not None and final.decision.does_as(case.ruling.decision)
    return _counted(case.language, "upheld" if same else "overturned")


def counts_of_withdrawal(case: Case) -> Counts:
    """What a withdrawal adds: nobody decides the case, or its appeal, any more."""
    if case.ruling is None:
        return _counted(case.language, "withdrawn")
    if case.appeal and case.appeal.ruling is None:
        return _counted(case.language, "appeal_withdrawn")
    return {}


def _counted(language: str, what: str) -> Counts:
    return {what: 1, f"{LANGUAGE}{language}_{what}": 1}


def _hours(since: datetime, decided_at: datetime) -> int:
    return min(LONGEST_HOURS, int((decided_at - since).total_seconds() // 3600))
