"""A case: the steps that a doubted comment takes until people have decided for good."""

from datetime import datetime, timedelta
from typing import Any, Self

from services.moderation.model.case_data import DONE, RULES, STATUSES, CaseData, Status, case_id
from services.moderation.model.doubts import Verdict, severity
from services.moderation.model.due_process import Appeal, Undo, appealable_until, unreasoned
from services.moderation.model.reasons import Reason
from services.moderation.model.ruling import Decision, Ruling, faults
from services.shared.errors import Conflict, Forbidden, Invalid
from services.shared.events import Actor

__all__ = ["DONE", "LEASE", "RULES", "STATUSES", "Case", "Status", "case_id"]
LEASE = timedelta(minutes=15)
"""How long a claim keeps a case from the other moderators."""


class Case(CaseData):
    """A case as it stands; each step gives its next version, or refuses."""

    def claimed(self, *, by: Actor, at: datetime) -> Self:
        """The case claimed for `LEASE`; claiming one's own again makes the lease longer.

        Raises
        ------
        Conflict
            If it is decided or withdrawn, or another moderator's claim still runs.
        """
        self._must_be_free(by=by, at=at)
        return self._changed(status="claimed", claimed_by=by.id, claimed_until=at + LEASE)

    def decided(self, ruling: Ruling, *, repeats: Verdict | None = None) -> Self:
        """The case with a ruling; the case itself if the same person ruled the same before.

        To publish what readers brought back is to let it stand: masked, where it was.

        Parameters
        ----------
        repeats : Verdict, optional
            What a person decided of the text that this one repeats, where the rules decide.

        Raises
        ------
        Invalid
            If the decision lacks what it must have, with every fault.
        Conflict
            If it was decided otherwise or withdrawn, or another moderator's claim still runs.
        """
        ruling = self._as_it_stands(ruling)
        if not self.withdrawn_at and ruling.repeats(self.ruling):
            return self
        self._must_be_free(by=ruling.by, at=ruling.at)
        self._must_be_whole(ruling.decision)
        known = {*self.deciders, repeats.by if repeats else ruling.by.id}
        return self._changed(
            status="decided",
            ruling=ruling,
            repeat_of=repeats.case_id if repeats else None,
            deciders=tuple(sorted(known)),
            let_stand=self.let_stand + self._lets_stand(ruling),
        )

    def undone(self, undo: Undo) -> Self:
        """The case as it waited before its decision; itself if the same was undone before.

        Raises
        ------
        Conflict
            If there is no decision to take back, or its author has contested it.
        Forbidden
            If it is a colleague's, and the caller no senior moderator.
        """
        if self.ruling is None and self.undo and _same_undo(self.undo, undo):
            return self
        if self.withdrawn_at:
            raise Conflict("case_withdrawn")
        if self.status != "decided" or self.ruling is None:
            raise Conflict("case_contested" if self.appeal else "case_undecided")
        own = self.ruling.by == RULES or self.ruling.by.id == undo.by.id
        if not own and undo.by.role != "senior_moderator":
            raise Forbidden("not_your_decision")
        let_stand = self.let_stand - self._lets_stand(self.ruling)
        free = {"status": "open", "ruling": None, "repeat_of": None}
        return self._changed(**free, undo=undo, let_stand=let_stand)

    def contested(self, statement: str, *, at: datetime) -> Self:
        """The case with its author's appeal; itself if the same was said before.

        Raises
        ------
        Conflict
            If there is nothing to contest (any more), or it was contested before.
        """
        if self.withdrawn_at:
            raise Conflict("case_withdrawn")
        if self.appeal:
            if self.appeal.statement == statement:
                return self
            raise Conflict("already_appealed")
        until = appealable_until(self.ruling)
        if until is None:
            raise Conflict("under_review" if self.former else "nothing_to_appeal")
        if at >= until:
            raise Conflict("appeal_period_over")
        appeal = Appeal(statement=statement, lodged_at=at)
        due_at = appeal.due_at
        return self._changed(status="appealed", appeal=appeal, waiting_since=at, due_at=due_at)

    def settled(self, ruling: Ruling) -> Self:
        """The case with the final decision on its appeal; itself if it was settled so before.

        Raises
        ------
        Conflict
            If no appeal waits for one.
        Forbidden
            If the same person decided before.
        Invalid
            If the decision lacks what it must have, with every fault.
        """
        if self.appeal and ruling.repeats(self.appeal.ruling):
            return self
        if self.withdrawn_at:
            raise Conflict("case_withdrawn")
        if self.status != "appealed" or self.appeal is None or self.ruling is None:
            raise Conflict("case_final" if self.status == "final" else "not_appealed")
        if ruling.by.id in (self.ruling.by.id, *self.deciders):
            raise Forbidden("first_moderator")
        self._must_be_whole(ruling.decision, final=True)
        appeal = self.appeal.model_copy(update={"ruling": ruling})
        return self._changed(status="final", appeal=appeal)

    def flagged(
        self, said: tuple[Reason, ...], *, flags: int, due_at: datetime, at: datetime
    ) -> Self:
        """The decided case, back in the queue because of so many flags; its comment is public.

        What it was masked for holds until it is decided again.
        """
        known = {reason.code for reason in self.reasons}
        reasons = (*self.reasons, *(reason for reason in said if reason.code not in known))
        is_masked = self.ruling and self.ruling.decision.decision == "redact"
        return self._changed(
            status="open",
            ruling=None,
            former=self.ruling if is_masked else None,
            reasons=reasons,
            severity=severity(reasons),
            flags=flags,
            published=True,
            waiting_since=at,
            due_at=due_at,
        )

    def withdrawn(self, at: datetime) -> Self:
        """The case closed for good, without the words; ids, codes and decision stay."""
        appeal = self.appeal and self.appeal.model_copy(update={"statement": ""})
        return self._changed(
            status="final",
            text="",
            text_key="",
            author_name=None,
            answer_texts=(),
            appeal=appeal,
            withdrawn_at=at,
        )

    def _as_it_stands(self, ruling: Ruling) -> Ruling:
        """The ruling; to publish what was masked before is to leave it masked."""
        if self.former is None or ruling.decision.decision != "publish":
            return ruling
        note = {"note": ruling.decision.note}
        return ruling.model_copy(update={"decision": self.former.decision.model_copy(update=note)})

    def _lets_stand(self, ruling: Ruling) -> bool:
        as_before = self.former is not None and ruling.decision.does_as(self.former.decision)
        return self.flags > 0 and (as_before or ruling.decision.decision == "publish")

    def _changed(self, **update: Any) -> Self:
        """The next version, which nobody has claimed unless it is said."""
        free = {"claimed_by": None, "claimed_until": None}
        return self.model_copy(update={"version": self.version + 1, **free, **update})

    def _must_be_whole(self, decision: Decision, *, final: bool = False) -> None:
        found = faults(decision, text=self.text, spans_needed=not self.is_doubted_beside)
        found += unreasoned(decision) if final else []
        if found:
            raise Invalid(faults=found)

    def _must_be_free(self, *, by: Actor, at: datetime) -> None:
        status = self.status_at(at)
        if self.withdrawn_at:
            raise Conflict("case_withdrawn")
        if status in ("decided", "appealed", "final"):
            raise Conflict("case_decided")
        if status == "claimed" and self.claimed_by != by.id:
            raise Conflict("case_claimed")


def _same_undo(before: Undo, now: Undo) -> bool:
    return (before.reason, before.by) == (now.reason, now.by)
