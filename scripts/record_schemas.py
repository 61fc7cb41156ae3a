"""Write the schemas that records carry, from what each service says it hands in.

``python -m scripts.record_schemas [--check]``; with ``--check`` they are only compared. They are
made of the ``contracts/record.py`` of the services, which are not shipped; the schemas are.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from scripts.contracts import SERVICES
from scripts.openapi.schemas import Untitled, described
from services.archive.model.schemas import FOLDER, schema_path
from services.archive.model.words import LEAF, MARK

ROOT = Path(__file__).parents[1]
_HASH = {"anyOf": [{"type": "string", "pattern": "^[0-9a-f]{64}$"}, {"type": "null"}]}
_LEAF_TEXT = "Hash of the words' row among the texts; null where there were none."
SCHEMAS = ROOT / "services" / "archive" / FOLDER


def schemas() -> Iterator[tuple[Path, str]]:
    """Path and text of every schema, as the models have it; members in the models' order."""
    for service in SERVICES:
        for name, model in importlib.import_module(
            f"services.{service}.contracts.record"
        ).FILES.items():
            path = schema_path(f"{service}/{name}")
            text = json.dumps(schema(model), indent=1, ensure_ascii=False)
            yield ROOT / "services" / "archive" / str(path), text + "\n"


def schema(model: Any) -> dict[str, Any]:
    """Schema of a document or row, in which no member that it does not name may be."""
    whole = TypeAdapter(model).json_schema(schema_generator=Untitled)
    parts = {name: _sealed(described(part)) for name, part in whole.pop("$defs", {}).items()}
    found = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_sealed(described(whole)),
    }
    return found | ({"$defs": parts} if parts else {})


def _sealed(part: dict[str, Any]) -> dict[str, Any]:
    """An object as it is in a record: no other members; words are apart, by their hash."""
    if "properties" not in part:
        return part
    properties = dict(part["properties"])
    if MARK in part:
        for name in part[MARK]["members"]:
            properties[name] = _or_null(properties[name])
        properties[LEAF] = {**_HASH, "description": _LEAF_TEXT}
    return {**part, "properties": properties, "additionalProperties": False}


def _or_null(member: dict[str, Any]) -> dict[str, Any]:
    null = {"type": "null"}
    if null in member.get("anyOf", ()):
        return member
    return {"anyOf": [member, null]}


def stale() -> list[Path]:
    """Schemas that differ from the models, are missing, or belong to no file."""
    expected = dict(schemas())
    present = set(SCHEMAS.rglob("*.json"))
    differing = [p for p, t in expected.items() if p not in present or p.read_text("utf-8") != t]
    return sorted([*differing, *(present - set(expected))])


def main(arguments: list[str]) -> int:
    """Write or check the schemas; 1 if a check finds drift."""
    drift = stale()
    if arguments == ["--check"]:
        for path in drift:
            print(f"{path.relative_to(ROOT)} differs: python -m scripts.record_schemas")
        return 1 if drift else 0
    for path in drift:
        path.unlink(missing_ok=True)
    for path, text in schemas():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
