"""Whether the comments of a record are as many as it says.

Each function is a check of `services.archive.model.soundness`: it says what it looked at, and
raises `Broken` at the first thing that is wrong.
"""

from collections import Counter

from services.archive.model.opened import Opened
from services.archive.model.reading import Broken
from services.archive.model.record import JSON_LINES

COUNTS = "comments/counts.json"
STATUSES = ("published", "held", "rejected", "withdrawn", "erased", "screening")


def comments(record: Opened) -> str:
    """No comment is there twice."""
    for file in record.files:
        if file.path.startswith("comments/") and file.path.endswith(JSON_LINES):
            for row in record.rows(file.path, "comment_id", "status"):
                if row["comment_id"] in record.statuses:
                    raise Broken(file.path, f"comment {row['comment_id']} twice")
                record.statuses[row["comment_id"]] = row["status"]
    return f"{len(record.statuses)} comments"


def counts(record: Opened) -> str:
    """There are as many comments of each status, and altogether, as was counted."""
    if COUNTS not in record.names:
        if record.statuses:
            raise Broken(COUNTS, "missing")
        return "0 counts"
    told = record.document(COUNTS)
    if not isinstance(told, dict):
        raise Broken(COUNTS, "no counts")
    rows = Counter(record.statuses.values())
    for status in STATUSES:
        if told.get(status, 0) != rows[status]:
            raise Broken(COUNTS, f"says {told.get(status)} {status}, there are {rows[status]}")
    received = len(record.statuses)
    if told.get("received") != received:
        raise Broken(COUNTS, f"says {told.get('received')} received, there are {received}")
    return f"{len(STATUSES) + 1} counts"
