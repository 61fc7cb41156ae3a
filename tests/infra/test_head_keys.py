"""A further key of heads: what is made for it, who may use which; nothing else changes."""

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from infra.constructs.function import BULK
from infra.settings import InfraSettings
from services.shared.head_keys import MOST
from tests.infra.architecture import ROOT
from tests.infra.assembly import (
    REQUIRED,
    REQUIRED_AT_THE_EDGE,
    Assembly,
    Grant,
    as_list,
    synthesize,
)
from tests.support.head_keys import entries

ENDS = ("2027-01-05T09:00:00.000Z", "2028-01-05T09:00:00.000Z")
SIGNERS = {"archive-consume", "archive-grow", "archive-seal"}
_LONG = "x" * 100
"""As long as what only AWS knows, an ARN, may get."""


def _prod(tmp_path_factory: pytest.TempPathFactory, head_keys: Any) -> Assembly:
    settings = {**REQUIRED, **REQUIRED_AT_THE_EDGE, "head_keys": head_keys}
    return synthesize(tmp_path_factory.mktemp("rotated"), stage="prod", **settings)


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> list[Assembly]:
    """A deployment at first, with a second key, with a third."""
    return [_prod(tmp_path_factory, json.dumps(entries(*ENDS[:number]))) for number in range(3)]


