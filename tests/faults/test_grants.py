"""What functions do in a story is granted to them, and what they are granted is used or listed."""

from pathlib import Path

import pytest

from tests.faults.grants import STORED, Need, cold_starts, missing, needs, unused
from tests.faults.kit import Site
from tests.faults.sweep import Sweep
from tests.faults.unused_grants import is_key_use, reviewed
from tests.infra.assembly import REQUIRED, Assembly, Grant, synthesize

pytestmark = pytest.mark.xdist_group("faults grants")  # one story, not one a worker


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return synthesize(Path(tmp_path_factory.mktemp("dev")), stage="dev", **REQUIRED)


@pytest.fixture(scope="module")
def reached() -> list[Site]:
    """Calls of one story without faults, everything cold."""
    with cold_starts():
        return Sweep().sites()


def test_what_functions_do_is_granted(reached: list[Site], dev: Assembly) -> None:
    assert missing(reached, dev) == []


def test_what_is_granted_is_used_or_has_a_reason(reached: list[Site], dev: Assembly) -> None:
    found = [need for need in unused(reached, dev) if not is_key_use(need)]
    assert found == reviewed()


def test_every_function_has_its_part_in_the_story(reached: list[Site], dev: Assembly) -> None:
    assert {need.function for site in reached for need in needs(site)} == set(dev.functions())


@pytest.mark.parametrize(
    ("operation", "target", "lacking"),
    [
        ("dynamodb.DeleteItem", "topics", "dynamodb:DeleteItem topics"),
        ("dynamodb.GetItem", "comments", "dynamodb:GetItem comments"),
        ("dynamodb.Query", "topics/other", "dynamodb:Query topics/other"),
        ("lambda.Invoke", "moderation-screen", "lambda:InvokeFunction moderation-screen"),
        ("s3.DeleteObject", "record.json", "s3:DeleteObject"),
        ("sfn.StopExecution", "", "states:StopExecution"),
    ],
)
def test_a_call_that_is_not_granted_is_found(
    dev: Assembly, operation: str, target: str, lacking: str
) -> None:
    site = Site("topics-read", "GET /v1/topics", operation, target)
    assert missing([site], dev) == [Need("topics-read", *lacking.split())]


def test_a_grant_that_is_taken_away_is_missed(reached: list[Site], dev: Assembly) -> None:
    class Less(Assembly):
        def __init__(self) -> None:
            vars(self).update(vars(dev))

        def grants(self, function: str) -> set[Grant]:
            taken = {"events:PutEvents", "kms:Decrypt", "logs:PutLogEvents"}
            return {g for g in super().grants(function) if g.action not in taken}

    lacking = {n for n in missing(reached, Less()) if n.function == "topics-relay"}
    assert lacking == {
        Need("topics-relay", "events:PutEvents"),
        Need("topics-relay", "kms:Decrypt", STORED),
        Need("topics-relay", "logs:PutLogEvents"),
    }


def test_a_grant_that_is_added_is_listed(reached: list[Site], dev: Assembly) -> None:
    class More(Assembly):
        def __init__(self) -> None:
            vars(self).update(vars(dev))

        def grants(self, function: str) -> set[Grant]:
            return super().grants(function) | {Grant("ses:SendEmail", "*")}

    more = set(unused(reached, More())) - set(unused(reached, dev))
    assert Need("topics-read", "ses:SendEmail") in more
    assert not {need for need in more if need.function == "outreach-deliver"}


def test_each_part_of_a_transaction_needs_its_own_action() -> None:
    site = Site("topics-manage", "", "dynamodb.TransactWriteItems", "ConditionCheck topics Put a")
    assert needs(site) == {
        Need("topics-manage", "dynamodb:ConditionCheckItem", "topics"),
        Need("topics-manage", "dynamodb:PutItem", "a"),
        Need("topics-manage", "kms:Decrypt", STORED),
    }


def test_actions_have_the_names_that_iam_knows() -> None:
    asked = {
        "cloudwatch.GetMetricData": "cloudwatch:GetMetricData",
        "eventbridge.PutEvents": "events:PutEvents",
        "s3.ListObjectsV2": "s3:ListBucket",
        "secrets-manager.DescribeSecret": "secretsmanager:DescribeSecret",
        "sesv2.SendEmail": "ses:SendEmail",
        "sfn.SendTaskSuccess": "states:SendTaskSuccess",
        "sns.Publish": "sns:Publish",
        "sqs.GetQueueUrl": "sqs:GetQueueUrl",
    }
    for operation, action in asked.items():
        assert needs(Site("topics-read", "", operation, "x")) == {Need("topics-read", action)}
