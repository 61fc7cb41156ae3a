"""What the tests share: a fresh emulated account with every service's table, a clock to move."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.account import ENVIRONMENT, create_account

os.environ.update(ENVIRONMENT)


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def advance(self, **delta: float) -> None:
        self.instant += timedelta(**delta)


@pytest.fixture
def clock() -> Iterator[FixedClock]:
    """The services' clock, standing at 2026-12-01 09:00 UTC."""
    from services.shared import clock as service_clock

    fixed = FixedClock(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    service_clock.use(fixed)
    yield fixed
    service_clock.use(lambda: datetime.now(UTC))


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A fresh emulated AWS account: tables, buckets, bus, secret, key; DynamoDB as AWS has it."""
    from moto import mock_aws

    from local import dynamodb, seams
    from local.clock import LocalClock
    from services.shared import keys

    with mock_aws(), seams.replaced(dynamodb.seams(LocalClock(), lambda _table: None)):
        monkeypatch.setenv("SERVICE_KEY_SECRET_ARN", "service-key")
        keys.service_secret.cache_clear()
        create_account()
        yield
