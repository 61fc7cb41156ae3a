"""Mail through SES."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.outreach import transport
from services.outreach.transport import HasTime, Pacer, Pause, always

_THIS_MAIL = {
    "MessageRejected": "rejected",
    "BadRequestException": "bad_address",
    "InvalidParameterValue": "bad_address",
}
_ANY_MAIL = {
    "AccountSuspendedException": "account_suspended",
    "SendingPausedException": "sending_paused",
    "MailFromDomainNotVerifiedException": "sender_not_verified",
    "LimitExceededException": "quota_exceeded",
}


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail in both languages; `headers` are ASCII, and `tags` known to SES and us alone."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


class Mailer:
    """Sends mails.

    Parameters
    ----------
    sender : str
        From address, which SES must know.
    configuration_set : str
        SES configuration set that tells of bounces and complaints.
    pacer : Pacer
        Keeps mails apart.
    pause : callable
        Waits for some seconds.
    """

    def __init__(
        self, sender: str, *, configuration_set: str, pacer: Pacer, pause: Pause = time.sleep
    ) -> None:
        self._sender = sender
        self._configuration_set = configuration_set
        self._pacer = pacer
        self._pause = pause

    def wait(self) -> None:
        """Wait until it is the turn of the next mail; whoever sends one has waited."""
        self._pacer.wait()

    def send(self, mail: Mail, *, has_time: HasTime = always) -> None:
        """Send a mail.

        Parameters
        ----------
        has_time : callable
            Whether it may be tried again, if it is throttled.

        Raises
        ------
        TransientError, Refused, Down, Uncertain
            As `transport.meaning` has it.
        """
        request = self._request(mail)

        def attempt() -> None:
            with transport.meaning(one=_THIS_MAIL, all_=_ANY_MAIL):
                transport.client("sesv2").send_email(**request)

        transport.patiently(attempt, pacer=self._pacer, pause=self._pause, has_time=has_time)

    def _request(self, mail: Mail) -> dict[str, Any]:
        return {
            "FromEmailAddress": self._sender,
            "Destination": {"ToAddresses": [mail.to]},
            "Content": {
                "Simple": {
                    "Subject": _utf8(mail.subject),
                    "Body": {"Text": _utf8(mail.text), "Html": _utf8(mail.html)},
                    "Headers": _named(mail.headers),
                }
            },
            "ConfigurationSetName": self._configuration_set,
            "EmailTags": _named(mail.tags),
        }


def _named(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
