"""Tell other services which disposition comments have."""

from collections.abc import Sequence
from typing import Any

from services.analysis.announced_store import AnnouncedStore
from services.analysis.model.late import answer_to
from services.analysis.store import AnalysisStore


def dispositions(
    topic_id: str,
    round_: int,
    comment_ids: Sequence[str],
    *,
    store: AnalysisStore,
    announced: AnnouncedStore,
) -> dict[str, Any]:
    """Disposition of each comment as announced, or as ``corrected`` since with what was announced.

    It is ``None`` if the comment has none, or moderation's is it.

    ``awaits_announcement``: the gate has closed behind answers of which it is not known yet that
    they are announced; those told are from before.
    """
    run = store.run(topic_id, round_)
    if run is None:
        return {"dispositions": dict.fromkeys(comment_ids), "awaits_announcement": False}
    assignments = store.assignments(run, version=run.announced_version)
    stands = announced.standing(run)
    answers: dict[str, dict[str, Any] | None] = {}
    for comment_id in comment_ids:
        assignment = assignments.get(comment_id)
        answers[comment_id] = answer_to(assignment, stands) if assignment else None
    return {"dispositions": answers, "awaits_announcement": run.awaits_announcement}
