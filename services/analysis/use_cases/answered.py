"""What was answered to whom: you said, we did."""

from typing import Any

from services.analysis.model.assignment import Assignments
from services.analysis.model.run import Run
from services.analysis.model.summary import summary
from services.analysis.store import AnalysisStore


def answered(run: Run, assignments: Assignments, *, store: AnalysisStore) -> dict[str, Any]:
    """What is answered by now: all comments by outcome, and theme by theme in which words.

    As recorded: whether the clauses that are cited are there still is the gate's to say.
    """
    return summary(store.overlaid(run).themes, assignments, store.rules(run))
