"""Roles and code agree: what a handler can come to call is granted, and nothing else is."""

import pytest

from tests.infra.architecture import documented
from tests.infra.assembly import Assembly, Grant
from tests.infra.reach import module, reach

_OF_THE_RUNTIME = ("logs:", "xray:", "sqs:")
_OF_THE_MAPPING = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "s3:ListBucket",
}
ENTRIES = {name: f"services.{name.replace('-', '.handlers.')}" for name in sorted(documented())}
WRITTEN = [name for name, entry in ENTRIES.items() if module(entry)]


@pytest.mark.parametrize("name", WRITTEN)
def test_a_role_allows_the_calls_that_its_code_can_reach_and_no_others(
    prod: Assembly, name: str
) -> None:
    reached = reach(ENTRIES[name])
    grants = {grant for grant in prod.grants(name) if _is_for_code(grant)}
    index = {grant for grant in grants if "/index/" in grant.resource}
    # Who may list a prefix is also told that an object is missing: `test_permissions` has who may.
    assert {grant.action for grant in grants - index} == reached.actions - _OF_THE_MAPPING
    assert bool(index) == reached.index


@pytest.mark.parametrize("name", WRITTEN)
def test_a_role_may_invoke_the_functions_that_its_code_names(dev: Assembly, name: str) -> None:
    reached = reach(ENTRIES[name])
    invoked = {g.resource for g in dev.grants(name) if g.action == "lambda:InvokeFunction"}
    named = {function.replace("_", "-") for function in reached.invoked}
    assert {arn.rpartition(":tashawur-dev-")[2] for arn in invoked} == named


def _is_for_code(grant: Grant) -> bool:
    """Tell whether the handler's code needs a grant, and not what runs or starts it."""
    return not (
        grant.action.startswith(_OF_THE_RUNTIME)
        or grant.action in _OF_THE_MAPPING
        or grant.resource.endswith("/aws/lambda/*")
        or grant.resource.startswith("${KeysData")
    )
