"""Fetch the sealed record over the API, and what it says."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from local.demo.client import Client, Unexpected

ROOT = Path(__file__).parents[2]


def download(citizen: Client, *, topic_id: str, folder: Path) -> dict[str, Any]:
    """Write every file of a topic's record into a folder; the record's description is answered."""
    path = f"/v1/topics/{topic_id}/record"
    record = dict(citizen.get(path).json)
    for name in ["manifest.json", *(entry["path"] for entry in record["files"])]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(citizen.get(f"{path}?path={name}").text.encode())
    return record


def verified(folder: Path) -> bool:
    """Tell whether the record is sound, by the command that anybody can run.

    Raises
    ------
    Unexpected
        If it is not; with what the verifier says.
    """
    command = [sys.executable, "-m", "services.archive.verify", str(folder.resolve())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unexpected(f"the record does not verify: {done.stdout}{done.stderr}")
    return True


def dispositions(folder: Path) -> dict[str, int]:
    """How many comments had which outcome."""
    lines = (folder / "analysis" / "dispositions.jsonl").read_text("utf-8").splitlines()
    return dict(sorted(Counter(json.loads(line)["outcome"] for line in lines).items()))


def distinct(folder: Path) -> int:
    """How many different texts there are among the published comments."""
    results = json.loads((folder / "analysis" / "results.json").read_text("utf-8"))
    return int(results["distinct"])
