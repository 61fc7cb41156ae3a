"""Divide a file that was handed in: what is locked, and the words of participants beside it."""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import count
from typing import IO

from services.archive.files import RoundFiles, Shelves, described, fill, waiting
from services.archive.model.audit import canonical
from services.archive.model.reading import lines_of
from services.archive.model.record import JSON_LINES, TEXTS_FOLDER, RecordFile, texts_path
from services.archive.model.schemas import schema_path, table_path
from services.archive.model.words import Place, Row, Salt, copy_of, divided, erased, place_in
from services.shared import exports
from services.shared.errors import Conflict
from services.shared.exports import ExportedFile

_SALT_DIGITS = 32


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Files of words, and how many of their rows are erased."""

    files: tuple[RecordFile, ...] = ()
    erased: int = 0

    def __add__(self, other: "Texts") -> "Texts":
        return Texts(files=self.files + other.files, erased=self.erased + other.erased)


def divide(
    path: str,
    source: ExportedFile,
    shelves: Shelves,
    *,
    salt_key: bytes,
    forgotten: Collection[str],
) -> tuple[RecordFile, Texts]:
    """Write a file's locked part, and its words if it may have any; describe both.

    Parameters
    ----------
    salt_key : bytes
        From it the rows' salts are derived, so that dividing once more gives the same bytes.
    forgotten : collection of str
        Comments whose words are left out.

    Raises
    ------
    Conflict
        If the file is not what its service said.
    """
    place = place_of(path)
    with waiting() as locked:
        if place is None:
            fill(locked, _checked(source))
            return _locked(path, source, locked, shelves.locked), Texts()
        salt = _salts(shelves.locked.key(path), salt_key)
        rows = _divided(path, _checked(source), place, salt, locked)
        with _spelt(texts_path(path), (erased(row, forgotten) for row in rows)) as words:
            file = _locked(path, source, locked, shelves.locked)
            return file, words.put(shelves.texts)


def write_texts(path: str, rows: Iterable[Row], texts: RoundFiles) -> Texts:
    """Write rows of words, and their CSV copy."""
    with _spelt(path, rows) as words:
        return words.put(texts)


@dataclass(frozen=True, kw_only=True)
class _Words:
    """Rows of words and their CSV copy, as they wait to be written."""

    files: tuple[tuple[RecordFile, IO[bytes]], ...]
    erased: int

    def put(self, texts: RoundFiles) -> Texts:
        """Write both."""
        for found, file in self.files:
            texts.put(found, file)
        return Texts(files=tuple(found for found, _ in self.files), erased=self.erased)


@contextmanager
def _spelt(path: str, rows: Iterable[Row]) -> Iterator[_Words]:
    """Spell rows out, all of them, in both ways at once: none is kept, or read again."""
    gone = 0

    def passing() -> Iterator[Row]:
        nonlocal gone
        for row in rows:
            gone += bool(row.get("erased"))
            lines.write(canonical(row) + b"\n")
            yield row

    with waiting() as lines, waiting() as copy:
        place = place_of(path.removeprefix(TEXTS_FOLDER)) or Place()
        fill(copy, copy_of(passing(), place))
        both = ((path, lines), (table_path(path), copy))
        files = tuple((described(each, file), file) for each, file in both)
        yield _Words(files=files, erased=gone)


@cache
def place_of(path: str) -> Place | None:
    """Where words are in a file, as its schema says; ``None`` if nowhere."""
    described = schema_path(path)
    schema = described and resources.files("services.archive").joinpath(described)
    return place_in(json.loads(schema.read_bytes())) if schema and schema.is_file() else None


def _checked(source: ExportedFile) -> Iterator[bytes]:
    """Bytes of a file that was handed in.

    Raises
    ------
    Conflict
        At its end, if they are not those that its service wrote.
    """
    digest, size = hashlib.sha256(), 0
    for chunk in exports.read_in_chunks(source.bucket, source.key):
        digest.update(chunk)
        size += len(chunk)
        yield chunk
    if (digest.hexdigest(), size) != (source.sha256, source.bytes):
        raise Conflict("part_mismatch", key=source.key)


def _locked(path: str, source: ExportedFile, file: IO[bytes], files: RoundFiles) -> RecordFile:
    """Write what waits as the locked part, if it has the rows that were handed in."""
    found = described(path, file)
    if (found.items, found.media_type) != (source.items, source.media_type):
        raise Conflict("part_mismatch", key=source.key)
    files.put(found, file)
    return found


def _divided(
    path: str, chunks: Iterable[bytes], place: Place, salt: Salt, locked: IO[bytes]
) -> Iterator[Row]:
    """Rows of a file's words; its locked lines, or its locked document, are written meanwhile."""
    bodies = lines_of(chunks) if path.endswith(JSON_LINES) else iter((b"".join(chunks),))
    for body in bodies:
        left, rows = divided(json.loads(body), place, salt)
        locked.write(exports.canonical(left) + b"\n")
        yield from rows


def _salts(key: str, salt_key: bytes) -> Salt:
    """Salts of a file's rows: by the file, the row's number and the comment."""
    numbers = count()

    def salt(comment_id: str) -> str:
        told = f"{key}\x00{next(numbers)}\x00{comment_id}".encode()
        return hmac.new(salt_key, told, hashlib.sha256).hexdigest()[:_SALT_DIGITS]

    return salt
