"""Cold import of each handler against the floor that every function pays.

The floor is ``import boto3, aws_lambda_powertools`` and one client, as a container without our
code would pay it; both sides start a fresh interpreter, in turn, and the medians are compared. A
handler makes its client on first use, so its own is made after its import.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure

ROOT = Path(__file__).parents[1]
ROUNDS = 5
AIM = 1.1
_FLOOR = "import boto3, aws_lambda_powertools; boto3.client('dynamodb')"
_OURS = "import {}; from services.shared import aws; aws.client('dynamodb')"


def measure() -> Iterator[Figure]:
    """Ratio of each handler's cold import to the floor, and the floor itself in seconds."""
    handlers = sorted(ROOT.glob("services/*/handlers/[a-z]*.py"))
    commands = {_module(path): _OURS.format(_module(path)) for path in handlers}
    times: dict[str, list[float]] = {name: [] for name in ["floor", *commands]}
    for _ in range(ROUNDS):
        times["floor"].append(_seconds(_FLOOR))
        for name, command in commands.items():
            times[name].append(_seconds(command))
    floor = statistics.median(times.pop("floor"))
    yield Figure(name="cold import: floor", value=floor, unit="s")
    for name, seconds in times.items():
        ratio = statistics.median(seconds) / floor
        yield Figure(name=f"cold import: {name}", value=ratio, unit="ratio", aim=AIM)


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _seconds(code: str) -> float:
    began = time.perf_counter()
    environment = os.environ | {"AWS_DEFAULT_REGION": "me-south-1"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    return time.perf_counter() - began
