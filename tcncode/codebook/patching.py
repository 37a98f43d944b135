"""Fields of codes rewritten in a file, each on its own lines; every other line stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from tcncode.codebook.fields import CODE_FIELDS, INHERITED
from tcncode.codebook.layout import Block, UnusualError, read_blocks, tree_of, with_comments
from tcncode.codebook.records import clean, code_record, cue_records
from tcncode.model import Code, Codebook

RenderField = Callable[[str, Any], str]
"""The YAML of one field with its value."""
Patch = tuple[int, int, list[str]]
"""Lines from which to which others are put."""

_ORDER = ("id", "was", *CODE_FIELDS[1:], "cues")
"""Where a field that is new goes: behind those that come before it here."""


def patched(
    text: str, old: Codebook, new: Codebook, render: RenderField, *, all_cues: bool = False
) -> str | None:
    """The file's text with the fields of its codes as ``new`` has them.

    Args:
        text: of a file that says ``old``, whose codes stand where ``new`` has them.
        render: writes a field.
        all_cues: also write cues anew, without the comments among them. Else only those are
            written that a code has more of, or has where it had none.

    Returns:
        None where the file's shape is not followed.
    """
    if tree_of(old) != tree_of(new):
        return None
    parents = {code.path: code for code in new.codes}
    before = old.by_id()
    patches: list[Patch] = []
    try:
        lines, blocks, _ = read_blocks(text, old)
        for code in new.codes:
            record = code_record(code, parents.get(code.parent or ""))
            was, block = before[code.id], blocks[code.id]
            wanted = _wanted(was, code, record, block)
            more = None
            if cue_records(was.cues) != cue_records(code.cues) or (
                cue_records(was.negative_cues) != cue_records(code.negative_cues)
            ):
                more = _more_cues(was, code, lines, block, render)
                if more is None and (all_cues or not _given(block, "cues")):
                    wanted["cues"] = record.get("cues")
            if wanted:
                patches += _Field(lines, block, render).patches(wanted, record)
            patches += more or []
    except UnusualError:
        return None
    for start, end, fresh in sorted(patches, key=lambda patch: patch[0], reverse=True):
        lines[start:end] = fresh
    return "".join(lines)


def _wanted(old: Code, new: Code, record: dict[str, Any], block: Block) -> dict[str, Any]:
    """The fields that have to change, with their values; None for one that is to go."""
    given = {key.value for key, _ in block.node.value}
    wanted: dict[str, Any] = {}
    for name in _ORDER[:-1]:
        value = record.get(name)
        if name not in given:
            if value is not None:
                wanted[name] = value
        elif name == "id":
            if old.path.rpartition("/")[2] != value:
                wanted[name] = value
        elif name != "was" and clean(getattr(old, name)) != clean(getattr(new, name)):
            # One that only repeats what the code above says would hide a later change there.
            wanted[name] = value if name in record or name not in INHERITED else None
    return wanted


def _given(block: Block, name: str) -> Any:
    """What stands in a field; None where it is not there."""
    return next((value for key, value in block.node.value if key.value == name), None)


def _more_cues(
    old: Code, new: Code, lines: list[str], block: Block, render: RenderField
) -> list[Patch] | None:
    """Cues that come after those there, put behind them; None where that is not all."""
    cues = _given(block, "cues")
    if cue_records(old.negative_cues) != cue_records(new.negative_cues) or cues is None:
        return None
    before, after = cue_records(old.cues), cue_records(new.cues)
    patches: list[Patch] = []
    for kind in after:
        more = after[kind][len(before.get(kind, ())) :]
        items = next((v for k, v in cues.value if k.value == kind), None)
        if after[kind] == before.get(kind):
            continue
        if (
            after[kind][: len(after[kind]) - len(more)] != before.get(kind)
            or not isinstance(items, yaml.SequenceNode)
            or items.flow_style
        ):
            return None
        dash = items.start_mark.column
        fresh = render(kind, more).splitlines(keepends=True)[1:]
        out = len(fresh[0]) - len(fresh[0].lstrip(" "))
        at = _last_line(items) + 1
        patches.append((at, at, [" " * dash + line[out:] for line in fresh]))
    return patches if set(before) <= set(after) else None


def _last_line(node: Any) -> int:
    """The last line of a list or mapping, without comments behind it."""
    if isinstance(node, yaml.ScalarNode):
        if node.style in ("|", ">"):
            raise UnusualError
        return int(node.end_mark.line)
    if node.flow_style or not node.value:
        return int(node.end_mark.line)
    last = node.value[-1]
    return _last_line(last[1] if isinstance(node, yaml.MappingNode) else last)


class _Field:
    """Works out patches for the fields of one code."""

    def __init__(self, lines: list[str], block: Block, render: RenderField) -> None:
        self._lines, self._block, self._render = lines, block, render
        self._given = {key.value: (key, value) for key, value in block.node.value}

    def patches(self, wanted: dict[str, Any], record: dict[str, Any]) -> list[Patch]:
        """What to put where. Fields that are new at one place come in one patch, in order.

        Args:
            record: all that the code is to say.
        """
        if self._block.flow:
            return self._in_braces(wanted) or self._out_of_braces(record)
        patches: list[Patch] = []
        added: dict[int, list[str]] = {}
        for name in _ORDER:
            if name not in wanted:
                continue
            if name not in self._given:
                added.setdefault(self._behind(name), []).extend(self._rendered(name, wanted[name]))
            elif wanted[name] is None:
                patches.append((*self._extent(name), []))
            else:
                patches.append(self._replaced(name, wanted[name]))
        # A field added right before one that is replaced goes in when that is done.
        return [*patches, *((at, at, fresh) for at, fresh in added.items())]

    def _rendered(self, name: str, value: Any) -> list[str]:
        fresh = self._render(name, value).splitlines(keepends=True)
        return [" " * self._block.keys + line if line.strip() else line for line in fresh]

    def _extent(self, name: str) -> tuple[int, int]:
        """The lines of a field, without comments that belong to what follows."""
        keys = [key for key, _ in self._block.node.value]
        place = [key.value for key in keys].index(name)
        if place + 1 < len(keys):
            after = keys[place + 1].start_mark
            if after.line == keys[place].start_mark.line:
                raise UnusualError
            end = with_comments(self._lines, after.line, after.column)
        else:
            end = with_comments(self._lines, self._block.end, self._block.keys)
        return keys[place].start_mark.line, end

    def _behind(self, name: str) -> int:
        earlier = [n for n in _ORDER[: _ORDER.index(name)] if n in self._given]
        return max(self._extent(n)[1] for n in earlier)

    def _replaced(self, name: str, value: Any) -> Patch:
        key, node = self._given[name]
        start, end = self._extent(name)
        fresh = self._rendered(name, value)
        first = self._lines[start]
        if len(fresh) == 1 and end == start + 1 and _on_one_line(node):
            words = fresh[0].strip().partition(":")[2].strip()
            column = node.start_mark.column
            fresh = [first[:column] + words + first[node.end_mark.column :]]
        else:
            # The first field stands behind the dash.
            fresh[0] = first[: key.start_mark.column] + fresh[0].lstrip(" ")
        return start, end, fresh

    def _in_braces(self, wanted: dict[str, Any]) -> list[Patch]:
        """A code on one line: values put in their places, new fields behind the last.

        Empty where they do not go on one line.
        """
        line = self._block.node.start_mark.line
        rendered = {name: self._render(name, value).strip() for name, value in wanted.items()}
        several = any("\n" in words for words in rendered.values())
        if several or None in wanted.values() or self._block.node.end_mark.line != line:
            return []
        places: list[tuple[int, int, str]] = []
        last = max(value.end_mark.column for _, value in self._given.values())
        for name, words in rendered.items():
            said = _quoted(words.partition(":")[2].strip())
            if name in self._given:
                node = self._given[name][1]
                places.append((node.start_mark.column, node.end_mark.column, said))
            else:
                places.append((last, last, f", {name}: {said}"))
        text = self._lines[line]
        for start, end, said in sorted(places, key=lambda place: place[0], reverse=True):
            text = text[:start] + said + text[end:]
        return [(line, line + 1, [text])]

    def _out_of_braces(self, record: dict[str, Any]) -> list[Patch]:
        node = self._block.node
        fresh = [line for name in record for line in self._rendered(name, record[name])]
        fresh[0] = self._lines[node.start_mark.line][: self._block.keys] + fresh[0].lstrip(" ")
        return [(node.start_mark.line, node.end_mark.line + 1, fresh)]


def _on_one_line(node: Any) -> bool:
    return (
        isinstance(node, yaml.ScalarNode)
        and node.style not in ("|", ">")
        and node.start_mark.line == node.end_mark.line
        and node.start_mark.column < node.end_mark.column
    )


def _quoted(words: str) -> str:
    """A value between braces, where commas and brackets mean something."""
    if words[:1] in "\"'" or not any(c in words for c in ",[]{}"):
        return words
    return "'" + words.replace("'", "''") + "'"
