"""What was answered to whom: you said, we did."""

from typing import Any

from services.analysis.announced_store import AnnouncedStore
from services.analysis.answers_store import AnswersStore
from services.analysis.model.assignment import Assignments
from services.analysis.model.excepted import with_exception
from services.analysis.model.late import summed_up
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
    told = summed_up(themes, assignments, announced.standing(run))
    return with_exception(told, answers.exception(run))
