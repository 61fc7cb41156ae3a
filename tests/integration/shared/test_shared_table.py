"""The table says what happened: conditions, lost replies, plain values in and out."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from moto.core.botocore_stubber import BotocoreStubber

from services.shared.table import (
    Check,
    ConditionFailed,
    Containing,
    Put,
    Table,
    Update,
    from_item,
    to_item,
)

pytestmark = pytest.mark.usefixtures("account")
KEY = {"pk": "T#1", "sk": "topic"}


def lose_first_reply(monkeypatch: pytest.MonkeyPatch, operation: str) -> list[str]:
    """Have the first reply to an operation lost after its effect; the SDK then repeats it."""
    lost: list[str] = []
    real: Callable[..., Any] = BotocoreStubber.__call__

    def losing(stubber: Any, event_name: str, request: Any, **kwargs: Any) -> Any:
        reply = real(stubber, event_name, request, **kwargs)
        if event_name.endswith(f".{operation}") and not lost:
            lost.append(event_name)
            raise EndpointConnectionError(endpoint_url="lost after the effect")
        return reply

    monkeypatch.setattr(BotocoreStubber, "__call__", losing)
    return lost


def test_values_come_back_as_they_were() -> None:
    values = {"n": 3, "f": 0.31, "t": "نص", "l": [1, {"b": True}], "raw": b"\x00\xff", "none": None}
    assert from_item(to_item(values)) == {k: v for k, v in values.items() if v is not None}


def test_a_put_does_not_replace_unless_told_to() -> None:
    table = Table("topics")
    table.write(Put(item={**KEY, "v": 1}))
    with pytest.raises(ConditionFailed):
        table.write(Put(item={**KEY, "v": 2}))
    table.write(Put(item={**KEY, "v": 2}, replace=True))
    assert table.get(**KEY) == {**KEY, "v": 2}


def test_a_put_whose_reply_was_lost_is_recognised_as_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = lose_first_reply(monkeypatch, "PutItem")
    Table("topics").write(Put(item={**KEY, "v": 0.5}))
    assert lost
    assert Table("topics").get(**KEY) == {**KEY, "v": 0.5}


def test_a_transaction_whose_reply_was_lost_adds_once(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table("topics")
    table.write(Put(item={**KEY, "n": 1}))
    lost = lose_first_reply(monkeypatch, "TransactWriteItems")
    table.transact(Update(**KEY, add={"n": 1}))
    assert lost
    assert table.get(**KEY) == {**KEY, "n": 2}


def test_a_transaction_does_all_or_nothing_and_names_what_failed() -> None:
    table = Table("topics")
    table.write(Put(item={**KEY, "v": 1}))
    with pytest.raises(ConditionFailed) as refused:
        table.transact(
            Put(item={"pk": "T#1", "sk": "other"}),
            Update(**KEY, set={"v": 3}, when={"v": 2}),
            Check(pk="T#1", sk="absent", when={"pk": None}),
        )
    assert refused.value.failed == (1,)
    assert table.get("T#1", "other") is None


@pytest.mark.parametrize(
    ("when", "holds"),
    [({"v": 1}, True), ({"v": (0, 1)}, True), ({"v": (2, 3)}, False), ({"w": None}, True)],
)
def test_conditions_hold_or_not(when: dict[str, Any], holds: bool) -> None:
    table = Table("topics")
    table.write(Put(item={**KEY, "v": 1, "status": "x"}))
    update = Update(**KEY, set={"status": "y"}, remove=("v",), when=when)
    if holds:
        table.write(update)
        assert table.get(**KEY) == {**KEY, "status": "y"}
    else:
        with pytest.raises(ConditionFailed):
            table.write(update)


def test_pages_go_on_where_the_last_one_ended() -> None:
    table = Table("topics")
    for number in range(5):
        table.write(Put(item={"pk": "T#1", "sk": f"A#{number}"}))
    table.write(Put(item={"pk": "T#1", "sk": "B#0"}))
    first = table.query("T#1", prefix="A#", limit=3)
    second = table.query("T#1", prefix="A#", after=first.last)
    assert [item["sk"] for item in first.items + second.items] == [f"A#{n}" for n in range(5)]
    assert [item["sk"] for item in table.items("T#1")][-1] == "B#0"


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ([], "0123"),
        ([{"n": 1}], "1"),
        ([{"n": (1, 2)}], "12"),
        ([{"m.kind": "odd"}], "13"),
        ([{"m.kind": "odd", "n": (1, 2)}], "1"),
        ([{"t": Containing((" تجربة", " one"))}], "1"),
        ([{"t": Containing((" xyz",))}], ""),
        ([{"n": 1}, {"t": None}], "13"),
    ],
)
def test_items_that_are_not_asked_for_are_left_out(where: list[Any], found: str) -> None:
    table = Table("topics")
    texts = [" none", " تجربة one", " one", None]
    for number, text in enumerate(texts):
        kind = {"kind": "odd" if number % 2 else "even"}
        table.write(Put(item={"pk": "T#1", "sk": f"A#{number}", "n": number, "m": kind, "t": text}))
    page = table.query("T#1", prefix="A#", where=where)
    assert "".join(item["sk"][-1] for item in page.items) == found


def test_what_is_left_out_counts_as_read() -> None:
    table = Table("topics")
    for number in range(5):
        table.write(Put(item={"pk": "T#1", "sk": f"A#{number}", "n": number}))
    first = table.query("T#1", limit=3, where=[{"n": 4}])
    assert first.items == []
    assert [item["n"] for item in table.query("T#1", after=first.last, where=[{"n": 4}]).items] == [
        4
    ]
