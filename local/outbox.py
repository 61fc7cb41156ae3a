"""What the functions sent to people and partners, kept for whoever wants to read it.

E-mails (SES v2) and text messages (SNS) are taken where moto takes them. What is posted to a
partner's endpoint never leaves the machine: every name is found, at one public address, and every
post is taken with 204. Addresses and ``localhost`` are what they are, so that they are refused.
"""

import base64
import email
import email.policy
import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from moto.sesv2.responses import SESV2Response
from moto.sns.models import SNSBackend

from local.clock import LocalClock
from local.seams import Seam
from services.outreach import poster

_ANYWHERE = "1.1.1.1"
"""A public address that stands for every name; nothing is ever sent there."""
_TAKEN = 204


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One sent message; `time` is local, RFC 3339; SES gives `tags` back with its events."""

    time: str
    sender: str
    to: list[str]
    subject: str
    text: str
    html: str
    tags: dict[str, list[str]]
    channel: str = "email"


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text message; `time` is local, RFC 3339."""

    time: str
    to: list[str]
    text: str
    channel: str = "sms"


@dataclass(frozen=True, kw_only=True)
class Post:
    """One message to an endpoint, as it was signed; `time` is local, RFC 3339."""

    time: str
    to: list[str]
    headers: dict[str, str]
    text: str
    channel: str = "webhook"


class Outbox:
    """What was sent, newest last.

    Parameters
    ----------
    clock : LocalClock
        Tells when a message was sent.
    """

    def __init__(self, clock: LocalClock) -> None:
        self._clock = clock
        self._sent: list[Mail | Text | Post] = []

    def listed(self) -> list[dict[str, Any]]:
        """All the messages."""
        return [asdict(message) for message in self._sent]

    def seams(self) -> list[Seam]:
        """Where moto's SES and SNS, and the way to the Internet, are changed."""
        return [
            Seam(SESV2Response, "send_email", self._keeping(SESV2Response.send_email)),
            Seam(SNSBackend, "publish", self._keeping_texts(SNSBackend.publish)),
            Seam(poster, "resolve", _resolve),
            Seam(poster, "exchange", self._exchange),
        ]

    def _keeping(self, send: Callable[[Any], str]) -> Callable[[Any], str]:
        def send_email(response: Any) -> str:
            answer = send(response)
            self._sent.append(self._mail(json.loads(response.body)))
            return answer

        return send_email

    def _keeping_texts(self, send: Callable[..., str]) -> Callable[..., str]:
        def publish(backend: Any, message: str, **given: Any) -> str:
            answer = send(backend, message, **given)
            if number := given.get("phone_number"):
                self._sent.append(Text(time=self._now(), to=[number], text=message))
            return answer

        return publish

    def _exchange(
        self, url: str, body: bytes, *, headers: Mapping[str, str], addresses: list[str]
    ) -> int:
        post = Post(time=self._now(), to=[url], headers=dict(headers), text=body.decode())
        self._sent.append(post)
        return _TAKEN

    def _now(self) -> str:
        return self._clock.now().isoformat(timespec="milliseconds")

    def _mail(self, request: dict[str, Any]) -> Mail:
        simple = request["Content"].get("Simple")
        if simple:
            subject = simple["Subject"]["Data"]
            text, html = (simple["Body"].get(kind, {}).get("Data", "") for kind in ("Text", "Html"))
        else:
            subject, text, html = _of_mime(base64.b64decode(request["Content"]["Raw"]["Data"]))
        destination = request.get("Destination", {})
        return Mail(
            time=self._now(),
            sender=request.get("FromEmailAddress", ""),
            to=[a for kind in ("To", "Cc", "Bcc") for a in destination.get(f"{kind}Addresses", [])],
            subject=subject,
            text=text,
            html=html,
            tags={tag["Name"]: [tag["Value"]] for tag in request.get("EmailTags", [])},
        )


def _resolve(host: str, port: int) -> list[str]:
    """Addresses of a host, without asking anybody: a name lies anywhere, an address is itself."""
    if host.rstrip(".").rpartition(".")[2] == "localhost":
        return ["127.0.0.1"]
    try:
        found = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)
    except OSError:
        return [_ANYWHERE]
    return [str(address[0]) for *_, address in found]


def _of_mime(raw: bytes) -> tuple[str, str, str]:
    """Subject, plain text and HTML of a MIME message."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    bodies = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    text, html = (body.get_content() if body else "" for body in bodies.values())
    return str(message["subject"] or ""), text, html
