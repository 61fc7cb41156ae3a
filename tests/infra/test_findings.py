"""cdk-nag's AwsSolutions pack: nothing unexplained, and every reason is one."""

import re

import pytest

from infra.findings import Finding, Reason, Report, examine
from infra.settings import InfraSettings
from tests.infra.assembly import REQUIRED, REQUIRED_AT_THE_EDGE

STAGES = {
    "dev": REQUIRED,
    "prod": REQUIRED | REQUIRED_AT_THE_EDGE | {"copy_region": "eu-central-1"},
}
pytestmark = pytest.mark.xdist_group("findings")  # looked for once, not once a worker
_EMPTY = re.compile(r"\b(todo|fixme|n/a|not needed|false positive|suppress\w*|ignore\w*)\b", re.I)
_ENOUGH_WORDS = 10


@pytest.fixture(scope="session")
def reports() -> dict[str, Report]:
    return {
        stage: examine(InfraSettings.model_validate({"stage": stage, **settings}))
        for stage, settings in STAGES.items()
    }


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_that_cdk_nag_finds_is_left_unexplained(
    reports: dict[str, Report], stage: str
) -> None:
    report = reports[stage]
    for rule, (found, left) in report.counts().items():
        print(f"{stage} {rule}: {found} found, {found - left} explained")  # noqa: T201
    assert report.unexplained == ()


@pytest.mark.parametrize("stage", STAGES)
def test_without_the_reasons_cdk_nag_does_find_something(
    reports: dict[str, Report], stage: str
) -> None:
    found = set(reports[stage].counts())
    assert {"APIG4", "IAM5", "L1", "SMG4"} <= found
    assert not found & {"COG1", "CFR4", "DDB3", "S1", "S10", "SF1", "SNS3", "SQS4"}


@pytest.mark.parametrize("stage", STAGES)
def test_no_reason_is_given_for_what_is_not_found(reports: dict[str, Report], stage: str) -> None:
    assert reports[stage].stale == []


@pytest.mark.parametrize("stage", STAGES)
def test_every_reason_is_a_sentence_that_says_why(reports: dict[str, Report], stage: str) -> None:
    reasons = {reason.text for reason in reports[stage].reasons}
    assert [text for text in reasons if not is_a_reason(text)] == []


@pytest.mark.parametrize("stage", STAGES)
def test_no_reason_covers_a_whole_stack(reports: dict[str, Report], stage: str) -> None:
    assert [reason for reason in reports[stage].reasons if "/" not in reason.path] == []


@pytest.mark.parametrize("text", ["", "TODO", "not needed here " * 5, "It is fine."])
def test_an_excuse_is_no_reason(text: str) -> None:
    assert not is_a_reason(text)


def test_a_reason_answers_its_own_rule_on_its_own_construct_alone() -> None:
    reason = Reason(rule="S1", path="Stack/Logs", text="")
    assert reason.answers(Finding(rule="S1", path="Stack/Logs/Bucket/Resource"))
    assert not reason.answers(Finding(rule="S1", path="Stack/LogsOfOthers/Bucket"))
    assert not reason.answers(Finding(rule="S10", path="Stack/Logs/Bucket/Resource"))


def is_a_reason(text: str) -> bool:
    return len(text.split()) >= _ENOUGH_WORDS and not _EMPTY.search(text)
