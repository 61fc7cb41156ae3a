"""Read a record's files without trusting them: what is no JSON, or too long, is broken."""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

DOCUMENT_LIMIT = 64 * 1024 * 1024
_LINE_LIMIT = 4 * 1024 * 1024
_SPACE = " \t\n\r"
"""What may stand around a document in JSON."""

Chunks = Callable[[str], Iterator[bytes]]
"""Gives the bytes of a file by its path."""


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


class Source(Protocol):
    """A record's files, wherever they lie."""

    def names(self) -> set[str]:
        """Paths of all files, the manifest among them.

        Raises
        ------
        Broken
            If there is what no record has: a link, a path twice, a path that leads out of it.
        """

    def chunks(self, name: str) -> Iterator[bytes]:
        """Bytes of a file.

        Raises
        ------
        Broken
            If it cannot be read.
        """


def rows_of(path: str, chunks: Chunks, *texts: str) -> Iterator[dict[str, Any]]:
    """Rows of a JSON Lines file, each an object with these texts.

    Raises
    ------
    Broken
        At the first line that is none.
    """
    for number, line in enumerate(lines_of(chunks(path)), start=1):
        try:
            row = _decoded(line)
        except (ValueError, RecursionError) as error:
            raise Broken(path, f"line {number} is not JSON") from error
        if not _has(row, texts):
            raise Broken(path, f"line {number} has no {' or no '.join(texts)}")
        yield row


def _has(row: Any, texts: tuple[str, ...]) -> bool:
    """Whether a row is an object with these texts; a loop, as it is looked at for every row."""
    for name in texts if isinstance(row, dict) else ():
        if not isinstance(row.get(name), str):
            return False
    return isinstance(row, dict)


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines of a file that comes in chunks; one that is too long is cut, and the last."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > _LINE_LIMIT:
            break
    if rest:
        yield rest


def document_of(path: str, chunks: Chunks, *, limit: int = DOCUMENT_LIMIT) -> Any:
    """Document that a file holds.

    Raises
    ------
    Broken
        If it is no JSON, or longer than `limit` bytes.
    """
    body = bytearray()
    for chunk in chunks(path):
        body += chunk
        if len(body) > limit:
            raise Broken(path, "too long")
    return parsed(bytes(body), path, "not JSON")


def parsed(body: bytes, path: str, why: str) -> Any:
    """Document that a file or line of it holds, no name twice, numbers and characters that exist.

    Raises
    ------
    Broken
        If it is no JSON.
    """
    try:
        return _decoded(body)
    except (ValueError, RecursionError) as error:
        raise Broken(path, why) from error


def _decoded(body: bytes) -> Any:
    text = body.decode().strip(_SPACE)
    found, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ValueError("more than one document")
    # Most lines have no backslash at all, and one byte is looked for sooner than two.
    if b"\\" in body and b"\\u" in body:
        json.dumps(found, ensure_ascii=False).encode()  # half a pair is no character
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _refused(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


def _finite(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise ValueError("too large a number")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refused, parse_float=_finite)
