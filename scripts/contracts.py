"""Write the JSON Schema of every event from the services' models; ``--check`` only compares.

``python -m scripts.contracts [--check]``
"""

import importlib
import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import create_model

from services.shared.events import Envelope, EventData

ROOT = Path(__file__).parents[1]
SERVICES = ("topics", "comments", "moderation", "analysis", "outreach", "archive")


def events_of(service: str) -> list[type[EventData]]:
    """Event models of a service, by name."""
    module = importlib.import_module(f"services.{service}.events")
    found = [
        member
        for _name, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, EventData) and member.__module__ == module.__name__
    ]
    return sorted(found, key=lambda model: model.__name__)


def schema(event: type[EventData]) -> dict[str, Any]:
    """JSON Schema of the ``detail`` of an event on the bus."""
    detail = create_model(event.__name__, __base__=Envelope, data=(event, ...))
    found = detail.model_json_schema()
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found["description"] = inspect.getdoc(event)
    return found


def contracts() -> Iterator[tuple[Path, str]]:
    """Path and text of every contract file, as the models have it."""
    for service in SERVICES:
        folder = ROOT / "services" / service / "contracts" / "events"
        for event in events_of(service):
            text = json.dumps(schema(event), indent=2, sort_keys=True, ensure_ascii=False)
            yield folder / f"{event.__name__}.json", text + "\n"


def stale() -> list[Path]:
    """Contract files that differ from the models, are missing, or belong to no event."""
    expected = dict(contracts())
    present = set(ROOT.glob("services/*/contracts/events/*.json"))
    differing = [p for p, t in expected.items() if p not in present or p.read_text("utf-8") != t]
    return sorted([*differing, *(present - set(expected))])


def main(arguments: list[str]) -> int:
    """Write or check the contracts; 1 if a check finds drift."""
    if arguments == ["--check"]:
        drift = stale()
        for path in drift:
            print(f"{path.relative_to(ROOT)} differs from the model: python -m scripts.contracts")
        return 1 if drift else 0
    for path in stale():
        path.unlink(missing_ok=True)
    for path, text in contracts():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
