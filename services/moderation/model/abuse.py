"""Abuse: what the lexicon's hits and the linear model come to, in one score per text.

The lexicon speaks first: of every tier that is present the weight is added (`thresholds`); a hard
term, a soft one and a mild one that is aimed at somebody hold a comment whatever the model says.
The model breaks ties: it lifts a mild word, puts what is held in order, and holds alone only when
it is very sure; its reason is then the words that weighed most.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.moderation.model.linear import Evidence, model
from services.moderation.model.reasons import ReasonCode
from services.moderation.model.scan import Hit
from services.moderation.model.spans import Span
from services.moderation.model.thresholds import Thresholds, sigmoid, thresholds

CLEAR = 0.9
"""Score from which a finding is clear; only a hard term is."""
_DOUBTFUL = 0.89
TIERS = ("hard", "soft", "mild")
"""Tiers that tell of abuse; the rest tells of advertising."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something abusive: its ground, where it stands in the folded text, its score in 0…1."""

    code: ReasonCode
    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a text comes to.

    Attributes
    ----------
    score : float
        In 0…1; from the threshold on the text is held.
    findings : tuple of Finding
        Why; empty if it is not held.
    """

    score: float
    findings: tuple[Finding, ...]


def judge(text: str, hits: Iterable[Hit]) -> Judgement:
    """Judge a folded text by its hits of the lexicon and by its letters."""
    settings = thresholds()
    found = [hit for hit in hits if hit.term.tier in TIERS]
    evidence = model().evidence(text)
    score = combined(found, evidence, settings)
    if score < settings.hold_at:
        return Judgement(score=score, findings=())
    if not found:
        doubt = min(score, _DOUBTFUL)
        strongest = model().strongest(text, settings.model.words_shown)
        alone = tuple(Finding(code="abusive", span=span, score=doubt) for span in strongest)
        return Judgement(score=score, findings=alone)
    findings = (
        Finding(hit.term.code, (hit.start, hit.end), _certainty(hit, score)) for hit in found
    )
    return Judgement(score=score, findings=tuple(findings))


def combined(hits: Sequence[Hit], evidence: Evidence, settings: Thresholds) -> float:
    """Score in 0…1 of what the lexicon (without advertising) and the model found."""
    return sigmoid(settings.base + _terms(hits, settings) + _letters(evidence, settings))


def _terms(hits: Sequence[Hit], settings: Thresholds) -> float:
    kinds = {"aimed" if hit.aimed and hit.term.tier == "mild" else hit.term.tier for hit in hits}
    total = sum(settings.terms.of(kind) for kind in kinds)
    several = len({hit.term.name for hit in hits}) > 1
    # Plain words however many (dirt, stench, failure) are a complaint.
    return total + (settings.again if several and kinds != {"mild"} else 0.0)


def _letters(evidence: Evidence, settings: Thresholds) -> float:
    counts = settings.model
    if evidence.words < counts.fewest_words:
        return 0.0
    return counts.weight * min(max(evidence.logit, counts.least), counts.most)


def _certainty(hit: Hit, score: float) -> float:
    return max(score, CLEAR) if hit.term.tier == "hard" else min(score, _DOUBTFUL)
