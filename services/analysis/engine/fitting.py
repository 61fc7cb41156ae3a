"""Second step, over all shards: the themes of each question and language, and the stances."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.analysis.engine.learning import Lesson
from services.analysis.engine.lessons import lessons_of
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import Plan, Seed
from services.analysis.engine.stability import Hold, holds
from services.analysis.engine.statements import Statement
from services.analysis.engine.stems import tokens
from services.analysis.engine.themes import Themes, fit
from services.shared import ids

_NAMED_BY = 5
"""Stems of a theme that its id follows from, so that a repeated analysis keeps it."""

Key = tuple[str, str]
"""Question and language."""


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """Themes of one question in one language, and which of the run's themes each of them is."""

    themes: Themes
    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Model:
    """All themes of a run, and what was learned of stances.

    Attributes
    ----------
    about : list of dict
        ``theme_id``, ``question_id``, ``seed``, ``holds`` of each theme (one `Hold` by language).
    groups : dict
        What was fitted, by question and language.
    lessons : dict
        What came of the labels of each question.
    """

    about: list[dict[str, Any]]
    groups: dict[Key, Fitted]
    lessons: dict[str, Lesson]


def model_of(reads: Sequence[Parcel], letters: Sequence[Parcel], plan: Plan) -> Model:
    """Find the themes of all shards' samples, in which what others had said before counts once.

    Parameters
    ----------
    reads, letters : sequence of Parcel
        What `read` and `letters_of` made, shard by shard.
    """
    texts: dict[Key, list[tuple[str, list[str]]]] = defaultdict(list)
    for statement in _distinct(reads, letters):
        stems = [token.stem for token in tokens(statement.text, statement.language)]
        key = statement.question_id, statement.language
        texts[key].append((statement.comment_id, stems))
    count = None if plan.brief.themes == "auto" else plan.brief.themes
    about: list[dict[str, Any]] = []
    groups: dict[Key, Fitted] = {}
    for key in sorted(texts):
        said = [each for _, each in sorted(texts[key])]
        seeds = [_stems(seed, key[1]) for seed in plan.brief.seed_terms]
        themes = fit(said, count=count, seeds=seeds)
        numbers = _numbered(about, key, themes, holds(said, themes), plan)
        groups[key] = Fitted(themes=themes, numbers=numbers)
    return Model(about=about, groups=groups, lessons=lessons_of(reads, plan.brief))


def _distinct(reads: Sequence[Parcel], letters: Sequence[Parcel]) -> Iterator[Statement]:
    for read, letter in zip(reads, letters, strict=True):
        columns = letter.arrays
        new = {each.decode() for each in columns["ids"][columns["first"]]}
        for row in read.told["sample"]:
            statement = Statement(*row)
            if statement.comment_id in new:
                yield statement


def _stems(seed: Seed, language: str) -> set[str]:
    terms = {"ar": seed.ar, "en": seed.en}.get(language, ())
    return {token.stem for term in terms for token in tokens(term, language)}


def _numbered(
    about: list[dict[str, Any]], key: Key, themes: Themes, held: Sequence[Hold], plan: Plan
) -> tuple[int, ...]:
    """Numbers of a group's themes among the run's; a seed's theme is one in all languages."""
    question_id, language = key
    known = {each["theme_id"]: number for number, each in enumerate(about)}
    numbers = []
    for place, hold in enumerate(held):
        seeded = place < len(themes.seeds)
        seed = plan.brief.seed_terms[place].theme if seeded else None
        named = ("seed", seed) if seed else (language, *_named_by(themes, place))
        theme_id = ids.derived_id("theme", *plan.scope, question_id, *named)
        if theme_id not in known:
            known[theme_id] = len(about)
            row = {"theme_id": theme_id, "question_id": question_id, "seed": seed}
            about.append({**row, "holds": {}})
        if not seeded or themes.seeds[place]:
            about[known[theme_id]]["holds"][language] = hold
        numbers.append(known[theme_id])
    return tuple(numbers)


def _named_by(themes: Themes, place: int) -> list[str]:
    centre = themes.centres[place]
    words = list(themes.words)
    heaviest = np.lexsort((np.arange(len(words)), -centre))[:_NAMED_BY]
    return sorted(words[column] for column in heaviest)
