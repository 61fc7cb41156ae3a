"""What a delivery works with, wired by the handler."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from services.outreach.links import Links
from services.outreach.mailer import Mailer
from services.outreach.model.asker import Asker
from services.outreach.model.corrections import Concerned
from services.outreach.model.notice import PublicTopic
from services.outreach.model.tokens import Keyring
from services.outreach.part_store import PartStore
from services.outreach.poster import Poster
from services.outreach.store import DeliveryStore
from services.outreach.subscription_store import SubscriptionStore
from services.outreach.suppression_store import SuppressionStore
from services.outreach.texter import Texter
from services.outreach.webhook_store import WebhookStore

Ask = Callable[[str, int | None, tuple[str, ...]], dict[str, Any]]
"""Asks the topics service for parts of a topic's round; see docs/architecture.md.

Of no round in particular, it is the newest that is public."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some comments.

    Attributes
    ----------
    authors : sequence of tuple
        By the comment's id, with what it was answered.
    next : str or None
        Place from which to go on.
    """

    authors: Sequence[tuple[str, Asker]]
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Inquiries:
    """Authors of comments, from the comments service.

    Attributes
    ----------
    asker : callable
        Who asked an inquiry (topic, round, id); ``None`` if they are not to be told any more.
    waiting : callable
        Each inquiry of a round without an answer, by its id, with who asked it.
    answered : callable
        Some comments of a topic's round, from a place on, whose authors left an address.
    corrected : callable
        The same with what a correction changed alone; of one comment it is that one.
    """

    asker: Callable[[str, int, str], Asker | None]
    waiting: Callable[[str, int], Iterator[tuple[str, Asker]]]
    answered: Callable[[PublicTopic, str], Page]
    corrected: Callable[[PublicTopic, str, Concerned], Page]


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
    inquiries : Inquiries or None
        Who asked inquiries, where a function may know it.
    """

    deliveries: DeliveryStore
    parts: PartStore
    subscriptions: SubscriptionStore
    suppressions: SuppressionStore
    webhooks: WebhookStore
    mailer: Mailer
    texter: Texter
    poster: Poster
    keyring: Keyring
    links: Links
    ask: Ask
    draw_id: Callable[[], str]
    has_time: Callable[[], bool]
    inquiries: Inquiries | None = None
