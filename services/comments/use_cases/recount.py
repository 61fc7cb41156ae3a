"""Count a round's comments by its rows, and put right counters that say otherwise.

Every change of a comment changes the counters in the same transaction, so that counters and rows
differ by the same amount whatever goes on: what differs is a fault, and putting it right cannot
collide with what people do. It can only be measured while nothing moves, which is checked.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.comments.count_store import CountStore
from services.comments.model.comment import COUNTED, IN_REVIEW
from services.comments.model.window import Window
from services.comments.store import CommentStore

ROWS_AT_ONCE = 5_000
"""After so many rows a call ends with the shard that it is in (some 16,000 rows at most)."""


class Tally(BaseModel):
    """A count under way: what the counters said at its beginning, and the shards counted so far.

    Attributes
    ----------
    in_review : int
        How many of those that `statuses` counts moderators have still to look at.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    counters: dict[str, int]
    shards: int = 0
    statuses: dict[str, int] = {}
    in_review: int = 0


def recount(
    window: Window,
    *,
    begun: Mapping[str, Any] | None,
    dry_run: bool,
    at: datetime,
    store: CommentStore,
    corrections: CountStore,
) -> dict[str, Any]:
    """Count on; at the end put the counters right, unless only a dry run was asked for.

    Parameters
    ----------
    begun : mapping, optional
        ``cursor`` of the answer before.

    Returns
    -------
    dict
        ``looked_at`` rows, the ``cursor`` to go on from (``None`` at the end), and at the end the
        ``drift`` of each counter that was wrong, whether it is ``done`` (corrected), and whether
        comments ``moved`` meanwhile, so that nothing could be measured.
    """
    topic_id, round_ = window.topic_id, window.round
    if begun is None:
        version = corrections.version(topic_id, round_)
        tally = Tally(version=version, counters=store.counts(topic_id, round_))
    else:
        tally = Tally.model_validate(begun)
    counted, looked_at = _count_on(tally, window, store)
    answer: dict[str, Any] = {"action": "recount", "looked_at": looked_at, "done": 0}
    if counted.shards < window.shards:
        return {**answer, "cursor": counted.model_dump()}
    end: dict[str, Any] = {**answer, "cursor": None, "drift": {}, "moved": False}
    if store.counts(topic_id, round_) != counted.counters:
        return {**end, "moved": True}
    drift = drift_of(counted)
    if not drift or dry_run:
        return {**end, "drift": drift}
    changes = {name: -difference for name, difference in drift.items()}
    corrected = corrections.correct(topic_id, round_, changes, version=counted.version + 1, at=at)
    return {**end, "drift": drift, "done": int(corrected), "moved": not corrected}


def drift_of(tally: Tally) -> dict[str, int]:
    """By how much each wrong counter is too high; what is in screening counts nowhere."""
    settled = Counter(tally.statuses)
    del settled["screening"]
    right = {name: settled[name] for name in COUNTED}
    right |= {"received": settled.total(), IN_REVIEW: tally.in_review}
    drift = {name: tally.counters[name] - count for name, count in right.items()}
    return {name: difference for name, difference in drift.items() if difference}


def _count_on(tally: Tally, window: Window, store: CommentStore) -> tuple[Tally, int]:
    statuses: Counter[str] = Counter(tally.statuses)
    shards, in_review, looked_at = tally.shards, tally.in_review, 0
    while shards < window.shards and looked_at < ROWS_AT_ONCE:
        for comment in store.shard(shards, window=window):
            statuses[comment.status] += 1
            in_review += comment.in_review
            looked_at += 1
        shards += 1
    counted = {"shards": shards, "statuses": dict(statuses), "in_review": in_review}
    return tally.model_copy(update=counted), looked_at
