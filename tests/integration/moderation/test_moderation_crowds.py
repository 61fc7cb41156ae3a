"""However many readers flag a comment, and however often a decision on it is taken back."""

import pytest

from tests.conftest import FixedClock
from tests.integration.moderation.moderation_desk import (
    CLEAN,
    cases,
    comment,
    decide,
    flagged,
    screened,
    undo,
)

pytestmark = pytest.mark.usefixtures("account", "clock")
PUBLISH = {"decision": "publish"}
WRITTEN = comment("c1", CLEAN)


def brought(number: int) -> str:
    """Case of a comment that so many readers flagged."""
    screened(WRITTEN)
    flagged(WRITTEN, *(f"r{n}" for n in range(number)))
    [item] = cases().json["items"]
    return str(item["case_id"])


def test_letting_it_stand_counts_once_though_it_was_taken_back_meanwhile() -> None:
    case_id = brought(3)
    decide(case_id, PUBLISH)
    undo(case_id)
    decide(case_id, PUBLISH)
    flagged(WRITTEN, *(f"r{n}" for n in range(6)))
    assert len(cases().json["items"]) == 1


def test_what_a_crowd_flagged_and_a_person_let_stand_takes_twice_the_crowd(
    clock: FixedClock,
) -> None:
    case_id = brought(13)
    clock.advance(hours=1)
    decide(case_id, PUBLISH)
    clock.advance(hours=1)
    flagged(WRITTEN, *(f"r{n}" for n in range(25)))
    assert cases().json["items"] == []
    flagged(WRITTEN, "r25")
    assert len(cases().json["items"]) == 1