def _run(command: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def _signing(assembly: Assembly) -> dict[str, dict[str, Any]]:
    keys = assembly.resources("AWS::KMS::Key").items()
    return {name: key for name, key in keys if key["Properties"].get("KeyUsage") == "SIGN_VERIFY"}


def _variables(assembly: Assembly) -> dict[str, dict[str, Any]]:
    functions = assembly.functions().items()
    return {name: function["Environment"]["Variables"] for name, function in functions}


def _key_of(assembly: Assembly, reference: Any) -> str:
    """Logical id of a key, by its ARN."""
    found = re.fullmatch(r"\$\{(\w+)\.Arn\}", assembly.text(reference))
    assert found, reference
    return found[1]


def test_each_entry_makes_a_key_and_leaves_those_before_it_as_they_are(
    editions: list[Assembly],
) -> None:
    made = [_signing(assembly) for assembly in editions]
    assert [len(keys) for keys in made] == [1, 2, 3]
    for before, after in pairwise(made):
        assert {name: after[name] for name in before} == before
    for key in made[-1].values():
        assert key["DeletionPolicy"] == key["UpdateReplacePolicy"] == "Retain"
        assert key["Properties"]["KeySpec"] == "ECC_NIST_P256"


def _exported(assembly: Assembly) -> dict[str, Any]:
    outputs = assembly.templates["Tashawur-prod-State"]["Outputs"].values()
    return {o["Export"]["Name"]: o["Value"] for o in outputs if "Export" in o}


def _imported(assembly: Assembly) -> set[str]:
    text = json.dumps(assembly.templates["Tashawur-prod-Services"])
    return set(re.findall(r'"Fn::ImportValue": "([^"]+)"', text))


def test_what_functions_import_is_there_until_they_are_deployed_too(
    editions: list[Assembly],
) -> None:
    """CloudFormation refuses to take back what another stack imports."""
    for before, after in pairwise(map(_exported, editions)):
        assert {name: after[name] for name in before} == before


def test_a_key_that_functions_go_by_cannot_be_removed_before_they_let_go_of_it(
    editions: list[Assembly],
) -> None:
    for before, after in pairwise(editions):
        assert _imported(after) - _exported(before).keys()  # forgotten settings: refused
        assert _imported(before) <= _exported(after).keys()  # functions first: possible


def test_functions_go_by_the_newest_key_and_know_all_before_it(editions: list[Assembly]) -> None:
    for number, assembly in enumerate(editions):
        *former, newest = _signing(assembly)
        known = {n: v for n, v in _variables(assembly).items() if "HEAD_KEY_ARN" in v}
        assert {name.partition("-")[0] for name in known} == {"archive", "comments"}
        for name, variables in known.items():
            assert _key_of(assembly, variables["HEAD_KEY_ARN"]) == newest
            assert json.loads(variables["HEAD_KEYS"]) == entries(*ENDS[:number])
            signs = name.startswith("archive-")
            assert ("FORMER_HEAD_KEY_ARN" in variables) is signs
            if signs and former:
                assert _key_of(assembly, variables["FORMER_HEAD_KEY_ARN"]) == former[-1]
            elif signs:
                assert variables["FORMER_HEAD_KEY_ARN"] == ""


def test_the_same_functions_sign_by_the_new_key_and_by_no_earlier_one_for_good(
    editions: list[Assembly],
) -> None:
    for number, assembly in enumerate(editions):
        *former, newest = _signing(assembly)
        found: dict[str, dict[str, Any]] = {}
        for name, function in assembly.functions().items():
            for statement in assembly.role_statements(function["Role"]["Fn::GetAtt"][0]):
                if "kms:Sign" in as_list(statement["Action"]):
                    key = _key_of(assembly, statement["Resource"])
                    assert key not in found.setdefault(name, {})
                    found[name][key] = statement.get("Condition")
        # What is begun before the end may be signed a little later: no function runs for longer.
        late = f"20{26 + number}-01-05T09:15:00Z"
        until = {key: {"DateLessThan": {"aws:CurrentTime": late}} for key in former[-1:]}
        assert found == {name: {newest: None, **until} for name in SIGNERS}
    assert BULK.timeout <= 15 * 60


def test_whoever_shows_the_keys_asks_kms_for_the_newest_alone(editions: list[Assembly]) -> None:
    for assembly in editions:
        *_, newest = _signing(assembly)
        asked = {g for g in assembly.grants("comments-read") if g.action == "kms:GetPublicKey"}
        assert asked == {Grant("kms:GetPublicKey", f"${{{newest}.Arn}}")}


def test_as_many_entries_as_are_taken_fit_into_a_functions_variables(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    ends = [f"20{number}-01-05T09:00:00.000Z" for number in range(30, 30 + MOST)]
    assembly = _prod(tmp_path_factory, entries(*ends))
    for name, variables in _variables(assembly).items():
        told = {n: re.sub(r"\$\{\w+.*?\}", _LONG, assembly.text(v)) for n, v in variables.items()}
        assert sum(len(n) + len(v) for n, v in told.items()) <= 4096, name


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("[", "not JSON"),
        (json.dumps(entries(*ENDS)[1:]), "is valid from 2027-01-05T09:00:00.000Z, not from 1970"),
        (json.dumps([{**entries(*ENDS)[0], "public_key": "AAAA"}]), "its public_key is that of"),
    ],
)
def test_a_wrong_list_ends_synthesis_with_a_sentence(tmp_path: Path, value: str, why: str) -> None:
    variables = {f"TASHAWUR_{name.upper()}": text for name, text in REQUIRED.items()}
    variables |= {"TASHAWUR_HEAD_KEYS": value, "CDK_OUTDIR": str(tmp_path)}
    ran = _run([sys.executable, "-m", "infra.app"], variables)
    assert ran.returncode == 1
    assert re.search(rf"TASHAWUR_\*.*\n.*\nhead_keys.*\n.*{why}", ran.stderr), ran.stderr
    assert "Traceback" not in ran.stderr
    assert not list(tmp_path.iterdir())


def test_the_runbook_takes_the_setting_from_the_public_list() -> None:
    if not all(shutil.which(program) for program in ("bash", "jq")):
        pytest.skip("the runbook's commands need bash and jq")
    section = (ROOT / "docs" / "runbook.md").read_text("utf-8").partition("## Rotate the head")[2]
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    first, second = entries("2026-12-01T09:00:00.000Z", ENDS[0])
    heads = [first, {**second, "valid_until": None}]
    listed = json.dumps({"keys": [{**first, "use": "receipt"}, *heads]})
    curl = f"curl() {{ printf %s '{listed}'; }}"
    shown = f'{curl}\n{block}\nprintf \'%s %s\' "$UNTIL" "$TASHAWUR_HEAD_KEYS"'
    ran = _run(["bash", "-euc", shown], {"API": ""})
    until, _, setting = ran.stdout.partition(" ")
    heads[1]["valid_until"] = until
    settings = InfraSettings.model_validate({**REQUIRED, "head_keys": setting})
    assert [key.model_dump() for key in settings.head_keys] == heads
