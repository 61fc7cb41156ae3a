"""Whether the files of a record are those that its manifest lists, and bound by its root.

Each function is a check of `services.archive.model.soundness`: it says what it looked at, and
raises `Broken` at the first thing that is wrong.
"""

from collections.abc import Iterator
from dataclasses import asdict, fields
from itertools import pairwise
from typing import Any

from services.archive.model.opened import Opened
from services.archive.model.reading import Broken, Unusable
from services.archive.model.record import (
    DIGEST,
    FORMAT,
    HEADER,
    HEADER_FIELDS,
    MANIFEST,
    TEXTS_FOLDER,
    UNLISTED,
    RecordFile,
    is_path,
    measured,
    root_of,
)
from services.archive.model.schemas import schema_path, undescribed


def paths(record: Opened) -> str:
    """Nothing but files, none of them twice, all inside the record."""
    record.names = record.source.names()
    known: dict[str, str] = {}
    for name in sorted(record.names):
        other = known.setdefault(name.casefold(), name)
        if other != name:
            raise Broken(name, f"differs from {other} in case alone, which not every disk tells")
    return f"{len(record.names)} files"


def manifest(record: Opened) -> str:
    """The manifest is one that this program reads, and lists files in order.

    Raises
    ------
    Unusable
        If there is none, or it is of another format.
    """
    if MANIFEST not in record.names:
        raise Unusable(f"there is no {MANIFEST}")
    found = record.document(MANIFEST)
    told = found.get("format") if isinstance(found, dict) else None
    if told != FORMAT:
        raise Unusable(f"the format is {told!r}; this program reads {FORMAT!r}")
    found = record.signed(MANIFEST)
    expected: dict[str, type] = {
        name: (int if name in {"round", "edition"} else str) for name in HEADER_FIELDS
    }
    expected |= {"root": str, "files": list}
    if {name: type(value) for name, value in found.items()} != expected:
        raise Broken(MANIFEST, "its fields are not those of a record's manifest")
    record.manifest = found
    record.files = [file_of(entry, MANIFEST) for entry in found["files"]]
    for file in record.files:
        if not is_path(file.path):
            raise Broken(file.path, "not a path that a record can have")
    in_order(record.files, MANIFEST)
    return f"{len(record.files)} entries"


def file_of(entry: Any, listing: str) -> RecordFile:
    """File that a listing's entry describes.

    Raises
    ------
    Broken
        If it describes none.
    """
    expected = {field.name: field.type for field in fields(RecordFile)}
    if not isinstance(entry, dict) or {n: type(v) for n, v in entry.items()} != expected:
        raise Broken(listing, "an entry has not the fields of a file")
    file = RecordFile(**entry)
    if not DIGEST.fullmatch(file.sha256):
        raise Broken(file.path, f"its SHA-256 in {listing} is none")
    return file


def in_order(files: list[RecordFile], listing: str) -> None:
    """Files are listed by path, none of them twice.

    Raises
    ------
    Broken
        At the first that is not in its place.
    """
    for before, file in pairwise(files):
        if file.path == before.path:
            raise Broken(file.path, f"twice in {listing}")
        if file.path < before.path:
            raise Broken(file.path, f"not in its place: {listing} lists files by path")


def files(record: Opened) -> str:
    """Each file is there and as the manifest says: digest, size, rows and media type."""
    for file in record.files:
        as_listed(file, record, MANIFEST)
    return f"{sum(file.bytes for file in record.files)} bytes"


def as_listed(file: RecordFile, record: Opened, listing: str) -> None:
    """A file is there and as a listing says.

    Raises
    ------
    Broken
        If it is not.
    """
    if file.path not in record.names:
        raise Broken(file.path, "missing")
    chunks = _as_many(file, record.source.chunks(file.path), listing)
    found = asdict(measured(file.path, chunks))
    for name, listed in asdict(file).items():
        if found[name] != listed:
            raise Broken(file.path, f"{name} is {found[name]}, {listing} says {listed}")


def _as_many(file: RecordFile, chunks: Iterator[bytes], listing: str) -> Iterator[bytes]:
    """A file's bytes, no more of them than are listed: a file may unpack without end."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > file.bytes:
            raise Broken(file.path, f"bytes is more than {file.bytes}, which {listing} says")
        yield chunk


def unlisted(record: Opened) -> str:
    """There is no file that the manifest does not list, but for the texts."""
    for name in sorted(record.names - {file.path for file in record.files} - UNLISTED):
        if not name.startswith(TEXTS_FOLDER):
            raise Broken(name, "not in the manifest")
    return f"{len(record.names)} files"


def schemas(record: Opened) -> str:
    """Each file of data has its schema beside it."""
    described = {file.path for file in record.files}
    if found := undescribed(described):
        raise Broken(found, "no schema of it is in the record")
    return f"{len({schema_path(path) for path in described} & described)} schemas"


def root(record: Opened) -> str:
    """The root is that of the files."""
    found = root_of({file.path: file.sha256 for file in record.files})
    if found != record.manifest["root"]:
        raise Broken(MANIFEST, f"the root of its files is {found}, not {record.manifest['root']}")
    return f"{len(record.files)} leaves"


def header(record: Opened) -> str:
    """What the manifest says beside its files stands in one of them too."""
    told = {name: record.manifest[name] for name in HEADER_FIELDS}
    if HEADER not in record.names or record.document(HEADER) != told:
        raise Broken(HEADER, "not the header that the manifest has")
    return f"{len(told)} members"
