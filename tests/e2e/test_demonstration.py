"""The demonstration over HTTP, as `make demo` runs it; each step demands what was promised."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_consultation_goes_through_all_six_steps(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local.demo", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert [step["name"] for step in summary["steps"]] == [
        "define",
        "publish",
        "collect",
        "analyse",
        "announce",
        "archive",
    ]
    outcomes = ("published", "held", "rejected", "withdrawn", "erased")
    assert summary["received"] == sum(summary[name] for name in outcomes)
    assert summary["rejected"] == 14
    assert summary["withdrawn"] == 1
    assert 0 < summary["distinct"] < summary["published"]
    assert summary["verified"] is True
    trail = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert len(trail) == summary["audit_entries"]
    timeline = (tmp_path / "record/topics/timeline.jsonl").read_text("utf-8").splitlines()
    happened = {json.loads(line)["event"] for line in timeline}
    assert happened | {"RecordSealed", "RoundArchived"} <= {entry["type"] for entry in trail}
    assert (tmp_path / "record/manifest.json").is_file()
