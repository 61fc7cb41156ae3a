"""How comments are answered, counted: by a rule, by moderation, or not at all."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from services.analysis.model.assignment import Assignment, Assignments
from services.analysis.model.disposition import Disposition, Outcome, Rules, TargetKey, rule_for

CITED = 3
"""Public comments by which an answer is shown."""
_Place = tuple[tuple[str, ...], TargetKey | None, bool]
"""Themes, the target of the rule that answers, whether moderation does."""
_OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, kw_only=True)
class Share:
    """Comments in the same themes with the same answer.

    Attributes
    ----------
    rule : Disposition or None
        What answers them; ``None`` if moderation does, or nothing yet.
    comments : int
        How many.
    citing : tuple of str
        The first public ones by id, at most `CITED`.
    """

    theme_ids: tuple[str, ...]
    rule: Disposition | None
    is_moderated: bool
    comments: int
    citing: tuple[str, ...]


def shares(assignments: Iterable[Assignment], rules: Rules) -> list[Share]:
    """Comments of a round, in the order of their ids, by their themes and their answer.

    Of withdrawn and erased ones there is nothing to answer, and nothing is counted.
    """
    counts: Counter[_Place] = Counter()
    citing: dict[_Place, list[str]] = defaultdict(list)
    for assignment, place in _placed(assignments, rules):
        counts[place] += 1
        if assignment.status == "published" and len(citing[place]) < CITED:
            citing[place].append(assignment.comment_id)
    return [
        Share(
            theme_ids=place[0],
            rule=rules[place[1]] if place[1] else None,
            is_moderated=place[2],
            comments=count,
            citing=tuple(citing.get(place, ())),
        )
        for place, count in counts.items()
    ]


def _placed(assignments: Iterable[Assignment], rules: Rules) -> Iterator[tuple[Assignment, _Place]]:
    """Comments that were not withdrawn, each with its themes and what answers it.

    Of millions most have no rule of their own, and are answered as all that are like them.
    """
    of_their_own = {target_id for kind, target_id in rules if kind == "comment"}
    found: dict[tuple[object, ...], _Place] = {}
    for assignment in assignments:
        if assignment.is_gone:
            continue
        like = (
            assignment.status,
            assignment.campaign_id,
            assignment.theme_ids,
            assignment.kind,
            assignment.language,
        )
        if assignment.comment_id in of_their_own:
            yield assignment, _place(assignment, rules)
            continue
        if like not in found:
            found[like] = _place(assignment, rules)
        yield assignment, found[like]


def _place(assignment: Assignment, rules: Rules) -> _Place:
    rule = rule_for(assignment, rules)
    return assignment.theme_ids, rule.target.key if rule else None, assignment.is_rejected


def by_rule(found: Iterable[Share]) -> Counter[TargetKey]:
    """Comments that each rule answers, by its target."""
    counts: Counter[TargetKey] = Counter()
    for share in found:
        if share.rule:
            counts[share.rule.target.key] += share.comments
    return counts


def differing(assignments: Assignments, before: Rules, after: Rules) -> Counter[TargetKey]:
    """Comments that some rules answer in other words than others do, by the target that does.

    Parameters
    ----------
    before, after : Rules
        Those that held, and those that hold then; by the targets of the latter it is counted.
    """
    was, now = (_placed(assignments, rules) for rules in (before, after))
    pairs = Counter((former[1], place[1]) for (_, former), (_, place) in zip(was, now, strict=True))
    counts: Counter[TargetKey] = Counter()
    for (former, key), comments in pairs.items():
        if key and not (former and before[former].words == after[key].words):
            counts[key] += comments
    return counts


def counted(found: Iterable[Share], *, lapsed: Collection[TargetKey] = ()) -> dict[str, Any]:
    """Comments by outcome, those that moderation answered, and those that have no answer yet.

    Parameters
    ----------
    lapsed : collection of TargetKey
        Rules that answer nobody any more (see `services.analysis.model.clauses`).
    """
    outcomes: Counter[Outcome] = Counter()
    others: Counter[str] = Counter()
    for share in found:
        if share.rule and share.rule.target.key not in lapsed:
            outcomes[share.rule.outcome] += share.comments
        else:
            others["by_moderation" if share.is_moderated else "outstanding"] += share.comments
    return {
        "by_outcome": {outcome: outcomes[outcome] for outcome in _OUTCOMES},
        "by_moderation": others["by_moderation"],
        "outstanding": others["outstanding"],
    }
