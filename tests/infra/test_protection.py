"""What keeps a deployment in order: tags, log retention, and no deletion by mistake outside dev."""

from typing import Any

import pytest
from pydantic import ValidationError

from infra.settings import InfraSettings
from tests.infra.assembly import (
    REQUIRED,
    REQUIRED_AT_THE_EDGE,
    Assembly,
    as_list,
    name_of,
    synthesize,
)

OWN_POOL = ("PoolId", "ClientId", "LoginUrl")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    """Prod with a user pool of its own, the mail domain verified before, and an alarm address."""
    return synthesize(
        tmp_path_factory.mktemp("own"),
        stage="prod",
        outreach_identity="example.gov",
        alarm_email="operators@example.gov",
        copy_region="eu-central-1",
        login_callback_urls="https://consultations.example.gov/ http://localhost:8765/",
        **REQUIRED,
        **REQUIRED_AT_THE_EDGE,
    )


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_whatever_can_be_tagged_names_project_stage_and_service(
    stage: str, request: pytest.FixtureRequest
) -> None:
    assembly: Assembly = request.getfixturevalue(stage)
    services = {name_of(f).partition("-")[0] for f in assembly.functions().values()} | {"platform"}
    tagged = 0
    for template in assembly.templates.values():
        for name, resource in template["Resources"].items():
            tags = _tags(resource)
            if tags:
                tagged += 1
                assert (tags["project"], tags["stage"]) == ("tashawur", stage), name
                assert tags["service"] in services, name
    assert tagged > 200


def test_functions_and_tables_are_tagged_with_their_service(dev: Assembly) -> None:
    for resource in dev.resources("AWS::Lambda::Function").values():
        service = name_of(resource["Properties"]).partition("-")[0]
        assert _tags(resource)["service"] == service
    for name, resource in dev.resources("AWS::DynamoDB::Table").items():
        assert name.startswith(f"{_tags(resource)['service'].capitalize()}Table")


def test_the_logs_of_functions_workflow_api_and_edge_do_not_stay_for_ever(own: Assembly) -> None:
    groups = own.of_type("AWS::Logs::LogGroup").values()
    names = [group["LogGroupName"] for group in groups]
    assert all(group["RetentionInDays"] in (30, 365) for group in groups)
    for prefix in ("/aws/vendedlogs/states/", "/aws/vendedlogs/apis/", "aws-waf-logs-"):
        assert any(name.startswith(prefix) for name in names)
    assert sum(name.startswith("/aws/lambda/") for name in names) == len(own.functions())


def test_prod_deletes_neither_accounts_nor_tables_nor_stacks_by_mistake(own: Assembly) -> None:
    (pool,) = own.resources("AWS::Cognito::UserPool").values()
    assert pool["Properties"]["DeletionProtection"] == "ACTIVE"
    kept = ("Cognito::UserPool", "DynamoDB::Table", "S3::Bucket", "KMS::Key")
    for kind in kept:
        for name, resource in own.resources(f"AWS::{kind}").items():
            assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain", name
    assert all(table["DeletionProtectionEnabled"] for table in _properties(own, "DynamoDB::Table"))
    assert all(own.protected.values())


def test_dev_can_be_deleted(dev: Assembly) -> None:
    (pool,) = dev.resources("AWS::Cognito::UserPool").values()
    assert pool["Properties"]["DeletionProtection"] == "INACTIVE"
    assert pool["DeletionPolicy"] == "Delete"
    assert not any(dev.protected.values())


def test_an_identity_that_ses_has_verified_already_is_used_and_not_made(own: Assembly) -> None:
    assert not own.of_type("AWS::SES::EmailIdentity")
    sent = [g for g in own.grants("outreach-deliver") if g.action == "ses:SendEmail"]
    used = {grant.resource.rpartition(":")[2] for grant in sent}
    assert {each for each in used if "configuration-set" not in each} == {"identity/example.gov"}
    variables = own.functions()["outreach-deliver"]["Environment"]["Variables"]
    assert variables["OUTREACH_SENDER"] == "consultations@example.gov"


def test_sealed_records_are_kept_in_another_region_and_locked_there(own: Assembly) -> None:
    stack = "Tashawur-prod-Copies"
    assert own.environments[stack].endswith("/eu-central-1")
    resources = own.templates[stack]["Resources"]
    (copies,) = (r["Properties"] for name, r in resources.items() if _is_bucket("Copy", name, r))
    assert copies["ObjectLockEnabled"] is True
    assert copies["VersioningConfiguration"] == {"Status": "Enabled"}
    (archive,) = (b for n, b in own.of_type("AWS::S3::Bucket").items() if "ReplicationC" in str(b))
    (rule,) = archive["ReplicationConfiguration"]["Rules"]
    copied_to = own.text(rule["Destination"]["Bucket"])
    assert copied_to == f"arn:aws:s3:::{own.text(copies['BucketName'])}"
    assert rule["Status"] == "Enabled"
    assert rule["DeleteMarkerReplication"] == {"Status": "Disabled"}


