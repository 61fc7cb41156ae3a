"""Whether tables of the results that keep small groups back add up as far as they are shown.

Each function is a check of `services.archive.model.soundness`: it says what it looked at, and
raises `Broken` at the first thing that is wrong. What was chosen and who took part stand in these
tables alone, so they are held against themselves and against the number of comments.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.archive.model.opened import Opened
from services.archive.model.paths import RESULTS, TOPIC
from services.archive.model.reading import Broken

_Cells = Iterable[Mapping[str, Any]]


def questions(record: Opened) -> str:
    """Closed questions: cells, respondents, percentages and means; what is kept back is told."""
    told = record.document(RESULTS) if RESULTS in record.names else {}
    tables = told.get("questions", [])
    for table in tables:
        what = f"question {table['question_id']}"
        total = table["respondents"]
        if total is not None and total > told["published"]:
            raise Broken(RESULTS, f"{what}: {total} respondents of {told['published']} published")
        _cells_add_up(what, table["cells"], total=total, suppressed=table["suppressed"])
        if total is None or table["suppressed"] or table["kind"] == "multiple":
            continue
        _is_sum(what, table["cells"], total)
        if table["kind"] == "scale" and total:
            _is_mean(what, table, total)
    return f"{len(tables)} tables"


def participation(record: Opened) -> str:
    """Who took part: those who told and those who did not are all that is public."""
    told = record.document(RESULTS) if RESULTS in record.names else {}
    taken = told.get("participation")
    if taken is None:
        return "0 tables"
    if taken["published"] != told["published"]:
        raise Broken(RESULTS, f"participation: {taken['published']} published")
    for name, table in taken["by"].items():
        what = f"participation by {name}"
        hidden = (table["told"] is None) + (table["not_told"] is None)
        if hidden == 1 or (not hidden and table["told"] + table["not_told"] != taken["published"]):
            raise Broken(RESULTS, f"{what}: not those who told and those who did not")
        # Of the two one is kept back, and so the other.
        kept_back = table["suppressed"] - bool(hidden)
        _cells_add_up(what, table["cells"], total=table["told"], suppressed=kept_back)
    for group in taken["target_groups"]:
        _is_measured(record, group, taken["by"])
    return f"{len(taken['by'])} tables"


def _is_measured(record: Opened, group: Mapping[str, Any], by: Mapping[str, Any]) -> None:
    """A target group: the topic's share of the population, and those who told one of its values."""
    what = f"target group {group['id']}"
    shares = {each["id"]: each.get("population_share") for each in _target_groups(record)}
    if group["id"] not in shares or group["population_share"] != shares[group["id"]]:
        raise Broken(RESULTS, f"{what}: not as {TOPIC} has it")
    table = by.get(group["asked_as"])
    if table and group["told"] != table["told"]:
        raise Broken(RESULTS, f"{what}: says {group['told']} told, there are {table['told']}")
    counts = (
        [cell["count"] for cell in table["cells"] if cell["value"] in group["values"]]
        if table
        else []
    )
    if counts and None not in counts and group["participants"] not in {None, sum(counts)}:
        raise Broken(RESULTS, f"{what}: says {group['participants']}, there are {sum(counts)}")
    if group["share"] is not None:
        told, found = group["share"], group["participants"] / group["told"]
        if abs(told - found) > _TO_THREE:
            raise Broken(RESULTS, f"{what}: says a share of {told}, it is {found:.3f}")
    if group["ratio"] is not None:
        found = group["participants"] / group["told"] / group["population_share"]
        low, high = group["interval"]
        if abs(group["ratio"] - found) > _TO_THREE or not low <= group["ratio"] <= high:
            raise Broken(RESULTS, f"{what}: says a ratio of {group['ratio']}, it is {found:.3f}")


def _target_groups(record: Opened) -> list[dict[str, Any]]:
    topic = record.document(TOPIC)
    record.reading = RESULTS
    return list(topic["target_groups"])


def _cells_add_up(what: str, cells: _Cells, *, total: int | None, suppressed: int) -> None:
    kept_back = 0
    for cell in cells:
        count = cell["count"]
        if count is None:
            kept_back += 1
            if cell["percent"] is not None:
                raise Broken(RESULTS, f"{what}: a percentage of what is kept back")
        elif total is not None:
            _is_share(what, cell, total)
    if kept_back != suppressed:
        raise Broken(RESULTS, f"{what}: says {suppressed} kept back, there are {kept_back}")


_HALF = 0.0501
"""Percentages are told to one decimal."""
_TO_THREE = 0.000_51
"""Shares are told to three."""


def _is_share(what: str, cell: Mapping[str, Any], total: int) -> None:
    count, told = cell["count"], cell["percent"]
    if not 0 <= count <= total:
        raise Broken(RESULTS, f"{what}: {count} of {total}")
    percent = 100 * count / total if total else 0.0
    if told is not None and abs(told - percent) > _HALF:
        raise Broken(RESULTS, f"{what}: {told} percent are not {count} of {total}")


def _is_sum(what: str, cells: _Cells, total: int) -> None:
    found = sum(cell["count"] for cell in cells)
    if found != total:
        raise Broken(RESULTS, f"{what}: says {total} respondents, there are {found}")


def _is_mean(what: str, table: Mapping[str, Any], total: int) -> None:
    told = table["mean"]
    found = sum(int(cell["option"]) * cell["count"] for cell in table["cells"]) / total
    # To one decimal where two would tell what is kept back elsewhere.
    if told is not None and abs(told - found) > _HALF:
        raise Broken(RESULTS, f"{what}: says a mean of {told}, it is {found:.2f}")
