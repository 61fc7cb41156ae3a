"""The four steps of a run, and all of them in turn where one process does the work.

Each step takes what the one before left as `Parcel` and looks at nothing else, so that shards can
be read and applied anywhere, in any order, more than once. The result is the same to the byte
however the comments are parted: counts are added up, what is in an order is sorted by ids, and
floats are worked out of sums or rounded.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from services.analysis.engine.applying import apply
from services.analysis.engine.finishing import (
    Sum,
    campaign_rows,
    group_rows,
    term_tables,
    theme_rows,
)
from services.analysis.engine.fitting import model_of
from services.analysis.engine.letters import Letters, letters_of
from services.analysis.engine.plan import Plan, Slice
from services.analysis.engine.reading import read
from services.analysis.model.comment import ExportedComment
from services.analysis.model.questions import ClosedQuestions
from services.analysis.model.results import FORMAT, METHOD, Totals

_COMPARED = 100
"""Campaigns, the largest, of which it is told what varies."""

Rows = Callable[[Slice], Iterable[ExportedComment]]
Tell = Callable[[str, int, int], None]
"""Is told the step, how many of its parts are done, and of how many."""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What came out of a run.

    Attributes
    ----------
    totals : Totals
        The counts that an event tells.
    results : dict
        What ``results.json`` says.
    assignments : list of dict
        Rows of ``assignments.jsonl``, by comment id.
    """

    totals: Totals
    results: dict[str, Any]
    assignments: list[dict[str, Any]]


def run(plan: Plan, rows: Rows, *, tell: Tell = lambda _step, _done, _of: None) -> Finished:
    """Do all steps, shard by shard.

    Parameters
    ----------
    rows : callable
        Gives the comments of a slice, as often as it is asked.
    """
    count = len(plan.slices)
    reads = []
    for part in plan.slices:
        reads.append(read(rows(part), plan))
        tell("read", part.index + 1, count)
    letters = letters_of(reads, scope=plan.scope, zone=ZoneInfo(plan.time_zone))
    tell("campaigns", 1, 1)
    model = model_of(reads, letters.parts, plan)
    tell("themes", 1, 1)
    campaign_ids = [campaign.campaign_id for campaign in letters.campaigns]
    applied = []
    for part in plan.slices:
        applied.append(
            apply(
                rows(part),
                plan,
                letters=letters.parts[part.index],
                campaign_ids=campaign_ids,
                model=model,
                wanted=wanted(letters),
            )
        )
        tell("apply", part.index + 1, count)
    found = Sum(reads=reads, applied=applied)
    texts = found.texts()
    results = {**_counted(plan, found), "campaigns": campaign_rows(letters.campaigns, texts)}
    results["themes"] = theme_rows(found, model)
    published = results["published"]
    distinct = sum(int(part.arrays["first"].sum()) for part in letters.parts)
    totals = Totals(
        received=results["received"],
        published=published,
        distinct=distinct,
        campaigns=len(letters.campaigns),
    )
    results["distinct"] = distinct
    return Finished(totals=totals, results=results, assignments=found.assignments())


def wanted(letters: Letters) -> frozenset[str]:
    """Comments whose texts describe campaigns."""
    representatives = {campaign.representative for campaign in letters.campaigns}
    compared = letters.campaigns[:_COMPARED]
    return frozenset(representatives.union(*(each.variants for each in compared)))


def _counted(plan: Plan, found: Sum) -> dict[str, Any]:
    counts = found.counts()
    return {
        "format": FORMAT,
        "topic_id": plan.topic_id,
        "round": plan.round,
        "method": {**METHOD, "time_zone": plan.time_zone},
        "received": counts["status"].total(),
        "published": counts["status"]["published"],
        **{f"by_{name}": dict(each) for name, each in counts.items()},
        "by_day": found.by_day(),
        "questions": found.closed(ClosedQuestions(plan.questions)).tables(),
        "terms": term_tables(found),
        "groups": group_rows(found),
    }
