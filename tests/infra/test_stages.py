"""One description, several deployments: what a stage changes, and what settings it needs."""

import re
import time
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.constructs.bundling import SOURCE_ONLY, copy_services, locked_requirements
from infra.settings import InfraSettings
from services.shared.permissions import ROLES
from tests.infra.architecture import ROOT
from tests.infra.assembly import REQUIRED, REQUIRED_AT_THE_EDGE, Assembly, synthesize


def test_stacks_are_named_after_the_stage(dev: Assembly, prod: Assembly, local: Assembly) -> None:
    everywhere = ("State", "Services", "Watch")
    assert set(dev.templates) == {f"Tashawur-dev-{part}" for part in everywhere}
    assert set(prod.templates) == {f"Tashawur-prod-{part}" for part in (*everywhere, "Edge")}
    assert set(local.templates) == {f"Tashawur-local-{part}" for part in everywhere}


def test_the_local_stage_has_the_same_resources_as_dev(dev: Assembly, local: Assembly) -> None:
    beside = {"AWS::Lambda::LayerVersion"}
    beside |= {f"AWS::Cognito::UserPool{part}" for part in ("", "Client", "Domain", "Group")}
    kinds = {
        resource["Type"]
        for template in dev.templates.values()
        for resource in template["Resources"].values()
    }
    for kind in kinds - beside:
        assert sorted(local.resources(kind)) == sorted(dev.resources(kind)), kind
    assert not any(local.resources(kind) for kind in beside)


def test_the_local_stage_trusts_the_local_issuer(local: Assembly) -> None:
    for function in local.functions().values():
        variables = function["Environment"]["Variables"]
        assert variables["OIDC_ISSUER"] == "http://localhost/_local/oidc"
        assert variables["OIDC_AUDIENCE"] == "tashawur-local"
        assert variables["OIDC_JWKS_URL"] == "http://localhost/_local/oidc/jwks.json"
        assert variables["PUBLIC_BASE_URL"] == "http://localhost"


def test_the_local_stage_is_synthesized_in_seconds(tmp_path: Path) -> None:
    started = time.monotonic()
    synthesize(tmp_path, stage="local")
    assert time.monotonic() - started < 10


def test_dev_makes_accounts_with_a_group_for_each_role(dev: Assembly) -> None:
    groups = dev.of_type("AWS::Cognito::UserPoolGroup").values()
    assert sorted(group["GroupName"] for group in groups) == sorted(ROLES)
    ((pool, properties),) = dev.of_type("AWS::Cognito::UserPool").items()
    assert properties["UsernameAttributes"] == ["email"]
    ((client, _),) = dev.of_type("AWS::Cognito::UserPoolClient").items()
    (authorizer,) = dev.of_type("AWS::ApiGatewayV2::Authorizer").values()
    audience = [dev.text(value) for value in authorizer["JwtConfiguration"]["Audience"]]
    assert audience == [f"${{{client}}}"]
    issuer = dev.text(authorizer["JwtConfiguration"]["Issuer"])
    assert issuer == f"https://cognito-idp.me-south-1.amazonaws.com/${{{pool}}}"
    variables = dev.functions()["topics-read"]["Environment"]["Variables"]
    assert dev.text(variables["OIDC_ISSUER"]) == issuer
    assert dev.text(variables["OIDC_JWKS_URL"]) == f"{issuer}/.well-known/jwks.json"


def test_no_user_can_change_their_own_groups_or_sign_in_without_proof(dev: Assembly) -> None:
    (client,) = dev.of_type("AWS::Cognito::UserPoolClient").values()
    flows = {"ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"}
    assert set(client["ExplicitAuthFlows"]) == flows
    (pool,) = dev.of_type("AWS::Cognito::UserPool").values()
    assert not pool.get("Schema")


def test_an_issuer_of_ones_own_replaces_the_user_pool(prod: Assembly) -> None:
    assert not prod.of_type("AWS::Cognito::UserPool")
    (authorizer,) = prod.of_type("AWS::ApiGatewayV2::Authorizer").values()
    assert authorizer["JwtConfiguration"] == {
        "Audience": ["consultations"],
        "Issuer": "https://id.example.gov",
    }
    variables = prod.functions()["comments-submit"]["Environment"]["Variables"]
    assert variables["OIDC_JWKS_URL"] == "https://id.example.gov/keys"


def test_the_public_address_is_the_apis_own_unless_another_is_set(
    dev: Assembly, prod: Assembly
) -> None:
    (api,) = dev.of_type("AWS::ApiGatewayV2::Api")
    own = dev.functions()["archive-read"]["Environment"]["Variables"]["PUBLIC_BASE_URL"]
    assert own == {"Fn::GetAtt": [api, "ApiEndpoint"]}
    set_ = prod.functions()["archive-read"]["Environment"]["Variables"]["PUBLIC_BASE_URL"]
    assert set_ == "https://consultations.example.gov"


