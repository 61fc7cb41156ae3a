"""The runbook names what exists, and every alarm finds its page there."""

import re
from pathlib import Path
from typing import Any

import pytest

from infra.constructs.names import pascal
from local.synth import assembly
from services.shared.permissions import PERMISSIONS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "runbook.md").read_text("utf-8")
NAMES = set(re.findall(r"`([^`]+)`", TEXT))
SERVICES = {path.parent.name for path in ROOT.glob("services/*/handlers")}
_ALARM = re.compile(r"Alarms(\w+)[0-9A-F]{8}")
_HIDDEN = ("-dead-letters", "-undelivered")


def resources(kind: str) -> dict[str, dict[str, Any]]:
    templates = assembly().templates.values()
    return {
        name: resource.get("Properties", {})
        for template in templates
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


@pytest.fixture(scope="module")
def functions() -> set[str]:
    found = resources("AWS::Lambda::Function").values()
    return {"-".join(each["Handler"].split(".")[1:4:2]) for each in found}


@pytest.fixture(scope="module")
def queues() -> set[str]:
    found = resources("AWS::SQS::Queue").values()
    names = {str(queue["QueueName"]).removeprefix("tashawur-local-") for queue in found}
    return {name for name in names if not name.endswith(_HIDDEN)}


@pytest.fixture(scope="module")
def alarms() -> set[str]:
    found = (_ALARM.fullmatch(name) for name in resources("AWS::CloudWatch::Alarm"))
    return {match[1] for match in found if match}


def described(functions: set[str], queues: set[str]) -> dict[str, set[str]]:
    """Alarms that each name in the runbook stands for; ``<…>`` stands for each of the tables'."""
    rows = [line for line in TEXT.splitlines() if line.startswith("| `")]
    named = {name for line in rows for name in re.findall(r"`([^`]+)`", line.split("|")[1])}
    of_functions = {pascal(name) for name in functions & named}
    of_queues = {pascal(name.replace("-", "_")) for name in queues & named}
    expanded = {}
    for name in NAMES:
        parts = of_queues if name.startswith("<Queue>") else of_functions
        pattern = re.sub(r"^<(Queue|Function)>", "{}", name)
        expanded[name] = {pattern.format(part) for part in parts} if "{}" in pattern else {name}
    return expanded


def test_every_alarm_is_described(alarms: set[str], functions: set[str], queues: set[str]) -> None:
    covered = set().union(*described(functions, queues).values())
    assert alarms - covered == set()


def test_every_alarm_that_is_named_exists(
    alarms: set[str], functions: set[str], queues: set[str]
) -> None:
    suffixes = ("Errors", "Late", "Parked", "DeadLetters", "Undelivered")
    for name, meant in described(functions, queues).items():
        if name.startswith("Execution") or name.endswith(suffixes):
            assert meant & alarms, name


def test_every_function_and_every_queue_is_in_it_and_no_other(
    functions: set[str], queues: set[str]
) -> None:
    named = {name for name in NAMES if re.fullmatch(r"[a-z]+-[a-z_]+", name)}
    of_services = {name for name in named if name.partition("-")[0] in SERVICES}
    assert of_services == functions
    assert queues <= of_services


def test_every_queue_has_its_row(queues: set[str]) -> None:
    section = TEXT.partition("## A queue is stuck")[2].partition("| alarm |")[0]
    assert set(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE)) == queues


def test_every_route_that_is_named_exists_and_every_route_of_operation_is_named() -> None:
    routes = {name.partition("?")[0] for name in NAMES if re.match(r"(GET|POST|PUT) /", name)}
    existing = {permission.route for permission in PERMISSIONS}
    assert routes <= existing
    assert {route for route in existing if "/v1/ops/" in route} <= routes


def test_every_event_that_is_named_exists() -> None:
    events = {path.stem for path in ROOT.glob("services/*/contracts/events/*.json")}
    named = {name for name in NAMES if name.startswith("Counters")}
    assert named
    assert named <= events
