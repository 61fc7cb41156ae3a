"""What was answered, theme by theme: counts, clauses and the reasons that answer most."""

from typing import Any

from services.analysis.model.assignment import Assignments
from services.analysis.model.disposition import Disposition, Rules
from services.analysis.model.summary import summary

A, B = "a", "b"


def _comment(comment_id: str, *themes: str, **fields: Any) -> dict[str, Any]:
    row = {"kind": "comment", "status": "published", "language": "en", "campaign_id": None}
    return {"comment_id": comment_id, "theme_ids": themes, "reason_code": None, **row, **fields}


def _rules(*rules: dict[str, Any]) -> Rules:
    found = [Disposition.model_validate(rule) for rule in rules]
    return {rule.target.key: rule for rule in found}


def _rule(outcome: str, words: str = "so", *clauses: str, **target: Any) -> dict[str, Any]:
    reason = {"ar": "هكذا", "en": words}
    return {"target": target, "outcome": outcome, "reason": reason, "clause_ids": [*clauses]}


def _summary(rows: list[dict[str, Any]], *rules: dict[str, Any]) -> dict[str, Any]:
    themes = [{"theme_id": each, "label": each, "size": 1} for each in (A, B)]
    return summary(themes, Assignments(rows), _rules(*rules))


def _some(row: dict[str, Any]) -> dict[str, int]:
    return {name: count for name, count in row["by_outcome"].items() if count}


def test_a_comment_in_two_themes_counts_in_both_and_once_in_all() -> None:
    told = _summary([_comment("c", A, B)], _rule("accepted", theme_id=A))
    assert [_some(row) for row in told["themes"]] == [{"accepted": 1}, {"accepted": 1}]
    assert (_some(told), told["outstanding"]) == ({"accepted": 1}, 0)


def test_a_comment_counts_with_its_nearest_answer() -> None:
    rows = [_comment("c", A), _comment("d", A, campaign_id="k"), _comment("e", A), _comment("f")]
    told = _summary(
        rows,
        _rule("accepted", theme_id=A),
        _rule("noted", campaign_id="k"),
        _rule("out_of_scope", comment_id="c"),
    )
    [first, second] = told["themes"]
    assert _some(first) == {"accepted": 1, "noted": 1, "out_of_scope": 1}
    assert _some(second) == {}
    assert (told["unthemed"]["outstanding"], told["outstanding"]) == (1, 1)


def test_moderations_answers_are_apart_and_the_withdrawn_are_not_counted() -> None:
    rows = [
        _comment("c", A, status="rejected", reason_code="spam"),
        _comment("d", A, status="withdrawn"),
        _comment("e", A, status="held"),
    ]
    first, _ = _summary(rows, _rule("noted", all_remaining=True))["themes"]
    assert (_some(first), first["by_moderation"], first["outstanding"]) == ({"noted": 1}, 1, 0)


def test_the_reasons_that_answer_most_come_first_and_three_at_most() -> None:
    sizes = {"one": 1, "four": 4, "two": 2, "three": 3}
    rows, rules = [], []
    for words, size in sizes.items():
        ids = [f"{words}{number}" for number in range(size)]
        rows += [_comment(each, A) for each in ids]
        rules += [_rule("noted", words, comment_id=each) for each in ids]
    first, _ = _summary(rows, *rules)["themes"]
    told = [(each["reason"]["en"], each["comments"]) for each in first["reasons"]]
    assert told == [("four", 4), ("three", 3), ("two", 2)]
    assert first["reasons"][0]["citing"] == ["four0", "four1", "four2"]


def test_the_same_words_with_another_outcome_or_clause_are_another_answer() -> None:
    rows = [_comment(each, A) for each in "cde"]
    first, _ = _summary(
        rows,
        _rule("noted", comment_id="c"),
        _rule("accepted", comment_id="d"),
        _rule("noted", "so", "1", comment_id="e"),
    )["themes"]
    assert [each["comments"] for each in first["reasons"]] == [1, 1, 1]


def test_clauses_are_those_of_the_rules_that_answer_and_the_most_cited_first() -> None:
    rows = [_comment(each, A) for each in "cde"]
    told = _summary(
        rows,
        _rule("accepted", "so", "2", "9", theme_id=A),
        _rule("noted", "so", "1", "9", comment_id="c"),
        _rule("noted", "so", "7", campaign_id="nobody's"),
    )
    assert told["themes"][0]["clause_ids"] == ["9", "2", "1"]
    assert told["themes"][1]["clause_ids"] == []


def test_only_public_comments_are_cited() -> None:
    rows = [_comment("c", A, status="held"), _comment("d", A)]
    first, _ = _summary(rows, _rule("noted", theme_id=A))["themes"]
    [reason] = first["reasons"]
    assert (reason["comments"], reason["citing"]) == (2, ["d"])


def test_a_theme_that_is_no_more_leaves_its_comments_without_one() -> None:
    told = _summary([_comment("c", "gone")], _rule("noted", all_remaining=True))
    assert _some(told["unthemed"]) == {"noted": 1}
