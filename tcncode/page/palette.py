"""The colours of the page and its figures: a role each, in a light and a dark theme.

Inside the page a figure names roles (``var(--ink)``), so that it follows the reader's theme; in
a file for a paper it has the light theme's colours. Text has a contrast of at least 4.5 : 1
with what is behind it, and marks that carry meaning one of at least 3 : 1; colours that the
codebook brings are moved towards the ink until they have it.

Source:
    W3C (2018), Web Content Accessibility Guidelines 2.1, 1.4.3 and 1.4.11; "contrast ratio" and
    "relative luminance" of its glossary.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass, field

from tcncode.model import Codebook

TEXT_CONTRAST = 4.5
MARK_CONTRAST = 3.0
HEAT_STEPS = 8
"""Steps of a heat map; step 0 is for nothing at all."""

_LIGHT = {
    "paper": "#ffffff",
    "panel": "#f4f6f8",
    "ink": "#1b222b",
    "muted": "#55606c",
    "line": "#c9d0d8",
    "mark": "#2f6690",
    "accent": "#a4460b",
    "link": "#0b5a94",
}
_DARK = {
    "paper": "#12161c",
    "panel": "#1b2129",
    "ink": "#e8ecf1",
    "muted": "#a7b1bd",
    "line": "#3c4652",
    "mark": "#7fb3dc",
    "accent": "#f2a36b",
    "link": "#8cc4f2",
}
_PURPOSES = ("#2f6690", "#a4460b", "#4d7a2a", "#7a4fa3", "#8a6d00", "#a33a5e")
"""Colours of groups that bring none, on a light ground; used in turn."""


@dataclass(frozen=True)
class Palette:
    """Role -> ``#rrggbb`` in each theme."""

    light: Mapping[str, str]
    dark: Mapping[str, str]
    code_roles: Mapping[str, str] = field(default_factory=dict)
    """Path of a top code -> its role."""

    def code(self, path: str) -> str:
        """The role of a code's colour; that of the code above it for a sub-code."""
        return self.code_roles.get(path.partition("/")[0], "mark")

    def stand_ins(self) -> dict[str, str]:
        """Role -> a colour that stands for it while a figure is drawn, no two the same."""
        return {role: f"#f0{number:04x}" for number, role in enumerate(self.light, 1)}


def palette(codebook: Codebook) -> Palette:
    """The colours of a report with this codebook."""
    light, dark = dict(_LIGHT), dict(_DARK)
    for theme, base, far in ((light, "#dfeaf4", "#123f63"), (dark, "#20303f", "#a9d4f7")):
        for step in range(HEAT_STEPS):
            part = (step - 1) / (HEAT_STEPS - 2)
            ground = theme["paper"] if step == 0 else mixed(base, far, part)
            theme[f"heat-{step}"] = ground
            theme[f"on-heat-{step}"] = best_on(ground, theme["ink"], theme["paper"])
    roles = {}
    for number, code in enumerate(codebook.top):
        role = f"code-{number}"
        roles[code.path] = role
        light[role] = visible(code.colour_light, light["paper"], light["ink"])
        dark[role] = visible(code.colour, dark["paper"], dark["ink"])
    for number, colour in enumerate(_PURPOSES):
        light[f"group-{number}"] = visible(colour, light["paper"], light["ink"])
        dark[f"group-{number}"] = visible(_lighter(colour), dark["paper"], dark["ink"])
    return Palette(light, dark, roles)


def group_role(number: int) -> str:
    """The role of the group with this number, from 0; they come again after the last."""
    return f"group-{number % len(_PURPOSES)}"


def heat_step(value: float, most: float, least: float = 0.0) -> int:
    """The step of a heat map that shows a value: 0 for 0, else 1 (``least`` and less) to the last
    (``most``)."""
    if value <= 0 or most <= least:
        return 0
    part = min(max(value - least, 0.0) / (most - least), 1.0)
    return min(HEAT_STEPS - 1, 1 + int((HEAT_STEPS - 1) * max(part - 1e-9, 0.0)))


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 (black) to 1 (white)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 (none) to 21 (black on white).

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def mixed(first: str, second: str, part: float) -> str:
    """A colour between two: the first at 0, the second at 1."""
    pairs = zip(_parts(first), _parts(second), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * part)):02x}" for a, b in pairs)


def best_on(ground: str, *inks: str) -> str:
    """The ink that is read best on a ground; black or white where none is read well."""
    best = max(inks, key=lambda ink: contrast(ink, ground))
    if contrast(best, ground) >= TEXT_CONTRAST:
        return best
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, ground))


def visible(colour: str, ground: str, ink: str, ratio: float = MARK_CONTRAST) -> str:
    """A colour, moved towards the ink until it stands out from the ground."""
    for step in range(21):
        moved = mixed(colour, ink, step / 20)
        if contrast(moved, ground) >= ratio:
            return moved
    return ink


def _parts(colour: str) -> tuple[float, float, float]:
    digits = colour.lstrip("#")
    return tuple(int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))  # type: ignore[return-value]  # three of them


def _lighter(colour: str) -> str:
    hue, _, saturation = colorsys.rgb_to_hls(*_parts(colour))
    red, green, blue = colorsys.hls_to_rgb(hue, 0.72, saturation)
    return "#" + "".join(f"{round(255 * part):02x}" for part in (red, green, blue))
