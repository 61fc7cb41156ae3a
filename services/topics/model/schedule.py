"""When the workflow has to look at a topic again."""

import math
from datetime import datetime, timedelta

from services.topics.model.topic import Topic

COUNT_AFTER_CLOSING = timedelta(seconds=60)
"""The count is taken this long after closing: by then no container's window is older than 30 s."""
INQUIRIES_BEFORE_CLOSING = (timedelta(hours=1), timedelta(minutes=5))
"""Unanswered inquiries are looked for this long before closing: with time to tell of more time, and
once more for those of the last hour, while the window can still be moved everywhere."""
LONGEST_WAIT = timedelta(days=30)
LIFE_OF_AN_EXECUTION = timedelta(days=300)
"""Then the next execution of the round goes on; Step Functions ends one after a year."""
_SHORTEST_REVIEW_WAIT = timedelta(seconds=60)
_REVIEW_WAIT_SHARE = 4


def next_instant(topic: Topic) -> datetime | None:
    """Instant (UTC) at which the topic's stage ends by itself, or ``None`` if it never does."""
    timetable = topic.definition.timetable
    match topic.stage:
        case "scheduled":
            return timetable.publish_at
        case "collecting":
            return timetable.closes_at + COUNT_AFTER_CLOSING
        case "reviewing" if topic.reviewing_since:
            return topic.reviewing_since + topic.plan.review_bound
        case "withdrawn" if topic.published_at and topic.record_root is None:
            return topic.collects_until + COUNT_AFTER_CLOSING
        case "announced" if topic.announced_at:
            return topic.announced_at + topic.plan.close_after
        case _:
            return None


def inquiries_at(topic: Topic) -> datetime | None:
    """Instant (UTC) at which to look for unanswered inquiries [S3], or ``None`` if it was done.

    Twice per closing instant, and no more once the rule has extended the collection.
    """
    closes_at = topic.definition.timetable.closes_at
    settled = topic.extended_by_rule or topic.inquiries_settled_for == closes_at
    if topic.stage != "collecting" or settled or not topic.plan.inquiry_period:
        return None
    looked_at, looks = topic.inquiries_looked_at, INQUIRIES_BEFORE_CLOSING
    to_come = (closes_at - before for before in looks)
    return next((look for look in to_come if looked_at is None or looked_at < look), None)


def inquiries_are_due(topic: Topic, *, at: datetime) -> bool:
    """Tell whether to look for unanswered inquiries now; after closing it is too late for that."""
    instant = inquiries_at(topic)
    return instant is not None and instant <= at < topic.definition.timetable.closes_at


def is_due(topic: Topic, *, at: datetime) -> bool:
    """Tell whether the stage's instant has passed."""
    instant = next_instant(topic)
    return instant is not None and instant <= at


def wait_seconds(topic: Topic, *, at: datetime) -> int:
    """Whole seconds (≥ 1) until the workflow should look again, bell or no bell.

    In review the waits grow with the time already waited, so that a queue that is soon empty is
    soon noticed and a long one costs about forty looks at most.
    """
    waits = [LONGEST_WAIT]
    instant, asking = next_instant(topic), inquiries_at(topic)
    if instant:
        waits.append(instant - at)
    if asking and asking > at:
        waits.append(asking - at)
    if topic.stage == "reviewing" and topic.reviewing_since:
        waited = at - topic.reviewing_since
        waits.append(max(_SHORTEST_REVIEW_WAIT, waited / _REVIEW_WAIT_SHARE))
    return max(1, math.ceil(min(waits).total_seconds()))
