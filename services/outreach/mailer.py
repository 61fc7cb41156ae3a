"""Mail through SES: one attempt a mail, and a clear word on what came of it.

SES has no idempotency token, so the SDK's own retries are off here: they would also repeat a
request whose answer was lost, and somebody would get the mail twice.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from services.shared import aws
from services.shared.errors import TransientError

_CONNECT_TIMEOUT_SECONDS = 2
_READ_TIMEOUT_SECONDS = 10
_PAUSES_SECONDS = (0.2, 0.4, 0.8, 1.6)
"""Pauses before a throttled mail is tried again: SES refuses what exceeds the rate per second."""
_THROTTLED = 429
_AWAY = 503
_SERVER_ERROR = 500
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
    """A mail in both languages; `headers` are ASCII."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


class MailRefused(Exception):
    """The provider does not take this mail, now or later; others may pass."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class MailerDown(Exception):
    """The provider takes no mail of ours until somebody puts something right."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class MailUncertain(Exception):
    """Nobody knows whether the provider took the mail."""


class Mailer:
    """Sends mails.

    Parameters
    ----------
    sender : str
        From address, which SES must know.
    pause : callable
        Waits for some seconds.
    """

    def __init__(self, sender: str, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._sender = sender
        self._pause = pause

    def send(self, mail: Mail) -> None:
        """Send a mail.

        Raises
        ------
        TransientError
            If it was certainly not sent, but may be a little later.
        MailRefused, MailerDown
            If it was certainly not sent.
        MailUncertain
            If it may have been sent.
        """
        for seconds in _PAUSES_SECONDS:
            try:
                return self._attempt(mail)
            except TransientError:
                self._pause(seconds)
        return self._attempt(mail)

    def _attempt(self, mail: Mail) -> None:
        from botocore.exceptions import ClientError, HTTPClientError
        from botocore.exceptions import ConnectionError as NoConnection

        try:
            _client().send_email(**self._request(mail))
        except ClientError as error:
            raise _meaning(error) from error
        except NoConnection as error:
            raise TransientError("no connection to the mail provider") from error
        except HTTPClientError as error:
            raise MailUncertain from error

    def _request(self, mail: Mail) -> dict[str, Any]:
        headers = [{"Name": name, "Value": value} for name, value in mail.headers.items()]
        return {
            "FromEmailAddress": self._sender,
            "Destination": {"ToAddresses": [mail.to]},
            "Content": {
                "Simple": {
                    "Subject": _utf8(mail.subject),
                    "Body": {"Text": _utf8(mail.text), "Html": _utf8(mail.html)},
                    "Headers": headers,
                }
            },
        }


@cache
def _client() -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "sesv2",
        config=Config(
            connect_timeout=_CONNECT_TIMEOUT_SECONDS,
            read_timeout=_READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 1},
        ),
    )


def _meaning(error: Exception) -> Exception:
    code = aws.error_code(error)
    response: dict[str, Any] = getattr(error, "response", {})
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _THIS_MAIL:
        return MailRefused(_THIS_MAIL[code])
    if code in _ANY_MAIL:
        return MailerDown(_ANY_MAIL[code])
    if status in {_THROTTLED, _AWAY} or "Thrott" in code or code == "TooManyRequestsException":
        return TransientError(code)
    if status >= _SERVER_ERROR:
        return MailUncertain(code)
    return MailerDown("misconfigured")


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
