"""Learn from few texts that people labelled to label the others of one question.

Logistic regression on TF-IDF of `marks`, every label of the same weight. How far it is to be
trusted is measured, not promised: five-fold cross-validation, each fold with words and weights of
its own. A letter is one text, however often it was sent and whatever was varied in it: its copies
would sit on both sides of a fold, and it would be asked for what it was told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from services.analysis.engine.agreement import Score, scored
from services.analysis.engine.grouping import group
from services.analysis.engine.marks import marks
from services.analysis.engine.minhash import band_keys
from services.analysis.engine.shingles import digests, shingled
from services.analysis.engine.threads import one_thread
from services.analysis.engine.weights import vocabulary, weighed
from services.analysis.model.text import normalised

FOLDS = 5
LEAST_OF_A_LABEL = FOLDS
"""Texts of a label, so that each fold asks for one of them."""
FLOOR = 0.2
"""Kappa below which nothing is told: "slight" agreement (Landis and Koch, 1977)."""
SURE = 0.6
"""Part of the two likeliest labels' probability that the likelier needs, else it is unsure."""
_LEAST_OF_A_LANGUAGE = 10
"""Labelled texts of a language from which texts in it are labelled."""
_STRENGTH = 10.0
"""Inverse of the regularisation."""
_TURNS = 1_000
_DECIMALS = 6

Refusal = Literal["too_few_labels", "one_label_only", "too_few_of_a_label", "agreement_too_low"]
Matrix = npt.NDArray[np.float64]


class Example(NamedTuple):
    """A text, and what somebody says it is."""

    text: str
    language: str
    label: str


class Guess(NamedTuple):
    """What a text is likeliest to be.

    Attributes
    ----------
    label : str or None
        None where it is unsure.
    probability : float
        Of the likeliest label; 1 if somebody labelled the same words.
    """

    label: str | None
    probability: float


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What was learned.

    Attributes
    ----------
    labels : tuple of str
        In their order; each has a row of weights.
    words : dict
        Inverse document frequency by mark.
    weights : array of float64, labels x (marks + 1)
        To six decimals; the last column is what a label has before any mark.
    languages : frozenset of str
        Texts in others are unsure.
    known : dict
        Label by the normalised text that somebody gave it to.
    """

    labels: tuple[str, ...]
    words: dict[str, float]
    weights: Matrix
    languages: frozenset[str]
    known: dict[str, str]

    def of(self, texts: Sequence[tuple[str, str]]) -> list[Guess]:
        """Tell the labels of texts, each with its language."""
        chances = self.chances([marks(*each) for each in texts])
        guesses = []
        for (text, language), row in zip(texts, chances, strict=True):
            label = self.known.get(normalised(text))
            if label is not None:
                guesses.append(Guess(label, 1.0))
                continue
            best = float(row.max())
            is_sure = language in self.languages and _is_sure(row)
            guesses.append(Guess(self.labels[int(row.argmax())] if is_sure else None, best))
        return guesses

    def chances(self, marked: Sequence[Sequence[str]]) -> Matrix:
        """Probability of each label for texts given as their marks, to six decimals.

        The same for all labels where a text has no mark that was learned.
        """
        rows = weighed(marked, self.words)
        score = rows @ self.weights[:, :-1].T + self.weights[:, -1]
        score[np.diff(rows.indptr) == 0] = 0.0
        odds = np.exp(score - score.max(axis=1, keepdims=True))
        return np.asarray(np.round(odds / odds.sum(axis=1, keepdims=True), _DECIMALS), np.float64)


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What came of labelled texts.

    Attributes
    ----------
    labelled : dict
        Different texts by label, no two of one letter.
    repeated : int
        Examples that were copies of another, or whose copies were labelled otherwise as often.
    reason : str or None
        Why nothing was learned.
    score : Score or None
        How well held-out labels were told; also if that was not well enough.
    learned : Learned or None
        None if there is a reason.
    """

    labelled: dict[str, int]
    repeated: int
    reason: Refusal | None = None
    score: Score | None = None
    learned: Learned | None = None


