"""What textbooks call a coefficient of this size.

The bands are conventions: they depend on how often a code is used and on the number of codes, and
were made for units that are independent. So a word comes only when asked for, with its source,
and for the lower end of the interval.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Bands from low to high."""

    source: str
    bands: tuple[tuple[float, bool, str], ...]
    """Upper end, whether it belongs to the band, and the word."""
    top: str
    """The word above all bands."""
    only: str = ""
    """Name of the one statistic it was made for."""

    def word(self, value: float) -> str:
        """The word for a coefficient."""
        for end, included, word in self.bands:
            if value < end or (included and value == end):
                return word
        return self.top


SCALES = {
    "landis-koch": Scale(
        "Landis & Koch 1977",
        (
            (0.0, False, "poor"), (0.20, True, "slight"), (0.40, True, "fair"),
            (0.60, True, "moderate"), (0.80, True, "substantial"),
        ),
        "almost perfect",
    ),
    "fleiss": Scale(
        "Fleiss 1981", ((0.40, False, "poor"), (0.75, True, "fair to good")), "excellent"
    ),
    "altman": Scale(
        "Altman 1991",
        (
            (0.20, True, "poor"), (0.40, True, "fair"),
            (0.60, True, "moderate"), (0.80, True, "good"),
        ),
        "very good",
    ),
    "mchugh": Scale(
        "McHugh 2012",
        (
            (0.20, True, "none"), (0.40, False, "minimal"), (0.60, False, "weak"),
            (0.80, False, "moderate"), (0.90, True, "strong"),
        ),
        "almost perfect",
    ),
    "krippendorff": Scale(
        "Krippendorff 2019",
        ((0.667, False, "to be discarded"), (0.800, False, "for tentative conclusions")),
        "reliable",
        "Krippendorff's alpha",
    ),
}  # fmt: skip
"""Scales by name; thresholds as widely quoted."""
