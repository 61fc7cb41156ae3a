"""Draw the state machine into ``statemachine/README.md``; ``--check`` only compares.

``python -m scripts.drawing [--check]``
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.generated import keep

FOLDER = Path(__file__).parents[1] / "statemachine"
README = FOLDER / "README.md"
_BEGIN, _END = "```mermaid\n", "```\n"


def drawing() -> str:
    """Mermaid flow chart of the machine: states, transitions, what is caught."""
    machine = json.loads((FOLDER / "consultation.asl.json").read_text("utf-8"))
    lines = ["flowchart TD"]
    for name, state in machine["States"].items():
        lines.append(f"  {name}{_shape(name, state)}")
        lines += [f"  {name} {arrow} {target}" for arrow, target in _arrows(state)]
    return "\n".join(lines) + "\n"


def with_drawing(text: str) -> str:
    """The README with the present drawing in its place."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return before + _BEGIN + drawing() + _END + after


def main(arguments: list[str]) -> int:
    """Write or check the drawing; 1 if a check finds drift."""
    wanted = with_drawing(README.read_text("utf-8"))
    return keep(README, wanted, arguments, program="scripts.drawing")


def _shape(name: str, state: dict[str, Any]) -> str:
    if state["Type"] == "Choice":
        return f"{{{name}}}"
    if "TimeoutSecondsPath" in state:
        return f"([{name}])"
    return f"[[{name}]]" if state["Type"] in {"Map", "Parallel"} else f"[{name}]"


def _arrows(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for rule in state.get("Choices", ()):
        yield f'-- "{_condition(rule)}" -->', rule["Next"]
    if "Default" in state:
        yield '-- "otherwise" -->', state["Default"]
    if "Next" in state:
        yield "-->", state["Next"]
    for catch in state.get("Catch", ()):
        yield f'-. "{", ".join(catch["ErrorEquals"])}" .->', catch["Next"]


def _condition(rule: dict[str, Any]) -> str:
    return ", ".join(_comparison(part) for part in rule.get("And", [rule]))


def _comparison(rule: dict[str, Any]) -> str:
    field = rule["Variable"].rpartition(".")[2]
    value = next(v for k, v in rule.items() if k.endswith("Equals"))
    if isinstance(value, bool):
        return field if value else f"not {field}"
    return str(value) if field == "stage" else f"{field} = {value}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
