"""Divide a file that was handed in: what is locked, and the words of participants beside it."""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from itertools import count
from tempfile import SpooledTemporaryFile
from typing import IO

from services.archive.bodies import rows_of
from services.archive.files import IN_MEMORY, RoundFiles, Shelves
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
    place, given = place_of(path), _checked(source)
    if place is None:
        return _locked(path, source, given, shelves.locked), Texts()
    salt = _salts(shelves.locked.key(path), salt_key)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as words:
        locked = _locked(path, source, _divided(path, given, place, salt, words), shelves.locked)
        words.seek(0)
        rows = (erased(json.loads(line), forgotten) for line in words)
        return locked, write_texts(texts_path(path), rows, shelves.texts)


def write_texts(path: str, rows: Iterable[Row], texts: RoundFiles) -> Texts:
    """Write rows of words, and their CSV copy."""
    gone = 0

    def lines() -> Iterator[bytes]:
        nonlocal gone
        for row in rows:
            gone += bool(row.get("erased"))
            yield canonical(row) + b"\n"

    written = texts.write_file(path, lines())
    place = place_of(path.removeprefix(TEXTS_FOLDER)) or Place()
    copy = copy_of(rows_of(partial(texts.chunks, path)), place)
    return Texts(files=(written, texts.write_file(table_path(path), copy)), erased=gone)


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


def _locked(
    path: str, source: ExportedFile, chunks: Iterable[bytes], files: RoundFiles
) -> RecordFile:
    # It has the rows that were handed in, whatever was taken out of them.
    with files.writing(path, chunks) as found:
        if (found.items, found.media_type) != (source.items, source.media_type):
            raise Conflict("part_mismatch", key=source.key)
    return found


def _divided(
    path: str, chunks: Iterable[bytes], place: Place, salt: Salt, words: IO[bytes]
) -> Iterator[bytes]:
    """Locked lines of a file, or its locked document; rows of words are written meanwhile."""
    bodies = lines_of(chunks) if path.endswith(JSON_LINES) else iter((b"".join(chunks),))
    for body in bodies:
        left, rows = divided(json.loads(body), place, salt)
        words.writelines(canonical(row) + b"\n" for row in rows)
        yield exports.canonical(left) + b"\n"


def _salts(key: str, salt_key: bytes) -> Salt:
    """Salts of a file's rows: by the file, the row's number and the comment."""
    numbers = count()

    def salt(comment_id: str) -> str:
        told = f"{key}\x00{next(numbers)}\x00{comment_id}".encode()
        return hmac.new(salt_key, told, hashlib.sha256).hexdigest()[:_SALT_DIGITS]

    return salt
