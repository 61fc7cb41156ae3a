"""Tell other services which disposition comments have."""

from collections.abc import Sequence
from typing import Any

from services.analysis.model.disposition import rule_for
from services.analysis.store import AnalysisStore


def dispositions(
    topic_id: str, round_: int, comment_ids: Sequence[str], *, store: AnalysisStore
) -> dict[str, dict[str, Any] | None]:
    """Disposition of each comment as announced; ``None`` if it has none, or moderation's is it."""
    run = store.run(topic_id, round_)
    if run is None:
        return dict.fromkeys(comment_ids)
    version = run.announced_version
    assignments = store.assignments(run, version=version)
    rules = store.rules(run, version=version)
    answers: dict[str, dict[str, Any] | None] = {}
    for comment_id in comment_ids:
        assignment = assignments.get(comment_id)
        rule = rule_for(assignment, rules) if assignment else None
        answers[comment_id] = rule.shown() if rule else None
    return answers
