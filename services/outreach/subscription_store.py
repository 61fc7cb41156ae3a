"""Subscriptions in the outreach table; `store` has the rest of its keys.

``pk = S#<scope>#<subscription>``: ``sk = subscription`` (the row, without the address),
``A#<round>#<version>`` (audit, one per change), ``invitation`` (disappears with its link).
``pk = T#<scope>``, ``sk = S#<part>#<subscription>``: who is to be told, by the first digits of the
address's pseudonym. Addresses are kept in the attribute ``address`` of the last two and nowhere
else. ``pk = C#<recipient hash>``, ``sk = asked``: how often an address was asked to confirm
something, for a day. ``pk = K#<code>``, ``sk = stop``: which subscription the short link in text
messages ends.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from services.outreach.events import SubscriptionConfirmed, SubscriptionEnded
from services.outreach.model.parts import EVERYBODY
from services.outreach.model.subscription import Invitation, Subscriber, Subscription, Way
from services.outreach.model.tokens import SubscriptionKey
from services.outreach.store import ChangedMeanwhile
from services.shared import clock
from services.shared.events import Actor, EventData, audit
from services.shared.language import LANGUAGES
from services.shared.table import ConditionFailed, Put, Table, Update, Write

_ROW = "subscription"
_INVITATION = "invitation"
_ASKED = "asked"
_STOP = "stop"
_DAY = timedelta(days=1)
_COUNTED, _OF_SO_MANY = "0", 16
_SUBSCRIBER = Actor(role="participant", id="anonymous")


class SubscriptionStore:
    """Subscriptions in DynamoDB.

    Parameters
    ----------
    table : Table
        The outreach table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def may_ask(self, recipient: str, *, most: int, at: datetime) -> bool:
        """Count that an address is to be asked; ``False`` if it was asked often enough today.

        Parameters
        ----------
        recipient : str
            Hash of the address.
        most : int
            How often it may be asked in a day, whatever about.

        Raises
        ------
        ChangedMeanwhile
            If it was counted at the same time.
        """
        pk = f"C#{recipient}"
        before = self._table.get(pk, _ASKED)
        running = before is not None and clock.from_text(before["until"]) > at
        count = before["count"] if before and running else 0
        if count >= most:
            return False
        until = before["until"] if before and running else clock.to_text(at + _DAY)
        expires_at = int((clock.from_text(until)).timestamp())
        fields = {"count": count + 1, "until": until, "expires_at": expires_at}
        if before is None:
            self._commit(Put(item={"pk": pk, "sk": _ASKED} | fields))
        else:
            when = {"count": before["count"], "until": before["until"]}
            self._commit(Update(pk=pk, sk=_ASKED, set=fields, when=when))
        return True

    def not_asked(self, recipient: str) -> None:
        """Take back that an address was asked: the message certainly did not go out.

        Raises
        ------
        ChangedMeanwhile
            If it was counted at the same time.
        """
        pk = f"C#{recipient}"
        before = self._table.get(pk, _ASKED)
        if before is None or not before["count"]:
            return
        when = {"count": before["count"], "until": before["until"]}
        self._commit(Update(pk=pk, sk=_ASKED, set={"count": before["count"] - 1}, when=when))

    def invitation(self, key: SubscriptionKey) -> Invitation | None:
        """Invitation that was last written for a subscription, or ``None``."""
        item = self._table.get(_pk(key), _INVITATION)
        return Invitation.model_validate(item) if item else None

    def invite(self, invitation: Invitation, *, before: Invitation | None) -> None:
        """Write an invitation in the place of the one before.

        Raises
        ------
        ChangedMeanwhile
            If there is another than `before`.
        """
        fields = invitation.model_dump(mode="json")
        pk = _pk(invitation.key)
        if before is None:
            self._commit(Put(item={"pk": pk, "sk": _INVITATION} | fields))
        else:
            when = {"claim": before.claim}
            self._commit(Update(pk=pk, sk=_INVITATION, set=fields, when=when))

    def not_mailed(self, invitation: Invitation) -> None:
        """Note that an invitation's mail certainly did not go out.

        Raises
        ------
        ChangedMeanwhile
            If there is a later invitation.
        """
        when = {"claim": invitation.claim}
        pk = _pk(invitation.key)
        self._commit(Update(pk=pk, sk=_INVITATION, remove=("mailed_at",), when=when))

    def count_try(self, invitation: Invitation) -> None:
        """Note that a code was tried, whether or not it is the right one.

        Raises
        ------
        ChangedMeanwhile
            If there was another try at the same time, or a later invitation.
        """
        when = {"claim": invitation.claim, "tries": invitation.tries}
        tried = {"tries": invitation.tries + 1}
        pk = _pk(invitation.key)
        self._commit(Update(pk=pk, sk=_INVITATION, set=tried, when=when))

    def subscription(self, key: SubscriptionKey) -> Subscription | None:
        """Subscription, confirmed or ended, or ``None``."""
        item = self._table.get(_pk(key), _ROW)
        return Subscription.model_validate(item) if item else None

    def stopped_by(self, code: str) -> SubscriptionKey | None:
        """Subscription that a short link ends, or ``None``."""
        item = self._table.get(f"K#{code}", _STOP)
        if item is None:
            return None
        return SubscriptionKey(scope=item["scope"], subscription_id=item["subscription_id"])

    def begin(self, subscription: Subscription, *, address: str, stop: str, at: datetime) -> None:
        """Write a confirmed subscription and put the address among those to be told.

        Parameters
        ----------
        stop : str
            Code of the short link that ends it.

        Raises
        ------
        ChangedMeanwhile
            If the subscription was changed since it was read.
        """
        subscriber = {
            "pk": f"T#{subscription.topic_id}",
            "sk": _told_sk(subscription.part, subscription.subscription_id),
            "scope": subscription.topic_id,
            "subscription_id": subscription.subscription_id,
            "part": subscription.part,
            "channel": subscription.channel,
            "address": address,
            "language": subscription.language,
        }
        way_out = {
            "pk": f"K#{stop}",
            "sk": _STOP,
            "scope": subscription.topic_id,
            "subscription_id": subscription.subscription_id,
        }
        event = SubscriptionConfirmed(language=subscription.language, channel=subscription.channel)
        self._commit(
            _row(subscription),
            _audit(subscription, event, at=at),
            Put(item=subscriber, replace=True),
            Put(item=way_out, replace=True),
        )

    def end(
        self, subscription: Subscription, *, invitation: Invitation | None, at: datetime
    ) -> None:
        """Write a subscription's end and forget its address.

        Raises
        ------
        ChangedMeanwhile
            If the subscription or the invitation was changed since it was read.
        """
        writes: list[Write] = [
            _row(subscription),
            _audit(subscription, SubscriptionEnded(), at=at),
            Update(
                pk=f"T#{subscription.topic_id}",
                sk=_told_sk(subscription.part, subscription.subscription_id),
                remove=("address", "language"),
            ),
        ]
        if invitation:
            writes.append(
                Update(
                    pk=_pk(invitation.key),
                    sk=_INVITATION,
                    remove=("address",),
                    when={"claim": invitation.claim},
                )
            )
        self._commit(*writes)

    def subscribers(self, scope: str, part: str = EVERYBODY) -> Iterator[Subscriber]:
        """Everybody in a part who subscribed to a topic or to a wider scope."""
        for item in self._table.items(f"T#{scope}", prefix=f"S#{part}"):
            if "address" in item:
                yield Subscriber.model_validate({"scope": scope} | item)

    def how_many(self, scope: str, way: Way) -> int:
        """About how many subscribed to a scope: one part of sixteen is counted."""
        # An ended subscription has no language any more.
        where = {"channel": way, "language": LANGUAGES}
        counted = self._table.count(f"T#{scope}", prefix=f"S#{_COUNTED}", where=[where])
        return counted.fitting * _OF_SO_MANY

    def is_to_be_told(self, key: SubscriptionKey, part: str) -> bool:
        """Whether somebody's subscription stands now."""
        item = self._table.get(f"T#{key.scope}", _told_sk(part, key.subscription_id))
        return item is not None and "address" in item

    def _commit(self, *writes: Write) -> None:
        try:
            self._table.transact(*writes)
        except ConditionFailed as error:
            raise ChangedMeanwhile from error


def _row(subscription: Subscription) -> Put | Update:
    pk = _pk(subscription.key)
    fields = subscription.model_dump(mode="json")
    if subscription.version == 1:
        return Put(item={"pk": pk, "sk": _ROW} | fields)
    return Update(pk=pk, sk=_ROW, set=fields, when={"version": subscription.version - 1})


def _audit(subscription: Subscription, event: EventData, *, at: datetime) -> Put:
    return audit(
        event,
        pk=_pk(subscription.key),
        version=subscription.version,
        topic_id=subscription.topic_id,
        round_=subscription.round,
        actor=_SUBSCRIBER,
        at=at,
    )


def _told_sk(part: str, subscription_id: str) -> str:
    return f"S#{part}#{subscription_id}"


def _pk(key: SubscriptionKey) -> str:
    return f"S#{key.scope}#{key.subscription_id}"
