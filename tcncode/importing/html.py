"""Web pages: the words of the page without its machinery."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tcncode.errors import ReadError
from tcncode.importing.extract import Blocks, Extract, cell, title_of
from tcncode.importing.plain import decoded

if TYPE_CHECKING:
    from lxml.etree import _Element

_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "nav",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "button",
        "select",
        "textarea",
        "input",
        "audio",
        "video",
        "map",
        "dialog",
    ]
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS = _HEADINGS | frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "aside",
        "header",
        "footer",
        "body",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "form",
        "fieldset",
        "address",
        "details",
        "summary",
        "hr",
        "center",
        "caption",
        "legend",
    ]
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_MACHINERY = re.compile(r"(?:^|[\s_-])(?:cookies?|breadcrumbs?|skip)(?:$|[\s_-])", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")


def read_html(path: Path, data: bytes, encoding: str | None) -> Extract:
    """An .html file: navigation, scripts and the site's header and footer are left out."""
    from lxml import etree, html

    text, name, notes = decoded(path, data, encoding or _declared(data))
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        raise ReadError(path, "has no text in it") from None
    metadata = title_of(root.findtext(".//title"))
    language = (root.get("lang") or "")[:2].lower()
    if len(language) == 2 and language.isalpha():
        metadata["language"] = language
    walk = _Walk()
    walk.visit(root, inside=False)
    walk.close()
    return Extract(
        walk.blocks.text,
        headings=tuple(walk.blocks.headings),
        metadata=metadata,
        encoding=name,
        reader="tcncode-html 1",
        notes=notes,
    )


def _declared(data: bytes) -> str | None:
    """The encoding a page declares, if it is true of it."""
    found = _CHARSET.search(data, 0, 4096)
    if found is None or data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return None
    name = found[1].decode("ascii", "replace").lower()
    # Browsers read these as Windows-1252, and so do the people who write them.
    name = "cp1252" if name in ("iso-8859-1", "latin1", "us-ascii", "ascii") else name
    try:
        data.decode(name)
    except (LookupError, UnicodeDecodeError):
        return None
    return name


class _Walk:
    """Collects inline text until a block element begins or ends."""

    def __init__(self) -> None:
        self.blocks = Blocks()
        self._inline: list[str] = []
        self._heading = False

    def close(self) -> None:
        """End the paragraph."""
        text = "".join(self._inline)
        self._inline.clear()
        self.blocks.add(text, heading=self._heading and "\n" not in text)

    def _say(self, text: str | None, *, kept: bool) -> None:
        if text:
            words = text if kept else _SPACE.sub(" ", text)
            if words.startswith(" ") and self._inline and self._inline[-1].endswith((" ", "\n")):
                words = words[1:] if not kept else words
            self._inline.append(words)

    def visit(self, node: _Element, *, inside: bool, kept: bool = False) -> None:
        """Take in an element and what it holds, not what follows it.

        Args:
            node: the element. lxml ends a page that nests deeper than 256, so this may recurse.
            inside: whether it is part of the page's main matter, where a header is a heading.
            kept: whether white space counts.
        """
        tag = node.tag if isinstance(node.tag, str) else ""
        if not tag or tag in _DROPPED or _hidden(node) or _is_machinery(node):
            return
        if tag in ("header", "footer") and not inside:
            return
        if tag == "br":
            self._inline.append("\n")
            return
        if tag == "table" and not _is_layout(node):
            self.close()
            self.blocks.add(_table(node))
            return
        block = tag in _BLOCKS or tag in ("table", "tr", "td", "th")
        if block:
            self.close()
            self._heading = tag in _HEADINGS
        inside = inside or tag in ("main", "article")
        kept = kept or tag == "pre"
        self._say(node.text, kept=kept)
        for child in node:
            self.visit(child, inside=inside, kept=kept)
            self._say(child.tail, kept=kept)
        if block:
            self.close()
            self._heading = False


def _hidden(node: _Element) -> bool:
    style = (node.get("style") or "").replace(" ", "").lower()
    return (
        node.get("hidden") is not None
        or node.get("role") == "navigation"
        or "display:none" in style
        or "visibility:hidden" in style
    )


def _is_machinery(node: _Element) -> bool:
    """Cookie banners, skip links and breadcrumbs, which say so in their names."""
    return _MACHINERY.search(f"{node.get('class') or ''} {node.get('id') or ''}") is not None


def _is_layout(table: _Element) -> bool:
    """Old pages lay out whole articles in tables."""
    return any(True for _ in table.iter("table", "h1", "h2", "h3", "article")) and (
        len(list(table.iter("table"))) > 1 or table.find(".//h1") is not None
    )


def _table(table: _Element) -> str:
    rows = []
    caption = table.find("caption")
    if caption is not None:
        rows.append(cell(_words(caption)))
    for row in table.iter("tr"):
        cells = [cell(_words(part)) for part in row if part.tag in ("td", "th")]
        if any(cells):
            rows.append("\t".join(cells))
    return "\n".join(rows)


def _words(node: _Element) -> str:
    walk = _Walk()
    walk.visit(node, inside=True)
    walk.close()
    return walk.blocks.text
