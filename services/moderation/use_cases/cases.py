"""List the cases of the queue, oldest first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.moderation import rows
from services.moderation.model.case import DONE, Case, Status
from services.moderation.store import CaseStore
from services.shared.errors import Malformed

PAGE = 25
"""Cases on a page: as many as a moderator's screen shows, each with its text."""
_PAGES_READ = 8
"""How many pages one request reads, at most, to find one with a case that is wanted."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases a list is to have; of what is ``None``, all.

    Attributes
    ----------
    covers : callable
        Tells by a case's agency whether it may be seen.
    """

    status: Status
    topic_id: str | None
    severity: str | None
    language: str | None
    assignee: str | None
    covers: Callable[[str], bool]

    @property
    def scope(self) -> str:
        """What a cursor of the list is good for."""
        asked = (self.status, self.topic_id, self.severity, self.language, self.assignee)
        return "cases?" + "&".join(each or "" for each in asked)

    def fits(self, case: Case, *, at: datetime) -> bool:
        """Tell whether a case is wanted at an instant."""
        status = case.status_at(at)
        holder = case.claimed_by if status == "claimed" else None
        return (
            status == self.status
            and self.covers(case.agency)
            and self.severity in (None, case.severity)
            and self.language in (None, case.language)
            and self.assignee in (None, holder)
        )


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """Some cases, and the position to go on from (``None`` at the end)."""

    cases: list[Case]
    last: Any


def list_cases(wanted: Wanted, *, after: Any, at: datetime, store: CaseStore) -> CasePage:
    """One page of the cases that have a status at an instant.

    A page may be short, or empty, and have a next one: only the position tells the end.

    Raises
    ------
    Malformed
        If cases that are done are asked for without a topic: the programme's whole past is no
        queue.
    """
    for _ in range(_PAGES_READ):
        page = _page(wanted, after=after, store=store)
        after = page.last
        cases = [case for case in page.cases if wanted.fits(case, at=at)]
        if cases or after is None:
            break
    return CasePage(cases=cases, last=after)


def _page(wanted: Wanted, *, after: Any, store: CaseStore) -> CasePage:
    """Cases that may be wanted, before anybody looks at them closely."""
    status = wanted.status
    if wanted.topic_id is not None:
        return _of_topic(status, topic_id=wanted.topic_id, after=after, store=store)
    if status in DONE:
        raise Malformed("topic_needed")
    # A claim that ran out leaves its row under "claimed" until somebody touches it.
    stored: tuple[Status, ...] = ("open", "claimed") if status == "open" else (status,)
    pages = [store.queued(each, after=after, limit=PAGE) for each in stored]
    ordered = sorted((case for cases, _ in pages for case in cases), key=rows.place)
    # Beyond the last case of a page that goes on, the other page cannot tell what is missing.
    ends = [rows.place(cases[-1]) for cases, more in pages if more and cases]
    known = [case for case in ordered if not ends or rows.place(case) <= min(ends)]
    taken = known[:PAGE]
    more = len(known) > PAGE or bool(ends)
    return CasePage(cases=taken, last=rows.place(taken[-1]) if more and taken else None)


def _of_topic(status: Status, *, topic_id: str, after: Any, store: CaseStore) -> CasePage:
    page = store.of_topic(topic_id, done=status in DONE, after=after, limit=PAGE)
    cases = [store.get(item["log"]["case_id"]) for item in page.items]
    return CasePage(cases=[case for case in cases if case], last=page.last)
