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
    asked, ends = group["asked_as"] in lists, group["interval"]
    ratio = _ratio(group, asked=asked, wording=wording)
    interval = " – ".join(f"{end:.2f}" for end in ends) if ends else _NOTHING
    mark = Mark(
        value=group["ratio"],
        shown=f"{ratio} ({interval})" if ends else ratio,
        interval=(ends[0], ends[1]) if ends else None,
    )
    figures = {
        "participants": wording.count(group["participants"]) if asked else _NOTHING,
        "told": wording.count(group["told"]) if asked else _NOTHING,
        "of_told": _share(group["share"], wording),
        "of_population": _share(group["population_share"], wording),
    }
    return Row(
        label=legible(group["id"]),
        marks=(mark,),
        cells=(ratio, interval, *figures.values()),
        notes=tuple(wording.told(*each) for each in figures.items() if each[1] != _NOTHING),
    )


def _ratio(group: Mapping[str, Any], *, asked: bool, wording: Wording) -> str:
    """The ratio, or why there is none."""
    if group["ratio"] is not None:
        return f"{group['ratio']:.2f}"
    if not asked:
        return wording("not_asked")
    if group["participants"] is None or group["told"] is None:
        return wording("suppressed")
    return wording("no_population" if group["told"] else "nobody_told")


def _share(share: float | None, wording: Wording) -> str:
    return wording.percent(None if share is None else 100 * share)
