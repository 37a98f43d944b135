"""A figure as SVG inside a page, or as SVG, PNG or PDF for a paper. The only door to matplotlib.

Inside the page the figure has the colours of the reader's theme, its words are words (they can
be found, copied and read aloud), and it has a title and a description. Equal figures give equal
bytes: no dates, no random ids.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tcncode.model import Table
from tcncode.page.palette import Palette
from tcncode.text.safe import safe_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawn

FORMS = ("svg", "png", "pdf")
PAGE_WIDTH = 190.0
"""Millimetres across a figure inside the page; there it is scaled to the column."""
PAGE_POINTS = 9.0
DPI = 600
"""Of PNG files: what publishers ask for where a figure has lines and letters."""
LONGEST_LABEL = 28
"""Characters of a label that figures have room for."""
_FONT = "DejaVu Sans"
"""Matplotlib brings it, so figures have the same places everywhere."""
_REGULAR = 400
_NO_LETTERS = ("Last Resort", "cm", "STIXSize", "STIXNonUnicode")
"""Fonts that matplotlib brings for formulas, and one of boxes."""
_SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True)
class Canvas:
    """What a figure is drawn on."""

    colours: Mapping[str, str]
    """Role -> ``#rrggbb``."""
    palette: Palette
    width: float
    """Inches."""
    points: float
    """Size of the letters; 1 point is 1/72 inch."""

    def colour(self, role: str) -> str:
        """The colour of a role."""
        return self.colours[role]

    def code(self, path: str) -> str:
        """The colour of a code."""
        return self.colours[self.palette.code(path)]

    @property
    def em(self) -> float:
        """Size of the letters in inches."""
        return self.points / 72

    def sheet(self, height: float) -> Drawn:
        """An empty figure of this height in inches, its letters set."""
        from matplotlib.figure import Figure as Drawn

        return Drawn(figsize=(self.width, height), facecolor="none", edgecolor="none")

    def axes(self, sheet: Drawn, box: tuple[float, float, float, float]) -> Axes:
        """Axes in a box of the sheet: left, bottom, width, height in inches."""
        width, height = (float(each) for each in sheet.get_size_inches())
        left, bottom, across, up = box
        axes = sheet.add_axes((left / width, bottom / height, across / width, up / height))
        axes.set_facecolor("none")
        self.plain(axes)
        return axes

    def plain(self, axes: Axes) -> None:
        """Quiet axes: no box, thin lines, letters in ink."""
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.tick_params(
            length=0, colors=self.colour("ink"), labelsize=self.points, pad=self.points / 3
        )
        for label in (axes.xaxis.label, axes.yaxis.label):
            label.set_color(self.colour("muted"))
            label.set_fontsize(self.points)


@dataclass(frozen=True)
class Figure:
    """A figure that can be drawn, in words too, with the numbers behind it."""

    name: str
    """Stem of its file, and its anchor in the page."""
    title: str
    text: str
    """What it shows, for those who do not see it: the reading and the outstanding numbers."""
    table: Table
    """The numbers behind it."""
    draw: Callable[[Canvas], Drawn]
    caption: str = ""
    """What a reader must know beside the title, such as the measure."""


def inline(figure: Figure, colours: Palette) -> str:
    """A figure as an ``<svg>`` element to stand in an HTML page."""
    marks = colours.stand_ins()
    canvas = Canvas(marks, colours, PAGE_WIDTH / 25.4, PAGE_POINTS)
    svg = _saved(figure, canvas, "svg").decode("utf-8")
    svg = _for_page(svg, figure)
    roles = {mark: role for role, mark in marks.items()}
    return re.sub(
        "|".join(roles), lambda found: f"var(--{roles[found[0]]})", svg, flags=re.IGNORECASE
    )


def for_paper(
    figure: Figure,
    colours: Palette,
    form: str,
    *,
    width: float,
    points: float,
    lacking: set[str] | None = None,
) -> bytes:
    """A figure as a file of its own, in the light theme's colours.

    Args:
        form: one of ``FORMS``.
        width: in millimetres, as the figure will be printed.
        points: size of its letters at that width.
        lacking: to it are added the characters that no font here has, so that PNG and PDF show
            boxes for them. SVG keeps words as words: who opens it has other fonts.
    """
    canvas = Canvas(colours.light, colours, width / 25.4, points)
    ground = canvas.colour("paper")
    if form == "svg":
        data = _saved(figure, canvas, form, ground)
    else:
        families, boxes = _fonts_for(_letters(figure, canvas))
        data = _saved(figure, canvas, form, ground, families)
        if lacking is not None:
            lacking |= boxes
    if form == "svg":
        data = _described(data.decode("utf-8"), figure).encode("utf-8")
    return data


def _letters(figure: Figure, canvas: Canvas) -> set[str]:
    """The characters that a figure has, but for white space."""
    from matplotlib.text import Text

    with _drawing(figure, canvas):
        words: list[Text] = figure.draw(canvas).findobj(Text)
    return {letter for each in words for letter in each.get_text() if not letter.isspace()}


