"""Tokens in the links of mails: whoever holds one reads the mailbox that it was sent to."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.shared.errors import Malformed, NotFound

CONFIRM_WITHIN = timedelta(hours=48)
CODE_DIGITS = 6
STOP_PATTERN = r"^[a-z2-7]{13}$"
_TAG_BYTES = 16
_STOP_BYTES = 8
_CODE = "code"
_STOP = "stop"


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """Keys of the service, each for one purpose.

    Attributes
    ----------
    recipient : bytes
        Makes pseudonyms of addresses.
    confirmation, unsubscription : bytes
        Sign the links in mails.
    webhook : bytes
        Makes the endpoints' secrets.
    """

    recipient: bytes
    confirmation: bytes
    unsubscription: bytes
    webhook: bytes


@dataclass(frozen=True, kw_only=True)
class SubscriptionKey:
    """Which subscription a token is about.

    Attributes
    ----------
    scope : str
        What it is a subscription to, see `services.outreach.model.scope`.
    """

    scope: str
    subscription_id: str


def confirmation_token(which: SubscriptionKey, keyring: Keyring, *, at: datetime) -> str:
    """Token that confirms a subscription within 48 hours of `at`."""
    expiry = str(int((at + CONFIRM_WITHIN).timestamp()))
    return f"{expiry}.{_tag(keyring.confirmation, which, expiry)}"


def check_confirmation(
    token: str, which: SubscriptionKey, keyring: Keyring, *, at: datetime
) -> None:
    """Accept a token that `confirmation_token` made.

    Raises
    ------
    Malformed
        ``token_altered`` or ``token_expired``.
    """
    expiry, _, tag = token.partition(".")
    if not _same(tag, _tag(keyring.confirmation, which, expiry)):
        raise Malformed("token_altered")
    if at.timestamp() >= int(expiry):
        raise Malformed("token_expired")


def confirmation_code(which: SubscriptionKey, keyring: Keyring, *, claim: str) -> str:
    """Code of six digits that confirms a telephone number; `claim` makes each one another."""
    signed = "\x00".join((_CODE, which.scope, which.subscription_id, claim)).encode()
    number = int.from_bytes(hmac.new(keyring.confirmation, signed, hashlib.sha256).digest())
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def is_code(given: str, expected: str) -> bool:
    """Tell whether a code is the expected one, in a time that does not tell how near it is."""
    return _same(given, expected)


def unsubscription_token(which: SubscriptionKey, keyring: Keyring) -> str:
    """Token that ends a subscription; it never expires, as mails are kept for years."""
    return _tag(keyring.unsubscription, which)


def stop_code(which: SubscriptionKey, keyring: Keyring) -> str:
    """Code that leads from a text message to a subscription's end, 13 letters and digits.

    Of a million subscriptions, whoever tries a hundred codes a second meets one in thousands of
    years.
    """
    digest = _digest(keyring.unsubscription, which, _STOP)[:_STOP_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def check_unsubscription(token: str, which: SubscriptionKey, keyring: Keyring) -> None:
    """Accept a token that `unsubscription_token` made.

    Raises
    ------
    NotFound
        If it is not the subscription's, whether or not there is such a subscription.
    """
    if not _same(token, unsubscription_token(which, keyring)):
        raise NotFound


def _tag(key: bytes, which: SubscriptionKey, *parts: str) -> str:
    digest = _digest(key, which, *parts)[:_TAG_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _digest(key: bytes, which: SubscriptionKey, *parts: str) -> bytes:
    signed = "\x00".join((which.scope, which.subscription_id, *parts)).encode()
    return hmac.new(key, signed, hashlib.sha256).digest()


def _same(given: str, expected: str) -> bool:
    """Compare the texts, not the bytes they stand for: base64 has several texts for the same."""
    return hmac.compare_digest(given.encode(), expected.encode())
