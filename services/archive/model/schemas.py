"""Which schema of a record tells what is in which of its files, and where copies of them are."""

import re
from collections.abc import Collection
from pathlib import PurePosixPath

from services.archive.model.record import HEADER, JSON_LINES, TEXTS_FOLDER

FOLDER = "schemas/"
_ENDING = ".schema.json"
_NUMBER = re.compile(r"-\d+$")


def schema_path(path: str) -> str | None:
    """Path of a file's schema in the same record; ``None`` of what is no JSON, or a schema itself.

    Files that differ in a number alone (``comments/shard-00.jsonl``) have one for all.
    """
    place = PurePosixPath(path)
    if place.suffix not in {".json", JSON_LINES} or path.startswith(FOLDER):
        return None
    folder = "archive" if path == HEADER else place.parent.as_posix()
    return f"{FOLDER}{folder}/{_NUMBER.sub('', place.stem)}{_ENDING}"


def table_path(path: str) -> str:
    """Path of the CSV copy of a JSON Lines file in the same record; of texts, beside them."""
    folder = "" if path.startswith(TEXTS_FOLDER) else "csv/"
    return f"{folder}{path.removesuffix(JSON_LINES)}.csv"


def undescribed(paths: Collection[str]) -> str | None:
    """The first file of a record without its schema in it; records of before have none at all."""
    if not any(path.startswith(FOLDER) for path in paths):
        return None
    needed = ((path, schema_path(path)) for path in sorted(paths))
    return next((path for path, schema in needed if schema and schema not in paths), None)
