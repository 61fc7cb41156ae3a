"""CloudFormation templates: their intrinsic functions and the order of their resources."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

from local.emulator import ACCOUNT, REGION
from local.lambdas import DeploymentError

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")
_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NotificationARNs": [],
}
NO_VALUE = object()
"""What ``AWS::NoValue`` stands for: the property is left out."""


@dataclass(frozen=True, kw_only=True)
class Physical:
    """A created resource: what ``Ref`` and ``Fn::GetAtt`` give for it.

    Attributes
    ----------
    ref : str
        Value of ``Ref``.
    attributes : mapping
        Values of ``Fn::GetAtt`` by name.
    inert : bool
        Nothing stands behind it; any attribute reads as a text that names it.
    """

    ref: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    inert: bool = False

    def attribute(self, name: str) -> Any:
        """Value of an attribute.

        Raises
        ------
        DeploymentError
            If the resource has none of that name.
        """
        if name in self.attributes:
            return self.attributes[name]
        if self.inert:
            return f"arn:aws:local:{REGION}:{ACCOUNT}:{self.ref}/{name}"
        raise DeploymentError(f"{self.ref} has no attribute {name}")


@dataclass
class Template:
    """One stack's template, resolved as its resources come into being.

    Parameters
    ----------
    stack : str
        Name of the stack.
    body : dict
        The template.
    exports : dict
        Exports of all the stacks by name; this one's are added by `export`.
    """

    stack: str
    body: dict[str, Any]
    exports: dict[str, Any]
    resources: dict[str, Physical] = field(default_factory=dict)

    def in_order(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Resources whose condition holds, each after those that it refers to."""
        wanted = {
            name: resource
            for name, resource in self.body.get("Resources", {}).items()
            if "Condition" not in resource or self.condition(resource["Condition"])
        }
        graph = {name: _references(resource) & wanted.keys() for name, resource in wanted.items()}
        for name in TopologicalSorter(graph).static_order():
            yield name, wanted[name]

    def export(self) -> dict[str, Any]:
        """Resolve the outputs, make the exports known, return the outputs by logical name."""
        outputs = {}
        for name, output in self.body.get("Outputs", {}).items():
            if "Condition" in output and not self.condition(output["Condition"]):
                continue
            outputs[name] = self.resolve(output["Value"])
            if "Export" in output:
                self.exports[self.resolve(output["Export"]["Name"])] = outputs[name]
        return outputs

    def resolve(self, value: Any) -> Any:
        """Value with every intrinsic function replaced by what it stands for.

        Raises
        ------
        DeploymentError
            If it refers to what does not exist, or by a function that is not known here.
        """
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](self, argument)
            if name.startswith("Fn::"):
                raise DeploymentError(f"{self.stack}: {name} is not known to the local stack")
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def condition(self, value: Any) -> bool:
        """Tell whether a condition, by name or as an expression, holds."""
        if isinstance(value, str):
            return self.condition(self.body["Conditions"][value])
        name, argument = next(iter(value.items()))
        if name == "Condition":
            return self.condition(argument)
        if name == "Fn::Equals":
            return bool(self.resolve(argument[0]) == self.resolve(argument[1]))
        if name == "Fn::Not":
            return not self.condition(argument[0])
        if name == "Fn::And":
            return all(map(self.condition, argument))
        if name == "Fn::Or":
            return any(map(self.condition, argument))
        raise DeploymentError(f"{self.stack}: condition {name} is not known to the local stack")

    def ref(self, name: str) -> Any:
        """Value of ``Ref``."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in ("AWS::StackName", "AWS::StackId"):
            return self.stack
        if name in _PSEUDO:
            return _PSEUDO[name]
        if name in self.resources:
            return self.resources[name].ref
        parameter = self.body.get("Parameters", {}).get(name, {})
        if "Default" not in parameter:
            raise DeploymentError(f"{self.stack}: Ref to unknown {name}")
        return parameter["Default"]

    def get_attribute(self, argument: Any) -> Any:
        """Value of ``Fn::GetAtt``."""
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        if name not in self.resources:
            raise DeploymentError(f"{self.stack}: Fn::GetAtt of unknown {name}")
        return self.resources[name].attribute(attribute)

    def substitute(self, argument: Any) -> str:
        """Value of ``Fn::Sub``."""
        text, given = (argument, {}) if isinstance(argument, str) else argument

        def value(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return "${" + name + "}"
            if name in given:
                return str(self.resolve(given[name]))
            return str(self.get_attribute(name) if "." in name else self.ref(name))

        return _PLACEHOLDER.sub(value, text)

    def import_value(self, argument: Any) -> Any:
        """Value of ``Fn::ImportValue``."""
        name = self.resolve(argument)
        if name not in self.exports:
            raise DeploymentError(f"{self.stack}: nothing exports {name}")
        return self.exports[name]

    def find_in_map(self, argument: list[Any]) -> Any:
        """Value of ``Fn::FindInMap``."""
        mapping, first, second = map(self.resolve, argument[:3])
        return self.body["Mappings"][mapping][first][second]


_FUNCTIONS: dict[str, Callable[[Template, Any], Any]] = {
    "Ref": Template.ref,
    "Fn::GetAtt": Template.get_attribute,
    "Fn::Sub": Template.substitute,
    "Fn::ImportValue": Template.import_value,
    "Fn::FindInMap": Template.find_in_map,
    "Fn::Join": lambda t, a: str(a[0]).join(str(item) for item in t.resolve(a[1])),
    "Fn::Split": lambda t, a: t.resolve(a[1]).split(a[0]),
    "Fn::Select": lambda t, a: t.resolve(a[1])[int(t.resolve(a[0]))],
    "Fn::If": lambda t, a: t.resolve(a[1] if t.condition(a[0]) else a[2]),
}


def _references(value: Any) -> set[str]:
    """Logical names that a resource refers to, or must come after."""
    if isinstance(value, list):
        return set().union(*map(_references, value))
    if not isinstance(value, dict):
        return set()
    found: set[str] = set()
    for key, item in value.items():
        if key == "Ref":
            found.add(str(item))
        elif key == "Fn::GetAtt":
            found.add(item.split(".")[0] if isinstance(item, str) else item[0])
        elif key == "DependsOn":
            found.update([item] if isinstance(item, str) else item)
        elif key == "Fn::Sub":
            text = item if isinstance(item, str) else item[0]
            found.update(name.split(".")[0] for _, name in _PLACEHOLDER.findall(text))
            found |= _references(item)
        else:
            found |= _references(item)
    return found
