"""Whatever lists a definition may have, intake takes the values that are offered and no others."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from services.comments import rows
from services.comments.model.form import Form
from services.comments.model.submission import read
from services.comments.model.window import WindowOrder, opened_window
from services.shared.errors import Invalid
from services.topics.model.rules import checked
from services.topics.model.topic import Topic, as_defined, window
from tests.support.topics import definition

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
MEMBERS = ("age_band", "gender", "area", "disability")
TOPIC_ID = "a" * 26
_LABEL = st.fixed_dictionaries({"ar": st.just("فئة"), "en": st.just("A group")})
_ID = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_+-]{0,31}", fullmatch=True)


def lists(identifier: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    values = st.fixed_dictionaries({"id": identifier, "label": _LABEL})
    several = st.lists(values, min_size=1, max_size=5, unique_by=lambda value: value["id"])
    return st.dictionaries(st.sampled_from(MEMBERS), several)


LISTS = lists(_ID) | lists(st.text(max_size=4))
NAMES = st.sampled_from(("required", "none")) | st.none()


def form_of(demographics: Any, names: str | None) -> Form:
    """Form of a window as it was written and read again, made of a definition.

    Raises
    ------
    Invalid
        If the topics service refuses the definition.
    """
    departures = [{"field": "author_names", "value": names, "reason": "x"}] if names else []
    document = definition(AT, demographics=demographics, plan_departures=departures)
    topic = Topic(
        topic_id=TOPIC_ID,
        version=1,
        round=1,
        stage="collecting",
        execution=1,
        created_at=AT,
        created_by="officer",
        **as_defined(checked(document, at=AT), by="officer", at=AT),
    )
    payload = json.loads(json.dumps({"topic_id": TOPIC_ID, "round": 1, **window(topic)}))
    written = opened_window(WindowOrder.model_validate(payload), data_key=b"wrapped")
    return rows.window_of(rows.window_row(written), topic_id=TOPIC_ID, round_=1).form


def faults(form: Form, **members: Any) -> set[tuple[str, str]]:
    consent = {"publish": True, "privacy_notice": "2026-11"}
    document = {"kind": "inquiry", "text": "متى؟", "consent": consent, **members}
    try:
        read(document, form=form)
    except Invalid as refusal:
        return {(fault.field, fault.code) for fault in refusal.faults}
    return set()


@given(LISTS, NAMES, st.text(max_size=10))
def test_what_is_offered_is_taken_and_nothing_else(
    demographics: dict[str, Any], names: str | None, word: str
) -> None:
    try:
        form = form_of(demographics, names)
    except Invalid:
        event("refused by topics")
        return
    event(f"accepted with {len(demographics)} lists")
    name = {"author_name": "علي"} if names == "required" else {}
    for member, values in demographics.items():
        offered = [value["id"] for value in values]
        for value in offered:
            assert faults(form, demographics={member: value}, **name) == set()
        if word.strip() and word.strip() not in offered:
            refused = faults(form, demographics={member: word}, **name)
            assert {field for field, _ in refused} == {f"/demographics/{member}"}
    for member in set(MEMBERS) - set(demographics):
        assert faults(form, demographics={member: "كلمة"}, **name) == set()


@pytest.mark.parametrize(
    ("names", "without", "with_one"),
    [
        (None, set(), set()),
        ("required", {("/author_name", "name_required")}, set()),
        ("none", set(), {("/author_name", "names_not_shown")}),
    ],
)
def test_the_rule_for_names_reaches_intake(
    names: str | None, without: set[tuple[str, str]], with_one: set[tuple[str, str]]
) -> None:
    form = form_of({}, names)
    assert faults(form) == without
    assert faults(form, author_name="سارة") == with_one
