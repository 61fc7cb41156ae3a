"""Take participants' words out of what is locked: each object's words are a row of their own.

What is locked for years must not hold what erasure must reach. So where a schema marks members as
somebody's words (``x-words``), these are null in the record's file, and the object has instead, as
``words``, the hash of a row in the texts that lie beside the record: a salt, the comment that
the words are of, the words. A row that is erased keeps its hash, and nobody can tell from it what
was said. ``docs/record.md`` has the same for those who write a verifier.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.archive.model.audit import canonical
from services.shared import spreadsheet

MARK = "x-words"
"""In an object's schema: ``of``, the member that names the comment; ``members``, its words."""
LEAF = "words"
"""Member of a locked object: the hash of its row, or null where nobody's words were."""
_LABEL = b"tashawur/words/1\x00"
Row = dict[str, Any]
Salt = Callable[[str], str]
"""A new salt, 32 hex digits, for words of this comment."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where words are in documents of one schema.

    Attributes
    ----------
    of : str
        Member that names whose words they are; empty where the object itself has none.
    members : tuple of str
        Members that are words.
    within : mapping
        Members in which there are more, by name.
    each : Place or None
        Where words are in each entry of a list.
    """

    of: str = ""
    members: tuple[str, ...] = ()
    within: Mapping[str, "Place"] = field(default_factory=dict)
    each: "Place | None" = None


def place_in(schema: Mapping[str, Any]) -> Place | None:
    """Where a schema (JSON Schema, without loops) has words; ``None`` if nowhere."""
    return _place(schema, schema.get("$defs", {}))


def divided(document: Any, place: Place, salt: Salt) -> tuple[Any, list[Row]]:
    """A document without words, and a row for the words of each of its objects, in their order."""
    rows: list[Row] = []
    return _without(document, place, salt, rows), rows


def erased(row: Row, comment_ids: Collection[str]) -> Row:
    """A row once some comments are erased: its hash stays, salt and words go."""
    if row["comment_id"] in comment_ids and not row.get("erased"):
        return {"comment_id": row["comment_id"], "erased": True, "leaf": row["leaf"]}
    return row


def copy_of(rows: Iterable[Row], place: Place) -> Iterator[bytes]:
    """CSV of rows of words, a column for each member that is words."""
    columns = ["comment_id", *dict.fromkeys(_members(place)), "erased", "leaf", "salt"]
    return spreadsheet.table(({**row, **row.get("words", {})} for row in rows), columns)


def _members(place: Place) -> Iterator[str]:
    """Names of members that are words, in the order of the schema."""
    yield from place.members
    for inner in (*place.within.values(), place.each):
        yield from _members(inner) if inner else ()


def leaf_of(row: Row) -> str:
    """Hash, hex, of a row that has its words."""
    bound = {name: row[name] for name in ("comment_id", "salt", "words")}
    return hashlib.sha256(_LABEL + canonical(bound)).hexdigest()


def bound_in(document: Any, place: Place) -> Iterator[tuple[Any, Any]]:
    """Comment and hash that a locked document has in the place of words, object by object."""
    if isinstance(document, list) and place.each:
        for entry in document:
            yield from bound_in(entry, place.each)
    if isinstance(document, dict):
        if place.of and document.get(LEAF) is not None:
            yield document.get(place.of), document[LEAF]
        for name, inner in place.within.items():
            yield from bound_in(document.get(name), inner)


def _place(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Place | None:
    if "$ref" in schema:
        return _place(defs[schema["$ref"].removeprefix("#/$defs/")], defs)
    for choice in schema.get("anyOf", ()):
        if found := _place(choice, defs):
            return found
    mark = schema.get(MARK, {"of": "", "members": ()})
    inner = {name: _place(part, defs) for name, part in schema.get("properties", {}).items()}
    within = {name: part for name, part in inner.items() if part}
    items = schema.get("items")
    each = _place(items, defs) if isinstance(items, Mapping) else None
    if not (mark["members"] or within or each):
        return None
    return Place(of=mark["of"], members=tuple(mark["members"]), within=within, each=each)


def _without(document: Any, place: Place, salt: Salt, rows: list[Row]) -> Any:
    if isinstance(document, list) and place.each:
        return [_without(entry, place.each, salt, rows) for entry in document]
    if not isinstance(document, dict):
        return document
    left = dict(document)
    if place.of:
        left |= dict.fromkeys(place.members)
        left[LEAF] = _set_apart(document, place, salt, rows)
    for name, inner in place.within.items():
        if name in left:
            left[name] = _without(left[name], inner, salt, rows)
    return left


def _set_apart(document: Row, place: Place, salt: Salt, rows: list[Row]) -> str | None:
    words = {name: document[name] for name in place.members if document.get(name)}
    if not words:
        return None
    comment_id = document[place.of]
    row: Row = {"comment_id": comment_id, "salt": salt(comment_id), "words": words}
    row["leaf"] = leaf_of(row)
    rows.append(row)
    return str(row["leaf"])
