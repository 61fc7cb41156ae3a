"""The gate: no announcement while a comment has no answer, unless an approver excepts it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.analysis.answers_store import AnswersStore
from services.analysis.model.clauses import unknown_clauses
from services.analysis.model.disposition import rule_for
from services.analysis.model.excepted import at_gate, covers, with_exception
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
    outstanding : int
        Those that hold the announcement.
    excepted : int
        Those without an answer that do not, as an exception covers them all.
    misled : int
        Those whose rule cites a clause that the decision does not have; no exception covers them.
    by_theme : list of dict
        Themes with comments that have no answer, excepted or not.
    unknown_clauses : list of dict
        Clauses that rules cite and the decision does not have: such rules answer nobody.
    """

    outstanding: int
    excepted: int
    misled: int
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
        Whether the announcement follows if none holds it: from then on the dispositions stand, and
        what was answered is kept for everybody to read.
        Only the state machine says so; whoever merely asks binds nobody.

    Raises
    ------
    Conflict
        If the round was not analysed.
    TransientError
        If dispositions changed or a comment was restored while the gate closed, or the topics
        service could not answer.
    """
    run = store.run(topic_id, round_)
    if run is None:
        raise Conflict("not_analysed")
    decision = Decision(run, ask_topics)
    restored = store.restored(run)  # before comments are read as they stand
    assignments, rules = store.assignments(run), store.rules(run)
    left = list(unanswered(assignments, rules, decision))
    misled = sum(1 for each in left if rule_for(each, rules))
    exception = decision.exception if left and not misled else None
    is_open = not left or covers(exception, len(left))
    if close and is_open:
        told = with_exception(
            lambda of: answered(run, of, store=store), assignments, at_gate(exception, restored)
        )
        name = answers.keep(run, told, at=at)
        # Though it may be closed: a reopening from before this instant, of which we hear later,
        # must not open it.
        store.close_gate(run, answers=name, restored=restored, at=at)
    return Gate(
        outstanding=0 if is_open else len(left),
        excepted=len(left) if is_open else 0,
        misled=misled,
        received=run.received,
        by_theme=by_theme(left)[:_LISTED],
        unknown_clauses=unknown_clauses(rules, decision.known_to(rules))[:_LISTED],
    )


def excepted(topic_id: str, round_: int, *, store: AnalysisStore, answers: AnswersStore) -> int:
    """How many comments the gate has let pass without an answer, when it closed last."""
    run = store.run(topic_id, round_)
    return answers.excepted_at_gate(run) if run else 0


def reopen(topic_id: str, round_: int, *, occurred_at: str, store: AnalysisStore) -> None:
    """Let the officers of a reopened round answer anew; the public sees the former answers.

    A gate that has closed since the reopening (``occurred_at``, RFC 3339 in UTC) stays closed.
    """
    run = store.run(topic_id, round_)
    if run and run.gate_passed_at and run.gate_passed_at < occurred_at:
        store.open_gate(run)
