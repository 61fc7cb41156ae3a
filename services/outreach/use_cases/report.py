"""The delivery report: what came of each notice of a round over each channel.

One report for whoever asks over HTTP and for the record. There are counts only: nobody who was told
can be found in it, and of what went to authors there is one count for all of them, as what came of
one would tell whether its author left an address.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

from services.outreach.model.delivery import (
    CHANNELS,
    NOTICES,
    UNAVAILABLE,
    Channel,
    Delivery,
    LedgerEntry,
    NoticeKind,
    Outcome,
    Tally,
)
from services.outreach.model.feedback import CAME_BACK
from services.outreach.model.slices import Slice
from services.outreach.model.unfinished import TAKEN_UP_FOR
from services.outreach.plan_store import Planned, PlanStore
from services.outreach.store import DeliveryStore
from services.outreach.use_cases.askers import OF_ONE
from services.outreach.use_cases.progress import Progress
from services.shared import clock

_TO_AUTHORS: tuple[NoticeKind, ...] = (*OF_ONE, "outcome")
"""What each author is told of their own comment; only sums of it are told."""
_NAMES = {"notice", "occasion", "channel"}
"""What an event has beside the counts."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A notice of a round that has a line of its own, in each channel that it went over.

    Attributes
    ----------
    parts : sequence of Planned
        What it was delivered in; more than one where authors were told in parts.
    """

    notice: NoticeKind
    occasion: str
    parts: Sequence[Planned]

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands in the report."""
        return NOTICES.index(self.notice), self.occasion


@dataclass(frozen=True, kw_only=True)
class Version:
    """An outcome, and the instant (RFC 3339) from which it held."""

    at: str
    counts: dict[str, Any]


