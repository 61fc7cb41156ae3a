"""A case: one comment that the rules or its readers doubted, until people have decided for good."""

from datetime import datetime, timedelta
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from services.moderation.model.doubts import Origin, Severity
from services.moderation.model.due_process import Appeal, Undo, appealable_until, unreasoned
from services.moderation.model.reasons import Reason
from services.moderation.model.ruling import Decision, Instant, Ruling, faults
from services.moderation.model.screening import Versions
from services.shared import ids
from services.shared.errors import Conflict, Forbidden, Invalid
from services.shared.events import Actor
from services.shared.masking import masked

Status = Literal["open", "claimed", "decided", "appealed", "final"]
DONE: tuple[Status, ...] = ("decided", "final")
"""Nobody waits for these: decided, or closed for good by an appeal or the author's withdrawal."""
LEASE = timedelta(minutes=15)
"""How long a claim keeps a case from the other moderators."""
RULES = Actor(role="system", id="rules")
"""Who rejects the exact repeat of what a person has rejected."""


class Case(BaseModel):
    """One row of the moderation table; all instants in UTC.

    Attributes
    ----------
    agency : str
        Whose topic it is; a moderator of another agency does not see the case.
    text, author_name, answer_texts : str
        What the participant sent, unaltered; shown to moderators alone.
    text_key : str
        The same for the same text; see `doubts.text_key`.
    reasons : tuple of Reason
        What the rules found, or the readers said.
    versions : Versions
        What the rules were when they looked.
    origin : {"rules", "flags"}
        Who doubted the comment first.
    severity : {"high", "normal"}
        See `doubts.severity`.
    flags : int
        From how many readers, when they last brought it to the queue.
    let_stand : int
        How many times a person has let it stand although it was flagged.
    repeat_of : str or None
        The case whose rejected text this one repeats, where the rules rejected it for that.
    opened_at, waiting_since, due_at : datetime
        When it was opened, when it last came into the queue, when it should be decided.
    status : str
        As stored; see `status_at`.
    version : int
        Counts the row's changes; decisions are told apart by it.
    claimed_by : str or None
        The account's subject of the moderator who works on it.
    ruling : Ruling or None
        The decision, once there is one; taken back, there is none.
    undo : Undo or None
        Why there is none any more.
    appeal : Appeal or None
        What its author said against it.
    published : bool
        Whether the comment is public while it waits: reviewed afterwards or flagged, not held.
    withdrawn_at : datetime or None
        When the author took the comment back; from then on the case has none of its words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_id: str
    topic_id: str
    round: int
    agency: str
    comment_id: str
    text: str
    author_name: str | None = None
    answer_texts: tuple[str, ...] = ()
    text_key: str = ""
    kind: str
    language: str
    reasons: tuple[Reason, ...]
    versions: Versions
    origin: Origin = "rules"
    severity: Severity = "normal"
    flags: int = 0
    let_stand: int = 0
    repeat_of: str | None = None
    published: bool = False
    opened_at: Instant
    waiting_since: Instant
    due_at: Instant
    status: Status = "open"
    version: int = 1
    claimed_by: str | None = None
    claimed_until: Instant | None = None
    ruling: Ruling | None = None
    undo: Undo | None = None
    appeal: Appeal | None = None
    withdrawn_at: Instant | None = None

    def status_at(self, at: datetime) -> Status:
        """Status at an instant: a claim that ran out leaves the case open."""
        if self.status == "claimed" and self.claimed_until and self.claimed_until <= at:
            return "open"
        return self.status

    def claimed(self, *, by: Actor, at: datetime) -> Self:
        """The case claimed for `LEASE`; claiming one's own again makes the lease longer.

        Raises
        ------
        Conflict
            If it is decided or withdrawn, or another moderator's claim still runs.
        """
        self._must_be_free(by=by, at=at)
        return self._changed(status="claimed", claimed_by=by.id, claimed_until=at + LEASE)

    def decided(self, ruling: Ruling, *, repeat_of: str | None = None) -> Self:
        """The case with a ruling; the case itself if the same person ruled the same before.

        Parameters
        ----------
        repeat_of : str, optional
            The case whose text this one repeats, where the rules decide.

        Raises
        ------
        Invalid
            If the decision lacks what it must have, with every fault.
        Conflict
            If it was decided otherwise or withdrawn, or another moderator's claim still runs.
        """
        before = None if self.withdrawn_at else self.ruling
        if before and before.decision == ruling.decision and before.by == ruling.by:
            return self
        self._must_be_free(by=ruling.by, at=ruling.at)
        self._must_be_whole(ruling.decision)
        return self._changed(
            status="decided",
            ruling=ruling,
            repeat_of=repeat_of,
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
        if self.status == "open" and self.undo and _same_undo(self.undo, undo):
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
            raise Conflict("nothing_to_appeal")
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
        before = self.appeal and self.appeal.ruling
        if before and before.decision == ruling.decision and before.by == ruling.by:
            return self
        if self.withdrawn_at:
            raise Conflict("case_withdrawn")
        if self.status != "appealed" or self.appeal is None or self.ruling is None:
            raise Conflict("case_final" if self.status == "final" else "not_appealed")
        if self.ruling.by.id == ruling.by.id:
            raise Forbidden("first_moderator")
        self._must_be_whole(ruling.decision, final=True)
        appeal = self.appeal.model_copy(update={"ruling": ruling})
        return self._changed(status="final", appeal=appeal)

    def flagged(self, flags: int, *, due_at: datetime, at: datetime) -> Self:
        """The decided case, back in the queue because of so many flags; its comment is public."""
        return self._changed(
            status="open",
            ruling=None,
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

    @property
    def standing(self) -> Ruling | None:
        """The decision that holds: that on the appeal, once there is one."""
        return (self.appeal and self.appeal.ruling) or self.ruling

    @property
    def is_doubted_beside(self) -> bool:
        """Whether all that was found may be in the name or the answers, where no span reaches."""
        beside = self.author_name is not None or bool(self.answer_texts)
        return beside and not any(reason.spans for reason in self.reasons)

    @property
    def text_place(self) -> tuple[str, int, str]:
        """Where cases of the same text are known: topic, round and the text's key."""
        return self.topic_id, self.round, self.text_key

    @property
    def public_text(self) -> str | None:
        """The text without personal data, if it has any; what is shown while a person reviews."""
        private = [s for reason in self.reasons if reason.code == "privacy" for s in reason.spans]
        return masked(self.text, private) if private else None

    def _lets_stand(self, ruling: Ruling) -> bool:
        return self.flags > 0 and ruling.decision.decision == "publish"

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


def case_id(topic_id: str, round_: int, comment_id: str) -> str:
    """Give a comment's case its id; the same comment never has two."""
    return ids.derived_id(topic_id, str(round_), comment_id)


def _same_undo(before: Undo, now: Undo) -> bool:
    return (before.reason, before.by) == (now.reason, now.by)
