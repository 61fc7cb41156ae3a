"""Events of the outreach service: counts and codes; nobody who was told can be found in them."""

from services.outreach.model.delivery import Channel, NoticeKind, Result
from services.shared.events import EventData
from services.shared.language import Language


class NoticeDelivered(EventData):
    """One channel has its outcome for one notice; a later one of the same channel replaces it.

    Attributes
    ----------
    reason : str or None
        Code of what kept the notice from somebody; ``None`` if all were told.
    recipients : int
        Addresses that the provider took the notice for; 0 on channels that people come to.
    failed : int
        Addresses that it refused.
    unknown : int
        Addresses of which nobody knows whether it took the notice; it is not sent to them again.
    """

    notice: NoticeKind
    channel: Channel
    outcome: Result
    reason: str | None
    recipients: int
    failed: int
    unknown: int


class SubscriptionConfirmed(EventData):
    """Somebody confirmed that they want to be told about the topic."""

    language: Language


class SubscriptionEnded(EventData):
    """Somebody no longer wants to be told about the topic; the address is gone."""
