"""What the outreach service answers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from services.outreach.model.scope import AgencyId
from services.outreach.model.tokens import STOP_PATTERN
from services.shared.contracts.operation import Id, Shown

WideScope = Annotated[str, StringConstraints(pattern=r"^(all|agency\.[a-z0-9][a-z0-9_-]{0,31})$")]
StopCode = Annotated[str, StringConstraints(pattern=STOP_PATTERN)]


class PendingSubscription(Shown):
    """A subscription that the address's owner may confirm; the same for every address.

    Attributes
    ----------
    scope : str
        What it is a subscription to: a topic's id, ``agency.health`` or ``all``.
    """

    subscription_id: Id
    scope: Id | WideScope
    status: Literal["pending"]


class ConfirmedSubscription(Shown):
    """A subscription that has begun.

    Attributes
    ----------
    unsubscribe_token : str
        Ends it; never expires.
    """

    subscription_id: Id
    status: Literal["confirmed"]
    unsubscribe_token: str


class Webhook(Shown):
    """A partner's endpoint.

    Attributes
    ----------
    agency : str or None
        Whose consultations it is told of; null for all.
    """

    webhook_id: Id
    url: str
    agency: AgencyId | None
    registered_at: datetime


class RegisteredWebhook(Webhook):
    """A partner's endpoint with the secret that its messages are signed with.

    Attributes
    ----------
    secret : str
        In no other answer; each registration anew has another one.
    """

    secret: str


class Webhooks(Shown):
    """Endpoints in the order of their registration."""

    items: tuple[Webhook, ...]
    next_cursor: None
