"""Entries of the outreach functions; what they share is wired here, once per container."""

from collections.abc import Callable
from functools import cache
from typing import Any

from services.outreach.links import Links
from services.outreach.mailer import Mailer
from services.outreach.model.tokens import Keyring
from services.outreach.notice_store import NoticeStore
from services.outreach.part_store import PartStore
from services.outreach.plan_store import PlanStore
from services.outreach.poster import Poster
from services.outreach.settings import settings
from services.outreach.store import DeliveryStore
from services.outreach.subscription_store import SubscriptionStore
from services.outreach.suppression_store import SuppressionStore
from services.outreach.texter import Texter
from services.outreach.transport import Pacer
from services.outreach.use_cases.means import Inquiries, Means
from services.outreach.webhook_store import WebhookStore
from services.shared import clock, ids, keys
from services.shared.invoke import invoke
from services.shared.table import Table

_RESERVE_MILLISECONDS = 23_000
"""Time that the last try of a message and the record of it may take; eight seconds of it, that it
is kept apart from the one before, at one message a second for all."""


@cache
def delivery_store() -> DeliveryStore:
    """Deliveries and notices of this deployment."""
    return DeliveryStore(Table(settings().outreach_table_name))


@cache
def part_store() -> PartStore:
    """Parts of deliveries of this deployment."""
    return PartStore(Table(settings().outreach_table_name))


@cache
def subscription_store() -> SubscriptionStore:
    """Subscriptions of this deployment."""
    return SubscriptionStore(Table(settings().outreach_table_name))


@cache
def suppression_store() -> SuppressionStore:
    """Suppressed addresses of this deployment."""
    return SuppressionStore(Table(settings().outreach_table_name))


@cache
def plan_store() -> PlanStore:
    """Notices that are due in this deployment."""
    return PlanStore(Table(settings().outreach_table_name))


@cache
def notice_store() -> NoticeStore:
    """Notices as people of this deployment see them."""
    return NoticeStore(Table(settings().outreach_table_name))


@cache
def webhook_store() -> WebhookStore:
    """Partners' endpoints of this deployment."""
    return WebhookStore(Table(settings().outreach_table_name))


@cache
def texter() -> Texter:
    """Sends text messages in the programme's name."""
    return Texter(pacer=Pacer(settings().texts_per_second))


@cache
def poster() -> Poster:
    """Posts to partners' endpoints."""
    return Poster(now=clock.now)


@cache
def mailer() -> Mailer:
    """Sends mails in the programme's name."""
    found = settings()
    return Mailer(
        found.outreach_sender,
        configuration_set=found.outreach_configuration_set,
        pacer=Pacer(found.emails_per_second),
    )


def keyring() -> Keyring:
    """Keys of this service."""
    secret = keys.service_secret(settings().service_key_secret_arn)
    return Keyring(
        recipient=keys.purpose_key(secret, "outreach-recipient"),
        confirmation=keys.purpose_key(secret, "outreach-confirmation"),
        unsubscription=keys.purpose_key(secret, "outreach-unsubscription"),
        webhook=keys.purpose_key(secret, "outreach-webhook"),
    )


def cursor_key() -> bytes:
    """Key that seals cursors."""
    return keys.purpose_key(keys.service_secret(settings().service_key_secret_arn), "cursor")


def links() -> Links:
    """Addresses of the public API."""
    return Links(settings().public_base_url, keyring())


def means(*, has_time: Callable[[], bool], inquiries: Inquiries | None = None) -> Means:
    """What a delivery works with, in this container."""
    return Means(
        deliveries=delivery_store(),
        parts=part_store(),
        subscriptions=subscription_store(),
        suppressions=suppression_store(),
        webhooks=webhook_store(),
        mailer=mailer(),
        texter=texter(),
        poster=poster(),
        keyring=keyring(),
        links=links(),
        ask=ask_topics,
        draw_id=ids.random_id,
        has_time=has_time,
        inquiries=inquiries,
    )


def has_time(context: Any) -> bool:
    """Whether a function may begin with another recipient."""
    return bool(context.get_remaining_time_in_millis() > _RESERVE_MILLISECONDS)


def ask_topics(topic_id: str, round_: int | None, parts: tuple[str, ...]) -> dict[str, Any]:
    """Ask the topics service for parts of a topic's round, of the newest public one if of none.

    Raises
    ------
    TransientError
        If it could not answer.
    """
    payload = {"topic_id": topic_id, "round": round_, "parts": list(parts)}
    return dict(invoke(settings().topics_serve_function_name, payload))
