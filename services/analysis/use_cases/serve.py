"""Tell other services which disposition comments have."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from services.analysis.announced_store import AnnouncedStore
from services.analysis.model.assignment import Assignment
from services.analysis.model.late import Standing, answer_changed, answer_to
from services.analysis.store import AnalysisStore
from services.shared.pages import fitting

_MOST_BYTES = 5_000_000
"""Of an answer in ASCII: Lambda answers with 6 MB at most, and one disposition is at most 1 MB."""


def dispositions(
    topic_id: str,
    round_: int,
    comment_ids: Sequence[str],
    *,
    correction: int | None,
    store: AnalysisStore,
    announced: AnnouncedStore,
) -> dict[str, Any]:
    """Disposition of each comment as announced, or as ``corrected`` since with what was announced.

    It is ``None`` if the comment has none, or moderation's is it. Of the first comments, as many
    as one answer takes, and one at least: whoever asks asks again for the others.

    Of a correction (by its version), it has the ``former`` one too, and is ``None`` if that is not
    what changed it last.

    ``awaits_announcement``: the gate has closed behind answers of which it is not known yet that
    they are announced; those told are from before.
    """
    run = store.run(topic_id, round_)
    if run is None:
        return {"dispositions": dict.fromkeys(comment_ids), "awaits_announcement": False}
    assignments = store.assignments(run, version=run.announced_version)
    answer = _answering(announced.standing(run), correction)
    answers: list[tuple[str, dict[str, Any] | None]] = []
    for comment_id in comment_ids:
        assignment = assignments.get(comment_id)
        answers.append((comment_id, answer(assignment) if assignment else None))
    told = fitting(answers, most=len(answers), room=_MOST_BYTES, size_of=_bytes)
    return {"dispositions": dict(told), "awaits_announcement": run.awaits_announcement}


def _answering(
    stands: Standing, correction: int | None
) -> Callable[[Assignment], dict[str, Any] | None]:
    if correction is None:
        return partial(answer_to, stands=stands)
    former = stands.before(correction)
    return partial(answer_changed, correction=correction, stands=stands, former=former)


def _bytes(answer: tuple[str, dict[str, Any] | None]) -> int:
    return len(json.dumps(answer))
