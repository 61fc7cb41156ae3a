"""The agencies that take part."""

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def agencies() -> list[dict[str, Any]]:
    """Agencies with their ids and names in both languages, read from their file once."""
    text = resources.files("services.topics").joinpath("agencies.json").read_text("utf-8")
    return list(json.loads(text))


def agency_ids() -> tuple[str, ...]:
    """Ids of the agencies."""
    return tuple(agency["id"] for agency in agencies())
