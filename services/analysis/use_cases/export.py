"""Write the analysis's part of a round's record, and with it make the results public."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.analysis.announced_store import AnnouncedStore
from services.analysis.answers_store import AnswersStore
from services.analysis.charts.picture import SVG, charts_of
from services.analysis.model.assignment import Assignment, Assignments
from services.analysis.model.excepted import Exempting, is_excepted
from services.analysis.model.forgotten import lasting
from services.analysis.model.late import Standing, answer_to, told
from services.analysis.model.results import corrections_without
from services.analysis.model.run import Run
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.answered import answered_publicly
from services.analysis.use_cases.clauses import AskTopics
from services.analysis.use_cases.read import citable, gone
from services.shared import exports
from services.shared.exports import ExportedFile


def export(
    topic_id: str,
    round_: int,
    *,
    announced: bool,
    bucket: str,
    at: datetime,
    store: AnalysisStore,
    announcements: AnnouncedStore,
    kept: AnswersStore,
    ask_topics: AskTopics,
) -> list[ExportedFile]:
    """Write ``results.json``, ``dispositions.jsonl`` and the charts, and make the results public.

    Of a round that was withdrawn before its announcement nothing is written: what officers had
    prepared was never said in public.

    Raises
    ------
    TransientError
        If the round changed at the same time, or the topics service could not answer.
    """
    run = store.run(topic_id, round_)
    if run is None or not announced:
        return []
    run = announcements.gather(run, is_announced=_is_announced(run, ask_topics), at=at)

    def key(name: str) -> str:
        return exports.part_key(topic_id, round_, service="analysis", name=name)

    # Not what a reopened round that was withdrawn had prepared since.
    assignments = store.assignments(run, version=run.announced_version)
    stands = announcements.standing(run)
    # Of the same comments as the rows, so that these add up to it.
    answers = answered_publicly(
        run, assignments, store=store, announced=announcements, answers=kept
    )
    results = lasting(citable(run, store=store, answers=answers))
    rows = resolved(assignments, stands, kept.exception(run))
    corrections = _corrections(run, stands, store=store)
    return [
        exports.write_json(bucket, key("results.json"), results),
        exports.write_lines(bucket, key("dispositions.jsonl"), rows),
        exports.write_lines(bucket, key("corrections.jsonl"), corrections),
        *(
            exports.write_text(bucket, key(f"charts/{name}"), drawing, media_type=SVG)
            for name, drawing in charts_of(results).items()
        ),
    ]


def _is_announced(run: Run, ask_topics: AskTopics) -> bool:
    """Whether what the gate kept was announced, though the event has not come yet.

    A reopened round may be withdrawn between its gate and its announcement.
    """
    if not run.awaits_announcement:
        return False
    return bool(ask_topics(run.topic_id, run.round, ("topic",))["topic"]["stage"] != "withdrawn")


def _corrections(run: Run, stands: Standing, *, store: AnalysisStore) -> list[dict[str, Any]]:
    """One row for each correction, the oldest first; who corrected is in the audit trail."""
    return corrections_without(told(stands.corrections), gone(run, store=store))


def resolved(
    assignments: Assignments, stands: Standing, exception: Exempting | None
) -> Iterator[dict[str, Any]]:
    """One row for each comment that is not gone: what answers it, or why nothing does.

    The gate lets nothing pass without an answer but by an exception; what has none otherwise was
    restored since.

    Parameters
    ----------
    exception : mapping or None
        That with which it was announced, as the gate kept it.
    """
    for assignment in assignments:
        answer = answer_to(assignment, stands)
        if answer:
            answer |= {"reason_code": None, "via": "rule"}
        elif assignment.is_rejected:
            answer = _without_rule(assignment, outcome="rejected", via="moderation")
        elif assignment.is_gone:
            continue
        elif is_excepted(assignment, exception):
            answer = _without_rule(assignment, outcome="excepted", via="exception")
        else:
            answer = _without_rule(assignment, outcome="unanswered", via="restored")
        yield {"comment_id": assignment.comment_id, **answer}


def _without_rule(assignment: Assignment, *, outcome: str, via: str) -> dict[str, Any]:
    return {
        "target": {"comment_id": assignment.comment_id},
        "outcome": outcome,
        "reason": None,
        "reason_code": assignment.reason_code if assignment.is_rejected else None,
        "clause_ids": [],
        "corrected": None,
        "via": via,
    }
