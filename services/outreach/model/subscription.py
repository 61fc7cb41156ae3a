"""Subscriptions: asked for by anybody, begun by whoever reads the mailbox, ended at any time."""

from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from services.outreach.model.address import Address, Phone
from services.outreach.model.parts import EVERYBODY, Part
from services.outreach.model.scope import AgencyId
from services.outreach.model.tokens import CODE_DIGITS, SubscriptionKey
from services.shared.language import Language
from services.shared.parsing import fault

Way = Literal["email", "sms"]

MAIL_AGAIN_AFTER = timedelta(hours=1)
MOST_A_DAY: dict[Way, int] = {"email": 10, "sms": 5}
"""How often an address is asked to confirm something, whatever; a stranger can name any address."""
MOST_TRIES = 5
"""Codes that one invitation takes: five of a million, and then a new one must be sent."""


class SubscriptionRequest(BaseModel):
    """Body of a subscription: an e-mail address or a telephone number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Address | None = None
    phone: Phone | None = Field(default=None, validate_default=True)
    language: Language = "ar"

    @field_validator("phone")
    @classmethod
    def _one_of_both(cls, phone: str | None, info: ValidationInfo) -> str | None:
        # An address at fault is not among the data, and has its own fault already.
        if "email" in info.data and (phone is None) == (info.data["email"] is None):
            raise fault("email_or_phone")
        return phone

    @property
    def address(self) -> str:
        """Where to tell."""
        return str(self.email or self.phone)

    @property
    def way(self) -> Way:
        """By which channel to tell."""
        return "email" if self.email else "sms"


class WideRequest(SubscriptionRequest):
    """Body of a subscription to an agency's consultations, or to all of them."""

    agency: AgencyId | None = None


class CodeConfirmation(BaseModel):
    """Body that confirms a telephone number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(min_length=CODE_DIGITS, max_length=CODE_DIGITS)


class Invitation(BaseModel):
    """A subscription that was asked for and that the address's owner may confirm.

    Attributes
    ----------
    topic_id : str
        What it is a subscription to: a topic or a wider scope.
    round : int
        Round of the topic when it was asked for; 0 for a wider scope.
    channel : {"email", "sms"}
        How it is confirmed and told.
    address : str or None
        Where the confirmation goes; ``None`` once the subscription has ended.
    mailed_at : datetime or None
        When the last confirmation went out; ``None`` if it certainly did not.
    claim : str
        Who set about sending it.
    tries : int
        Codes entered so far.
    expires_at : int
        When the item disappears, seconds since 1970.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_id: str
    subscription_id: str
    round: int
    channel: Way = "email"
    address: str | None = None
    language: Language
    mailed_at: AwareDatetime | None = None
    claim: str
    tries: int = 0
    expires_at: int

    @property
    def key(self) -> SubscriptionKey:
        """Which subscription it is about."""
        return SubscriptionKey(scope=self.topic_id, subscription_id=self.subscription_id)

    def may_mail_again(self, at: datetime) -> bool:
        """Whether the address has been left alone for long enough."""
        return self.mailed_at is None or at - self.mailed_at >= MAIL_AGAIN_AFTER


class Subscription(BaseModel):
    """A confirmed subscription, or what is left of one that has ended; never the address.

    Attributes
    ----------
    topic_id : str
        What it is a subscription to: a topic or a wider scope.
    version : int
        Counts the changes, beyond the end and a new beginning.
    part : str
        First digits of the address's pseudonym: among whom it is told.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic_id: str
    subscription_id: str
    round: int
    version: int
    status: Literal["confirmed", "ended"]
    channel: Way = "email"
    language: Language
    part: Part

    @property
    def key(self) -> SubscriptionKey:
        """Which subscription it is."""
        return SubscriptionKey(scope=self.topic_id, subscription_id=self.subscription_id)

    @classmethod
    def begun(cls, invitation: Invitation, *, before: Self | None, part: str) -> Self:
        """Subscription that confirming an invitation makes, or brings back."""
        return cls(
            topic_id=invitation.topic_id,
            subscription_id=invitation.subscription_id,
            round=invitation.round,
            version=before.version + 1 if before else 1,
            status="confirmed",
            channel=invitation.channel,
            language=invitation.language,
            part=part,
        )

    def ended(self) -> Self:
        """The subscription after its end."""
        return self.model_copy(update={"status": "ended", "version": self.version + 1})


class Subscriber(BaseModel):
    """Somebody to be told.

    Attributes
    ----------
    scope, subscription_id : str or None
        The subscription by which; ``None`` for the topic's contact, who did not subscribe.
    part : str
        Among whom the subscription is told.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    address: str
    language: Language
    channel: Way = "email"
    scope: str | None = None
    subscription_id: str | None = None
    part: str = EVERYBODY

    @property
    def key(self) -> SubscriptionKey | None:
        """The subscription by which, if any."""
        if self.scope is None or self.subscription_id is None:
            return None
        return SubscriptionKey(scope=self.scope, subscription_id=self.subscription_id)
