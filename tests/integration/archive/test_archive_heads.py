"""Heads, the log of them, and proofs of growth, as everybody reads them."""

from typing import Any

import pytest

from services.archive.handlers import read, tree_store
from services.archive.model.heads import LogHead
from services.archive.model.proofs import is_consistent
from services.archive.use_cases import heads
from services.shared import ids
from tests.integration.archive.test_archive_grow import Collection, collection, look
from tests.support.calls import Answer, http

__all__ = ["collection"]

HEADS = "GET /v1/topics/{topic}/heads"
GROWTH = "GET /v1/topics/{topic}/heads/consistency"
LOG_HEAD, LOG_ENTRIES, LOG_GROWTH = (
    f"GET /v1/log/{name}" for name in ("head", "entries", "consistency")
)


def ask(route: str, topic_id: str | None = None, **query: Any) -> Answer:
    path = {"topic": topic_id} if topic_id else None
    return http(read.handler, route, path=path, query={n: str(v) for n, v in query.items()})


def grown(collection: Collection, clock: Any, *counts: int) -> list[dict[str, Any]]:
    """Heads of a round to which so many comments came, one growth after the other."""
    found = []
    for count in counts:
        number = collection.head.tree_size if collection.tree else 0
        collection.receive(*range(number, number + count))
        clock.advance(hours=18)
        look()
        found.append(collection.head.model_dump())
    return found


def holds(growth: dict[str, Any], first: dict[str, Any], second: dict[str, Any]) -> bool:
    assert growth.keys() == {"first_size", "second_size", "path"}
    return is_consistent(
        growth["first_size"],
        growth["second_size"],
        path=[bytes.fromhex(each) for each in growth["path"]],
        first_root=bytes.fromhex(first["root"]),
        second_root=bytes.fromhex(second["root"]),
    )


def test_heads_are_listed_newest_first_as_they_were_signed(
    collection: Collection, clock: Any
) -> None:
    signed = grown(collection, clock, 0, 3, 0, 8)
    answer = ask(HEADS, collection.topic_id)
    assert answer.json == {"items": signed[::-1], "next_cursor": None}
    assert ask(HEADS, collection.topic_id, round=1).json == answer.json
    of_three = ask(HEADS, collection.topic_id, tree_size=3).json["items"]
    assert of_three == [signed[2], signed[1]]


def test_a_list_goes_on_where_the_page_ended(
    collection: Collection, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "PAGE", 2)
    signed = grown(collection, clock, 1, 1, 1, 1, 1)
    found: list[Any] = []
    query: dict[str, str] = {}
    for _ in range(3):
        page = ask(HEADS, collection.topic_id, **query).json
        found += page["items"]
        query = {"cursor": page["next_cursor"]}
    assert found == signed[::-1]
    assert page["next_cursor"] is None


def test_the_newest_round_that_has_a_tree_is_meant(collection: Collection, clock: Any) -> None:
    grown(collection, clock, 2)
    collection.consultation.round = collection.round = 2
    collection.consultation.set_window(closes_at="2026-12-20T21:00:00Z")
    (second,) = grown(collection, clock, 4)
    assert ask(HEADS, collection.topic_id).json["items"] == [second]
    (first, *_) = ask(HEADS, collection.topic_id, round=1).json["items"]
    assert (first["round"], first["tree_size"]) == (1, 2)


def test_between_any_two_heads_growth_is_proved(collection: Collection, clock: Any) -> None:
    signed = grown(collection, clock, 0, 3, 4, 0, 6)
    for n, first in enumerate(signed):
        for second in signed[n:]:
            sizes = {"first": first["tree_size"], "second": second["tree_size"]}
            growth = ask(GROWTH, collection.topic_id, **sizes).json
            assert holds(growth, first, second), sizes


def test_what_was_never_signed_is_not_proved(collection: Collection, clock: Any) -> None:
    grown(collection, clock, 3, 4)
    for sizes in ({"first": 0, "second": 7}, {"first": 3, "second": 6}, {"first": 7, "second": 8}):
        assert ask(GROWTH, collection.topic_id, **sizes).status == 404
        assert ask(LOG_GROWTH, **sizes).status == 404
    for topic_id, query in ((ids.random_id(), {}), (collection.topic_id, {"round": 2})):
        assert ask(HEADS, topic_id, **query).status == 404
        assert ask(GROWTH, topic_id, first=3, second=7, **query).status == 404
    assert ask(HEADS, collection.topic_id, tree_size=5).status == 404


def test_the_log_has_all_heads_in_the_order_of_signing_and_proves_its_own_growth(
    collection: Collection, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "PAGE", 2)
    signed, logs = [], []
    for count in (3, 0, 5):
        signed += grown(collection, clock, count)
        logs.append(ask(LOG_HEAD).json)
    assert logs[-1] == tree_store().log_head().model_dump()  # type: ignore[union-attr]
    assert LogHead.model_validate(logs[0]).tree_size == 1
    first_page, second_page = ask(LOG_ENTRIES).json, ask(LOG_ENTRIES, first=2).json
    assert first_page == {"first": 0, "items": signed[:2], "next_first": 2}
    assert second_page == {"first": 2, "items": signed[2:], "next_first": None}
    assert ask(LOG_ENTRIES, first=9).json == {"first": 9, "items": [], "next_first": None}
    for n, first in enumerate(logs):
        for second in logs[n:]:
            sizes = {"first": first["tree_size"], "second": second["tree_size"]}
            assert holds(ask(LOG_GROWTH, **sizes).json, first, second)


def test_before_the_first_head_there_is_no_log(account: None) -> None:
    assert ask(LOG_HEAD).status == 404
    assert ask(LOG_GROWTH, first=1, second=1).status == 404
    assert ask(LOG_ENTRIES).json == {"first": 0, "items": [], "next_first": None}


@pytest.mark.parametrize("bad", ["-1", "01", "1.0", "١", "", "1" * 13, "x"])
def test_what_is_no_size_is_refused(collection: Collection, bad: str) -> None:
    assert ask(HEADS, collection.topic_id, tree_size=bad).status == 400
    assert ask(LOG_ENTRIES, first=bad).status == 400
    for query in ({"first": bad, "second": 1}, {"first": 1, "second": bad}):
        assert ask(LOG_GROWTH, **query).status == 400


def test_a_proof_needs_both_sizes_the_greater_one_second(
    collection: Collection, clock: Any
) -> None:
    grown(collection, clock, 3)
    for query in ({}, {"first": 1}, {"second": 1}, {"first": 2, "second": 1}):
        assert ask(LOG_GROWTH, **query).status == 400
        assert ask(GROWTH, collection.topic_id, **query).status == 400
