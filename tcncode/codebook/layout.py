"""The lines of each code in a hand-written file, so that a moved code takes its comments along.

Only whole codes are put elsewhere, taken out or set in here; what a code says is changed by
``writing``. Comments directly above a code are taken to be about it. A file in an unusual shape
(codes in braces that have sub-codes, ``parent`` in place of nesting) is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from tcncode.codebook.reading import LOADER
from tcncode.codebook.records import in_order
from tcncode.model import Code, Codebook

Render = Callable[[Code, Code | None], str]
"""The YAML of one code, a list of one, for the parent it stands under."""


class UnusualError(Exception):
    """The file is laid out in a way that is not followed here."""


@dataclass
class Block:
    """One code's lines: its own, then ``children:`` and they, then fields that come after."""

    node: Any
    """What YAML makes of it."""
    end: int
    """The line behind its last."""
    dash: int
    """The column of its "-"."""
    keys: int
    """The column of its fields."""
    flow: bool
    """Written in braces."""
    rows: tuple[int, int]
    """The lines of ``own`` from which to which those go; the rest are comments."""
    has_was: bool
    id_place: tuple[int, int, int]
    """Where its slug stands: line of ``own``, first column, and the one behind the last."""
    own: list[str] = field(default_factory=list)
    heading: list[str] = field(default_factory=list)
    children_dash: int | None = None
    tail: list[str] = field(default_factory=list)


def rearranged(text: str, old: Codebook, new: Codebook, render: Render) -> str | None:
    """The file's text with its codes where ``new`` has them; new ones are set in.

    Args:
        text: of a file that says ``old``, lines ended by "\\n".
        render: writes a code that the file does not have.

    Returns:
        None where nothing is to be moved, or the file's shape is not followed.
    """
    if tree_of(old) == tree_of(new):
        return None
    try:
        lines, known, (start, end, dash) = read_blocks(text, old)
        spread = any(known[c.id].own[0].isspace() for c in old.top)
        writer = _Writer(new, known, render, "\n" if spread else "")
        body = [line for code in new.top for line in writer.lines(code, None, dash)]
    except UnusualError:
        return None
    return "".join([*lines[:start], *body, *lines[end:]])


def tree_of(book: Codebook) -> list[tuple[str, str | None]]:
    """The codes' ids in order, each with that of the code above it."""
    ids = {code.path: code.id for code in book.codes}
    return [(code.id, ids.get(code.parent or "")) for code in in_order(book)]


def comments(text: str) -> list[str]:
    """Every comment of a YAML text, from its "#" on."""
    lines = text.split("\n")
    for token in yaml.scan(text, Loader=LOADER):
        if isinstance(token, yaml.ScalarToken):
            start, end = token.start_mark, token.end_mark
            for row in range(start.line, min(end.line + 1, len(lines))):
                line = lines[row]
                first = start.column if row == start.line else 0
                last = end.column if row == end.line else len(line)
                header = row == start.line and token.style in ("|", ">")
                if not header:
                    lines[row] = line[:first] + "x" * (last - first) + line[last:]
    found = (re.search(r"(?:^|\s)(#.*)", line) for line in lines)
    return [match[1].strip() for match in found if match]


# Reading


def read_blocks(
    text: str, book: Codebook
) -> tuple[list[str], dict[str, Block], tuple[int, int, int]]:
    """The lines of a file that says ``book``, and the block of each code by its id.

    Returns:
        Also the lines from which to which the codes go, and the column of their dashes.

    Raises:
        UnusualError: the file's shape is not followed.
    """
    # YAML ends lines at these too, and so would count them otherwise.
    if any(c in text for c in "\x85\u2028\u2029"):
        raise UnusualError
    lines = [line + "\n" for line in text.removesuffix("\n").split("\n")]
    blocks: dict[str, Block] = {}
    place = _read_list(yaml.compose(text, Loader=LOADER), "codes", lines, len(lines), "", blocks)
    ids = {code.path: code.id for code in book.codes}
    if set(blocks) != set(ids):
        raise UnusualError
    return lines, {ids[path]: block for path, block in blocks.items()}, place


def _read_list(
    node: Any, name: str, lines: list[str], end: int, above: str, blocks: dict[str, Block]
) -> tuple[int, int, int]:
    """Take the codes listed under a field into ``blocks``, by path.

    Returns:
        The lines from which to which they go, and the column of their dashes.
    """
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise UnusualError
    names = [key.value for key, _ in node.value]
    if name not in names:
        raise UnusualError
    place = names.index(name)
    key, items = node.value[place]
    if not isinstance(items, yaml.SequenceNode) or items.flow_style or not items.value:
        raise UnusualError
    if place + 1 < len(names):
        after = node.value[place + 1][0].start_mark
        end = with_comments(lines, after.line, after.column)
    starts, dash = [], 0
    for item in items.value:
        mark = item.start_mark
        dash = mark.column - len(lines[mark.line][: mark.column].lstrip(" "))
        # Not "-" and the first field on one line, or two dashes on one: rare, and not followed.
        if mark.line == key.start_mark.line or lines[mark.line][: mark.column].strip() != "-":
            raise UnusualError
        starts.append(with_comments(lines, mark.line, dash))
    for item, start, stop in zip(items.value, starts, [*starts[1:], end], strict=True):
        _read_block(item, lines, start, stop, above, blocks)
    return starts[0], end, dash


