"""The audit fails on findings, and says so when it could not ask."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripts.audit import ACCEPTED, judge
from scripts.locked import ROOT

CLEAR = {"name": "jinja2", "version": "3.1.6", "vulns": []}
SKIPPED = {"name": "six", "skip_reason": "Dependency not found on PyPI"}
FOUND = {
    "name": "lxml",
    "version": "6.1.3",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["6.1.4"], "aliases": [], "description": ""}],
}


def _document(*packages: Any) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_finding_fails_and_is_named() -> None:
    status, lines = judge(_document(CLEAR, FOUND, SKIPPED), "Found 1 known vulnerability")
    assert status == 1
    assert lines == ["audit: lxml 6.1.3: PYSEC-2026-1, fixed in 6.1.4"]


def test_nothing_found_is_said_with_how_many_were_asked_for() -> None:
    assert judge(_document(CLEAR), "") == (
        0,
        ["audit: no vulnerability known, packages looked up: 1"],
    )


def test_packages_that_nobody_knows_are_named() -> None:
    status, lines = judge(_document(CLEAR, SKIPPED), "")
    assert status == 0
    assert lines[1] == "audit: nothing known of six"


def test_a_mirror_that_knows_no_package_is_no_audit() -> None:
    status, (line,) = judge(_document(SKIPPED, SKIPPED), "No known vulnerabilities found")
    assert status == 0
    assert line.startswith("audit: SKIPPED")


def test_a_tool_that_fails_otherwise_is_a_failure() -> None:
    for said in ("", "Traceback\nTypeError: no", "ERROR: requirements are not hashed"):
        assert judge("", said).status == 1


def test_where_no_network_is_the_audit_is_skipped_in_so_many_words(tmp_path: Path) -> None:
    cache = {"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}  # no answers of last time
    nowhere = {**os.environ, **cache, "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}
    done = subprocess.run(
        [sys.executable, "-m", "scripts.audit"],
        cwd=ROOT,
        env=nowhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("audit: SKIPPED")


def test_what_is_accepted_has_a_reason() -> None:
    assert all(ACCEPTED.values())
