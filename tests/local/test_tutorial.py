"""The tutorial: what it names exists, and its consultation runs as it is written."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.settings import InfraSettings
from local import synth
from local.stack import LocalStack
from services.shared.permissions import PERMISSIONS, ROLES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = "\n".join(BLOCKS)


def test_the_targets_that_it_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake (?:-s )?([a-z]+) ?(?:STAGE|ROLE|`|$)", TEXT, re.MULTILINE))
    assert {"bootstrap", "deploy", "destroy", "nag", "serve", "token"} <= named
    assert {name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)} == set()


def test_the_settings_that_it_names_exist() -> None:
    named = {name.lower() for name in re.findall(r"TASHAWUR_([A-Z_]+[A-Z])", TEXT)}
    assert named <= set(InfraSettings.model_fields)
    assert {"region", "outreach_sender", "edge_certificate_arn", "alarm_email"} <= named


def test_the_files_and_programs_that_it_names_exist() -> None:
    files = set(re.findall(r"\b((?:examples|infra)/[\w./-]+\.\w+)", TEXT))
    assert files
    assert [name for name in files if not (ROOT / name).is_file()] == []
    programs = re.findall(r"python -m ([\w.]+)", TEXT)
    assert programs
    missing = [p for p in programs if not (ROOT / Path(*p.split("."))).with_suffix(".py").is_file()]
    assert missing == []


def test_the_routes_that_it_names_exist() -> None:
    known = {_shape(permission.route) for permission in PERMISSIONS}
    named = set(re.findall(r"ask ([A-Z]+) \"?(/[^\s\"?]+)", COMMANDS))
    named |= {("GET", path) for path in re.findall(r"`GET (/v1/[^`]+)`", TEXT)}
    assert len(named) > 10
    assert {
        f"{method} {path}" for method, path in named if _shape(f"{method} {path}") not in known
    } == set()


def test_the_groups_that_it_gives_people_exist() -> None:
    people = re.findall(r"^person \S+ +(.+)$", COMMANDS, re.MULTILINE)
    groups = {group for line in people for group in line.split()}
    assert groups - {"agency.health"} <= set(ROLES)
    assert {"officer", "approver", "moderator"} <= groups


def test_its_consultation_runs_as_it_is_written(tmp_path: Path) -> None:
    if not all(shutil.which(program) for program in ("bash", "curl", "jq")):
        pytest.skip("the tutorial's commands need bash, curl and jq")
    section = TEXT.partition("\n## The first consultation\n")[2].partition("\n## ")[0]
    commands = "\n".join(re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL))
    script = tmp_path / "consultation.sh"
    script.write_text(f"set -euo pipefail\n{commands}", encoding="utf-8")
    for name in ("examples", "services", ".venv"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "build").mkdir()
    with LocalStack(synth.assembly(), speed=60) as stack:
        environment = {
            **os.environ,
            "API": stack.url,
            "OFFICER": stack.token("officer", "health", None),
            "APPROVER": stack.token("approver", None, None),
            "MODERATOR": stack.token("moderator", None, None),
            "POLL": "1",
        }
        done = subprocess.run(
            ["bash", str(script)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    for stage in ("scheduled", "collecting", "deciding", "announced", "archived"):
        assert f"the topic is {stage}" in done.stdout
    assert "sound: topic" in done.stdout
    assert done.stdout.rstrip().endswith("true"), said


def _shape(route: str) -> str:
    """A route with whatever stands for its parameters left out."""
    return re.sub(r"\{\w+\}|\$\w+", "*", route)
