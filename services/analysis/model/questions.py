"""Answers to the closed questions, counted so that nobody can be picked out of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from services.analysis.model.comment import Answer, Question
from services.shared.suppression import (
    hidden_of_choices,
    hidden_of_parts,
    is_small,
    mean_of,
)


class ClosedQuestions:
    """Counts of what was chosen, question by question; an open question has nothing to count.

    Parameters
    ----------
    questions : iterable of Question
        The round's questions, in their order.
    """

    def __init__(self, questions: Iterable[Question]) -> None:
        self._questions = {each.id: each for each in questions if each.kind != "open"}
        self._respondents: Counter[str] = Counter()
        self._cells = {
            name: dict.fromkeys(question.choices, 0) for name, question in self._questions.items()
        }

    def add(self, answers: tuple[Answer, ...]) -> None:
        """Count one comment's answers."""
        for answer in answers:
            if answer.question_id in self._questions:
                self._respondents[answer.question_id] += 1
                cells = self._cells[answer.question_id]
                for choice in answer.chosen:
                    cells[choice] = cells.get(choice, 0) + 1

    @property
    def counts(self) -> dict[str, Any]:
        """What was counted so far, as JSON has it: ``respondents``, and ``cells`` by question."""
        return {"respondents": dict(self._respondents), "cells": self._cells}

    def include(self, counts: Mapping[str, Any]) -> None:
        """Add what was counted of other comments (`counts`)."""
        self._respondents.update(counts["respondents"])
        for name, cells in counts["cells"].items():
            for choice, count in cells.items():
                self._cells[name][choice] = self._cells[name].get(choice, 0) + count

    def tables(self) -> list[dict[str, Any]]:
        """One table a question, in the order of the questions.

        ``respondents``, ``count``, ``percent`` (of the respondents) and a scale's ``mean`` are
        ``None`` where they are suppressed. The cells are in the order of the options, never of the
        counts: that order would tell what suppression hides.
        """
        return [
            _table(question, self._cells[name], self._respondents[name])
            for name, question in self._questions.items()
        ]


def _table(question: Question, cells: Mapping[str, int], respondents: int) -> dict[str, Any]:
    hidden = _hidden(question, cells, respondents)
    table: dict[str, Any] = {
        "question_id": question.id,
        "kind": question.kind,
        "respondents": None if is_small(respondents) else respondents,
        "suppressed": len(hidden),
        "cells": [
            {"option": choice, **_figures(None if choice in hidden else count, respondents)}
            for choice, count in cells.items()
        ],
    }
    if question.kind == "scale":
        values = {int(choice): count for choice, count in cells.items()}
        table["mean"] = mean_of(values, {int(choice) for choice in hidden})
    return table


def _hidden(question: Question, cells: Mapping[str, int], respondents: int) -> Collection[str]:
    counts = list(cells.values())
    if question.kind == "multiple":
        positions = hidden_of_choices(counts, respondents=respondents)
    else:
        positions = hidden_of_parts(counts)
    choices = list(cells)
    return {choices[position] for position in positions}


def _figures(count: int | None, respondents: int) -> dict[str, Any]:
    if count is None:
        return {"count": None, "percent": None}
    share = round(100 * count / respondents, 1) if respondents else None
    return {"count": count, "percent": share}
