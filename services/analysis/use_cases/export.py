"""Write the analysis's part of a round's record, and with it make the results public."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.analysis.answers_store import AnswersStore
from services.analysis.charts.picture import SVG, charts_of
from services.analysis.model.assignment import Assignment, Assignments
from services.analysis.model.disposition import Rules, rule_for
from services.analysis.model.excepted import with_exception
from services.analysis.model.summary import summary
from services.analysis.store import AnalysisStore
from services.analysis.use_cases.read import citable
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
    answers: AnswersStore,
) -> list[ExportedFile]:
    """Write ``results.json``, ``dispositions.jsonl`` and the charts, and make the results public.

    Of a round that was withdrawn before its announcement nothing is written: what officers had
    prepared was never said in public.
    """
    run = store.run(topic_id, round_)
    if run is None or not announced:
        return []

    def key(name: str) -> str:
        return exports.part_key(topic_id, round_, service="analysis", name=name)

    # Not what a reopened round that was withdrawn had prepared since.
    version = run.announced_version
    rules, assignments = store.rules(run, version=version), store.assignments(run, version=version)
    exception = answers.exception(run)
    # Of the same comments as the rows, so that these add up to it.
    told = summary(store.overlaid(run, version=version).themes, assignments, rules)
    results = citable(run, store=store, answers=with_exception(told, exception))
    rows = resolved(assignments, rules, is_excepted=exception is not None)
    files = [
        exports.write_json(bucket, key("results.json"), results),
        exports.write_lines(bucket, key("dispositions.jsonl"), rows),
        *(
            exports.write_text(bucket, key(f"charts/{name}"), drawing, media_type=SVG)
            for name, drawing in charts_of(results).items()
        ),
    ]
    store.mark_published(run, at=at)
    return files


def resolved(
    assignments: Assignments, rules: Rules, *, is_excepted: bool
) -> Iterator[dict[str, Any]]:
    """One row for each comment that was answered, by a rule or by moderation, or was excepted.

    Parameters
    ----------
    is_excepted : bool
        Whether an exception let the announcement leave comments without an answer.
    """
    for assignment in assignments:
        rule = rule_for(assignment, rules)
        if rule:
            answer = {**rule.shown(), "reason_code": None, "via": "rule"}
        elif assignment.is_rejected:
            answer = _without_rule(assignment, outcome="rejected", via="moderation")
        elif is_excepted and assignment.needs_disposition:
            answer = _without_rule(assignment, outcome="excepted", via="exception")
        else:
            continue
        yield {"comment_id": assignment.comment_id, **answer}


def _without_rule(assignment: Assignment, *, outcome: str, via: str) -> dict[str, Any]:
    return {
        "target": {"comment_id": assignment.comment_id},
        "outcome": outcome,
        "reason": None,
        "reason_code": assignment.reason_code if assignment.is_rejected else None,
        "clause_ids": [],
        "via": via,
    }
