"""Deliveries and notices in the outreach table; `subscription_store` has the rest of its keys.

``pk = D#<topic>#<round>#<notice>[#<occasion>]#<channel>``: ``sk = outcome`` (the row),
``A#<round>#<version>`` (audit, one per change), ``R#<recipient hash>`` (the ledger). ``pk =
T#<topic>``, ``sk = N#<instant>#<round>#<notice>…``: notices on the topic's page. ``pk = FEED``,
``FEED#<agency>`` and ``FEED#T#<topic>``, ``sk = <instant>#<topic>#<round>#<notice>[#<occasion>]``:
entries of the feeds, by time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services.outreach.events import NoticeDelivered
from services.outreach.model.delivery import Delivery, LedgerEntry, LedgerState, Outcome
from services.outreach.model.feedback import Entry
from services.outreach.model.notice import About, Notice
from services.outreach.model.parts import EVERYBODY
from services.outreach.plan_store import (
    Planned,
    delivery_pk,
    finished,
    left_off,
    named,
    noted,
)
from services.shared import clock
from services.shared.events import SYSTEM, audit
from services.shared.table import ConditionFailed, Item, Put, Table, Update

_ROW = "outcome"
_LEDGER = "R#"
_FEED = "FEED"


class ChangedMeanwhile(Exception):
    """The row is no longer the one that was read."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The recorded outcome of a delivery; version 0 before there is one."""

    outcome: Outcome | None
    version: int

    @property
    def is_complete(self) -> bool:
        """Whether there is nobody left to be told."""
        return self.outcome is not None and self.outcome.complete


@dataclass(frozen=True, kw_only=True)
class Claim:
    """The right to send to one recipient.

    Attributes
    ----------
    recipient : str
        Hash of the address.
    holder : str
        Who claims: drawn anew for each attempt, so that two at once cannot both take it for theirs.
    at : datetime
        When.
    """

    recipient: str
    holder: str
    at: datetime


class DeliveryStore:
    """Deliveries in DynamoDB.

    Parameters
    ----------
    table : Table
        The outreach table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def standing(self, delivery: Delivery) -> Standing:
        """What has been recorded of a delivery."""
        item = self._table.get(delivery_pk(delivery), _ROW)
        if item is None:
            return Standing(outcome=None, version=0)
        return Standing(outcome=Outcome.model_validate(item), version=item["version"])

    def record(
        self,
        delivery: Delivery,
        outcome: Outcome,
        *,
        after: Standing,
        at: datetime,
        post: Notice | None = None,
    ) -> None:
        """Write an outcome with its audit item, and the notice where people will come to see it.

        Parameters
        ----------
        after : Standing
            What was read before.
        post : Notice, optional
            Notice to be shown on the channel.

        Raises
        ------
        ChangedMeanwhile
            If another outcome was recorded since `after` was read.
        """
        version = after.version + 1
        fields = delivery.model_dump() | outcome.model_dump() | {"at": clock.to_text(at)}
        pk = delivery_pk(delivery)
        written = _audit(delivery, outcome, version=version, at=at)
        try:
            self._table.transact(
                _row(pk, version, fields),
                written,
                *_posts(delivery, post),
                *to_be_found(delivery),
                *_to_go_on(delivery, outcome, after=after, at=at),
            )
        except ConditionFailed as error:
            raise ChangedMeanwhile from error

    def history(self, delivery: Delivery) -> Iterator[tuple[str, Item]]:
        """Each recorded outcome of a delivery, oldest first: its instant and the event's data."""
        for item in self._table.items(delivery_pk(delivery), prefix="A#"):
            yield item["event"]["occurred_at"], item["event"]["data"]

    def ledger(self, delivery: Delivery, part: str = EVERYBODY) -> dict[str, LedgerEntry]:
        """What is known of each recipient, of all or of a part, by the hash of the address."""
        return dict(self._entries(delivery, part))

    def entries(self, delivery: Delivery, part: str = EVERYBODY) -> Iterator[LedgerEntry]:
        """What is known of each recipient, one after the other: a million are too many at once."""
        for _, entry in self._entries(delivery, part):
            yield entry

    def entry(self, delivery: Delivery, recipient: str) -> LedgerEntry | None:
        """What is known of one recipient."""
        item = self._table.get(delivery_pk(delivery), _LEDGER + recipient)
        return LedgerEntry(state=item["state"], reason=item.get("reason")) if item else None

    def claim(self, delivery: Delivery, claim: Claim, *, released: bool) -> bool:
        """Claim a recipient before sending; ``False`` if somebody else has.

        Parameters
        ----------
        released : bool
            Whether an earlier claim was given back.
        """
        pk, sk = delivery_pk(delivery), _LEDGER + claim.recipient
        fields: Item = {
            "state": "claimed",
            "holder": claim.holder,
            "at": clock.to_text(claim.at),
        }
        try:
            if released:
                self._table.write(Update(pk=pk, sk=sk, set=fields, when={"state": "released"}))
            else:
                self._table.write(Put(item={"pk": pk, "sk": sk} | fields))
        except ConditionFailed:
            # An update that the SDK repeated, as its reply was lost, fails its own condition.
            standing = self._table.get(pk, sk)
            return standing is not None and bool(standing["holder"] == claim.holder)
        return True

    def settle(
        self, delivery: Delivery, claim: Claim, *, state: LedgerState, reason: str | None = None
    ) -> None:
        """Note what came of a claim."""
        pk, sk = delivery_pk(delivery), _LEDGER + claim.recipient
        fields = {"state": state} | ({"reason": reason} if reason else {})
        ours: Item = {"holder": claim.holder}
        try:
            self._table.write(Update(pk=pk, sk=sk, set=fields, when=ours | {"state": "claimed"}))
        except ConditionFailed:
            # The SDK repeated it, as a reply was lost; or the provider has told more by now.
            standing = self._table.get(pk, sk)
            if standing is None or standing["holder"] != claim.holder:
                raise

    def note_feedback(self, entry: Entry, *, state: LedgerState, reason: str, at: datetime) -> None:
        """Note what the provider tells of a message afterwards; told again, it has no effect."""
        fields = {"state": state, "reason": reason, "at": clock.to_text(at)}
        sk = _LEDGER + entry.recipient
        when: Item = {"state": ("claimed", "sent"), "reason": None}
        try:
            self._table.write(Update(pk=delivery_pk(entry.delivery), sk=sk, set=fields, when=when))
        except ConditionFailed:
            return

    def _entries(self, delivery: Delivery, part: str) -> Iterator[tuple[str, LedgerEntry]]:
        for item in self._table.items(delivery_pk(delivery), prefix=_LEDGER + part):
            yield (
                item["sk"].removeprefix(_LEDGER),
                LedgerEntry(state=item["state"], reason=item.get("reason"), at=item["at"]),
            )

    def feed(self, about: About, *, limit: int) -> list[Notice]:
        """Newest entries of a feed."""
        page = self._table.query(_feed_pk(about), limit=limit, newest_first=True)
        return [Notice.model_validate(item) for item in page.items]


