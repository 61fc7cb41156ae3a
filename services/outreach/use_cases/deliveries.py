"""A round's delivery report, for its staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from services.outreach.model.notice import PublicTopic
from services.outreach.use_cases.progress import Progress, progress
from services.outreach.use_cases.report import Books, told
from services.outreach.use_cases.subjects import Place, Subject, subjects

NOTICES_A_PAGE = 11
"""Five channels each, every one a few reads."""
MOST_COUNTED = 5_000
"""Recipients of a delivery whom a request can count; the record counts all."""


@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """Some of a report, and the place after which there is more, if there is."""

    items: list[dict[str, Any]]
    last: Place | None


def list_deliveries(
    topic: PublicTopic, *, after: Place | None, at: datetime, books: Books
) -> ReportPage:
    """What came of some notices of a topic's round; a page may be empty and not the last.

    Parameters
    ----------
    after : sequence, optional
        Place after which to begin.
    """
    rest = subjects(topic.topic_id, topic.round, plans=books.plans, after=after)
    looked_at = list(islice(rest, NOTICES_A_PAGE))
    return ReportPage(
        items=[line for subject in looked_at for line in _lines(subject, at=at, books=books)],
        last=looked_at[-1].place if next(rest, None) else None,
    )


def _lines(subject: Subject, *, at: datetime, books: Books) -> Iterator[dict[str, Any]]:
    """What came of a notice over each channel on which somebody has begun with it."""
    for found in told(subject, books=books, most=MOST_COUNTED):
        far: Progress | None = None
        if found.delivery:
            far = progress(found.delivery, deliveries=books.deliveries, parts=books.parts)
        if found.versions or (far and _has_begun(far)):
            yield found.line(at=at, far=far)


def _has_begun(far: Progress) -> bool:
    return far.parts > 1 or far.sent + far.failed + far.unknown > 0
