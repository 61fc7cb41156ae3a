"""The plans are those of the procedure, and the one that fits is proposed."""

from datetime import timedelta

import pytest

from services.topics.model.definition import Departure
from services.topics.model.plan import CHANNELS, plans
from services.topics.model.proposal import proposed, rules

TABLE = {
    # approval, decision too, reason; days: minimum, default, inquiries, extension, report, data
    "standard": (True, False, False, 14, 28, 5, 14, 84, 365, "pre", "open registered", "all"),
    "urgent": (False, False, True, 2, 5, 1, 3, 28, 365, "post", "open", "all"),
    "technical": (
        True,
        False,
        False,
        21,
        42,
        10,
        21,
        84,
        365,
        "pre",
        "registered",
        "web atom email",
    ),
    "legislative": (True, True, False, 30, 60, 14, 30, 84, 730, "pre", "registered", "all"),
    "pulse": (False, False, False, 1, 7, 0, 0, 14, 90, "post", "open", "web atom webhook"),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_plan_is_as_the_procedure_has_it(name: str) -> None:
    plan = plans()[name]
    days = (
        plan.minimum_collection,
        plan.default_collection,
        plan.inquiry_period,
        plan.extension,
        plan.report_due,
        plan.personal_data_kept,
    )
    channels = "all" if plan.channels == CHANNELS else " ".join(plan.channels)
    assert TABLE[name] == (
        plan.approval,
        plan.decision_approval,
        plan.submission_reason,
        *(value / timedelta(days=1) for value in days),
        plan.publication_mode,
        " ".join(plan.participation),
        channels,
    )
    least = plan.departures["minimum_collection"].least
    assert least is not None
    assert least <= plan.minimum_collection <= plan.default_collection


def test_there_are_no_other_plans() -> None:
    assert set(plans()) == set(TABLE)


@pytest.mark.parametrize(
    ("topic", "plan"),
    [
        ({}, "standard"),
        ({"topic_type": "service", "importance": "significant", "need": "ordinary"}, "standard"),
        ({"topic_type": "legislation", "importance": "major"}, "legislative"),
        ({"topic_type": "legislation", "need": "urgent"}, "urgent"),
        ({"topic_type": "project", "need": "expertise"}, "technical"),
        ({"importance": "routine", "need": "opinion"}, "pulse"),
        ({"importance": "major", "need": "opinion"}, "standard"),
    ],
)
def test_type_importance_and_need_propose_a_plan(topic: dict[str, str], plan: str) -> None:
    assert proposed(topic).plan == plan
    assert plan in plans()


def test_the_last_rule_always_holds() -> None:
    assert not rules()[-1].when


def test_lengths_are_told_in_days_as_the_procedure_counts_them() -> None:
    told = plans()["legislative"].model_dump(mode="json")
    assert told["personal_data_kept"] == "P730D"
    assert told["minimum_collection"] == "P30D"
    assert plans()["pulse"].model_dump(mode="json")["inquiry_period"] == "P0D"


@pytest.mark.parametrize("value", ["P400D", "P10DT12H", "P20DT12345.678S"])
def test_a_departure_is_told_as_days_and_time(value: str) -> None:
    departure = Departure(field="minimum_collection", value=value, reason="x")  # type: ignore[arg-type]
    shown = departure.model_dump(mode="json")["value"]
    assert Departure(field="minimum_collection", value=shown, reason="x") == departure
    assert "Y" not in shown
    assert shown.startswith(value.partition("T")[0])
