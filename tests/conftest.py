"""What the tests share: a fresh emulated account with every service's table, a clock to move."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

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
def token(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """Bearer headers of an issuer whose key the services know; they verify it for real."""
    import jwt
    from cryptography.hazmat.primitives.asymmetric import ec

    from services.shared import identity

    key = ec.generate_private_key(ec.SECP256R1())

    class Keys:
        def get_signing_key(self, _key_id: str) -> Any:
            return type("Key", (), {"key": key.public_key(), "algorithm_name": "ES256"})

    monkeypatch.setattr(identity, "_jwks", lambda _url: Keys())

    def sign(subject: str, *groups: str) -> dict[str, str]:
        claims = {
            "sub": subject,
            "iss": "http://localhost/_local/oidc",
            "aud": "tashawur-local",
            "exp": datetime.now(UTC) + timedelta(hours=1),
            "cognito:groups": list(groups),
        }
        return {"authorization": f"Bearer {jwt.encode(claims, key, algorithm='ES256')}"}

    return sign


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
