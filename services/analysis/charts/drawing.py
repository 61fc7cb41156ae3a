"""Where things lie in a chart: bars along the direction of reading, or upwards along time."""

from collections.abc import Sequence
from datetime import date

from services.analysis.charts.canvas import FILLS, GRID, INK, PAPER, SMALL, WIDTH, Canvas, empty
from services.analysis.charts.chart import Chart, Mark, Row
from services.analysis.charts.wording import cut, isolated

_MARGIN = 12
_TITLE = 26
_HEAD = 58
"""Where the bars begin, under the title and what the series are called."""
_BAR, _GAP = 14, 3
_LABEL, _NOTE, _BETWEEN = 20, 16, 14
_AXIS = 34
_FIGURES = 170
"""Room for what is written beside the longest bar."""
_DAYS, _SCALE, _DAY_LETTERS = 240, 64, 80
_WIDEST_DAY = 40
_BARS_OF_DAYS = (0.9, 0.5)
"""Parts of a day's room that the bars of the first two series take; the third is a line."""
_TITLE_LETTERS, _LABEL_LETTERS = 43, 53
"""What fits in any letters, also in the widest."""


def drawn(chart: Chart) -> tuple[bytes, list[str]]:
    """SVG of a chart with the numbers of texts in their place, and the texts."""
    height = _HEAD + _DAYS + _AXIS if chart.by_day else _bottom(chart) + _AXIS
    with empty(chart.file, height=height, rtl=chart.language == "ar") as canvas:
        canvas.write(_own(chart.title, _TITLE_LETTERS), x=_MARGIN, y=_TITLE, size=16)
        _draw_keys(canvas, chart)
        if chart.by_day:
            _draw_days(canvas, chart)
        else:
            _draw_rows(canvas, chart)
        return canvas.written(), canvas.texts


def _draw_keys(canvas: Canvas, chart: Chart) -> None:
    y = _HEAD - 16
    keys = [*chart.series, *filter(None, [chart.reference])]
    for place, name in enumerate(keys):
        x = _MARGIN + 220 * place
        if name == chart.reference:
            canvas.line((x, x + 28), (y, y), width=1.5, dashed=True)
        elif place == len(FILLS):
            canvas.line((x, x + 28), (y, y), width=2)
        else:
            canvas.bar((x, y - _BAR / 2), 28, _BAR, series=place)
        canvas.write(name, x=x + 34, y=y + 4)


def _bottom(chart: Chart) -> float:
    return _HEAD + sum(_height(row) for row in chart.rows)


def _height(row: Row) -> float:
    return _LABEL + _NOTE * bool(row.notes) + len(row.marks) * (_BAR + _GAP) + _BETWEEN


def _draw_rows(canvas: Canvas, chart: Chart) -> None:
    marks = [mark for row in chart.rows for mark in row.marks]
    ticks = _ticks([*map(_end, marks), 1 if chart.reference else 0], whole=not chart.reference)
    unit = (WIDTH - _MARGIN - _FIGURES) / ticks[-1]
    bottom = _bottom(chart)
    for tick in ticks:
        x = _MARGIN + tick * unit
        canvas.line((x, x), (_HEAD, bottom), colour=GRID)
        canvas.write(f"{tick:,.10g}", x=x, y=bottom + 18, size=SMALL, middle=True)
    y: float = _HEAD
    for row in chart.rows:
        _draw_row(canvas, row, y=y, unit=unit)
        y += _height(row)
    if chart.reference:
        x = _MARGIN + unit
        canvas.line((x, x), (_HEAD, bottom), width=1.5, dashed=True)


