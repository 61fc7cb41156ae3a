"""Record how comments are answered, and tell which still are not."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.analysis.model.assignment import Assignment, Assignments
from services.analysis.model.clauses import lapsed_rules
from services.analysis.model.disposition import Aimed, Rules, clause_faults, faults_of, outstanding
from services.analysis.model.run import Run
from services.analysis.model.templates import Dispositions, expand
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.clauses import AskTopics, Decision
from services.shared.errors import Conflict, Fault, Invalid, NotFound
from services.shared.identity import Caller


@dataclass(frozen=True, kw_only=True)
class Applied:
    """Outcome of a request: dispositions that hold now, and comments that still have none."""

    applied: int
    outstanding: int


def dispose(
    topic_id: str,
    round_: int | None,
    request: Dispositions,
    *,
    caller: Caller,
    at: datetime,
    store: AnalysisStore,
    ask_topics: AskTopics,
) -> Applied:
    """Record dispositions, all or none; one that holds already is not recorded again.

    Raises
    ------
    Conflict
        Before the analysis, after the gate, or if somebody else recorded some at the same time.
    NotFound
        If the topic is unknown, not public or another agency's.
    Invalid
        If a target is unknown, needs no answer or is named twice, a template does not yield a
        reason, or the decision has no such clause; every such fault.
    TransientError
        If the topics service could not answer.
    """
    run = open_run(topic_id, round_, caller=caller, store=store, ask_topics=ask_topics)
    assignments = store.assignments(run)
    decision, expanded = Decision(run, ask_topics), expand(request)
    faults = [
        *expanded.faults,
        *faults_of(request.items, assignments),
        *faults_in_clauses(request.items, decision),
    ]
    if faults:
        raise Invalid(faults=faults)
    rules = store.rules(run)
    new = [item for item in expanded.items if rules.get(item.target.key) != item]
    if new:
        run = store.record(run, new, actor=caller.acting_as("officer"), at=at)
        rules = store.rules(run)
    left = sum(1 for _ in unanswered(assignments, rules, decision))
    return Applied(applied=len(request.items), outstanding=left)


def own_run(
    topic_id: str,
    round_: int | None,
    *,
    caller: Caller,
    store: AnalysisStore,
    ask_topics: AskTopics,
) -> Run:
    """Run to which the caller may record dispositions.

    Raises
    ------
    Conflict
        Before the analysis.
    NotFound
        If the topic is unknown, not public or another agency's.
    """
    run = store.run(topic_id, round_)
    if run is None:
        raise _not_analysed(topic_id, round_, caller=caller, ask_topics=ask_topics)
    if not caller.covers(run.agency):
        raise NotFound
    return run


def open_run(
    topic_id: str,
    round_: int | None,
    *,
    caller: Caller,
    store: AnalysisStore,
    ask_topics: AskTopics,
) -> Run:
    """The same, while it may still be changed.

    Raises
    ------
    Conflict
        Before the analysis, or after the gate.
    NotFound
        If the topic is unknown, not public or another agency's.
    """
    run = own_run(topic_id, round_, caller=caller, store=store, ask_topics=ask_topics)
    if run.is_final:
        raise Conflict("final")
    return run


def faults_in_clauses(items: Sequence[Aimed], decision: Decision) -> list[Fault]:
    """Every clause named that the recorded decision does not have; without any nobody is asked."""
    if not any(item.clause_ids for item in items):
        return []
    return clause_faults(items, decision.clause_ids)


def unanswered(assignments: Assignments, rules: Rules, decision: Decision) -> Iterator[Assignment]:
    """Comments without an answer, in the order of their ids.

    One whose rule cites a clause that the decision does not have any more has none.
    """
    lapsed = lapsed_rules(rules, decision.known_to(rules))
    return outstanding(assignments, rules, lapsed=lapsed)


def count_by_theme(comments: Iterable[Assignment]) -> Counter[str | None]:
    """Comments by theme, those of none under ``None``; a comment in several counts in each."""
    counts: Counter[str | None] = Counter()
    for each in comments:
        places: Collection[str | None] = each.theme_ids or (None,)
        counts.update(places)
    return counts


def ranked(counts: Mapping[str | None, int]) -> list[str]:
    """Themes of a count, the largest first."""
    themes = [name for name in counts if name is not None]
    return sorted(themes, key=lambda name: (-counts[name], name))


def by_theme(found: Iterable[Assignment]) -> list[dict[str, Any]]:
    """Themes with comments that have no answer, the largest first."""
    counts = count_by_theme(found)
    return [{"theme_id": name, "outstanding": counts[name]} for name in ranked(counts)]


def _not_analysed(
    topic_id: str, round_: int | None, *, caller: Caller, ask_topics: AskTopics
) -> Conflict | NotFound:
    """Why there is no run; an agency learns of its own topics only."""
    topic = ask_topics(topic_id, round_ or 1, ("topic",))["topic"]
    if topic is None or not caller.covers(topic["agency"]):
        return NotFound()
    if round_ is not None and round_ > topic["round"]:
        return NotFound()
    return Conflict("withdrawn" if topic["stage"] == "withdrawn" else "not_analysed")
