"""What a topic asks of those who take part: lists of demographics, names as its plan has them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.shared import ids
from services.shared.errors import Invalid
from services.shared.language import catalogue
from services.topics.model.plan import AuthorNames, plan_of, plans
from services.topics.model.rules import checked
from services.topics.model.topic import Topic, as_defined, window
from services.topics.model.view import view
from tests.support.topics import definition

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
MUHARRAQ = {"id": "BH-15", "label": {"ar": "محافظة المحرق", "en": "Muharraq Governorate"}}
YOUNG = {"id": "18-24", "label": {"ar": "من ١٨ إلى ٢٤", "en": "18 to 24"}}
OLD = {"id": "65+", "label": {"ar": "٦٥ فأكثر", "en": "65 and over"}}
OTHER_NAMES: tuple[AuthorNames, ...] = ("required", "none")


def faults(document: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        checked(document, at=AT)
    return {(fault.field, fault.code) for fault in refusal.value.faults}


def topic(**changes: Any) -> Topic:
    found = checked(definition(AT, **changes), at=AT)
    return Topic(
        topic_id=ids.derived_id("topic"),
        version=1,
        round=1,
        stage="collecting",
        execution=1,
        created_at=AT,
        created_by="officer",
        **as_defined(found, by="officer", at=AT),
    )


def departing(names: str) -> dict[str, Any]:
    return {"field": "author_names", "value": names, "reason": "يُكتب باسم صاحبه. Signed letters."}


def many(count: int) -> list[dict[str, Any]]:
    return [{"id": f"v{number}", "label": YOUNG["label"]} for number in range(count)]


@pytest.mark.parametrize(
    ("demographics", "fault"),
    [
        ({"religion": [YOUNG]}, ("/demographics/religion", "unknown_field")),
        ({"age_band": []}, ("/demographics/age_band", "too_short")),
        ({"age_band": many(21)}, ("/demographics/age_band", "too_long")),
        ({"gender": many(11)}, ("/demographics/gender", "too_long")),
        ({"area": many(101)}, ("/demographics/area", "too_long")),
        ({"disability": many(21)}, ("/demographics/disability", "too_long")),
        ({"age_band": [YOUNG, OLD, YOUNG]}, ("/demographics/age_band", "duplicate_id")),
        ({"age_band": [YOUNG | {"id": "18 - 24"}]}, ("/demographics/age_band/0/id", "bad_format")),
        ({"age_band": [YOUNG | {"id": "١٨-٢٤"}]}, ("/demographics/age_band/0/id", "bad_format")),
        ({"age_band": [YOUNG | {"id": "18-24\n"}]}, ("/demographics/age_band/0/id", "bad_format")),
        ({"age_band": [YOUNG | {"id": ""}]}, ("/demographics/age_band/0/id", "bad_format")),
        ({"age_band": [YOUNG | {"id": "a" * 33}]}, ("/demographics/age_band/0/id", "bad_format")),
        ({"age_band": [YOUNG | {"id": 18}]}, ("/demographics/age_band/0/id", "wrong_type")),
        ({"area": [{"id": "BH-15"}]}, ("/demographics/area/0/label", "missing")),
        (
            {"area": [MUHARRAQ | {"label": {"ar": "المحرق"}}]},
            ("/demographics/area/0/label/en", "missing_language"),
        ),
        (
            {"area": [MUHARRAQ | {"label": {"ar": "", "en": "Muharraq"}}]},
            ("/demographics/area/0/label/ar", "too_short"),
        ),
        (
            {"area": [MUHARRAQ | {"colour": "red"}]},
            ("/demographics/area/0/colour", "unknown_field"),
        ),
        ({"area": "BH-15"}, ("/demographics/area", "wrong_type")),
        ({"area": ["BH-15"]}, ("/demographics/area/0", "wrong_type")),
        ({"area": {"id": "BH-15"}}, ("/demographics/area", "wrong_type")),
        ([], ("/demographics", "wrong_type")),
        (None, ("/demographics", "wrong_type")),
    ],
)
def test_a_fault_of_the_lists_is_named_with_its_place(
    demographics: Any, fault: tuple[str, str]
) -> None:
    assert faults(definition(AT, demographics=demographics)) == {fault}


def test_all_faults_of_the_lists_come_with_those_of_the_definition() -> None:
    lists = {"age_band": [YOUNG, YOUNG], "area": [{"id": "BH 15"}], "religion": []}
    document = definition(AT, demographics=lists, plan="quick", author_names="none")
    assert faults(document) == {
        ("/plan", "unknown_plan"),
        ("/author_names", "unknown_field"),
        ("/demographics/age_band", "duplicate_id"),
        ("/demographics/area/0/id", "bad_format"),
        ("/demographics/area/0/label", "missing"),
        ("/demographics/religion", "unknown_field"),
    }


def test_front_ends_see_the_labels_and_intake_the_ids_alone() -> None:
    asked = topic(demographics={"age_band": [YOUNG, OLD], "area": [MUHARRAQ], "gender": None})
    assert view(asked, at=AT)["demographics"] == {"age_band": [YOUNG, OLD], "area": [MUHARRAQ]}
    assert window(asked)["demographics"] == {"age_band": ["18-24", "65+"], "area": ["BH-15"]}


def test_a_definition_without_lists_offers_none() -> None:
    document = definition(AT, demographics={})
    del document["demographics"]
    silent = topic().changed(definition=checked(document, at=AT))
    assert (view(silent, at=AT)["demographics"], window(silent)["demographics"]) == ({}, {})


@pytest.mark.parametrize("plan", plans())
def test_names_are_as_people_like_unless_the_topic_departs(plan: str) -> None:
    template = plans()[plan]
    assert template.author_names == "optional"
    assert set(template.departures["author_names"].one_of) == set(OTHER_NAMES)


@pytest.mark.parametrize("names", OTHER_NAMES)
def test_a_recorded_departure_says_whether_names_are_shown(names: str) -> None:
    departed = topic(plan_departures=[departing(names)])
    assert view(departed, at=AT)["author_names"] == window(departed)["author_names"] == names
    assert [entry.value for entry in departed.departures] == [names]


@pytest.mark.parametrize("value", ["always", "pre", "P3D", "optional"])
def test_names_are_departed_from_to_what_the_plan_lets_be(value: str) -> None:
    (fault,) = faults(definition(AT, plan_departures=[departing(value)]))
    assert fault[0] == "/plan_departures/0/value"
    assert fault[1] in {"not_in_plan", "bad_format"}


def test_another_aspect_takes_no_rule_for_names() -> None:
    departure = departing("none") | {"field": "publication_mode"}
    document = definition(AT, plan_departures=[departure])
    assert faults(document) == {("/plan_departures/0/value", "not_in_plan")}


@pytest.mark.parametrize("plan", plans())
def test_a_round_of_a_plans_first_version_goes_on_as_it_began(plan: str) -> None:
    first = plan_of(plan, 1)
    assert (first.author_names, "author_names" in first.departures) == ("optional", False)
    begun = topic().model_dump(mode="json") | {"plan_version": 1}
    del begun["definition"]["demographics"]
    begun["definition"]["plan"] = plan
    read = Topic.model_validate(begun)
    assert (window(read)["author_names"], window(read)["demographics"]) == ("optional", {})
    assert (view(read, at=AT)["author_names"], view(read, at=AT)["demographics"]) == (
        "optional",
        {},
    )


@pytest.mark.parametrize("plan", plans())
def test_the_second_version_of_a_plan_changes_the_rule_for_names_alone(plan: str) -> None:
    first, second = (plan_of(plan, number).model_dump() for number in (1, 2))
    del second["departures"]["author_names"]
    assert second == first | {"version": 2}


@pytest.mark.parametrize("plan", plans())
def test_the_third_version_of_a_plan_says_how_long_moderation_may_take_and_no_more(
    plan: str,
) -> None:
    second, third = (plan_of(plan, number).model_dump() for number in (2, 3))
    hours = third["moderation_hours"]
    assert third == second | {"version": 3, "moderation_hours": hours}
    assert second["moderation_hours"] == 24
    assert hours == {"urgent": 4, "pulse": 8}.get(plan, 24)


@pytest.mark.parametrize("plan", plans())
def test_the_fourth_version_of_a_plan_says_when_people_are_reminded_and_no_more(plan: str) -> None:
    third, fourth = (plan_of(plan, number).model_dump(mode="json") for number in (3, 4))
    told = {"urgent": ["P1D"], "pulse": [], "legislative": ["P7D", "P1D"]}.get(plan, ["P3D"])
    assert fourth.pop("reminders") == told
    assert third.pop("reminders") == ["P3D"]
    assert set(fourth["departures"].pop("reminders")) == {"least", "most", "one_of"}
    assert fourth == third | {"version": 4}


def test_a_topic_shows_the_reminders_of_its_plan_or_of_its_departure() -> None:
    assert view(topic(), at=AT)["reminders"] == ["P3D"]
    for value, shown in ((["P1D", "P5D", "P1D"], ["P5D", "P1D"]), ([], [])):
        departure = {"field": "reminders", "value": value, "reason": "two holidays"}
        departed = topic(plan_departures=[departure])
        assert view(departed, at=AT)["reminders"] == shown
        assert Topic.model_validate(departed.model_dump(mode="json")) == departed


def test_a_fault_of_the_lists_is_told_in_both_languages() -> None:
    for code in ("duplicate_id", "bad_format", "too_long", "missing_language"):
        assert set(catalogue("topics")[code]) == {"ar", "en"}


YOUTH = {"id": "youth", "label": {"ar": "الشباب", "en": "Young people"}, "population_share": 0.24}
LISTS = {"age_band": [YOUNG, OLD], "area": [MUHARRAQ]}


@pytest.mark.parametrize(
    ("group", "told"),
    [
        ({"demographic": {"age_band": ["18-24", "65+"]}}, ("age_band", ["18-24", "65+"])),
        ({"demographic": {"area": ["BH-15"]}}, ("area", ["BH-15"])),
        ({"id": "18-24"}, ("age_band", ["18-24"])),
        ({"id": "18-24", "demographic": {"area": ["BH-15"]}}, ("area", ["BH-15"])),
        ({}, (None, [])),
    ],
)
def test_intake_is_told_by_which_values_a_target_group_is_measured(
    group: dict[str, Any], told: tuple[str | None, list[str]]
) -> None:
    found = topic(demographics=LISTS, target_groups=[YOUTH | group])
    [shown] = window(found)["target_groups"]
    assert (shown["asked_as"], shown["values"]) == told
    assert shown["population_share"] == 0.24
    assert "label" not in shown
    assert view(found, at=AT)["target_groups"] == [YOUTH | group]


PLACE = "/target_groups/0/demographic"


@pytest.mark.parametrize(
    ("demographic", "fault"),
    [
        ({"age_band": ["25-34"]}, (f"{PLACE}/age_band/0", "value_not_offered")),
        ({"gender": ["female"]}, (f"{PLACE}/gender/0", "value_not_offered")),
        ({"age_band": []}, (f"{PLACE}/age_band", "too_short")),
        ({"age_band": ["18-24"], "area": ["BH-15"]}, (PLACE, "one_list_needed")),
        ({}, (PLACE, "one_list_needed")),
        ({"religion": ["any"]}, (f"{PLACE}/religion", "unknown_field")),
        ({"age_band": "18-24"}, (f"{PLACE}/age_band", "wrong_type")),
        ("18-24", (PLACE, "wrong_type")),
    ],
)
def test_a_fault_of_a_target_groups_values_is_named_with_its_place(
    demographic: Any, fault: tuple[str, str]
) -> None:
    groups = [YOUTH | {"demographic": demographic}]
    document = definition(AT, demographics=LISTS, target_groups=groups)
    assert faults(document) == {fault}


def test_a_value_that_nobody_can_choose_is_told_with_all_other_faults() -> None:
    groups = [YOUTH | {"demographic": {"age_band": ["25-34"]}}]
    document = definition(AT, demographics=[], target_groups=groups, plan="quick")
    assert faults(document) == {
        ("/plan", "unknown_plan"),
        ("/demographics", "wrong_type"),
        (f"{PLACE}/age_band/0", "value_not_offered"),
    }
