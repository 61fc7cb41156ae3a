"""A case: one comment that the rules doubted, held or public, until a person has decided."""

from datetime import datetime, timedelta
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from services.moderation.model.reasons import Reason
from services.moderation.model.ruling import Instant, Ruling, faults
from services.moderation.model.screening import Versions
from services.moderation.model.spans import masked
from services.shared import clock, ids
from services.shared.errors import Conflict, Invalid
from services.shared.events import Actor

Status = Literal["open", "claimed", "decided", "final"]
DONE: tuple[Status, ...] = ("decided", "final")
"""Nobody waits for these: decided by a person, or closed for good with the author's withdrawal."""
LEASE = timedelta(minutes=15)
"""How long a claim keeps a case from the other moderators."""
TIME_TO_DECIDE = timedelta(hours=24)
"""After which a case is late."""


class Case(BaseModel):
    """One row of the moderation table; all instants in UTC.

    Attributes
    ----------
    agency : str
        Whose topic it is; a moderator of another agency does not see the case.
    text, author_name, answer_texts : str
        What the participant sent, unaltered; shown to moderators alone.
    reasons : tuple of Reason
        What the rules found.
    versions : Versions
        What they were when they found it.
    status : str
        As stored; see `status_at`.
    version : int
        Counts the row's changes.
    claimed_by : str or None
        The account's subject of the moderator who works on it.
    ruling : Ruling or None
        The decision, once there is one.
    published : bool
        Whether the comment is public while it waits: reviewed afterwards, not held.
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
    kind: str
    language: str
    reasons: tuple[Reason, ...]
    versions: Versions
    published: bool = False
    opened_at: Instant
    due_at: Instant
    status: Status = "open"
    version: int = 1
    claimed_by: str | None = None
    claimed_until: Instant | None = None
    ruling: Ruling | None = None
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
            If it is decided or withdrawn, or another moderator's claim still runs; with the present
            state.
        """
        self._must_be_free(by=by, at=at)
        return self.model_copy(
            update={
                "status": "claimed",
                "version": self.version + 1,
                "claimed_by": by.id,
                "claimed_until": at + LEASE,
            }
        )

    def decided(self, ruling: Ruling) -> Self:
        """The case with a ruling; the case itself if the same person ruled the same before.

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
        found = faults(ruling.decision, text=self.text, spans_needed=not self._is_all_beside)
        if found:
            raise Invalid(faults=found)
        return self.model_copy(
            update={
                "status": "decided",
                "version": self.version + 1,
                "claimed_by": None,
                "claimed_until": None,
                "ruling": ruling,
            }
        )

    def withdrawn(self, at: datetime) -> Self:
        """The case closed for good, without the words; ids, codes and decision stay."""
        return self.model_copy(
            update={
                "status": "final",
                "version": self.version + 1,
                "text": "",
                "author_name": None,
                "answer_texts": (),
                "claimed_by": None,
                "claimed_until": None,
                "withdrawn_at": at,
            }
        )

    @property
    def public_text(self) -> str | None:
        """The text without personal data, if it has any; what is shown while a person reviews."""
        private = [s for reason in self.reasons if reason.code == "privacy" for s in reason.spans]
        return masked(self.text, private) if private else None

    @property
    def _is_all_beside(self) -> bool:
        """Whether all that the rules found is in the name or the answers, where no span reaches."""
        beside = self.author_name is not None or bool(self.answer_texts)
        return beside and not any(reason.spans for reason in self.reasons)

    def _must_be_free(self, *, by: Actor, at: datetime) -> None:
        status = self.status_at(at)
        if self.withdrawn_at:
            raise Conflict("case_withdrawn", extensions={"case": state(self, at=at)})
        if status == "decided":
            raise Conflict("case_decided", extensions={"case": state(self, at=at)})
        if status == "claimed" and self.claimed_by != by.id:
            raise Conflict("case_claimed", extensions={"case": state(self, at=at)})


def case_id(topic_id: str, round_: int, comment_id: str) -> str:
    """Give a comment's case its id; the same comment never has two."""
    return ids.derived_id(topic_id, str(round_), comment_id)


def state(case: Case, *, at: datetime) -> dict[str, Any]:
    """Where a case stands, without what was written."""
    status = case.status_at(at)
    claim = case.claimed_until if status == "claimed" else None
    return {
        "case_id": case.case_id,
        "topic_id": case.topic_id,
        "round": case.round,
        "comment_id": case.comment_id,
        "status": status,
        "claimed_by": case.claimed_by if claim else None,
        "claimed_until": clock.to_text(claim) if claim else None,
        "decision": _decision(case),
        "withdrawn_at": clock.to_text(case.withdrawn_at) if case.withdrawn_at else None,
    }


def view(case: Case, *, at: datetime) -> dict[str, Any]:
    """A case as the API shows it: all that a moderator's screen needs."""
    document = case.model_dump(mode="json")
    shown = (
        "text",
        "author_name",
        "answer_texts",
        "kind",
        "language",
        "reasons",
        "versions",
        "published",
        "opened_at",
        "due_at",
    )
    return {
        **state(case, at=at),
        **{name: document[name] for name in shown},
        "late": case.status not in DONE and at > case.due_at,
    }


def _decision(case: Case) -> dict[str, Any] | None:
    if case.ruling is None:
        return None
    decided = case.ruling.decision.model_dump(mode="json")
    return {**decided, "decided_at": clock.to_text(case.ruling.at)}
