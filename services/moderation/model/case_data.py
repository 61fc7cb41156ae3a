"""What is known of a case: one comment that the rules or its readers doubted."""

from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from services.moderation.model.doubts import Origin, Severity
from services.moderation.model.due_process import Appeal, Undo
from services.moderation.model.reasons import Reason
from services.moderation.model.ruling import Instant, Ruling
from services.moderation.model.screening import Versions
from services.shared import ids
from services.shared.events import Actor
from services.shared.masking import masked

Status = Literal["open", "claimed", "decided", "appealed", "final"]
STATUSES: tuple[Status, ...] = get_args(Status)
DONE: tuple[Status, ...] = ("decided", "final")
"""Nobody waits for these: decided, or closed for good by an appeal or the author's withdrawal."""
RULES = Actor(role="system", id="rules")
"""Who rejects the exact repeat of what a person has rejected."""


class CaseData(BaseModel):
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
    former : Ruling or None
        What masked it, where readers brought it back since: it holds until another is made.
    deciders : tuple of str
        Everybody who decided about it, or about the text that it repeats, whatever became of that.
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
    former: Ruling | None = None
    deciders: tuple[str, ...] = ()
    undo: Undo | None = None
    appeal: Appeal | None = None
    withdrawn_at: Instant | None = None

    def status_at(self, at: datetime) -> Status:
        """Status at an instant: a claim that ran out leaves the case open."""
        if self.status == "claimed" and self.claimed_until and self.claimed_until <= at:
            return "open"
        return self.status

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


def case_id(topic_id: str, round_: int, comment_id: str) -> str:
    """Give a comment's case its id; the same comment never has two."""
    return ids.derived_id(topic_id, str(round_), comment_id)
