"""The delivery report: what came of each notice of a round over each channel.

One report for whoever asks over HTTP and for the record. There are counts only: nobody who was told
can be found in it, and of what went to authors there is one count for all of them, as what came of
one would tell whether its author left an address.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

from services.outreach.model.delivery import (
    CHANNELS,
    UNAVAILABLE,
    Channel,
    Delivery,
    LedgerEntry,
    NoticeKind,
    Outcome,
    Tally,
)
from services.outreach.model.feedback import CAME_BACK
from services.outreach.model.unfinished import TAKEN_UP_FOR
from services.outreach.part_store import PartStore
from services.outreach.plan_store import PlanStore
from services.outreach.store import DeliveryStore
from services.outreach.use_cases.askers import OF_ONE
from services.outreach.use_cases.progress import Progress
from services.outreach.use_cases.subjects import Subject
from services.shared import clock

_TO_AUTHORS: tuple[NoticeKind, ...] = (*OF_ONE, "outcome", "corrected")
"""What each author is told of their own comment; only sums of it are told."""
_NAMES = {"notice", "occasion", "channel"}
"""What an event has beside the counts."""


@dataclass(frozen=True, kw_only=True)
class Books:
    """Where it is written what was told."""

    deliveries: DeliveryStore
    parts: PartStore
    plans: PlanStore


@dataclass(frozen=True, kw_only=True)
class Version:
    """An outcome, and the instant (RFC 3339) from which it held."""

    at: str
    counts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of a notice over a channel.

    Attributes
    ----------
    versions : sequence of Version
        Every outcome, oldest first. The last one holds, and counts what came back since.
    so_far : Version or None
        What the ledger says, where it was begun with and no outcome was recorded.
    is_complete : bool
        Whether everybody was attended to.
    is_exact : bool
        Whether all recipients were counted; if not, the last version has what was recorded, and of
        what went to authors, as many as were looked at.
    since : str
        When it ended too early, or somebody was last at it (RFC 3339): it is gone on with for a day
        from then on. Empty if neither is known.
    """

    subject: Subject
    channel: Channel
    versions: Sequence[Version] = ()
    so_far: Version | None = None
    is_complete: bool
    is_exact: bool = True
    since: str = ""

    @property
    def delivery(self) -> Delivery | None:
        """The delivery itself; ``None`` of what went to authors, which is many."""
        if self.subject.notice in _TO_AUTHORS:
            return None
        return self.subject.parts[0].over(self.channel)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row for each outcome, as the record has them; nobody is at it any more."""
        for version in self._versions(going_on=False):
            yield self._named | version.counts | {"at": version.at}

    def line(self, *, at: datetime, far: Progress | None) -> dict[str, Any]:
        """The outcome that holds at an instant, with those before it and how far it is."""
        going_on = self._goes_on(at)
        versions = self._versions(going_on=going_on)
        first, last = (versions[0], versions[-1]) if versions else (None, None)
        return {
            **self._named,
            **(last.counts if last else _so_far(far)),
            "first_at": first and first.at,
            "last_at": last and last.at,
            "complete": self.is_complete,
            "going_on": going_on,
            "exact": self.is_exact,
            "progress": far and asdict(far),
            "versions": [{**each.counts, "at": each.at} for each in versions],
        }

    def _goes_on(self, at: datetime) -> bool:
        if self.is_complete or not self.since:
            return False
        return at - clock.from_text(self.since) < TAKEN_UP_FOR

    def _versions(self, *, going_on: bool) -> Sequence[Version]:
        if self.so_far and not going_on:
            return [self.so_far]
        return self.versions

    @property
    def _named(self) -> dict[str, Any]:
        return {
            "notice": self.subject.notice,
            "occasion": self.subject.occasion,
            "channel": self.channel,
        }


def told(subject: Subject, *, books: Books, most: int | None = None) -> Iterator[Told]:
    """What came of a notice over each channel, over which it may have gone or not.

    Parameters
    ----------
    most : int, optional
        Recipients who are counted anew at most; of more, what was recorded has to do.
    """
    look = _authors if subject.notice in _TO_AUTHORS else _recorded
    for channel in CHANNELS:
        yield look(subject, channel, books, most)


def _authors(subject: Subject, channel: Channel, books: Books, most: int | None) -> Told:
    """How many authors were told what concerns them alone: all parts together."""
    deliveries = [part.over(channel) for part in subject.parts]
    entries = (books.deliveries.entries(each) for each in deliveries)
    counted = _Counted(chain.from_iterable(entries), most)
    if not counted.last_at:
        return Told(subject=subject, channel=channel, is_complete=False)
    # What goes to one author each, and has one ledger without an occasion, has no end.
    parts = [each for each in deliveries if each.occasion]
    left = [each for each in parts if not books.plans.has_ended(each)]
    is_complete = not (left or counted.waits)
    outcome = Outcome.of_tally(counted.tally, stopped=None if is_complete else UNAVAILABLE)
    sinces = [books.plans.left_since(each) or counted.last_at for each in left]
    return Told(
        subject=subject,
        channel=channel,
        versions=[_version(outcome, at=counted.last_at)],
        is_complete=is_complete,
        is_exact=counted.is_exact,
        since=max(sinces, default=counted.last_at),
    )


def _recorded(subject: Subject, channel: Channel, books: Books, most: int | None) -> Told:
    """Each outcome that was recorded, and of mails what came back that none of them counts."""
    [part] = subject.parts
    delivery = part.over(channel)
    recorded = [
        Version(at=at, counts={k: v for k, v in data.items() if k not in _NAMES})
        for at, data in books.deliveries.history(delivery)
    ]
    if not recorded:
        return _unrecorded(subject, delivery, books, most)
    is_whole, is_exact = books.deliveries.standing(delivery).is_complete, True
    if channel == "email":
        counted = _Counted(books.deliveries.entries(delivery), most)
        is_exact = counted.is_exact
        recorded += _since(recorded[-1], counted, is_whole=is_whole)
    return Told(
        subject=subject,
        channel=channel,
        versions=recorded,
        is_complete=is_whole,
        is_exact=is_exact,
        since=recorded[0].at,
    )


def _since(last: Version, counted: "_Counted", *, is_whole: bool) -> Iterator[Version]:
    """The last outcome with what came back, if it does not count all of that.

    Counts are compared, as a mail may come back before others are sent and the outcome recorded.
    """
    known = _came_back(last.counts["reasons"])
    if not counted.is_exact or _came_back(counted.tally.reasons) == known:
        return
    now = Outcome.of_tally(counted.tally, stopped=None if is_whole else last.counts["reason"])
    yield _version(now, at=max(counted.back_at, last.at))


def _unrecorded(subject: Subject, delivery: Delivery, books: Books, most: int | None) -> Told:
    """What the ledger says of a delivery whose outcome nobody recorded, as it broke off."""
    counted = _Counted(books.deliveries.entries(delivery), most)
    so_far: Version | None = None
    last_at = counted.last_at or books.parts.begun(delivery) or ""
    if last_at:
        tally = counted.tally
        if not counted.is_exact:
            parts = books.parts.told(delivery).values()
            tally = Tally.together(part.tally for part in parts)
        so_far = _version(Outcome.of_tally(tally, stopped=UNAVAILABLE), at=last_at)
    return Told(
        subject=subject,
        channel=delivery.channel,
        so_far=so_far,
        is_complete=False,
        is_exact=counted.is_exact,
        since=max(last_at, books.plans.left_since(delivery)),
    )


def _came_back(reasons: Mapping[str, int]) -> dict[str, int]:
    return {reason: number for reason, number in reasons.items() if reason in CAME_BACK}


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
