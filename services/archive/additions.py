"""What the archive makes of the files that were handed in: schemas, tables, pages.

Each addition is the same bytes each time; tables are made anew whenever they are asked for, chunk
by chunk.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import resources
from typing import Any

from services.archive.bodies import Bodies, Body, rows_of, whole
from services.archive.model.record import JSON_LINES
from services.archive.model.schemas import schema_path, table_path
from services.archive.report.facts import facts
from services.archive.report.page import pages
from services.shared import spreadsheet
from services.shared.errors import Conflict


def additions(files: Bodies, *, head: Mapping[str, Any], licence_url: str) -> dict[str, Body]:
    """Schemas and CSV copies of files, and the pages that people read, by path.

    Raises
    ------
    Conflict
        If nobody has described a file.
    """
    told = pages(facts(files), head=head, licence_url=licence_url)
    read = {path: partial(whole, text.encode()) for path, text in told.items()}
    return {**copies(files), **read}


def copies(files: Bodies) -> dict[str, Body]:
    """Schemas and CSV copies of files.

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
            found[table_path(path)] = partial(_table, files[path], columns)
    return found


def _schema(path: str) -> bytes:
    """The schema of a file, as it is shipped with the archive."""
    place = resources.files("services.archive").joinpath(str(schema_path(path)))
    if not place.is_file():
        raise Conflict("no_schema", key=path)
    return place.read_bytes()


def _table(body: Body, columns: list[str]) -> Iterator[bytes]:
    return spreadsheet.table(rows_of(body), columns)
