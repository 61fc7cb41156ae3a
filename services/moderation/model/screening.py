"""Screening one comment: what the rules find, and what follows from it.

The machine never rejects: what it doubts a person decides. Abuse or spam is held, personal data
alone is masked and published, everything else is published as it came.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.moderation.model.abuse import abuse
from services.moderation.model.fold import fold
from services.moderation.model.lexicon import lexicon, lexicon_version
from services.moderation.model.personal_data import personal_data
from services.moderation.model.reasons import Reason, ReasonCode
from services.moderation.model.scan import scan
from services.moderation.model.spam import spam
from services.moderation.model.spans import masked, merged

RULES_VERSION = "1"
"""Goes up with every change of the rules that may change an outcome; the lexicon has its own."""

Verdict = Literal["publish", "hold", "redact-and-publish"]


class Versions(BaseModel):
    """What a comment was screened with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: str
    lexicon: str


class Screening(BaseModel):
    """Outcome for one comment.

    Attributes
    ----------
    outcome : str
        What happens to it now.
    reasons : tuple of Reason
        Most certain first; empty if it is published as it came.
    public_text : str or None
        The text to publish, where it is not the original.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Verdict
    reasons: tuple[Reason, ...] = ()
    public_text: str | None = None


@cache
def versions() -> Versions:
    """Versions of the rules and of the lexicon in this code."""
    return Versions(rules=RULES_VERSION, lexicon=lexicon_version())


def screen(text: str, *, beside: Sequence[str] = ()) -> Screening:
    """Screen a comment and what stands beside its text.

    Parameters
    ----------
    text : str
        The comment.
    beside : sequence of str
        The name it is signed with, and its answers in free text. They are not published in part,
        so that whatever is found in one is for a person to see, without spans.
    """
    in_text = findings(text)
    aside = [reason for other in beside for reason in findings(other)]
    reasons = _joined((*in_text, *(reason.model_copy(update={"spans": ()}) for reason in aside)))
    if aside or any(reason.code != "privacy" for reason in reasons):
        return Screening(outcome="hold", reasons=reasons)
    if reasons:
        public_text = masked(text, reasons[0].spans)
        return Screening(outcome="redact-and-publish", reasons=reasons, public_text=public_text)
    return Screening(outcome="publish")


def findings(text: str) -> tuple[Reason, ...]:
    """Reasons found in one text, one per code, most certain first."""
    folded = fold(text)
    hits = scan(folded, lexicon())
    found = [
        Reason(code=hit.term.code, spans=(folded.original(hit.start, hit.end),), score=score)
        for hit, score in abuse(hits)
    ]
    if (advert := spam(text, folded, hits)) is not None:
        found.append(Reason(code="spam", spans=advert[0], score=advert[1]))
    found += [
        Reason(code="privacy", spans=(span,), score=score) for span, score in personal_data(text)
    ]
    return _joined(found)


def _joined(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    by_code: defaultdict[ReasonCode, list[Reason]] = defaultdict(list)
    for reason in reasons:
        by_code[reason.code].append(reason)
    joined = [
        Reason(
            code=code,
            spans=merged(span for reason in group for span in reason.spans),
            score=max(reason.score for reason in group),
        )
        for code, group in by_code.items()
    ]
    return tuple(sorted(joined, key=lambda reason: (-reason.score, reason.code)))
