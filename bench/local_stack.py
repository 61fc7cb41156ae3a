"""How soon the local stack is ready, and what the demonstration takes."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure

ROOT = Path(__file__).parents[1]
_READY = """
from local.stack import LocalStack
from local.synth import assembly

with LocalStack(assembly()):
    pass
"""


def measure() -> Iterator[Figure]:
    """Seconds until ready and for the whole demonstration, peak memory, history events."""
    _run("-c", "from local.synth import assembly; assembly()")
    yield Figure(name="local stack ready", value=_run("-c", _READY), unit="s", aim=15)
    yield Figure(name="make demo", value=_run("-m", "local.demo"), unit="s", aim=90)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Figure(name="peak memory of the demonstration", value=peak, unit="MB")
    summary = json.loads((ROOT / "build/demo/summary.json").read_text("utf-8"))
    execution = summary["executions"][0]
    events, entered = execution["history_events"], execution["transitions"]
    yield Figure(name="history events, standard path", value=events, unit="events", aim=2500)
    yield Figure(name="states entered, standard path", value=entered, unit="states")


def _run(*arguments: str) -> float:
    began = time.perf_counter()
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
