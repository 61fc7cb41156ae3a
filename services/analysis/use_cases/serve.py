"""Tell other services which disposition comments have."""

from collections.abc import Sequence
from typing import Any

from services.analysis.model.disposition import rule_for
from services.analysis.store import AnalysisStore


def dispositions(
    topic_id: str, round_: int, comment_ids: Sequence[str], *, store: AnalysisStore
) -> dict[str, Any]:
    """Disposition of each comment as announced; ``None`` if it has none, or moderation's is it.

    ``awaits_announcement``: the gate has closed behind answers of which it is not known yet that
    they are announced; those told are from before.
    """
    run = store.run(topic_id, round_)
    if run is None:
        return {"dispositions": dict.fromkeys(comment_ids), "awaits_announcement": False}
    version = run.announced_version
    assignments = store.assignments(run, version=version)
    rules = store.rules(run, version=version)
    answers: dict[str, dict[str, Any] | None] = {}
    for comment_id in comment_ids:
        assignment = assignments.get(comment_id)
        rule = rule_for(assignment, rules) if assignment else None
        answers[comment_id] = rule.shown() if rule else None
    return {"dispositions": answers, "awaits_announcement": run.awaits_announcement}
