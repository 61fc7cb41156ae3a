"""The model of DynamoDB's partitions, and of the load that a topic puts on them."""

import pytest

from bench.support.demand import Demand, Demands
from bench.support.partitions import Partitions, Rows
from bench.support.simulation import Load

NOTHING = Demand(sharded={}, shared={})


def table() -> Partitions:
    return Partitions(table_units=4_000)


def test_a_key_takes_a_thousand_units_a_second_and_no_more() -> None:
    found = table()
    assert found.take(0, {"hot": 1_000})
    assert not found.take(0, {"hot": 1})
    assert found.take(1, {"hot": 1})
    assert found.take(0, {"other": 1_000})


def test_what_a_key_did_not_use_is_not_kept_for_later() -> None:
    found = table()
    found.take(0, {"hot": 1})
    assert not found.take(1, {"hot": 1_001})


def test_a_table_takes_what_it_was_warmed_for_over_all_its_keys() -> None:
    found = table()
    assert all(found.take(0, {f"key {n}": 1_000}) for n in range(4))
    assert not found.take(0, {"key 5": 1})


def test_of_a_transaction_all_keys_are_written_or_none() -> None:
    found = table()
    found.take(0, {"hot": 1_000})
    assert not found.take(0, {"hot": 2, "cool": 2})
    assert found.take(0, {"cool": 1_000})


def test_the_busiest_key_and_the_peak_are_those_of_one_second() -> None:
    found = table()
    found.take(0, {"a": 600, "b": 300})
    found.take(1, {"a": 500})
    assert found.busiest() == ("a", 600)
    assert found.peak() == 900


def test_a_row_is_held_for_as_long_as_its_transaction_takes() -> None:
    rows = Rows(seconds=0.05)
    rows.hold("stripe", 1.0)
    assert rows.is_held("stripe", 1.04)
    assert not rows.is_held("stripe", 1.05)
    assert not rows.is_held("other", 1.0)


def load(put: Demand, screened: Demand = NOTHING, *, shards: int, lanes: int = 1) -> Load:
    demands = Demands(put=put, screened=screened, indexed=NOTHING)
    found = Load(demands=demands, shards=shards, lanes=lanes)
    found.run(rate=2_000, seconds=2)
    return found


@pytest.mark.parametrize(("shards", "throttled"), [(1, 2_000), (4, 0)])
def test_shards_keep_a_rate_below_the_limit_of_a_key(shards: int, throttled: int) -> None:
    found = load(Demand(sharded={"comments T": 1}, shared={}), shards=shards)
    assert found.counts["put"] == 4_000
    assert found.counts["put throttled"] == pytest.approx(throttled, abs=100)


def test_a_key_that_all_comments_share_is_seen_as_hot() -> None:
    found = load(Demand(sharded={"comments T": 1}, shared={"comments all": 1}), shards=4)
    assert found.counts["put throttled"] == pytest.approx(2_000, abs=200)
    assert found.places["comments"].busiest() == ("comments all", 1_000)


def test_every_comment_is_screened_and_more_lanes_make_more_batches() -> None:
    screened = Demand(sharded={"comments T": 2}, shared={"comments N": 2})
    few = load(NOTHING, screened, shards=16, lanes=1)
    many = load(NOTHING, screened, shards=16, lanes=10)
    assert few.counts["screened"] == many.counts["screened"] == 4_000
    assert many.counts["committed"] > 3 * few.counts["committed"]
