"""Which key signs a receipt, and what may become of the keys."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.comments.model.key_schedule import (
    ANNOUNCED_AHEAD,
    BEGINNING,
    LEAST_AHEAD,
    KeyDocument,
    KeySchedule,
)
from services.comments.receipt_keys import ASKED_AGAIN, GOOD_FOR
from services.shared import clock

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
FIRST = KeyDocument(seed="1" * 64)
SECOND = FIRST.followed(seed="2" * 64, at=NOW)
BEGINS = "2026-12-02T09:00:00.000Z"


def header(received_at: str) -> dict[str, Any]:
    return {
        "topic_id": "t" * 26,
        "round": 1,
        "comment_id": "c" * 26,
        "received_at": received_at,
    }


def sign(document: KeyDocument, received_at: str) -> Any:
    schedule = KeySchedule(document)
    return schedule.sign(header(received_at), salt=b"s" * 32, leaf=b"l" * 32)


@pytest.mark.parametrize(
    ("received_at", "number"),
    [
        (BEGINNING, 0),
        ("2026-12-02T08:59:59.999Z", 0),
        (BEGINS, 1),
        ("2099-01-01T00:00:00.000Z", 1),
    ],
)
def test_the_receipt_time_chooses_the_key_to_the_millisecond(received_at: str, number: int) -> None:
    key = KeySchedule(SECOND).published()[number]
    assert sign(SECOND, received_at).key_id == key["key_id"]


@given(
    received=st.datetimes(
        min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants it naive
        max_value=datetime(2027, 12, 31),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    wait=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=500)),
)
@settings(deadline=None)
def test_a_rotation_at_whatever_instant_leaves_the_receipt_of_what_came_before_as_it_was(
    received: datetime, wait: timedelta
) -> None:
    received_at = clock.to_text(received)
    rotated = FIRST.followed(seed="2" * 64, at=received + wait)
    again = rotated.followed(seed="3" * 64, at=received + 2 * wait)
    receipt = sign(FIRST, received_at)
    assert receipt == sign(rotated, received_at) == sign(again, received_at)
    for document in (FIRST, rotated, again):
        assert KeySchedule(document).verifies(receipt)


def test_a_receipt_by_a_key_before_or_after_its_time_is_refused() -> None:
    alone = KeyDocument(seed="2" * 64)
    early = sign(alone, "2026-12-02T08:59:59.999Z")
    late = sign(FIRST, BEGINS)
    assert KeySchedule(alone).verifies(early)
    assert not KeySchedule(SECOND).verifies(early)
    assert KeySchedule(FIRST).verifies(late)
    assert not KeySchedule(SECOND).verifies(late)


@pytest.mark.parametrize(
    "received_at",
    [
        "",
        "نعم",
        "\ud800",
        "0001-01-01T00:00:00.000Z",
        "2026-12-01",
        "2026-12-01T09:00:00Z",
        "2026-12-01T09:00:00.000+00:00",
        "0001-01-01T00:00:00+23:59",
        "2026-12-01T09:00:00.000Z\n",
        "٢٠٢٦-12-01T09:00:00.000Z",
    ],
)
def test_a_receipt_of_no_instant_is_refused(received_at: str) -> None:
    receipt = sign(SECOND, "2026-12-01T09:00:00.000Z")
    changed = receipt.model_copy(update={"received_at": received_at})
    assert not KeySchedule(SECOND).verifies(changed)
    with pytest.raises(ValueError, match="no key"):
        sign(SECOND, received_at)


def test_the_published_keys_follow_each_other_without_a_gap() -> None:
    first, second = KeySchedule(SECOND).published()
    assert (first["valid_from"], first["valid_until"]) == (BEGINNING, BEGINS)
    assert (second["valid_from"], second["valid_until"]) == (BEGINS, None)
    for key in (first, second):
        der = base64.b64decode(key["public_key"], validate=True)
        assert hashlib.sha256(der).hexdigest()[:16] == key["key_id"]
        assert (key["algorithm"], key["use"]) == ("ECDSA-P256-SHA256", "receipt")


def test_the_document_reads_as_it_was_written() -> None:
    assert KeyDocument.model_validate_json(SECOND.text()) == SECOND
    assert '"from":"2026-12-02T09:00:00.000Z"' in SECOND.text()


def test_two_rotations_in_a_row_keep_their_keys_a_day_apart() -> None:
    third = SECOND.followed(seed="3" * 64, at=NOW)
    assert third.later[1].valid_from == "2026-12-03T09:00:00.000Z"


def test_a_container_asks_again_long_before_a_new_key_counts() -> None:
    assert ASKED_AGAIN < GOOD_FOR < LEAST_AHEAD < ANNOUNCED_AHEAD


def test_what_is_to_come_keeps_every_key_and_begins_late_enough() -> None:
    assert SECOND.may_follow(FIRST, at=NOW)
    assert FIRST.may_follow(FIRST, at=NOW)
    assert SECOND.may_follow(FIRST, at=NOW + ANNOUNCED_AHEAD - LEAST_AHEAD)
    just_late = NOW + ANNOUNCED_AHEAD - LEAST_AHEAD + timedelta(milliseconds=1)
    assert not SECOND.may_follow(FIRST, at=just_late)
    assert not FIRST.may_follow(SECOND, at=NOW)
    assert not KeyDocument(seed="9" * 64).may_follow(FIRST, at=NOW)
    other = FIRST.followed(seed="9" * 64, at=NOW)
    assert not other.followed(seed="3" * 64, at=NOW).may_follow(SECOND, at=NOW)


@pytest.mark.parametrize(
    "document",
    [
        {"later": []},
        {"seed": "2222"},
        {"seed": "1" * 64, "more": 1},
        {"seed": "1" * 64, "later": [{"from": "2026-12-02", "seed": "2" * 64}]},
        {"seed": "1" * 64, "later": [{"from": "2026-12-02T09:00:00Z", "seed": "2" * 64}]},
        {"seed": "1" * 64, "later": [{"from": BEGINNING, "seed": "2" * 64}]},
        {"seed": "1" * 64, "later": [{"from": BEGINS, "seed": "2" * 64}] * 2},
    ],
)
def test_a_secret_that_cannot_be_read_is_an_error_that_does_not_tell_it(document: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        KeyDocument.model_validate(document)
    assert "1111" not in str(caught.value)
    assert "2222" not in str(caught.value)
