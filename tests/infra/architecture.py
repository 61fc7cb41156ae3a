"""What docs/architecture.md says about the functions, and what the state machine does."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DEFINITION = ROOT / "statemachine" / "consultation.asl.json"
_FUNCTION = re.compile(r"^[a-z]+-[a-z_]+$")


@dataclass(frozen=True)
class Documented:
    """One row of the table of functions."""

    name: str
    trigger: str
    beyond: str

    @property
    def service(self) -> str:
        """Service that it belongs to."""
        return self.name.partition("-")[0]

    @property
    def invokes(self) -> set[str]:
        """Functions that it may invoke."""
        _, _, names = self.beyond.partition("invoke ")
        return {name for name in re.split(r"[,;\s]+", names) if _FUNCTION.match(name)}


def documented() -> dict[str, Documented]:
    """Rows of the table of functions, by name."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.partition("## The functions")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("|")
    ]
    return {row[0]: Documented(row[0], row[1], row[3]) for row in rows if _FUNCTION.match(row[0])}


def definition() -> dict[str, Any]:
    """The state machine's definition."""
    return dict(json.loads(DEFINITION.read_text(encoding="utf-8")))


def placeholders() -> set[str]:
    """Functions that the definition names, as it names them (``TopicsWorkflowArn``)."""
    return set(re.findall(r"\$\{(\w+)\}", DEFINITION.read_text(encoding="utf-8")))


def in_executions_of_their_own() -> set[str]:
    """States inside distributed maps: the history of the execution itself tells nothing of them."""
    return {
        name
        for _, state in states(definition())
        for inner in [state.get("ItemProcessor", {})]
        if inner.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED"
        for name, _ in states(inner)
    }


def states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """All states, those inside maps and branches too."""
    for name, state in machine["States"].items():
        yield name, state
        inner = [state[key] for key in ("ItemProcessor", "Iterator") if key in state]
        for part in [*inner, *state.get("Branches", [])]:
            yield from states(part)
