"""What the archive makes of the files that were handed in: their schemas, and tables of the rows.

Each addition is made anew whenever it is asked for, chunk by chunk, the same bytes each time.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib import resources
from typing import Any

from services.archive.model.record import JSON_LINES
from services.archive.model.schemas import schema_path
from services.shared import spreadsheet
from services.shared.errors import Conflict

Body = Callable[[], Iterable[bytes]]
"""Gives the bytes of a file."""
Bodies = Mapping[str, Body]
_TABLES = "csv/"


def additions(files: Bodies) -> dict[str, Body]:
    """Schemas and CSV copies of files, by path.

    Raises
    ------
    Conflict
        If nobody has described a file.
    """
    schemas = {path: _schema(path) for path in sorted(files) if schema_path(path)}
    found: dict[str, Body] = {}
    for path, schema in schemas.items():
        found[str(schema_path(path))] = partial(whole, schema)
        if path.endswith(JSON_LINES):
            columns = list(json.loads(schema)["properties"])
            place = f"{_TABLES}{path.removesuffix(JSON_LINES)}.csv"
            found[place] = partial(_table, files[path], columns)
    return found


def whole(body: bytes) -> tuple[bytes]:
    """A file that is in memory, as a body gives it."""
    return (body,)


def _schema(path: str) -> bytes:
    """The schema of a file, as it is shipped with the archive."""
    place = resources.files("services.archive").joinpath(str(schema_path(path)))
    if not place.is_file():
        raise Conflict("no_schema", key=path)
    return place.read_bytes()


def _table(body: Body, columns: list[str]) -> Iterator[bytes]:
    rows: Iterator[dict[str, Any]] = map(json.loads, _lines(body()))
    return spreadsheet.table(rows, columns)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        yield rest
