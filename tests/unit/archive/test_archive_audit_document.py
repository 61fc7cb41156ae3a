"""What the documentation has readers do by hand finds what the program finds."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from services.archive.model.audit import Row, public
from tests.unit.archive.records import lines
from tests.unit.archive.trails import of_length

DOCUMENT = Path(__file__).parents[3] / "docs" / "audit.md"


def by_hand(rows: list[Row], place: Path) -> subprocess.CompletedProcess[str]:
    """Run the documented example on a trail."""
    [example] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    (place / "example.py").write_text(example, "utf-8")
    (place / "audit.jsonl").write_bytes(lines(rows))
    command = [sys.executable, "-I", "-S", "example.py", "audit.jsonl"]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)


def test_the_documented_example_verifies_a_trail_whole_and_in_public(tmp_path: Path) -> None:
    rows = of_length(4)
    for trail in (rows, list(public(rows))):
        done = by_hand(trail, tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.split() == ["4", rows[3]["hash"]]


@pytest.mark.parametrize("field", ["source", "occurred_at", "data", "actor", "previous", "hash"])
def test_the_documented_example_finds_a_change(field: str, tmp_path: Path) -> None:
    rows = of_length(4)
    rows[2][field] = "tashawur.comments" if field == "source" else rows[1][field]
    assert "AssertionError" in by_hand(rows, tmp_path).stderr
