"""When a record is sound: every file, every count and the root are as the manifest says.

Whoever checks a record does not trust it: paths, numbers and texts in it may be anything.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any

from services.archive.model.answers import expect_answers
from services.archive.model.audit import BrokenTrail, Head, head_of
from services.archive.model.audit import verify as verify_trail
from services.archive.model.reading import Broken, Chunks, Unusable, document_of, rows_of
from services.archive.model.record import (
    FORMAT,
    HEADER,
    HEADER_FIELDS,
    JSON_LINES,
    MANIFEST,
    TRAIL,
    TRAIL_HEAD,
    RecordFile,
    is_path,
    measured,
    root_of,
)
from services.archive.model.schemas import undescribed

_DIGEST = re.compile(r"[0-9a-f]{64}")
_COUNTS = "comments/counts.json"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A sound record in numbers."""

    topic_id: str
    round: int
    edition: int
    sealed_at: str
    root: str
    files: int
    comments: int
    trail: Head | None


def verify(names: set[str], chunks: Chunks) -> Summary:
    """Check a whole record.

    Parameters
    ----------
    names : set of str
        Paths of all files there are.
    chunks : callable
        Gives the bytes of a file.

    Raises
    ------
    Broken
        At the first thing that is wrong, in this order: manifest, files by path, files too many,
        schemas, root, header, counts, dispositions, what the results say of them, audit trail.
    Unusable
        If there is no manifest, or it is of another format.
    """
    manifest = _manifest(names, chunks)
    files = [_file_of(entry) for entry in manifest["files"]]
    _in_order(files)
    for file in files:
        _as_listed(file, names, chunks)
    for name in sorted(names - {file.path for file in files} - {MANIFEST}):
        raise Broken(name, "not in the manifest")
    if found := undescribed({file.path for file in files}):
        raise Broken(found, "no schema of it is in the record")
    root = root_of({file.path: file.sha256 for file in files})
    if root != manifest["root"]:
        raise Broken(MANIFEST, f"the root of its files is {root}, not {manifest['root']}")
    head = {name: manifest[name] for name in HEADER_FIELDS}
    if HEADER not in names or document_of(HEADER, chunks) != head:
        raise Broken(HEADER, "not the header that the manifest has")
    comments = _statuses(files, chunks)
    _counts_add_up(comments, names, chunks)
    expect_answers(comments, names, chunks)
    trail = _trail(manifest["topic_id"], names, chunks)
    numbers = {name: manifest[name] for name in HEADER_FIELDS if name != "format"}
    return Summary(**numbers, root=root, files=len(files), comments=len(comments), trail=trail)


def _manifest(names: set[str], chunks: Chunks) -> dict[str, Any]:
    if MANIFEST not in names:
        raise Unusable(f"there is no {MANIFEST}")
    manifest = document_of(MANIFEST, chunks)
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found != FORMAT:
        raise Unusable(f"the format is {found!r}; this program reads {FORMAT!r}")
    expected: dict[str, type] = {
        name: (int if name in {"round", "edition"} else str) for name in HEADER_FIELDS
    }
    expected |= {"root": str, "files": list}
    if {name: type(value) for name, value in manifest.items()} != expected:
        raise Broken(MANIFEST, "its fields are not those of a record's manifest")
    return dict(manifest)


def _file_of(entry: Any) -> RecordFile:
    expected = {field.name: field.type for field in fields(RecordFile)}
    if not isinstance(entry, dict) or {n: type(v) for n, v in entry.items()} != expected:
        raise Broken(MANIFEST, "an entry has not the fields of a file")
    file = RecordFile(**entry)
    if not is_path(file.path):
        raise Broken(file.path, "not a path that a record can have")
    if not _DIGEST.fullmatch(file.sha256):
        raise Broken(file.path, "its SHA-256 in the manifest is none")
    return file


def _in_order(files: list[RecordFile]) -> None:
    for before, file in pairwise(files):
        if file.path == before.path:
            raise Broken(file.path, "twice in the manifest")
        if file.path < before.path:
            raise Broken(file.path, "not in its place: the manifest lists files by path")


def _as_listed(file: RecordFile, names: set[str], chunks: Chunks) -> None:
    if file.path not in names:
        raise Broken(file.path, "missing")
    found = asdict(measured(file.path, chunks(file.path)))
    for name, listed in asdict(file).items():
        if found[name] != listed:
            raise Broken(file.path, f"{name} is {found[name]}, the manifest says {listed}")


def _statuses(files: Iterable[RecordFile], chunks: Chunks) -> dict[str, str]:
    """Status of each comment by its id."""
    found: dict[str, str] = {}
    for file in files:
        if file.path.startswith("comments/") and file.path.endswith(JSON_LINES):
            for row in rows_of(file.path, chunks, "comment_id", "status"):
                if row["comment_id"] in found:
                    raise Broken(file.path, f"comment {row['comment_id']} twice")
                found[row["comment_id"]] = row["status"]
    return found


def _counts_add_up(comments: dict[str, str], names: set[str], chunks: Chunks) -> None:
    if _COUNTS not in names:
        if comments:
            raise Broken(_COUNTS, "missing")
        return
    counts = document_of(_COUNTS, chunks)
    if not isinstance(counts, dict):
        raise Broken(_COUNTS, "no counts")
    rows = Counter(comments.values())
    for status in ("published", "held", "rejected", "withdrawn", "erased", "screening"):
        if counts.get(status, 0) != rows[status]:
            raise Broken(_COUNTS, f"says {counts.get(status)} {status}, there are {rows[status]}")
    if counts.get("received") != len(comments):
        raise Broken(_COUNTS, f"says {counts.get('received')} received, there are {len(comments)}")


def _trail(topic_id: str, names: set[str], chunks: Chunks) -> Head | None:
    """Where the audit trail ends; ``None`` if the record was sealed without one."""
    if not {TRAIL, TRAIL_HEAD} & names:
        return None
    for path in (TRAIL, TRAIL_HEAD):
        if path not in names:
            raise Broken(path, "missing")
    told = document_of(TRAIL_HEAD, chunks)
    try:
        sealed = head_of(told)
    except ValueError as error:
        raise Broken(TRAIL_HEAD, str(error)) from error
    if told["topic_id"] != topic_id:
        raise Broken(TRAIL_HEAD, f"of another topic, {told['topic_id']}")
    try:
        found = verify_trail(rows_of(TRAIL, chunks, "hash"), anchors=[sealed], topic_id=topic_id)
    except BrokenTrail as broken:
        raise Broken(TRAIL, str(broken)) from broken
    if found != sealed:
        raise Broken(TRAIL, f"has {found.count} entries, its head says {sealed.count}")
    return found
