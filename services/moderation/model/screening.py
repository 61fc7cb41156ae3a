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

from services.moderation.model.abuse import CLEAR, judge
from services.moderation.model.lexicon import lexicon_version
from services.moderation.model.personal_data import personal_data
from services.moderation.model.reading import read
from services.moderation.model.reasons import Reason, ReasonCode
from services.moderation.model.spam import spam
from services.moderation.model.spans import Span, merged
from services.moderation.model.thresholds import model_version
from services.moderation.model.topic_terms import NO_TERMS, TopicTerms
from services.shared.masking import masked

RULES_VERSION = "3"
"""Goes up with every change of the rules that may change an outcome; the lexicon has its own."""

Verdict = Literal["publish", "hold", "redact-and-publish", "publish-and-review"]
PublicationMode = Literal["pre", "post"]
_Found = tuple[ReasonCode, tuple[Span, ...], float]


class Versions(BaseModel):
    """What a comment was screened with.

    Attributes
    ----------
    model : str
        Of the linear model and the thresholds; empty where a comment was screened before there
        was one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: str
    lexicon: str
    model: str = ""


class Screening(BaseModel):
    """Outcome for one comment.

    Attributes
    ----------
    outcome : str
        What happens to it now.
    reasons : tuple of Reason
        Most certain first; empty if it is published as it came.
    public_text : str or None
        The text to publish, now or once a person lets it, where it is not the original.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Verdict
    reasons: tuple[Reason, ...] = ()
    public_text: str | None = None


@cache
def versions() -> Versions:
    """Versions of the rules, of the lexicon, and of the model and thresholds in this code."""
    return Versions(rules=RULES_VERSION, lexicon=lexicon_version(), model=model_version())


def screen(
    text: str,
    *,
    beside: Sequence[str] = (),
    mode: PublicationMode = "pre",
    topic_terms: TopicTerms = NO_TERMS,
) -> Screening:
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
    topic_terms : TopicTerms
        What officers allow and add for the comment's topic.
    """
    in_text = findings(text, topic_terms=topic_terms)
    aside = [reason for other in beside for reason in findings(other, topic_terms=topic_terms)]
    found: list[_Found] = [(reason.code, reason.spans, reason.score) for reason in in_text]
    reasons = _joined([*found, *((reason.code, (), reason.score) for reason in aside)])
    if not reasons:
        return Screening(outcome="publish")
    private = [span for reason in in_text if reason.code == "privacy" for span in reason.spans]
    public_text = masked(text, private) if private else None
    if not aside and all(reason.code == "privacy" for reason in reasons):
        return Screening(outcome="redact-and-publish", reasons=reasons, public_text=public_text)
    if mode == "pre" or _must_wait(reasons, aside):
        return Screening(outcome="hold", reasons=reasons, public_text=public_text)
    return Screening(outcome="publish-and-review", reasons=reasons, public_text=public_text)


def _must_wait(reasons: Iterable[Reason], aside: Iterable[Reason]) -> bool:
    """Whether what was found may not be public even for the time until somebody looks at it."""
    clear = any(reason.score >= CLEAR for reason in reasons if reason.code != "privacy")
    return clear or any(reason.code == "privacy" for reason in aside)


def findings(text: str, *, topic_terms: TopicTerms = NO_TERMS) -> tuple[Reason, ...]:
    """Reasons found in one text, one per code, most certain first."""
    reading = read(text, topic_terms)
    found: list[_Found] = [
        (one.code, (reading.folded.original(*one.span),), one.score)
        for one in judge(reading.letters, reading.hits).findings
    ]
    if (advert := spam(text, reading.folded, reading.hits)) is not None:
        found.append(("spam", *advert))
    found += [("privacy", (span,), score) for span, score in personal_data(text)]
    return _joined(found)


def abuse_score(text: str, *, topic_terms: TopicTerms = NO_TERMS) -> float:
    """Score of a text in 0…1, of those that are published too; the higher the more like abuse."""
    reading = read(text, topic_terms)
    return judge(reading.letters, reading.hits).score


def _joined(found: Iterable[_Found]) -> tuple[Reason, ...]:
    by_code: defaultdict[ReasonCode, list[_Found]] = defaultdict(list)
    for one in found:
        by_code[one[0]].append(one)
    joined = [
        Reason(
            code=code,
            spans=merged(span for _, spans, _ in group for span in spans),
            score=max(score for _, _, score in group),
        )
        for code, group in by_code.items()
    ]
    return tuple(sorted(joined, key=lambda reason: (-reason.score, reason.code)))
