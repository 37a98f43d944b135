"""How a code looks: its colour on this terminal, its letter, its lane pattern.

Colour is never the only cue: a coding begins with its code's letter, goes on in a pattern of
its own and ends with a foot; another coder's has a dotted line and hardly a tint. Where a
terminal has 256 colours a tinted ground would make two codes look alike (measured), so there
the text itself takes the colour, and without any colour coded text is underlined.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from colorsys import rgb_to_hsv
from string import ascii_letters, ascii_lowercase

from rich.style import Style

from tcncode.model import Code, Codebook
from tcncode.text.safe import safe_line

PATTERNS = "█▌┃║▒┇"
FOOT = "╵"
DOTTED = "┊"
DARK, LIGHT = "#1e1e1e", "#ffffff"
_UNSET = ("#bcbcbc", "#585858")


def _channels(colour: str) -> tuple[int, int, int]:
    try:
        return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
    except ValueError:
        return 128, 128, 128


def blend(colour: str, ground: str, share: float) -> str:
    """``colour`` laid over ``ground``; share 0 to 1."""
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


# Hue in degrees; the terminal's greys are left to the text that is not coded.
_SIXTEEN = {
    0: "bright_red", 30: "yellow", 60: "bright_yellow", 120: "green", 180: "bright_cyan",
    240: "bright_blue", 270: "bright_magenta", 330: "bright_red",
}  # fmt: skip


def of_sixteen(colour: str) -> str:
    """The terminal's own colour of the nearest hue, so that none is rounded to plain white."""
    red, green, blue = _channels(colour)
    hue, saturation, _ = rgb_to_hsv(red / 255, green / 255, blue / 255)
    if saturation < 0.15:
        return "white"
    return _SIXTEEN[min(_SIXTEEN, key=lambda known: abs((hue * 360 - known + 180) % 360 - 180))]


class Palette:
    """Looks of all codes of one codebook, for one terminal and theme."""

    def __init__(self, codebook: Codebook, *, dark: bool, colours: str | None) -> None:
        """``colours`` is Rich's ``color_system``: truecolor, 256, standard, None for no colour."""
        self.dark = dark
        self.colours = colours
        self._codes = codebook.by_id()
        self._by_path = {code.path: code for code in codebook.codes}
        self._tops = [code.path for code in codebook.top]
        self._letters = _letters(codebook.codes)
        self._tints: dict[tuple[str, bool, bool], Style] = {}

    def colour(self, code_id: str) -> str:
        """A Rich colour, mostly ``#rrggbb``; a sub-code without one of its own has its parent's."""
        own = self._own_colour(code_id)
        return of_sixteen(own) if self.colours == "standard" else own

    def _own_colour(self, code_id: str) -> str:
        code = self._codes.get(code_id)
        while code is not None:
            own = code.colour if self.dark else code.colour_light
            if own not in _UNSET or code.parent is None:
                return own
            code = self._by_path.get(code.parent)
        return _UNSET[0 if self.dark else 1]

    def letter(self, code_id: str) -> str:
        """The key that codes with it, else a letter of its own name that no other code has."""
        return self._letters.get(code_id, "?")

    def pattern(self, code_id: str) -> str:
        """One character for the middle of a stripe, by the top code it belongs to."""
        code = self._codes.get(code_id)
        top = code.path.partition("/")[0] if code else ""
        place = self._tops.index(top) if top in self._tops else 0
        return PATTERNS[place % len(PATTERNS)]

    def stripe(self, code_id: str, *, own: bool = True) -> Style:
        """For a lane in the gutter; ``own`` unless another coder's."""
        if self.colours is None:
            return Style(bold=own, dim=not own)
        return Style(color=self.colour(code_id), dim=None if own else True)

    def tint(self, code_id: str, *, several: bool, own: bool = True) -> Style:
        """For coded text; ``several`` where more than one coding lies on it."""
        known = self._tints.get((code_id, several, own))
        if known is None:
            known = self._tints[code_id, several, own] = self._tint(code_id, several, own)
        return known

    def _tint(self, code_id: str, several: bool, own: bool) -> Style:
        colour = self.colour(code_id)
        lines = several or None
        if not own:
            if self.colours in (None, "standard") or (self.dark and self.colours != "truecolor"):
                return Style(underline=lines)
            ground = DARK if self.dark else LIGHT
            return Style(bgcolor=blend(colour, ground, 0.1), underline=lines)
        if self.colours is None:
            return Style(underline=True, bold=lines)
        if not self.dark and self.colours != "standard":
            return Style(bgcolor=blend(colour, LIGHT, 0.22), underline=lines)
        if self.colours == "truecolor":
            return Style(bgcolor=blend(colour, DARK, 0.3), underline=lines)
        return Style(color=colour, underline=True, bold=lines)

    def suggested(self) -> Style:
        """For text that somebody should look at: slanted, and hardly tinted."""
        if self.colours in (None, "standard") or (self.dark and self.colours != "truecolor"):
            return Style(italic=True)
        colour, ground = ("#ffd75f", DARK) if self.dark else ("#af8700", LIGHT)
        return Style(italic=True, bgcolor=blend(colour, ground, 0.12))

    def name(self, code_id: str) -> str:
        """The last part of a code's path, for where there is little room."""
        code = self._codes.get(code_id)
        return safe_line((code.path if code else code_id).rpartition("/")[2])

    def names(self, codes: Iterable[str]) -> str:
        """Paths of codes for the status line."""
        paths = (self._codes[c].path if c in self._codes else c for c in codes)
        return safe_line(", ".join(dict.fromkeys(paths)))


def _letters(codes: Sequence[Code]) -> dict[str, str]:
    """One character for each code, by its id: its key, else a letter that is still free.

    Of its own name if one is left, from the front; else any of the alphabet, small ones first.
    In the order of the codebook. Codes after the alphabet's end share a dot.
    """
    letters = {code.id: str(code.key) for code in codes if code.key is not None}
    taken = set(letters.values())
    for code in codes:
        if code.id not in letters:
            own = [ch for ch in code.path.rpartition("/")[2].lower() if ch in ascii_lowercase]
            wanted = (*own, *map(str.upper, own), *ascii_letters)
            letters[code.id] = next((ch for ch in wanted if ch not in taken), "•")
            taken.add(letters[code.id])
    return letters


def fit(text: str, width: int) -> str:
    """Cut a safe line to some cells, with an ellipsis where something went."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= width else set_cell_size(text, max(width - 1, 0)) + "…"


def lanes_for(width: int) -> int:
    """How many lanes the gutter has on a reader of this width."""
    return 4 if width < 100 else 6
