"""What SES tells of a mail afterwards, and what we write on a mail to know it again.

A mail carries tags that SES gives back with what it tells: pseudonyms and ids, so that nobody needs
the address to see whose mail it was. A tag holds letters, digits, ``_`` and ``-`` alone.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from services.outreach.model.delivery import Delivery, LedgerState
from services.outreach.model.tokens import SubscriptionKey

CAME_BACK = frozenset({"bounced", "soft_bounced", "complained"})
"""Reasons in the ledger that are known only afterwards."""
_SEPARATOR = "\x00"
_PERMANENT = "Permanent"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One recipient in the ledger of a delivery."""

    delivery: Delivery
    recipient: str


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Whose mail it was.

    Attributes
    ----------
    address : str
        Pseudonym of the address.
    ledger_entry : Entry or None
        In which ledger it stands; ``None`` for a mail that asks to confirm a subscription.
    subscription_key : SubscriptionKey or None
        By which subscription it was sent, if by any.
    """

    address: str
    ledger_entry: Entry | None = None
    subscription_key: SubscriptionKey | None = None

    def tags(self) -> dict[str, str]:
        """The tags that say so."""
        tags = {"address": self.address}
        if self.ledger_entry:
            told = self.ledger_entry.delivery
            parts = (told.topic_id, str(told.round), told.notice, told.occasion)
            tags |= {"recipient": self.ledger_entry.recipient, "delivery": _coded(*parts)}
        if self.subscription_key:
            tags["subscription"] = _coded(
                self.subscription_key.scope, self.subscription_key.subscription_id
            )
        return tags

    @classmethod
    def of(cls, tags: Mapping[str, Sequence[str]]) -> Self | None:
        """What tags say, each with its values; ``None`` if they are not ours."""
        address = next(iter(tags.get("address", ())), None)
        if address is None:
            return None
        return cls(address=address, ledger_entry=_entry(tags), subscription_key=_key(tags))


class Feedback(BaseModel):
    """What SES tells of one mail, as the rules on the bus pass it on: without the address.

    Attributes
    ----------
    kind : {"bounce", "complaint"}
        What came of the mail.
    bounce : str
        SES's type of a bounce: ``Permanent``, ``Transient`` or ``Undetermined``.
    tags : mapping
        The mail's tags.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    kind: Literal["bounce", "complaint"]
    bounce: str = ""
    tags: dict[str, list[str]]

    @classmethod
    def of(cls, message: dict[str, Any]) -> Self:
        """What a message says; an event of SES itself, that never reached the queue, likewise.

        Nothing of the event but this is kept: it has the address in it.
        """
        detail = message.get("detail")
        if detail is None:
            return cls.model_validate(message)
        return cls(
            kind=detail["eventType"].lower(),
            bounce=detail.get("bounce", {}).get("bounceType", ""),
            tags=detail["mail"]["tags"],
        )

    @property
    def reason(self) -> str:
        """Code in the ledger."""
        if self.kind == "complaint":
            return "complained"
        return "bounced" if self.bounce == _PERMANENT else "soft_bounced"

    @property
    def state(self) -> LedgerState:
        """What became of the recipient: who complains has got it."""
        return "sent" if self.kind == "complaint" else "failed"

    @property
    def suppresses(self) -> bool:
        """Whether nothing more is to be sent to the address."""
        return self.reason != "soft_bounced"


def _entry(tags: Mapping[str, Sequence[str]]) -> Entry | None:
    parts = _decoded(tags, "delivery")
    if not parts:
        return None
    topic_id, round_, notice, occasion = parts
    told = {"topic_id": topic_id, "round": round_, "notice": notice, "occasion": occasion}
    delivery = Delivery.model_validate(told | {"channel": "email"})
    return Entry(delivery=delivery, recipient=tags["recipient"][0])


def _key(tags: Mapping[str, Sequence[str]]) -> SubscriptionKey | None:
    parts = _decoded(tags, "subscription")
    return SubscriptionKey(scope=parts[0], subscription_id=parts[1]) if parts else None


def _coded(*parts: str) -> str:
    return base64.urlsafe_b64encode(_SEPARATOR.join(parts).encode()).decode().rstrip("=")


def _decoded(tags: Mapping[str, Sequence[str]], name: str) -> list[str]:
    value = next(iter(tags.get(name, ())), "")
    padded = value + "=" * (-len(value) % 4)
    return base64.urlsafe_b64decode(padded).decode().split(_SEPARATOR) if value else []
