"""Screening one comment: what the rules find, and what follows from it.

The machine never rejects: what it doubts a person decides. Personal data alone is masked and
published, and what is clean is published as it came. Abuse or spam is held until a person has
decided (`pre`); where comments are published first (`post`) only what is clearly that is held, and
what may be is published and reviewed afterwards. Personal data that cannot be masked is held in
both: it could not be taken back.
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

RULES_VERSION = "2"
"""Goes up with every change of the rules that may change an outcome; the lexicon has its own."""

Verdict = Literal["publish", "hold", "redact-and-publish", "publish-and-review"]
PublicationMode = Literal["pre", "post"]
CLEAR = 0.9
"""Score from which a finding is clear, and keeps a comment back in both modes."""


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


def screen(text: str, *, beside: Sequence[str] = (), mode: PublicationMode = "pre") -> Screening:
    """Screen a comment and what stands beside its text.

    Parameters
    ----------
    text : str
        The comment.
    beside : sequence of str
        The name it is signed with, and its answers in free text. They are not published in part,
        so that whatever is found in one is for a person to see, without spans.
    mode : {"pre", "post"}
        Whether people decide before publication or after it.
    """
    in_text = findings(text)
    aside = [reason for other in beside for reason in findings(other)]
    reasons = _joined((*in_text, *(reason.model_copy(update={"spans": ()}) for reason in aside)))
    if not reasons:
        return Screening(outcome="publish")
    private = [span for reason in in_text if reason.code == "privacy" for span in reason.spans]
    public_text = masked(text, private) if private else None
    if not aside and all(reason.code == "privacy" for reason in reasons):
        return Screening(outcome="redact-and-publish", reasons=reasons, public_text=public_text)
    if mode == "pre" or _must_wait(reasons, aside):
        return Screening(outcome="hold", reasons=reasons)
    return Screening(outcome="publish-and-review", reasons=reasons, public_text=public_text)


def _must_wait(reasons: Iterable[Reason], aside: Iterable[Reason]) -> bool:
    """Whether what was found may not be public even for the time until somebody looks at it."""
    clear = any(reason.score >= CLEAR for reason in reasons if reason.code != "privacy")
    return clear or any(reason.code == "privacy" for reason in aside)


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
