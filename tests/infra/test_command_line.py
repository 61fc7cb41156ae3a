"""Deploying: the CDK's command line is pinned, and reads what we synthesize."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scripts import cdk
from tests.infra.architecture import ROOT
from tests.infra.assembly import REQUIRED, REQUIRED_AT_THE_EDGE

pytestmark = pytest.mark.xdist_group("command line")  # one installation, not one a worker


def test_the_command_line_is_locked_to_one_version_of_the_public_registry() -> None:
    wanted = json.loads((ROOT / "infra" / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "infra" / "package-lock.json").read_text())["packages"]
    assert set(wanted) == {"aws-cdk"}
    for name, version in wanted.items():
        package = locked[f"node_modules/{name}"]
        assert package["version"] == version
    for path, package in locked.items():
        if path:
            assert urlsplit(package["resolved"]).hostname == "registry.npmjs.org"
            assert package["integrity"].startswith("sha512-")


@pytest.fixture(scope="module")
def installed() -> None:
    try:
        cdk.install(cdk.HOME)
    except cdk.InstallationFailed as error:
        pytest.skip(f"no npm registry here: {error}")


def test_what_is_installed_is_not_installed_again(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_npm(*_arguments: str, **_named: object) -> None:
        raise AssertionError("npm was called again")

    monkeypatch.setattr(cdk, "_npm", no_npm)
    assert cdk.install(cdk.HOME).is_file()


def test_the_command_line_lists_the_stacks_of_a_stage(installed: None, tmp_path: Path) -> None:
    done = _run("ls", "--output", str(tmp_path), stage="prod", **REQUIRED, **REQUIRED_AT_THE_EDGE)
    assert done.returncode == 0, done.stderr
    first, second, *others = done.stdout.split()
    assert (first, second) == ("Tashawur-prod-State", "Tashawur-prod-Services")
    assert sorted(others) == ["Tashawur-prod-Edge", "Tashawur-prod-Watch"]


def test_a_missing_setting_is_named_without_a_traceback(installed: None, tmp_path: Path) -> None:
    done = _run("ls", "--output", str(tmp_path), stage="dev")
    assert done.returncode != 0
    assert "TASHAWUR_REGION" in done.stderr
    assert "Traceback" not in done.stderr


def _run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    given = {f"TASHAWUR_{name.upper()}": value for name, value in settings.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TASHAWUR_")}
    return subprocess.run(
        [sys.executable, "-m", "scripts.cdk", *arguments],
        cwd=ROOT,
        env={**kept, **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
