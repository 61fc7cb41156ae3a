"""What the outreach service answers."""

from typing import Literal

from services.shared.contracts.operation import Id, Shown


class PendingSubscription(Shown):
    """A subscription that the mailbox's owner may confirm; the same for every address."""

    subscription_id: Id
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
