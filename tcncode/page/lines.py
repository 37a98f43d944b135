"""Tables -> figures with a line a row: dots, estimates with intervals, a curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tcncode.model import Table
from tcncode.page.charts import MOST_ROWS, Grid
from tcncode.page.drawing import Canvas, Figure, clipped, width_of
from tcncode.page.palette import group_role

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawn

_MARKERS = "osD^vP"
"""Shapes of groups."""


def dots(
    name: str,
    title: str,
    table: Table,
    values: Grid,
    *,
    caption: str = "",
    show: Callable[[float], str] = lambda value: f"{value:.2f}",
    top: float | None = None,
) -> Figure:
    """A line a row, a dot a column with a shape and a colour of its own."""
    kept = list(values.rows)[:MOST_ROWS]
    end = top or values.most or 1.0

    def draw(canvas: Canvas) -> Drawn:
        em = canvas.em
        left = width_of([clipped(row) for row in kept], canvas.points) + em
        head, foot, line = 2.2 * em, 2.2 * em, 1.7 * em
        sheet = canvas.sheet(head + foot + line * max(1, len(kept)))
        axes = canvas.axes(
            sheet, (left, foot, canvas.width - left - 0.15, line * max(1, len(kept)))
        )
        axes.set_ylim(max(len(kept), 1) - 0.5, -0.5)
        axes.set_xlim(-0.015 * end, end * 1.03)
        for at in range(len(kept)):
            axes.axhline(at, color=canvas.colour("line"), linewidth=0.6, zorder=0)
        for number, column in enumerate(values.columns):
            places = [
                (value, at)
                for at, row in enumerate(kept)
                if (value := values.cells.get((row, column))) is not None
            ]
            axes.plot(
                [x for x, _ in places], [y for _, y in places], linestyle="none",
                marker=_MARKERS[number % len(_MARKERS)], markersize=canvas.points * 0.75,
                color=canvas.colour(group_role(number)), markeredgewidth=0.6,
                markeredgecolor=canvas.colour("paper"), label=clipped(column), clip_on=False,
            )  # fmt: skip
        axes.set_yticks(range(len(kept)), [clipped(row) for row in kept])
        axes.tick_params(axis="x", labelcolor=canvas.colour("muted"))
        height = float(sheet.get_size_inches()[1])
        sheet.legend(
            loc="upper left", ncols=len(values.columns), frameon=False, fontsize=canvas.points,
            bbox_to_anchor=(left / canvas.width - 0.01, 1 - 0.2 * em / height), borderpad=0,
            labelcolor=canvas.colour("ink"), handletextpad=0.2, columnspacing=1.5,
            borderaxespad=0,
        )  # fmt: skip
        return sheet

    firsts = []
    for column in values.columns:
        own = [(values.cells.get((row, column)) or 0.0, row) for row in values.rows]
        value, row = max(own, default=(0.0, ""))
        if value > 0:
            firsts.append(f"{column}: {row} {show(value)}")
    words = f"{title}. A line for each of {len(kept)}, a mark for each of"
    words += f" {', '.join(values.columns)}. Greatest: {'; '.join(firsts)}."
    if len(kept) < len(values.rows):
        words += f" Drawn are the first {MOST_ROWS}; the table has all."
    return Figure(name, title, words, table, draw, caption)


@dataclass(frozen=True)
class Estimate:
    """A value with its interval."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None


def estimates(
    name: str,
    title: str,
    table: Table,
    each: Sequence[Estimate],
    *,
    caption: str = "",
    ends: tuple[float, float] = (0.0, 1.0),
) -> Figure:
    """A line an estimate, a dot for the value, a bar for the interval."""
    kept = [e for e in each if e.value is not None]
    least = min([ends[0], *(e.low for e in kept if e.low is not None)])

    def draw(canvas: Canvas) -> Drawn:
        em = canvas.em
        left = width_of([clipped(e.label) for e in kept], canvas.points) + em
        right = 4.0 * em
        foot, line = 2.2 * em, 1.9 * em
        body = line * max(1, len(kept))
        sheet = canvas.sheet(foot + body + 0.4 * em)
        axes = canvas.axes(sheet, (left, foot, canvas.width - left - right, body))
        axes.set_ylim(max(len(kept), 1) - 0.5, -0.5)
        axes.set_xlim(least, ends[1])
        axes.grid(axis="x", color=canvas.colour("line"), linewidth=0.6)
        axes.set_axisbelow(True)
        ink = canvas.colour("mark")
        for at, e in enumerate(kept):
            if e.low is not None and e.high is not None:
                axes.plot([e.low, e.high], [at, at], color=ink, linewidth=canvas.points * 0.28)
            axes.plot(
                [e.value or 0.0], [at], marker="o", markersize=canvas.points * 0.85, color=ink
            )
            axes.annotate(
                f"{e.value:.2f}", (1.0, at), xycoords=("axes fraction", "data"), va="center",
                xytext=(canvas.points * 0.6, 0), textcoords="offset points",
                size=canvas.points, color=canvas.colour("ink"), annotation_clip=False,
            )  # fmt: skip
        axes.set_yticks(range(len(kept)), [clipped(e.label) for e in kept])
        axes.tick_params(axis="x", labelcolor=canvas.colour("muted"))
        return sheet

    told = "; ".join(
        f"{e.label}: {e.value:.2f}"
        + (f" ({e.low:.2f} to {e.high:.2f})" if e.low is not None and e.high is not None else "")
        for e in kept
    )
    return Figure(name, title, f"{title}. {told}.", table, draw, caption)


def curve(
    name: str,
    title: str,
    table: Table,
    heights: Sequence[float],
    *,
    caption: str = "",
    below: str = "",
) -> Figure:
    """Shares one after the other, as a curve from 0 to 1.

    Args:
        heights: 0 to 1, in order.
        below: what the steps are, for the axis.
    """

    def draw(canvas: Canvas) -> Drawn:
        from matplotlib.ticker import MaxNLocator

        em = canvas.em
        left, foot, tall = 4 * em, 3.4 * em, min(22 * em, canvas.width * 0.45)
        sheet = canvas.sheet(foot + tall + em)
        axes = canvas.axes(sheet, (left, foot, canvas.width - left - em, tall))
        axes.set_ylim(0, 1.03)
        axes.set_xlim(0.5, max(len(heights), 1) + 0.5)
        axes.grid(axis="y", color=canvas.colour("line"), linewidth=0.6)
        axes.set_axisbelow(True)
        steps = range(1, len(heights) + 1)
        few = len(heights) <= 60
        axes.plot(
            steps, heights, color=canvas.colour("mark"), linewidth=canvas.points * 0.2,
            marker="o" if few else None, markersize=canvas.points * 0.45, drawstyle="default",
        )  # fmt: skip
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.tick_params(labelcolor=canvas.colour("muted"))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(below, color=canvas.colour("muted"), fontsize=canvas.points)
        return sheet

    reached = []
    for level in (0.5, 0.8, 0.9, 1.0):
        at = next((n for n, height in enumerate(heights, 1) if height >= level - 1e-9), None)
        if at is not None:
            reached.append(f"{level:.0%} after {at}")
    words = f"{title}. {len(heights)} {below}. Reached: {'; '.join(reached) or 'less than half'}."
    return Figure(name, title, words, table, draw, caption)
