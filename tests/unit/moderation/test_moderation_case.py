"""A case is worked on by one moderator at a time and decided once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.moderation.model.case import LEASE, Case, case_id
from services.moderation.model.case_view import state, view
from services.moderation.model.reasons import REASON_CODES, Reason
from services.moderation.model.ruling import Decision, Ruling
from services.moderation.model.screening import versions
from services.shared.errors import Conflict, Invalid
from services.shared.events import Actor

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
NOURA, SALEM = Actor(role="moderator", id="noura"), Actor(role="senior_moderator", id="salem")
TEXT = "يا حقير اتصل بي"


def opened(**fields: Any) -> Case:
    case: dict[str, Any] = {
        "case_id": case_id("topic", 1, "comment"),
        "topic_id": "topic",
        "round": 1,
        "agency": "health",
        "comment_id": "comment",
        "text": TEXT,
        "kind": "comment",
        "language": "ar",
        "reasons": (Reason(code="abusive", spans=((3, 7),), score=0.95),),
        "versions": versions(),
        "opened_at": AT,
        "waiting_since": AT,
        "due_at": AT + timedelta(hours=24),
    }
    return Case(**case | fields)


def ruling(by: Actor = NOURA, at: datetime = AT, **decision: Any) -> Ruling:
    return Ruling(decision=Decision(**{"decision": "publish", **decision}), by=by, at=at)


def test_a_comment_has_one_case_in_each_round() -> None:
    assert case_id("t", 1, "c") == case_id("t", 1, "c")
    assert len({case_id("t", 1, "c"), case_id("t", 2, "c"), case_id("u", 1, "c")}) == 3


def test_a_claim_keeps_others_away_until_it_runs_out() -> None:
    case = opened().claimed(by=NOURA, at=AT)
    assert case.status_at(AT) == "claimed"
    with pytest.raises(Conflict) as refusal:
        case.claimed(by=SALEM, at=AT + LEASE - timedelta(seconds=1))
    assert refusal.value.code == "case_claimed"
    assert case.status_at(AT + LEASE) == "open"
    assert case.claimed(by=SALEM, at=AT + LEASE).claimed_by == "salem"


def test_claiming_again_makes_the_lease_longer() -> None:
    later = AT + timedelta(minutes=5)
    case = opened().claimed(by=NOURA, at=AT).claimed(by=NOURA, at=later)
    assert case.claimed_until == later + LEASE


def test_another_ones_claim_keeps_from_deciding_and_none_is_needed() -> None:
    with pytest.raises(Conflict):
        opened().claimed(by=NOURA, at=AT).decided(ruling(by=SALEM))
    assert opened().decided(ruling(by=SALEM)).status == "decided"
    assert opened().claimed(by=NOURA, at=AT).decided(ruling(by=NOURA)).claimed_by is None


def test_the_same_decision_again_changes_nothing_and_another_is_refused() -> None:
    case = opened().decided(ruling(decision="reject", reason_code="abusive"))
    later = AT + timedelta(hours=1)
    assert case.decided(ruling(decision="reject", reason_code="abusive", at=later)) is case
    for other in (
        ruling(decision="reject", reason_code="hate"),
        ruling(decision="reject", reason_code="abusive", by=SALEM),
        ruling(),
    ):
        with pytest.raises(Conflict):
            case.decided(other)


@pytest.mark.parametrize(
    ("decision", "faults"),
    [
        ({"decision": "reject"}, [("/reason_code", "reason_required")]),
        ({"decision": "redact"}, [("/spans", "spans_required")]),
        ({"decision": "publish", "spans": ((0, 2),)}, [("/spans", "spans_not_wanted")]),
        (
            {"decision": "reject", "spans": ((0, 2),)},
            [("/reason_code", "reason_required"), ("/spans", "spans_not_wanted")],
        ),
        (
            {"decision": "redact", "spans": ((3, 3), (0, 99), (0, 4))},
            [
                ("/spans/0", "span_outside"),
                ("/spans/1", "span_outside"),
                ("/spans", "spans_overlap"),
            ],
        ),
    ],
)
def test_every_fault_of_a_decision_is_told_at_once(
    decision: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refusal:
        opened().decided(ruling(**decision))
    assert [(fault.field, fault.code) for fault in refusal.value.faults] == faults


def test_spans_that_touch_and_reach_the_end_are_fine() -> None:
    spans = ((0, 3), (3, len(TEXT)))
    assert opened().decided(ruling(decision="redact", spans=spans)).status == "decided"


BESIDE = (Reason(code="abusive", spans=(), score=0.95),)


@pytest.mark.parametrize("beside", [{"author_name": "يا حقير"}, {"answer_texts": ("يا حقير",)}])
@pytest.mark.parametrize("text", ["", TEXT])
def test_what_was_found_beside_the_text_alone_is_redacted_without_spans(
    text: str, beside: dict[str, Any]
) -> None:
    case = opened(text=text, reasons=BESIDE, **beside)
    assert case.decided(ruling(decision="redact")).status == "decided"


@pytest.mark.parametrize("reason_code", ["abusive", "privacy"])
def test_what_was_found_in_the_text_is_redacted_with_spans_whatever_stands_beside(
    reason_code: Any,
) -> None:
    reasons = (*BESIDE, Reason(code=reason_code, spans=((3, 7),), score=0.6))
    with pytest.raises(Invalid) as refusal:
        opened(reasons=reasons, author_name="يا حقير").decided(ruling(decision="redact"))
    assert [fault.code for fault in refusal.value.faults] == ["spans_required"]


@pytest.mark.parametrize("reason_code", REASON_CODES)
def test_every_ground_of_the_policy_can_reject(reason_code: str) -> None:
    assert opened().decided(ruling(decision="reject", reason_code=reason_code)).status == "decided"


@pytest.mark.parametrize(
    "document",
    [
        {"decision": "delete"},
        {"decision": "reject", "reason_code": "ugly"},
        {"decision": "redact", "spans": [[-1, 2]]},
        {"decision": "redact", "spans": [["0", 2]]},
        {"decision": "publish", "moderator": "me"},
    ],
)
def test_what_no_decision_is_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Decision.model_validate(document)


def test_a_view_has_all_that_a_screen_needs_and_a_state_no_text() -> None:
    case = opened(author_name="سالم")
    shown = view(case, at=AT + timedelta(hours=25))
    assert shown["text"] == TEXT
    assert shown["reasons"] == [{"code": "abusive", "spans": [[3, 7]], "score": 0.95}]
    assert shown["opened_at"] == "2026-12-01T09:00:00.000Z"
    assert shown["due_at"] == "2026-12-02T09:00:00.000Z"
    assert shown["late"] is True
    assert TEXT not in str(state(case, at=AT))
