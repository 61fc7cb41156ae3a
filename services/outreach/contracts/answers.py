"""What the outreach service answers."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from services.outreach.model.delivery import Channel, NoticeKind, Result
from services.outreach.model.scope import AgencyId
from services.outreach.model.tokens import STOP_PATTERN
from services.shared.contracts.operation import Both, Id, RoundNumber, Shown

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


class PostedNotice(Shown):
    """A notice on a topic's page.

    Attributes
    ----------
    entry_id : str
        Stable name of it, a tag URI; the feeds have the same notice under the same name.
    notice : str
        What it tells, e.g. ``published``.
    link : str
        Where the topic is.
    """

    entry_id: str
    round: RoundNumber
    notice: NoticeKind
    title: Both
    summary: Both
    link: str
    at: datetime


class NoticePage(Shown):
    """Notices of a topic, the newest first."""

    topic_id: Id
    items: tuple[PostedNotice, ...]
    next_cursor: str | None


class Counts(Shown):
    """What came of a notice over a channel.

    Attributes
    ----------
    reason : str or None
        Code of what kept it from somebody; null if all were told.
    recipients, failed, unknown : int
        Addresses that the provider took it for, that it refused, and of which nobody knows.
    reasons : dict
        How many addresses each reason stands for, e.g. ``bounced``.
    """

    outcome: Result
    reason: str | None
    recipients: int
    failed: int
    unknown: int
    reasons: dict[str, int]


class DeliveryVersion(Counts):
    """An outcome, and from when it held."""

    at: datetime


class DeliveryProgress(Shown):
    """How far a delivery is.

    Attributes
    ----------
    parts, done : int
        Parts that it is in, and those in which everybody was attended to; of few recipients, one.
    sent, failed, unknown : int
        Recipients so far.
    left : int or None
        About how many have not been attended to; null where nobody counted them.
    """

    parts: int
    done: int
    sent: int
    failed: int
    unknown: int
    left: int | None


class ReportedDelivery(Counts):
    """A notice over a channel: the outcome that holds, and all before it.

    Attributes
    ----------
    occasion : str
        Tells notices of one kind and round apart; empty where a round has it once.
    outcome : str or None
        Null while there is none yet.
    first_at, last_at : datetime or None
        When an outcome was recorded first and last, or something came back.
    complete : bool
        Whether everybody was attended to.
    going_on : bool
        Whether somebody is at it, or will go on with it though it ended too early.
    exact : bool
        Whether all recipients were counted for this answer: of more than 5,000 the counts are those
        recorded last, and of what went to authors those of the first 5,000. The record counts all.
    progress : mapping or None
        How far it is; null of what went to authors.
    versions : tuple
        Every outcome, the oldest first.
    """

    notice: NoticeKind
    occasion: str
    channel: Channel
    outcome: Result | None  # type: ignore[assignment]
    first_at: datetime | None
    last_at: datetime | None
    complete: bool
    going_on: bool
    exact: bool
    progress: DeliveryProgress | None
    versions: tuple[DeliveryVersion, ...]


class DeliveryPage(Shown):
    """What came of a round's notices; a page may be empty and not the last."""

    topic_id: Id
    round: RoundNumber
    items: tuple[ReportedDelivery, ...]
    next_cursor: str | None
