"""What the synthesized templates say of the functions: nothing of it is written here again."""

from collections.abc import Iterator
from functools import cache
from typing import Any


@cache
def memory() -> dict[str, int]:
    """Memory (MB) of each function, by its name in docs/architecture.md."""
    return {
        _function(resource["FunctionName"]): int(resource["MemorySize"])
        for resource in _resources("AWS::Lambda::Function")
    }


@cache
def lanes_per_shard(function: str) -> int:
    """Batches of one shard of its table's stream that a function is given at the same time."""
    return next(
        int(resource.get("ParallelizationFactor", 1))
        for resource in _resources("AWS::Lambda::EventSourceMapping")
        if "StartingPosition" in resource and function in str(resource["FunctionName"])
    )


def _function(name: str) -> str:
    from local.synth import STAGE

    return name.removeprefix(f"tashawur-{STAGE}-")


def _resources(kind: str) -> Iterator[dict[str, Any]]:
    from local.synth import assembly

    for template in assembly().templates.values():
        for resource in template["Resources"].values():
            if resource["Type"] == kind:
                yield resource["Properties"]
