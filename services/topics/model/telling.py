"""What happened to a topic, in a sentence of either language."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from services.shared.language import Language


def told(event: str, data: Mapping[str, Any]) -> dict[Language, str]:
    """Sentence of an event, in both languages, with what of its data belongs into it."""
    return {language: text.format_map(data) for language, text in sentences()[event].items()}


@cache
def sentences() -> Mapping[str, Mapping[Language, str]]:
    """The sentences by event, read from their file once."""
    text = resources.files("services.topics").joinpath("timeline.json").read_text("utf-8")
    return dict(json.loads(text))
