"""Sizes and units, against what AWS documents."""

import base64
from typing import Any

import pytest

from bench.support.capacity import Index, index_units, item_bytes, read_units, write_units

INDEX = Index("public_pk", "public_sk")


def item(size: int, **more: dict[str, Any]) -> dict[str, Any]:
    """An item of so many bytes, beside what more it has."""
    return {"a": {"S": "x" * (size - 1)}, **more}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "string"}, 6),
        ({"S": "تشاور"}, 10),  # UTF-8, not characters
        ({"N": "27"}, 2),  # a byte for two significant digits, and one
        ({"N": "1234"}, 3),
        ({"N": "100000000"}, 2),  # trailing zeroes are trimmed
        ({"N": "0"}, 1),
        ({"N": "-27"}, 3),
        ({"B": base64.b64encode(b"buffer").decode()}, 6),  # raw bytes, not base64
        ({"B": b"buffer"}, 6),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),  # "an attribute of type List or Map requires 3 bytes of overhead"
        ({"M": {}}, 3),
        ({"L": [{"S": "ab"}, {"S": "c"}]}, 3 + (1 + 2) + (1 + 1)),  # and 1 for each element
        ({"M": {"k": {"S": "ab"}}}, 3 + 1 + 1 + 2),
        ({"SS": ["ab", "c"]}, 3),
    ],
)
def test_a_value_has_the_size_that_the_developer_guide_gives(
    value: dict[str, Any], size: int
) -> None:
    assert item_bytes({"name": value}) == len("name") + size


def test_an_item_is_the_sum_of_its_names_and_values() -> None:
    assert item_bytes({"pk": {"S": "T#1"}, "n": {"N": "5"}}) == 2 + 3 + 1 + 2


@pytest.mark.parametrize(("size", "units"), [(1, 1), (1024, 1), (1025, 2), (3 * 1024, 3)])
def test_a_write_is_rounded_up_to_whole_kilobytes(size: int, units: int) -> None:
    assert write_units(None, item(size)) == units


def test_a_write_is_billed_by_the_larger_of_the_item_before_and_after() -> None:
    assert write_units(item(3000), item(10)) == 3
    assert write_units(item(10), item(3000)) == 3


def test_a_write_that_finds_nothing_still_takes_a_unit() -> None:
    assert write_units(None, None) == 1


@pytest.mark.parametrize(
    ("size", "consistent", "units"),
    [(3500, True, 1), (8 * 1024, True, 2), (8 * 1024, False, 1), (3500, False, 0.5)],
)
def test_a_read_is_rounded_up_to_four_kilobytes_and_halved_if_eventual(
    size: int, consistent: bool, units: float
) -> None:
    assert read_units([item(size)], consistent=consistent) == units


def test_a_query_adds_its_items_up_before_rounding() -> None:
    assert read_units([item(1000)] * 4, consistent=True) == 1


def test_reading_what_is_not_there_is_billed() -> None:
    assert read_units([], consistent=True) == 1


def public(at: str, **more: dict[str, Any]) -> dict[str, Any]:
    return item(500, public_pk={"S": "P"}, public_sk={"S": at}, **more)


def test_an_index_is_written_only_for_what_is_in_it() -> None:
    assert index_units(INDEX, None, item(500)) == 0
    assert index_units(INDEX, item(500), public("1")) == 1
    assert index_units(INDEX, public("1"), item(500)) == 1
    assert index_units(INDEX, public("1"), public("1")) == 0


def test_an_entry_whose_projected_attributes_change_is_written_once_one_that_moves_twice() -> None:
    assert index_units(INDEX, public("1"), public("1", replies={"N": "1"})) == 1
    assert index_units(INDEX, public("1"), public("2")) == 2
