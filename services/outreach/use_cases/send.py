"""Send a notice to everybody who is to be told: claim, send, confirm, so that nobody is told twice.

A claim that is never confirmed may or may not have become a message. It is reported as ``unknown``
and not sent again: for a public notice, one too few is the smaller harm than two to everybody.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from services.outreach.model.delivery import TEMPLATE_FAILED, Delivery, LedgerEntry
from services.outreach.model.feedback import Entry
from services.outreach.model.parts import EVERYBODY
from services.outreach.store import Claim
from services.outreach.templating import TemplateFailed
from services.outreach.transport import Down, Later, Refused, Throttled, Uncertain
from services.outreach.use_cases.means import Means
from services.shared.errors import TransientError
from services.shared.observability import logger

Send = Callable[[], None]
"""Sends one message, once."""
MOST_THROTTLED_IN_A_ROW = 5
"""Where so many were not taken one after the other, nobody's will be now."""


class OutOfTime(Exception):
    """The function's time ends before everybody was attended to; the rest is another's."""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What one recipient is to get.

    Attributes
    ----------
    recipient : str
        Pseudonym of the address in the ledger.
    pack : callable
        Makes the message, of which the ledger will have an entry, waits for its turn and gives what
        sends it; ``None`` if they are not to be told any more.
        Whatever goes wrong here goes wrong before the claim, so that nobody becomes ``unknown``.
    """

    recipient: str
    pack: Callable[[Entry], Send | None]

    def is_in(self, part: str) -> bool:
        """Whether the recipient is in a part."""
        return self.recipient.startswith(part)


@dataclass(frozen=True, kw_only=True)
class Round:
    """One attempt to send a notice to all, or to all in a part.

    Attributes
    ----------
    one_provider : bool
        Whether one provider takes everybody's message: if it does not answer for one, it is left
        alone. Endpoints, on the other hand, know nothing of each other.
    """

    delivery: Delivery
    one_provider: bool
    at: datetime
    means: Means
    part: str = EVERYBODY


def send_to_all(parcels: Iterable[Parcel], round_: Round) -> str | None:
    """Send to everybody who has not been attended to.

    Returns
    -------
    str or None
        Code of what keeps the provider from taking anything, or some messages from being written;
        ``None`` if everybody was attended to.

    Raises
    ------
    TransientError
        If the rest should be sent by another attempt.
    OutOfTime
        If there was no time for the rest.
    """
    means, delivery = round_.means, round_.delivery
    ledger = means.deliveries.ledger(delivery, round_.part)
    put_off = unwritten = in_a_row = 0
    for parcel in parcels:
        try:
            if _attend_to(parcel, round_, entry=ledger.get(parcel.recipient)):
                in_a_row = 0
        except Down as error:
            return error.reason
        except Throttled as error:
            put_off, in_a_row = put_off + 1, in_a_row + 1
            if in_a_row == MOST_THROTTLED_IN_A_ROW:
                raise TransientError("the provider takes no more now") from error
        except Later:
            put_off += 1
        except TemplateFailed as error:
            unwritten += 1
            template = error.template
    if unwritten:
        logger("outreach").error("a template failed", template=template, recipients=unwritten)
    if put_off:
        raise TransientError(f"{put_off} recipients could not be reached now")
    return TEMPLATE_FAILED if unwritten else None


def send_to_one(parcel: Parcel, round_: Round) -> None:
    """Send to one recipient, unless they have been attended to.

    Raises
    ------
    TransientError
        If it was certainly not sent and should be tried again, whoever has to put something right
        before; or if the provider did not answer.
    """
    entry = round_.means.deliveries.entry(round_.delivery, parcel.recipient)
    try:
        _attend_to(parcel, round_, entry=entry)
    except Down as error:
        raise TransientError(error.reason) from error
    except TemplateFailed as error:
        raise TransientError(f"the template {error.template} failed") from error
    except OutOfTime as error:
        raise TransientError("no time to send it") from error


def _attend_to(parcel: Parcel, round_: Round, *, entry: LedgerEntry | None) -> bool:
    """Send what is for one recipient; whether anything was sent now, or refused."""
    means = round_.means
    if entry and not entry.is_open:
        return False
    if not means.has_time():
        raise OutOfTime
    send = parcel.pack(Entry(delivery=round_.delivery, recipient=parcel.recipient))
    if send is None:
        return False
    claim = Claim(recipient=parcel.recipient, holder=means.draw_id(), at=round_.at)
    if not means.deliveries.claim(round_.delivery, claim, released=entry is not None):
        return False
    _send(send, claim, round_)
    return True


def _send(send: Send, claim: Claim, round_: Round) -> None:
    deliveries, delivery = round_.means.deliveries, round_.delivery
    try:
        send()
    except Refused as error:
        deliveries.settle(delivery, claim, state="failed", reason=error.reason)
    except (Down, Later, TransientError):
        deliveries.settle(delivery, claim, state="released")
        raise
    except Uncertain as error:
        # The claim stays as it is. Where one answer was lost others would be: come back later.
        if round_.one_provider:
            raise TransientError("the provider did not answer") from error
    else:
        deliveries.settle(delivery, claim, state="sent")
