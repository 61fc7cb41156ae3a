"""A notice over a channel: what came of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

NoticeKind = Literal[
    "published",
    "extended",
    "reminder",
    "answered",
    "inquiry_answer",
    "inquiry_open",
    "moderated",
    "inclusion_gap",
    "announced",
    "outcome",
    "corrected",
    "withdrawn",
]
"""Beside what is told to all: ``inquiry_answer`` and ``inquiry_open`` go to those who asked,
``moderated`` to the author of a comment that a moderator decided about, ``outcome`` to each author
what their comment was answered, ``corrected`` to those whose answer was corrected since,
``inclusion_gap`` to the topic's contact."""
Occasion = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:._-]{0,64}$")]
Channel = Literal["web", "atom", "email", "sms", "webhook"]
Result = Literal["sent", "partial", "failed"]
LedgerState = Literal["claimed", "released", "sent", "failed"]

NOTICES: tuple[NoticeKind, ...] = get_args(NoticeKind)
CHANNELS: tuple[Channel, ...] = get_args(Channel)
_COMES_TO_PEOPLE: tuple[Channel, ...] = ("email", "sms", "webhook")
_COMES_TO_ASKERS: tuple[Channel, ...] = ("email", "sms")
_FOR_THE_CONTACT: frozenset[NoticeKind] = frozenset({"inclusion_gap"})
_FOR_ASKERS: frozenset[NoticeKind] = frozenset(
    {"inquiry_answer", "inquiry_open", "moderated", "outcome", "corrected"}
)
WHILE_COLLECTING: frozenset[NoticeKind] = frozenset(
    {"extended", "reminder", "inquiry_open", "inclusion_gap"}
)
"""Notices that would mislead once nothing can be sent in any more."""
AFTER_WITHDRAWAL: frozenset[NoticeKind] = frozenset({"withdrawn", "inquiry_answer", "moderated"})
"""Notices that are true of a withdrawn topic too: that it is, and of an author's own comment."""
UNKNOWN = "unknown"
UNAVAILABLE = "unavailable"
TIMED_OUT = "timed_out"
INTERNAL_ERROR = "internal_error"
TEMPLATE_FAILED = "template_failed"
SUPPRESSED = "suppressed"
_REASONS = {"TransientError": UNAVAILABLE, "States.Timeout": TIMED_OUT}


class Delivery(BaseModel):
    """One notice of a round over one channel.

    Attributes
    ----------
    occasion : str
        Tells notices of one kind and round apart: the new closing instant, the answered inquiry;
        empty where a round has the notice once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: str
    round: int
    notice: NoticeKind
    channel: Channel
    occasion: Occasion = ""


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """What is known of one recipient.

    Attributes
    ----------
    state : {"claimed", "released", "sent", "failed"}
        ``claimed``: somebody set about sending and never told what came of it. ``released``:
        certainly not sent, to be tried again.
    reason : str or None
        Why it failed, or what was said of it afterwards.
    at : str
        When somebody last set about sending, or something was said of it (RFC 3339, sorts as it
        reads).
    """

    state: LedgerState
    reason: str | None = None
    at: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the notice may still be sent to this recipient."""
        return self.state == "released"


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many recipients there are of each kind.

    Attributes
    ----------
    refusals : mapping
        Failed ones by reason.
    reasons : mapping
        All ones of which something was said, by reason; who complained was told nevertheless.
    """

    sent: int = 0
    unknown: int = 0
    refusals: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """How many were refused."""
        return sum(self.refusals.values())

    @classmethod
    def of(cls, entries: Iterable[LedgerEntry]) -> Self:
        """Count the entries of a ledger, holding one at a time."""
        states: Counter[str] = Counter()
        refusals: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        for entry in entries:
            states[entry.state] += 1
            if entry.state == "failed":
                refusals[entry.reason or INTERNAL_ERROR] += 1
            if entry.reason:
                reasons[entry.reason] += 1
        return cls(
            sent=states["sent"],
            unknown=states["claimed"],
            refusals=dict(refusals),
            reasons=dict(reasons),
        )

    @classmethod
    def together(cls, tallies: Iterable[Self]) -> Self:
        """The sum of tallies of recipients who are in one of them each."""
        sent = unknown = 0
        refusals: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        for tally in tallies:
            sent, unknown = sent + tally.sent, unknown + tally.unknown
            refusals.update(tally.refusals)
            reasons.update(tally.reasons)
        return cls(sent=sent, unknown=unknown, refusals=dict(refusals), reasons=dict(reasons))


class Outcome(BaseModel):
    """What came of a notice over a channel; the counts are those of the event.

    Attributes
    ----------
    reasons : dict
        How many recipients each reason stands for; who complained was told nevertheless.
    complete : bool
        Whether everybody was attended to: a repeated delivery has nothing left to do.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    outcome: Result
    reason: str | None = None
    recipients: int = 0
    failed: int = 0
    unknown: int = 0
    reasons: dict[str, int] = Field(default_factory=dict)
    complete: bool

    @classmethod
    def posted(cls) -> Self:
        """Outcome of a channel that people come to: the notice is there."""
        return cls(outcome="sent", complete=True)

    @classmethod
    def of_ledger(cls, entries: Iterable[LedgerEntry], *, stopped: str | None = None) -> Self:
        """Sum up who was told.

        Parameters
        ----------
        entries : iterable of LedgerEntry
            One per recipient.
        stopped : str, optional
            Code of what ended the delivery before everybody was attended to.
        """
        return cls.of_tally(Tally.of(entries), stopped=stopped)

    @classmethod
    def of_tally(cls, tally: Tally, *, stopped: str | None) -> Self:
        """Outcome by how many were told; `stopped` as for `of_ledger`."""
        ordinary = next((reason for reason, _ in Counter(tally.refusals).most_common(1)), None)
        reason = stopped or ordinary or (UNKNOWN if tally.unknown else None)
        return cls(
            outcome="failed" if not tally.sent else "partial" if reason else "sent",
            reason=reason if tally.sent or reason else "no_recipients",
            recipients=tally.sent,
            failed=tally.failed,
            unknown=tally.unknown,
            reasons=dict(sorted(tally.reasons.items())),
            complete=stopped is None,
        )


def channels_for(notice: NoticeKind, planned: Iterable[Channel]) -> list[Channel]:
    """Channels of a topic's plan that a notice goes over, each once.

    A reminder is for those who asked to be told; a page or a feed that says "soon" grows stale. Who
    asked an inquiry is told by whatever they left for that, whichever channels the plan has, and so
    is the office that consults.
    """
    if notice in _FOR_ASKERS:
        return list(_COMES_TO_ASKERS)
    if notice in _FOR_THE_CONTACT:
        return ["email"]
    wanted = _COMES_TO_PEOPLE if notice == "reminder" else CHANNELS
    chosen = set(planned)
    return [channel for channel in wanted if channel in chosen]


def reason_of(error: str) -> str:
    """Reason code of an error that ended a task of the state machine."""
    return _REASONS.get(error, INTERNAL_ERROR)
