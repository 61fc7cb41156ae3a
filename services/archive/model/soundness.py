"""When a record is sound: every file, every count and the root are as the manifest says.

Whoever checks a record does not trust it: paths, numbers and texts in it may be anything.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any

from services.archive.model.audit import BrokenTrail, Head, head_of
from services.archive.model.audit import verify as verify_trail
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

_DOCUMENT_LIMIT = 64 * 1024 * 1024
_RESULTS_LIMIT = 512 * 1024 * 1024
"""Results list every member of every campaign: of five million comments, 150 MB."""
_LINE_LIMIT = 4 * 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")
_COUNTS = "comments/counts.json"
_DISPOSITIONS = "analysis/dispositions.jsonl"
_RESULTS = "analysis/results.json"
_TOPIC = "topics/topic.json"
_GONE = frozenset({"withdrawn", "erased"})

Chunks = Callable[[str], Iterator[bytes]]


class Broken(Exception):
    """A record that is not what it says.

    Parameters
    ----------
    item : str
        The first file that is not right.
    why : str
        What is wrong with it.
    """

    def __init__(self, item: str, why: str) -> None:
        self.item, self.why = item, why
        super().__init__(f"{item}: {why}")


class Unusable(Exception):
    """What was given is no record, or one that this program cannot read."""


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
        root, header, counts, dispositions, what the results say of them, audit trail.
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
    root = root_of({file.path: file.sha256 for file in files})
    if root != manifest["root"]:
        raise Broken(MANIFEST, f"the root of its files is {root}, not {manifest['root']}")
    head = {name: manifest[name] for name in HEADER_FIELDS}
    if HEADER not in names or _document(HEADER, chunks) != head:
        raise Broken(HEADER, "not the header that the manifest has")
    comments = _statuses(files, chunks)
    _counts_add_up(comments, names, chunks)
    outcomes = _outcomes(comments, names, chunks)
    topic = _document(_TOPIC, chunks) if _TOPIC in names else None
    _all_are_answered(comments, outcomes, topic)
    _answers_add_up(Counter(outcomes.values()), names, chunks)
    trail = _trail(manifest["topic_id"], names, chunks)
    numbers = {name: manifest[name] for name in HEADER_FIELDS if name != "format"}
    return Summary(**numbers, root=root, files=len(files), comments=len(comments), trail=trail)


def _manifest(names: set[str], chunks: Chunks) -> dict[str, Any]:
    if MANIFEST not in names:
        raise Unusable(f"there is no {MANIFEST}")
    manifest = _document(MANIFEST, chunks)
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
            for row in _rows(file.path, chunks, "comment_id", "status"):
                if row["comment_id"] in found:
                    raise Broken(file.path, f"comment {row['comment_id']} twice")
                found[row["comment_id"]] = row["status"]
    return found


def _counts_add_up(comments: dict[str, str], names: set[str], chunks: Chunks) -> None:
    if _COUNTS not in names:
        if comments:
            raise Broken(_COUNTS, "missing")
        return
    counts = _document(_COUNTS, chunks)
    if not isinstance(counts, dict):
        raise Broken(_COUNTS, "no counts")
    rows = Counter(comments.values())
    for status in ("published", "held", "rejected", "withdrawn", "erased", "screening"):
        if counts.get(status, 0) != rows[status]:
            raise Broken(_COUNTS, f"says {counts.get(status)} {status}, there are {rows[status]}")
    if counts.get("received") != len(comments):
        raise Broken(_COUNTS, f"says {counts.get('received')} received, there are {len(comments)}")


def _outcomes(comments: dict[str, str], names: set[str], chunks: Chunks) -> dict[str, str]:
    """What became of each comment that was answered, by its id."""
    found: dict[str, str] = {}
    rows = _rows(_DISPOSITIONS, chunks, "comment_id", "outcome") if _DISPOSITIONS in names else ()
    for row in rows:
        if row["comment_id"] in found:
            raise Broken(_DISPOSITIONS, f"comment {row['comment_id']} twice")
        if row["comment_id"] not in comments:
            raise Broken(_DISPOSITIONS, f"comment {row['comment_id']} is not in the record")
        found[row["comment_id"]] = row["outcome"]
    return found


def _all_are_answered(comments: dict[str, str], outcomes: dict[str, str], topic: Any) -> None:
    if isinstance(topic, dict) and topic.get("stage") == "withdrawn":
        return
    for comment_id, status in sorted(comments.items()):
        if status not in _GONE and comment_id not in outcomes:
            raise Broken(_DISPOSITIONS, f"comment {comment_id} has no disposition")


def _answers_add_up(outcomes: Counter[str], names: set[str], chunks: Chunks) -> None:
    """What the results say was answered, where they say so: older records do not."""
    results = _document(_RESULTS, chunks, limit=_RESULTS_LIMIT) if _RESULTS in names else None
    told = results.get("answers") if isinstance(results, dict) else None
    if told is None:
        return
    if not isinstance(told, dict) or not isinstance(told.get("by_outcome"), dict):
        raise Broken(_RESULTS, "no counts of what was answered")
    counts = {**told["by_outcome"], "rejected": told.get("by_moderation")}
    for outcome in sorted({*counts, *outcomes}):
        says = counts.get(outcome)
        if says != outcomes[outcome]:
            raise Broken(_RESULTS, f"says {says} {outcome}, there are {outcomes[outcome]}")


def _trail(topic_id: str, names: set[str], chunks: Chunks) -> Head | None:
    """Where the audit trail ends; ``None`` if the record was sealed without one."""
    if not {TRAIL, TRAIL_HEAD} & names:
        return None
    for path in (TRAIL, TRAIL_HEAD):
        if path not in names:
            raise Broken(path, "missing")
    document = _document(TRAIL_HEAD, chunks)
    try:
        sealed = head_of(document)
    except ValueError as error:
        raise Broken(TRAIL_HEAD, str(error)) from error
    if document["topic_id"] != topic_id:
        raise Broken(TRAIL_HEAD, f"of another topic, {document['topic_id']}")
    try:
        found = verify_trail(_rows(TRAIL, chunks, "hash"), anchors=[sealed], topic_id=topic_id)
    except BrokenTrail as broken:
        raise Broken(TRAIL, str(broken)) from broken
    if found != sealed:
        raise Broken(TRAIL, f"has {found.count} entries, its head says {sealed.count}")
    return found


def _rows(path: str, chunks: Chunks, *texts: str) -> Iterator[dict[str, str]]:
    """Rows of a JSON Lines file, each an object with these texts."""
    for number, line in enumerate(_lines(chunks(path)), start=1):
        row = parsed(line, path, f"line {number} is not JSON")
        if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in texts):
            raise Broken(path, f"line {number} has no {' or no '.join(texts)}")
        yield row


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > _LINE_LIMIT:
            break
    if rest:
        yield rest


def _document(path: str, chunks: Chunks, *, limit: int = _DOCUMENT_LIMIT) -> Any:
    body = bytearray()
    for chunk in chunks(path):
        body += chunk
        if len(body) > limit:
            raise Broken(path, "too long")
    return parsed(bytes(body), path, "not JSON")


def parsed(body: bytes, path: str, why: str) -> Any:
    """Document that a file or line of it holds, no name twice.

    Raises
    ------
    Broken
        If it is no JSON.
    """
    try:
        return json.loads(body.decode(), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise Broken(path, why) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found
