"""A trail that was changed, added to, thinned, reordered or cut is found out."""

import copy
import hashlib
import json
from typing import Any

import pytest
import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st

from services.archive.model.audit import (
    GENESIS,
    BrokenTrail,
    Head,
    Row,
    canonical,
    head_after,
    public,
    verify,
)
from tests.unit.archive.trails import TOPIC_ID, of_length, told, trail

lengths = st.integers(1, 7)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of every value in a document, itself not counted."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, ...]] = []
    for name, one in inner:
        found.append((*path, name))
        if isinstance(one, dict | list):
            found += places(one, (*path, name))
    return found


def put(document: Any, path: tuple[Any, ...], value: Any) -> None:
    for name in path[:-1]:
        document = document[name]
    document[path[-1]] = value


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        document = document[name]
    return document


@given(st.integers(0, 7))
def test_a_trail_as_recorded_is_sound_whole_and_in_public(count: int) -> None:
    rows = of_length(count)
    end = head_after(rows[-1]) if rows else Head()
    anchors = [Head(), *map(head_after, rows)]
    assert verify(rows, anchors=anchors, topic_id=TOPIC_ID) == end
    assert verify(list(public(rows)), anchors=anchors) == end
    assert verify(json.loads(json.dumps(rows))) == end


@given(lengths, st.data())
def test_any_change_is_found(count: int, data: st.DataObject) -> None:
    rows = of_length(count)
    changed: list[Row] = copy.deepcopy(rows)
    place = data.draw(st.sampled_from(places(changed)), label="place")
    value = data.draw(plain, label="value")
    assume(json.dumps(value) != json.dumps(at(changed, place)))
    put(changed, place, value)
    with pytest.raises(BrokenTrail):
        verify(changed, anchors=[head_after(rows[-1])])


@given(lengths, st.data())
def test_any_change_of_the_public_trail_is_found(count: int, data: st.DataObject) -> None:
    rows = list(public([*of_length(count)]))
    changed: list[Row] = copy.deepcopy(rows)
    place = data.draw(st.sampled_from(places(changed)), label="place")
    value = data.draw(plain, label="value")
    assume(json.dumps(value) != json.dumps(at(changed, place)))
    put(changed, place, value)
    with pytest.raises(BrokenTrail):
        verify(changed, anchors=[head_after(rows[-1])])


@given(lengths, st.data())
def test_any_field_too_many_or_too_few_is_found(count: int, data: st.DataObject) -> None:
    rows = of_length(count)
    row = data.draw(st.sampled_from(rows), label="entry")
    name = data.draw(st.sampled_from([*row, "more"]), label="field")
    row.pop(name) if name in row else row.update(more=1)
    with pytest.raises(BrokenTrail):
        verify(rows)


@given(lengths, st.data())
def test_any_insertion_is_found(count: int, data: st.DataObject) -> None:
    rows = of_length(count)
    strangers = [*rows, *trail(*(told(n, actor_id="intruder") for n in range(count + 1)))]
    stranger = data.draw(st.sampled_from(strangers), label="inserted")
    place = data.draw(st.integers(0, count), label="place")
    anchor = head_after(rows[-1])
    with_one_more = [*rows[:place], stranger, *rows[place:]]
    with pytest.raises(BrokenTrail):
        verify(with_one_more, anchors=[anchor])


@given(lengths, st.data())
def test_any_removal_within_is_found_by_the_chain_alone(count: int, data: st.DataObject) -> None:
    rows = of_length(count + 1)
    del rows[data.draw(st.integers(0, count - 1), label="removed")]
    with pytest.raises(BrokenTrail):
        verify(rows)


@given(st.permutations(range(5)))
def test_any_other_order_is_found(order: list[int]) -> None:
    assume(order != sorted(order))
    rows = of_length(5)
    with pytest.raises(BrokenTrail):
        verify([rows[place] for place in order])


@given(lengths, st.data())
def test_any_truncation_is_found_by_a_head_from_elsewhere(count: int, data: st.DataObject) -> None:
    rows = of_length(count)
    kept = rows[: data.draw(st.integers(0, count - 1), label="kept")]
    verify(kept)
    with pytest.raises(BrokenTrail, match=f"there were {count} entries"):
        verify(kept, anchors=[head_after(rows[-1])])


@given(lengths, st.data())
def test_a_trail_made_anew_as_a_whole_is_found_by_a_head_from_elsewhere(
    count: int, data: st.DataObject
) -> None:
    rows = of_length(count)
    forged_at = data.draw(st.integers(0, count - 1), label="forged")
    forged = trail(
        *(told(n, actor_id="nobody") if n == forged_at else told(n) for n in range(count))
    )
    verify(forged)
    with pytest.raises(BrokenTrail, match=f"entry {count}: not the entry"):
        verify(forged, anchors=[head_after(rows[-1])])


def test_a_chain_that_went_on_after_a_head_was_noted_still_meets_it() -> None:
    rows = of_length(6)
    assert verify(rows, anchors=[head_after(rows[2])]).count == 6


