"""Word and OpenDocument texts, straight from their XML.

Own readers because the libraries lose words: tracked insertions, content controls, text boxes,
footnotes, or the break between two lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from tcncode.errors import ReadError
from tcncode.importing.extract import Blocks, Extract, cell, damaged, open_zip, read_xml, title_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_ASIDE = frozenset(
    (
        _OFFICE + "annotation",
        _OFFICE + "forms",
        _T + "tracked-changes",
        _T + "hidden-text",
        _T + "ruby-text",
    )
)
_DC_TITLE = "{http://purl.org/dc/elements/1.1/}title"

_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_GONE = frozenset(
    [
        "del",
        "moveFrom",
        "pPr",
        "rPr",
        "instrText",
        "delText",
        "delInstrText",
        "sdtPr",
        "tblPr",
        "trPr",
        "tcPr",
        "sectPr",
        "softHyphen",
        "commentReference",
        "footnoteRef",
        "endnoteRef",
        "lastRenderedPageBreak",
    ]
)


def read_docx(path: Path, data: bytes, encoding: str | None) -> Extract:
    """A .docx file. ``encoding`` is not used: the format says it."""
    with open_zip(path, data, "DOCX") as package:
        root = read_xml(path, package, "word/document.xml", "DOCX")
        body = None if root is None else root.find(_main(root) + "body")
        if root is None or body is None:
            raise damaged(path, "DOCX")
        word = _Word(path, package, _main(root))
        word.blocks_of(body)
        word.flush()
        core = read_xml(path, package, "docProps/core.xml", "DOCX")
    return Extract(
        word.blocks.text,
        headings=tuple(word.blocks.headings),
        metadata=title_of(None if core is None else core.findtext(_DC_TITLE)),
        reader="tcncode-docx 1",
    )


def _main(root: _Element) -> str:
    return _STRICT if str(root.tag).startswith(_STRICT) else _W


class _Word:
    """One walk through a Word document."""

    def __init__(self, path: Path, package: ZipFile, main: str) -> None:
        self.blocks = Blocks()
        self._w = main
        self._boxes: list[_Element] = []
        self._pending = ""
        self._heading_styles = self._find_headings(path, package)
        self._notes: dict[str, str] = {}
        for kind in ("footnote", "endnote"):
            root = read_xml(path, package, f"word/{kind}s.xml", "DOCX")
            for note in () if root is None else root.findall(main + kind):
                if note.get(main + "type") in (None, "normal"):
                    self._notes[kind + (note.get(main + "id") or "")] = cell(
                        " ".join(self._inline(part) for part in note.iter(main + "p"))
                    )

    def _find_headings(self, path: Path, package: ZipFile) -> set[str]:
        root = read_xml(path, package, "word/styles.xml", "DOCX")
        out = set()
        for style in () if root is None else root.findall(self._w + "style"):
            name = self._value(style, "name").lower()
            level = style.find(f"{self._w}pPr/{self._w}outlineLvl")
            outlined = level is not None and level.get(self._w + "val") != "9"
            if outlined or name in ("title", "subtitle") or name.startswith("heading"):
                out.add(style.get(self._w + "styleId") or "")
        return out

    def _value(self, node: _Element, path: str) -> str:
        found = node.find("/".join(self._w + part for part in path.split("/")))
        return "" if found is None else found.get(self._w + "val") or ""

    def blocks_of(self, node: _Element) -> None:
        """Take in the paragraphs and tables of a body, a content control or a text box."""
        for child in node:
            tag = str(child.tag)
            name = tag.removeprefix(self._w)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self.flush()
                self.blocks.add("\n".join(self._rows(child)))
                self._text_boxes()
            elif name not in _GONE and tag != _MC + "Fallback":
                self.blocks_of(child)

    def _paragraph(self, node: _Element) -> None:
        properties = node.find(self._w + "pPr")
        style = self._value(node, "pPr/pStyle")
        heading = style in self._heading_styles or style.lower().startswith("heading")
        text = self._pending + self._inline(node)
        # A tracked deletion of the paragraph mark: this paragraph and the next are one.
        mark = None if properties is None else properties.find(f"{self._w}rPr/{self._w}del")
        self._pending = text if mark is not None else ""
        if mark is None:
            self.blocks.add(text, heading=heading)
        self._text_boxes()

    def flush(self) -> None:
        """End a paragraph that waits for the next one."""
        self.blocks.add(self._pending)
        self._pending = ""

    def _text_boxes(self) -> None:
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks_of(box)

    def _rows(self, table: _Element) -> Iterator[str]:
        for row in _own(table, self._w + "tr", self._w + "tbl"):
            if row.find(f"{self._w}trPr/{self._w}del") is not None:
                continue
            cells = []
            for part in _own(row, self._w + "tc", self._w + "tbl"):
                words = [self._inline(p) for p in part.iter(self._w + "p")]
                cells.append(cell(" ".join(words)))
            if any(cells):
                yield "\t".join(cells)

    def _inline(self, node: _Element) -> str:
        parts: list[str] = []
        for child in node:
            tag = str(child.tag)
            name = tag.removeprefix(self._w)
            if name == "t" or tag == _MATH + "t":
                parts.append(child.text or "")
            elif name == "r":
                if not self._is_hidden(child):
                    parts.append(self._inline(child))
            elif name == "br" and child.get(self._w + "type") in ("page", "column"):
                continue
            elif name in _MARKS:
                parts.append(_MARKS[name])
            elif name in ("footnoteReference", "endnoteReference"):
                key = name.removesuffix("Reference") + (child.get(self._w + "id") or "")
                if self._notes.get(key):
                    parts.append(f" [{self._notes[key]}]")
            elif name == "txbxContent":
                self._boxes.append(child)
            elif name not in _GONE and tag != _MC + "Fallback":
                parts.append(self._inline(child))
        return "".join(parts)

    def _is_hidden(self, run: _Element) -> bool:
        vanish = run.find(f"{self._w}rPr/{self._w}vanish")
        return vanish is not None and vanish.get(self._w + "val") not in ("0", "false", "off")


def _own(node: _Element, wanted: str, nested: str) -> Iterator[_Element]:
    """Descendants of a kind, but not those of a table within the table."""
    for child in node:
        if child.tag == wanted:
            yield child
        elif child.tag != nested:
            yield from _own(child, wanted, nested)


def read_odt(path: Path, data: bytes, encoding: str | None) -> Extract:
    """An .odt file. ``encoding`` is not used: the format says it."""
    with open_zip(path, data, "ODT") as package:
        manifest = read_xml(path, package, "META-INF/manifest.xml", "ODT")
        if manifest is not None and any("encryption-data" in str(n.tag) for n in manifest.iter()):
            raise ReadError(path, "is protected with a password", "Save it without one.")
        root = read_xml(path, package, "content.xml", "ODT")
        body = None if root is None else root.find(f"{_OFFICE}body/{_OFFICE}text")
        if root is None or body is None:
            raise damaged(path, "ODT")
        writer = _Writer(root)
        writer.blocks_of(body)
        meta = read_xml(path, package, "meta.xml", "ODT")
        title = None if meta is None else meta.findtext(f".//{_DC_TITLE}")
    return Extract(
        writer.blocks.text,
        headings=tuple(writer.blocks.headings),
        metadata=title_of(title),
        reader="tcncode-odt 1",
    )


class _Writer:
    """One walk through an OpenDocument text."""

    def __init__(self, root: _Element) -> None:
        self.blocks = Blocks()
        self._boxes: list[_Element] = []
        self._hidden = {
            style.get(_STYLE + "name")
            for style in root.iter(_STYLE + "style")
            for properties in style.iter(_STYLE + "text-properties")
            if properties.get(_T + "display") == "none"
        }

    def blocks_of(self, node: _Element) -> None:
        """Take in the paragraphs, lists and tables of a body, section or text box."""
        for child in node:
            tag = str(child.tag)
            if tag in (_T + "p", _T + "h"):
                if child.get(_T + "style-name") not in self._hidden:
                    self.blocks.add(self._inline(child), heading=tag == _T + "h")
                boxes, self._boxes = self._boxes, []
                for box in boxes:
                    self.blocks_of(box)
            elif tag == _TABLE + "table":
                self.blocks.add("\n".join(self._rows(child)))
            elif tag not in _ASIDE and child.get(_T + "display") != "none":
                self.blocks_of(child)

    def _rows(self, table: _Element) -> Iterator[str]:
        for row in _own(table, _TABLE + "table-row", _TABLE + "table"):
            cells = []
            for part in _own(row, _TABLE + "table-cell", _TABLE + "table"):
                words = [self._inline(p) for p in part.iter(_T + "p", _T + "h")]
                # Spreadsheets pasted in repeat an empty cell a thousand times.
                again = min(int(part.get(_TABLE + "number-columns-repeated") or 1), 50)
                cells += [cell(" ".join(words))] * again
            if any(cells):
                yield "\t".join(cells).rstrip("\t")

    def _inline(self, node: _Element) -> str:
        parts = [_collapsed(node.text)]
        for child in node:
            tag = str(child.tag)
            if tag == _T + "s":
                parts.append(" " * min(int(child.get(_T + "c") or 1), 1000))
            elif tag == _T + "tab":
                parts.append("\t")
            elif tag == _T + "line-break":
                parts.append("\n")
            elif tag == _T + "note":
                body = child.find(_T + "note-body")
                words = () if body is None else (self._inline(p) for p in body.iter(_T + "p"))
                parts.append(f" [{cell(' '.join(words))}]")
            elif tag == _DRAW + "text-box":
                self._boxes.append(child)
            elif tag not in _ASIDE and child.get(_T + "style-name") not in self._hidden:
                parts.append(self._inline(child))
            parts.append(_collapsed(child.tail))
        return "".join(parts)


def _collapsed(text: str | None) -> str:
    """OpenDocument counts white space of any length as one space; tabs and breaks are marks."""
    if not text:
        return ""
    inner = " ".join(part for part in text.replace("\n", " ").replace("\t", " ").split(" ") if part)
    if not inner:
        return " "
    return (" " if text[0] in " \n\t" else "") + inner + (" " if text[-1] in " \n\t" else "")
