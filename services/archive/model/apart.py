"""Whether the texts beside a record are those that its locked files bind.

The function is a check of `services.archive.model.soundness`. It goes by the schemas in the record:
they say where words were, and are bound by its root.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from services.archive.model.listing import as_listed, file_of, in_order
from services.archive.model.opened import Opened
from services.archive.model.reading import Broken
from services.archive.model.record import (
    TEXTS,
    TEXTS_FOLDER,
    RecordFile,
    is_texts_path,
    measured,
    root_of,
    texts_path,
)
from services.archive.model.schemas import table_path
from services.archive.model.words import Place, Row, bound_in, copy_of, leaf_of, place_in

_MEMBERS = {
    "format": str,
    "topic_id": str,
    "round": int,
    "record_root": str,
    "edition": int,
    "root": str,
    "erased": int,
    "time": str,
    "key_id": str,
    "signature": str,
    "files": list,
}
_FORMAT = "tashawur-texts/1"
_WHOLE, _ERASED = {"comment_id", "salt", "words", "leaf"}, {"comment_id", "erased", "leaf"}


def texts(record: Opened) -> str:
    """Each row of words is the one that the locked part has the hash of, or is erased.

    The locked part is a record by itself: without any texts there is nothing to look at.
    """
    present = {name for name in record.names if name.startswith(TEXTS_FOLDER)}
    if TEXTS not in record.names:
        if present:
            raise Broken(TEXTS, "missing")
        return "none at hand"
    document = _document(record)
    listed = _as_listed(record, document, present)
    passed: Counter[bool] = Counter()
    expected: set[str] = set()
    for path, schema in record.described():
        if place := _place(record, schema):
            beside, copy = texts_path(path), table_path(texts_path(path))
            for each in (beside, copy):
                if each not in listed:
                    raise Broken(each, "missing")
            rows = _counted(_matching(record, path, place), passed)
            if measured(copy, copy_of(rows, place)) != listed[copy]:
                raise Broken(copy, f"not a copy of {beside}")
            expected |= {beside, copy}
    for path in sorted(listed.keys() - expected):
        raise Broken(path, "texts of no file in the record")
    if passed[True] != document["erased"]:
        raise Broken(TEXTS, f"says {document['erased']} rows are erased, {passed[True]} are")
    return f"{passed.total()} rows, {passed[True]} erased"


def _counted(rows: Iterator[Row], passed: Counter[bool]) -> Iterator[Row]:
    """Count rows, by whether they are erased, as they pass."""
    for row in rows:
        passed["erased" in row] += 1
        yield row


def _document(record: Opened) -> dict[str, Any]:
    found = record.signed(TEXTS)
    if not isinstance(found, dict) or {n: type(v) for n, v in found.items()} != _MEMBERS:
        raise Broken(TEXTS, "its fields are not those of texts")
    if found["format"] != _FORMAT:
        raise Broken(TEXTS, f"the format is {found['format']!r}, not {_FORMAT!r}")
    of = {name: record.manifest[name] for name in ("topic_id", "round")}
    for name, value in {**of, "record_root": record.manifest["root"]}.items():
        if found[name] != value:
            raise Broken(TEXTS, f"{name} is {found[name]}, the manifest says {value}")
    return dict(found)


def _as_listed(
    record: Opened, document: dict[str, Any], present: set[str]
) -> dict[str, RecordFile]:
    """Files that `TEXTS` lists by their paths, each as it says, and none beside them."""
    files = [file_of(entry, TEXTS) for entry in document["files"]]
    for file in files:
        if not is_texts_path(file.path):
            raise Broken(file.path, "not a path that texts can have")
    in_order(files, TEXTS)
    for file in files:
        as_listed(file, record, TEXTS)
    listed = {file.path: file for file in files}
    for name in sorted(present - listed.keys()):
        raise Broken(name, f"not in {TEXTS}")
    root = root_of({file.path: file.sha256 for file in files})
    if root != document["root"]:
        raise Broken(TEXTS, f"the root of its files is {root}, not {document['root']}")
    return listed


def _place(record: Opened, schema: str) -> Place | None:
    try:
        return place_in(record.document(schema))
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise Broken(schema, "no schema of a record") from error


def _matching(record: Opened, path: str, place: Place) -> Iterator[Row]:
    """Rows of words of a file, each held against its place there."""
    beside = texts_path(path)
    rows = record.rows(beside, "comment_id", "leaf")
    for number, (bound, row) in enumerate(zip_longest(_bound(record, path, place), rows), start=1):
        if row is None or bound is None:
            raise Broken(beside, f"row {number} is {'missing' if row is None else 'of nothing'}")
        if bound != (row["comment_id"], row["leaf"]):
            raise Broken(beside, f"row {number} is not the one that {path} binds")
        if set(row) not in (_WHOLE, _ERASED) or row.get("erased", True) is not True:
            raise Broken(beside, f"row {number} has not the members of a row")
        if "words" in row and _leaf(row) != row["leaf"]:
            raise Broken(beside, f"row {number} has other words than those of its hash")
        yield row


def _leaf(row: Row) -> str | None:
    try:
        return leaf_of(row)
    except (ValueError, RecursionError):
        return None


def _bound(record: Opened, path: str, place: Place) -> Iterator[tuple[Any, Any]]:
    for document in record.documents(path):
        yield from bound_in(document, place)
