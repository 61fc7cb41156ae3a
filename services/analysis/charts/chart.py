"""What a chart shows, apart from how it is drawn: drawing and table are made of the same."""

from dataclasses import dataclass
from typing import Literal

from services.shared.language import Language

Part = Literal["received", "themes", "questions", "participation"]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A figure that is drawn.

    Attributes
    ----------
    value : float or None
        ``None`` if it is suppressed or there is none: nothing is drawn then.
    shown : str
        The figure, or why there is none, as it is written beside the bar.
    interval : (float, float) or None
        Lower and upper end.
    """

    value: float | None
    shown: str
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """A thing with its figures.

    Attributes
    ----------
    marks : tuple of Mark
        One for each series of the chart.
    notes : tuple of str
        Written under the label.
    cells : tuple of str
        Columns of the table after the label.
    """

    label: str
    marks: tuple[Mark, ...]
    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart in one language.

    Attributes
    ----------
    name : str
        Begins the name of its file; one of its kind in a report.
    part : str
        Of the report.
    about : str
        What it shows, in sentences, for those who do not see it.
    series : tuple of str
        What each mark of a row stands for.
    head : tuple of str
        Of all columns of the table.
    by_day : bool
        Whether the labels are days (ISO 8601) and the rows are drawn along time.
    reference : str or None
        What a line at 1 stands for; without, the figures are counts.
    left_out : int
        Rows that the results have beside these.
    """

    name: str
    part: Part
    language: Language
    title: str
    about: str
    series: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    by_day: bool = False
    reference: str | None = None
    left_out: int = 0

    @property
    def file(self) -> str:
        """Name of its file, e.g. ``themes.ar.svg``."""
        return f"{self.name}.{self.language}.svg"

    @property
    def table(self) -> list[tuple[str, ...]]:
        """Rows of the table that says the same, each with its label first."""
        return [(row.label, *row.cells) for row in self.rows]
