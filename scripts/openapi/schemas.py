"""JSON Schemas of the models, as OpenAPI wants them: named, shared, without noise."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

PREFIX = "#/components/schemas/"
_SECTION = re.compile(r"\n\n(?:Attributes|Notes|Parameters|Raises|Returns)\n-+\n", re.MULTILINE)
_QUALIFIED = re.compile(r"services__(\w+?)__(?:\w+__)?(\w+)$")
_ENTRY = re.compile(r"^(\S.*?) : .+\n((?:    .+\n?)+)", re.MULTILINE)


class AmbiguousName(Exception):
    """Two models of one service have the same name; one must be renamed."""


class Untitled(GenerateJsonSchema):
    """Schemas without a title for every member, which only repeats its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never (pydantic asks for each member)."""
        return False


def schemas_of(
    types: Mapping[str, Any],
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Schema of each type, and the components that they refer to, by name."""
    adapters = [(name, "validation", TypeAdapter(type_)) for name, type_ in types.items()]
    found, shared = TypeAdapter.json_schemas(
        adapters,  # type: ignore[arg-type]
        ref_template=PREFIX + "{model}",
        schema_generator=Untitled,
    )
    components: dict[str, Any] = shared.get("$defs", {})
    names = _names(components)
    explained = {name: described(schema) for name, schema in components.items()}
    return (
        {key: _renamed(_untitled(schema), names) for (key, _mode), schema in found.items()},
        {names[n]: _renamed(s, names) for n, s in sorted(explained.items(), key=_second(names))},
    )


def _second(names: Mapping[str, str]) -> Any:
    return lambda item: names[item[0]]


def _names(components: Mapping[str, Any]) -> dict[str, str]:
    """Names of the components; where two services have the same one, the service comes first."""
    names: dict[str, str] = {}
    for name in components:
        qualified = _QUALIFIED.match(name)
        short = f"{qualified[1].title()}{qualified[2]}" if qualified else name
        if short in names.values():
            raise AmbiguousName(f"{name}: another model is called {short} already")
        names[name] = short
    return names


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """Component with the first part of its docstring, and its members with theirs."""
    text = schema.get("description", "")
    summary, *sections = _SECTION.split(text)
    explained = {
        member: " ".join(sentence.split()).replace("``", "`")
        for section in sections
        for members, sentence in _ENTRY.findall(section + "\n")
        for member in members.split(", ")
    }
    properties = {
        name: {**each, "description": explained[name]} if name in explained else each
        for name, each in schema.get("properties", {}).items()
    }
    kept = {key: value for key, value in schema.items() if key != "title"}
    if properties:
        kept["properties"] = properties
    if summary:
        paragraph = summary.partition("\n\n")[0]
        kept["description"] = " ".join(paragraph.split()).replace("``", "`")
    return kept


def _untitled(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in {"title", "description"}}


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: PREFIX + names[each.removeprefix(PREFIX)]
            if key == "$ref"
            else _renamed(each, names)
            for key, each in value.items()
        }
    return [_renamed(each, names) for each in value] if isinstance(value, list) else value
