"""Writing codebook.yaml: a new file, or into one that is there without losing its comments."""

from __future__ import annotations

import difflib
import os
import re
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from tcncode.codebook.fields import INHERITED
from tcncode.codebook.layout import comments, rearranged
from tcncode.codebook.patching import patched
from tcncode.codebook.reading import file_bytes, parse, read
from tcncode.codebook.records import book_record, code_record, content, list_key
from tcncode.errors import TcncodeError
from tcncode.model import Code, Codebook

_Quickest: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def dump(codebook: Codebook) -> str:
    """The codebook as YAML text that ``parse`` reads back to an equal one."""
    return _yaml(_flowing(book_record(codebook)))


def snapshot(codebook: Codebook) -> str:
    """Likewise, but as quickly as can be, and so less neatly: made at every edit."""
    record = _flowing(book_record(codebook))
    text: str = yaml.dump(record, Dumper=_QuickDumper, allow_unicode=True, sort_keys=False)
    return text


def save(codebook: Codebook, path: Path | str) -> list[str]:
    """Write the codebook to a file; in one that is there, touch only what differs.

    Comments, order and layout of the untouched fields stay as they are; a code that was moved
    takes its comments along. A file that says the same already is left alone to the byte.

    Returns:
        Comments that are gone: with codes that are, or because the file's shape is unusual.

    Raises:
        ReadError: the file is there and cannot be read.
        CodebookError: the file there has problems; it is left alone, for somebody's work is in it.
        TcncodeError: it cannot be written.
    """
    target = Path(path).resolve()
    text, lost = dump(codebook), Counter[str]()
    if target.exists():
        data = file_bytes(target)
        old = parse(data, name=path)
        if content(old) == content(codebook):
            return []
        before = data.decode("utf-8-sig").replace("\r\n", "\n")
        text = _updated(before, old, codebook) or text
        lost = Counter(comments(before)) - Counter(comments(text))
        if b"\r\n" in data:
            text = text.replace("\n", "\r\n")
    # Written beside and moved, so that a crash halfway cannot leave half a codebook.
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(text.encode("utf-8"))
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise TcncodeError(
            f"{path}: cannot be written ({error.strerror}). Is its folder there, and is it yours?"
        ) from error
    return list(lost.elements())


class _Flow(list[Any]):
    """A list to be written on one line."""


class _Dumper(yaml.SafeDumper):
    """Patterns on one line, texts of several lines as they are."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    odd = any(c in text for c in "\r\x85\u2028\u2029")
    style = '"' if odd else "|" if "\n" in text else ">" if len(text) > 70 else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _write_flow(dumper: yaml.SafeDumper, value: _Flow) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", list(value), flow_style=True)


class _QuickDumper(_Quickest):  # type: ignore[misc]  # one of two, known when it runs
    """libyaml, where PyYAML was built with it: five times as fast."""


for _dumper in (_Dumper, _QuickDumper):
    _dumper.add_representer(str, _write_text)
    _dumper.add_representer(_Flow, _write_flow)


def _flowing(value: Any) -> Any:
    """A record with its patterns marked to be written on one line."""
    if isinstance(value, dict):
        return {
            k: [_flowing_pattern(p) for p in v] if k == "patterns" else _flowing(v)
            for k, v in value.items()
        }
    return [_flowing(v) for v in value] if isinstance(value, list) else value


def _flowing_pattern(cue: Any) -> Any:
    return {**cue, "pattern": _Flow(cue["pattern"])}


def _updated(text: str, old: Codebook, new: Codebook) -> str | None:
    """The file's text with what differs changed; None where that would not say the same.

    Codes are put where they belong, then their fields rewritten, each on its own lines. What
    is left to do then (cues, what the codebook says of itself) is done by ruamel.yaml.
    """
    moved = rearranged(text, old, new, _code)
    text, there = _if_sound(moved, text, old)
    written = patched(text, there, new, _field)
    text, there = _if_sound(written, text, there)
    if content(there) == content(new):
        return text
    done = _rewritten(text, there, new)
    if done is None:
        text, there = _if_sound(patched(text, there, new, _field, all_cues=True), text, there)
        done = text if content(there) == content(new) else None
    return done


def _if_sound(changed: str | None, text: str, book: Codebook) -> tuple[str, Codebook]:
    """A changed text and what it says; those before where it is none, or has problems."""
    if changed is None:
        return text, book
    found, problems = read(changed, None)
    return (text, book) if problems else (changed, found)


def _code(code: Code, parent: Code | None) -> str:
    return _yaml(_flowing([code_record(code, parent)]))


def _field(name: str, value: Any) -> str:
    return _yaml(_flowing({name: value}))


def _yaml(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=96)
    return text


def _rewritten(text: str, old: Codebook, new: Codebook) -> str | None:
    """The same by way of ruamel.yaml, which loses the comments of codes that moved."""
    from io import StringIO

    from ruamel.yaml import YAML

    listed = re.search(r"^codes:[^\n]*\n(?:[ ]*(?:#.*)?\n)*([ ]*)-", text, re.MULTILINE)
    offset = len(listed[1]) if listed else 2
    for tidy in (False, True):
        editor = YAML()
        editor.preserve_quotes = True
        editor.width = 4096
        editor.brace_single_entry_mapping_in_flow_sequence = True
        editor.indent(mapping=2, sequence=offset + 2, offset=offset)
        tree = editor.load(text)
        _merge(tree, book_record(old), book_record(new), tidy)
        out = StringIO()
        editor.dump(tree, out)
        again, problems = read(out.getvalue(), None)
        if not problems and content(again) == content(new):
            return out.getvalue()
    return None


def _merge(tree: Any, old: Any, new: Any, tidy: bool) -> Any:
    """Bring what differs between two records into the file's own tree; the value to put there.

    ``tidy`` also drops fields that neither record has: a colour that only repeated the parent's
    hides a new one of the parent.
    """
    if old == new and not tidy:
        return tree
    if isinstance(tree, dict) and isinstance(new, dict) and isinstance(old, dict):
        for name in [n for n in tree if n not in new and (n in old or (tidy and n in INHERITED))]:
            del tree[name]
        for name, value in new.items():
            if name not in tree:
                tree[name] = quoted(value)
            elif name in old:
                tree[name] = _merge(tree[name], old[name], value, tidy)
            elif str(tree[name]) != str(value):
                tree[name] = quoted(value)
        return tree
    if isinstance(tree, list) and isinstance(new, list) and len(tree) == len(old):
        before, after = ([list_key(item) for item in items] for items in (old, new))
        matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
        # From the end, so that the places still to come do not shift.
        for what, i1, i2, j1, j2 in reversed(matcher.get_opcodes()):
            if what == "equal":
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                    tree[i] = _merge(tree[i], old[i], new[j], tidy)
                continue
            for i in reversed(range(i1, i2)):
                del tree[i]
            for item in reversed(new[j1:j2]):
                tree.insert(i1, quoted(item))
        return tree
    return tree if old == new else quoted(new)


def quoted(value: Any) -> Any:
    """A value for ruamel.yaml, which would leave bare some words that YAML 1.1 takes for yes."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, dict):
        return {quoted(k) if k in ("y", "n") else k: quoted(v) for k, v in value.items()}
    if isinstance(value, list):
        return [quoted(v) for v in value]
    return DoubleQuotedScalarString(value) if isinstance(value, str) else value
