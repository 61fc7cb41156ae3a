"""An emulated AWS account for integration tests, named as `ENVIRONMENT` tells the services."""

import json

from services.shared import aws

SERVICES = ("topics", "comments", "moderation", "analysis", "outreach", "archive")
INDEXES = {
    "topics": ("listed",),
    "comments": ("public", "grouped"),
    "moderation": ("queue",),
    "archive": ("audit",),
}

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "me-south-1",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "STAGE": "test",
    "EVENT_BUS_NAME": "consultations",
    "EXPORTS_BUCKET_NAME": "exports",
    "ARCHIVE_BUCKET_NAME": "archive",
    "TEXTS_BUCKET_NAME": "texts",
    "SERVICE_KEY_SECRET_ARN": "service-key",
    "COMMENTS_DATA_KEY_ID": "alias/comments-data",
    "RECEIPT_KEYS_SECRET_ARN": "receipt-keys",
    "OIDC_ISSUER": "http://localhost/_local/oidc",
    "OIDC_AUDIENCE": "tashawur-local",
    "OIDC_JWKS_URL": "http://localhost/_local/oidc/jwks.json",
    "PUBLIC_BASE_URL": "http://localhost",
    "OUTREACH_SENDER": "consultations@example.org",
    "OUTREACH_CONFIGURATION_SET": "outreach",
    "EMAILS_PER_SECOND": "10000",
    "TEXTS_PER_SECOND": "10000",
    "STATE_MACHINE_ARN": "arn:aws:states:me-south-1:123456789012:stateMachine:consultation",
    "COMMENTS_SET_WINDOW_FUNCTION_NAME": "comments-set-window",
    "COMMENTS_COUNT_FUNCTION_NAME": "comments-count",
    "COMMENTS_CONTACTS_FUNCTION_NAME": "comments-contacts",
    "COMMENTS_LEAVES_FUNCTION_NAME": "comments-leaves",
    "HEAD_KEY_ARN": "alias/heads",
    "ANALYSIS_GATE_FUNCTION_NAME": "analysis-gate",
    "ANALYSIS_SERVE_FUNCTION_NAME": "analysis-serve",
    "ARCHIVE_PROVE_FUNCTION_NAME": "archive-prove",
    "MODERATION_SCREEN_FUNCTION_NAME": "moderation-screen",
    "MODERATION_CONTEST_FUNCTION_NAME": "moderation-contest",
    "TOPICS_SERVE_FUNCTION_NAME": "topics-serve",
    "SUBMISSIONS_PER_ACCOUNT": "30",
    "SUBMISSIONS_PER_ADDRESS": "120",
    "CHALLENGE": "none",
    **{f"{service.upper()}_TABLE_NAME": service for service in SERVICES},
}


def create_account() -> None:
    """Create every service's table, the buckets, the bus, the secret and the key."""
    for service in SERVICES:
        _create_table(service, INDEXES.get(service, ()))
    location = {"LocationConstraint": "me-south-1"}
    for bucket in ("exports", "archive", "texts"):
        aws.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
    aws.client("events").create_event_bus(Name="consultations")
    aws.client("secretsmanager").create_secret(Name="service-key", SecretString="s" * 64)
    receipt_keys = json.dumps({"seed": "r" * 64, "later": []})
    aws.client("secretsmanager").create_secret(Name="receipt-keys", SecretString=receipt_keys)
    key = aws.client("kms").create_key()["KeyMetadata"]["KeyId"]
    aws.client("kms").create_alias(AliasName="alias/comments-data", TargetKeyId=key)
    heads = aws.client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    named = heads["KeyMetadata"]["KeyId"]
    aws.client("kms").create_alias(AliasName="alias/heads", TargetKeyId=named)
    aws.client("sesv2").create_email_identity(EmailIdentity="consultations@example.org")
    aws.client("sesv2").create_configuration_set(ConfigurationSetName="outreach")


def _create_table(name: str, indexes: tuple[str, ...]) -> None:
    of_indexes = [f"{index}_{key}" for index in indexes for key in ("pk", "sk")]
    attributes = ["pk", "sk", *of_indexes]
    request = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": a, "AttributeType": "S"} for a in attributes],
        "KeySchema": _keys("pk", "sk"),
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    if indexes:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index,
                "KeySchema": _keys(f"{index}_pk", f"{index}_sk"),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in indexes
        ]
    aws.client("dynamodb").create_table(**request)


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
