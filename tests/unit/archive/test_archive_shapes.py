"""Schemas that whoever forges a record has written."""

from typing import Any

import pytest

from services.archive.model.shapes import compiled


@pytest.mark.parametrize("schema", [{"pattern": "("}, {"pattern": 5}, {"properties": {"a": []}}])
def test_what_is_no_schema_is_told_of_before_any_value_is_held_against_it(schema: Any) -> None:
    with pytest.raises(TypeError):
        compiled(schema, schema)


@pytest.mark.parametrize(
    ("schema", "value", "fault"),
    [
        ({"type": "integer", "minimum": 1}, True, ": no integer"),
        ({"type": "integer", "minimum": 1}, 0, ": too small"),
        ({"minimum": 1}, "0", None),
        ({"const": 1}, True, ": none of its values"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None, None),
        ({"anyOf": [{"type": "string"}, {"items": {"type": "null"}}]}, [None, 1], "[1]: no null"),
        ({"required": ["a"], "properties": {"b": False}}, {"b": 1}, ": no a"),
        ({"properties": {"b": False}}, {"b": 1}, ".b: not allowed"),
        ({"propertyNames": {"pattern": "^a"}}, {"ab": 1, "b": 1}, ".b: not as its pattern"),
    ],
)
def test_the_first_fault_is_told_with_its_place(schema: Any, value: Any, fault: str | None) -> None:
    assert compiled(schema, schema)(value) == fault