def test_functions_get_the_shared_layer_and_a_few_one_more(dev: Assembly) -> None:
    groups = {
        "topics-calendar": "calendar",
        "comments-submit": "intake",
        "analysis-run": "texts",
        "analysis-export": "charts",
        "analysis-charts": "charts",
        "archive-seal": "report",
    }
    more: dict[str, set[str]] = {name: set() for name in ("outreach", *groups.values())}
    for name, function in dev.functions().items():
        _, *own = [layer["Ref"] for layer in function["Layers"]]
        group = groups.get(name, name.partition("-")[0])
        assert len(own) == (1 if group in more else 0), name
        more.get(group, set()).update(own)
    assert [len(layers) for layers in more.values()] == [1] * len(more)
    assert len(set.union(*more.values())) == len(more)


@pytest.mark.parametrize("missing", sorted(REQUIRED))
def test_outside_local_region_and_sender_are_required(missing: str) -> None:
    settings = {name: value for name, value in REQUIRED.items() if name != missing}
    with pytest.raises(ValidationError, match=f"TASHAWUR_{missing.upper()}"):
        InfraSettings.model_validate({"stage": "dev", **settings})


@pytest.mark.parametrize("missing", sorted(REQUIRED_AT_THE_EDGE))
def test_prod_has_an_edge_which_needs_an_address_and_its_certificate(missing: str) -> None:
    edge = {name: value for name, value in REQUIRED_AT_THE_EDGE.items() if name != missing}
    with pytest.raises(ValidationError, match=f"TASHAWUR_{missing.upper()}"):
        InfraSettings.model_validate({"stage": "prod", **REQUIRED, **edge})
    complete = InfraSettings.model_validate({"stage": "prod", **REQUIRED, **REQUIRED_AT_THE_EDGE})
    assert complete.edge


def test_half_an_issuer_is_refused() -> None:
    with pytest.raises(ValidationError, match="an issuer needs all of"):
        InfraSettings.model_validate({**REQUIRED, "oidc_issuer": "https://id.example.gov"})


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASHAWUR_STAGE", "prod")
    monkeypatch.setenv("TASHAWUR_REGION", "me-central-1")
    monkeypatch.setenv("TASHAWUR_OUTREACH_SENDER", "consultations@example.gov")
    monkeypatch.setenv("TASHAWUR_LOG_RETENTION_DAYS", "90")
    monkeypatch.setenv("TASHAWUR_EDGE", "false")
    settings = InfraSettings.load()
    assert (settings.stage, settings.region) == ("prod", "me-central-1")
    assert settings.log_retention_days == 90
    assert settings.edge is False
    assert settings.archive_retention_days == 3650


@pytest.mark.parametrize(
    "selection",
    [
        ("--no-dev",),
        ("--only-group", "outreach"),
        ("--only-group", "report"),
        ("--only-group", "calendar"),
    ],
)
def test_every_package_of_a_layer_can_be_had_for_the_functions_platform(
    selection: tuple[str, ...],
) -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    wheels = {
        package["name"]: [wheel["url"].rpartition("/")[2] for wheel in package.get("wheels", [])]
        for package in lock["package"]
    }
    names = re.findall(r"^([\w.-]+)==", locked_requirements(*selection), re.MULTILINE)
    assert names
    fitting = re.compile(r"-none-any\.whl|-(cp313-cp313|cp3\d+-abi3)-.*manylinux.*aarch64")
    without = [name for name in names if not any(map(fitting.search, wheels[name]))]
    assert set(without) <= {SOURCE_ONLY}


@pytest.mark.filterwarnings("ignore:no Python 3.13 here")
def test_the_package_holds_the_services_and_nothing_that_no_function_reads(tmp_path: Path) -> None:
    copy_services(tmp_path)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert {"services/__init__.py", "services/shared/messages.json"} <= files
    assert {"services/topics/openapi.json", "services/shared/problem_types.json"} <= files
    assert "services/archive/schemas/comments/shard.schema.json" in files
    assert "services/archive/report/page.html.j2" in files
    assert not [name for name in files if name.endswith(".md") or "/contracts" in name]


def test_the_readme_has_every_stack_and_every_setting(prod: Assembly) -> None:
    readme = (ROOT / "infra" / "README.md").read_text("utf-8")
    for stack in [*prod.templates, "Tashawur-prod-Copies"]:
        assert f"`{stack.replace('prod', '<stage>')}`" in readme
    for setting in InfraSettings.model_fields:
        assert f"`{setting.upper()}`" in readme, setting
