"""The public report adds the counters up and knows nobody."""

from datetime import UTC, datetime, timedelta

from services.moderation.model.report import counts_of_redaction, counts_of_ruling, report
from services.moderation.model.ruling import Decision, Ruling
from services.shared.events import Actor

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
METHOD = {"ar": "…", "en": "…"}


def decided(hours: float, verb: str = "publish", reason_code: str | None = None) -> dict[str, int]:
    decision = Decision.model_validate({"decision": verb, "reason_code": reason_code})
    by = Actor(role="moderator", id="noura")
    at = AT + timedelta(hours=hours)
    return counts_of_ruling(Ruling(decision=decision, by=by, at=at), opened_at=AT)


def test_a_round_without_comments_has_a_report_of_noughts() -> None:
    empty = report([], topic_id="t", round_=1, versions=None, method=METHOD)
    assert empty["outcomes"] == {"hold": 0, "publish-and-review": 0, "redact-and-publish": 0}
    assert empty["decisions"] == {"publish": 0, "redact": 0, "reject": 0}
    assert empty["median_hours_to_decision"] is None
    assert empty["undecided"] == 0


def test_rows_of_counters_are_added_up() -> None:
    rows = [
        {"held": 3, "held_abusive": 2, "held_spam": 1},
        counts_of_redaction(["privacy"]),
        decided(1, "reject", "abusive"),
        decided(5, "redact", "privacy"),
    ]
    found = report(rows, topic_id="t", round_=1, versions=None, method=METHOD)
    assert found["outcomes"] == {"hold": 3, "publish-and-review": 0, "redact-and-publish": 1}
    assert found["reasons"] == {"abusive": 2, "privacy": 1, "spam": 1}
    assert found["decisions"] == {"publish": 0, "redact": 1, "reject": 1}
    assert found["grounds"] == {"abusive": 1, "privacy": 1}
    assert found["undecided"] == 1


def test_the_median_age_is_in_whole_hours_and_a_week_at_most() -> None:
    ages = [decided(hours) for hours in (0.5, 2.9, 4, 100)]
    assert (
        report(ages, topic_id="t", round_=1, versions=None, method=METHOD)[
            "median_hours_to_decision"
        ]
        == 2
    )
    late = report([decided(1000)], topic_id="t", round_=1, versions=None, method=METHOD)
    assert late["median_hours_to_decision"] == 168


def test_a_published_comment_has_no_ground() -> None:
    assert "ground_abusive" not in decided(1, "publish", "abusive")
