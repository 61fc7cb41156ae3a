"""What functions are seen to need of IAM, against what the template grants them.

`tests.infra.test_grants` reads this off the source; here it is what happened. An AWS call is known
by its site (`tests.faults.kit`); which actions AWS checks for it is the table below. What AWS does
in a function's name, though no code asks for it, is taken from the template: logs and traces, the
polling of event sources, the parking of batches, the use of a key by the service that stores.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from local import lambdas
from local.seams import Seam, replaced
from tests.faults.kit import PREFIX, Site, forget
from tests.infra.assembly import Assembly, Grant

SERVICES = {
    "eventbridge": "events",
    "secrets-manager": "secretsmanager",
    "sesv2": "ses",
    "sfn": "states",
}
"""IAM's prefixes, where they are not botocore's names."""
ACTIONS = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:UploadPart": "s3:PutObject",
}
"""IAM's actions, where they are not the operations' names."""
WRITTEN = {
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Delete": "dynamodb:DeleteItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
}
"""What AWS checks for each kind of item in a transaction; for the transaction itself nothing."""
KEYS = {
    "dynamodb": ("kms:Decrypt",),
    "s3:GetObject": ("kms:Decrypt",),
    "s3:PutObject": ("kms:GenerateDataKey",),
    "secretsmanager:GetSecretValue": ("kms:Decrypt",),
    "secretsmanager:PutSecretValue": ("kms:Decrypt", "kms:GenerateDataKey"),
}
"""What the storing service does with the data's key in the caller's name."""
RUNTIME = (
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
"""What Lambda writes in the name of every function."""
STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
QUEUE = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
STORED = "through the service that stores"
PARKED = "parked batches"
_TABLE = re.compile(r"\$\{(\w+?)Table\w+\.(Arn|StreamArn)\}(?:/index/(\w+))?")


class Need(NamedTuple):
    """One action of one function.

    Attributes
    ----------
    function : str
        As in docs/architecture.md.
    action : str
        IAM's action.
    on : str
        Table with its index or stream, function, use of a key; empty where a site does not tell.
    """

    function: str
    action: str
    on: str = ""


def needs(site: Site) -> set[Need]:
    """Everything that AWS checks when a function makes a call."""
    function = _documented(site.function)
    service, operation = site.operation.split(".")
    action = f"{SERVICES.get(service, service)}:{operation}"
    action = ACTIONS.get(action, action)
    if action == "dynamodb:TransactWriteItems":
        kinds = site.target.split()
        pairs = zip(kinds[::2], kinds[1::2], strict=True)
        found = {Need(function, WRITTEN[kind], table) for kind, table in pairs}
    elif service == "dynamodb":
        found = {Need(function, action, site.target)}
    else:
        on = _documented(site.target) if service == "lambda" else ""
        found = {Need(function, action, on)}
    keys = KEYS.get(action) or KEYS.get(service, ())
    return found | {Need(function, key, STORED) for key in keys}


def missing(reached: Iterable[Site], assembly: Assembly) -> list[Need]:
    """What functions need, as they were seen, and are not granted."""
    return sorted(_needed(reached, assembly) - _granted(assembly))


def unused(reached: Iterable[Site], assembly: Assembly) -> list[Need]:
    """What functions are granted, and were not seen to need."""
    return sorted(_granted(assembly) - _needed(reached, assembly))


def _needed(reached: Iterable[Site], assembly: Assembly) -> set[Need]:
    found = {need for site in reached for need in needs(site)}
    return found.union(*(_by_aws(name, assembly) for name in assembly.functions()))


def _by_aws(function: str, assembly: Assembly) -> Iterator[Need]:
    """What is done in a function's name by what runs and starts it."""
    yield from (Need(function, action) for action in RUNTIME)
    mapping = assembly.mappings().get(function)
    if mapping is None:
        return
    yield Need(function, "kms:Decrypt", STORED)
    if "StartingPosition" not in mapping:
        yield from (Need(function, action) for action in QUEUE)
        return
    stream = _on(Grant("", assembly.text(mapping["EventSourceArn"])))
    yield from (Need(function, action, stream) for action in STREAM)
    yield Need(function, "dynamodb:ListStreams")
    yield Need(function, "s3:PutObject", PARKED)
    yield Need(function, "s3:ListBucket")
    yield Need(function, "kms:GenerateDataKey", STORED)


def _granted(assembly: Assembly) -> set[Need]:
    return {
        Need(name, grant.action, _on(grant))
        for name in assembly.functions()
        for grant in assembly.grants(name)
    }


def _on(grant: Grant) -> str:
    """What a grant is on, as far as a site can tell."""
    if table := _TABLE.fullmatch(grant.resource):
        name, attribute, index = table.groups()
        part = "stream" if attribute == "StreamArn" else index
        return f"{name.lower()}/{part}" if part else name.lower()
    if grant.action == "lambda:InvokeFunction":
        return _documented(grant.resource.partition(":function:tashawur-dev-")[2])
    if grant.resource.startswith("${KeysData"):
        return STORED
    return PARKED if grant.resource.endswith("/aws/lambda/*") else ""


def _documented(name: str) -> str:
    """Name in docs/architecture.md of a function as it is deployed."""
    service, _, handler = name.partition("-")
    return f"{service}-{handler.replace('-', '_')}"


@contextmanager
def cold_starts() -> Iterator[None]:
    """Have every invocation start with empty caches, as in a container of its own.

    On one machine all functions of a service share a process, and the first one's reading of a
    secret would hide that the others need the same grant.
    """
    run = lambdas._run

    def started(function: lambdas.Function, event: Any) -> lambdas.Answer:
        forget(function.name.removeprefix(PREFIX).partition("-")[0])
        return run(function, event)

    with replaced([Seam(lambdas, "_run", started)]):
        yield
