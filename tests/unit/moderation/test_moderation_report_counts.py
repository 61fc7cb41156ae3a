"""The public report adds the counters up and knows nobody."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

from services.moderation.model.case import RULES
from services.moderation.model.counters import (
    counts_of_appeal,
    counts_of_case,
    counts_of_flags,
    counts_of_redaction,
    counts_of_ruling,
    counts_of_settlement,
    counts_of_undo,
    counts_of_withdrawal,
)
from services.moderation.model.report import as_csv, report
from services.moderation.model.ruling import Decision, Ruling
from services.shared.events import Actor
from tests.unit.moderation.test_moderation_case import opened

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
METHOD = {"ar": "…", "en": "…"}


def ruled(hours: float, verb: str = "publish", code: str | None = None, **by: str) -> Ruling:
    decision = Decision.model_validate({"decision": verb, "reason_code": code})
    actor = Actor(**{"role": "moderator", "id": "noura", **by})
    return Ruling(decision=decision, by=actor, at=AT + timedelta(hours=hours))


def decided(hours: float, verb: str = "publish", reason_code: str | None = None) -> dict[str, int]:
    return counts_of_ruling(opened(), ruled(hours, verb, reason_code))


def reported(*rows: dict[str, int]) -> dict[str, Any]:
    comments = {"received": 9, "published": 7}
    return report(rows, topic_id="t", round_=1, comments=comments, versions=None, method=METHOD)


def test_a_round_without_comments_has_a_report_of_noughts() -> None:
    empty = reported()
    assert empty["outcomes"] == {"hold": 0, "publish-and-review": 0, "redact-and-publish": 0}
    assert empty["decisions"] == {"publish": 0, "redact": 0, "reject": 0}
    assert empty["appeals"] == {"lodged": 0, "upheld": 0, "overturned": 0, "waiting": 0}
    assert empty["median_hours_to_decision"] is empty["p95_hours_to_decision"] is None
    assert empty["undecided"] == 0


def test_rows_of_counters_are_added_up() -> None:
    rows = [
        {"held": 3, "held_abusive": 2, "held_spam": 1},
        counts_of_redaction(["privacy"], language="ar"),
        decided(1, "reject", "abusive"),
        decided(5, "redact", "privacy"),
    ]
    found = reported(*rows)
    assert found["comments"] == {"received": 9, "published": 7}
    assert found["outcomes"] == {"hold": 3, "publish-and-review": 0, "redact-and-publish": 1}
    assert found["reasons"] == {"abusive": 2, "privacy": 1, "spam": 1}
    assert found["decisions"] == {"publish": 0, "redact": 1, "reject": 1}
    assert found["grounds"] == {"abusive": 1, "privacy": 1}
    assert found["undecided"] == 1


def test_ages_are_in_whole_hours_and_a_week_at_most() -> None:
    found = reported(*(decided(hours) for hours in (0.5, 2.9, 4, 100)))
    assert (found["median_hours_to_decision"], found["p95_hours_to_decision"]) == (2, 100)
    assert reported(decided(1000))["median_hours_to_decision"] == 168
    mostly_quick = [decided(1) for _ in range(19)]
    assert reported(*mostly_quick, decided(90))["p95_hours_to_decision"] == 1


def test_a_published_comment_has_no_ground() -> None:
    assert "ground_abusive" not in decided(1, "publish", "abusive")


def test_a_decision_that_was_taken_back_is_counted_no_more() -> None:
    case = opened()
    rejected = case.decided(ruled(3, "reject", "abusive"))
    found = reported(
        counts_of_case(case), decided(3, "reject", "abusive"), counts_of_undo(rejected)
    )
    assert found["decisions"]["reject"] == 0
    assert found["grounds"] == {}
    assert (found["undone"], found["undecided"]) == (1, 1)
    assert found["median_hours_to_decision"] is None


def test_where_people_and_rules_disagree_is_told() -> None:
    flagged = opened(origin="flags", flags=3, published=True)
    rows = [
        counts_of_case(opened()),
        decided(1, "publish"),
        counts_of_case(flagged),
        counts_of_ruling(flagged, ruled(1, "reject", "abusive")),
        counts_of_flags(flagged),
        counts_of_ruling(flagged, ruled(1, "publish")),
    ]
    found = reported(*rows)
    assert found["disagreement"] == {"false_alarms": 1, "missed": 1}
    assert (found["flagged"], found["undecided"]) == (2, 0)


def test_what_the_rules_reject_for_a_person_did_is_told_apart_from_what_people_decide() -> None:
    case = opened()
    by_rules = Ruling(decision=Decision(decision="reject", reason_code="abusive"), by=RULES, at=AT)
    found = reported(counts_of_case(case), counts_of_ruling(case, by_rules))
    assert (found["repeats"], found["undecided"]) == (1, 0)
    assert found["decisions"]["reject"] == 0
    assert found["grounds"] == {"abusive": 1}
    assert found["median_hours_to_decision"] is None


def test_appeals_are_upheld_or_overturned_or_wait() -> None:
    first = opened().decided(ruled(1, "reject", "abusive"))
    rows = [
        *(counts_of_appeal(first) for _ in range(4)),
        counts_of_settlement(first, ruled(2, "reject", "hate")),
        counts_of_settlement(first, ruled(2, "publish")),
        counts_of_withdrawal(first.contested("لماذا؟", at=AT + timedelta(hours=2))),
    ]
    appeals = reported(*rows)["appeals"]
    assert appeals == {"lodged": 4, "upheld": 1, "overturned": 1, "waiting": 1}


def test_each_language_has_its_own_figures() -> None:
    arabic, english = opened(), opened(language="en")
    found = reported(
        counts_of_case(arabic),
        counts_of_case(english),
        counts_of_ruling(english, ruled(1, "reject", "spam")),
    )["languages"]
    assert (found["ar"]["outcomes"]["hold"], found["ar"]["undecided"]) == (1, 1)
    assert (found["en"]["decisions"]["reject"], found["en"]["undecided"]) == (1, 0)


def test_the_figures_are_a_table_too() -> None:
    lines = list(csv.reader(io.StringIO(as_csv(reported(decided(2, "reject", "spam"))))))
    table = dict(lines[1:])
    assert lines[0] == ["figure", "value"]
    assert table["decisions.reject"] == "1"
    assert table["grounds.spam"] == "1"
    assert table["languages.ar.decisions.reject"] == "1"
    assert table["comments.received"] == "9"
    assert "…" not in table.values()
