"""What was answered to whom: you said, we did."""

from collections.abc import Collection, Mapping
from typing import Any

from services.analysis.announced_store import AnnouncedStore
from services.analysis.answers_store import AnswersStore
from services.analysis.model.assignment import Assignments
from services.analysis.model.excepted import Exempting, publicly, with_exception
from services.analysis.model.late import Standing, summed_up
from services.analysis.model.run import Run
from services.analysis.model.summary import summary
from services.analysis.store import AnalysisStore


def answered(run: Run, assignments: Assignments, *, store: AnalysisStore) -> dict[str, Any]:
    """What is answered by now: all comments by outcome, and theme by theme in which words.

    As recorded: whether the clauses that are cited are there still is the gate's to say.
    """
    found = summary(store.overlaid(run).themes, assignments, store.rules(run))
    return {**found, "announced": None, "corrections": []}


def answered_publicly(
    run: Run,
    assignments: Assignments,
    *,
    store: AnalysisStore,
    announced: AnnouncedStore,
    answers: AnswersStore,
) -> dict[str, Any]:
    """What everybody is told was answered, as announced and corrected since."""
    themes = store.overlaid(run, version=run.announced_version).themes
    stands = announced.standing(run)
    return publicly(to_keep(themes, assignments, stands, answers.exception(run)))


def to_keep(
    themes: Collection[Mapping[str, Any]],
    assignments: Assignments,
    stands: Standing,
    exception: Exempting | None,
) -> dict[str, Any]:
    """The same, as it is kept for everybody to read."""
    return with_exception(lambda of: summed_up(themes, of, stands), assignments, exception)
