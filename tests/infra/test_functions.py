"""Every function of docs/architecture.md exists, alone in its role and named as documented."""

from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest

from services.shared.permissions import PERMISSIONS
from services.shared.settings import Settings
from tests.infra.architecture import ROOT, definition, documented, states
from tests.infra.assembly import Assembly, name_of

SERVICES = sorted({entry.service for entry in documented().values()})


def test_the_functions_are_those_that_the_architecture_names(dev: Assembly) -> None:
    assert set(dev.functions()) == set(documented())


@pytest.mark.parametrize("name", sorted(documented()))
def test_every_function_has_a_handler_in_the_checkout(name: str) -> None:
    service, _, handler = name.partition("-")
    assert (ROOT / "services" / service / "handlers" / f"{handler}.py").is_file()


def test_every_handler_in_the_checkout_has_a_function() -> None:
    handlers = {
        f"{path.parts[-3]}-{path.stem}"
        for path in Path(ROOT / "services").glob("*/handlers/*.py")
        if path.stem != "__init__"
    }
    assert handlers <= set(documented())


def test_names_follow_from_stage_service_and_handler(dev: Assembly) -> None:
    for name, function in dev.functions().items():
        assert function["FunctionName"] == f"tashawur-dev-{name.replace('_', '-')}"


def test_no_two_functions_share_a_role(dev: Assembly) -> None:
    roles = [function["Role"]["Fn::GetAtt"][0] for function in dev.functions().values()]
    assert len(set(roles)) == len(roles)


def test_roles_hold_no_managed_and_no_detached_policies(dev: Assembly) -> None:
    for role in dev.of_type("AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role
    assert not dev.of_type("AWS::IAM::Policy")


def test_functions_run_on_arm_with_python_3_13_and_are_traced(dev: Assembly) -> None:
    for function in dev.functions().values():
        assert function["Architectures"] == ["arm64"]
        assert function["Runtime"] == "python3.13"
        assert function["TracingConfig"] == {"Mode": "Active"}


def test_logs_are_json_and_do_not_stay_for_ever(dev: Assembly, prod: Assembly) -> None:
    for assembly, days in ((dev, 30), (prod, 365)):
        groups = assembly.of_type("AWS::Logs::LogGroup")
        for name, group in groups.items():
            attacks = name.startswith("Firewall")
            assert group["RetentionInDays"] == (30 if attacks else days)
        for function in assembly.functions().values():
            logging = function["LoggingConfig"]
            assert logging["LogFormat"] == "JSON"
            group = groups[logging["LogGroup"]["Ref"]]
            assert group["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"


def test_one_variable_never_has_two_values(dev: Assembly) -> None:
    values: dict[str, set[str]] = defaultdict(set)
    for function in dev.functions().values():
        for variable, value in function["Environment"]["Variables"].items():
            values[variable].add(dev.text(value))
    assert {name: found for name, found in values.items() if len(found) > 1} == {}


@pytest.mark.parametrize("service", SERVICES)
def test_functions_get_the_variables_that_their_service_reads_and_no_others(
    dev: Assembly, service: str
) -> None:
    module = import_module(f"services.{service}.settings")
    (settings,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Settings) and value is not Settings
    )
    fields = settings.model_fields.items()
    read = {name.upper() for name, _ in fields}
    required = {name.upper() for name, field in fields if field.is_required()}
    for name, function in dev.functions().items():
        if name.startswith(f"{service}-"):
            assert required <= set(function["Environment"]["Variables"]) <= read


def test_names_of_other_functions_in_variables_exist(dev: Assembly) -> None:
    existing = {function["FunctionName"] for function in dev.functions().values()}
    for function in dev.functions().values():
        variables = function["Environment"]["Variables"]
        named = {value for name, value in variables.items() if name.endswith("_FUNCTION_NAME")}
        assert named <= existing


def test_functions_are_triggered_as_documented(dev: Assembly) -> None:
    served = {permission.function for permission in PERMISSIONS}
    mapped = dev.mappings()
    invoked = {name for entry in documented().values() for name in entry.invokes}
    tasks = _functions_of_the_workflow(dev)
    for name, entry in documented().items():
        assert (name in served) == (entry.trigger == "HTTP"), name
        assert (name in mapped) == ("stream" in entry.trigger or "SQS" in entry.trigger), name
        assert (name in tasks) == ("state machine" in entry.trigger), name
        assert (name in invoked) == ("invoked" in entry.trigger), name


def test_no_function_outlives_whoever_waits_for_it(dev: Assembly) -> None:
    functions = dev.functions()
    for permission in PERMISSIONS:
        assert functions[permission.function]["Timeout"] < 30
    limits: dict[str, int] = defaultdict(int)
    for _, state in states(definition()):
        if "TimeoutSeconds" in state:
            placeholder = state["Parameters"]["FunctionName"]
            limits[placeholder] = max(limits[placeholder], state["TimeoutSeconds"])
    for placeholder, limit in limits.items():
        assert functions[_named(dev, placeholder)]["Timeout"] < limit


def test_sealing_has_a_disk_for_the_longest_file_of_a_record_and_no_other_function_needs_one(
    dev: Assembly,
) -> None:
    disks = {
        name: function["EphemeralStorage"]["Size"]
        for name, function in dev.functions().items()
        if "EphemeralStorage" in function
    }
    assert disks == {"archive-seal": 10_240}


def _functions_of_the_workflow(dev: Assembly) -> set[str]:
    return {
        _named(dev, state["Parameters"]["FunctionName"])
        for _, state in states(definition())
        if state["Type"] == "Task"
    }


def _named(dev: Assembly, placeholder: str) -> str:
    (machine,) = dev.of_type("AWS::StepFunctions::StateMachine").values()
    reference = machine["DefinitionSubstitutions"][placeholder.strip("${}")]
    function = dev.of_type("AWS::Lambda::Function")[reference["Fn::GetAtt"][0]]
    return name_of(function)
