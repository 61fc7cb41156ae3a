"""Text messages through SNS."""

import time
from dataclasses import dataclass

from services.outreach import transport
from services.outreach.transport import HasTime, Pacer, Pause, always

_THIS_TEXT = {
    "InvalidParameter": "bad_number",
    "InvalidParameterException": "bad_number",
    "InvalidParameterValue": "bad_number",
    "ParameterValueInvalid": "bad_number",
    "ValidationException": "bad_number",
    "OptedOut": "opted_out",
    "OptedOutException": "opted_out",
}
_ANY_TEXT = {
    "AuthorizationError": "misconfigured",
    "AuthorizationErrorException": "misconfigured",
    "UserError": "account_suspended",
    "UserErrorException": "account_suspended",
}
_KIND = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
"""Carriers deliver what is transactional first, and to those who block advertising too."""


@dataclass(frozen=True, kw_only=True)
class TextMessage:
    """A text message in one language to a number in E.164 form."""

    to: str
    text: str


class Texter:
    """Sends text messages.

    Parameters
    ----------
    pacer : Pacer
        Keeps text messages apart.
    pause : callable
        Waits for some seconds.
    """

    def __init__(self, *, pacer: Pacer, pause: Pause = time.sleep) -> None:
        self._pacer = pacer
        self._pause = pause

    def wait(self) -> None:
        """Wait until it is the turn of the next text message; whoever sends one has waited."""
        self._pacer.wait()

    def send(self, message: TextMessage, *, has_time: HasTime = always) -> None:
        """Send a text message.

        Parameters
        ----------
        has_time : callable
            Whether it may be tried again, if it is throttled.

        Raises
        ------
        TransientError, Refused, Down, Uncertain
            As `transport.meaning` has it.
        """

        def attempt() -> None:
            with transport.meaning(one=_THIS_TEXT, all_=_ANY_TEXT):
                transport.client("sns").publish(
                    PhoneNumber=message.to, Message=message.text, MessageAttributes=_KIND
                )

        transport.patiently(attempt, pacer=self._pacer, pause=self._pause, has_time=has_time)
