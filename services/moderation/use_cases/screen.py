"""Screen a batch of comments; whatever a person must see has a case from then on."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.moderation import steps
from services.moderation.model.case import RULES, Case, case_id
from services.moderation.model.doubts import Verdict, severity, text_key
from services.moderation.model.reasons import Reason, ReasonCode
from services.moderation.model.ruling import Decision, Ruling
from services.moderation.model.screening import PublicationMode, Screening, screen, versions
from services.moderation.model.topic_terms import TopicTerms
from services.moderation.rows import Redaction
from services.moderation.store import CaseStore, ChangedMeanwhile

_OWN: ReasonCode = "duplicate_by_same_author"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The round that comments are of, whose topic it is, and when people decide."""

    topic_id: str
    round: int
    agency: str
    mode: PublicationMode
    time_to_decide: timedelta

    def case(
        self, comment: "Submitted", reasons: tuple[Reason, ...], *, at: datetime, **doubts: Any
    ) -> Case:
        """New case of a comment; `doubts` are whose they are, and whether it is public."""
        return Case(
            case_id=case_id(self.topic_id, self.round, comment.comment_id),
            topic_id=self.topic_id,
            round=self.round,
            agency=self.agency,
            opened_at=at,
            waiting_since=at,
            due_at=at + self.time_to_decide,
            **{name: value for name, value in vars(comment).items() if name != "repeats_own"},
            text_key=comment.text_key,
            reasons=reasons,
            severity=severity(reasons),
            versions=versions(),
            **doubts,
        )


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A comment as it came.

    Attributes
    ----------
    repeats_own : bool
        Whether its author had sent the very same text a few minutes before.
    """

    comment_id: str
    text: str
    author_name: str | None
    answer_texts: tuple[str, ...]
    kind: str
    language: str
    repeats_own: bool = False

    @property
    def text_key(self) -> str:
        """The same for the same text."""
        return text_key(self.text)


def screen_comments(
    comments: Sequence[Submitted],
    *,
    of: Origin,
    terms: TopicTerms,
    at: datetime,
    store: CaseStore,
) -> list[dict[str, Any]]:
    """Outcome of each comment, in order.

    Repeating it opens no second case and gives the same outcomes: the rules are deterministic,
    and where a case stands already its reasons are given, even if newer rules find others. What
    repeats to the letter a text that a person rejected is held, and rejected at once.
    """
    found = {c.comment_id: _screened(c, of.mode, terms) for c in comments}
    distinct = {c.comment_id: c for c in comments}
    rejected = store.rejected([c.text_key for c in comments], of.topic_id, of.round)
    for comment_id, comment in distinct.items():
        if repeated := rejected.get(comment.text_key):
            found[comment_id] = _repeated(found[comment_id], comment, code=repeated.code)
    cases = {
        comment_id: of.case(
            comment,
            found[comment_id].reasons,
            at=at,
            published=found[comment_id].outcome == "publish-and-review",
        )
        for comment_id, comment in distinct.items()
        if found[comment_id].outcome in ("hold", "publish-and-review")
    }
    store.note_versions(versions(), topic_id=of.topic_id, round_=of.round)
    for case in store.open_cases(cases.values()):
        cases[case.comment_id] = case
    for case in cases.values():
        if case.text_key in rejected:
            _reject(case, rejected[case.text_key], at=at, store=store)
    store.note_redactions(_redactions(distinct.values(), found, of=of, at=at))
    return [_outcome(c.comment_id, found[c.comment_id], cases.get(c.comment_id)) for c in comments]


def _redactions(
    comments: Iterable[Submitted], found: Mapping[str, Screening], *, of: Origin, at: datetime
) -> list[Redaction]:
    return [
        Redaction(
            topic_id=of.topic_id,
            round=of.round,
            comment_id=c.comment_id,
            language=c.language,
            codes=tuple(reason.code for reason in found[c.comment_id].reasons),
            at=at,
        )
        for c in comments
        if found[c.comment_id].outcome == "redact-and-publish"
    ]


def _repeated(screening: Screening, comment: Submitted, *, code: ReasonCode) -> Screening:
    """What becomes of an exact repeat of what was rejected, or of what its author has just sent."""
    whole = Reason(code=code, spans=((0, len(comment.text)),), score=1.0)
    others = tuple(reason for reason in screening.reasons if reason.code != code)
    reasons = (whole, *others)
    return Screening(outcome="hold", reasons=reasons, public_text=screening.public_text)


def _reject(case: Case, verdict: Verdict, *, at: datetime, store: CaseStore) -> None:
    """Reject a repeat by the rules; what a person has in hand, or has decided, is theirs."""
    if case.status != "open" or case.undo or case.published:
        return
    decision = Decision(decision="reject", reason_code=verdict.code)
    ruling = Ruling(decision=decision, by=RULES, at=at)
    after = case.decided(ruling, repeats=verdict)
    with contextlib.suppress(ChangedMeanwhile):
        store.take(after, *steps.decided(after))


def _screened(comment: Submitted, mode: PublicationMode, terms: TopicTerms) -> Screening:
    found = screen(comment.text, beside=_beside(comment), mode=mode, topic_terms=terms)
    return _repeated(found, comment, code=_OWN) if comment.repeats_own else found


def _beside(comment: Submitted) -> tuple[str, ...]:
    return (*filter(None, [comment.author_name]), *comment.answer_texts)


def _outcome(comment_id: str, screening: Screening, case: Case | None) -> dict[str, Any]:
    reasons, outcome, public_text = screening.reasons, screening.outcome, screening.public_text
    if case:
        reasons, outcome = case.reasons, "publish-and-review" if case.published else "hold"
        public_text = case.public_text
    return {
        "comment_id": comment_id,
        "outcome": outcome,
        "reasons": [reason.model_dump(mode="json") for reason in reasons],
        "case_id": case.case_id if case else None,
        "public_text": public_text,
    }
