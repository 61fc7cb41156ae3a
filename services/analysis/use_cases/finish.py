"""Finish a run: add up what its steps left, and keep what came out."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.analysis.engine.pipeline import Finished
from services.analysis.engine.rows import Row, Rows
from services.analysis.model.lineage import inherited
from services.analysis.model.run import Run
from services.analysis.model.stances import with_tables
from services.analysis.model.work import Work
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.steps import steps_of
from services.analysis.work_store import WorkStore
from services.shared import clock
from services.shared.errors import Conflict, TransientError
from services.shared.table import ConditionFailed

_STANDING = ("questions", "participation")
"""Parts of the results that stay as they were published first."""


def finish(
    topic_id: str,
    round_: int,
    *,
    run_id: str,
    at: datetime,
    store: AnalysisStore,
    works: WorkStore,
) -> Run:
    """Finish a run and keep it; one that is kept already is not finished again.

    Raises
    ------
    Conflict
        If the run was not planned, or another one was begun since.
    TransientError
        If the round changed meanwhile; trying again is safe.
    """
    former = store.run(topic_id, round_)
    if former and former.run_id == run_id:
        return former
    begun = works.begun(topic_id, round_)
    if begun is None or begun.run_id != run_id:
        raise Conflict("run_not_planned")
    found = steps_of(topic_id, round_, run_id=run_id, store=store, works=works).finish()
    return _kept(found, begun, former=former, at=at, store=store)


def _kept(
    found: Finished, begun: Work, *, former: Run | None, at: datetime, store: AnalysisStore
) -> Run:
    version = former.version + 1 if former else 1
    run = Run(
        topic_id=begun.topic_id,
        round=begun.round,
        run_id=begun.run_id,
        version=version,
        analysed_version=version,
        agency=begun.agency,
        analysed_at=clock.to_text(at),
        first_published_at=_first_published(former),
        **asdict(found.totals),
    )
    results = {"run_id": run.run_id, **found.results}
    assignments: Iterable[Row] = found.assignments
    if former:
        results, assignments = _after(former, results, found.assignments, store=store)
    store.write_files(run, results=results, assignments=assignments)
    try:
        store.save_run(run, at=at)
    except ConditionFailed as error:
        present = store.run(run.topic_id, run.round)
        if present and present.run_id == run.run_id:
            return present
        raise TransientError("the round changed while it was analysed") from error
    return run


def _after(
    former: Run, results: dict[str, Any], rows: Rows, *, store: AnalysisStore
) -> tuple[dict[str, Any], Iterable[Row]]:
    """Results and assignments after an earlier run, whose themes keep their ids.

    Tables about people that were published once are kept: of two that differ by a few people the
    difference would show what suppression hides in each.
    """
    _, before = store.machine(former)
    seen = store.overlaid(former)
    results, assignments = inherited(results, rows, before, corrected=seen.theme_ids)
    if _first_published(former):
        published = store.results(former)
        results |= {name: published.get(name) for name in _STANDING}
        results["stances"] = with_tables(results["stances"], results["questions"])
    return results, assignments


def _first_published(former: Run | None) -> str | None:
    return (former.first_published_at or former.published_at) if former else None
