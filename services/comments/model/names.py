"""The ids of comments and what is derived from them and from the service secret."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

from services.shared import ids, keys
from services.shared.errors import Fault, Malformed

_KEY_FORM = re.compile(r"[\x21-\x7e]{1,200}")
_ID_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """The service's keys, one per purpose, derived from the service secret.

    Attributes
    ----------
    comment_id, subject, body : bytes
        Keys under which ids, authors and bodies become pseudonyms.
    salt, receipt_secret : bytes
        Keys of the receipts: leaf salts, and what authorises withdrawal.
    cursor : bytes
        Key that signs cursors.
    sender, challenge : bytes
        Keys under which senders are counted, and that signs challenges.
    erasure : bytes
        Key of the ids of erasure requests.
    """

    comment_id: bytes
    subject: bytes
    body: bytes
    salt: bytes
    receipt_secret: bytes
    cursor: bytes
    sender: bytes
    challenge: bytes
    erasure: bytes

    @classmethod
    def of(cls, secret: bytes) -> "Keyring":
        """Keys of a service secret."""
        return cls(
            comment_id=keys.purpose_key(secret, "comment-id"),
            subject=keys.purpose_key(secret, "comment-subject"),
            body=keys.purpose_key(secret, "comment-body"),
            salt=keys.purpose_key(secret, "receipt-salt"),
            receipt_secret=keys.purpose_key(secret, "receipt-secret"),
            cursor=keys.purpose_key(secret, "cursor"),
            sender=keys.purpose_key(secret, "comment-sender"),
            challenge=keys.purpose_key(secret, "challenge"),
            erasure=keys.purpose_key(secret, "erasure-request"),
        )


def idempotency_key(header: str | None) -> str | None:
    """Check an ``Idempotency-Key`` header; ``None`` if it was not sent.

    Raises
    ------
    Malformed
        If it is not 1 to 200 visible ASCII characters.
    """
    if header is None:
        return None
    if not _KEY_FORM.fullmatch(header):
        fault = Fault(field="", code="bad_idempotency_key")
        raise Malformed("bad_idempotency_key", faults=[fault])
    return header


def comment_id(
    keyring: Keyring, *, topic_id: str, round_: int, subject: str | None, key: str
) -> str:
    """Id of what one author sends under one idempotency key: the same however often it is sent.

    Notes
    -----
    The first 128 bits of HMAC-SHA-256 over topic, round, subject (``anonymous`` if not signed in)
    and key, parted by NUL, which none of them contains. For somebody who is not signed in the key
    alone tells senders apart; clients send a random UUID.
    """
    parts = "\x00".join((topic_id, str(round_), subject or "anonymous", key))
    return ids.encode(_hmac(keyring.comment_id, parts)[:_ID_BYTES])


def subject_key(keyring: Keyring, *, topic_id: str, subject: str | None) -> str | None:
    """Pseudonym of an author within one topic; ``None`` if not signed in."""
    if subject is None:
        return None
    return ids.encode(_hmac(keyring.subject, f"{topic_id}\x00{subject}")[:_ID_BYTES])


def flagger(keyring: Keyring, *, comment_id: str, who: str) -> str:
    """Pseudonym of who flags a comment, of no use for any other: an account or an address."""
    return ids.encode(_hmac(keyring.sender, f"flag\x00{comment_id}\x00{who}")[:_ID_BYTES])


def receipt_secret(keyring: Keyring, comment_id: str) -> str:
    """What authorises withdrawal, appeal and erasure of a comment; stored nowhere."""
    raw = _hmac(keyring.receipt_secret, comment_id)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def is_receipt_secret(keyring: Keyring, comment_id: str, secret: str) -> bool:
    """Tell, in constant time, whether a secret is the comment's."""
    return hmac.compare_digest(receipt_secret(keyring, comment_id).encode(), secret.encode())


def erasure_id(keyring: Keyring, *asked: str) -> str:
    """Id of a request of erasure: the same for the same request, and guessed by nobody.

    Parameters
    ----------
    *asked : str
        What is to be erased, and on whose word; none has a NUL.
    """
    return ids.encode(_hmac(keyring.erasure, "\x00".join(asked))[:_ID_BYTES])


def receipt_salt(keyring: Keyring, comment_id: str) -> bytes:
    """Salt (32 bytes) of a comment's leaf."""
    return _hmac(keyring.salt, comment_id)


def body_digest(keyring: Keyring, canonical: bytes) -> bytes:
    """Keyed digest by which two bodies are compared; tells nothing about a phone number in them."""
    return hmac.new(keyring.body, canonical, hashlib.sha256).digest()


def shard_of(comment_id: str, shards: int) -> int:
    """Shard of a comment: its id's leading bits, which are evenly distributed.

    Parameters
    ----------
    comment_id : str
        An id of the form `services.shared.ids.ID_PATTERN`.
    shards : int
        A power of two, at most 65,536.
    """
    return int.from_bytes(_raw(comment_id)[:2]) % shards


def stripe_of(comment_id: str, stripes: int) -> int:
    """Counter stripe that a write about a comment prefers; independent of the shard."""
    return int.from_bytes(_raw(comment_id)[-2:]) % stripes


def _raw(comment_id: str) -> bytes:
    return base64.b32decode(comment_id.upper() + "======")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
