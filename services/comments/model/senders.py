"""How much one sender may send in a while, under a name from which nobody learns who it is.

Whoever is signed in is counted by account; whoever is not, by network address or, where challenges
are on, by the challenge that was solved. What is stored is a keyed hash; an address is hashed with
a key of the day, so that not even that tells of two days whether it was the same one.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.comments.model.comment import Comment
from services.comments.model.names import Keyring
from services.shared import ids
from services.shared.errors import ChallengeRequired, TashawurError, TooManyRequests

PERIOD = timedelta(minutes=10)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAME_BYTES = 16
_HOUSEHOLD = 64
"""Bits of an IPv6 address that a provider gives to one subscriber, who chooses the rest freely."""


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """How many different submissions a sender may make.

    Attributes
    ----------
    sender : str
        Name of the sender.
    since : str
        Which of the sender's allowances it is.
    most : int
        How many submissions.
    until : datetime
        When the next one begins.
    """

    sender: str
    since: str
    most: int
    until: datetime

    def refusal(self, *, at: datetime) -> TashawurError:
        """Why a submission beyond the allowance is not taken now."""
        left = self.until - at
        return TooManyRequests("too_many_submissions", retry_after=-(-left // timedelta(seconds=1)))


@dataclass(frozen=True, kw_only=True)
class Solved(Allowance):
    """What a solved challenge is good for: one submission, however often it is sent."""

    def refusal(self, *, at: datetime) -> TashawurError:
        """Why a second submission with the same solution is not taken; waiting does not help."""
        return ChallengeRequired("challenge_spent")


def of_account(keyring: Keyring, subject: str, *, most: int, at: datetime) -> Allowance:
    """Allowance of a signed-in sender, in whatever topics."""
    return _of_period(_name(keyring.sender, f"account\x00{subject}"), most=most, at=at)


def of_address(keyring: Keyring, address: str, *, most: int, at: datetime) -> Allowance:
    """Allowance of whoever sends from a network address without being signed in.

    Parameters
    ----------
    address : str
        IPv4 or IPv6 address; of the latter the first 64 bits count.
    """
    day = hmac.new(keyring.sender, f"{at.date()}".encode(), hashlib.sha256).digest()
    return _of_period(_name(day, f"address\x00{network(address)}"), most=most, at=at)


def of_challenge(keyring: Keyring, challenge: str, *, until: datetime) -> Allowance:
    """Allowance that a solved challenge gives.

    Parameters
    ----------
    challenge : str
        Identifies the challenge.
    until : datetime
        When the solution expires.
    """
    name = _name(keyring.sender, f"challenge\x00{challenge}")
    return Solved(sender=name, since="challenge", most=1, until=until)


def text_mark(keyring: Keyring, comment: Comment) -> str | None:
    """Mark of what an account says in a place: its topic, round, and what it replies to.

    ``None`` where there is no text, or nobody is signed in: two who write the same are two then.
    """
    if not comment.text or comment.subject_key is None:
        return None
    place = (comment.topic_id, str(comment.round), comment.parent_id or "")
    return _name(keyring.sender, "\x00".join(("text", *place, comment.text)))


def _of_period(sender: str, *, most: int, at: datetime) -> Allowance:
    number = (at - _EPOCH) // PERIOD
    return Allowance(
        sender=sender, since=str(number), most=most, until=_EPOCH + (number + 1) * PERIOD
    )


def network(address: str) -> str:
    """What of a network address tells one subscriber from another, in one spelling."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # whatever it is, it is compared as it stands
        return address
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    if mapped is not None or parsed.version == 4:
        return str(mapped or parsed)
    return str(ipaddress.ip_network((int(parsed), _HOUSEHOLD), strict=False))


def _name(key: bytes, text: str) -> str:
    return ids.encode(hmac.new(key, text.encode(), hashlib.sha256).digest()[:_NAME_BYTES])
