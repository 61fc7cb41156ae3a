"""Bodies in: strict JSON, and a model's faults as ours, every one of them."""

import json
import math
import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from services.shared.errors import Fault, Invalid, Malformed, TooLarge, UnsupportedMediaType
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
DEEPEST = 64
"""How deep arrays and objects of a body may nest; no model goes half as deep."""
_LONGEST_NAME = 64
TAG = "\x00"
"""Begins the tags of a union's members, which pydantic counts among the places of a fault."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(body: bytes, content_type: str, *, limit: int) -> Any:
    """Read a JSON body strictly, as I-JSON (RFC 7493) has it.

    UTF-8, with or without a byte order mark; no name twice in an object, no NaN, no number that
    Python's own cannot hold, no half of a surrogate pair, no nesting beyond `DEEPEST`.

    Raises
    ------
    UnsupportedMediaType
        If `content_type` is not JSON.
    TooLarge
        If the body is longer than `limit` bytes.
    Malformed
        If it is not JSON, or such as nobody could take it.
    Invalid
        If there are halves of surrogate pairs, with the place of each.
    """
    if _media_type(content_type) != "application/json":
        raise UnsupportedMediaType
    text = _decoded(body, limit=limit)
    document = _loaded(text)
    if text.count("[") + text.count("{") > DEEPEST and _is_deep(document):
        raise Malformed("nested_too_deep", limit=DEEPEST)
    if _ESCAPED_SURROGATE.search(text):
        _refuse_surrogates(document)
    return document


def read_text(body: bytes, content_type: str, *, media_type: str, limit: int) -> str:
    """Read a body that is a file of text: UTF-8, with or without a byte order mark.

    Raises
    ------
    UnsupportedMediaType
        If `content_type` is not `media_type`.
    TooLarge
        If the body is longer than `limit` bytes.
    Malformed
        If it is not UTF-8.
    """
    if _media_type(content_type) != media_type:
        raise UnsupportedMediaType("send_as", media_type=media_type)
    return _decoded(body, limit=limit)


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
    places = [place for place in details["loc"] if not str(place).startswith(TAG)]
    field = pointer(*places, *([at] if at else []))
    return Fault(field=field, code=code, values={"limit": limit, "expected": "", **context})


def pointer(*places: str | int) -> str:
    """JSON pointer (RFC 6901) of a place, or of what encloses it.

    A name in which somebody sent more than a name is not repeated to them: the pointer ends before.
    """
    names = takewhile(lambda name: len(name) <= _LONGEST_NAME, map(str, places))
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _decoded(body: bytes, *, limit: int) -> str:
    if len(body) > limit:
        raise TooLarge(limit=limit)
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed("not_utf8") from error


def _loaded(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_finite
        )
    except RecursionError as error:
        raise Malformed("nested_too_deep", limit=DEEPEST) from error
    except json.JSONDecodeError as error:
        raise Malformed("not_json") from error
    except ValueError as error:  # more digits than Python makes an integer of
        raise Malformed("number_too_long") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("name_twice")
    return found


def _no_constant(_name: str) -> Any:
    raise Malformed("not_json")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise Malformed("number_too_long")
    return number


def _is_deep(document: Any) -> bool:
    level = [document]
    for _ in range(DEEPEST):
        level = [
            inner for value in level for inner in _members(value) if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _refuse_surrogates(document: Any) -> None:
    places = dict.fromkeys(_surrogates(document))
    if places:
        raise Invalid(faults=[Fault(field=place, code="not_storable") for place in places])


def _surrogates(value: Any, *place: str | int) -> Iterator[str]:
    """Pointers to the strings with half a surrogate pair, and to objects with such a name."""
    if isinstance(value, str) and _SURROGATE.search(value):
        yield pointer(*place)
    elif isinstance(value, dict):
        for name, member in value.items():
            if _SURROGATE.search(name):
                yield pointer(*place)
            else:
                yield from _surrogates(member, *place, name)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _surrogates(member, *place, number)
