"""Who took part gets from the export into the results, and stands once it was published."""

from typing import Any

from tests.integration.analysis.rounds import OFFICER, Round, disposition


def _took_part(young: int, others: int, *, silent: int) -> dict[str, Any]:
    values = [{"value": "18-24", "count": young}, {"value": "25+", "count": others}]
    group = {"id": "youth", "asked_as": "age_band", "values": ["18-24"], "population_share": 0.24}
    return {
        "submissions": young + others + silent,
        "lists": [{"name": "age_band", "values": values, "not_told": silent}],
        "target_groups": [group],
    }


def test_officers_see_who_took_part_against_the_target_groups(consultation: Round) -> None:
    consultation.comment()
    consultation.participation = _took_part(12, 88, silent=40)
    consultation.run()
    found = consultation.get("analysis", groups=OFFICER).json["participation"]
    assert found["basis"] == "published comments"
    assert found["by"]["age_band"] == {
        "told": 100,
        "not_told": 40,
        "suppressed": 0,
        "cells": [
            {"value": "18-24", "count": 12, "percent": 12.0},
            {"value": "25+", "count": 88, "percent": 88.0},
        ],
    }
    [youth] = found["target_groups"]
    assert (youth["participants"], youth["share"], youth["ratio"]) == (12, 0.12, 0.5)
    assert youth["interval"] == [0.292, 0.826]
    assert youth["verdict"] == "under"


def test_an_export_of_before_anybody_counted_has_no_participation(consultation: Round) -> None:
    consultation.comment()
    consultation.run()
    assert consultation.get("analysis", groups=OFFICER).json["participation"] is None


def test_what_was_published_of_who_took_part_stands_in_a_later_run(consultation: Round) -> None:
    consultation.comment()
    consultation.participation = _took_part(12, 88, silent=40)
    consultation.run()
    consultation.put(disposition(all_remaining=True))
    consultation.gate()
    consultation.announced()
    published = consultation.get("results").json["participation"]
    consultation.comment()
    consultation.participation = _took_part(13, 88, silent=40)
    consultation.run()
    found = consultation.get("analysis", groups=OFFICER).json
    assert (found["published"], found["participation"]) == (2, published)
