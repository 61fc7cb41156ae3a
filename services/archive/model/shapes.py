"""JSON Schema (2020-12) as far as the schemas of records go, with the standard library alone.

A schema is turned into a function once, which then tells of each value what is wrong with it.
Keywords that are not known here are passed over, as the standard wants of annotations.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

Fault = str | None
Fits = Callable[[Any], Fault]
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}
_DURATION = re.compile(r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=.)[\dHMS.]+)?")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")
_BOUNDS: Mapping[str, tuple[type | tuple[type, ...], Callable[[Any, Any], bool], str]] = {
    "minLength": (str, lambda value, bound: len(value) >= bound, "too short"),
    "maxLength": (str, lambda value, bound: len(value) <= bound, "too long"),
    "minItems": (list, lambda value, bound: len(value) >= bound, "too few items"),
    "maxItems": (list, lambda value, bound: len(value) <= bound, "too many items"),
    "minimum": ((int, float), lambda value, bound: value >= bound, "too small"),
    "maximum": ((int, float), lambda value, bound: value <= bound, "too large"),
    "pattern": (
        str,
        lambda value, bound: re.search(bound, value) is not None,
        "not as its pattern",
    ),
    "format": (str, lambda value, bound: _is_of(bound, value), "not of its format"),
}


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
        return lambda _value: None if schema else "not allowed"
    if not isinstance(schema, dict):
        raise TypeError("not a schema")
    rules = [make(schema, root) for name, make in _RULES.items() if name in schema]
    rules += [_bounded(name, schema[name]) for name in _BOUNDS if name in schema]
    if schema.keys() & {"properties", "required", "additionalProperties", "propertyNames"}:
        rules.append(_object(schema, root))
    if schema.keys() & {"items", "prefixItems"}:
        rules.append(_array(schema, root))
    return lambda value: next((fault for rule in rules if (fault := rule(value))), None)


def _typed(schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Fits:
    name = schema["type"]
    expected = _TYPES[name]

    def rule(value: Any) -> Fault:
        # True is an int in Python, and in JSON no number.
        fits = isinstance(value, expected) and (name == "boolean" or not isinstance(value, bool))
        return None if fits else f": no {name}"

    return rule


def _one_of(schema: Mapping[str, Any], _root: Mapping[str, Any]) -> Fits:
    allowed = {(type(each), each) for each in schema.get("enum", [schema.get("const")])}

    def rule(value: Any) -> Fault:
        is_plain = isinstance(value, str | int | float | None)
        return None if is_plain and (type(value), value) in allowed else ": none of its values"

    return rule


def _any(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Fits:
    choices = [compiled(each, root) for each in schema["anyOf"]]

    def rule(value: Any) -> Fault:
        faults = [choice(value) for choice in choices]
        return None if None in faults else max((str(fault) for fault in faults), key=len)

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
    of, holds, why = _BOUNDS[name]
    return lambda value: None if not isinstance(value, of) or holds(value, bound) else f": {why}"


def _object(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Fits:
    known = {name: compiled(each, root) for name, each in schema.get("properties", {}).items()}
    others = compiled(schema.get("additionalProperties", True), root)
    named = compiled(schema.get("propertyNames", True), root)
    required = schema.get("required", [])

    def rule(value: Any) -> Fault:
        if not isinstance(value, dict):
            return None
        for name in required:
            if name not in value:
                return f": no {name}"
        for name, each in value.items():
            fault = named(name) or known.get(name, others)(each)
            if fault:
                return f".{name}{fault if fault[0] in '.:[' else f': {fault}'}"
        return None

    return rule


def _array(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Fits:
    first = [compiled(each, root) for each in schema.get("prefixItems", [])]
    rest = compiled(schema.get("items", True), root)

    def rule(value: Any) -> Fault:
        for place, each in enumerate(value if isinstance(value, list) else []):
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
