"""docs/webhooks.md: the example that receivers copy does what it says."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.outreach.model.webhook import signed_headers

DOCUMENT = Path(__file__).parents[3] / "docs" / "webhooks.md"
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
BODY = '{"title":{"ar":"عنوان"}}'.encode()


@pytest.fixture
def is_ours() -> Callable[..., bool]:
    found = re.search(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found[1], names)
    return names["is_ours"]  # type: ignore[no-any-return]


def test_the_documented_receiver_takes_what_we_sign(is_ours: Callable[..., bool]) -> None:
    headers = signed_headers(BODY, secret="whsec_x", at=NOW)
    assert is_ours(headers, BODY, secret="whsec_x", now=NOW.timestamp() + 299)


def test_the_documented_receiver_refuses_all_else(is_ours: Callable[..., bool]) -> None:
    headers, now = signed_headers(BODY, secret="whsec_x", at=NOW), NOW.timestamp()
    assert not is_ours(headers, BODY + b" ", secret="whsec_x", now=now)
    assert not is_ours(headers, BODY, secret="whsec_y", now=now)
    assert not is_ours(headers, BODY, secret="whsec_x", now=now + 301)
    later = headers | {"Tashawur-Timestamp": str(int(now) + 1)}
    assert not is_ours(later, BODY, secret="whsec_x", now=now)
    assert not is_ours({}, BODY, secret="whsec_x", now=now)
    assert not is_ours(headers | {"Tashawur-Timestamp": "٣"}, BODY, secret="whsec_x", now=now)
