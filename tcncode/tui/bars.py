"""Figures as something to see: bars of eighths of a cell, and grounds that darken with a share.

Own bars, not plotext's: names in wide scripts break its frame (measured with 1.0.1), and its
picture has no rows that a cursor could stand on to open the quotations behind a bar.
The grounds are colours of the 256-colour table, so they look the same on a terminal that has
no more; blended ones would fall together there. A figure on its ground has a contrast of at
least 4.5 to 1. Without colour, figures stand without a ground: they say the same.
"""

from __future__ import annotations

from rich.style import Style

_EIGHTHS = " ▏▎▍▌▋▊▉"
_STEPS = (0.05, 0.15, 0.3, 0.5)
"""Least share (0 to 1) for the second, third, ... ground; the first is for any at all."""
_DARK = (
    ("#303030", "#ffffff"), ("#00005f", "#ffffff"), ("#005f87", "#ffffff"),
    ("#5f87af", "#000000"), ("#87d7ff", "#000000"),
)  # fmt: skip
_LIGHT = (
    ("#eeeeee", "#000000"), ("#d7ffff", "#000000"), ("#87d7ff", "#000000"),
    ("#005f87", "#ffffff"), ("#00005f", "#ffffff"),
)  # fmt: skip


def bar(value: float, largest: float, width: int) -> str:
    """A bar ``width`` cells long for ``largest``; whatever is there at all has an eighth."""
    if value <= 0 or largest <= 0 or width <= 0:
        return ""
    eighths = max(1, round(8 * width * min(value / largest, 1)))
    whole, rest = divmod(eighths, 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def ground(share: float | None, *, dark: bool, colours: str | None) -> Style:
    """How a figure with this share (0 to 1) looks.

    Args:
        colours: Rich's ``color_system``; below 256 colours there is no ground.
    """
    if not share or colours not in ("truecolor", "256"):
        return Style()
    back, front = (_DARK if dark else _LIGHT)[sum(share >= step for step in _STEPS)]
    return Style(bgcolor=back, color=front)
