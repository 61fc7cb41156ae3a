"""Endpoints of partners: which are taken, what is posted to them, and how it is signed."""

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

from services.outreach.model.notice import Notice, PublicTopic
from services.outreach.model.scope import AgencyId, of_agency
from services.shared import clock
from services.shared.parsing import fault

SIGNATURE_HEADER = "Tashawur-Signature"
TIMESTAMP_HEADER = "Tashawur-Timestamp"
HTTPS_PORT = 443
_LONGEST_URL = 2048
_PRINTABLE = re.compile(r"[!-\[\]-~]+")
"""ASCII without spaces, control characters and the backslash, which programs read differently."""
_LEADS_TO_ANOTHER = tuple(
    IPv6Network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "::ffff:0:0/96")
)
"""Addresses that stand for an IPv4 address: NAT64 (RFC 6052, 8215), Teredo, 6to4, mapped."""


def taken_url(text: str) -> str:
    """Address of an endpoint as it is kept: ``https``, an ASCII host, no user, no fragment.

    Raises
    ------
    PydanticCustomError
        ``bad_webhook_url``.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError as error:
        raise fault("bad_webhook_url") from error
    shown = f"[{host}]" if ":" in host else host
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    fits = parts.scheme == "https" and host and port != 0 and "@" not in parts.netloc
    if not fits or "#" in text or not _PRINTABLE.fullmatch(shown + path):
        raise fault("bad_webhook_url")
    return f"https://{shown}{f':{port}' if port not in {None, HTTPS_PORT} else ''}{path}"


WebhookUrl = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=_LONGEST_URL),
    AfterValidator(taken_url),
]


class WebhookRequest(BaseModel):
    """Body of a registration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: WebhookUrl
    agency: AgencyId | None = None


class Endpoint(BaseModel):
    """A registered endpoint.

    Attributes
    ----------
    agency : str or None
        Whose consultations it is told of; ``None`` for all.
    version : int
        Counts the changes; each registration anew has another secret.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    webhook_id: str
    url: str
    agency: str | None = None
    version: int
    status: Literal["active", "removed"]
    registered_at: AwareDatetime

    @property
    def scope(self) -> str:
        """Scope of what it is told."""
        return of_agency(self.agency)

    def wants(self, agency: str) -> bool:
        """Whether it is told of an agency's consultations."""
        return self.status == "active" and self.agency in {None, agency}

    def secret(self, key: bytes) -> str:
        """The secret that its messages are signed with: derived anew, so that nobody stores it."""
        signed = f"{self.webhook_id}\x00{self.version}".encode()
        digest = hmac.new(key, signed, hashlib.sha256).digest()
        return "whsec_" + base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def view(self) -> dict[str, str | None]:
        """The endpoint as staff see it."""
        return {
            "webhook_id": self.webhook_id,
            "url": self.url,
            "agency": self.agency,
            "registered_at": clock.to_text(self.registered_at),
        }


def is_public(address: str) -> bool:
    """Tell whether an address lies on the public Internet.

    Everything else is refused: private, shared, loopback, link-local (169.254.0.0/16 has the
    cloud's metadata), unique local, multicast, reserved, documentation (IANA's special-purpose
    registries), and addresses that only stand for an IPv4 address, whichever that is.
    """
    found = ip_address(address)
    if isinstance(found, IPv6Address) and (
        found.is_site_local or any(found in network for network in _LEADS_TO_ANOTHER)
    ):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


def message(notice: Notice, topic: PublicTopic) -> bytes:
    """Body that is posted: what the feed has of a notice, in both languages, as JSON."""
    document = {
        "version": "1",
        "id": notice.entry_id,
        "notice": notice.notice,
        "topic_id": notice.topic_id,
        "round": notice.round,
        "agency": notice.agency,
        "title": notice.title.model_dump(),
        "summary": notice.summary.model_dump(),
        "link": notice.link,
        "closes_at": clock.to_text(topic.timetable.closes_at),
        "at": clock.to_text(notice.at),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(body: bytes, *, secret: str, at: datetime) -> dict[str, str]:
    """Headers by which a receiver knows that a body is ours and new: HMAC over time and body."""
    timestamp = str(int(at.timestamp()))
    tag = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: f"sha256={tag}"}
