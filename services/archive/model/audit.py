"""The audit trail of a topic: a chain of entries, each of which binds the one before by its hash.

What an entry binds (`BOUND`) names who acted and what the event says by salted digests only. So
both can be withheld from those whom they do not concern, and the chain still verifies. The rows of
a trail are plain JSON objects, as they are stored, served, kept in the record and verified; the
chain is in the order in which the archive recorded the events, not in that in which they occurred.

Needs the standard library only: whoever verifies a trail has no other.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.archive.model.audience import is_for_everybody
from services.shared.plain_json import plain_json

Row = dict[str, Any]
FORMAT = "tashawur-audit/1"
GENESIS = "0" * 64
"""What the first entry of a topic has in the place of the hash of the one before."""
SALT_BYTES = 16
PUBLISHED = "TopicPublished"
BOUND: dict[str, type] = {
    "topic_id": str,
    "sequence": int,
    "source": str,
    "event_id": str,
    "occurred_at": str,
    "recorded_at": str,
    "type": str,
    "round": int,
    "actor": dict,
    "data_digest": str,
    "previous": str,
}
"""Fields that the hash of an entry is over, and what they are."""
_ACTOR = ("role", "digest")
_WHO = {"id", "salt"}
_DATA = {"data", "data_salt"}
_ENTRY_LABEL = b"tashawur/audit-entry/1\x00"
_PART_LABEL = b"tashawur/audit-part/1\x00"


class BrokenTrail(Exception):
    """A trail that is not the one that was recorded.

    Parameters
    ----------
    entry : int
        Place, counted from 1, of the first entry that is not right.
    why : str
        What is wrong there.
    """

    def __init__(self, entry: int, why: str) -> None:
        self.entry, self.why = entry, why
        super().__init__(f"entry {entry}: {why}")


@dataclass(frozen=True, kw_only=True)
class Head:
    """Where a chain ends: how many entries it has, and the hash of the last one."""

    count: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an event of the bus told; its id is unique among those of its source only."""

    source: str
    event_id: str
    topic_id: str
    round: int
    occurred_at: str
    type: str
    role: str
    actor_id: str
    data: Mapping[str, Any]


def entry(told: Told, *, after: Head, recorded_at: str, salt: bytes) -> Row:
    """Next entry of a topic's chain.

    Parameters
    ----------
    told : Told
        What happened.
    after : Head
        Where the chain ended until now.
    recorded_at : str
        Instant of recording, RFC 3339, UTC.
    salt : bytes
        Random, twice `SALT_BYTES`: one half for the actor, one for the data.
    """
    actor_salt, data_salt = salt[:SALT_BYTES].hex(), salt[SALT_BYTES:].hex()
    row: Row = {
        "topic_id": told.topic_id,
        "sequence": after.count + 1,
        "source": told.source,
        "event_id": told.event_id,
        "occurred_at": told.occurred_at,
        "recorded_at": recorded_at,
        "type": told.type,
        "round": told.round,
        "actor": {
            "role": told.role,
            "digest": _digest("actor", told.actor_id, salt=actor_salt),
            "id": told.actor_id,
            "salt": actor_salt,
        },
        "data": dict(told.data),
        "data_salt": data_salt,
        "data_digest": _digest("data", dict(told.data), salt=data_salt),
        "previous": after.hash,
    }
    return row | {"hash": hash_of(row)}


def hash_of(row: Row) -> str:
    """SHA-256 (hex) of what an entry binds."""
    bound = {name: row[name] for name in BOUND}
    bound["actor"] = {name: row["actor"][name] for name in _ACTOR}
    return hashlib.sha256(_ENTRY_LABEL + canonical(bound)).hexdigest()


def head_after(row: Row) -> Head:
    """Where a chain ends with an entry."""
    return Head(count=row["sequence"], hash=row["hash"])


def head_document(topic_id: str, head: Head) -> Row:
    """A head as it is served, noted and kept in the record."""
    return {"format": FORMAT, "topic_id": topic_id, "count": head.count, "hash": head.hash}


def head_of(document: Any) -> Head:
    """Head that a document tells, whoever wrote it.

    Raises
    ------
    ValueError
        If it is none.
    """
    kinds = {"format": str, "topic_id": str, "count": int, "hash": str}
    if not isinstance(document, dict) or {n: type(v) for n, v in document.items()} != kinds:
        raise ValueError("not the head of an audit trail")
    if document["count"] < 0:
        raise ValueError("the head of an audit trail counts no fewer than none")
    if document["format"] != FORMAT:
        raise ValueError(f"the format is {document['format']!r}; this program reads {FORMAT!r}")
    return Head(count=document["count"], hash=document["hash"])


