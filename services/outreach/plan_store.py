"""Notices that are due, and rounds to be reminded of, in the outreach table.

``pk = T#<topic>``, ``sk = O#<round>#<notice>[#<occasion>]``: a notice was planned, or the workflow
had one delivered for an occasion. ``pk = Q#<topic>#<round>#<notice>[#<occasion>]#<channel>``, ``sk
= A#<round>#<part>``: it is due over a channel (the audit item that the relay makes an event of).
``pk = OPEN``, ``sk = <topic>#<round>``: rounds that collect; those that are over disappear
(``expires_at``). ``pk = UNFINISHED``, ``sk = <topic>#<round>#<notice>[#<occasion>]#<channel>``:
deliveries that ended before everybody was attended to, and those in parts that are under way; they
disappear as well. ``pk = D#…`` of the delivery, ``sk = ended``: everybody in it was attended to,
where no outcome tells it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.outreach.events import NoticeDue
from services.outreach.model.delivery import Channel, Delivery, NoticeKind
from services.outreach.model.unfinished import TAKEN_UP_FOR, Unfinished
from services.shared import clock
from services.shared.events import SYSTEM, audit
from services.shared.table import ConditionFailed, Item, Put, Table, Update

_OPEN = "OPEN"
_UNFINISHED = "UNFINISHED"
_ENDED = "ended"
NOTICES_READ_AT_ONCE = 50
_OVER_IS_KEPT = timedelta(days=1)
_SIGN_OF_LIFE_LASTS = timedelta(hours=1)
"""A part is heard of at least as often as a function's time ends."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A notice of a round, whatever the channel."""

    topic_id: str
    round: int
    notice: NoticeKind
    occasion: str = ""

    def over(self, channel: Channel) -> Delivery:
        """The notice over one channel."""
        return Delivery(
            topic_id=self.topic_id,
            round=self.round,
            notice=self.notice,
            channel=channel,
            occasion=self.occasion,
        )


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A round that collects.

    Attributes
    ----------
    look_at : str
        Instant (RFC 3339, sorts as it reads) before which there is nothing to do.
    """

    topic_id: str
    round: int
    look_at: str


class PlanStore:
    """What is to be told, in DynamoDB.

    Parameters
    ----------
    table : Table
        The outreach table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def plan(self, planned: Planned, channels: Sequence[Channel], *, at: datetime) -> None:
        """Make a notice due over channels; planning it again has no effect."""
        due = [_due(planned.over(channel), part=1, at=at) for channel in channels]
        try:
            self._table.transact(Put(item=noted(planned)), *due)
        except ConditionFailed:
            return

    def go_on(self, delivery: Delivery, *, part: int, at: datetime, place: str = "") -> None:
        """Make the rest of a delivery due; doing so again has no effect."""
        try:
            self._table.write(_due(delivery, part=part, at=at, place=place))
        except ConditionFailed:
            return

    def unfinished(self) -> Iterator[Unfinished]:
        """Deliveries that ended before everybody was attended to."""
        for item in self._table.items(_UNFINISHED):
            if "since" in item:
                delivery = Delivery.model_validate(item["delivery"])
                yield Unfinished(
                    delivery=delivery,
                    since=clock.from_text(item["since"]),
                    place=item.get("place", ""),
                )

    def leave(self, delivery: Delivery, *, place: str, at: datetime) -> None:
        """Have a delivery taken up again from a place, for a day from when it was left first."""
        before = self.left_since(delivery)
        since = clock.from_text(before) if before else at
        self._table.write(left_off(delivery, at=since, place=place))

    def left_since(self, delivery: Delivery) -> str:
        """Since when (RFC 3339) a delivery has been taken up every hour; empty if it is not."""
        left = self._table.get(_UNFINISHED, _delivery_key(delivery)) or {}
        return str(left.get("since", ""))

    def finish(self, delivery: Delivery, *, at: datetime) -> None:
        """Note that everybody was attended to, of a delivery that has no outcome to tell it."""
        ended = {"pk": delivery_pk(delivery), "sk": _ENDED, "at": clock.to_text(at)}
        self._table.transact(Put(item=ended, replace=True), finished(delivery, at=at))

    def has_ended(self, delivery: Delivery) -> bool:
        """Whether that was noted."""
        return self._table.get(delivery_pk(delivery), _ENDED) is not None

    def planned(self, last: Planned) -> Iterator[Planned]:
        """Notices of a kind and round that have an occasion, after the last one, in their order.

        They were planned, or the workflow had them delivered. They are read as they are asked for.
        """
        kind = noted(replace(last, occasion=""))
        after: Item | None = _key(noted(last))
        while after:
            page = self._table.query(
                kind["pk"], prefix=kind["sk"], after=after, limit=NOTICES_READ_AT_ONCE
            )
            for item in page.items:
                yield replace(last, occasion=item["occasion"])
            after = page.last

    def watch(self, topic_id: str, round_: int, *, at: datetime) -> None:
        """Look at a round with the next sweep."""
        item = {
            "pk": _OPEN,
            "sk": _round_key(topic_id, round_),
            "topic_id": topic_id,
            "round": round_,
            "look_at": clock.to_text(at),
        }
        self._table.write(Put(item=item, replace=True))

    def watched(self) -> Iterator[Watched]:
        """Rounds that are not over."""
        for item in self._table.items(_OPEN):
            if "look_at" in item:
                yield Watched(
                    topic_id=item["topic_id"], round=item["round"], look_at=item["look_at"]
                )

    def look_again(self, watched: Watched, *, at: datetime) -> None:
        """Leave a round alone until an instant, unless something has happened to it meanwhile."""
        self._rewatch(watched, {"look_at": clock.to_text(at)})

    def unwatch(self, watched: Watched, *, at: datetime) -> None:
        """Look at a round no more, unless something has happened to it meanwhile."""
        gone = {"expires_at": int((at + _OVER_IS_KEPT).timestamp())}
        self._rewatch(watched, gone, "look_at")

    def _rewatch(self, watched: Watched, fields: Item, *removed: str) -> None:
        sk = _round_key(watched.topic_id, watched.round)
        when = {"look_at": watched.look_at}
        try:
            self._table.write(Update(pk=_OPEN, sk=sk, set=fields, remove=removed, when=when))
        except ConditionFailed:
            return


