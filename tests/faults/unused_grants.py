"""What functions are granted and do not use in a story without faults, each with its reason.

A new line here is a decision: either the story comes to use the grant, or the grant goes, or its
reason is one of these.
"""

from collections.abc import Mapping, Sequence

from tests.faults.grants import STORED, Need

_SERVICES = ("analysis", "archive", "comments", "moderation", "outreach", "topics")
_EXPORTING = ("analysis", "comments", "moderation", "outreach", "topics")

KEY_USE = frozenset(
    f"kms:{action}"
    for action in ("DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo")
)
"""On the data's key, through DynamoDB, S3 or Secrets Manager alone: what AWS's guide "How DynamoDB
uses AWS KMS" has a policy allow; which of it a call comes to need is not said, and no emulator
knows."""

REASONS: Mapping[str, Sequence[str]] = {
    "Table.write reads back what it put, once a lost reply made the SDK put it again; so whoever "
    "may put may get. No reply is lost here": (
        "analysis-reconcile dynamodb:GetItem analysis",
        "archive-consume dynamodb:GetItem archive",
        "archive-reconcile dynamodb:GetItem archive",
        "moderation-reconcile dynamodb:GetItem moderation",
        "outreach-consume dynamodb:GetItem outreach",
        "outreach-reconcile dynamodb:GetItem outreach",
        "outreach-remind dynamodb:GetItem outreach",
        "topics-reconcile dynamodb:GetItem topics",
        "topics-sweep dynamodb:GetItem topics",
    ),
    "where nothing fails nothing is parked: a replay reads the batch, hands it to its reader, and "
    "marks it": (
        *(f"{name}-reconcile s3:GetObject" for name in _SERVICES),
        *(f"{name}-reconcile lambda:InvokeFunction {name}-relay" for name in _SERVICES),
        *(f"{name}-reconcile dynamodb:PutItem {name}" for name in _SERVICES),
        "comments-reconcile lambda:InvokeFunction comments-screen",
        "topics-reconcile lambda:InvokeFunction topics-bell",
    ),
    "the story publishes one topic's events again, which stand in one partition; those of all "
    "topics since an instant are found by a scan": (
        *(f"{name}-reconcile dynamodb:Scan {name}" for name in ("analysis", "archive", "topics")),
    ),
    "dead letters are moved back, and there are none": (
        "topics-queues sqs:ChangeMessageVisibility",
        "topics-queues sqs:DeleteMessage",
        "topics-queues sqs:SendMessage",
    ),
    "no execution is lost, so that no topic is marked": (
        "topics-sweep dynamodb:PutItem topics",
        "topics-sweep dynamodb:UpdateItem topics",
        "topics-sweep states:DescribeExecution",
    ),
    "counters are right, so that a recount mends none": (
        "comments-reconcile dynamodb:UpdateItem comments",
    ),
    "a cursor is signed where there is a second page, and the story's lists have one": (
        "analysis-dispositions secretsmanager:GetSecretValue",
        "archive-read secretsmanager:GetSecretValue",
    ),
    "one round: of an earlier one the row is read by its number, where the latest is queried": (
        "analysis-dispositions dynamodb:GetItem analysis",
        "analysis-charts dynamodb:GetItem analysis",
    ),
    "no two comments have one text, as each has its mark: cases that are decided alike are read": (
        "moderation-queue dynamodb:BatchGetItem moderation",
    ),
    "nobody withdraws a comment that has a case": (
        "moderation-consume dynamodb:UpdateItem moderation",
    ),
    "nobody asks for the trail of all topics": ("archive-trail dynamodb:Query archive/audit",),
    "no collection ends with inquiries open whose askers are to be told": (
        "comments-contacts dynamodb:Query comments/grouped",
    ),
    "the announcement is heard of before the record is gathered": (
        "analysis-export lambda:InvokeFunction topics-serve",
    ),
    "no gate is passed by exception, of which what is outstanding is counted again": (
        "topics-workflow lambda:InvokeFunction analysis-gate",
    ),
    "webhooks are registered, neither listed nor removed": (
        "outreach-webhooks dynamodb:Query outreach",
        "outreach-webhooks dynamodb:UpdateItem outreach",
    ),
    "who may list is told that an object is missing, and not that it is forbidden": (
        "analysis-run s3:ListBucket",
    ),
    "files are small: what is larger goes up in parts, and is taken back if it breaks off": (
        *(f"{name}-export s3:AbortMultipartUpload" for name in _EXPORTING),
        "analysis-run s3:AbortMultipartUpload",
        "archive-grow s3:AbortMultipartUpload",
        "archive-seal s3:AbortMultipartUpload",
        "comments-leaves s3:AbortMultipartUpload",
    ),
    "the tree has taken up all comments long before the record is sealed": (
        "archive-seal lambda:InvokeFunction comments-leaves",
    ),
    "nobody looks how far an analysis is while it is: here it is done at once": (
        "analysis-read s3:ListBucket",
    ),
    "of a round with fewer than thirty submissions nobody looks who takes part": (
        "comments-inclusion dynamodb:PutItem comments",
        "comments-inclusion dynamodb:UpdateItem comments",
        "comments-inclusion kms:Decrypt",
    ),
    "never used: these services keep a topic's events in many partitions, so that reconciliation "
    "scans; they have the query that the others need": (
        "moderation-reconcile dynamodb:Query moderation",
        "outreach-reconcile dynamodb:Query outreach",
    ),
    "never used: screening only updates; it shares the writing, and the grant, with moderation's "
    "decisions, which put audit items": ("comments-screen dynamodb:PutItem comments",),
}
"""Lines read ``<function> <action> [<on>]``, as a `Need`."""


def reviewed() -> list[Need]:
    """Everything that may be granted without being used, but for `KEY_USE`."""
    return sorted(Need(*line.split()) for lines in REASONS.values() for line in lines)


def is_key_use(need: Need) -> bool:
    """Tell whether a need is the storing service's use of the data's key."""
    return need.on == STORED and need.action in KEY_USE