_Looked = tuple[list[Version], bool, bool]
"""Versions; whether everybody was attended to; whether everybody was counted."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of a notice over a channel.

    Attributes
    ----------
    versions : sequence of Version
        Every outcome, oldest first. The last one holds, and counts what came back since.
    is_complete : bool
        Whether everybody was attended to.
    is_exact : bool
        Whether all recipients were counted; if not, the last version has what was recorded, and of
        what went to authors, as many as were looked at.
    """

    subject: Subject
    channel: Channel
    versions: Sequence[Version]
    is_complete: bool
    is_exact: bool

    @property
    def delivery(self) -> Delivery | None:
        """The delivery itself; ``None`` of what went to authors, which is many."""
        if self.subject.notice in _TO_AUTHORS:
            return None
        return self.subject.parts[0].over(self.channel)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row for each outcome, as the record has them."""
        for version in self.versions:
            yield self._named | version.counts | {"at": version.at}

    def line(self, *, at: datetime, far: Progress | None) -> dict[str, Any]:
        """The outcome that holds at an instant, with those before it and how far it is."""
        first, last = (self.versions[0], self.versions[-1]) if self.versions else (None, None)
        may_go_on = first is None or at - clock.from_text(first.at) < TAKEN_UP_FOR
        return {
            **self._named,
            **(last.counts if last else _so_far(far)),
            "first_at": first and first.at,
            "last_at": last and last.at,
            "complete": self.is_complete,
            "going_on": not self.is_complete and may_go_on,
            "exact": self.is_exact,
            "progress": far and asdict(far),
            "versions": [{**each.counts, "at": each.at} for each in self.versions],
        }

    @property
    def _named(self) -> dict[str, Any]:
        return {
            "notice": self.subject.notice,
            "occasion": self.subject.occasion,
            "channel": self.channel,
        }


def subjects(topic_id: str, round_: int, *, plans: PlanStore) -> list[Subject]:
    """What a round may have been told of, in the order of the report."""
    planned = list(plans.planned(topic_id, round_))
    ordinary = [
        *(Planned(topic_id=topic_id, round=round_, notice=notice) for notice in NOTICES),
        *(each for each in planned if each.notice not in _TO_AUTHORS),
    ]
    parts = [[each] for each in dict.fromkeys(ordinary) if each.notice != "outcome"]
    parts += _by_announcement(planned).values()
    found = [Subject(notice=p[0].notice, occasion=p[0].occasion, parts=p) for p in parts]
    return sorted(found, key=lambda subject: subject.place)


def told(subject: Subject, *, store: DeliveryStore, most: int | None = None) -> Iterator[Told]:
    """What came of a notice over each channel, over which it may have gone or not.

    Parameters
    ----------
    most : int, optional
        Recipients who are counted anew at most; of more, what was recorded has to do.
    """
    look = _authors if subject.notice in _TO_AUTHORS else _recorded
    for channel in CHANNELS:
        deliveries = [part.over(channel) for part in subject.parts]
        versions, is_complete, is_exact = look(deliveries, store, most)
        yield Told(
            subject=subject,
            channel=channel,
            versions=versions,
            is_complete=is_complete,
            is_exact=is_exact,
        )


def _by_announcement(planned: Iterable[Planned]) -> dict[str, list[Planned]]:
    """The parts in which authors were told what became of their comments."""
    found: dict[str, list[Planned]] = {}
    for each in planned:
        if each.notice == "outcome":
            found.setdefault(Slice.of(each.occasion).announcement, []).append(each)
    return found


def _authors(deliveries: Sequence[Delivery], store: DeliveryStore, most: int | None) -> _Looked:
    """How many authors were told what concerns them alone: all parts together."""
    counted = _Counted(chain.from_iterable(store.entries(each) for each in deliveries), most)
    if not counted.last_at:
        return [], True, True
    outcome = Outcome.of_tally(counted.tally, stopped=UNAVAILABLE if counted.waits else None)
    return [_version(outcome, at=counted.last_at)], not counted.waits, counted.is_exact


def _recorded(deliveries: Sequence[Delivery], store: DeliveryStore, most: int | None) -> _Looked:
    """Each outcome that was recorded, and of mails what came back since."""
    (delivery,) = deliveries
    recorded = [
        Version(at=at, counts={k: v for k, v in data.items() if k not in _NAMES})
        for at, data in store.history(delivery)
    ]
    if not recorded:
        return [], False, True
    whole = store.standing(delivery).is_complete
    if delivery.channel != "email":
        return recorded, whole, True
    counted, last = _Counted(store.entries(delivery), most), recorded[-1]
    if counted.is_exact and counted.back_at > last.at:
        stopped = None if whole else last.counts["reason"]
        now = Outcome.of_tally(counted.tally, stopped=stopped)
        recorded.append(_version(now, at=counted.back_at))
    return recorded, whole, counted.is_exact


class _Counted:
    """A ledger, gone through once, as a million entries are too many to hold.

    Parameters
    ----------
    most : int or None
        Entries that are looked at, at most.

    Attributes
    ----------
    tally : Tally
        Recipients of each kind.
    last_at, back_at : str
        When somebody last set about sending, or something came back; the latter alone. Empty if
        nothing did.
    waits : bool
        Whether somebody is still to be told.
    is_exact : bool
        Whether there are no more entries.
    """

    def __init__(self, entries: Iterator[LedgerEntry], most: int | None) -> None:
        self.last_at = self.back_at = ""
        self.waits = False
        self.tally = Tally.of(self._noting(islice(entries, most)))
        self.is_exact = next(entries, None) is None

    def _noting(self, entries: Iterable[LedgerEntry]) -> Iterator[LedgerEntry]:
        for entry in entries:
            self.last_at = max(self.last_at, entry.at)
            self.waits |= entry.is_open
            if entry.reason in CAME_BACK:
                self.back_at = max(self.back_at, entry.at)
            yield entry


def _so_far(far: Progress | None) -> dict[str, Any]:
    """Counts of a delivery that has no outcome yet."""
    sums = {"recipients": far.sent, "failed": far.failed, "unknown": far.unknown} if far else {}
    return {"outcome": None, "reason": None, **sums, "reasons": {}}


def _version(outcome: Outcome, *, at: str) -> Version:
    return Version(at=at, counts=outcome.model_dump(exclude={"complete"}))
