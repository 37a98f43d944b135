"""Rich Text Format, by way of striprtf, with what it leaves undone."""

from __future__ import annotations

import re
from pathlib import Path

from tcncode.errors import ReadError
from tcncode.importing.extract import Blocks, Extract, cell, damaged, title_of

_HIDDEN = re.compile(r"\{(?:\\\*?[a-z]+-?\d* ?)*?\\(?:v|deleted)(?![a-z0-9])")
_NOTE = re.compile(r"\{\\footnote(?![a-z])(?:\\ftnalt)?")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_BREAK, _CELL = "\ue000", "\ue001"
_BRACKETED = re.compile("[ \t\n]*\ue002\\s*(.*?)\\s*\ue003", re.DOTALL)


def read_rtf(path: Path, data: bytes, encoding: str | None) -> Extract:
    """An .rtf file. Its own code page counts, unless an encoding is given."""
    if not data.lstrip().startswith(b"{\\rt"):
        raise damaged(path, "RTF")
    from importlib.metadata import version

    from striprtf.striprtf import rtf_to_text

    source = data.decode("latin-1")
    page = re.search(r"\\ansicpg(\d+)", source[:2000])
    name = encoding or ("cp" + page[1] if page and page[1] != "0" else "cp1252")
    # Control words that striprtf turns into the same newline or bar as others.
    source = re.sub(r"(?<!\\)\\line(?![a-z]) ?", lambda _: "\\u57344?", source)
    source = re.sub(r"(?<!\\)\\(?:nest)?cell(?![a-z]) ?", lambda _: "\\u57345?", source)
    source = re.sub(r"(?<!\\)\\-", "", source)
    source = _footnotes_in(_without_hidden(source))
    try:
        plain = str(rtf_to_text(source, encoding=name, errors="replace"))  # type: ignore[no-untyped-call]
    except LookupError:
        raise ReadError(path, f'is in "{name}", which is not known', "Give --encoding.") from None
    # striprtf leaves characters beyond the basic plane as two surrogates.
    plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    plain = _BRACKETED.sub(lambda note: f" [{cell(note[1])}]", plain)
    blocks = Blocks()
    rows: list[str] = []
    for line in plain.split("\n"):
        if _CELL in line:
            rows.append("\t".join(part.strip() for part in line.split(_CELL)).rstrip("\t"))
            continue
        blocks.add("\n".join(rows))
        rows.clear()
        blocks.add(line.replace(_BREAK, "\n"))
    blocks.add("\n".join(rows))
    title = re.search(r"\{\\title ([^{}\\]*)\}", source)
    return Extract(
        blocks.text,
        metadata=title_of(title[1] if title else None),
        encoding=name,
        reader=f"tcncode-rtf 1 (striprtf {version('striprtf')})",
    )


def _group_end(source: str, start: int) -> int:
    """Where the group that opens at ``start`` has closed."""
    depth = 0
    for brace in _BRACE.finditer(source, start):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth == 0:
            return brace.end()
    return len(source)


def _without_hidden(source: str) -> str:
    parts, at = [], 0
    for found in _HIDDEN.finditer(source):
        if found.start() >= at:
            parts.append(source[at : found.start()])
            at = _group_end(source, found.start())
    return "".join([*parts, source[at:]])


def _footnotes_in(source: str) -> str:
    """Footnotes as bracketed text where they are referred to."""
    parts, at = [], 0
    for found in _NOTE.finditer(source):
        if found.start() >= at:
            end = _group_end(source, found.start())
            inner = re.sub(r"\\(?:chftn|par)(?![a-z]) ?", "", source[found.end() : end - 1])
            parts += [source[at : found.start()], "\\u57346?{", inner, "}\\u57347?"]
            at = end
    return "".join([*parts, source[at:]])