def test_copying_may_add_to_the_copies_and_delete_nothing(own: Assembly) -> None:
    (policy,) = _properties(own, "IAM::Policy")
    actions = {a for s in policy["PolicyDocument"]["Statement"] for a in as_list(s["Action"])}
    assert {"s3:ReplicateObject", "s3:GetObjectRetention"} <= actions
    assert not [action for action in actions if "Delete" in action or "*" in action]


def test_without_another_region_nothing_is_copied(dev: Assembly) -> None:
    assert "Tashawur-dev-Copies" not in dev.templates
    assert not [b for b in dev.of_type("AWS::S3::Bucket").values() if "ReplicationC" in str(b)]


def test_a_copy_in_the_same_region_is_refused() -> None:
    values = {"stage": "dev", **REQUIRED, "copy_region": REQUIRED["region"]}
    with pytest.raises(ValidationError, match="COPY_REGION"):
        InfraSettings.model_validate(values)


def test_alarms_are_mailed_to_whom_the_settings_name(own: Assembly, dev: Assembly) -> None:
    (subscription,) = _properties(own, "SNS::Subscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == (
        "email",
        "operators@example.gov",
    )
    ((topic, _),) = own.of_type("AWS::SNS::Topic").items()
    assert subscription["TopicArn"] == {"Ref": topic}
    assert not dev.of_type("AWS::SNS::Subscription")


def test_alarms_are_encrypted_with_a_key_that_cloudwatch_may_use(dev: Assembly) -> None:
    (topic,) = _properties(dev, "SNS::Topic")
    key = topic["KmsMasterKeyId"]["Fn::GetAtt"][0]
    statements = dev.of_type("AWS::KMS::Key")[key]["KeyPolicy"]["Statement"]
    (allowed,) = (s for s in statements if s["Principal"] == _service("cloudwatch"))
    assert set(allowed["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}
    assert allowed["Condition"]["StringEquals"]["aws:SourceAccount"]


def test_people_sign_in_on_cognitos_pages_with_a_code_and_no_secret(own: Assembly) -> None:
    (client,) = _properties(own, "Cognito::UserPoolClient")
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["GenerateSecret"] is False
    assert client["CallbackURLs"] == [
        "https://consultations.example.gov/",
        "http://localhost:8765/",
    ]
    (domain,) = _properties(own, "Cognito::UserPoolDomain")
    assert own.text(domain["Domain"]) == "tashawur-prod-${AWS::AccountId}"


def test_what_the_tutorial_reads_of_a_deployment_is_put_out(dev: Assembly) -> None:
    assert set(OWN_POOL) <= set(dev.templates["Tashawur-dev-State"]["Outputs"])
    assert "Endpoint" in dev.templates["Tashawur-dev-Services"]["Outputs"]


def _is_bucket(part: str, name: str, resource: dict[str, Any]) -> bool:
    return resource["Type"] == "AWS::S3::Bucket" and part in name


def _tags(resource: dict[str, Any]) -> dict[str, str]:
    tags = resource.get("Properties", {}).get("Tags", {})
    if isinstance(tags, list):
        return {tag["Key"]: tag["Value"] for tag in tags}
    return dict(tags)


def _properties(assembly: Assembly, kind: str) -> list[dict[str, Any]]:
    return list(assembly.of_type(f"AWS::{kind}").values())


def _service(name: str) -> dict[str, str]:
    return {"Service": f"{name}.amazonaws.com"}


@pytest.mark.parametrize(
    ("identity", "fits"),
    [
        ("example.gov", True),
        ("consultations@example.gov", True),
        ("other.gov", False),
        ("ample.gov", False),
        ("news@example.gov", False),
    ],
)
def test_the_sender_must_belong_to_the_verified_identity(identity: str, fits: bool) -> None:
    values = {"stage": "dev", **REQUIRED, "outreach_identity": identity}
    if fits:
        assert InfraSettings.model_validate(values).outreach_identity == identity
    else:
        with pytest.raises(ValidationError, match="OUTREACH_IDENTITY"):
            InfraSettings.model_validate(values)
