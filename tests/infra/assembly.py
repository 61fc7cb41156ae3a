"""The synthesized templates, and how to read them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.app import build, cdk_context
from infra.settings import InfraSettings

REQUIRED = {"region": "me-south-1", "outreach_sender": "consultations@example.gov"}
REQUIRED_AT_THE_EDGE = {
    "public_base_url": "https://consultations.example.gov",
    "edge_certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/consultations",
}
_OF_THE_CDK = "__entrypoint__.handler"
_NO_BUNDLING: dict[str, Any] = {"aws:cdk:bundling-stacks": []}


@dataclass(frozen=True)
class Grant:
    """One action on one resource that a role allows."""

    action: str
    resource: str


class Assembly:
    """All templates of one deployment; logical ids are unique across them.

    Attributes
    ----------
    templates : dict
        By the names of the stacks.
    environments : dict
        Account and region of each stack, as the CDK writes them.
    protected : dict
        Whether each stack is protected against deletion.
    """

    def __init__(self, templates: dict[str, Any], artifacts: dict[str, Any]) -> None:
        self.templates = templates
        self.environments = {name: artifacts[name]["environment"] for name in templates}
        self.protected = {
            name: artifacts[name]["properties"].get("terminationProtection", False)
            for name in templates
        }
        self._exports = {
            f"{stack}:{name}": output["Value"]
            for stack, template in templates.items()
            for name, output in template.get("Outputs", {}).items()
        }

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Properties of the resources of a type, by logical id."""
        return {
            name: resource.get("Properties", {}) for name, resource in self.resources(kind).items()
        }

    def resources(self, kind: str) -> dict[str, dict[str, Any]]:
        """Whole resources of a type, by logical id."""
        return {
            name: resource
            for template in self.templates.values()
            for name, resource in template["Resources"].items()
            if resource["Type"] == kind
        }

    def functions(self) -> dict[str, dict[str, Any]]:
        """Properties of the functions, by their names in docs/architecture.md.

        The CDK's own, which carries values between regions while deploying, is none of these.
        """
        return {
            name_of(properties): properties
            for properties in self.of_type("AWS::Lambda::Function").values()
            if properties["Handler"] != _OF_THE_CDK
        }

    def function_id(self, name: str) -> str:
        """Logical id of a function."""
        functions = self.of_type("AWS::Lambda::Function")
        return next(
            key
            for key, properties in functions.items()
            if properties["Handler"] != _OF_THE_CDK and name_of(properties) == name
        )

    def mappings(self) -> dict[str, dict[str, Any]]:
        """Event source mappings, by the function that they start."""
        by_id = {self.function_id(name): name for name in self.functions()}
        return {
            by_id[mapping["FunctionName"]["Ref"]]: mapping
            for mapping in self.of_type("AWS::Lambda::EventSourceMapping").values()
        }

    def grants(self, function: str) -> set[Grant]:
        """Everything that a function's role allows."""
        role = self.functions()[function]["Role"]["Fn::GetAtt"][0]
        return set(self.role_grants(role))

    def role_grants(self, role: str) -> Iterator[Grant]:
        """Everything that a role allows."""
        for statement in self.role_statements(role):
            if statement["Effect"] != "Allow":
                continue
            for action in as_list(statement["Action"]):
                for resource in as_list(statement["Resource"]):
                    yield Grant(action, self.text(resource))

    def role_statements(self, role: str) -> list[dict[str, Any]]:
        """Statements of a role's own policies."""
        policies = self.of_type("AWS::IAM::Role")[role].get("Policies", [])
        return [entry for policy in policies for entry in policy["PolicyDocument"]["Statement"]]

    def text(self, value: Any) -> str:
        """Value as one text; what only the deployment knows reads as ``${LogicalId.Attribute}``."""
        if isinstance(value, str):
            return value
        (function, argument), *others = value.items()
        assert not others, value
        if function == "Ref":
            return f"${{{argument}}}"
        if function == "Fn::GetAtt":
            return f"${{{argument[0]}.{argument[1]}}}"
        if function == "Fn::Join":
            return str(argument[0]).join(self.text(part) for part in argument[1])
        if function == "Fn::ImportValue":
            return self.text(self._exports[argument])
        raise AssertionError(f"unexpected {function}")


def synthesize(outdir: Path, **settings: Any) -> Assembly:
    """Templates of a deployment, nothing bundled."""
    assembly = build(
        InfraSettings.model_validate(settings),
        outdir=str(outdir),
        context=cdk_context() | _NO_BUNDLING,
    )
    templates = {
        path.name.removesuffix(".template.json"): json.loads(path.read_text())
        for path in sorted(Path(assembly.directory).glob("*.template.json"))
    }
    manifest = json.loads((Path(assembly.directory) / "manifest.json").read_text())
    return Assembly(templates, manifest["artifacts"])


def name_of(function: dict[str, Any]) -> str:
    """Name of a function in docs/architecture.md, from its entry point."""
    package, service, handlers, handler, entry = function["Handler"].split(".")
    assert (package, handlers, entry) == ("services", "handlers", "handler")
    return f"{service}-{handler}"


def as_list(value: Any) -> list[Any]:
    """Value as CloudFormation means it: one, or a list of some."""
    return value if isinstance(value, list) else [value]
