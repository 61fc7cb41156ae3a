"""Deliveries that ended before everybody was attended to: for how long, and when, they go on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.outreach.model.delivery import AFTER_WITHDRAWAL, WHILE_COLLECTING, Delivery
from services.outreach.model.notice import PublicTopic
from services.outreach.model.reminder import is_daytime

TAKEN_UP_FOR = timedelta(hours=24)
"""Later than this a notice is no news; what was not sent by then stays so."""
_TRUE_WHILE_COLLECTING = WHILE_COLLECTING | {"published"}
_HOUR = timedelta(hours=1)
_PARTS_A_TURN = 1_000_000
"""More parts than a delivery can be interrupted into within an hour."""


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """A delivery that ended too early.

    Attributes
    ----------
    since : datetime
        When it first did; of one in parts without an outcome, an hour after one was heard of last.
    place : str
        Where it goes on among the comments of a round, if it goes to their authors.
    """

    delivery: Delivery
    since: datetime
    place: str = ""

    def part(self, at: datetime) -> int:
        """Number of the part that goes on now: one an hour, whoever asks and how often."""
        return _PARTS_A_TURN * ((at - self.since) // _HOUR + 1)

    def may_go_on(self, topic: PublicTopic | None, at: datetime) -> bool:
        """Whether what it tells is still true, and may be told now: nobody's telephone at night."""
        if topic is None or not timedelta() <= at - self.since < TAKEN_UP_FOR:
            return False
        kind = self.delivery.notice
        if topic.round != self.delivery.round:
            return False
        if topic.stage == "withdrawn" and kind not in AFTER_WITHDRAWAL:
            return False
        if kind in _TRUE_WHILE_COLLECTING and not topic.is_collecting(at):
            return False
        return self.delivery.channel != "sms" or is_daytime(at, topic.time_zone)