def learn(examples: Iterable[Example], *, least: int) -> Lesson:
    """Learn from examples, the same whatever their order; one without a word is left out.

    Parameters
    ----------
    least : int
        Different texts below which nothing is learned.
    """
    given = sorted(each for each in examples if normalised(each.text))
    kept, known = _told_apart(given)
    labelled = dict(sorted(Counter(each.label for each in kept).items()))
    told: dict[str, Any] = {"labelled": labelled, "repeated": len(given) - len(kept)}
    reason = _refusal(labelled, least)
    if reason:
        return Lesson(**told, reason=reason)
    with one_thread():
        score = _validated(kept)
        if score.agreement < FLOOR:
            return Lesson(**told, reason="agreement_too_low", score=score)
        learned = _fitted(kept, [marks(each.text, each.language) for each in kept], known)
    return Lesson(**told, score=score, learned=learned)


def _refusal(labelled: dict[str, int], least: int) -> Refusal | None:
    if sum(labelled.values()) < least:
        return "too_few_labels"
    if len(labelled) < 2:
        return "one_label_only"
    return "too_few_of_a_label" if min(labelled.values()) < LEAST_OF_A_LABEL else None


def _told_apart(given: Sequence[Example]) -> tuple[list[Example], dict[str, str]]:
    """One example of each letter, with the label most copies have, and labels by text."""
    texts = [normalised(each.text) for each in given]
    by_text: dict[str, list[str]] = defaultdict(list)
    by_letter: dict[int, list[int]] = defaultdict(list)
    for place, letter in enumerate(_letters(texts)):
        by_text[texts[place]].append(given[place].label)
        by_letter[letter].append(place)
    kept = []
    for places in by_letter.values():
        label = _most([given[place].label for place in places])
        if label is not None:
            kept.append(given[places[0]]._replace(label=label))
    agreed = {text: _most(labels) for text, labels in by_text.items()}
    return kept, {text: label for text, label in agreed.items() if label is not None}


def _letters(texts: Sequence[str]) -> list[int]:
    """Place of the first text of each text's letter, as campaigns are told."""
    shingles = shingled(texts)
    keys = band_keys(shingles)
    groups = group(
        np.array([f"{place:09d}".encode() for place in range(len(texts))], dtype=np.bytes_),
        digests=digests(texts),
        band=lambda number: keys[number],
        shingles=shingles,
    )
    return [place if first < 0 else int(first) for place, first in enumerate(groups)]


def _most(labels: Sequence[str]) -> str | None:
    """The commonest; None of several that are."""
    ordered = Counter(labels).most_common(2)
    is_tie = len(ordered) == 2 and ordered[0][1] == ordered[1][1]
    return None if is_tie else ordered[0][0]


def _validated(kept: Sequence[Example]) -> Score:
    """How well each fold's labels are told from the others."""
    marked = [marks(each.text, each.language) for each in kept]
    guessed: list[str] = [""] * len(kept)
    sure = np.zeros(len(kept), np.bool_)
    for learnt, asked in _folds([each.label for each in kept]):
        model = _fitted([kept[place] for place in learnt], [marked[place] for place in learnt], {})
        for place, row in zip(asked, model.chances([marked[p] for p in asked]), strict=True):
            guessed[place], sure[place] = model.labels[int(row.argmax())], _is_sure(row)
    return scored(
        [each.label for each in kept],
        guessed,
        languages=[each.language for each in kept],
        sure=sure.tolist(),
        folds=FOLDS,
    )


def _folds(labels: Sequence[str]) -> Iterator[tuple[list[int], list[int]]]:
    """Places to learn from and to ask for, each label spread evenly over the folds."""
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for learnt, asked in folds.split(np.zeros(len(labels)), np.array(labels)):
        yield learnt.tolist(), asked.tolist()


def _fitted(
    examples: Sequence[Example], marked: Sequence[Sequence[str]], known: dict[str, str]
) -> Learned:
    from sklearn.linear_model import LogisticRegression

    words = vocabulary(marked, least=1, most=1.0)
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=_TURNS)
    model.fit(weighed(marked, words), np.array([each.label for each in examples]))
    weights = np.hstack([model.coef_, model.intercept_[:, None]])
    if len(weights) == 1:
        # Of two labels scikit-learn gives the odds of the second.
        weights = np.vstack([np.zeros_like(weights), weights])
    spoken = Counter(each.language for each in examples)
    return Learned(
        labels=tuple(map(str, model.classes_)),
        words=words,
        weights=np.round(weights, _DECIMALS),
        languages=frozenset(each for each, n in spoken.items() if n >= _LEAST_OF_A_LANGUAGE),
        known=known,
    )


def _is_sure(chances: Matrix) -> bool:
    best, next_best = np.sort(chances)[:-3:-1]
    return bool(best >= SURE * (best + next_best))
