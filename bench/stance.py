"""How well stances are learned from few labels: ArgKP, topic by topic, what was not labelled told.

Of each of the 12 topics (`../shared/data`, or ``SHARED_DATA``) three random draws are labelled; a
topic's other arguments are told from them. *Short of* is an aim less the mean accuracy, every text
told. What the results say of themselves (cross-validation) is held against what comes of it.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from bench.figure import Figure
from bench.support.real import DATA
from services.analysis.engine.learning import Example, Learned, learn
from services.analysis.engine.lessons import LEAST_LABELS
from services.analysis.engine.marks import marks

_AIMS = {40: 0.78, 115: 0.84}
_DRAWS = 3
_SPARE = 5
"""More are drawn, as copies of a letter are one text."""


class _Trial(NamedTuple):
    """What came of one draw."""

    accuracy: float
    claimed: float
    sure: float
    accuracy_of_sure: float


def measure() -> Iterator[Figure]:
    """Accuracy for each number of labels; nothing if the set is not there."""
    topics = _topics()
    for count, aim in _AIMS.items() if topics else ():
        trials = [trial for topic in topics for trial in _trials(topic, count)]
        name = f"stance: ArgKP, {count} labels"
        accuracy = float(np.mean([each.accuracy for each in trials]))
        off = float(np.mean([abs(each.claimed - each.accuracy) for each in trials]))
        sure, of_sure = np.mean([(each.sure, each.accuracy_of_sure) for each in trials], axis=0)
        refused = 1 - len(trials) / (_DRAWS * len(topics))
        yield Figure(name=f"{name}, accuracy", value=accuracy, unit="")
        yield Figure(name=f"{name}, short of {aim}", value=aim - accuracy, unit="", aim=0.0)
        yield Figure(name=f"{name}, texts it is sure of", value=float(sure), unit="")
        yield Figure(name=f"{name}, accuracy of those", value=float(of_sure), unit="")
        yield Figure(name=f"{name}, what it says of itself is off by", value=off, unit="")
        yield Figure(name=f"{name}, draws refused", value=refused, unit="")


def _trials(topic: Sequence[Example], count: int) -> Iterator[_Trial]:
    for draw in range(_DRAWS):
        order = np.random.default_rng(draw).permutation(len(topic)).tolist()
        lesson = learn([topic[place] for place in order[:count]], least=LEAST_LABELS - _SPARE)
        if lesson.learned and lesson.score:
            rest = [topic[place] for place in order[count:]]
            yield _Trial(
                _accuracy(lesson.learned, rest), lesson.score.accuracy, *_sure(lesson.learned, rest)
            )


def _accuracy(learned: Learned, rest: Sequence[Example]) -> float:
    chances = learned.chances([marks(each.text, each.language) for each in rest])
    told = [learned.labels[place] for place in chances.argmax(axis=1)]
    return float(np.mean([label == each.label for label, each in zip(told, rest, strict=True)]))


def _sure(learned: Learned, rest: Sequence[Example]) -> tuple[float, float]:
    guesses = learned.of([(each.text, each.language) for each in rest])
    pairs = [(g.label, each.label) for g, each in zip(guesses, rest, strict=True) if g.label]
    return len(pairs) / len(rest), float(np.mean([one == other for one, other in pairs]))


def _topics() -> list[list[Example]]:
    file = DATA / "en-argkp-12-topics.csv"
    topics: dict[str, list[Example]] = defaultdict(list)
    if file.is_file():
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                label = "for" if row["stance"] == "1" else "against"
                topics[row["topic"]].append(Example(row["argument"], "en", label))
    return [topics[name] for name in sorted(topics)]
