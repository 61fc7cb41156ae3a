"""For or against: what can be told of a question, and what answers to a closed one tell."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

Stance = Literal["for", "against", "neutral"]
STANCES: tuple[Stance, ...] = ("for", "against", "neutral")
UNSURE = "unsure"
OUTCOMES = (*STANCES, UNSURE)


def with_tables(
    rows: Iterable[Mapping[str, Any]], tables: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Rows of stances, those that answers tell counted from the questions' tables.

    From nothing else: a sum of cells that are shown tells no more than they do, and one of which a
    cell is suppressed is ``None``. What was chosen but is no stance is `UNSURE`.
    """
    by_id = {table["question_id"]: table for table in tables}
    return [
        {**row, "counts": _counts(row["options"], by_id[row["question_id"]]["cells"])}
        if row["method"] == "answers"
        else {**row}
        for row in rows
    ]


def _counts(
    options: Mapping[str, str], cells: Iterable[Mapping[str, Any]]
) -> dict[str, dict[str, int | None]]:
    counts: dict[str, int | None] = dict.fromkeys(OUTCOMES, 0)
    for cell in cells:
        stance = options.get(cell["option"], UNSURE)
        before, more = counts[stance], cell["count"]
        counts[stance] = None if before is None or more is None else before + more
    return {stance: {"comments": count, "distinct": None} for stance, count in counts.items()}
