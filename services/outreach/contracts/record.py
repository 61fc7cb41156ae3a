"""What the outreach service hands in for a round's record."""

from datetime import datetime
from typing import Literal

from services.outreach.model.delivery import Channel, NoticeKind, Occasion, Result
from services.shared.contracts.operation import Both, Shown


class RecordedDelivery(Shown):
    """What came of a notice over a channel, in counts; of several the later one holds.

    Attributes
    ----------
    occasion : str
        Tells notices of one kind apart, e.g. the new closing instant; empty where there is one.
    reason : str or None
        What ended it early, or why it failed for most.
    unknown : int
        Those of whom it is not known whether the message reached them.
    reasons : mapping
        How many each reason stands for.
    at : datetime
        When it was recorded.
    """

    notice: NoticeKind
    occasion: Occasion
    channel: Channel
    outcome: Result
    reason: str | None
    recipients: int
    failed: int
    unknown: int
    reasons: dict[str, int]
    at: datetime


class PostedNotice(Shown):
    """A notice as people read it on the topic's page or in its feed.

    Attributes
    ----------
    entry_id : str
        Its id in the feed.
    """

    channel: Literal["web", "atom"]
    entry_id: str
    notice: NoticeKind
    title: Both
    summary: Both
    link: str
    at: datetime


FILES = {"deliveries.jsonl": RecordedDelivery, "notices.jsonl": PostedNotice}
"""The document, or the row of a JSON Lines file, by the file's name."""
