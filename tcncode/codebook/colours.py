"""How far apart two colours are for the eye, and pairs that were measured to be far enough."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

from tcncode.codebook.fields import DEFAULT
from tcncode.model import Code, Codebook

MEASURED: tuple[tuple[str, str, str], ...] = (
    ("apricot", "#ffaf87", "#875f00"),
    ("cyan", "#00d7ff", "#005f87"),
    ("green", "#00af00", "#00875f"),
    ("yellow", "#ffff00", "#af8700"),
    ("violet", "#af5fff", "#0000af"),
    ("rose", "#d75f87", "#d75faf"),
)
"""Name, colour on a dark ground, colour on a light one: at least 12 apart for any kind of sight."""

TOO_NEAR = 8.0
"""Below this difference two stripes beside each other are taken for one colour."""

Lab = tuple[float, float, float]


def difference(first: str, second: str) -> float:
    """CIEDE2000 between two colours ``#rrggbb``: 0 the same, about 2 just seen, 100 at most or so.

    Source:
        Sharma, Wu & Dalal (2005), Color Research and Application 30(1), 21-30.
    """
    return _ciede2000(_lab(first), _lab(second))


def near_colours(codebook: Codebook, path: str) -> list[tuple[Code, float]]:
    """Top codes whose colour is too near that of the top code above ``path``, nearest first.

    Codes without a colour of their own are left out: nobody takes grey for a choice.
    """
    top = path.partition("/")[0]
    code = next(c for c in codebook.codes if c.path == path)
    unset = (DEFAULT.colour, DEFAULT.colour_light)
    if (code.colour, code.colour_light) == unset:
        return []
    found = []
    for other in codebook.top:
        if other.path == top or (other.colour, other.colour_light) == unset:
            continue
        apart = min(
            difference(code.colour, other.colour),
            difference(code.colour_light, other.colour_light),
        )
        if apart < TOO_NEAR:
            found.append((other, apart))
    return sorted(found, key=lambda pair: pair[1])


def _lab(colour: str) -> Lab:
    """CIELAB (D65) of an sRGB colour."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    rows = (
        ((0.4124564, 0.3575761, 0.1804375), 0.95047),
        ((0.2126729, 0.7151522, 0.0721750), 1.0),
        ((0.0193339, 0.1191920, 0.9503041), 1.08883),
    )
    x, y, z = (_root(_dot(row, linear) / white) for row, white in rows)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _dot(row: Sequence[float], values: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(row, values, strict=True))


def _root(t: float) -> float:
    return float(t ** (1 / 3)) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29


def _ciede2000(first: Lab, second: Lab) -> float:
    """The names are those of the paper, primes left off."""
    (l1, a1, b1), (l2, a2, b2) = first, second
    mean = ((hypot(a1, b1) + hypot(a2, b2)) / 2) ** 7
    g = (1 - sqrt(mean / (mean + 25**7))) / 2
    c1, c2 = hypot(a1 * (1 + g), b1), hypot(a2 * (1 + g), b2)
    h1, h2 = (degrees(atan2(b, a * (1 + g))) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    across = 2 * sqrt(c1 * c2) * sin(radians(turn / 2))
    hue = _mean_hue(h1, h2) if c1 * c2 else h1 + h2
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        1 - 0.17 * cos(radians(hue - 30)) + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6)) - 0.20 * cos(radians(4 * hue - 63))
    )  # fmt: skip
    s_l = 1 + 0.015 * (lightness - 50) ** 2 / sqrt(20 + (lightness - 50) ** 2)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    twist = 60 * exp(-(((hue - 275) / 25) ** 2))
    r_t = -2 * sqrt(chroma**7 / (chroma**7 + 25**7)) * sin(radians(twist))
    dl, dc, dh = (l2 - l1) / s_l, (c2 - c1) / s_c, across / s_h
    return sqrt(dl * dl + dc * dc + dh * dh + r_t * dc * dh)


def _mean_hue(h1: float, h2: float) -> float:
    if abs(h1 - h2) <= 180:
        return (h1 + h2) / 2
    return (h1 + h2 + (360 if h1 + h2 < 360 else -360)) / 2
