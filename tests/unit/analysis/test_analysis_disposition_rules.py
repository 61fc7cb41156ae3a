"""Which rule answers which comment, and which rules are refused."""

import pytest
from pydantic import ValidationError

from services.analysis.model.assignment import Assignments
from services.analysis.model.disposition import (
    Disposition,
    faults_of,
    outstanding,
    rule_for,
)
from services.analysis.model.templates import Dispositions
from services.shared.parsing import faults_of as body_faults

REASON = {"ar": "أخذنا بذلك.", "en": "We took that up."}


def _assignments(**fields: str | None) -> Assignments:
    row = {"kind": "comment", "language": "ar", "campaign_id": None, "reason_code": None}
    rows = [
        {"comment_id": "alone", "status": "published", **row},
        {"comment_id": "grouped", "status": "published", **row, "campaign_id": "letter"},
        {"comment_id": "held", "status": "held", **row},
        {"comment_id": "rejected", "status": "rejected", **row, "reason_code": "spam"},
        {"comment_id": "withdrawn", "status": "withdrawn", **row},
        {"comment_id": "erased", "status": "erased", **row},
    ]
    return Assignments(rows)


def _rule(outcome: str = "noted", **target: object) -> Disposition:
    return Disposition.model_validate({"target": target, "outcome": outcome, "reason": REASON})


def _open(*rules: Disposition) -> list[str]:
    by_target = {rule.target.key: rule for rule in rules}
    return [each.comment_id for each in outstanding(_assignments(), by_target)]


def _outcome(comment_id: str, *rules: Disposition) -> str | None:
    assignment = _assignments().get(comment_id)
    assert assignment is not None
    rule = rule_for(assignment, {rule.target.key: rule for rule in rules})
    return rule.outcome if rule else None


SINGLE = _rule("accepted", comment_id="grouped")
GROUP = _rule("partly_accepted", campaign_id="letter")
REST = _rule("noted", all_remaining=True)


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        ((REST, GROUP, SINGLE), "accepted"),
        ((GROUP, REST), "partly_accepted"),
        ((REST,), "noted"),
        ((), None),
    ],
)
def test_the_nearest_rule_answers(rules: tuple[Disposition, ...], outcome: str | None) -> None:
    assert _outcome("grouped", *rules) == outcome


@pytest.mark.parametrize("comment_id", ["rejected", "withdrawn", "erased"])
def test_no_rule_answers_what_was_rejected_or_taken_back(comment_id: str) -> None:
    assert _outcome(comment_id, REST) is None


def test_held_and_published_comments_need_an_answer() -> None:
    assert _open() == ["alone", "grouped", "held"]
    assert _open(GROUP) == ["alone", "held"]
    assert _open(_rule(comment_id="held"), GROUP) == ["alone"]
    assert _open(REST) == []


def test_every_impossible_target_is_named_at_once() -> None:
    items = [
        _rule(comment_id="alone"),
        _rule(comment_id="nobody"),
        _rule(campaign_id="nothing"),
        _rule(theme_id="parking"),
        _rule(comment_id="rejected"),
        _rule(comment_id="erased"),
        _rule(comment_id="alone"),
    ]
    found = [(fault.field, fault.code) for fault in faults_of(items, _assignments())]
    assert found == [
        ("/items/1/target/comment_id", "unknown_comment"),
        ("/items/2/target/campaign_id", "unknown_campaign"),
        ("/items/3/target/theme_id", "unknown_theme"),
        ("/items/4/target/comment_id", "disposed_by_moderation"),
        ("/items/5/target/comment_id", "comment_withdrawn"),
        ("/items/6/target", "duplicate_target"),
    ]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"target": {}}, "/items/0/target", "one_target"),
        (
            {"target": {"comment_id": "a", "all_remaining": True}},
            "/items/0/target",
            "one_target",
        ),
        (
            {"target": {"all_remaining": False}},
            "/items/0/target/all_remaining",
            "not_allowed",
        ),
        ({"outcome": "rejected"}, "/items/0/outcome", "not_allowed"),
        ({"reason": {"en": "Only English"}}, "/items/0/reason/ar", "missing_language"),
        ({"reason": {"ar": "نص", "en": " "}}, "/items/0/reason/en", "too_short"),
        ({"clause_ids": ["c 1"]}, "/items/0/clause_ids/0", "bad_format"),
        ({"clause_ids": ["c1", "c1"]}, "/items/0/clause_ids", "duplicate_id"),
        ({"note": "x"}, "/items/0/note", "unknown_field"),
    ],
)
def test_a_disposition_with_a_fault_is_refused(
    change: dict[str, object], field: str, code: str
) -> None:
    item = {"target": {"all_remaining": True}, "outcome": "noted", "reason": REASON} | change
    with pytest.raises(ValidationError) as refused:
        Dispositions.model_validate({"items": [item]})
    assert [(fault.field, fault.code) for fault in body_faults(refused.value)] == [(field, code)]


@pytest.mark.parametrize(("count", "code"), [(0, "too_short"), (100, "too_long")])
def test_a_request_has_one_to_ninety_nine_dispositions(count: int, code: str) -> None:
    item = {"target": {"comment_id": "x"}, "outcome": "noted", "reason": REASON}
    with pytest.raises(ValidationError) as refused:
        Dispositions.model_validate({"items": [item] * count})
    assert [fault.code for fault in body_faults(refused.value)] == [code]
