from typing import Any

import pytest

from local.assembly import Assembly
from local.lambdas import DeploymentError
from local.stack import LocalStack
from tests.local import little

ROLE = little.SERVICES["Resources"]["Role"]


def standing(resources: dict[str, Any], **outputs: Any) -> LocalStack:
    body = {"Resources": resources, "Outputs": {n: {"Value": v} for n, v in outputs.items()}}
    return LocalStack(Assembly(templates={"Stack": body}, assets={}), speed=0)


def function(**variables: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Handler": "tests.local.functions.variable",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Environment": {"Variables": variables},
        },
    }


def test_a_type_that_is_neither_created_nor_inert_is_an_error_that_names_it() -> None:
    with pytest.raises(DeploymentError, match="AWS::Neptune::DBCluster"):
        standing({"Graph": {"Type": "AWS::Neptune::DBCluster"}}).start()


def test_a_rule_with_a_target_that_nothing_delivers_to_is_refused() -> None:
    rule = {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventPattern": {"source": ["x"]},
            "Targets": [{"Id": "t", "Arn": "arn:aws:ecs:me-south-1:123456789012:cluster/c"}],
        },
    }
    with pytest.raises(DeploymentError, match="arn:aws:ecs"):
        standing({"Rule": rule}).start()


def test_one_variable_with_two_values_is_an_error_that_names_it() -> None:
    functions = {"Role": ROLE, "A": function(TABLE="a"), "B": function(TABLE="b")}
    with pytest.raises(DeploymentError, match="TABLE"):
        standing(functions).start()


def test_what_the_template_says_of_data_is_applied() -> None:
    resources = {
        "Archive": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "ObjectLockEnabled": True,
                "VersioningConfiguration": {"Status": "Enabled"},
                "ObjectLockConfiguration": {
                    "ObjectLockEnabled": "Enabled",
                    "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
                },
            },
        },
        "Secret": {
            "Type": "AWS::SecretsManager::Secret",
            "Properties": {
                "GenerateSecretString": {"PasswordLength": 64, "ExcludePunctuation": True}
            },
        },
        "Key": {
            "Type": "AWS::KMS::Key",
            "Properties": {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"},
        },
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "AttributeDefinitions": [
                    {"AttributeName": "pk", "AttributeType": "S"},
                    {"AttributeName": "public_pk", "AttributeType": "S"},
                ],
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": "public",
                        "KeySchema": [{"AttributeName": "public_pk", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ],
                "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
            },
        },
        "Pool": {"Type": "AWS::Cognito::UserPool"},
    }
    outputs = {name: {"Ref": name} for name in resources}
    with standing(resources, **outputs) as stack:
        made = stack.outputs["Stack"]
        s3, dynamodb = stack.client("s3"), stack.client("dynamodb")
        lock = s3.get_object_lock_configuration(Bucket=made["Archive"])
        assert lock["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]["Mode"] == "GOVERNANCE"
        assert s3.get_bucket_versioning(Bucket=made["Archive"])["Status"] == "Enabled"
        secret = stack.client("secretsmanager").get_secret_value(SecretId=made["Secret"])
        assert len(secret["SecretString"]) == 64
        assert secret["SecretString"].isalnum()
        key = stack.client("kms").describe_key(KeyId=made["Key"])["KeyMetadata"]
        assert (key["KeySpec"], key["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
        table = dynamodb.describe_table(TableName=made["Table"])["Table"]
        assert table["GlobalSecondaryIndexes"][0]["IndexName"] == "public"
        ttl = dynamodb.describe_time_to_live(TableName=made["Table"])["TimeToLiveDescription"]
        assert ttl["AttributeName"] == "expires_at"


def test_a_machine_may_be_an_asset(tmp_path: Any) -> None:
    file = tmp_path / "machine.asl.json"
    file.write_text(
        '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${Text}", "End": true}}}'
    )
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "DefinitionS3Location": {"Bucket": "assets", "Key": "abc.asl.json"},
            "DefinitionSubstitutions": {"Text": "hello"},
        },
    }
    body = {"Resources": {"Role": ROLE, "Machine": machine}}
    assembly = Assembly(templates={"Stack": body}, assets={"abc.asl.json": file})
    with LocalStack(assembly, speed=0) as stack:
        found = stack.client("stepfunctions").list_state_machines()["stateMachines"][0]
        described = stack.client("stepfunctions").describe_state_machine(
            stateMachineArn=found["stateMachineArn"]
        )
        assert '"Result": "hello"' in described["definition"]
