"""What the analysis weighs: its layer as it is unpacked, and the imports of a cold start.

Packages are those of this machine, pruned and compiled as a layer's are: wheels
for Lambda's own platform differ by a few MB.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from uv import find_uv_bin

from bench.figure import Figure
from infra.constructs.bundling import locked_requirements, prune

AIM_MB = 250
"""Of all layers and the function's own package together, by Lambda's limits."""
_MB = 1024 * 1024
_IMPORTS = {
    "its function": "services.analysis.handlers.run",
    "all that it works with": "Stemmer, scipy.sparse, sklearn.cluster, sklearn.decomposition",
}


def measure() -> Iterator[Figure]:
    """Megabytes of the layers that the analysis has, and seconds of its imports."""
    both = sum(_size(*group) for group in (("--no-dev",), ("--only-group", "analysis")))
    yield Figure(name="package: the analysis's layers, unpacked", value=both, unit="MB", aim=AIM_MB)
    yield Figure(
        name="package: the charts' layer", value=_size("--only-group", "charts"), unit="MB"
    )
    for name, modules in _IMPORTS.items():
        yield Figure(name=f"package: importing {name}", value=_seconds(modules), unit="s")


def _size(*selection: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(locked_requirements(*selection), encoding="utf-8")
        target = Path(folder) / "python"
        install = [find_uv_bin(), "pip", "install", "--quiet", "--no-deps", "--requirement"]
        subprocess.run(
            [*install, str(requirements), "--target", str(target), "--python", sys.executable],
            check=True,
        )
        prune(target)
        compiler = [sys.executable, "-m", "compileall", "-q", str(target)]
        subprocess.run(compiler, check=True)
        return sum(each.stat().st_size for each in target.rglob("*") if each.is_file()) / _MB


def _seconds(modules: str) -> float:
    """Median of five, in processes of their own."""
    program = f"import time; began = time.perf_counter(); import {modules}; "
    program += "print(time.perf_counter() - began)"
    runs = (
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
        for _ in range(5)
    )
    return sorted(float(done.stdout) for done in runs)[2]
