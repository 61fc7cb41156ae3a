"""From use to dollars."""

from collections import Counter

import pytest

from bench.support.bill import Price, Tariff, Work, per_comment
from bench.support.meter import Used

PRICE = Price(usd=0.5, per=1_000_000, unit="unit", source="https://example.org", as_of="2025-07")
TARIFF = Tariff(
    prices={"units": PRICE},
    floor=2.48,
    assumed={
        "milliseconds": {"PutItem": 5},
        "invocation_overhead_milliseconds": 10,
        "platform_log_bytes": 600,
        "access_log_bytes": 400,
        "traced_share": 0.05,
    },
)


def work(**changes: object) -> Work:
    used = Used(calls=Counter(PutItem=10), writes=Counter({"comments T#a": 20}), reads=5)
    values = {"invocations": 10, "cpu": 0.01, "memory": 1024, "logged": 0, "used": used}
    return Work(**{**values, **changes})


def test_a_price_is_for_as_many_as_it_says() -> None:
    assert TARIFF.cost("units", 2_000_000) == 1


def test_every_price_says_where_it_stands_and_since_when() -> None:
    prices = Tariff.load().prices.values()
    assert all(price.source.startswith("https://") and price.as_of for price in prices)


def test_an_invocation_takes_its_share_of_a_core_and_waits_for_its_calls() -> None:
    assert work(memory=1769).milliseconds(TARIFF) == pytest.approx(1 + 5)
    assert work(memory=1769 // 2).milliseconds(TARIFF) == pytest.approx(2 + 5, rel=1e-2)


def test_what_all_functions_used_is_shared_by_the_comments() -> None:
    found = per_comment({"one": work(), "two": work()}, TARIFF, comments=10, waits={})
    assert found["lambda_requests"] == 2
    assert found["write_units"] == 4
    assert found["read_units"] == 1
    assert found["traces"] == pytest.approx(0.1)
    assert found["log_gb"] * 1e9 == 2 * 600 + 400


def test_whoever_waits_for_another_function_is_paid_meanwhile_and_shares_its_trace() -> None:
    works = {"outer": work(memory=1024), "inner": work(memory=1024)}
    alone = per_comment(works, TARIFF, comments=10, waits={})
    waiting = per_comment(works, TARIFF, comments=10, waits={"outer": "inner"})
    inner_seconds = works["inner"].milliseconds(TARIFF) / 1000
    more = waiting["lambda_gb_seconds"] - alone["lambda_gb_seconds"]
    assert more == pytest.approx(inner_seconds + 0.010)
    assert waiting["traces"] == pytest.approx(0.05)
