"""Subscriptions: asked for by anybody, begun by whoever reads the mailbox, ended at any time."""

from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.outreach.model.address import Address
from services.outreach.model.tokens import SubscriptionKey
from services.shared.language import Language

MAIL_AGAIN_AFTER = timedelta(hours=1)


class SubscriptionRequest(BaseModel):
    """Body of a subscription."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Address
    language: Language = "ar"


class Invitation(BaseModel):
    """A subscription that was asked for and that the mailbox's owner may confirm.

    Attributes
    ----------
    round : int
        Round of the topic when it was asked for.
    address : str or None
        Where the confirmation mail goes; ``None`` once the subscription has ended.
    mailed_at : datetime or None
        When the last confirmation mail went out; ``None`` if it certainly did not.
    claim : str
        Who set about sending that mail.
    expires_at : int
        When the item disappears, seconds since 1970.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_id: str
    subscription_id: str
    round: int
    address: str | None = None
    language: Language
    mailed_at: AwareDatetime | None = None
    claim: str
    expires_at: int

    @property
    def key(self) -> SubscriptionKey:
        """Which subscription it is about."""
        return SubscriptionKey(topic_id=self.topic_id, subscription_id=self.subscription_id)

    def may_mail_again(self, at: datetime) -> bool:
        """Whether the address has been left alone for long enough."""
        return self.mailed_at is None or at - self.mailed_at >= MAIL_AGAIN_AFTER


class Subscription(BaseModel):
    """A confirmed subscription, or what is left of one that has ended; never the address.

    Attributes
    ----------
    version : int
        Counts the changes, beyond the end and a new beginning.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_id: str
    subscription_id: str
    round: int
    version: int
    status: Literal["confirmed", "ended"]
    language: Language

    @property
    def key(self) -> SubscriptionKey:
        """Which subscription it is."""
        return SubscriptionKey(topic_id=self.topic_id, subscription_id=self.subscription_id)

    @classmethod
    def begun(cls, invitation: Invitation, *, before: Self | None) -> Self:
        """Subscription that confirming an invitation makes, or brings back."""
        return cls(
            topic_id=invitation.topic_id,
            subscription_id=invitation.subscription_id,
            round=invitation.round,
            version=before.version + 1 if before else 1,
            status="confirmed",
            language=invitation.language,
        )

    def ended(self) -> Self:
        """The subscription after its end."""
        return self.model_copy(update={"status": "ended", "version": self.version + 1})


class Subscriber(BaseModel):
    """Somebody to be told."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    address: str
    language: Language
    subscription_id: str | None = None
