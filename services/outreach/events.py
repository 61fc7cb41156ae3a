"""Events of the outreach service: counts and codes; nobody who was told can be found in them."""

from pydantic import Field

from services.outreach.model.delivery import Channel, NoticeKind, Occasion, Result
from services.outreach.model.subscription import Way
from services.shared.events import EventData
from services.shared.language import Language


class NoticeDelivered(EventData):
    """One channel has its outcome for one notice; a later one of the same channel replaces it.

    Attributes
    ----------
    occasion : str
        Tells notices of one kind and round apart: the new closing instant, the answered inquiry's
        id; empty where a round has the notice once.
    reason : str or None
        Code of what kept the notice from somebody; ``None`` if all were told.
    recipients : int
        Addresses that the provider took the notice for; 0 on channels that people come to.
    failed : int
        Addresses that it refused.
    unknown : int
        Addresses of which nobody knows whether it took the notice; it is not sent to them again.
    reasons : dict
        How many addresses each reason stands for.
    """

    notice: NoticeKind
    occasion: str = ""
    channel: Channel
    outcome: Result
    reason: str | None
    recipients: int
    failed: int
    unknown: int
    reasons: dict[str, int] = Field(default_factory=dict)


class NoticeDue(EventData):
    """A notice is to go over a channel.

    Attributes
    ----------
    part : int
        How often the delivery was interrupted, because a function's time ended, and taken up again.
    place : str
        Where it goes on among the comments of a round, if it goes to their authors; else for which
        part of the recipients it is due, where they are too many for one function.
    """

    notice: NoticeKind
    occasion: Occasion = ""
    channel: Channel
    part: int
    place: str = ""


class SubscriptionConfirmed(EventData):
    """Somebody confirmed that they want to be told.

    The event's ``topic_id`` is the scope: a topic, ``agency.<agency>``, or ``all`` (round 0).
    """

    language: Language
    channel: Way = "email"


class SubscriptionEnded(EventData):
    """Somebody no longer wants to be told; the address is gone."""


class WebhookRegistered(EventData):
    """An endpoint is told from now on; the event's ``topic_id`` is its scope."""

    webhook_id: str


class WebhookRemoved(EventData):
    """An endpoint is told no more."""

    webhook_id: str
