"""JSON Schema (2020-12) as far as the schemas of records go, with the standard library alone.

A schema is turned into a function once, which then tells of each value what is wrong with it.
Keywords that are not known here are passed over, as the standard wants of annotations.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial, reduce
from typing import Any

Fault = str | None
Fits = Callable[[Any], Fault]
_TYPES: Mapping[str, frozenset[type]] = {
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
    "object": frozenset({dict}),
    "array": frozenset({list}),
    "null": frozenset({type(None)}),
}
"""The types that JSON is parsed to: True is an int in Python, and in JSON no number."""
_PLAIN = frozenset().union(*_TYPES.values()) - {dict, list}
_DURATION = re.compile(r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)[\dHMS.]+)?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")
_TEXT, _LIST, _NUMBER = _TYPES["string"], _TYPES["array"], _TYPES["number"]
_BOUNDS: Mapping[str, tuple[frozenset[type], Callable[[Any], Callable[[Any], Any]], str]] = {
    "minLength": (_TEXT, lambda bound: lambda value: len(value) >= bound, "too short"),
    "maxLength": (_TEXT, lambda bound: lambda value: len(value) <= bound, "too long"),
    "minItems": (_LIST, lambda bound: lambda value: len(value) >= bound, "too few items"),
    "maxItems": (_LIST, lambda bound: lambda value: len(value) <= bound, "too many items"),
    "minimum": (_NUMBER, lambda bound: lambda value: value >= bound, "too small"),
    "maximum": (_NUMBER, lambda bound: lambda value: value <= bound, "too large"),
    "pattern": (_TEXT, lambda bound: re.compile(bound).search, "not as its pattern"),
    "format": (_TEXT, lambda bound: partial(_is_of, bound), "not of its format"),
}
"""Of each keyword which values it is about, what they must be for its bound, and what is wrong."""


def compiled(schema: Any, root: Mapping[str, Any]) -> Fits:
    """What a schema demands, as a function that tells the first fault of a value, with its place.

    Parameters
    ----------
    root : mapping
        The document that the schema is from: where ``$ref`` leads.

    Raises
    ------
    TypeError
        If it is no schema.
    """
    if isinstance(schema, bool):
        return _anything if schema else lambda _value: "not allowed"
    if not isinstance(schema, dict):
        raise TypeError("not a schema")
    rules = [make(schema, root) for name, make in _RULES.items() if name in schema]
    rules += [_bounded(name, schema[name]) for name in _BOUNDS if name in schema]
    if schema.keys() & {"properties", "required", "additionalProperties", "propertyNames"}:
        rules.append(_object(schema, root))
    if schema.keys() & {"items", "prefixItems"}:
        rules.append(_array(schema, root))
    return reduce(_both, rules) if rules else _anything


def _anything(_value: Any) -> Fault:
    return None


def _both(first: Fits, second: Fits) -> Fits:
    return lambda value: first(value) or second(value)


def _typed(schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Fits:
    expected, fault = _TYPES[schema["type"]], f": no {schema['type']}"
    return lambda value: None if type(value) in expected else fault


def _one_of(schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Fits:
    allowed = {(type(each), each) for each in schema.get("enum", [schema.get("const")])}

    def rule(value: Any) -> Fault:
        kind = type(value)
        return None if kind in _PLAIN and (kind, value) in allowed else ": none of its values"

    return rule


def _any(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Fits:
    choices = [compiled(each, root) for each in schema["anyOf"]]

    def rule(value: Any) -> Fault:
        faults = []
        for choice in choices:
            fault = choice(value)
            if fault is None:
                return None
            faults.append(fault)
        return max(faults, key=len)

    return rule


def _referred(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Fits:
    place = schema["$ref"].removeprefix("#/$defs/")
    known: list[Fits] = []

    def rule(value: Any) -> Fault:
        # Turned into a function when it is first needed: a schema may refer to itself.
        if not known:
            known.append(compiled(root["$defs"][place], root))
        return known[0](value)

    return rule


_RULES: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Fits]] = {
    "type": _typed,
    "enum": _one_of,
    "const": _one_of,
    "anyOf": _any,
    "$ref": _referred,
}


def _bounded(name: str, bound: Any) -> Fits:
    of, make, why = _BOUNDS[name]
    try:
        holds, fault = make(bound), f": {why}"
    except re.error as error:
        raise TypeError("not a schema") from error
    return lambda value: None if type(value) not in of or holds(value) else fault


def _object(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Fits:
    known = {name: compiled(each, root) for name, each in schema.get("properties", {}).items()}
    others = compiled(schema.get("additionalProperties", True), root)
    named = compiled(schema["propertyNames"], root) if "propertyNames" in schema else None
    required = schema.get("required", [])

    def rule(value: Any) -> Fault:
        if type(value) is not dict:
            return None
        for name in required:
            if name not in value:
                return f": no {name}"
        for name, each in value.items():
            fault = (named and named(name)) or known.get(name, others)(each)
            if fault:
                return f".{name}{fault if fault[0] in '.:[' else f': {fault}'}"
        return None

    return rule


def _array(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Fits:
    first = [compiled(each, root) for each in schema.get("prefixItems", [])]
    rest = compiled(schema.get("items", True), root)

    def rule(value: Any) -> Fault:
        for place, each in enumerate(value if type(value) is list else []):
            if fault := (first[place] if place < len(first) else rest)(each):
                return f"[{place}]{fault if fault[0] in '.:[' else f': {fault}'}"
        return None

    return rule


def _is_of(format_: str, value: str) -> bool:
    try:
        if format_ == "date-time":
            return bool(_INSTANT.fullmatch(value) and datetime.fromisoformat(value.upper()))
        if format_ == "date":
            return bool(date.fromisoformat(value))
    except ValueError:
        return False
    return format_ != "duration" or _DURATION.fullmatch(value) is not None
