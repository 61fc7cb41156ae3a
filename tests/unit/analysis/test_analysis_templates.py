"""Reasons from templates: what stands in the fields, and every fault of template and fields."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.analysis.model import templates
from services.analysis.model.templates import Dispositions, Expanded, expand
from services.shared.parsing import faults_of

REASON = {"ar": "أخذنا بذلك.", "en": "We took that up."}
CLAUSE = {"ar": "البند الثالث", "en": "clause 3"}


def _item(**fields: Any) -> dict[str, Any]:
    return {"target": {"all_remaining": True}, "outcome": "noted", **fields}


def _expanded(*items: dict[str, Any], **given: dict[str, str]) -> Expanded:
    return expand(Dispositions.model_validate({"items": list(items), "templates": given}))


def _told(expanded: Expanded) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in expanded.faults]


def test_what_stands_in_a_field_comes_into_both_languages() -> None:
    template = {"ar": "انظر {{clause}}، و{{  clause  }}.", "en": "See {{ clause }} (50% {of} $it)."}
    [found] = _expanded(_item(template="t", fields={"clause": CLAUSE}), t=template).items
    assert found.shown() == {
        "target": {"all_remaining": True},
        "outcome": "noted",
        "reason": {
            "ar": "انظر البند الثالث، والبند الثالث.",
            "en": "See clause 3 (50% {of} $it).",
        },
        "clause_ids": [],
    }


def test_a_field_may_have_an_arabic_name_and_be_in_one_language_alone() -> None:
    template = {"ar": "انظر {{ البند }}.", "en": "See the decision."}
    [found] = _expanded(_item(template="t", fields={"البند": CLAUSE}), t=template).items
    assert found.reason.model_dump() == {"ar": "انظر البند الثالث.", "en": "See the decision."}


def test_what_stands_in_a_field_is_no_template_itself() -> None:
    inner = {"ar": "{{ clause }}", "en": "{{ clause }} {{"}
    template = {"ar": "{{ clause }}.", "en": "{{ clause }}."}
    [found] = _expanded(_item(template="t", fields={"clause": inner}), t=template).items
    assert found.reason.model_dump() == {"ar": "{{ clause }}.", "en": "{{ clause }} {{."}


def test_a_reason_in_full_is_no_template() -> None:
    reason = {"ar": "{{ clause }}", "en": "{{"}
    [found] = _expanded(_item(reason=reason), t=REASON).items
    assert found.reason.model_dump() == reason


@pytest.mark.parametrize(
    "text", ["{{ clause", "{{ 1st }}", "{{}}", "clause }}", "{{ {{ clause }} }}", "{{ a.b }}"]
)
def test_a_malformed_template_is_refused(text: str) -> None:
    expanded = _expanded(_item(template="t", fields={"clause": CLAUSE}), t={"ar": text, "en": "x"})
    assert _told(expanded) == [("/templates/t/ar", "bad_template")]


def test_every_fault_is_told_at_its_place() -> None:
    expanded = _expanded(
        _item(template="good"),
        _item(template="good", fields={"claws": CLAUSE, "a/b": CLAUSE}),
        _item(template="lost", fields={"clause": CLAUSE}),
        _item(template="broken"),
        _item(reason=REASON),
        _item(template="long", fields={"clause": {"ar": "ب" * 19_000, "en": "clause 3"}}),
        good={"ar": "{{ clause }} {{ other }}", "en": "{{ other }}"},
        broken={"ar": "}}", "en": "{{"},
        long={"ar": "{{ clause }}{{ clause }}", "en": "{{ clause }}"},
    )
    assert _told(expanded) == [
        ("/templates/broken/ar", "bad_template"),
        ("/templates/broken/en", "bad_template"),
        ("/items/0/fields/clause", "missing"),
        ("/items/0/fields/other", "missing"),
        ("/items/1/fields/clause", "missing"),
        ("/items/1/fields/other", "missing"),
        ("/items/1/fields/claws", "unknown_field"),
        ("/items/1/fields/a~1b", "unknown_field"),
        ("/items/2/template", "unknown_template"),
        ("/items/5/template", "too_long"),
    ]


def test_no_more_text_is_made_than_can_be_recorded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    template = {"ar": "{{ clause }}", "en": "{{ clause }}"}
    item = _item(template="t", fields={"clause": {"ar": "بب", "en": "cc"}})
    monkeypatch.setattr(templates, "MOST_BYTES", 12)
    assert _told(_expanded(item, item, t=template)) == []
    assert _told(_expanded(item, item, item, t=template)) == [("/items", "too_much_text")]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"reason": REASON, "template": "t"},
        {"reason": REASON, "fields": {"clause": CLAUSE}},
        {"fields": {"clause": CLAUSE}},
    ],
)
def test_an_item_has_a_reason_or_a_template(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        Dispositions.model_validate({"items": [_item(**given)]})
    [told] = faults_of(refused.value)
    assert (told.field, told.code) == ("/items/0/reason", "reason_or_template")


def test_a_template_and_a_field_are_in_both_languages() -> None:
    body = {
        "items": [_item(template="t", fields={"clause": {"ar": "البند"}})],
        "templates": {"t": {"en": "{{ clause }}"}},
    }
    with pytest.raises(ValidationError) as refused:
        Dispositions.model_validate(body)
    assert [(told.field, told.code) for told in faults_of(refused.value)] == [
        ("/items/0/fields/clause/en", "missing_language"),
        ("/templates/t/ar", "missing_language"),
    ]