def with_comments(lines: list[str], at: int, column: int) -> int:
    """The first of the comments and blank lines above line ``at`` that belong to it.

    Comments that stand further in than ``column`` belong to what is above them.
    """
    while at > 0:
        words = lines[at - 1].lstrip(" ")
        comment = words.startswith("#") and len(lines[at - 1]) - len(words) <= column
        if words.strip() and not comment:
            break
        at -= 1
    return at


def _read_block(
    node: Any, lines: list[str], start: int, end: int, above: str, blocks: dict[str, Block]
) -> None:
    if not isinstance(node, yaml.MappingNode):
        raise UnusualError
    given = {key.value: (key, value) for key, value in node.value}
    if "parent" in given or "id" not in given:
        raise UnusualError
    slug = given["id"][1]
    if slug.start_mark.line != slug.end_mark.line:
        raise UnusualError
    row, mark = slug.start_mark.line - start, node.start_mark
    block = Block(
        node=node,
        end=end,
        dash=lines[mark.line].index("-"),
        keys=mark.column,
        flow=bool(node.flow_style),
        rows=(mark.line - start, node.end_mark.line + 1 - start),
        has_was="was" in given,
        id_place=(row, slug.start_mark.column, slug.end_mark.column),
        own=lines[start:end],
    )
    path = above + slug.value.strip()
    blocks[path] = block
    if "children" in given:
        at = given["children"][0].start_mark.line
        first, last, dash = _read_list(node, "children", lines, end, path + "/", blocks)
        if at == mark.line or row >= at - start:
            raise UnusualError
        block.own, block.heading, block.tail = lines[start:at], lines[at:first], lines[last:end]
        block.children_dash = dash


# Writing


class _Writer:
    """Puts blocks together again, in the order and depth of a codebook."""

    def __init__(self, book: Codebook, blocks: dict[str, Block], render: Render, gap: str) -> None:
        self._book, self._blocks, self._render, self._gap = book, blocks, render, gap
        steps = (b.children_dash - b.keys for b in blocks.values() if b.children_dash is not None)
        self._step = next(steps, 2)

    def lines(self, code: Code, parent: Code | None, dash: int) -> list[str]:
        """A code and all below it, its dash in this column."""
        below = [c for c in self._book.codes if c.parent == code.path]
        block = self._blocks.get(code.id)
        if block is None:
            keys, inner = dash + 2, dash + 2 + self._step
            out = self._fresh(code, parent, dash)
            out = [self._gap, *out] if parent is None and self._gap else out
            heading, tail = [], []
        else:
            shift = dash - block.dash
            keys = block.keys + shift
            inner = (
                keys + self._step if block.children_dash is None else block.children_dash + shift
            )
            out = _shifted(_named(block, code, parent), shift)
            if block.flow and below:  # between braces there is no room for them
                first, last = block.rows
                out[first:last] = self._fresh(code, parent, dash)
                keys, inner = dash + 2, dash + 2 + self._step
            heading, tail = _shifted(block.heading, shift), _shifted(block.tail, shift)
        if below:
            out += heading or [" " * keys + "children:\n"]
            out += [line for child in below for line in self.lines(child, code, inner)]
        return out + tail

    def _fresh(self, code: Code, parent: Code | None, dash: int) -> list[str]:
        # Without its key: another code may have it until that is rewritten too.
        fresh = self._render(replace(code, key=None), parent).splitlines(keepends=True)
        return [" " * dash + line if line.strip() else line for line in fresh]


def _named(block: Block, code: Code, parent: Code | None) -> list[str]:
    """A code's own lines with its slug, and with its id where the place no longer says it."""
    row, first, last = block.id_place
    slug = code.path.rpartition("/")[2]
    line = block.own[row]
    was = ""
    if not block.has_was and code.id != (f"{parent.id}/{slug}" if parent else slug):
        was = f", was: {code.id}" if block.flow else f"{' ' * block.keys}was: {code.id}\n"
    if line[first:last].strip("\"'") != slug:
        line = line[:first] + slug + line[last:]
        last = first + len(slug)
    named = [line[:last] + was + line[last:]] if block.flow else [line, was]
    return [*block.own[:row], *(part for part in named if part), *block.own[row + 1 :]]


def _shifted(lines: list[str], by: int) -> list[str]:
    """Lines further in, or out."""
    out = []
    for line in lines:
        if not line.strip() or by == 0:
            out.append(line)
        elif by > 0:
            out.append(" " * by + line)
        elif line[:-by].isspace() or line.lstrip(" ").startswith("#"):
            out.append(line[min(-by, len(line) - len(line.lstrip(" "))) :])
        else:
            raise UnusualError
    return out
