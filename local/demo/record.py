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
    listed = (*record["files"], *record["texts"]["files"])
    for name in ["manifest.json", "head.json", "texts.json", *(entry["path"] for entry in listed)]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(citizen.get(f"{path}?path={name}").text.encode())
    return record


def verified(citizen: Client, *, folder: Path) -> bool:
    """Tell whether the record is sound, by the command that anybody can run, with the keys beside.

    Raises
    ------
    Unexpected
        If it is not; with what the verifier says.
    """
    keys = folder.parent / "keys.json"
    keys.write_text(citizen.get("/.well-known/tashawur-keys.json").text, encoding="utf-8")
    _sound("services.archive.verify", folder, "--keys", keys)
    return True


def trail(auditor: Client, *, topic_id: str, folder: Path) -> int:
    """Write a topic's audit trail beside the record and verify it against it; its length.

    Raises
    ------
    Unexpected
        If it is not sound; with what the verifier says.
    """
    path, cursor = f"/v1/audit?topic={topic_id}", ""
    items: list[dict[str, Any]] = []
    while cursor is not None:
        page = auditor.get(f"{path}&cursor={cursor}" if cursor else path).json
        items, cursor = [*items, *page["items"]], page["next_cursor"]
    target = folder / "audit.jsonl"
    target.write_text("".join(f"{json.dumps(entry)}\n" for entry in items), encoding="utf-8")
    _sound("services.archive.verify_audit", target, "--record", folder / "record")
    return len(items)


def dispositions(folder: Path) -> dict[str, int]:
    """How many comments had which outcome."""
    lines = (folder / "analysis" / "dispositions.jsonl").read_text("utf-8").splitlines()
    return dict(sorted(Counter(json.loads(line)["outcome"] for line in lines).items()))


def distinct(folder: Path) -> int:
    """How many different texts there are among the published comments."""
    results = json.loads((folder / "analysis" / "results.json").read_text("utf-8"))
    return int(results["distinct"])


def _sound(program: str, *arguments: Path | str) -> None:
    given = [str(each.resolve() if isinstance(each, Path) else each) for each in arguments]
    command = [sys.executable, "-m", program, *given]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unexpected(f"{program} {' '.join(given)}: {done.stdout}{done.stderr}")
