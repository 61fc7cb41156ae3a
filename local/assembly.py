"""What CDK synthesized: the templates in the order of their dependencies, and the file assets."""

import json
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

_STACK = "aws:cloudformation:stack"


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """A cloud assembly.

    Attributes
    ----------
    templates : dict
        Templates by stack name, each after those that it depends on.
    assets : dict
        Files or directories by the name under which they would be uploaded.
    """

    templates: dict[str, dict[str, Any]]
    assets: dict[str, Path]

    @classmethod
    def read(cls, directory: Path) -> "Assembly":
        """Read a ``cdk.out`` directory."""
        artifacts = json.loads((directory / "manifest.json").read_text())["artifacts"]
        graph = {name: artifact.get("dependencies", []) for name, artifact in artifacts.items()}
        templates = {}
        for name in TopologicalSorter(graph).static_order():
            if artifacts[name]["type"] == _STACK:
                file = directory / artifacts[name]["properties"]["templateFile"]
                templates[name] = json.loads(file.read_text())
        assets = {}
        for manifest in directory.glob("*.assets.json"):
            for asset in json.loads(manifest.read_text())["files"].values():
                for destination in asset["destinations"].values():
                    assets[destination["objectKey"]] = directory / asset["source"]["path"]
        return cls(templates=templates, assets=assets)
