"""Calls between functions: JSON in and out, an error where the other side failed."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.shared import aws
from services.shared.errors import TransientError

_PASSES_BY_ITSELF = frozenset({"TransientError", "Sandbox.Timedout", "Runtime.ExitError"})


class InvocationFailed(Exception):
    """The invoked function refused or broke; its log has the reason."""


def invoke(function_name: str, payload: dict[str, Any]) -> Any:
    """Invoke a function and wait for its answer.

    Raises
    ------
    TransientError
        If the function could not answer now; what it did is safe to repeat.
    InvocationFailed
        If it failed in a way that trying again does not mend.
    """
    reply = aws.client("lambda").invoke(
        FunctionName=function_name, Payload=json.dumps(payload, ensure_ascii=False).encode()
    )
    body = json.loads(reply["Payload"].read() or b"null")
    if "FunctionError" in reply:
        kind = body.get("errorType", "unknown error")
        passes = kind in _PASSES_BY_ITSELF
        raise (TransientError if passes else InvocationFailed)(f"{function_name}: {kind}")
    return body


def ask_for_all(
    ids: Sequence[str], ask: Callable[[Sequence[str]], Mapping[str, Any]]
) -> dict[str, Any]:
    """Ask until every id is answered, of a function that answers as many as its answer takes.

    Parameters
    ----------
    ask : callable
        Answers, by id, at least the first of the ids that it is given.
    """
    found: dict[str, Any] = {}
    while left := [each for each in ids if each not in found]:
        found |= ask(left)
    return found
