"""What may follow a decision, and what may not."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.moderation.model.case import RULES, Case
from services.moderation.model.case_view import view
from services.moderation.model.doubts import (
    Verdict,
    flagged_reasons,
    flags_needed,
    severity,
    speaks_for_repeats,
    text_key,
)
from services.moderation.model.due_process import APPEAL_PERIOD, Undo, UndoOrder
from services.moderation.model.reasons import Reason
from services.moderation.model.ruling import Decision, Ruling
from services.shared.errors import Conflict, Forbidden, Invalid
from services.shared.events import Actor
from tests.unit.moderation.test_moderation_case import AT, NOURA, SALEM, opened, ruling

OTHER = Actor(role="moderator", id="jassim")
REJECT: dict[str, Any] = {"decision": "reject", "reason_code": "abusive"}
WHY = "ليس سبًا"
REPEATED = Verdict(case_id="c" * 26, code="abusive", by="moderator-of-the-first")


def rejected(by: Actor = NOURA) -> Case:
    return opened().decided(ruling(by=by, **REJECT))


def undo(by: Actor = NOURA, reason: str = "ضغطت خطأ") -> Undo:
    return Undo(reason=reason, by=by, at=AT)


def appealed() -> Case:
    return rejected().contested(WHY, at=AT + timedelta(days=1))


def final(by: Actor = SALEM, **decision: Any) -> Ruling:
    whole = {"decision": "publish", "note": "نقد لا سب", **decision}
    return Ruling(decision=Decision(**whole), by=by, at=AT + timedelta(days=2))


def refused(code: str) -> Any:
    return pytest.raises(Conflict, match=f"^{code}$")


def test_whoever_decided_takes_it_back_and_the_case_waits_again() -> None:
    case = rejected().undone(undo())
    assert (case.status, case.ruling, case.version) == ("open", None, 3)
    assert case.decided(ruling(by=SALEM)).status == "decided"


def test_a_senior_moderator_takes_back_what_a_colleague_decided_and_another_may_not() -> None:
    with pytest.raises(Forbidden, match="not_your_decision"):
        rejected().undone(undo(by=OTHER))
    assert rejected().undone(undo(by=SALEM)).status == "open"


def test_anybody_takes_back_what_the_rules_decided() -> None:
    by_rules = Ruling(decision=Decision(**REJECT), by=RULES, at=AT)
    case = opened().decided(by_rules, repeats=REPEATED)
    assert case.repeat_of == REPEATED.case_id
    assert case.undone(undo(by=OTHER)).repeat_of is None


def test_who_decided_the_text_that_one_repeats_does_not_settle_its_appeal() -> None:
    by_rules = Ruling(decision=Decision(**REJECT), by=RULES, at=AT)
    case = opened().decided(by_rules, repeats=REPEATED).contested(WHY, at=AT)
    with pytest.raises(Forbidden, match="first_moderator"):
        case.settled(final(by=Actor(role="senior_moderator", id=REPEATED.by)))
    assert case.settled(final()).status == "final"


def test_who_decided_before_an_undoing_does_not_settle_the_appeal() -> None:
    case = rejected().undone(undo(by=SALEM)).decided(ruling(by=OTHER, **REJECT))
    contested = case.contested(WHY, at=AT)
    for first in (NOURA, OTHER):
        with pytest.raises(Forbidden, match="first_moderator"):
            contested.settled(final(by=Actor(role="senior_moderator", id=first.id)))


def test_an_undoing_whose_reply_was_lost_is_done_though_a_colleague_was_quicker() -> None:
    case = rejected().undone(undo()).claimed(by=SALEM, at=AT)
    assert case.undone(undo()) is case


def test_what_was_masked_and_is_let_stand_stays_masked() -> None:
    masked = {"decision": "redact", "spans": ((3, 7),)}
    case = opened().decided(ruling(**masked))
    again = case.flagged(flagged_reasons(["hate"]), flags=3, due_at=AT, at=AT)
    assert [reason.code for reason in again.reasons] == ["abusive", "hate"]
    assert again.severity == "high"
    assert view(again, at=AT)["earlier"]["spans"] == [[3, 7]]
    with refused("under_review"):
        again.contested(WHY, at=AT)
    stands = again.decided(ruling(by=SALEM))
    assert stands.ruling is not None
    assert (stands.ruling.decision.decision, stands.ruling.decision.spans) == ("redact", ((3, 7),))
    assert stands.let_stand == 1
    assert stands.decided(ruling(by=SALEM)) is stands
    assert stands.contested(WHY, at=AT).status == "appealed"
    assert again.decided(ruling(by=SALEM, **REJECT)).let_stand == 0


def test_taking_back_twice_changes_nothing_and_what_waits_cannot_be() -> None:
    once = rejected().undone(undo())
    assert once.undone(undo()) is once
    for case in (once.undone, opened().undone):
        with refused("case_undecided"):
            case(undo(by=SALEM))


def test_a_reason_to_take_back_says_something() -> None:
    with pytest.raises(ValueError, match="reason"):
        UndoOrder(reason="  ")


def test_an_author_contests_a_rejection_within_the_period() -> None:
    case = rejected()
    last = AT + APPEAL_PERIOD - timedelta(seconds=1)
    assert case.contested(WHY, at=last).status == "appealed"
    with refused("appeal_period_over"):
        case.contested(WHY, at=AT + APPEAL_PERIOD)


@pytest.mark.parametrize("case", [opened(), opened().decided(ruling())])
def test_there_is_nothing_to_contest_where_nothing_was_refused(case: Case) -> None:
    with refused("nothing_to_appeal"):
        case.contested(WHY, at=AT)


def test_an_appeal_is_lodged_once() -> None:
    case = appealed()
    assert case.contested(WHY, at=AT + timedelta(days=1)) is case
    with refused("already_appealed"):
        case.contested("شيء آخر", at=AT + timedelta(days=1))


def test_nobody_decides_claims_or_takes_back_what_is_contested() -> None:
    for act in (
        lambda: appealed().claimed(by=SALEM, at=AT),
        lambda: appealed().decided(ruling(by=SALEM)),
    ):
        with refused("case_decided"):
            act()
    with refused("case_contested"):
        appealed().undone(undo())


def test_an_appeal_is_settled_by_somebody_else_with_a_reason_for_good() -> None:
    case = appealed()
    with pytest.raises(Forbidden, match="first_moderator"):
        case.settled(final(by=Actor(role="senior_moderator", id=NOURA.id)))
    with pytest.raises(Invalid) as found:
        case.settled(final(note=None))
    assert [fault.code for fault in found.value.faults] == ["note_required"]
    settled = case.settled(final())
    assert settled.status == "final"
    assert settled.standing == final()
    assert settled.ruling == case.ruling
    assert settled.settled(final()) is settled
    with refused("case_final"):
        settled.settled(final(decision="reject", reason_code="hate"))
    with refused("case_contested"):
        settled.undone(undo(by=SALEM))


def test_what_was_not_contested_cannot_be_settled() -> None:
    with refused("not_appealed"):
        rejected().settled(final())


def test_a_withdrawn_comment_is_out_of_all_that() -> None:
    case = appealed().withdrawn(AT + timedelta(days=3))
    assert case.status == "final"
    assert case.appeal is not None
    assert case.appeal.statement == ""
    for act in (
        lambda: case.settled(final()),
        lambda: case.undone(undo()),
        lambda: case.contested(WHY, at=AT),
    ):
        with refused("case_withdrawn"):
            act()


def test_more_and_more_flags_are_needed_for_what_a_person_let_stand() -> None:
    assert [flags_needed(times) for times in range(4)] == [3, 6, 12, 24]
    case = opened(origin="flags", flags=3, published=True).decided(ruling())
    assert case.let_stand == 1
    again = case.flagged((), flags=6, due_at=AT + timedelta(hours=4), at=AT)
    assert (again.status, again.ruling, again.flags) == ("open", None, 6)
    assert again.decided(ruling()).let_stand == 2
    assert again.decided(ruling(**REJECT)).let_stand == 1


def test_what_most_readers_say_comes_first() -> None:
    reasons = flagged_reasons(["spam", "hate", "spam"])
    assert [reason.code for reason in reasons] == ["spam", "hate"]


@pytest.mark.parametrize(
    ("code", "score", "expected"),
    [("threat", 0.6, "high"), ("abusive", 0.95, "high"), ("abusive", 0.75, "normal")],
)
def test_grave_and_clear_doubts_are_urgent(code: Any, score: float, expected: str) -> None:
    assert severity([Reason(code=code, spans=(), score=score)]) == expected


def test_only_a_text_with_something_to_it_speaks_for_its_repeats() -> None:
    assert speaks_for_repeats("أنت حمار كبير فعلا", "abusive")
    assert not speaks_for_repeats("لا", "abusive")
    assert not speaks_for_repeats("هذا خارج الموضوع تماما", "off_topic")
    assert not speaks_for_repeats("هذا خارج الموضوع تماما", None)
    assert text_key("نعم") == text_key("نعم") != text_key("نعم ")
    assert text_key("") == ""


def test_moderators_see_who_decided_what_and_until_when_it_may_be_contested() -> None:
    shown = view(appealed(), at=AT)
    assert shown["decision"]["decided_by"] == "noura"
    assert shown["appealable_until"] == "2026-12-15T09:00:00.000Z"
    assert shown["appeal"]["statement"] == WHY
    assert view(rejected().undone(undo()), at=AT)["undone"]["reason"] == "ضغطت خطأ"


def test_its_instant_is_that_of_the_decision() -> None:
    late: datetime = AT + APPEAL_PERIOD + timedelta(days=1)
    again = rejected().undone(undo()).decided(ruling(at=late, **REJECT))
    assert again.contested(WHY, at=late).status == "appealed"
