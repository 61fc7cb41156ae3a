"""Whether the audit trail in a record is one chain of its topic that ends at its head."""

from services.archive.model.audit import BrokenTrail, head_of, verify
from services.archive.model.opened import Opened
from services.archive.model.reading import Broken
from services.archive.model.record import TRAIL, TRAIL_HEAD


def trail(record: Opened) -> str:
    """Check the chain; a record that was sealed without one has none.

    Raises
    ------
    Broken
        At the first entry that is wrong.
    """
    if not {TRAIL, TRAIL_HEAD} & record.names:
        return "0 entries"
    for path in (TRAIL, TRAIL_HEAD):
        if path not in record.names:
            raise Broken(path, "missing")
    topic_id = record.manifest["topic_id"]
    told = record.document(TRAIL_HEAD)
    try:
        sealed = head_of(told)
    except ValueError as error:
        raise Broken(TRAIL_HEAD, str(error)) from error
    if told["topic_id"] != topic_id:
        raise Broken(TRAIL_HEAD, f"of another topic, {told['topic_id']}")
    try:
        found = verify(record.rows(TRAIL, "hash"), anchors=[sealed], topic_id=topic_id)
    except BrokenTrail as broken:
        raise Broken(TRAIL, str(broken)) from broken
    if found != sealed:
        raise Broken(TRAIL, f"has {found.count} entries, its head says {sealed.count}")
    record.trail = found
    return f"{found.count} entries"
