"""Look up every locked package for known vulnerabilities: ``python -m scripts.audit``.

pip-audit asks PyPI, one question a package. A finding fails. That nobody could be asked does not,
but it is said: a check without a network, or behind a mirror that does not pass these questions on,
is not an audit. pip-audit itself calls a package that PyPI answers 404 for skipped, and is content.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scripts.locked import locked

ACCEPTED: Mapping[str, str] = {}
"""Identifiers of vulnerabilities that do not reach us, each with the reason."""
_OF_THE_NETWORK = ("ConnectionError", "ServiceError", "Timeout", "Could not connect", "SSLError")
_SHOWN = 5


class Verdict(NamedTuple):
    """What an audit comes to: the exit status, and what to say."""

    status: int
    lines: list[str]


def main() -> int:
    """Audit what ``uv.lock`` has for the functions, the tests and the tools."""
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(locked(), encoding="utf-8")
        verdict = _audited(requirements)
    print(*verdict.lines, sep="\n")
    return verdict.status


def _audited(requirements: Path) -> Verdict:
    options = ["--vulnerability-service", "pypi", "--format", "json", "--progress-spinner", "off"]
    # Everything is pinned with its hashes: nothing is resolved, so nothing is installed.
    options += ["--requirement", str(requirements), "--disable-pip", "--require-hashes"]
    options += [part for name in ACCEPTED for part in ("--ignore-vuln", name)]
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", *options], capture_output=True, text=True, check=False
    )
    return judge(done.stdout, done.stderr)


def judge(output: str, said: str) -> Verdict:
    """Read what pip-audit printed.

    Parameters
    ----------
    output : str
        Its JSON document; empty if it gave up.
    said : str
        What it wrote to standard error.
    """
    try:
        packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        return _gave_up(said)
    found = [package for package in packages if package.get("vulns")]
    if found:
        return Verdict(1, [line for package in found for line in _findings(package)])
    unasked = [package["name"] for package in packages if "skip_reason" in package]
    if packages and len(unasked) == len(packages):
        return _skipped(f"PyPI knows none of the {len(packages)} packages here; a mirror?")
    lines = [f"audit: no vulnerability known, packages looked up: {len(packages) - len(unasked)}"]
    return Verdict(0, lines + ([f"audit: nothing known of {_some(unasked)}"] if unasked else []))


def _gave_up(said: str) -> Verdict:
    last = said.strip().rpartition("\n")[2]
    if any(name in said for name in _OF_THE_NETWORK):
        return _skipped(last)
    return Verdict(1, [f"audit: pip-audit failed: {last}"])


def _skipped(why: str) -> Verdict:
    return Verdict(0, [f"audit: SKIPPED, nobody could be asked for vulnerabilities: {why[:200]}"])


def _findings(package: Mapping[str, Any]) -> list[str]:
    name = f"{package['name']} {package['version']}"
    return [
        f"audit: {name}: {each['id']}, fixed in {', '.join(each['fix_versions']) or 'none'}"
        for each in package["vulns"]
    ]


def _some(names: list[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


if __name__ == "__main__":
    sys.exit(main())
