"""JSON of whoever hands a record over: what is ambiguous is refused."""

import json
from typing import Any


def strict(body: bytes) -> Any:
    """Document that bytes hold, no name twice in an object.

    Raises
    ------
    ValueError
        If they are no JSON, or ambiguous.
    RecursionError
        If it is nested too deeply.
    """
    return json.loads(body.decode(), object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found
