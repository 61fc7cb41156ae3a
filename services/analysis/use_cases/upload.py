"""Record the dispositions of a file, or tell what is wrong with it."""

from dataclasses import dataclass
from datetime import datetime

from services.analysis.model.disposition import Disposition, faults_of
from services.analysis.model.run import Run
from services.analysis.model.sheet import read, with_faults
from services.analysis.model.templates import MOST_ITEMS
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.clauses import AskTopics, Decision
from services.analysis.use_cases.dispose import faults_in_clauses, open_run, unanswered
from services.shared.errors import Fault, Invalid
from services.shared.events import Actor
from services.shared.identity import Caller

MOST_FAULTS = 100
"""Faults of a file that are told; whoever corrects so many sends it again anyway."""


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """What a file has, and what came of it.

    Attributes
    ----------
    rows, good, bad : int
        Rows read, and those without and with faults.
    applied : int
        Dispositions of the file that hold now.
    outstanding : int
        Comments without an answer, once the good rows hold.
    faults : tuple of Fault
        The first of them, at ``/<line>/<column>``.
    """

    rows: int
    good: int
    bad: int
    applied: int
    outstanding: int
    faults: tuple[Fault, ...]


def upload(
    topic_id: str,
    round_: int | None,
    text: str,
    *,
    dry_run: bool,
    skip_bad: bool,
    caller: Caller,
    at: datetime,
    store: AnalysisStore,
    ask_topics: AskTopics,
) -> Uploaded:
    """Record the dispositions of a CSV file; one that holds already is not recorded again.

    More than one transaction takes are recorded one after another, so that a crash leaves the
    first of them; the same file once more completes it.

    Parameters
    ----------
    dry_run : bool
        Whether to record nothing and merely tell.
    skip_bad : bool
        Whether to record the good rows though others are bad.

    Raises
    ------
    Conflict
        Before the analysis, after the gate, or if somebody else recorded some at the same time.
    NotFound
        If the topic is unknown, not public or another agency's.
    Malformed
        If it is no CSV.
    Invalid
        If its header is wrong; or a row, unless it is a dry run or bad rows are skipped.
    TransientError
        If the topics service could not answer.
    """
    run = open_run(topic_id, round_, caller=caller, store=store, ask_topics=ask_topics)
    assignments = store.assignments(run)
    rows = read(text)
    aims = [row.aim for row in rows if row.aim]
    decision = Decision(run, ask_topics)
    unfit = [*faults_of(aims, assignments), *faults_in_clauses(aims, decision)]
    rows = with_faults(rows, unfit)
    good = [row.disposition for row in rows if row.disposition and not row.faults]
    counts = {"rows": len(rows), "good": len(good), "bad": len(rows) - len(good)}
    faults = tuple(fault for row in rows for fault in row.faults)[:MOST_FAULTS]
    if faults and not (dry_run or skip_bad):
        raise Invalid(faults=faults, extensions=counts)
    rules = store.rules(run)
    if not dry_run:
        new = [item for item in good if rules.get(item.target.key) != item]
        _record(run, new, actor=caller.acting_as("officer"), at=at, store=store)
    then = {**rules, **{item.target.key: item for item in good}}
    left = sum(1 for _ in unanswered(assignments, then, decision))
    applied = 0 if dry_run else len(good)
    return Uploaded(**counts, applied=applied, outstanding=left, faults=faults)


def _record(
    run: Run, items: list[Disposition], *, actor: Actor, at: datetime, store: AnalysisStore
) -> None:
    for start in range(0, len(items), MOST_ITEMS):
        run = store.record(run, items[start : start + MOST_ITEMS], actor=actor, at=at)
