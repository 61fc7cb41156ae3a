"""What a record consists of: files, a manifest that lists them, a root that binds them.

The root is over path and digest of every file. What the manifest says beside them (which round,
when it was sealed) is bound too, as it stands once more in one of the files, ``record.json``.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from services.archive.model.merkle import tree_hash

FORMAT = "tashawur-record/1"
MANIFEST = "manifest.json"
TEXTS = "texts.json"
TEXTS_FOLDER = "texts/"
"""Participants' words lie beside the locked files, and can be erased."""
TREE_HEAD = "head.json"
"""The signed head over the round's tree with the record's files in it."""
UNLISTED = frozenset({MANIFEST, TEXTS, TREE_HEAD})
"""What lies beside the listed files and is in no manifest."""
HEADER = "record.json"
README = "README.txt"
TRAIL = "archive/audit.jsonl"
TRAIL_HEAD = "archive/audit-head.json"
LEAVES = "archive/leaves.jsonl"
HEADS = "archive/heads.jsonl"
KEYS = "archive/keys.json"
JSON_LINES = ".jsonl"
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    JSON_LINES: "application/jsonl",
    ".md": "text/markdown",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
}
HEADER_FIELDS = ("format", "topic_id", "round", "sealed_at", "edition")
DIGEST = re.compile(r"[0-9a-f]{64}")
"""A SHA-256, as all files of a record have it."""
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_PATH = re.compile(rf"{_NAME}(?:/{_NAME})*")


@dataclass(frozen=True, kw_only=True)
class RecordFile:
    """One file of a record.

    Attributes
    ----------
    path : str
        Place in the record, ASCII, e.g. ``"comments/shard-00.jsonl"``.
    sha256 : str
        Digest of the bytes, hex.
    items : int
        Rows of a JSON Lines file; 1 for any other.
    """

    path: str
    sha256: str
    bytes: int
    items: int
    media_type: str


def is_path(path: str) -> bool:
    """Tell whether a file of this name may be in a record.

    Plain names that lead nowhere else, and an ending that tells the media type.
    """
    return _is_plain(path) and path not in UNLISTED and not path.startswith(TEXTS_FOLDER)


def is_texts_path(path: str) -> bool:
    """Tell whether a file of this name may be among the texts beside a record."""
    return _is_plain(path) and path.startswith(TEXTS_FOLDER)


def _is_plain(path: str) -> bool:
    known = PurePosixPath(path).suffix in MEDIA_TYPES
    return known and _PATH.fullmatch(path) is not None


def texts_path(path: str) -> str:
    """Where the words of a file lie: ``texts/comments/shard-00.jsonl``."""
    return f"{TEXTS_FOLDER}{PurePosixPath(path).with_suffix(JSON_LINES)}"


def media_type_of(path: str) -> str:
    """Media type of a file in a record."""
    return MEDIA_TYPES[PurePosixPath(path).suffix]


def measured(path: str, chunks: Iterable[bytes]) -> RecordFile:
    """Describe a file from its bytes, handed over in chunks of any size."""
    digest, size, lines, last = hashlib.sha256(), 0, 0, b"\n"
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        lines += chunk.count(b"\n")
        last = chunk[-1:] or last
    rows = lines + (last != b"\n")
    return RecordFile(
        path=path,
        sha256=digest.hexdigest(),
        bytes=size,
        items=rows if path.endswith(JSON_LINES) else 1,
        media_type=media_type_of(path),
    )


def file_leaves(files: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """Leaves of files given as path and SHA-256 (hex): ``path NUL sha256``."""
    return (f"{path}\x00{digest}".encode() for path, digest in files)


def root_of(digests: Mapping[str, str]) -> str:
    """Root, hex, over files given as path → SHA-256 (hex): their leaves, by path."""
    return tree_hash(file_leaves(sorted(digests.items()))).hex()


def header(topic_id: str, round_: int, *, sealed_at: str, edition: int) -> dict[str, Any]:
    """What ``record.json`` says: which record this is and when it was sealed."""
    return {
        "format": FORMAT,
        "topic_id": topic_id,
        "round": round_,
        "sealed_at": sealed_at,
        "edition": edition,
    }


def manifest(head: Mapping[str, Any], files: Iterable[RecordFile]) -> dict[str, Any]:
    """Manifest of a record: its header, its root, and its files in the order of their paths."""
    listed = sorted(files, key=lambda file: file.path)
    root = root_of({file.path: file.sha256 for file in listed})
    return {**head, "root": root, "files": [asdict(file) for file in listed]}
