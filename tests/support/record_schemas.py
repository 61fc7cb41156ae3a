"""Holds the files of a record to the schemas that it carries."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from services.archive.model.record import is_path
from services.archive.model.schemas import schema_path
from tests.support.contract import FORMATS


def misfits(files: Mapping[str, bytes]) -> list[str]:
    """What of a record's files, by path, is not as their schemas in the same record say."""
    found: list[str] = []
    for path, body in files.items():
        place = schema_path(path)
        if place is None or not is_path(path):
            continue
        if place not in files:
            found.append(f"{path} has no schema")
            continue
        schema = json.loads(files[place])
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema, format_checker=FORMATS)
        for document in _documents(path, body):
            faults = validator.iter_errors(document)
            found += [f"{path} {fault.json_path}: {fault.message[:200]}" for fault in faults]
    return found


def _documents(path: str, body: bytes) -> Iterator[Any]:
    if path.endswith(".jsonl"):
        yield from map(json.loads, body.splitlines())
    else:
        yield json.loads(body)