def _draw_row(canvas: Canvas, row: Row, *, y: float, unit: float) -> None:
    y += _LABEL
    canvas.write(_own(row.label, _LABEL_LETTERS), x=_MARGIN, y=y - 5)
    if row.notes:
        notes = " · ".join(isolated(note) for note in row.notes)
        canvas.write(notes, x=_MARGIN, y=y + _NOTE - 6, size=SMALL)
        y += _NOTE
    for series, mark in enumerate(row.marks):
        if mark.value is not None:
            told = f"{isolated(row.label)}: {mark.shown}"
            canvas.bar((_MARGIN, y), mark.value * unit, _BAR, series=series, told=told)
        if mark.interval:
            _draw_interval(canvas, mark.interval, y=y + _BAR / 2, unit=unit)
        x = _MARGIN + _end(mark) * unit
        canvas.write(isolated(mark.shown), x=x + 6, y=y + 11, size=SMALL)
        y += _BAR + _GAP


def _draw_interval(canvas: Canvas, interval: tuple[float, float], *, y: float, unit: float) -> None:
    """Draw it in ink on a white edge, so that it stands out on the bar as well as beside it."""
    low, high = (_MARGIN + end * unit for end in interval)
    xs = (low, low, low, high, high, high)
    ys = (y - 5, y + 5, y, y, y - 5, y + 5)
    canvas.line(xs, ys, colour=PAPER, width=5)
    canvas.line(xs, ys, colour=INK, width=2)


def _draw_days(canvas: Canvas, chart: Chart) -> None:
    """Draw each day in its place in time; days without comments are gaps."""
    bottom, end = _HEAD + _DAYS, WIDTH - _DAY_LETTERS / 2
    ticks = _ticks([_end(mark) for row in chart.rows for mark in row.marks], whole=True)
    unit = (_DAYS - _BAR) / ticks[-1]
    for tick in ticks:
        y = bottom - tick * unit
        canvas.line((_SCALE, end), (y, y), colour=GRID)
        canvas.write(f"{tick:,.10g}", x=_MARGIN, y=y + 4, size=SMALL)
    days = [date.fromisoformat(row.label).toordinal() for row in chart.rows]
    room = (end - _SCALE) / (days[-1] - days[0] + 1)
    middles = [_SCALE + (day - days[0] + 0.5) * room for day in days]
    for row, x in zip(chart.rows, middles, strict=True):
        _draw_day(canvas, chart, row, x=x, width=min(room, _WIDEST_DAY), unit=unit)
    for x, day in _marked_days(middles, chart.rows):
        canvas.write(day, x=x, y=bottom + 20, size=SMALL, middle=True)


def _draw_day(
    canvas: Canvas, chart: Chart, row: Row, *, x: float, width: float, unit: float
) -> None:
    bottom = _HEAD + _DAYS
    figures = zip(chart.series, row.marks, strict=True)
    for series, (name, mark) in enumerate(figures):
        told = f"{isolated(row.label)} · {name}: {mark.shown}"
        height = (mark.value or 0) * unit
        if series < len(_BARS_OF_DAYS):
            wide = width * _BARS_OF_DAYS[series]
            canvas.bar((x - wide / 2, bottom - height), wide, height, series=series, told=told)
        elif mark.value:
            xs, ys = (x - width / 2, x + width / 2), (bottom - height, bottom - height)
            canvas.line(xs, ys, colour=PAPER, width=4)
            canvas.line(xs, ys, colour=INK, width=2, told=told)


def _marked_days(middles: Sequence[float], rows: Sequence[Row]) -> list[tuple[float, str]]:
    """First and last day, and one about the middle, as far as there is room between them."""
    found: list[tuple[float, str]] = []
    for place in sorted({0, len(rows) // 2, len(rows) - 1}):
        if not found or middles[place] - found[-1][0] > _DAY_LETTERS:
            found.append((middles[place], rows[place].label))
    return found


def _own(text: str, most: int) -> str:
    return isolated(cut(text, most))


def _end(mark: Mark) -> float:
    """Where the drawing of a mark ends."""
    return max(mark.value or 0, mark.interval[1] if mark.interval else 0)


def _ticks(ends: Sequence[float], *, whole: bool) -> list[float]:
    """Round numbers from 0 to beyond every end."""
    from matplotlib.ticker import MaxNLocator

    return [float(tick) for tick in MaxNLocator(5, integer=whole).tick_values(0, max(ends) or 1)]
