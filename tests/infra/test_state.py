"""What is stored: recoverable, encrypted, not public, and in prod not deleted by mistake."""

import json
from typing import Any

import pytest

from services.comments.model.key_schedule import KeyDocument, KeySchedule
from tests.infra.assembly import Assembly

INDEXES = {
    "topics": ("listed",),
    "comments": ("public", "grouped"),
    "moderation": ("queue",),
    "archive": ("audit",),
}
SERVICES = ("topics", "comments", "moderation", "analysis", "outreach", "archive")


def test_every_service_has_one_table(dev: Assembly) -> None:
    assert sorted(_tables(dev)) == sorted(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_tables_are_on_demand_recoverable_encrypted_and_streamed(
    dev: Assembly, service: str
) -> None:
    table = _tables(dev)[service]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"]["SSEType"] == "KMS"
    assert dev.text(table["SSESpecification"]["KMSMasterKeyId"]).startswith("${KeysData")
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


@pytest.mark.parametrize("service", SERVICES)
def test_keys_and_sparse_indexes_are_named_as_documented(dev: Assembly, service: str) -> None:
    table = _tables(dev)[service]
    assert _key(table) == ["pk", "sk"]
    indexes = {index["IndexName"]: _key(index) for index in table.get("GlobalSecondaryIndexes", [])}
    names = INDEXES.get(service, ())
    assert indexes == {name: [f"{name}_pk", f"{name}_sk"] for name in names}


def test_prod_takes_the_flood_of_comments_from_the_first_second(
    dev: Assembly, prod: Assembly
) -> None:
    table = _tables(prod)["comments"]
    for warm in (table, *table["GlobalSecondaryIndexes"]):
        assert warm["WarmThroughput"]["WriteUnitsPerSecond"] >= 20_000
    assert "WarmThroughput" not in _tables(dev)["comments"]


def test_prod_keeps_what_is_stored_and_dev_does_not(dev: Assembly, prod: Assembly) -> None:
    stored = ("DynamoDB::Table", "S3::Bucket", "KMS::Key", "SecretsManager::Secret")
    for kind in (f"AWS::{each}" for each in (*stored, "SES::EmailIdentity")):
        for name, resource in prod.resources(kind).items():
            if name.startswith("OriginSecret"):
                continue  # a new one serves as well
            assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
        for resource in dev.resources(kind).values():
            assert resource["DeletionPolicy"] == "Delete"
    assert all(table["DeletionProtectionEnabled"] for table in _tables(prod).values())
    assert not any(table["DeletionProtectionEnabled"] for table in _tables(dev).values())


def test_buckets_are_versioned_encrypted_private_and_take_tls_only(dev: Assembly) -> None:
    policies = {
        policy["Bucket"]["Ref"]: policy["PolicyDocument"]["Statement"]
        for policy in dev.of_type("AWS::S3::BucketPolicy").values()
    }
    for name, bucket in dev.of_type("AWS::S3::Bucket").items():
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        (refused,) = (one for one in policies[name] if one["Effect"] == "Deny")
        assert refused["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        allowed = [one for one in policies[name] if one["Effect"] == "Allow"]
        assert bool(allowed) == name.startswith("AccessLogs")
        for statement in allowed:
            assert statement["Principal"] == {"Service": "logging.s3.amazonaws.com"}
            assert statement["Action"] == "s3:PutObject"
            assert statement["Condition"]["StringEquals"]["aws:SourceAccount"]


def test_it_is_written_down_who_asked_a_bucket_for_what(dev: Assembly, prod: Assembly) -> None:
    for assembly, days in ((dev, 30), (prod, 365)):
        buckets = assembly.of_type("AWS::S3::Bucket")
        (log,) = (name for name in buckets if name.startswith("AccessLogs"))
        rules = buckets.pop(log)["LifecycleConfiguration"]["Rules"]
        assert [rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule] == [days]
        for bucket in buckets.values():
            assert bucket["LoggingConfiguration"]["DestinationBucketName"] == {"Ref": log}


def test_what_is_not_public_is_encrypted_with_the_data_key(dev: Assembly) -> None:
    for name, bucket in dev.of_type("AWS::S3::Bucket").items():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        default = rule["ServerSideEncryptionByDefault"]
        expected = "AES256" if name.startswith(("Archive", "AccessLogs")) else "aws:kms"
        assert default["SSEAlgorithm"] == expected


def test_the_archive_is_locked_for_good_in_prod_and_shortly_elsewhere(
    dev: Assembly, prod: Assembly
) -> None:
    assert _lock(dev) == {"Mode": "GOVERNANCE", "Days": 1}
    assert _lock(prod)["Mode"] == "COMPLIANCE"
    assert _lock(prod)["Days"] >= 3650
    others = [b for n, b in dev.of_type("AWS::S3::Bucket").items() if not n.startswith("Archive")]
    assert not any("ObjectLockConfiguration" in bucket for bucket in others)


def test_parked_and_handed_over_files_expire(dev: Assembly) -> None:
    rules = {
        name: bucket["LifecycleConfiguration"]["Rules"]
        for name, bucket in dev.of_type("AWS::S3::Bucket").items()
    }
    expiring = {
        (name.partition("Bucket")[0], rule.get("Prefix", ""))
        for name, found in rules.items()
        for rule in found
        if "ExpirationInDays" in rule
    }
    assert expiring == {
        ("Exports", "comments/"),
        ("Exports", "parts/"),
        ("Exports", "work/"),
        ("Parked", ""),
        ("AccessLogs", ""),
    }


def test_an_upload_that_broke_off_is_gone_after_a_day(dev: Assembly) -> None:
    for name, bucket in dev.of_type("AWS::S3::Bucket").items():
        days = [
            rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]
            for rule in bucket["LifecycleConfiguration"]["Rules"]
            if "AbortIncompleteMultipartUpload" in rule
        ]
        assert days == [1], name


def test_what_people_wrote_lies_in_files_for_a_week_and_a_day_at_most(dev: Assembly) -> None:
    (exports,) = (
        bucket["LifecycleConfiguration"]["Rules"]
        for name, bucket in dev.of_type("AWS::S3::Bucket").items()
        if name.startswith("Exports")
    )
    kept = {
        rule["Prefix"]: (
            rule.get("ExpirationInDays"),
            rule["NoncurrentVersionExpiration"]["NoncurrentDays"],
        )
        for rule in exports
        if "Prefix" in rule
    }
    rewritten = {"analysis/": (None, 1)}  # results stand; an erased comment's words are taken out
    assert kept == rewritten | dict.fromkeys(("comments/", "parts/", "work/"), (7, 1))


def test_the_service_secret_is_64_plain_characters_under_the_data_key(dev: Assembly) -> None:
    (secret,) = (s for n, s in _secrets(dev).items() if n.startswith("KeysServiceSecret"))
    assert secret["GenerateSecretString"] == {"PasswordLength": 64, "ExcludePunctuation": True}
    assert dev.text(secret["KmsKeyId"]).startswith("${KeysData")


def test_the_first_receipt_key_is_generated_and_the_code_reads_what_it_is_in(
    dev: Assembly,
) -> None:
    (secret,) = (s for n, s in _secrets(dev).items() if n.startswith("KeysReceiptKeys"))
    assert dev.text(secret["KmsKeyId"]).startswith("${KeysData")
    generated = secret["GenerateSecretString"]
    document = json.loads(generated["SecretStringTemplate"])
    assert generated["GenerateStringKey"] not in document
    document[generated["GenerateStringKey"]] = "x" * generated["PasswordLength"]
    assert len(KeySchedule(KeyDocument.model_validate(document)).published()) == 1


def test_the_receipt_keys_rotate_every_year_by_their_function_and_no_other_secret_does(
    dev: Assembly, prod: Assembly
) -> None:
    for assembly in (dev, prod):
        (schedule,) = assembly.of_type("AWS::SecretsManager::RotationSchedule").values()
        assert assembly.text(schedule["SecretId"]).startswith("${KeysReceiptKeys")
        function = assembly.function_id("comments-rotate")
        assert assembly.text(schedule["RotationLambdaARN"]) == f"${{{function}.Arn}}"
        assert schedule["RotationRules"] == {"AutomaticallyAfterDays": 365}
        assert schedule["RotateImmediatelyOnUpdate"] is False


def test_secrets_manager_alone_calls_the_rotation_and_for_this_secret_alone(
    dev: Assembly,
) -> None:
    function = dev.function_id("comments-rotate")
    (permission,) = (
        p
        for p in dev.of_type("AWS::Lambda::Permission").values()
        if dev.text(p["FunctionName"]) == f"${{{function}.Arn}}"
    )
    assert permission["Principal"] == "secretsmanager.amazonaws.com"
    assert dev.text(permission["SourceArn"]).startswith("${KeysReceiptKeys")
    assert dev.text(permission["SourceAccount"]) == "${AWS::AccountId}"
    ((name, schedule),) = dev.resources("AWS::SecretsManager::RotationSchedule").items()
    assert any("Permission" in each for each in schedule["DependsOn"]), name


def test_keys_rotate_but_for_the_one_that_signs_heads(dev: Assembly) -> None:
    keys = dev.of_type("AWS::KMS::Key").values()
    kept = [key for key in keys if not key.get("EnableKeyRotation")]
    # AWS rotates no asymmetric key: another one follows it, and the list of keys has both.
    signing = [(key.get("KeySpec"), key.get("KeyUsage")) for key in kept]
    assert signing == [("ECC_NIST_P256", "SIGN_VERIFY")]


def test_every_event_of_the_programme_can_be_replayed(dev: Assembly) -> None:
    ((name, bus),) = dev.of_type("AWS::Events::EventBus").items()
    assert bus["Name"] == "tashawur-dev-consultations"
    (archive,) = dev.of_type("AWS::Events::Archive").values()
    assert archive["SourceArn"] == {"Fn::GetAtt": [name, "Arn"]}
    assert archive["RetentionDays"] >= 30


def _secrets(assembly: Assembly) -> dict[str, dict[str, Any]]:
    return assembly.of_type("AWS::SecretsManager::Secret")


def _tables(assembly: Assembly) -> dict[str, dict[str, Any]]:
    return {
        name.partition("Table")[0].lower(): table
        for name, table in assembly.of_type("AWS::DynamoDB::Table").items()
    }


def _key(schema: dict[str, Any]) -> list[str]:
    return [part["AttributeName"] for part in schema["KeySchema"]]


def _lock(assembly: Assembly) -> dict[str, Any]:
    buckets = assembly.of_type("AWS::S3::Bucket")
    (archive,) = (bucket for name, bucket in buckets.items() if name.startswith("Archive"))
    assert archive["ObjectLockEnabled"] is True
    return dict(archive["ObjectLockConfiguration"]["Rule"]["DefaultRetention"])