def _row(pk: str, version: int, fields: Item) -> Put | Update:
    fields = fields | {"version": version}
    if version == 1:
        return Put(item={"pk": pk, "sk": _ROW} | fields)
    return Update(
        pk=pk,
        sk=_ROW,
        set={name: value for name, value in fields.items() if value is not None},
        remove=tuple(name for name, value in fields.items() if value is None),
        when={"version": version - 1},
    )


def _audit(delivery: Delivery, outcome: Outcome, *, version: int, at: datetime) -> Put:
    data = NoticeDelivered(
        notice=delivery.notice,
        occasion=delivery.occasion,
        channel=delivery.channel,
        **outcome.model_dump(exclude={"complete"}),
    )
    return audit(
        data,
        pk=delivery_pk(delivery),
        version=version,
        topic_id=delivery.topic_id,
        round_=delivery.round,
        actor=SYSTEM,
        at=at,
    )


def _posts(delivery: Delivery, post: Notice | None) -> list[Put]:
    if post is None:
        return []
    fields = post.model_dump(mode="json") | {"at": clock.to_text(post.at)}
    if delivery.channel == "web":
        sk = f"N#{fields['at']}#{post.round:03d}#{named(delivery)}"
        return [Put(item={"pk": f"T#{post.topic_id}", "sk": sk} | fields)]
    sk = f"{fields['at']}#{post.topic_id}#{post.round:03d}#{named(delivery)}"
    feeds = (About(), About(agency=post.agency), About(topic_id=post.topic_id))
    return [Put(item={"pk": _feed_pk(about), "sk": sk} | fields) for about in feeds]


def to_be_found(delivery: Delivery) -> list[Put]:
    """What lets the report find a notice that was not planned, such as a reopened round's."""
    if not delivery.occasion:
        return []
    planned = Planned(
        topic_id=delivery.topic_id,
        round=delivery.round,
        notice=delivery.notice,
        occasion=delivery.occasion,
    )
    return [Put(item=noted(planned), replace=True)]


def _to_go_on(
    delivery: Delivery, outcome: Outcome, *, after: Standing, at: datetime
) -> list[Put | Update]:
    """What has a delivery taken up again that ended too early, from the first time it did."""
    if outcome.complete:
        # Without an outcome before, it may have been in parts, and under way.
        return [] if after.is_complete else [finished(delivery, at=at)]
    return [left_off(delivery, at=at)] if after.outcome is None else []


def _feed_pk(about: About) -> str:
    if about.topic_id:
        # No agency's name has capitals.
        return f"{_FEED}#T#{about.topic_id}"
    return f"{_FEED}#{about.agency}" if about.agency else _FEED
