"""Tell each author of a part of a round what their comment was answered.

No outcome is recorded: of a part with few comments it would show everybody, in the audit trail,
which author left an address. The delivery report has the sum of all parts.
"""

from datetime import datetime

from services.outreach.model.delivery import Delivery
from services.outreach.use_cases.compose import NothingToTell, compose
from services.outreach.use_cases.means import Means
from services.outreach.use_cases.parcels import parcels
from services.outreach.use_cases.send import Round, send_to_all
from services.shared.errors import TransientError


def tell_authors(delivery: Delivery, *, at: datetime, means: Means) -> None:
    """Tell the authors over one channel; who was told is not told again.

    Raises
    ------
    TransientError
        If the rest should be told by another attempt.
    OutOfTime
        If there was no time for everybody.
    """
    try:
        notice, topic = compose(delivery, ask=means.ask, links=means.links, at=at)
    except NothingToTell:
        return
    round_ = Round(delivery=delivery, one_provider=True, at=at, means=means)
    stopped = send_to_all(parcels(delivery, notice, topic, means), round_)
    if stopped:
        raise TransientError(stopped)
