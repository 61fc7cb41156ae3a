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
    group_rows,
    sentiment,
    stance_rows,
    term_tables,
    theme_rows,
)
from services.analysis.engine.fitting import Model, model_of
from services.analysis.engine.letters import Letters, letters_of
from services.analysis.engine.plan import Plan, Slice
from services.analysis.engine.reading import read
from services.analysis.model.comment import ExportedComment
from services.analysis.model.participation import described
from services.analysis.model.questions import ClosedQuestions
from services.analysis.model.results import FORMAT, METHOD, Totals
from services.analysis.model.stances import with_tables

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
    applied = []
    for part in plan.slices:
        applied.append(apply(rows(part), plan, letters=letters, index=part.index, model=model))
        tell("apply", part.index + 1, count)
    return _finished(plan, Sum(reads=reads, applied=applied), letters, model)


def _finished(plan: Plan, found: Sum, letters: Letters, model: Model) -> Finished:
    counts, texts = found.counts(), found.texts()
    questions = found.closed(ClosedQuestions(plan.questions)).tables()
    totals = Totals(
        received=counts["status"].total(),
        published=counts["status"]["published"],
        distinct=letters.distinct,
        campaigns=len(letters.campaigns),
    )
    results = {
        "format": FORMAT,
        "topic_id": plan.topic_id,
        "round": plan.round,
        "method": {**METHOD, "time_zone": plan.time_zone},
        "received": totals.received,
        "published": totals.published,
        "distinct": totals.distinct,
        **{f"by_{name}": dict(each) for name, each in counts.items()},
        "by_day": found.by_day(),
        "questions": questions,
        "participation": described(plan.participation),
        "campaigns": [campaign.row(texts) for campaign in letters.campaigns],
        "terms": term_tables(found),
        "groups": group_rows(found),
        "themes": theme_rows(found, model),
        "stances": with_tables(stance_rows(found, model, plan), questions),
        "sentiment": sentiment(found, model),
    }
    return Finished(totals=totals, results=results, assignments=found.assignments())
