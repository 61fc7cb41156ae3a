"""Many subscribers at once, as the store leaves them once each has confirmed."""

from datetime import UTC, datetime

from services.outreach.handlers import keyring, subscription_store
from services.outreach.model.address import recipient_hash, subscription_id
from services.outreach.model.parts import part_of
from services.outreach.model.subscription import Subscription, Way
from services.outreach.model.tokens import stop_code

_AT = datetime(2026, 12, 1, tzinfo=UTC)


def crowd(number: int, *, scope: str) -> list[str]:
    """Have so many people subscribe to a scope by mail; their addresses."""
    addresses = [f"citizen-{each}@example.com" for each in range(number)]
    for address in addresses:
        subscribe(address, scope=scope)
    return addresses


def subscribe(address: str, *, scope: str, way: Way = "email") -> Subscription:
    """Have somebody subscribe to a scope."""
    keys = keyring()
    subscription = Subscription(
        topic_id=scope,
        subscription_id=subscription_id(address, scope=scope, key=keys.recipient),
        round=0,
        version=1,
        status="confirmed",
        channel=way,
        language="ar",
        part=part_of(recipient_hash(address, key=keys.recipient)),
    )
    stop = stop_code(subscription.key, keys)
    subscription_store().begin(subscription, address=address, stop=stop, at=_AT)
    return subscription
