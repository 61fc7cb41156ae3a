"""What is public about the moderation of a round: counts, never words and never persons."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, get_args

from services.moderation.model.case import Case
from services.moderation.model.reasons import REASON_CODES, ReasonCode
from services.moderation.model.ruling import Ruling, Verb
from services.moderation.model.screening import Versions
from services.shared.language import Language

LONGEST_HOURS = 168
"""Ages of a week and more are counted as a week."""
_AGE = "age_"


def counts_of_case(case: Case) -> dict[str, int]:
    """What a new case adds to the round's counters."""
    what = "reviewed" if case.published else "held"
    return {what: 1, **{f"{what}_{reason.code}": 1 for reason in case.reasons}}


def counts_of_redaction(codes: Iterable[ReasonCode]) -> dict[str, int]:
    """What a comment that the rules masked adds to the round's counters."""
    return {"masked": 1, **{f"masked_{code}": 1 for code in codes}}


def counts_of_ruling(ruling: Ruling, *, opened_at: datetime) -> dict[str, int]:
    """What a decision adds to the round's counters."""
    decision = ruling.decision
    counts = {
        f"decided_{decision.decision}": 1,
        f"{_AGE}{_hours(opened_at, ruling.at):03d}": 1,
    }
    if decision.reason_code and decision.decision != "publish":
        counts[f"ground_{decision.reason_code}"] = 1
    return counts


def counts_of_withdrawal(case: Case) -> dict[str, int]:
    """What a withdrawal adds to the round's counters: nobody decides the case any more."""
    return {} if case.ruling else {"withdrawn": 1}


def report(
    counters: Iterable[Mapping[str, int]],
    *,
    topic_id: str,
    round_: int,
    versions: Versions | None,
    method: Mapping[Language, str],
) -> dict[str, Any]:
    """Public report of a round from its counters (several rows of them, to be added up).

    Returns
    -------
    dict
        ``outcomes`` of the rules (what they published as it came is not counted here: it is the
        rest of the comments received), ``reasons`` of what they held, masked or had reviewed (a
        comment may have several), ``decisions`` of people and their ``grounds``, those that were
        ``withdrawn`` by their authors before a decision, ``undecided``, and
        ``median_hours_to_decision`` in whole hours, ``None`` before the first.
    """
    total: Counter[str] = Counter()
    for row in counters:
        total.update(row)
    decisions = {verb: total[f"decided_{verb}"] for verb in get_args(Verb)}
    done = sum(decisions.values()) + total["withdrawn"]
    return {
        "topic_id": topic_id,
        "round": round_,
        "outcomes": {
            "hold": total["held"],
            "publish-and-review": total["reviewed"],
            "redact-and-publish": total["masked"],
        },
        "reasons": _by_code(total, "held_", "reviewed_", "masked_"),
        "decisions": decisions,
        "grounds": _by_code(total, "ground_"),
        "withdrawn": total["withdrawn"],
        "undecided": total["held"] + total["reviewed"] - done,
        "median_hours_to_decision": _median_age(total),
        "versions": versions.model_dump() if versions else None,
        "method": dict(method),
    }


def _by_code(total: Counter[str], *prefixes: str) -> dict[str, int]:
    counts = {code: sum(total[prefix + code] for prefix in prefixes) for code in REASON_CODES}
    return {code: count for code, count in counts.items() if count}


def _hours(opened_at: datetime, decided_at: datetime) -> int:
    return min(LONGEST_HOURS, int((decided_at - opened_at).total_seconds() // 3600))


def _median_age(total: Counter[str]) -> int | None:
    ages = sorted(
        (int(name.removeprefix(_AGE)), n) for name, n in total.items() if name.startswith(_AGE)
    )
    decided = sum(count for _, count in ages)
    seen = 0
    for hours, count in ages:
        seen += count
        if 2 * seen >= decided:
            return hours
    return None