def noted(planned: Planned) -> Item:
    """Item by which a notice is found again whose occasion nobody could guess."""
    return {
        "pk": f"T#{planned.topic_id}",
        "sk": f"O#{planned.round:03d}#{planned.notice}#{planned.occasion}",
        "round": planned.round,
        "notice": planned.notice,
        "occasion": planned.occasion,
    }


def _key(item: Item) -> Item:
    return {"pk": item["pk"], "sk": item["sk"]}


def left_off(delivery: Delivery, *, at: datetime, place: str = "") -> Put:
    """Item of a delivery that ended before everybody was attended to, and where it did."""
    item = {
        "pk": _UNFINISHED,
        "sk": _delivery_key(delivery),
        "delivery": delivery.model_dump(),
        "place": place,
        "since": clock.to_text(at),
        "expires_at": int((at + TAKEN_UP_FOR + _OVER_IS_KEPT).timestamp()),
    }
    return Put(item=item, replace=True)


def under_way(delivery: Delivery, *, at: datetime) -> Put:
    """Item of a delivery whose parts have begun: left off, unless one is heard of within an hour.

    It is written only where there is none, such as after an outcome.
    """
    item = left_off(delivery, at=at + _SIGN_OF_LIFE_LASTS).item
    return Put(item=item | {"under_way": True})


def heard_of(delivery: Delivery, *, at: datetime) -> Update:
    """What puts off that a delivery under way counts as left off."""
    later = under_way(delivery, at=at).item
    fields = {name: later[name] for name in ("since", "expires_at")}
    return Update(pk=later["pk"], sk=later["sk"], set=fields, when={"under_way": True})


def finished(delivery: Delivery, *, at: datetime) -> Update:
    """What takes a delivery off those that were left."""
    gone = {"expires_at": int((at + _OVER_IS_KEPT).timestamp())}
    over = ("since", "under_way")
    return Update(pk=_UNFINISHED, sk=_delivery_key(delivery), set=gone, remove=over)


def _due(delivery: Delivery, *, part: int, at: datetime, place: str = "") -> Put:
    data = NoticeDue(
        notice=delivery.notice,
        occasion=delivery.occasion,
        channel=delivery.channel,
        part=part,
        place=place,
    )
    return audit(
        data,
        pk=f"Q#{_delivery_key(delivery)}",
        version=part,
        topic_id=delivery.topic_id,
        round_=delivery.round,
        actor=SYSTEM,
        at=at,
    )


def delivery_pk(delivery: Delivery) -> str:
    """Partition key of all that lies with one delivery."""
    return f"D#{_delivery_key(delivery)}"


def named(delivery: Delivery) -> str:
    """Notice and occasion, as keys have them."""
    return f"{delivery.notice}#{delivery.occasion}" if delivery.occasion else delivery.notice


def _delivery_key(delivery: Delivery) -> str:
    return f"{_round_key(delivery.topic_id, delivery.round)}#{named(delivery)}#{delivery.channel}"


def _round_key(topic_id: str, round_: int) -> str:
    return f"{topic_id}#{round_:03d}"
