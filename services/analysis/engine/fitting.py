"""Second step, over all shards: the themes of each question and language, and the stances."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.analysis.engine.learning import Lesson
from services.analysis.engine.lessons import (
    lessons_of,
    packed_lessons,
    said_of,
    unpacked_lessons,
)
from services.analysis.engine.parcel import Parcel
from services.analysis.engine.plan import Plan, Seed
from services.analysis.engine.stability import Hold, holds
from services.analysis.engine.statements import OWN, Statement
from services.analysis.engine.stems import stems
from services.analysis.engine.teaching import Taught, taught_of
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
        What came of the labels of stances, by question.
    taught : dict
        What officers' corrections teach of themes, by question.
    """

    about: list[dict[str, Any]]
    groups: dict[Key, Fitted]
    lessons: dict[str, Lesson]
    taught: dict[str, Taught]

    def parcel(self) -> Parcel:
        """The model as columns and JSON."""
        groups = [
            {
                "key": key,
                "words": fitted.themes.words,
                "seeds": [sorted(each) for each in fitted.themes.seeds],
                "numbers": fitted.numbers,
            }
            for key, fitted in self.groups.items()
        ]
        arrays = {f"centres{n}": f.themes.centres for n, f in enumerate(self.groups.values())}
        stances = packed_lessons(self.lessons, kind="stance")
        lessons = {name: taught.lesson for name, taught in self.taught.items()}
        themes = packed_lessons(lessons, kind="themes")
        told = {
            "about": self.about,
            "groups": groups,
            "stances": stances.told,
            "themes": themes.told,
            "taught": {
                name: [taught.ignored, sorted(taught.scope)] for name, taught in self.taught.items()
            },
        }
        return Parcel({**arrays, **stances.arrays, **themes.arrays}, told)

    @classmethod
    def of(cls, parcel: Parcel) -> "Model":
        """The model that `parcel` tells of."""
        groups = {}
        for number, told in enumerate(parcel.told["groups"]):
            question_id, language = told["key"]
            themes = Themes(
                words=told["words"],
                centres=parcel.arrays[f"centres{number}"],
                seeds=tuple(map(frozenset, told["seeds"])),
            )
            fitted = Fitted(themes=themes, numbers=tuple(told["numbers"]))
            groups[question_id, language] = fitted
        about = [{**each, "holds": _holds(each["holds"])} for each in parcel.told["about"]]
        columns, told = parcel
        lessons = unpacked_lessons(Parcel(columns, told["themes"]), kind="themes")
        taught = {
            name: Taught(lesson=lessons[name], ignored=ignored, scope=frozenset(scope))
            for name, (ignored, scope) in told["taught"].items()
        }
        stances = unpacked_lessons(Parcel(columns, told["stances"]), kind="stance")
        return cls(about=about, groups=groups, lessons=stances, taught=taught)


def model_of(reads: Sequence[Mapping[str, Any]], letters: Sequence[Parcel], plan: Plan) -> Model:
    """Find the themes of all shards' samples, in which what others had said before counts once.

    Parameters
    ----------
    reads : sequence of mapping
        What `read` told, shard by shard.
    letters : sequence of Parcel
        What `letters_of` made of the same.
    """
    texts: dict[Key, list[tuple[str, list[str]]]] = defaultdict(list)
    for statement in _distinct(reads, letters):
        key = statement.question_id, statement.language
        texts[key].append((statement.comment_id, stems(statement.text, statement.language)))
    seeds = plan.all_seeds
    about: list[dict[str, Any]] = []
    groups: dict[Key, Fitted] = {}
    for key in sorted(texts):
        said = [each for _, each in sorted(texts[key])]
        themes = fit(said, count=plan.brief.themes, seeds=[_stems(seed, key) for seed in seeds])
        numbers = _numbered(about, key, themes, holds(said, themes), plan, seeds)
        groups[key] = Fitted(themes=themes, numbers=numbers)
    said_by = said_of(reads)
    of_ids = {each["theme_id"]: number for number, each in enumerate(about)}
    return Model(
        about=about,
        groups=groups,
        lessons=lessons_of(said_by, plan.brief),
        taught=taught_of(said_by, plan, groups=groups, numbers=of_ids),
    )


def _holds(told: Mapping[str, Sequence[Any]]) -> dict[str, Hold]:
    return {
        language: Hold(stability, (low, high))
        for language, (stability, (low, high)) in told.items()
    }


def _distinct(reads: Sequence[Mapping[str, Any]], letters: Sequence[Parcel]) -> Iterator[Statement]:
    for read, letter in zip(reads, letters, strict=True):
        columns = letter.arrays
        new = {each.decode() for each in columns["ids"][columns["first"]]}
        for row in read["sample"]:
            statement = Statement(*row)
            if statement.comment_id in new:
                yield statement


def _stems(seed: Seed, key: Key) -> set[str]:
    question_id, language = key
    if not seed.is_of(None if question_id == OWN else question_id):
        return set()
    terms = {"ar": seed.ar, "en": seed.en}.get(language, ())
    return {form for term in terms for form in stems(term, language)}


def _numbered(
    about: list[dict[str, Any]],
    key: Key,
    themes: Themes,
    held: Sequence[Hold],
    plan: Plan,
    seeds: Sequence[Seed],
) -> tuple[int, ...]:
    """Numbers of a group's themes among the run's; a seed's theme is one in all languages."""
    question_id, language = key
    known = {each["theme_id"]: number for number, each in enumerate(about)}
    numbers = []
    for place, hold in enumerate(held):
        seeded = place < len(themes.seeds)
        seed = seeds[place] if seeded else None
        named = ("seed", seed.theme) if seed else (language, *_named_by(themes, place))
        theme_id = (seed and seed.theme_id) or ids.derived_id(
            "theme", *plan.scope, question_id, *named
        )
        if theme_id not in known:
            known[theme_id] = len(about)
            name = seed.theme if seed else None
            asked = (seed.question_id or OWN) if seed and seed.theme_id else question_id
            row = {"theme_id": theme_id, "question_id": asked, "seed": name}
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