def test_two_heads_that_contradict_each_other_are_found() -> None:
    rows = of_length(2)
    other = Head(count=2, hash="f" * 64)
    for anchors in ([head_after(rows[1]), other], [other, head_after(rows[1])]):
        with pytest.raises(BrokenTrail):
            verify(rows, anchors=anchors)


def test_the_first_entry_that_is_wrong_is_named() -> None:
    rows = of_length(4)
    rows[2]["data"]["number"] = 9
    with pytest.raises(BrokenTrail, match="entry 3: its data are not those"):
        verify(rows)
    with pytest.raises(BrokenTrail, match="entry 1: of another topic"):
        verify(of_length(1), topic_id="u" * 26)


@pytest.mark.parametrize("stranger", [None, [], 7, "text", {}, {"actor": {}}, {"actor": None}])
def test_what_is_no_entry_is_refused(stranger: Any) -> None:
    with pytest.raises(BrokenTrail, match="entry 1"):
        verify([stranger])


def test_the_public_trail_names_nobody_and_tells_nothing_of_before_the_publication() -> None:
    said = {"data": {"reason": "سبب"}, "type": "TopicReopened"}
    rows = trail(
        told(3, type="TopicPublished", data={"channels": ["web"]}),
        told(1, **said),
        told(4, **said),
        told(2, **said),
    )
    shown = list(public(rows))
    assert ["data" in row for row in shown] == [True, False, True, False]
    assert not [row for row in shown if row["actor"].keys() != {"role", "digest"}]
    assert "officer-" not in json.dumps(shown)
    assert [row["hash"] for row in shown] == [row["hash"] for row in rows]
    assert not ["data" in row for row in public(rows[1:]) if "data" in row]


def test_a_further_round_tells_nothing_of_before_its_own_publication() -> None:
    said = {"data": {"reason": "سبب"}, "type": "TopicSubmitted"}
    first = told(1, type="TopicPublished", data={})
    drafted, of_no_round = told(2, round=2, **said), told(3, round=0, **said)
    second, later = told(4, round=2, type="TopicPublished", data={}), told(5, round=2, **said)
    shown = list(public(trail(first, drafted, of_no_round, second, later)))
    assert ["data" in row for row in shown] == [True, False, True, True, True]
    assert ["data" in row for row in public(trail(first, drafted))] == [True, False]


@pytest.mark.parametrize(
    ("kind", "data", "shown"),
    [
        ("DecisionReturned", {"decision_version": 2, "reason": "clause 1 is vague"}, False),
        ("TopicReturned", {"reason": "no target group"}, False),
        ("CollectionExtended", {"reason": "Eid", "closes_at": "x", "automatic": False}, True),
        ("CollectionExtended", {"reason": "Eid", "remark": "between us"}, False),
        ("DecisionDelayExplained", {"reason": {"ar": "سبب", "en": "why"}}, True),
        ("SomethingNew", {"count": 3, "is_new": True, "nothing": None}, True),
        ("SomethingNew", {"count": 3, "lines": ["between us"]}, False),
    ],
)
def test_what_nobody_has_found_to_be_for_everybody_is_withheld(
    kind: str, data: dict[str, Any], shown: bool
) -> None:
    rows = trail(told(1, type="TopicPublished", data={}), told(2, type=kind, data=data))
    assert ["data" in row for row in public(rows)] == [True, shown]
    assert verify(list(public(rows))) == head_after(rows[-1])


def test_what_is_withheld_cannot_be_guessed_without_its_salt() -> None:
    one, other = (of_length(2)[n]["data_salt"] for n in (0, 1))
    assert one != other
    row = of_length(1)[0]
    assert row["actor"]["salt"] != row["data_salt"]


def test_the_hash_is_that_of_the_documented_form() -> None:
    row = of_length(1)[0]
    bound = {
        "actor": {"digest": row["actor"]["digest"], "role": "officer"},
        "data_digest": row["data_digest"],
        "event_id": "0" * 64,
        "occurred_at": "2026-12-01T09:00:00.000Z",
        "previous": GENESIS,
        "recorded_at": "2026-12-01T10:00:00.000Z",
        "round": 1,
        "sequence": 1,
        "source": "tashawur.topics",
        "topic_id": TOPIC_ID,
        "type": "TopicRevised",
    }
    message = b"tashawur/audit-entry/1\x00" + rfc8785.dumps(bound)
    assert row["hash"] == hashlib.sha256(message).hexdigest()
    part = {"part": "data", "salt": row["data_salt"], "value": row["data"]}
    message = b"tashawur/audit-part/1\x00" + rfc8785.dumps(part)
    assert row["data_digest"] == hashlib.sha256(message).hexdigest()


@given(plain)
def test_the_canonical_form_is_that_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.5, {"n": [0.1]}, {"سبب": 1}, {1: 1}, {"x"}])
def test_what_has_no_simple_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="a n"):
        canonical(value)
