"""PDF: the lines pdfium finds, put together again by where they stand on the page.

A PDF has neither paragraphs nor headings; both are guessed from distances and sizes. Lines
come in the order in which the file draws them, which keeps columns apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median, median_low
from typing import TYPE_CHECKING

from tcncode.errors import ReadError
from tcncode.importing.extract import Blocks, Extract, damaged, title_of
from tcncode.text import Span

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_FEWEST = 20
"""Characters a page, on average: with fewer it is a picture of a text."""
_LINE_HYPHENS = (0xFFFE, 2)
"""What pdfium puts for a hyphen at the end of a line."""
_GAP = 1.25
"""Times the usual line distance: more begins a paragraph. Measured in research/interop.md 8.1."""
_EDGE = 0.12
"""Share of the page's height within which running headers and footers stand."""
_HYPHEN = re.compile(r"(?:[\ufffe\x02\u00ad]|(?<=[^\W\d_])[-\u2010])$")
_ENDED = re.compile(r"[.!?:;…][\"'”’»)\]]*(?:\d{1,3}|\[\d{1,3}\]|[¹²³⁰⁴-⁹]+)?[\"'”’»)\]]*$")
_BEGINS = re.compile(
    r"(?:[•●○▪■◦‣·–—*-]\s|\(?\d{1,2}(?:\.\d{1,2})*[.)]?\s+(?=\W?[A-Z])|\(?[a-z]\)\s|"
    r"\[?\d{1,2}:\d{2}|[^\W\d_][\w.’' -]{0,38}:\s)"
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a page; distances in points, upwards from the page's lower edge."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    top: float
    height: float
    """Of the page."""
    bold: bool = False

    @property
    def size(self) -> float:
        """Height of the letters' boxes, about the font size."""
        return self.top - self.bottom


def read_pdf(path: Path, data: bytes, encoding: str | None) -> Extract:
    """A .pdf file with text in it. ``encoding`` is not used: the format says it.

    Raises:
        ReadError: it is damaged, needs a password, or holds only pictures of pages.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise ReadError(
                path, "is protected with a password", "Save a copy without one."
            ) from None
        raise damaged(path, "PDF") from None
    try:
        pages = [_lines(document[number], number) for number in range(len(document))]
        title = document.get_metadata_value("Title")
    finally:
        document.close()
    characters = sum(len(line.text) for page in pages for line in page)
    if characters < _FEWEST * max(1, len(pages)):
        raise ReadError(
            path,
            f"has no text in it, only pictures of its {len(pages)} pages",
            "Run it through text recognition (OCR), for instance ocrmypdf, and import the result.",
        )
    running = _running(pages)
    kept = [[line for line in page if not _is_running(line, running, len(pages))] for page in pages]
    dropped = sum(map(len, pages)) - sum(map(len, kept))
    text, spans, headings = _laid_out(kept)
    notes = ["the paragraphs of a PDF are guessed from its layout"]
    if dropped:
        notes.append(f"{dropped} lines of running headers and footers were left out")
    empty = [str(n) for n, page in enumerate(kept, 1) if not page]
    if empty:
        notes.append(f"no text on page {', '.join(empty)}; the pages after it count one less")
    return Extract(
        text,
        pages=spans,
        headings=headings,
        metadata=title_of(title),
        reader=f"tcncode-pdf 1 (pypdfium2 {_version()})",
        notes=tuple(notes),
    )


def _version() -> str:
    from importlib.metadata import version

    return version("pypdfium2")


def _lines(page: PdfPage, number: int) -> list[_Line]:
    from pypdfium2 import raw

    height = page.get_height()
    words = page.get_textpage()
    try:
        total = words.count_chars()
        # One by one, because only so does the n-th character have the n-th box.
        codes = [raw.FPDFText_GetUnicode(words.raw, n) for n in range(total)]
        out: list[_Line] = []
        start = 0
        for n in range(total + 1):
            hyphen = n < total and codes[n] in _LINE_HYPHENS and _is_below(words, n, total)
            if n < total and codes[n] not in (10, 13) and not hyphen:
                continue
            if hyphen:  # pdfium leaves out the line end after it
                codes[n] = 0xFFFE
            shown = [i for i in range(start, n) if codes[i] > 32 and codes[i] not in _LINE_HYPHENS]
            if shown:
                for i in range(shown[0], shown[-1]):
                    if codes[i] == 32 and _is_wide(words, i):
                        codes[i] = 9
                chars = "".join(map(chr, codes[start : n + hyphen]))
                text = chars.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
                first = words.get_charbox(shown[0], loose=True)
                middle = words.get_charbox(shown[len(shown) // 2], loose=True)
                last = words.get_charbox(shown[-1], loose=True)
                # The middle one of three: a bullet or a raised number has a size of its own.
                tall = sorted((first, middle, last), key=lambda box: box[3] - box[1])[1]
                text = re.sub(" *\t *", "\t", re.sub(" {2,}", " ", text)).strip()
                bold = _is_bold(words, shown[len(shown) // 2]) and _is_bold(words, shown[0])
                out.append(_Line(text, number, first[0], last[2], tall[1], tall[3], height, bold))
            start = n + 1
        return out
    finally:
        words.close()
        page.close()


def _is_below(words: PdfTextPage, n: int, total: int) -> bool:
    """Whether what follows the hyphen at ``n`` stands on another line."""
    if not 0 < n < total - 1:
        return True
    before, after = words.get_charbox(n - 1, loose=True), words.get_charbox(n + 1, loose=True)
    return bool(abs(after[1] - before[1]) > 0.5 * (before[3] - before[1]))


def _is_wide(words: PdfTextPage, n: int) -> bool:
    """Whether the space at ``n`` is the gap between two cells of a table."""
    before, after = words.get_charbox(n - 1, loose=True), words.get_charbox(n + 1, loose=True)
    return bool(after[0] - before[2] > 1.5 * (before[3] - before[1]) > 0)


def _is_bold(words: PdfTextPage, n: int) -> bool:
    from ctypes import byref, c_int, create_string_buffer

    from pypdfium2 import raw

    name, flags = create_string_buffer(100), c_int()
    raw.FPDFText_GetFontInfo(words.raw, n, name, 100, byref(flags))
    return b"bold" in name.value.lower() or b"black" in name.value.lower()


def _key(line: _Line) -> str:
    return re.sub(r"\d+", "", line.text).strip().casefold()


def _at_edge(line: _Line) -> bool:
    return line.bottom > line.height * (1 - _EDGE) or line.top < line.height * _EDGE


def _running(pages: Sequence[Sequence[_Line]]) -> set[str]:
    """What stands near the edge of most pages, digits apart."""
    if len(pages) < 2:
        return set()
    seen = Counter(key for page in pages for key in {_key(line) for line in page if _at_edge(line)})
    return {key for key, n in seen.items() if key and n > 1 and n >= 0.6 * len(pages)}


def _is_running(line: _Line, running: set[str], pages: int) -> bool:
    if not _at_edge(line):
        return False
    alone = re.fullmatch(r"[\W_]*\d{1,4}[\W_]*", line.text) is not None
    return _key(line) in running or (pages > 1 and alone)


def _laid_out(
    pages: Sequence[Sequence[_Line]],
) -> tuple[str, tuple[Span, ...], tuple[Span, ...]]:
    """Text, pages and headings."""
    lines = [line for page in pages for line in page]
    steps = [a.bottom - b.bottom for a, b in pairwise(lines)]
    pitch = median_low([step for step in steps if 0 < step < 40] or [12.0])
    size = median([line.size for line in lines for _ in range(len(line.text))] or [10.0])
    bold_body = sum(line.bold for line in lines) > 0.5 * len(lines)
    blocks = Blocks()
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    for group in _groups(lines, pitch):
        text, places = _joined(group)
        large = min(line.size for line in group) > 1.12 * size
        bold = not bold_body and all(line.bold for line in group) and not text.endswith((".", ":"))
        heading = len(text) < 150 and (large or bold) and "\t" not in text
        span = blocks.add(text, heading=heading)
        if span is None:
            continue
        for line, place in zip(group, places, strict=True):
            begins.setdefault(line.page, min(span.start + place, span.end - 1))
            ends[line.page] = span.end
    order = sorted(begins)
    stops = {page: begins[after] for page, after in pairwise(order)}
    spans = [Span(begins[page], min(ends[page], stops.get(page, ends[page]))) for page in order]
    return blocks.text, tuple(spans), tuple(blocks.headings)


def _groups(lines: Sequence[_Line], pitch: float) -> list[list[_Line]]:
    out: list[list[_Line]] = []
    for line in lines:
        if out and _goes_on(out[-1], line, pitch):
            out[-1].append(line)
        else:
            out.append([line])
    return out


def _goes_on(group: Sequence[_Line], line: _Line, pitch: float) -> bool:
    """Whether a line belongs to the paragraph of the lines before it."""
    before = group[-1]
    ended = _ENDED.search(before.text) is not None
    if abs(line.size - before.size) > 0.12 * before.size:
        return False
    if "\t" in line.text or "\t" in before.text:
        return "\t" in line.text and "\t" in before.text and line.page == before.page
    if line.bold != before.bold and (len(group) == 1 or all(a.bold for a in group)):
        return False
    if _BEGINS.match(line.text) and (ended or before.right < 0.9 * max(a.right for a in group)):
        return False
    step = before.bottom - line.bottom
    if line.page != before.page or step < -0.5 * pitch:
        # The next page or column: only a sentence that goes on makes it one paragraph.
        return not ended and (line.text[:1].islower() or len(before.text) > 40)
    usual = max(pitch, before.size) if before.size > 1.5 * pitch else pitch
    if step > _GAP * max(usual, 1.15 * before.size if len(group) == 1 else 0):
        return False
    indented = line.left > min(a.left for a in group[1:] or group) + 8 and len(group) > 1
    right = max(a.right for a in group)
    short = len(group) > 1 and before.right - before.left < 0.75 * (right - before.left)
    return not (ended and (indented or short))


def _joined(group: Sequence[_Line]) -> tuple[str, list[int]]:
    """The paragraph, and where in it each line begins."""
    text = ""
    places = []
    for line in group:
        if text and _HYPHEN.search(text) and line.text[:1].islower():
            # A hyphen of the word itself ("city-to-") is not pdfium's, and stays.
            cut = text[-1] in "\ufffe\x02\u00ad" or not re.search(r"\w-\w+-$", text)
            text = text[:-1] if cut else text
        elif text and "\t" in line.text:
            text += "\n"
        elif text and not text.endswith("-"):
            text += " "
        places.append(len(text))
        text += line.text
    return re.sub(r"[\ufffe\x02]", "-", text), places
