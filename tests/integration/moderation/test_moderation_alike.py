"""Cases with one text: decided together, however many; and what a rejection says of repeats."""

import pytest

from tests.integration.moderation.moderation_desk import (
    ABUSE,
    cases,
    comment,
    decide,
    flagged,
    screened,
    told,
)

pytestmark = pytest.mark.usefixtures("account", "clock")
REJECT = {"decision": "reject", "reason_code": "abusive"}
FAIR = "We agree with the plan as it is"


def test_more_than_a_hundred_are_decided_a_hundred_at_a_time_until_none_is_left() -> None:
    outcomes = screened(*(comment(f"c{n}", ABUSE) for n in range(100)))
    outcomes += screened(*(comment(f"c{n}", ABUSE) for n in range(100, 105)))
    first = decide(outcomes[0]["case_id"], {**REJECT, "identical": True})
    assert len(first.json["identical"]) == 100
    assert len(cases().json["items"]) == 4
    again = decide(outcomes[0]["case_id"], {**REJECT, "identical": True})
    assert len(again.json["identical"]) == 104
    assert cases().json["items"] == []
    assert len(told()) == 105


def test_what_cannot_be_decided_alike_is_left_and_keeps_nobody_from_deciding() -> None:
    [named] = screened(comment("c1", FAIR, author_name=ABUSE))
    flagged(comment("c2", FAIR), "r1", "r2", "r3")
    answer = decide(named["case_id"], {"decision": "redact", "identical": True})
    assert (answer.status, answer.json["identical"]) == (200, [])
    assert [item["comment_id"] for item in cases().json["items"]] == ["c2"]


def test_a_rejection_for_what_stands_beside_a_text_says_nothing_of_its_repeats() -> None:
    [named] = screened(comment("c1", FAIR, author_name=ABUSE))
    assert decide(named["case_id"], REJECT).status == 200
    assert screened(comment("c2", FAIR))[0]["outcome"] == "publish"
