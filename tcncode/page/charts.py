"""Tables -> figures: heat maps and small multiples. Nothing is computed here.

Colour is never alone in saying something: cells and bars carry their numbers, groups have shapes
of their own. What does not fit is left out by a rule that the figure's text tells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tcncode.model import Table
from tcncode.page.drawing import Canvas, Figure, clipped, fitted, width_of
from tcncode.page.palette import HEAT_STEPS, heat_step

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawn

MOST_ROWS = 40
"""Rows that a heat map has room for on a page."""
MOST_PANELS = 24
Cells = Mapping[tuple[str, str], float | None]


@dataclass(frozen=True)
class Grid:
    """Values by row and column; None where not defined."""

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Cells

    @property
    def most(self) -> float:
        """The greatest value."""
        return max((value for value in self.cells.values() if value is not None), default=0.0)


def grid(table: Table) -> Grid:
    """A table whose first column names the rows, all others being numbers."""
    cells = {
        (str(row[0]), name): value
        for row in table.rows
        for name, value in zip(table.columns[1:], row[1:], strict=True)
    }
    return Grid([str(row[0]) for row in table.rows], table.columns[1:], cells)


def heat_map(
    name: str,
    title: str,
    table: Table,
    *,
    values: Grid | None = None,
    show: Callable[[float], str] = lambda value: f"{value:.2f}",
    caption: str = "",
    told: str = "",
    most: float | None = None,
    least: float = 0.0,
) -> Figure:
    """Values as shades, with the number in each cell.

    Args:
        values: what is drawn, where that is not the table as it stands.
        told: what the description says first.
        most: the value of the darkest shade; None: the greatest there is.
        least: the value of the lightest shade, which smaller ones have too.
    """
    drawn = values or grid(table)
    shown = Grid(drawn.rows[:MOST_ROWS], drawn.columns, drawn.cells)
    top = most if most is not None else drawn.most

    def draw(canvas: Canvas) -> Drawn:
        cell = max(2.0, 0.9 + max((len(show(v)) for v in _known(shown)), default=2) * 0.62)
        left = width_of([clipped(each) for each in shown.rows], canvas.points) + canvas.em
        heads = width_of([clipped(c) for c in shown.columns], canvas.points)
        room = (canvas.width - left - 0.05) / max(1, len(shown.columns))
        slanted = heads > 0.95 * min(room, 3.2 * cell * canvas.em)
        if slanted:  # a long one near the end would lean over the edge
            room = min(
                (canvas.width - left - 0.74 * width_of([clipped(c)], canvas.points)) / (n + 0.6)
                for n, c in enumerate(shown.columns)
            )
        across = min(room, 3.2 * cell * canvas.em)
        head = (heads * 0.72 if slanted else 0) + 1.8 * canvas.em
        up = 2.0 * canvas.em
        body = up * len(shown.rows)
        key = 2.6 * canvas.em
        sheet = canvas.sheet(head + body + key)
        box = (left, key, across * len(shown.columns), body)
        axes = canvas.axes(sheet, box)
        # Letters shrink where the columns are narrower than the numbers need.
        fits = min(1.0, across / (cell * canvas.em))
        _cells(axes, canvas, shown, (least, top), show, canvas.points * max(0.55, fits))
        axes.set_xlim(0, max(1, len(shown.columns)))
        axes.set_ylim(max(1, len(shown.rows)), 0)
        axes.set_yticks([n + 0.5 for n in range(len(shown.rows))], [clipped(r) for r in shown.rows])
        axes.xaxis.tick_top()
        axes.set_xticks(
            [n + 0.5 for n in range(len(shown.columns))],
            [clipped(c) for c in shown.columns],
            rotation=45 if slanted else 0,
            ha="left" if slanted else "center",
            rotation_mode="anchor",
        )
        _key(canvas, sheet, left, (least, top), show)
        return sheet

    best = sorted(
        ((value, *where) for where, value in drawn.cells.items() if value is not None),
        key=lambda each: (-each[0], each[1], each[2]),
    )
    outstanding = "; ".join(f"{row}, {column}: {show(value)}" for value, row, column in best[:5])
    words = f"{told or title}. {len(drawn.rows)} rows, {len(drawn.columns)} columns."
    if outstanding:
        words += f" Greatest: {outstanding}."
    if len(drawn.rows) > MOST_ROWS:
        words += f" Drawn are the first {MOST_ROWS} rows; the table has all."
    return Figure(name, title, words, table, draw, caption)


def _cells(
    axes: Axes,
    canvas: Canvas,
    shown: Grid,
    ends: tuple[float, float],
    show: Callable[[float], str],
    size: float,
) -> None:
    from matplotlib.patches import Rectangle

    gap = 0.04
    for y, row in enumerate(shown.rows):
        for x, column in enumerate(shown.columns):
            value = shown.cells.get((row, column))
            if value is None:
                continue
            step = heat_step(value, ends[1], ends[0])
            axes.add_patch(
                Rectangle(
                    (x + gap, y + gap), 1 - 2 * gap, 1 - 2 * gap, linewidth=0,
                    facecolor=canvas.colour(f"heat-{step}"),
                )
            )  # fmt: skip
            axes.text(
                x + 0.5, y + 0.52, show(value), ha="center", va="center", size=size,
                color=canvas.colour("muted" if step == 0 else f"on-heat-{step}"),
            )  # fmt: skip


def _key(
    canvas: Canvas,
    sheet: Drawn,
    left: float,
    ends: tuple[float, float],
    show: Callable[[float], str],
) -> None:
    """The shades, from the smallest to the greatest value."""
    from matplotlib.patches import Rectangle

    em = canvas.em
    axes = canvas.axes(sheet, (left, 0.5 * em, 1.6 * em * HEAT_STEPS, 1.1 * em))
    for step in range(1, HEAT_STEPS):
        shade = canvas.colour(f"heat-{step}")
        axes.add_patch(Rectangle((step - 1, 0), 1, 1, facecolor=shade, linewidth=0))
    axes.set_xlim(0, HEAT_STEPS)
    axes.set_ylim(0, 1)
    axes.set_axis_off()
    small = canvas.points * 0.9
    kind = {"va": "center", "size": small, "color": canvas.colour("muted")}
    low = f"{show(ends[0])} and less" if ends[0] > 0 else "more than 0"
    axes.text(HEAT_STEPS - 0.7, 0.5, f"{low}, up to {show(ends[1])}", ha="left", **kind)  # type: ignore[arg-type]  # a size and two words


def _known(drawn: Grid) -> list[float]:
    return [value for value in drawn.cells.values() if value is not None]


def panels(
    name: str,
    title: str,
    table: Table,
    values: Grid,
    *,
    colour: Callable[[str, str], str],
    intervals: Mapping[tuple[str, str], tuple[float, float]] | None = None,
    show: Callable[[float], str] = lambda value: f"{value:.2f}",
    caption: str = "",
    order: Callable[[str], object] | None = None,
) -> Figure:
    """Small multiples: a panel a row, a bar a column, all on one scale.

    Args:
        colour: row and column -> the role of the bar's colour.
        intervals: of some bars, low and high.
        order: what decides which panels are kept where there are too many, smallest first.
    """
    kept = list(values.rows)
    if len(kept) > MOST_PANELS:
        first = set(sorted(kept, key=order)[:MOST_PANELS] if order else kept[:MOST_PANELS])  # type: ignore[arg-type]  # whatever sorts
        kept = [row for row in kept if row in first]
    ranges = intervals or {}
    top = max([values.most, *(high for _, high in ranges.values())], default=1.0) or 1.0

    def draw(canvas: Canvas) -> Drawn:
        from math import ceil

        names = [clipped(column) for column in values.columns]
        left = width_of(names, canvas.points) + 0.5 * canvas.em
        across = max(1, min(4, int((canvas.width - left) / (12 * canvas.em)), len(kept)))
        down = max(1, ceil(len(kept) / across))
        gap = canvas.em
        wide = (canvas.width - left - gap * (across - 1) - 0.05) / across
        bar = 1.45 * canvas.em
        tall = bar * len(values.columns)
        head = 2.0 * canvas.em
        sheet = canvas.sheet(down * (tall + head + 0.6 * canvas.em))
        height = float(sheet.get_size_inches()[1])
        for number, row in enumerate(kept):
            x, y = number % across, number // across
            top_edge = height - y * (tall + head + 0.6 * canvas.em) - head
            axes = canvas.axes(sheet, (left + x * (wide + gap), top_edge - tall, wide, tall))
            axes.set_title(
                fitted(row, wide + 0.5 * gap, canvas.points), loc="left", size=canvas.points,
                weight="bold", color=canvas.colour("ink"), pad=canvas.points * 0.4,
            )  # fmt: skip
            _bars(axes, canvas, row, values, ranges, top, colour, show)
            axes.set_yticks(range(len(names)), names if x == 0 else [""] * len(names))
        return sheet

    leads = []
    for row in kept:
        own = {c: values.cells.get((row, c)) or 0.0 for c in values.columns}
        best = max(own, key=lambda c: own[c], default=None)
        if best is not None and own[best] > 0:
            leads.append(f"{row}: {best} {show(own[best])}")
    words = f"{title}. A panel for each of {len(kept)}, all on one scale. Longest bars: "
    words += "; ".join(leads) + "."
    if len(kept) < len(values.rows):
        words += f" {len(values.rows) - len(kept)} more are in the table only."
    return Figure(name, title, words, table, draw, caption)


def _bars(
    axes: Axes,
    canvas: Canvas,
    row: str,
    values: Grid,
    ranges: Mapping[tuple[str, str], tuple[float, float]],
    top: float,
    colour: Callable[[str, str], str],
    show: Callable[[float], str],
) -> None:
    # Room for the number behind the longest bar or interval.
    room = 1.0 + 4.2 * canvas.em / (axes.get_window_extent().width / axes.figure.dpi)
    axes.set_xlim(0, top * room)
    axes.set_ylim(len(values.columns) - 0.5, -0.5)
    axes.set_xticks([])
    axes.axvline(0, color=canvas.colour("line"), linewidth=0.8)
    for at, column in enumerate(values.columns):
        value = values.cells.get((row, column))
        if value is None:
            continue
        shade = canvas.colour(colour(row, column))
        axes.barh(at, value, height=0.66, color=shade, linewidth=0)
        low, high = ranges.get((row, column), (value, value))
        if high > low:
            for role, wide in (("paper", 0.2), ("ink", 0.1)):  # seen on bars of any colour
                axes.plot(
                    [low, high], [at, at], color=canvas.colour(role), solid_capstyle="butt",
                    linewidth=canvas.points * wide,
                )  # fmt: skip
        place = max(value, high) + top * 0.03
        axes.text(
            place, at + 0.05, show(value), va="center", ha="left", size=canvas.points * 0.85,
            color=canvas.colour("muted"),
        )  # fmt: skip
