"""Screen a batch of comments; whatever a person must see has a case from then on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.moderation.model.case import TIME_TO_DECIDE, Case, case_id
from services.moderation.model.screening import PublicationMode, Screening, screen, versions
from services.moderation.rows import Redaction
from services.moderation.store import CaseStore


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The round that a batch is of, whose topic it is, and when people decide."""

    topic_id: str
    round: int
    agency: str
    mode: PublicationMode


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A comment as it came."""

    comment_id: str
    text: str
    author_name: str | None
    answer_texts: tuple[str, ...]
    kind: str
    language: str


def screen_comments(
    comments: Sequence[Submitted], *, of: Origin, at: datetime, store: CaseStore
) -> list[dict[str, Any]]:
    """Outcome of each comment, in order.

    Repeating it opens no second case and gives the same outcomes: the rules are deterministic,
    and where a case stands already its reasons are given, even if newer rules find others.
    """
    found = {c.comment_id: screen(c.text, beside=_beside(c), mode=of.mode) for c in comments}
    distinct = {c.comment_id: c for c in comments}.values()
    cases = {
        c.comment_id: _case(c, found[c.comment_id], of=of, at=at)
        for c in distinct
        if found[c.comment_id].outcome in ("hold", "publish-and-review")
    }
    redactions = [
        Redaction(
            topic_id=of.topic_id,
            round=of.round,
            comment_id=c.comment_id,
            codes=tuple(reason.code for reason in found[c.comment_id].reasons),
            at=at,
        )
        for c in distinct
        if found[c.comment_id].outcome == "redact-and-publish"
    ]
    store.note_versions(versions(), topic_id=of.topic_id, round_=of.round)
    for case in store.open_cases(cases.values()):
        cases[case.comment_id] = case
    store.note_redactions(redactions)
    return [_outcome(c.comment_id, found[c.comment_id], cases.get(c.comment_id)) for c in comments]


def _beside(comment: Submitted) -> tuple[str, ...]:
    return (*filter(None, [comment.author_name]), *comment.answer_texts)


def _case(comment: Submitted, screening: Screening, *, of: Origin, at: datetime) -> Case:
    return Case(
        case_id=case_id(of.topic_id, of.round, comment.comment_id),
        topic_id=of.topic_id,
        round=of.round,
        agency=of.agency,
        comment_id=comment.comment_id,
        text=comment.text,
        author_name=comment.author_name,
        answer_texts=comment.answer_texts,
        kind=comment.kind,
        language=comment.language,
        reasons=screening.reasons,
        versions=versions(),
        published=screening.outcome == "publish-and-review",
        opened_at=at,
        due_at=at + TIME_TO_DECIDE,
    )


def _outcome(comment_id: str, screening: Screening, case: Case | None) -> dict[str, Any]:
    reasons, outcome, public_text = screening.reasons, screening.outcome, screening.public_text
    if case:
        reasons, outcome = case.reasons, "publish-and-review" if case.published else "hold"
        public_text = case.public_text if case.published else None
    return {
        "comment_id": comment_id,
        "outcome": outcome,
        "reasons": [reason.model_dump(mode="json") for reason in reasons],
        "case_id": case.case_id if case else None,
        "public_text": public_text,
    }