def public(rows: Iterable[Row]) -> Iterator[Row]:
    """Trail as everybody may read it: it verifies like the whole one.

    As on the topic's timeline, of who acted the role alone; of the time before the round was
    published, and of what staff wrote for each other, only that something happened.
    """
    trail = list(rows)
    published: dict[int, str] = {}
    for row in trail:
        if row["type"] == PUBLISHED:
            earlier = published.get(row["round"], row["occurred_at"])
            published[row["round"]] = min(earlier, row["occurred_at"])
    for row in trail:
        in_public = _is_since(row, published) and is_for_everybody(row["type"], row["data"])
        shown = {name: value for name, value in row.items() if in_public or name not in _DATA}
        yield shown | {"actor": {name: row["actor"][name] for name in _ACTOR}}


def _is_since(row: Row, published: Mapping[int, str]) -> bool:
    """Tell whether an event is of the time since its round, or of none the first, was published."""
    since = published.get(row["round"]) if row["round"] else min(published.values(), default=None)
    return since is not None and bool(row["occurred_at"] >= since)


def verify(rows: Iterable[Any], *, anchors: Iterable[Head] = (), topic_id: str = "") -> Head:
    """Check a topic's trail from its first entry on.

    Parameters
    ----------
    rows : iterable
        Entries in order, whole or with actor or data withheld; anything else is refused.
    anchors : iterable of Head
        Heads of the same chain that the verifier has from elsewhere: sealed in a record, or noted
        at some time. Only they show that a trail was cut short, or made anew as a whole.
    topic_id : str
        Whose trail it must be; by default, that of the first entry.

    Returns
    -------
    Head
        Where it ends.

    Raises
    ------
    BrokenTrail
        At the first entry that was changed, put in, taken out or moved, and where an anchor says
        otherwise or says that there must be more.
    """
    expected: dict[int, set[str]] = {}
    for anchor in anchors:
        expected.setdefault(anchor.count, set()).add(anchor.hash)
    head = Head()
    _meets(head, expected)
    for row in rows:
        _follows(row, head, topic_id)
        topic_id, head = row["topic_id"], head_after(row)
        _meets(head, expected)
    if missing := [count for count in expected if count > head.count]:
        raise BrokenTrail(head.count + 1, f"missing: there were {max(missing)} entries")
    return head


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785) of values without fractions, which no event carries.

    Raises
    ------
    ValueError
        If there is a fraction, or a name or text that RFC 8785 does not order or carry so simply.
    """
    found = plain_json(value)
    if found is None:
        raise ValueError("a number with a fraction, a name that is not plain, or no JSON")
    return found


def _meets(head: Head, expected: Mapping[int, set[str]]) -> None:
    if expected.get(head.count, {head.hash}) != {head.hash}:
        raise BrokenTrail(head.count, "not the entry that the head from elsewhere names")


def _follows(row: Any, head: Head, topic_id: str) -> None:
    number = head.count + 1
    try:
        why = next(_faults(row, head, topic_id), None)
    except (ValueError, RecursionError) as error:
        raise BrokenTrail(number, str(error)) from error
    if why:
        raise BrokenTrail(number, why)


def _faults(row: Any, head: Head, topic_id: str) -> Iterator[str]:
    """What is wrong with the entry that should come next; what follows a fault may not hold."""
    if not isinstance(row, dict) or not isinstance(row.get("actor"), dict):
        yield "no entry of an audit trail"
    yield from _misfits(row)
    if topic_id and row["topic_id"] != topic_id:
        yield f"of another topic, {row['topic_id']}"
    if row["sequence"] != head.count + 1:
        yield f"has number {row['sequence']}: taken out, put in or moved"
    if row["previous"] != head.hash:
        yield "does not follow the entry before it"
    if row["hash"] != hash_of(row):
        yield "its hash is not that of what it says"
    actor = row["actor"]
    if "id" in actor and _digest("actor", actor["id"], salt=actor["salt"]) != actor["digest"]:
        yield "its actor is not the one that it binds"
    if "data" in row and _digest("data", row["data"], salt=row["data_salt"]) != row["data_digest"]:
        yield "its data are not those that it binds"


def _misfits(row: Row) -> Iterator[str]:
    fields = BOUND.keys() | {"hash"} | (_DATA if _DATA & row.keys() else set())
    actor = {*_ACTOR} | (_WHO if _WHO & row["actor"].keys() else set())
    if row.keys() != fields or row["actor"].keys() != actor:
        yield "its fields are not those of an entry"
    kinds = {**BOUND, "hash": str, "data": dict, "data_salt": str}
    wrong = [name for name, value in row.items() if type(value) is not kinds[name]]
    wrong += [name for name, value in row["actor"].items() if not isinstance(value, str)]
    if wrong:
        yield f"{', '.join(sorted(wrong))}: not of the right kind"


def _digest(part: str, value: Any, *, salt: str) -> str:
    document = {"part": part, "salt": salt, "value": value}
    return hashlib.sha256(_PART_LABEL + canonical(document)).hexdigest()
