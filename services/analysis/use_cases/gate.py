"""The gate: no announcement while a comment has no answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.analysis.store import AnalysisStore
from services.analysis.use_cases.dispose import by_theme, open_comments
from services.shared.errors import Conflict

_LISTED = 100


@dataclass(frozen=True, kw_only=True)
class Gate:
    """How many comments have no answer, and of how many."""

    outstanding: int
    received: int
    by_theme: list[dict[str, Any]]


def look(topic_id: str, round_: int, *, close: bool, at: datetime, store: AnalysisStore) -> Gate:
    """Count the comments without an answer.

    Parameters
    ----------
    close : bool
        Whether the announcement follows if there is none: from then on the dispositions stand.
        Only the state machine says so; whoever merely asks binds nobody.

    Raises
    ------
    Conflict
        If the round was not analysed.
    TransientError
        If dispositions changed while the gate closed.
    """
    run = store.run(topic_id, round_)
    if run is None:
        raise Conflict("not_analysed")
    left = open_comments(run, store=store)
    if close and not left:
        # Though it may be closed: a reopening from before this instant, of which we hear later,
        # must not open it.
        store.close_gate(run, at=at)
    return Gate(outstanding=len(left), received=run.received, by_theme=by_theme(left)[:_LISTED])


def reopen(topic_id: str, round_: int, *, occurred_at: str, store: AnalysisStore) -> None:
    """Let the officers of a reopened round answer anew; the public sees the former answers.

    A gate that has closed since the reopening (``occurred_at``, RFC 3339 in UTC) stays closed.
    """
    run = store.run(topic_id, round_)
    if run and run.gate_passed_at and run.gate_passed_at < occurred_at:
        store.open_gate(run)
