"""What charts are drawn on: shapes placed by matplotlib, words left to whoever shows the picture.

Whatever shows the picture shapes letters and orders directions of writing by the Unicode rules.
Matplotlib would do it before, with a font of its own, and read ``$`` as mathematics. So it is given
the number of a text in place of the text, which `picture` puts back; every text is placed by its
anchor, and nothing depends on how wide it is.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 720
"""Of every picture, in CSS pixels."""
INK = "#1a1a1a"
GRID = "#c8c8c8"
PAPER = "#ffffff"
FILLS = (("#00538a", None), ("#a84300", "////"))
"""Of the first and the second series: told apart by stripes too, 6:1 against white and more."""
LETTERS, SMALL = 13, 12
_POINTS_PER_INCH = 72
_ON_TOP = 10_000


@dataclass
class Canvas:
    """An empty picture; one unit is a CSS pixel, x grows in the direction of reading, y downwards.

    Attributes
    ----------
    texts : list of str
        What the numbers that matplotlib writes, and names ``t<number>`` of shapes, stand for.
    """

    axes: "Axes"
    figure: "Figure"
    texts: list[str] = field(default_factory=list)

    def write(
        self, text: str, *, x: float, y: float, size: int = LETTERS, middle: bool = False
    ) -> None:
        """Place a text, which begins at x in the direction of reading or has its middle there.

        Matplotlib's ``left`` becomes SVG's ``start``, the right-hand end from right to left.
        """
        align = "center" if middle else "left"
        self.axes.text(x, y, self._number(text), fontsize=size, ha=align, zorder=_ON_TOP)

    def line(
        self,
        xs: Sequence[float],
        ys: Sequence[float],
        *,
        colour: str = INK,
        width: float = 1,
        dashed: bool = False,
        told: str | None = None,
    ) -> None:
        """Draw straight lines through points; `told` is what pointing at them shows."""
        self.axes.plot(
            xs,
            ys,
            color=colour,
            linewidth=width,
            linestyle="--" if dashed else "-",
            solid_capstyle="butt",
            clip_on=False,
            zorder=len(self.axes.get_children()),
            gid=None if told is None else f"t{self._number(told)}",
        )

    def bar(
        self,
        corner: tuple[float, float],
        width: float,
        height: float,
        *,
        series: int,
        told: str | None = None,
    ) -> None:
        """Draw a bar from its corner at the top where reading begins; `told` as of a line."""
        from matplotlib.patches import Rectangle

        colour, stripes = FILLS[series]
        self.axes.add_patch(
            Rectangle(
                corner,
                width,
                height,
                facecolor=colour,
                edgecolor=PAPER,
                hatch=stripes,
                linewidth=0,
                clip_on=False,
                zorder=len(self.axes.get_children()),
                gid=None if told is None else f"t{self._number(told)}",
            )
        )

    def _number(self, text: str) -> str:
        self.texts.append(text)
        return str(len(self.texts) - 1)

    def written(self) -> bytes:
        """SVG of the picture, with numbers for texts."""
        file = BytesIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        self.figure.savefig(file, format="svg", metadata=nothing)
        return file.getvalue()


@contextmanager
def empty(name: str, *, height: float, rtl: bool) -> Iterator[Canvas]:
    """Canvas of a height, whose shapes have the same ids for the same name.

    Within it matplotlib has its own defaults, whatever a user has set.
    """
    import matplotlib as mpl
    from matplotlib import style
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with style.context("default"), mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        size = (WIDTH / _POINTS_PER_INCH, height / _POINTS_PER_INCH)
        figure = Figure(figsize=size, dpi=_POINTS_PER_INCH, facecolor=PAPER)
        FigureCanvasSVG(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(*((WIDTH, 0) if rtl else (0, WIDTH)))
        axes.set_ylim(height, 0)
        axes.set_autoscale_on(False)
        yield Canvas(axes=axes, figure=figure)
