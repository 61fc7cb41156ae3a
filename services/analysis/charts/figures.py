"""The charts of results: what each shows, read out of ``results.json``, in one language."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.analysis.charts.chart import Chart, Mark, Row
from services.analysis.charts.participation import participation
from services.analysis.charts.wording import Wording, cut, isolated, legible
from services.shared.language import LANGUAGES, Language

MOST_THEMES = 20
"""Themes in the chart; ``results.json`` has all."""
_IN_WORDS = 3
_NAME = 40
"""Letters of a name in a sentence; the table has all."""


def charts(results: Mapping[str, Any], language: Language) -> list[Chart]:
    """Every chart that results have figures for; none where there is nothing to show."""
    wording = Wording(language)
    found = [
        *_themes(results.get("themes", ()), wording),
        *_by_day(results, wording),
        *_counts(results.get("by_channel", {}), "channels", "channel", wording),
        *_counts(results.get("by_language", {}), "languages", "language", wording),
        *_questions(results.get("questions", ()), wording),
        participation(results.get("participation"), wording),
    ]
    return [chart for chart in found if chart and chart.rows]


def all_charts(results: Mapping[str, Any]) -> Iterator[Chart]:
    """Every chart in every language."""
    return (chart for language in LANGUAGES for chart in charts(results, language))


def _themes(themes: Sequence[Mapping[str, Any]], wording: Wording) -> Iterator[Chart]:
    largest = sorted(themes, key=lambda theme: -int(theme["size"]))[:MOST_THEMES]
    rows = tuple(_theme(theme, wording) for theme in largest)
    yield Chart(
        name="themes",
        part="themes",
        language=wording.language,
        title=wording("themes"),
        about=" ".join([wording("themes_about"), *_first(rows, wording)]),
        series=(wording("all"), wording("distinct")),
        head=tuple(map(wording, ("theme", "all", "distinct", "question", "stability"))),
        rows=rows,
        left_out=len(themes) - len(rows),
    )


def _theme(theme: Mapping[str, Any], wording: Wording) -> Row:
    title = (theme.get("title") or {}).get(wording.language)
    marks = tuple(_mark(theme[name], wording) for name in ("size", "distinct"))
    question = legible(theme["question_id"] or "") or wording("own")
    stability = " · ".join(
        f"{wording.named(hold['language'])}: {hold['stability']:.2f}" for hold in theme["holds"]
    )
    return Row(
        label=legible(title or theme["label"]) or wording("unnamed"),
        marks=marks,
        cells=(*(mark.shown for mark in marks), question, stability),
        notes=(
            wording.told("question", cut(question, _NAME)),
            wording.told("stability", stability),
        ),
    )


def _by_day(results: Mapping[str, Any], wording: Wording) -> Iterator[Chart]:
    days = sorted(results.get("by_day", ()), key=lambda day: str(day["day"]))
    if not days:
        return
    letters: Counter[str] = Counter()
    for campaign in results.get("campaigns", ()):
        letters.update({day["day"]: day["comments"] for day in campaign["by_day"]})
    rows = tuple(_day(day, letters[day["day"]], wording) for day in days)
    busiest = max(rows, key=lambda row: row.marks[0].value or 0)
    told = (("first_day", rows[0]), ("last_day", rows[-1]), ("most_on", busiest))
    yield Chart(
        name="days",
        part="received",
        language=wording.language,
        title=wording("by_day"),
        about=" ".join(
            [
                wording("by_day_about"),
                *(f"{wording.told(code, _aloud(row))}." for code, row in told),
            ]
        ),
        series=(wording("all"), wording("distinct"), wording("in_campaigns")),
        head=tuple(map(wording, ("day", "all", "distinct", "in_campaigns"))),
        rows=rows,
        by_day=True,
    )


def _day(day: Mapping[str, Any], letters: int, wording: Wording) -> Row:
    marks = tuple(_mark(count, wording) for count in (day["comments"], day["distinct"], letters))
    return Row(label=str(day["day"]), marks=marks, cells=tuple(mark.shown for mark in marks))


def _counts(counts: Mapping[str, int], name: str, column: str, wording: Wording) -> Iterator[Chart]:
    most_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    marks = [(wording.named(value), _mark(count, wording)) for value, count in most_first]
    rows = tuple(Row(label=label, marks=(mark,), cells=(mark.shown,)) for label, mark in marks)
    yield Chart(
        name=name,
        part="received",
        language=wording.language,
        title=wording(name),
        about=" ".join([wording("counts_about"), *_first(rows, wording)]),
        series=(wording("all"),),
        head=(wording(column), wording("all")),
        rows=rows,
    )


def _questions(questions: Sequence[Mapping[str, Any]], wording: Wording) -> Iterator[Chart]:
    for number, question in enumerate(questions, start=1):
        told = [
            ("respondents", wording.count(question["respondents"])),
            ("suppressed_cells", str(question["suppressed"])),
        ]
        if question["kind"] == "scale":
            mean = question["mean"]
            told.append(("mean", wording("suppressed") if mean is None else str(mean)))
        yield Chart(
            name=f"question-{number}",
            part="questions",
            language=wording.language,
            title=wording.told("question", legible(question["question_id"])),
            about=" ".join(
                [wording("question_about"), *(f"{wording.told(*each)}." for each in told)]
            ),
            series=(wording("answers"),),
            head=tuple(map(wording, ("option", "answers", "of_respondents"))),
            rows=tuple(_option(cell, wording) for cell in question["cells"]),
        )


def _option(cell: Mapping[str, Any], wording: Wording) -> Row:
    count = wording.count(cell["count"])
    if cell["count"] is None:
        share, shown = count, count
    else:
        share = wording.percent(cell["percent"])
        shown = f"{count} ({share})"
    return Row(
        label=legible(cell["option"]),
        marks=(Mark(value=cell["count"], shown=shown),),
        cells=(count, share),
    )


def _mark(count: int, wording: Wording) -> Mark:
    return Mark(value=count, shown=wording.count(count))


def _first(rows: Sequence[Row], wording: Wording) -> Iterator[str]:
    """How many rows there are, and the first of them in words."""
    yield f"{wording.told('rows', str(len(rows)))}."
    for row in rows[:_IN_WORDS]:
        yield f"{isolated(_aloud(row))}."


def _aloud(row: Row) -> str:
    return f"{isolated(cut(row.label, _NAME))}: {' / '.join(mark.shown for mark in row.marks)}"
