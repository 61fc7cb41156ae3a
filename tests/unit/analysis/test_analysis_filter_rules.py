"""Rules for whatever fits a filter: what fits, and which of several rules answers."""

from itertools import permutations
from typing import Any

import pytest
from pydantic import ValidationError

from services.analysis.model.assignment import Assignments
from services.analysis.model.comment_filter import CommentFilter
from services.analysis.model.disposition import (
    Disposition,
    Target,
    faults_of,
    outstanding,
    rule_for,
)
from services.shared.parsing import faults_of as body_faults

REASON = {"ar": "أخذنا بذلك.", "en": "We took that up."}
_ROW = {"kind": "comment", "language": "ar", "campaign_id": None, "reason_code": None}
ROWS: list[dict[str, Any]] = [
    {"comment_id": "asked", "status": "published", **_ROW, "kind": "inquiry"},
    {"comment_id": "english", "status": "published", **_ROW, "language": "en"},
    {"comment_id": "grouped", "status": "published", **_ROW, "campaign_id": "letter"},
    {"comment_id": "held", "status": "held", **_ROW, "kind": None, "language": None},
    {"comment_id": "rejected", "status": "rejected", **_ROW, "kind": "reply"},
    {"comment_id": "themed", "status": "published", **_ROW, "theme_ids": ["hours"]},
]
ALL = Assignments(ROWS)


def _rule(outcome: str = "noted", **target: object) -> Disposition:
    return Disposition.model_validate({"target": target, "outcome": outcome, "reason": REASON})


def _open(*rules: Disposition) -> list[str]:
    return [each.comment_id for each in outstanding(ALL, {r.target.key: r for r in rules})]


def _outcome(comment_id: str, *rules: Disposition) -> str | None:
    assignment = ALL.get(comment_id)
    assert assignment is not None
    rule = rule_for(assignment, {rule.target.key: rule for rule in rules})
    return rule.outcome if rule else None


@pytest.mark.parametrize(
    ("conditions", "answered"),
    [
        ({"kind": "inquiry"}, {"asked"}),
        ({"language": "en"}, {"english"}),
        ({"has_campaign": True}, {"grouped"}),
        ({"has_campaign": False}, {"asked", "english", "held", "themed"}),
        ({"has_theme": True}, {"themed"}),
        ({"has_theme": False}, {"asked", "english", "grouped", "held"}),
        ({"kind": "comment", "language": "ar"}, {"grouped", "themed"}),
        (
            {"kind": "comment", "language": "ar", "has_campaign": False, "has_theme": True},
            {"themed"},
        ),
        ({"kind": "inquiry", "language": "en"}, set()),
    ],
)
def test_what_fits_all_conditions_is_answered(
    conditions: dict[str, Any], answered: set[str]
) -> None:
    everything = {"asked", "english", "grouped", "held", "themed"}
    assert everything - set(_open(_rule(filter=conditions))) == answered


def test_a_filter_goes_after_what_names_a_comment_and_before_all_that_remain() -> None:
    everywhere = _rule("noted", filter={"language": "ar"})
    rest = _rule("out_of_scope", all_remaining=True)
    campaign = _rule("partly_accepted", campaign_id="letter")
    theme = _rule("not_accepted", theme_id="hours")
    own = _rule("accepted", comment_id="themed")
    for rules in permutations((everywhere, rest, campaign, theme, own)):
        assert _outcome("themed", *rules) == "accepted"
        assert _outcome("grouped", *rules) == "partly_accepted"
        assert _outcome("asked", *rules) == "noted"
        assert _outcome("english", *rules) == "out_of_scope"
    assert _outcome("themed", everywhere, rest, theme) == "not_accepted"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"language": "ar", "has_theme": False}, {"kind": "inquiry"}),
        (
            {"language": "ar", "has_campaign": False, "has_theme": False},
            {"kind": "inquiry", "language": "ar"},
        ),
        ({"kind": "inquiry"}, {"language": "ar"}),
        ({"language": "ar"}, {"has_campaign": False}),
        ({"has_campaign": False}, {"has_theme": False}),
        (
            {"kind": "inquiry", "has_theme": False},
            {"language": "ar", "has_campaign": False},
        ),
    ],
)
def test_of_two_filters_the_narrower_answers_whichever_was_recorded_first(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    rules = _rule("accepted", filter=first), _rule("noted", filter=second)
    assert _outcome("asked", *rules) == _outcome("asked", *reversed(rules)) == "accepted"


def test_the_order_of_conditions_makes_no_other_filter() -> None:
    one = CommentFilter.model_validate({"language": "ar", "kind": "inquiry"})
    other = CommentFilter.model_validate({"kind": "inquiry", "language": "ar"})
    assert one.key == other.key == ("filter", "kind=inquiry&language=ar")


def test_a_filter_that_nothing_fits_is_named_and_one_named_twice_too() -> None:
    items = [
        _rule(filter={"has_theme": True}),
        _rule(filter={"kind": "reply"}),  # the one reply was rejected
        _rule(filter={"language": "en", "has_campaign": True}),
        _rule(filter={"has_theme": True}),
    ]
    assert [(fault.field, fault.code) for fault in faults_of(items, ALL)] == [
        ("/items/1/target/filter", "nothing_fits"),
        ("/items/2/target/filter", "nothing_fits"),
        ("/items/3/target", "duplicate_target"),
    ]


@pytest.mark.parametrize(
    ("target", "field", "code"),
    [
        ({"filter": {}}, "/filter", "no_condition"),
        ({"filter": {"has_theme": None}}, "/filter", "no_condition"),
        ({"filter": {"kind": "rant"}}, "/filter/kind", "not_allowed"),
        ({"filter": {"has_theme": "no"}}, "/filter/has_theme", "wrong_type"),
        ({"filter": {"theme_id": "t"}}, "/filter/theme_id", "unknown_field"),
        ({"filter": {"kind": "reply"}, "all_remaining": True}, "", "one_target"),
    ],
)
def test_a_filter_with_a_fault_is_refused(target: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Target.model_validate(target)
    assert [(each.field, each.code) for each in body_faults(refused.value)] == [(field, code)]
