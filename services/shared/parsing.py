"""Bodies in: strict JSON, and a model's faults as ours, every one of them."""

import json
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from services.shared.errors import Fault, Malformed, TooLarge, UnsupportedMediaType
from services.shared.language import LANGUAGES

_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "less_than_equal": "too_great",
    "less_than": "too_great",
    "literal_error": "not_allowed",
    "enum": "not_allowed",
    "string_pattern_mismatch": "bad_format",
    "string_unicode": "not_storable",
    "value_error": "bad_format",
    "datetime_from_date_parsing": "bad_instant",
    "datetime_object_invalid": "bad_instant",
    "datetime_parsing": "bad_instant",
    "datetime_type": "bad_instant",
    "timezone_aware": "bad_instant",
}
_LIMITS = ("min_length", "max_length", "ge", "gt", "le", "lt")


def read_json(body: bytes, content_type: str, *, limit: int) -> Any:
    """Read a JSON body strictly: UTF-8, no duplicate keys, no NaN.

    Raises
    ------
    UnsupportedMediaType
        If `content_type` is not JSON.
    TooLarge
        If the body is longer than `limit` bytes.
    Malformed
        If it is not JSON.
    """
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType
    if len(body) > limit:
        raise TooLarge(limit=limit)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Malformed("not_utf8") from error
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("not_json") from error


def fault(code: str, *, at: str = "", **values: Any) -> PydanticCustomError:
    """Error for a validator to raise.

    Parameters
    ----------
    code : str
        Key in the message catalogue.
    at : str
        Field of the validated model that is at fault, where the model as a whole is validated.
    **values
        What the message's placeholders stand for.
    """
    return PydanticCustomError(f"tashawur.{code}", "{code}", {"code": code, "at": at, **values})


def faults_of(error: ValidationError) -> list[Fault]:
    """Every fault that a model found, in the order of the document."""
    return [_fault(details) for details in error.errors(include_url=False, include_input=False)]


def _fault(details: ErrorDetails) -> Fault:
    context = dict(details.get("ctx", {}))
    kind = details["type"]
    if kind.startswith("tashawur."):
        code = str(context.pop("code"))
    else:
        code = _CODES.get(kind, "wrong_type")
        if code == "missing" and details["loc"][-1] in LANGUAGES:
            code = "missing_language"
    limit = next((context[name] for name in _LIMITS if name in context), "")
    at = context.pop("at", "")
    field = pointer(*details["loc"], *([at] if at else []))
    return Fault(field=field, code=code, values={"limit": limit, "expected": "", **context})


def pointer(*places: str | int) -> str:
    """JSON pointer (RFC 6901) of a place."""
    return "".join("/" + str(place).replace("~", "~0").replace("/", "~1") for place in places)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
