"""Tables, buckets, keys, secrets and parameters."""

import json
from typing import Any

from local.emulator import REGION, client
from local.lambdas import DeploymentError
from local.resources.deployment import Creator, Deployment, Resource
from local.rotation import Rotation
from local.template import Physical

_SECRET_PARAMETERS = (
    "ExcludeCharacters",
    "ExcludeLowercase",
    "ExcludeNumbers",
    "ExcludePunctuation",
    "ExcludeUppercase",
    "IncludeSpace",
    "PasswordLength",
    "RequireEachIncludedType",
)


def _table(_deployment: Deployment, resource: Resource) -> Physical:
    given = resource.properties
    name = resource.name("TableName")
    request: dict[str, Any] = {
        "TableName": name,
        "KeySchema": given["KeySchema"],
        "AttributeDefinitions": given["AttributeDefinitions"],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if indexes := given.get("GlobalSecondaryIndexes"):
        wanted = ("IndexName", "KeySchema", "Projection")
        request["GlobalSecondaryIndexes"] = [{key: i[key] for key in wanted} for i in indexes]
    if stream := given.get("StreamSpecification"):
        view = stream["StreamViewType"]
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view}
    dynamodb = client("dynamodb")
    made = dynamodb.create_table(**request)["TableDescription"]
    if ttl := given.get("TimeToLiveSpecification"):
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
    attributes = {"Arn": made["TableArn"], "TableId": made.get("TableId", name)}
    if stream:
        attributes["StreamArn"] = made["LatestStreamArn"]
    return Physical(ref=name, attributes=attributes)


def _bucket(_deployment: Deployment, resource: Resource) -> Physical:
    given = resource.properties
    name = resource.name("BucketName").lower()
    s3 = client("s3")
    s3.create_bucket(
        Bucket=name,
        CreateBucketConfiguration={"LocationConstraint": REGION},
        ObjectLockEnabledForBucket=bool(given.get("ObjectLockEnabled", False)),
    )
    if versioning := given.get("VersioningConfiguration"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=versioning)
    if lock := given.get("ObjectLockConfiguration"):
        s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
    return Physical(
        ref=name,
        attributes={
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{REGION}.amazonaws.com",
        },
    )


def _key(_deployment: Deployment, resource: Resource) -> Physical:
    made = client("kms").create_key(
        KeySpec=resource.properties.get("KeySpec", "SYMMETRIC_DEFAULT"),
        KeyUsage=resource.properties.get("KeyUsage", "ENCRYPT_DECRYPT"),
    )["KeyMetadata"]
    return Physical(ref=made["KeyId"], attributes={"Arn": made["Arn"], "KeyId": made["KeyId"]})


def _alias(_deployment: Deployment, resource: Resource) -> Physical:
    name = resource.properties["AliasName"]
    key = resource.properties["TargetKeyId"].rpartition("/")[2]
    client("kms").create_alias(AliasName=name, TargetKeyId=key)
    return Physical(ref=name)


def _secret(_deployment: Deployment, resource: Resource) -> Physical:
    secrets = client("secretsmanager")
    text = resource.properties.get("SecretString")
    if generate := resource.properties.get("GenerateSecretString"):
        wanted = {key: generate[key] for key in _SECRET_PARAMETERS if key in generate}
        text = secrets.get_random_password(**wanted)["RandomPassword"]
        if name := generate.get("GenerateStringKey"):
            text = json.dumps({**json.loads(generate["SecretStringTemplate"]), name: text})
    made = secrets.create_secret(Name=resource.name("Name"), SecretString=text or "")
    return Physical(ref=made["ARN"], attributes={"Id": made["ARN"]})


def _rotation(deployment: Deployment, resource: Resource) -> Physical:
    given = resource.properties
    rotation = Rotation(
        given["SecretId"],
        function=given["RotationLambdaARN"],
        every_days=int(given["RotationRules"]["AutomaticallyAfterDays"]),
        clock=deployment.clock,
        functions=deployment.functions,
    )
    if given.get("RotateImmediatelyOnUpdate", True):
        raise DeploymentError(f"{resource.logical_id}: the first rotation here waits for its time")
    deployment.pollers.append(rotation)
    return Physical(ref=given["SecretId"])


def _parameter(_deployment: Deployment, resource: Resource) -> Physical:
    name = resource.name("Name")
    client("ssm").put_parameter(
        Name=name,
        Value=resource.properties["Value"],
        Type=resource.properties.get("Type", "String"),
    )
    attributes = {"Value": resource.properties["Value"], "Type": resource.properties["Type"]}
    return Physical(ref=name, attributes=attributes)


CREATORS: dict[str, Creator] = {
    "AWS::DynamoDB::GlobalTable": _table,
    "AWS::DynamoDB::Table": _table,
    "AWS::KMS::Alias": _alias,
    "AWS::KMS::Key": _key,
    "AWS::S3::Bucket": _bucket,
    "AWS::SSM::Parameter": _parameter,
    "AWS::SecretsManager::RotationSchedule": _rotation,
    "AWS::SecretsManager::Secret": _secret,
}
