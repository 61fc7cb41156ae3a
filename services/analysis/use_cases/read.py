"""Read what the analysis found: an officer as soon as it is there, everybody once it is public."""

from typing import Any

from services.analysis.announced_store import AnnouncedStore
from services.analysis.answers_store import AnswersStore
from services.analysis.model.corrected import Overlaid, publicly
from services.analysis.model.forgotten import forgotten, named
from services.analysis.model.results import shortened, told_by_theme, without
from services.analysis.model.run import Run
from services.analysis.model.work import FINISHED, progress
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.answered import answered, answered_publicly
from services.analysis.work_store import WorkStore
from services.shared.errors import NotFound
from services.shared.identity import Caller


def staff_run(topic_id: str, round_: int | None, *, caller: Caller, store: AnalysisStore) -> Run:
    """Run that a staff member may see; of the newest analysed round by default.

    Raises
    ------
    NotFound
        If there is none, or the topic is another agency's.
    """
    run = store.run(topic_id, round_)
    if run is None or not caller.covers(run.agency):
        raise NotFound
    return run


def public_run(topic_id: str, round_: int | None, *, store: AnalysisStore) -> Run:
    """Run whose results are public.

    Raises
    ------
    NotFound
        If there is none, or its results are not public yet.
    """
    run = store.run(topic_id, round_)
    if run is None or run.published_at is None:
        raise NotFound
    return run


def progress_of(
    topic_id: str, round_: int | None, *, caller: Caller, store: AnalysisStore, works: WorkStore
) -> dict[str, Any]:
    """How far the analysis of a round is, of the newest that one was begun of by default.

    Raises
    ------
    NotFound
        If none was begun, or the topic is another agency's.
    """
    work = works.begun(topic_id, round_)
    if work is None or not caller.covers(work.agency):
        raise NotFound
    run = store.run(work.topic_id, work.round)
    is_kept = run is not None and run.run_id == work.run_id
    files = works.files(work.topic_id, work.round, run_id=work.run_id)
    reached = FINISHED if is_kept else progress(work, files.names())
    return {
        "topic_id": work.topic_id,
        "round": work.round,
        "run_id": work.run_id,
        "begun_at": work.begun_at,
        "shards": work.shards,
        **reached.model_dump(),
    }


def citable(
    run: Run, *, store: AnalysisStore, answers: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Results that everybody sees: corrected themes, no comment that is not public any more.

    Parameters
    ----------
    answers : dict or None
        What was answered, to be shown with them.
    """
    seen = store.overlaid(run, version=run.announced_version)
    themes = [publicly(theme) for theme in seen.themes]
    return _citable(run, seen, themes, answers=answers, store=store)


def _citable(
    run: Run,
    seen: Overlaid,
    themes: list[dict[str, Any]],
    *,
    answers: dict[str, Any] | None,
    store: AnalysisStore,
) -> dict[str, Any]:
    erased = {each.comment_id for each in store.changes(run) if each.status == "erased"}
    found = store.results(run)
    by_theme = told_by_theme(found, lambda theme_id: seen.now.get(theme_id, theme_id))
    shown = named({**found, "themes": themes, **by_theme, "answers": answers})
    # The file has no word of what was erased any more, but this container may have read it before.
    return without(forgotten(shown, erased), gone(run, store=store))


def gone(run: Run, *, store: AnalysisStore) -> frozenset[str]:
    """Comments that are not public any more, so that nothing may cite them."""
    changes = store.changes(run)
    return frozenset(change.comment_id for change in changes if change.status != "published")


def results(run: Run, *, store: AnalysisStore, answers: AnswersStore) -> dict[str, Any]:
    """Results of a run for everybody, long lists cut to a hundred, and what was answered."""
    return _dated(run, citable(run, store=store, answers=answers.kept(run)))


def staff_results(
    run: Run, *, store: AnalysisStore, announced: AnnouncedStore, answers: AnswersStore
) -> dict[str, Any]:
    """The same with the machine's themes beside the corrected, and what did not apply any more.

    What is answered is as officers have recorded it by now; nothing before they begin.
    """
    told = _told_to_staff(run, store=store, announced=announced, answers=answers)
    seen = store.overlaid(run)
    lost = [{"version": version, "why": why} for version, why in seen.not_applied.items()]
    found = _dated(run, _citable(run, seen, seen.themes, answers=told, store=store))
    return {**found, "version": run.version, "corrections_not_applied": lost}


def _told_to_staff(
    run: Run, *, store: AnalysisStore, announced: AnnouncedStore, answers: AnswersStore
) -> dict[str, Any] | None:
    if not store.rules(run):
        return None
    assignments = store.assignments(run)
    if run.is_announced:
        return answered_publicly(
            run, assignments, store=store, announced=announced, answers=answers
        )
    return answered(run, assignments, store=store)


def _dated(run: Run, found: dict[str, Any]) -> dict[str, Any]:
    return {
        **shortened(found),
        "analysed_at": run.analysed_at,
        "published_at": run.published_at,
    }
