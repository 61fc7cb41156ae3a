from datetime import timedelta

import pytest

from local.lambdas import DeploymentError
from local.schedules import interval_seconds
from local.stack import LocalStack
from tests.local import functions


def test_a_schedule_fires_each_time_its_interval_has_passed(stack: LocalStack) -> None:
    stack.advance(timedelta(hours=3))
    events = functions.CALLS["hourly"]
    assert len(events) == 3
    assert len({event["id"] for event in events}) == 3
    assert len({event["time"][:13] for event in events}) == 3
    assert events[0]["detail-type"] == "Scheduled Event"
    assert events[0]["source"] == "aws.events"


def test_settling_does_not_wait_for_a_schedule(stack: LocalStack) -> None:
    stack.settle()
    assert "hourly" not in functions.CALLS


@pytest.mark.parametrize(
    ("expression", "seconds"),
    [("rate(1 minute)", 60), ("rate(6 hours)", 21_600), ("rate(2 days)", 172_800)],
)
def test_rates(expression: str, seconds: int) -> None:
    assert interval_seconds(expression) == seconds


def test_another_expression_is_named() -> None:
    with pytest.raises(DeploymentError, match=r"cron\(0 9"):
        interval_seconds("cron(0 9 * * ? *)")
