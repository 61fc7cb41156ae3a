"""Whether the comments of a record are as many as it says, and what changed after the collection.

Each function is a check of `services.archive.model.soundness`: it says what it looked at, and
raises `Broken` at the first thing that is wrong.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from services.archive.model.opened import Comment, Opened
from services.archive.model.paths import COUNTS
from services.archive.model.reading import Broken
from services.archive.model.record import TRAIL

STATUSES = ("published", "held", "rejected", "withdrawn", "erased", "screening")
_CLOSED = "CollectionClosed"
_ENDED = frozenset({"TopicClosed", "TopicWithdrawn"})
"""After which the files of the record are gathered."""
_CHANGES = frozenset(
    {
        "CommentErased",
        "CommentRejected",
        "CommentRestored",
        "CommentWithdrawn",
        "ModerationDecided",
        "ModerationUndone",
    }
)


def comments(record: Opened) -> str:
    """No comment is there twice."""
    for path in record.shards():
        for row in record.rows(path, "comment_id", "status"):
            if row["comment_id"] in record.comments:
                raise Broken(path, f"comment {row['comment_id']} twice")
            record.comments[row["comment_id"]] = _comment(row)
    return f"{len(record.comments)} comments"


def _comment(row: Mapping[str, Any]) -> Comment:
    return Comment(
        status=row["status"],
        kind=row.get("kind"),
        language=row.get("language"),
        channel=row.get("channel"),
        received_at=row.get("received_at"),
        leaf=row.get("leaf_hash"),
    )


def counts(record: Opened) -> str:
    """There are as many comments of each status, and altogether, as was counted."""
    if COUNTS not in record.names:
        if record.comments:
            raise Broken(COUNTS, "missing")
        return "0 counts"
    told = record.document(COUNTS)
    if not isinstance(told, dict):
        raise Broken(COUNTS, "no counts")
    rows = Counter(comment.status for comment in record.comments.values())
    for status in STATUSES:
        if told.get(status, 0) != rows[status]:
            raise Broken(COUNTS, f"says {told.get(status)} {status}, there are {rows[status]}")
    received = len(record.comments)
    if told.get("received") != received:
        raise Broken(COUNTS, f"says {told.get('received')} received, there are {received}")
    _those_that_wait(told)
    return f"{len(STATUSES) + 1} counts"


def _those_that_wait(told: Mapping[str, Any]) -> None:
    """What is public and looked at again the rows do not tell apart from what is public."""
    if "pending" not in told:
        return
    if told["in_review"] > told["published"]:
        raise Broken(COUNTS, f"says {told['in_review']} in_review of {told['published']} published")
    waiting = told["screening"] + told["held"] + told["in_review"]
    if told["pending"] != waiting:
        raise Broken(COUNTS, f"says {told['pending']} pending, there are {waiting}")


def changes(record: Opened) -> str:
    """The trail names only comments of the record; those that changed after closing are noted."""
    closed, ended = "", ""
    happened: list[tuple[str, str]] = []
    for row in record.rows(TRAIL):
        if row["round"] != record.manifest["round"]:
            continue
        if row["type"] == _CLOSED:
            closed = min(closed or row["occurred_at"], row["occurred_at"])
        if row["type"] in _ENDED:
            ended = max(ended, row["occurred_at"])
        if row["type"] in _CHANGES and "data" in row:
            comment_id = row["data"]["comment_id"]
            if comment_id not in record.comments:
                why = f"entry {row['sequence']}: comment {comment_id} is not in the record"
                raise Broken(TRAIL, why)
            happened.append((row["occurred_at"], comment_id))
    record.changed = {comment_id for at, comment_id in happened if closed and at >= closed}
    record.changed_late = {comment_id for at, comment_id in happened if ended and at >= ended}
    return f"{len(record.changed)} changes"
