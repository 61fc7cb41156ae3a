"""Answers to the closed questions, counted so that nobody can be picked out of them."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from services.analysis.model.comment import Answer

MINIMUM_CELL = 5
"""Fewest people that a published figure may stand for (docs/policy.md: minimum cell of 5)."""


class ClosedQuestions:
    """Counts of what was chosen, question by question."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}
        self._cells: dict[str, Counter[str]] = defaultdict(Counter)
        self._respondents: Counter[str] = Counter()

    def add(self, answers: tuple[Answer, ...]) -> None:
        """Count one comment's answers; an open answer has nothing to count."""
        for answer in answers:
            if answer.option_ids:
                self._count(answer.question_id, kind="choice", chosen=set(answer.option_ids))
            elif answer.value is not None:
                self._count(answer.question_id, kind="scale", chosen={f"{answer.value:g}"})

    def tables(self) -> list[dict[str, Any]]:
        """One table a question, in the order of the question ids.

        ``respondents``, ``count`` and ``percent`` (of the respondents) are ``None`` where they
        are suppressed. The cells are in the order of the options, never of the counts: that
        order would tell what suppression hides.
        """
        return [
            _table(question, self._kinds[question], self._cells[question], respondents)
            for question, respondents in sorted(self._respondents.items())
        ]

    def _count(self, question: str, *, kind: str, chosen: set[str]) -> None:
        self._kinds[question] = kind
        self._respondents[question] += 1
        self._cells[question].update(chosen)


def suppressed(cells: Mapping[str, int]) -> set[str]:
    """Cells that must not be shown.

    Those under the minimum; and, since the total is shown, as many of the next smallest as it
    takes for the hidden ones to be at least two and at least five people together: otherwise
    subtracting what is shown from the total would bring the hidden figure back.
    """
    hidden = {option for option, count in cells.items() if count < MINIMUM_CELL}
    rest = sorted((count, option) for option, count in cells.items() if option not in hidden)
    for _count, option in rest:
        people = sum(cells[name] for name in hidden)
        if not hidden or (len(hidden) > 1 and people >= MINIMUM_CELL):
            break
        hidden.add(option)
    return hidden


def _table(question: str, kind: str, cells: Mapping[str, int], respondents: int) -> dict[str, Any]:
    hidden = suppressed(cells)
    order = sorted(cells, key=float) if kind == "scale" else sorted(cells)
    return {
        "question_id": question,
        "kind": kind,
        "respondents": respondents if respondents >= MINIMUM_CELL else None,
        "cells": [
            {
                "option": option,
                "count": None if option in hidden else cells[option],
                "percent": None
                if option in hidden
                else round(100 * cells[option] / respondents, 1),
            }
            for option in order
        ],
    }
