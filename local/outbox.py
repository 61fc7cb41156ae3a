"""What the functions sent by e-mail (SES v2), kept for whoever wants to read it."""

import base64
import email
import email.policy
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from moto.sesv2.responses import SESV2Response

from local.clock import LocalClock
from local.seams import Seam


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One sent message; `time` is local, RFC 3339."""

    time: str
    sender: str
    to: list[str]
    subject: str
    text: str
    html: str


class Outbox:
    """The sent messages, newest last.

    Parameters
    ----------
    clock : LocalClock
        Tells when a message was sent.
    """

    def __init__(self, clock: LocalClock) -> None:
        self._clock = clock
        self._mails: list[Mail] = []

    def listed(self) -> list[dict[str, Any]]:
        """All the messages."""
        return [asdict(mail) for mail in self._mails]

    def seams(self) -> list[Seam]:
        """Where moto's SES is changed."""
        return [Seam(SESV2Response, "send_email", self._keeping(SESV2Response.send_email))]

    def _keeping(self, send: Callable[[Any], str]) -> Callable[[Any], str]:
        def send_email(response: Any) -> str:
            answer = send(response)
            self._mails.append(self._mail(json.loads(response.body)))
            return answer

        return send_email

    def _mail(self, request: dict[str, Any]) -> Mail:
        simple = request["Content"].get("Simple")
        if simple:
            subject = simple["Subject"]["Data"]
            text, html = (simple["Body"].get(kind, {}).get("Data", "") for kind in ("Text", "Html"))
        else:
            subject, text, html = _of_mime(base64.b64decode(request["Content"]["Raw"]["Data"]))
        destination = request.get("Destination", {})
        return Mail(
            time=self._clock.now().isoformat(timespec="milliseconds"),
            sender=request.get("FromEmailAddress", ""),
            to=[a for kind in ("To", "Cc", "Bcc") for a in destination.get(f"{kind}Addresses", [])],
            subject=subject,
            text=text,
            html=html,
        )


def _of_mime(raw: bytes) -> tuple[str, str, str]:
    """Subject, plain text and HTML of a MIME message."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    bodies = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    text, html = (body.get_content() if body else "" for body in bodies.values())
    return str(message["subject"] or ""), text, html
