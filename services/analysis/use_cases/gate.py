"""The gate: no announcement while a comment has no answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.analysis.answers_store import AnswersStore
from services.analysis.model.clauses import unknown_clauses
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.answered import answered
from services.analysis.use_cases.clauses import AskTopics, Decision
from services.analysis.use_cases.dispose import by_theme, unanswered
from services.shared.errors import Conflict

_LISTED = 100


@dataclass(frozen=True, kw_only=True)
class Gate:
    """How many comments have no answer, and of how many.

    Attributes
    ----------
    unknown_clauses : list of dict
        Clauses that rules cite and the decision does not have: such rules answer nobody.
    """

    outstanding: int
    received: int
    by_theme: list[dict[str, Any]]
    unknown_clauses: list[dict[str, Any]]


def look(
    topic_id: str,
    round_: int,
    *,
    close: bool,
    at: datetime,
    store: AnalysisStore,
    answers: AnswersStore,
    ask_topics: AskTopics,
) -> Gate:
    """Count the comments without an answer.

    The decision is the one recorded last. While a topic is decided another version may follow, and
    the state machine looks once more; when it does, none can be recorded.

    Parameters
    ----------
    close : bool
        Whether the announcement follows if there is none: from then on the dispositions stand, and
        what was answered is kept for everybody to read.
        Only the state machine says so; whoever merely asks binds nobody.

    Raises
    ------
    Conflict
        If the round was not analysed.
    TransientError
        If dispositions changed while the gate closed, or the topics service could not answer.
    """
    run = store.run(topic_id, round_)
    if run is None:
        raise Conflict("not_analysed")
    decision = Decision(run, ask_topics)
    assignments, rules = store.assignments(run), store.rules(run)
    left = list(unanswered(assignments, rules, decision))
    if close and not left:
        name = answers.keep(run, answered(run, assignments, store=store), at=at)
        # Though it may be closed: a reopening from before this instant, of which we hear later,
        # must not open it.
        store.close_gate(run, answers=name, at=at)
    return Gate(
        outstanding=len(left),
        received=run.received,
        by_theme=by_theme(left)[:_LISTED],
        unknown_clauses=unknown_clauses(rules, decision.known_to(rules))[:_LISTED],
    )


def reopen(topic_id: str, round_: int, *, occurred_at: str, store: AnalysisStore) -> None:
    """Let the officers of a reopened round answer anew; the public sees the former answers.

    A gate that has closed since the reopening (``occurred_at``, RFC 3339 in UTC) stays closed.
    """
    run = store.run(topic_id, round_)
    if run and run.gate_passed_at and run.gate_passed_at < occurred_at:
        store.open_gate(run)
