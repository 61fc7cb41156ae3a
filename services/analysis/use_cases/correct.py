"""Correct the themes that the machine found, beside which the officers' version stands."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.analysis.model.correction import (
    Add,
    Correction,
    Corrections,
    Recorded,
    comments_of,
    themes_of,
)
from services.analysis.model.overlay import Overlay
from services.analysis.model.run import Run
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.clauses import AskTopics
from services.analysis.use_cases.dispose import open_run
from services.shared import clock
from services.shared.errors import Conflict, Fault, Invalid
from services.shared.events import Actor
from services.shared.identity import Caller
from services.shared.parsing import pointer


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """Corrections that stand now, and the version of the round with them."""

    applied: int
    version: int


def correct_themes(
    topic_id: str,
    round_: int | None,
    request: Corrections,
    *,
    seen: int | None,
    caller: Caller,
    at: datetime,
    store: AnalysisStore,
    ask_topics: AskTopics,
) -> Corrected:
    """Record corrections, all or none; the same request again records nothing.

    Parameters
    ----------
    seen : int or None
        Version of the round on which the officer looked.

    Raises
    ------
    Conflict
        Before the analysis, after the gate, or if somebody else corrected one of the same themes or
        comments since `seen` or recorded anything at the same instant.
    NotFound
        If the topic is unknown, not public or another agency's.
    Invalid
        If a theme, comment or question is unknown; every such fault.
    """
    run = open_run(topic_id, round_, caller=caller, store=store, ask_topics=ask_topics)
    actor = caller.acting_as("officer")
    standing = store.corrections(run)
    # What was said before this run may apply no more: then it is no repetition.
    recent = [each for each in standing if each.version > run.analysed_version]
    if _is_repeated(request.items, recent, actor=actor):
        return Corrected(applied=len(request.items), version=run.version)
    if seen is not None and _is_overtaken(request.items, standing, seen=seen):
        raise Conflict("themes_changed_meanwhile")
    new = [
        Recorded(
            version=version,
            at=clock.to_text(at),
            role=actor.role,
            actor_id=actor.id,
            correction=item,
        )
        for version, item in enumerate(request.items, start=run.version + 1)
    ]
    faults = _faults(run, standing, new, store=store)
    if faults:
        raise Invalid(faults=faults)
    run = store.correct(run, request.items, actor=actor, at=at)
    return Corrected(applied=len(new), version=run.version)


def _is_repeated(
    items: Sequence[Correction], standing: Sequence[Recorded], *, actor: Actor
) -> bool:
    last = standing[-len(items) :]
    mine = all(each.actor_id == actor.id for each in last)
    return mine and [each.correction for each in last] == list(items)


def _is_overtaken(items: Sequence[Correction], standing: Sequence[Recorded], *, seen: int) -> bool:
    since = _named(each.correction for each in standing if each.version > seen)
    return not since.isdisjoint(_named(items))


def _named(corrections: Iterable[Correction]) -> set[str]:
    return {each for item in corrections for each in (*themes_of(item), *comments_of(item))}


def _faults(
    run: Run, standing: Sequence[Recorded], new: Sequence[Recorded], *, store: AnalysisStore
) -> list[Fault]:
    themes, assignments = store.machine(run)
    overlay = Overlay(themes, assignments)
    overlay.lay(standing, analysed_version=run.analysed_version)
    today = assignments.with_changes(store.changes(run))
    asked = {group["question_id"] for group in store.results(run)["groups"]}
    return [
        Fault(field=pointer("items", position) + place, code=code)
        for position, each in enumerate(new)
        for place, code in (
            *_question_faults(each.correction, asked),
            *overlay.apply(each, today=today),
        )
    ]


def _question_faults(
    correction: Correction, asked: Collection[str | None]
) -> list[tuple[str, str]]:
    question_id = correction.question_id if isinstance(correction, Add) else None
    return [] if question_id in {None, *asked} else [("/question_id", "unknown_question")]
