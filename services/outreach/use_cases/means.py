"""What a delivery works with, wired by the handler."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.outreach.links import Links
from services.outreach.mailer import Mailer
from services.outreach.model.tokens import Keyring
from services.outreach.poster import Poster
from services.outreach.store import DeliveryStore
from services.outreach.subscription_store import SubscriptionStore
from services.outreach.texter import Texter
from services.outreach.webhook_store import WebhookStore

Ask = Callable[[str, int, tuple[str, ...]], dict[str, Any]]
"""Asks the topics service for parts of a topic's round; see docs/architecture.md."""


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a delivery works with.

    Attributes
    ----------
    ask : callable
        Asks the topics service.
    draw_id : callable
        Draws an identifier.
    has_time : callable
        Whether the function may still begin with another recipient.
    """

    deliveries: DeliveryStore
    subscriptions: SubscriptionStore
    webhooks: WebhookStore
    mailer: Mailer
    texter: Texter
    poster: Poster
    keyring: Keyring
    links: Links
    ask: Ask
    draw_id: Callable[[], str]
    has_time: Callable[[], bool]
