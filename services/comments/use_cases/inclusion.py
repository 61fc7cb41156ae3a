"""Look, now and then, who takes part in the rounds that collect; officers are told of gaps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from services.comments.data_keys import DataKeys
from services.comments.events import InclusionGapFound
from services.comments.look_store import LookStore
from services.comments.model.inclusion import SAMPLE, is_due, looked
from services.comments.model.turnout import Turnout
from services.comments.model.window import Window
from services.comments.store import CommentStore
from services.comments.use_cases.turnout import Census
from services.shared import clock
from services.shared.participation import Participation


@dataclass(frozen=True, kw_only=True)
class Lookout:
    """What looking at rounds needs."""

    store: CommentStore
    looks: LookStore
    data_keys: DataKeys


def look_at_all(lookout: Lookout, *, at: datetime, has_time: Callable[[], bool]) -> int:
    """Look at the rounds that are due, and give how many looks found groups that stay away.

    Those for which there is no time are left to the next time; looking again changes nothing.
    """
    found = 0
    for topic_id, round_ in list(lookout.looks.watched()):
        if not has_time():
            break
        window = lookout.store.window(topic_id, round_)
        found += window is not None and _look_at(window, lookout, at=at)
    return found


def _look_at(window: Window, lookout: Lookout, *, at: datetime) -> bool:
    former = lookout.looks.last(window.topic_id, window.round)
    published = lookout.store.counts(window.topic_id, window.round)["published"]
    if not is_due(window, former, published=published, at=at):
        return False
    counted = _counted(window, lookout)
    look, gaps = looked(counted, window, former, published=published, at=at)
    # Whole numbers: the audit trail, which has every event, hashes no fractions.
    ratios = {
        gap.group.id: None if gap.ratio is None else round(gap.ratio * 10) * 10 for gap in gaps
    }
    closes_at = clock.to_text(window.closes_at)
    event = InclusionGapFound(ratios=ratios, closes_at=closes_at) if ratios else None
    return lookout.looks.keep(look, window, event) and event is not None


def _counted(window: Window, lookout: Lookout) -> Participation:
    census = Census(window=window, turnout=Turnout(window), data_keys=lookout.data_keys)
    comments = (
        comment
        for number in range(window.shards)
        for comment in lookout.store.shard(number, window=window)
        if comment.status == "published"
    )
    for _comment in census.passing(islice(comments, SAMPLE)):
        pass
    return census.turnout.counts()