def _fonts_for(letters: set[str]) -> tuple[list[str], set[str]]:
    """Families to draw letters with, the usual one first; and the letters that none has.

    Of the fonts that are installed here, the one with most of what is missing comes next.
    """
    from matplotlib.font_manager import findfont, fontManager, get_font

    def without(path: str, wanted: set[str]) -> set[str]:
        font = get_font(path)
        return {letter for letter in wanted if not font.get_char_index(ord(letter))}

    families = [_FONT]
    missing = without(findfont(_FONT), letters)
    # The regular weight comes last, so it is the one that stays: it may have more letters.
    fonts = {
        each.name: each.fname
        for each in sorted(fontManager.ttflist, key=lambda f: (f.weight == _REGULAR, f.fname))
        if each.style == "normal" and not each.name.startswith(_NO_LETTERS)
    }
    while missing and fonts:
        lacks = {name: without(path, missing) for name, path in fonts.items()}
        best = min(lacks, key=lambda name: (len(lacks[name]), "Sans" not in name, name))
        if len(lacks[best]) == len(missing):
            break
        families.append(best)
        missing = lacks[best]
        del fonts[best]
    return families, missing


def _saved(
    figure: Figure,
    canvas: Canvas,
    form: str,
    ground: str = "none",
    families: Sequence[str] = (),
) -> bytes:
    metadata = {"svg": {"Date": None, "Creator": None}, "pdf": {"CreationDate": None}, "png": {}}
    with _drawing(figure, canvas, families):
        drawn = figure.draw(canvas)
        out = io.BytesIO()
        drawn.savefig(
            out,
            format=form,
            dpi=DPI if form == "png" else 72,
            facecolor=ground,
            metadata={**metadata[form], "Title": safe_line(figure.title)},
        )
    return out.getvalue()


@contextmanager
def _drawing(figure: Figure, canvas: Canvas, families: Sequence[str] = ()) -> Iterator[None]:
    """How matplotlib is set while a figure is drawn."""
    import warnings

    from matplotlib import rc_context

    settings: Any = {
        # Several families are asked one after the other for each letter.
        "font.family": list(families) or "sans-serif",
        "font.sans-serif": [_FONT],
        "font.size": canvas.points,
        "text.color": canvas.colour("ink"),
        "text.parse_math": False,  # a "$" in a name is a "$"
        "svg.fonttype": "none",
        "svg.hashsalt": figure.name,
        "svg.id": None,
        "pdf.fonttype": 42,  # letters that publishers' programs can search and replace
    }
    with rc_context(settings), warnings.catch_warnings():
        # Names in scripts that no font here has: browsers find one, for a PNG it is told.
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)
        warnings.filterwarnings("ignore", "Matplotlib currently does not support", UserWarning)
        yield


def _for_page(svg: str, figure: Figure) -> str:
    """The picture without what a page has already, its ids its own, with title and description."""
    from lxml import etree

    root = _root(svg)
    for unwanted in root.xpath("//*[local-name()='metadata' or local-name()='style']"):
        unwanted.getparent().remove(unwanted)
    used = set(re.findall(r"(?:url\(#|href=\")#?([^)\"]+)", svg)) | {
        value.lstrip("#") for value in root.xpath("//@*[local-name()='href']")
    }
    for node in root.iter():
        name = node.get("id")
        if name is not None and name not in used:
            del node.attrib["id"]
        elif name is not None:
            node.set("id", f"{figure.name}-{name}")
        for key, value in node.attrib.items():
            if key == _LINK:
                del node.attrib[key]
                node.set("href", f"#{figure.name}-{value.lstrip('#')}")
            elif "url(#" in value:
                node.set(key, value.replace("url(#", f"url(#{figure.name}-"))
            elif key == "transform" and value.startswith("rotate(-0 "):
                del node.attrib[key]  # by nothing
            elif key == "style":
                node.set(key, _without_font(value))
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    _name(root, figure)
    text = etree.tostring(root, encoding="unicode")
    return re.sub(r"\sxmlns:xlink=\"[^\"]*\"", "", text)


def _without_font(style: str) -> str:
    """A style without the family of letters: a page has its own; size and place stay."""
    style = re.sub(r"font: ([^;]*?)px [^;]*", r"font-size: \1px", style)
    return re.sub(r"font-family: [^;]*(;\s*|$)", "", style)


def _described(svg: str, figure: Figure) -> str:
    from lxml import etree

    root = _root(svg)
    _name(root, figure)
    found: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return found.decode("utf-8")


def _root(svg: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(svg.encode("utf-8"), parser)
    for old in root.findall(f"{{{_SVG}}}title"):
        root.remove(old)
    return root


def _name(root: Any, figure: Figure) -> None:
    """Title and description first, where screen readers look for them."""
    from lxml import etree

    root.set("role", "img")
    root.set("aria-labelledby", f"{figure.name}-title {figure.name}-desc")
    for at, (tag, words) in enumerate((("title", figure.title), ("desc", figure.text))):
        node = etree.Element(f"{{{_SVG}}}{tag}")
        node.set("id", f"{figure.name}-{tag}")
        node.text = safe_line(words)
        root.insert(at, node)


def width_of(words: Sequence[str], points: float, *, bold: bool = False) -> float:
    """Inches that the longest of some words takes, in letters of this size.

    In DejaVu Sans, which matplotlib brings; the fonts that browsers take are narrower.
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    font = FontProperties(family=_FONT, size=points, weight="bold" if bold else "normal")
    measure = TextToPath().get_text_width_height_descent
    return max((measure(each, font, ismath=False)[0] for each in words), default=0.0) / 72


def clipped(words: str, most: int = LONGEST_LABEL) -> str:
    """A label that a figure has room for."""
    words = safe_line(words)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def fitted(words: str, inches: float, points: float) -> str:
    """A heading in bold letters, cut to a width."""
    words = safe_line(words)
    most = len(words)
    while most > 1 and width_of([clipped(words, most)], points, bold=True) > inches:
        most -= 1
    return clipped(words, most)
