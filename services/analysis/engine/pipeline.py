"""The four steps of a run, and all of them in turn where one process does the work.

Each step takes what the one before left as `Parcel` and looks at nothing else, so that shards can
be read and applied anywhere, in any order, more than once. The result is the same to the byte
however the comments are parted: counts are added up, what is in an order is sorted by ids, and
floats are worked out of sums or rounded.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from services.analysis.engine.applying import apply
from services.analysis.engine.finding import Found, Tell, find, silent
from services.analysis.engine.finishing import (
    Sum,
    group_rows,
    learned_rows,
    sentiment,
    stance_rows,
    term_tables,
    theme_rows,
)
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import Plan, Slice
from services.analysis.engine.reading import read
from services.analysis.engine.rows import Rows
from services.analysis.model.comment import ExportedComment
from services.analysis.model.participation import described
from services.analysis.model.questions import ClosedQuestions
from services.analysis.model.results import FORMAT, METHOD, Totals
from services.analysis.model.stances import with_tables

Comments = Callable[[Slice], Iterable[ExportedComment]]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What came out of a run.

    Attributes
    ----------
    totals : Totals
        The counts that an event tells.
    results : dict
        What ``results.json`` says.
    assignments : Rows
        What is known of each comment, by id (see `Assignment`).
    """

    totals: Totals
    results: dict[str, Any]
    assignments: Rows


def run(plan: Plan, rows: Comments, *, tell: Tell = silent) -> Finished:
    """Do all steps, shard by shard.

    Parameters
    ----------
    rows : callable
        Gives the comments of a slice, as often as it is asked.
    """
    count = len(plan.slices)

    def reads() -> Iterator[Parcel]:
        for part in plan.slices:
            yield read(rows(part), plan)
            tell("read", part.index + 1, count)

    def applied() -> Iterator[Parcel]:
        for part in plan.slices:
            yield apply(rows(part), plan, found=found, letters=letters[part.index])
            tell("apply", part.index + 1, count)

    found, letters = find(reads(), plan, tell=tell)
    return finish(plan, found, applied())


def finish(plan: Plan, found: Found, applied: Iterable[Parcel]) -> Finished:
    """Add up what was made of the shards (`apply`)."""
    added = Sum(applied)
    questions = _tables(plan, found)
    totals = Totals(
        received=sum(found.counts["status"].values()),
        published=found.counts["status"].get("published", 0),
        distinct=found.distinct,
        campaigns=len(found.campaigns),
    )
    results = {
        "format": FORMAT,
        "topic_id": plan.topic_id,
        "round": plan.round,
        "method": {**METHOD, "time_zone": plan.time_zone},
        "received": totals.received,
        "published": totals.published,
        "distinct": totals.distinct,
        **{f"by_{name}": each for name, each in found.counts.items()},
        "by_day": added.by_day(),
        "questions": questions,
        "participation": described(plan.participation),
        "campaigns": _campaigns(found, added),
        "terms": term_tables(added),
        "groups": group_rows(added),
        "themes": theme_rows(added, found.model),
        "stances": with_tables(stance_rows(added, found.model, plan), questions),
        "learned": learned_rows(added, found.model),
        "sentiment": sentiment(added, found.model),
    }
    return Finished(totals=totals, results=results, assignments=added.assignments())


def _tables(plan: Plan, found: Found) -> list[dict[str, Any]]:
    questions = ClosedQuestions(plan.questions)
    questions.include(found.closed)
    return questions.tables()


def _campaigns(found: Found, added: Sum) -> list[dict[str, Any]]:
    return [campaign.row(added.texts) for campaign in found.campaigns]
