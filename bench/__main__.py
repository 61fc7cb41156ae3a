"""``python -m bench [NAME …]``: measure all figures, or those of some files."""

import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bench.figure import Figure

_FOLDER = Path(__file__).parent
_NOT_FIGURES = {"__init__", "__main__", "figure"}
OUTPUT = Path("build") / "bench.json"


def figures(names: list[str]) -> Iterator[Figure]:
    """Figures of the named files, measured one after the other."""
    for name in names:
        yield from importlib.import_module(f"bench.{name}").measure()


def main(names: list[str]) -> int:
    """Measure, print a row per figure, write the table as JSON; 1 if a figure misses its aim."""
    known = sorted(path.stem for path in _FOLDER.glob("*.py") if path.stem not in _NOT_FIGURES)
    measured = []
    for figure in figures(names or known):
        missed = figure.aim is not None and figure.value > figure.aim
        aim = "" if figure.aim is None else f"aim {figure.aim:g}{'  MISSED' if missed else ''}"
        print(f"{figure.name:60} {figure.value:10.2f} {figure.unit:7} {aim}", flush=True)
        measured.append(figure)
    OUTPUT.parent.mkdir(exist_ok=True)
    rows = [asdict(figure) for figure in measured]
    OUTPUT.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return int(any(f.aim is not None and f.value > f.aim for f in measured))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
