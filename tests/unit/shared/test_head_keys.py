"""The keys of heads one after the other: what the setting may say, what is told of them when."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from scripts.record_example import NumberKey
from services.archive.settings import ArchiveSettings
from services.comments.settings import CommentsSettings
from services.shared.head_keys import (
    BEGINNING,
    MOST,
    begin_of_present,
    known_at,
    published,
)
from services.shared.settings import Settings
from services.shared.signatures import key_id_of
from tests.support.head_keys import entries

FIRST, SECOND = "2027-01-05T09:00:00.000Z", "2028-01-05T09:00:00.000Z"
PRESENT = NumberKey(99).public_key
Entry = dict[str, Any]


@pytest.fixture(params=[ArchiveSettings, CommentsSettings])
def parse(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Any], tuple[Any, ...]]:
    """What either service makes of the variable."""
    service: type[Settings] = request.param

    def of(value: Any) -> tuple[Any, ...]:
        text = value if isinstance(value, str) else json.dumps(value)
        monkeypatch.setenv("HEAD_KEYS", text)
        return tuple(service.load().head_keys)  # type: ignore[attr-defined]

    return of


def changed(number: int, **members: Any) -> list[Entry]:
    """Two entries, of which one is otherwise."""
    found = entries(FIRST, SECOND)
    found[number] |= members
    return found


def other_trailing_bits(text: str) -> str:
    """The same bytes in a base64 that nobody writes."""
    before, last = text[:-3], text[-3]
    return before + chr(ord(last) + 1) + "=="  # "A", "Q", "g" or "w": what follows bears more bits


def test_the_variable_is_the_published_entries_with_their_ends(
    parse: Callable[[Any], tuple[Any, ...]],
) -> None:
    keys = parse(entries(FIRST, SECOND))
    assert [key.der for key in keys] == [NumberKey(n).public_key for n in (1, 2)]
    assert [(key.valid_from, key.valid_until) for key in keys] == [
        (BEGINNING, FIRST),
        (FIRST, SECOND),
    ]
    assert begin_of_present(keys) == SECOND
    assert parse("[]") == ()
    assert begin_of_present(()) == BEGINNING


def test_without_the_variable_the_present_key_is_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEAD_KEYS", raising=False)
    assert ArchiveSettings.load().head_keys == CommentsSettings.load().head_keys == ()


ONE, TWO = (key_id_of(NumberKey(number).public_key) for number in (1, 2))
STRANGE = base64.b64encode(PRESENT).decode()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ({"keys": entries(FIRST)}, "valid tuple"),
        ([1], "valid dictionary"),
        (changed(0, valid_until=BEGINNING), f"{ONE} ends at 1970.*, not after 1970"),
        (changed(0, valid_until=None), "valid_until"),
        (changed(1, valid_until=FIRST), f"{TWO} ends at 2027.*, not after 2027"),
        (changed(1, valid_until="2026-01-05T09:00:00.000Z"), f"{TWO} ends at 2026"),
        (changed(0, valid_from="2026-01-05T09:00:00.000Z"), f"{ONE} is valid from 2026.*, not"),
        (changed(1, valid_from="2027-01-05T09:00:00.001Z"), f"{TWO} is valid from 2027.*001Z, not"),
        (changed(1, valid_from=BEGINNING), f"{TWO} is valid from 1970"),
        (entries(FIRST, SECOND)[::-1], f"{TWO} is valid from 2027.*, not from 1970"),
        (entries(FIRST, SECOND)[1:], f"{TWO} is valid from 2027.*, not from 1970"),
        (changed(1, key_id=ONE, public_key=entries(FIRST)[0]["public_key"]), f"{ONE} is there twi"),
        (changed(1, key_id=ONE), f"key {ONE}: its public_key is that of {TWO}"),
        (changed(0, public_key=STRANGE), f"key {ONE}: its public_key is that of "),
        (changed(0, public_key="no base64"), f"key {ONE}: its public_key is no base64"),
        (changed(1, public_key="é"), f"key {TWO}: its public_key is no base64"),
        (changed(0, valid_until="2027-01-05T09:00:00Z"), "0.valid_until"),
        (changed(0, valid_until="2027-01-05T12:00:00.000+03:00"), "0.valid_until"),
        (changed(0, valid_until="soon"), "0.valid_until"),
        (changed(1, use="receipt"), "1.use"),
        (changed(1, algorithm="RSA"), "1.algorithm"),
        (changed(1, kid="x"), "1.kid"),
        ([{"key_id": ONE}], "0.public_key"),
        (entries(*(f"20{n}-01-05T09:00:00.000Z" for n in range(30, 31 + MOST))), f"most {MOST}"),
    ],
)
def test_what_cannot_be_a_succession_of_keys_is_refused_and_named(
    parse: Callable[[Any], tuple[Any, ...]], value: Any, why: str
) -> None:
    with pytest.raises(ValidationError, match=rf"(?s)head_keys.*{why}"):
        parse(value)


def test_as_many_as_there_is_room_for_are_taken(parse: Callable[[Any], tuple[Any, ...]]) -> None:
    ends = [f"20{n}-01-05T09:00:00.000Z" for n in range(30, 30 + MOST)]
    assert len(parse(entries(*ends))) == MOST


def test_all_keys_are_published_each_until_the_next(
    parse: Callable[[Any], tuple[Any, ...]],
) -> None:
    told = entries(FIRST, SECOND)
    *earlier, present = published(parse(told), PRESENT)
    assert earlier == told
    assert present == {
        "key_id": key_id_of(PRESENT),
        "algorithm": "ECDSA-P256-SHA256",
        "use": "head",
        "public_key": base64.b64encode(PRESENT).decode(),
        "valid_from": SECOND,
        "valid_until": None,
    }
    (only,) = published((), PRESENT)
    assert only == {**present, "valid_from": BEGINNING}


def test_a_key_is_published_in_the_one_form_however_it_was_written(
    parse: Callable[[Any], tuple[Any, ...]],
) -> None:
    told = entries(FIRST)
    written = other_trailing_bits(told[0]["public_key"])
    assert written != told[0]["public_key"]
    assert published(parse([{**told[0], "public_key": written}]), PRESENT)[:-1] == told


@pytest.mark.parametrize(
    ("instant", "ends"),
    [
        (BEGINNING, [None]),
        ("2027-01-05T08:59:59.999Z", [None]),
        (FIRST, [FIRST, None]),
        ("2028-01-05T08:59:59.999Z", [FIRST, None]),
        (SECOND, [FIRST, SECOND, None]),
        ("2099-01-01T00:00:00.000Z", [FIRST, SECOND, None]),
    ],
)
def test_what_was_known_of_the_keys_at_an_instant(
    parse: Callable[[Any], tuple[Any, ...]], instant: str, ends: list[str | None]
) -> None:
    earlier = parse(entries(FIRST, SECOND))
    known = known_at(published(earlier, PRESENT), instant)
    assert [key["valid_until"] for key in known] == ends
    # Before a key was thought of, the list of then said the very same.
    then = earlier[: len(ends) - 1]
    present = [*(key.der for key in earlier), PRESENT][len(ends) - 1]
    assert known == known_at(published(then, present), instant)
