"""The chart of who took part: each target group against its share of the population [W6]."""

from collections.abc import Mapping
from typing import Any

from services.analysis.charts.chart import Chart, Mark, Row
from services.analysis.charts.wording import Wording, legible

_NOTHING = "–"


def participation(counted: Mapping[str, Any] | None, wording: Wording) -> Chart | None:
    """Chart of the target groups; ``None`` where nobody counted who took part."""
    if counted is None:
        return None
    columns = ("group", "ratio", "interval", "participants", "told", "of_told", "of_population")
    groups = counted["target_groups"]
    return Chart(
        name="participation",
        part="participation",
        language=wording.language,
        title=wording("participation"),
        about=wording("participation_about"),
        series=(wording("ratio"),),
        head=tuple(map(wording, columns)),
        rows=tuple(_group(group, counted["by"], wording) for group in groups),
        reference=wording("as_expected"),
    )


def _group(group: Mapping[str, Any], lists: Mapping[str, Any], wording: Wording) -> Row:
    missing = _missing(group, asked=group["asked_as"] in lists, wording=wording)
    ratio = missing or f"{group['ratio']:.2f}"
    ends = group["interval"]
    interval = " – ".join(f"{end:.2f}" for end in ends) if ends else _NOTHING
    figures = {
        "participants": _count(group["participants"], missing, wording),
        "told": _count(group["told"], missing, wording),
        "of_told": _share(group["share"], wording),
        "of_population": _share(group["population_share"], wording),
    }
    return Row(
        label=legible(group["id"]),
        marks=(
            Mark(
                value=group["ratio"],
                shown=f"{ratio} ({interval})" if ends else ratio,
                interval=(ends[0], ends[1]) if ends else None,
            ),
        ),
        cells=(ratio, interval, *figures.values()),
        notes=tuple(wording.told(code, figure) for code, figure in figures.items()),
    )


def _missing(group: Mapping[str, Any], *, asked: bool, wording: Wording) -> str | None:
    """Why a group has no ratio."""
    if group["ratio"] is not None:
        return None
    if not asked:
        return wording("not_asked")
    if group["participants"] is None or group["told"] is None:
        return wording("suppressed")
    return wording("no_population" if group["told"] else "nobody_told")


def _count(number: int | None, missing: str | None, wording: Wording) -> str:
    return missing or _NOTHING if number is None else wording.count(number)


def _share(share: float | None, wording: Wording) -> str:
    return wording.percent(None if share is None else 100 * share)
