"""codebook.yaml <-> Codebook: read, check, write, compare.

What is here: reading a hand-written file with the line of every problem, writing one (into an
existing file without losing its comments), the version that codings remember, and what
changed between two versions in words. What is on purpose not here: spaCy, which knows
whether a cue pattern is a good one (``check`` takes a function that asks it), and the codes a
project keeps (``store``).

The file's shape, all texts plain strings::

    name, version, sources: [...], purposes: {purpose: what it means}
    codes:
      - id, name, purpose, key, colour, colour_light, definition, when_to_use, when_not,
        example, source, was
        cues: {phrases: [...], patterns: [...], negative: {phrases: [...], patterns: [...]}}
        children: [codes]

A code's path is its parent's path, "/" and its ``id``; a code at the top may name its parent by
path instead of standing under it (``parent``). Children take purpose and colours from their
parent. ``was`` keeps the id of a code that was renamed or moved, so that its codings stay with it.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from tcncode.errors import CodebookError, ReadError
from tcncode.model import PURPOSES, Code, Codebook, Cue, Table

Problem = tuple[int, str]
"""A line of the file, from 1, and what is wrong there."""
PatternProblem = Callable[[list[dict[str, Any]]], str | None]
"""Says what is wrong with a spaCy Matcher pattern, None where nothing is."""

_BOOK = ("name", "version", "sources", "purposes", "codes")
_TEXTS = ("definition", "when_to_use", "when_not", "example", "source")
_CODE = ("id", "name", "purpose", "key", "colour", "colour_light", *_TEXTS)
_NESTED = ("was", "parent", "cues", "children")
_DEFAULT = Code(id="", path="", name="")
_INHERITED = ("purpose", "colour", "colour_light")
_SLUG = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_PATH = re.compile(rf"{_SLUG.pattern}(/{_SLUG.pattern})*")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DEEPEST = 60
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# libyaml, where PyYAML was built with it, reads the study's codebook twenty times as fast.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"
_PLAIN_TAGS = {f"tag:yaml.org,2002:{t}" for t in ("str", "int", "float", "bool", "timestamp")}


def load(path: Path | str, *, pattern_problem: PatternProblem | None = None) -> Codebook:
    """The codebook in a YAML file. A code without ``was`` gets its path as its id.

    Raises:
        ReadError: the file cannot be read.
        CodebookError: with every problem that ``check`` finds.
    """
    return parse(_bytes(path), name=path, pattern_problem=pattern_problem)


def parse(
    data: bytes | str,
    *,
    name: Path | str = "codebook",
    pattern_problem: PatternProblem | None = None,
) -> Codebook:
    """The codebook in YAML text; ``name`` stands in the message of the CodebookError."""
    codebook, problems = _read(data, pattern_problem)
    if problems:
        raise CodebookError(name, problems)
    return codebook


def check(path: Path | str, *, pattern_problem: PatternProblem | None = None) -> list[Problem]:
    """Everything wrong with a codebook file, in the order of its lines.

    Args:
        path: the file.
        pattern_problem: asked about each cue pattern; without it only their shape is checked.

    Raises:
        ReadError: the file cannot be read.
    """
    return _read(_bytes(path), pattern_problem)[1]


def dump(codebook: Codebook) -> str:
    """The codebook as YAML text that ``parse`` reads back to an equal one."""
    return yaml.dump(
        _flowing(_record(codebook)), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=96
    )


def save(codebook: Codebook, path: Path | str) -> None:
    """Write the codebook to a file; in one that is there, touch only what differs.

    Comments, order and layout of the untouched fields stay as they are. A file that says the
    same already is left alone to the byte.

    Raises:
        ReadError: the file is there and cannot be read.
        CodebookError: the file there has problems; it is left alone, for somebody's work is in it.
    """
    target = Path(path).resolve()
    text = dump(codebook)
    if target.exists():
        data = _bytes(target)
        old = parse(data, name=path)
        if _content(old) == _content(codebook):
            return
        before = data.decode("utf-8-sig").replace("\r\n", "\n")
        text = _updated(before, old, codebook) or text
        if b"\r\n" in data:
            text = text.replace("\n", "\r\n")
    # Written beside and moved, so that a crash halfway cannot leave half a codebook.
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    beside.write_bytes(text.encode("utf-8"))
    beside.replace(target)


def version(codebook: Codebook) -> str:
    """12 hexadecimal digits that change with the codebook's content, not with its layout."""
    text = json.dumps(_content(codebook), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]


def changes(old: Codebook, new: Codebook) -> list[str]:
    """What became of each code, one line each, in words; empty where the versions are equal.

    A code is the same code when its id is, or failing that its path.
    """
    before, after = ({c.id: c for c in _in_order(book)} for book in (old, new))
    by_path = {c.path: c for c in before.values() if c.id not in after}
    lines = []
    if old.name.strip() != new.name.strip():
        lines.append(f'the codebook is renamed from "{old.name}" to "{new.name}"')
    one, other = _content(old), _content(new)
    lines += [f"the {what} changed" for what in ("sources", "purposes") if one[what] != other[what]]
    kept: list[Code] = []
    moved = False
    for code in after.values():
        was = before.get(code.id) or by_path.get(code.path)
        if was is None:
            lines.append(f'{code.path}: added "{code.name}"')
            continue
        kept.append(was)
        moved = moved or was.path != code.path
        lines += [f"{code.path}: {line}" for line in _differences(was, code)]
    ids = {code.id for code in kept}
    gone = [code for code in before.values() if code.id not in ids]
    lines += [f'{code.path}: removed "{code.name}"' for code in gone]
    if not moved and [code.id for code in kept] != [i for i in before if i in ids]:
        lines.append("the order of the codes changed")
    return lines


def as_json(code: Code) -> str:
    """One code with its cues as JSON, for the database; ``from_json`` gives an equal one."""
    return json.dumps(asdict(code), sort_keys=True, ensure_ascii=False)


def from_json(text: str) -> Code:
    """The code that ``as_json`` wrote."""
    values = json.loads(text)
    for which in ("cues", "negative_cues"):
        values[which] = tuple(
            Cue(**{**cue, "pattern": tuple(cue["pattern"])}) for cue in values[which]
        )
    return Code(**values)


def tree_table(codebook: Codebook, counts: Mapping[str, int] | None = None) -> Table:
    """The codes in order, parents before children.

    Args:
        codebook: whose codes.
        counts: codings by code id, 0 where there is none; None leaves the column out.
    """
    columns = ["code", "name", "key", "purpose", "colour", "codings", "definition"]
    rows = []
    for c in _in_order(codebook):
        n = [] if counts is None else [counts.get(c.id, 0)]
        rows.append((c.path, c.name, c.key, c.purpose, c.colour, *n, c.definition))
    if counts is None:
        columns.remove("codings")
    note = f"{len(rows)} codes; codebook version {version(codebook)}"
    return Table(codebook.name or "Codebook", tuple(columns), tuple(rows), note)


# Reading


def _bytes(path: Path | str) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise ReadError(path, "there is no such file") from None
    except OSError as error:
        raise ReadError(path, f"cannot be read ({error.strerror})") from error


def _read(
    data: bytes | str, pattern_problem: PatternProblem | None
) -> tuple[Codebook, list[Problem]]:
    """The codebook as far as it can be made out, and the problems by line."""
    reader = _Reader(pattern_problem)
    codebook = Codebook(name="", codes=())
    node = reader.compose(data)
    if node is not None:
        codebook = reader.codebook(node)
    return codebook, sorted(set(reader.problems))


class _Reader:
    """Walks the nodes of a YAML file, which know their lines, and collects what is wrong."""

    def __init__(self, pattern_problem: PatternProblem | None) -> None:
        self.problems: list[Problem] = []
        self.pattern_problem = pattern_problem
        self.codes: list[tuple[Code, int]] = []
        self.adopted: dict[str, list[Any]] = {}
        self.adopting = False
        self.purposes: Sequence[str] = PURPOSES

    def wrong(self, where: Any, what: str) -> None:
        line = where if isinstance(where, int) else where.start_mark.line + 1
        self.problems.append((line, what))

    def compose(self, data: bytes | str) -> Any:
        """The root node; None, and a problem, where the file is no plain YAML."""
        try:
            text = data.decode("utf-8") if isinstance(data, bytes) else data
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            return self.wrong(line, "this is not UTF-8 text; save the file as UTF-8")
        text = text.removeprefix("\ufeff")
        try:
            depth = 0
            # Looked at before anything is built: a few aliases can stand for gigabytes.
            for event in yaml.parse(text, Loader=_LOADER):
                if isinstance(event, yaml.AliasEvent):
                    return self.wrong(event, "aliases (*name) are not allowed; write the value out")
                depth += isinstance(event, yaml.CollectionStartEvent)
                depth -= isinstance(event, yaml.CollectionEndEvent)
                if depth > _DEEPEST:
                    return self.wrong(event, f"nested more than {_DEEPEST} levels deep")
            node = yaml.compose(text, Loader=_LOADER)
        except yaml.reader.ReaderError as error:
            line = text[: error.position].count("\n") + 1
            return self.wrong(line, "a character that YAML does not allow; delete it")
        except (yaml.YAMLError, UnicodeEncodeError) as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            what = getattr(error, "problem", None) or "it cannot be read"
            line = mark.line + 1 if mark else 1
            tab = "\t" in "".join(text.splitlines()[line - 1 : line])
            hint = "; indent with spaces, not tabs" if tab else ""
            return self.wrong(line, f"this is not YAML: {what}{hint}")
        return node if node is not None else self.wrong(1, "the file is empty")

    def fields(self, node: Any, known: Sequence[str], what: str) -> dict[str, Any]:
        """The values of a mapping by name; with ``known`` empty, any names."""
        found: dict[str, Any] = {}
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} must be fields with values (name: ...)")
            return found
        for key, value in node.value:
            name = self.text(key, "a field's name", one_line=True)
            if known and name not in known:
                self.wrong(key, f'{what} has an unknown field "{name}"{_near(name, known)}')
            elif name in found:
                self.wrong(key, f'{what} has "{name}" twice')
            if value.tag == _NULL:
                # Nothing has no place of its own: YAML puts it where the next thing begins.
                value.start_mark = key.start_mark
            found[name] = value
        return found

    def items(self, node: Any, what: str) -> list[Any]:
        if node is None or node.tag == _NULL:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"{what} must be a list (- ...)")
            return []
        return list(node.value)

    def text(self, node: Any, what: str, *, one_line: bool = False) -> str:
        """A text without white space around it; numbers, dates and yes are taken as written."""
        if node is None or node.tag == _NULL:
            return ""
        if not isinstance(node, yaml.ScalarNode) or node.tag not in _PLAIN_TAGS:
            self.wrong(node, f"{what} must be text")
            return ""
        value: str = node.value.strip()
        allowed = "" if one_line else "\n\t"
        for c in value:
            refused = unicodedata.category(c) in ("Cc", "Cs") or c in _BIDI
            if c not in allowed and (refused or (one_line and c in "\u2028\u2029")):
                self.wrong(node, f"{what} holds a control character (U+{ord(c):04X})")
                break
        return value

    def plain(self, node: Any) -> Any:
        """A value inside a pattern: only what JSON has."""
        if isinstance(node, yaml.MappingNode):
            named = self.fields(node, (), "a pattern").items()
            return {name: self.plain(value) for name, value in named}
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(value) for value in node.value]
        value = node.value
        if node.tag in _PLAIN_TAGS | {_NULL} and not node.tag.endswith((":str", ":timestamp")):
            try:
                value = yaml.constructor.SafeConstructor().construct_document(node)
            except (ValueError, KeyError, IndexError):
                value = math.nan
            if isinstance(value, float) and not math.isfinite(value):
                self.wrong(node, f"{node.value} is no number; put it in quotes if it is a word")
                return 0
        return value

    def codebook(self, node: Any) -> Codebook:
        book = self.fields(node, _BOOK, "the codebook")
        if not book:
            if isinstance(node, yaml.MappingNode):
                self.wrong(node, "the file is empty")
            return Codebook(name="", codes=())
        if "purposes" in book:
            meanings = self.fields(book["purposes"], (), "purposes")
            purposes = {name: self.text(value, name) for name, value in meanings.items()}
            self.purposes = tuple(purposes)
        else:
            purposes = {}
        if "codes" not in book:
            self.wrong(node, "the codebook has no codes")
        top = []
        for item in self.items(book.get("codes"), "codes"):
            named = item.value if isinstance(item, yaml.MappingNode) else ()
            parent = next((value for key, value in named if key.value == "parent"), None)
            if parent is None:
                top.append(item)
            else:
                self.adopted.setdefault(self.text(parent, "parent"), []).append((item, parent))
        for item in top:
            self.code(item, None)
        paths = [code.path for code, _ in self.codes]
        for path, waiting in self.adopted.items():
            for _, where in waiting:
                self.wrong(where, f'there is no code "{path}" to stand under{_near(path, paths)}')
        self.taken()
        return Codebook(
            name=self.text(book.get("name"), "the codebook's name", one_line=True),
            codes=tuple(code for code, _ in self.codes),
            sources=tuple(self.source(s) for s in self.items(book.get("sources"), "sources")),
            purposes=purposes,
        )

    def source(self, node: Any) -> str:
        """A source as one line, whether it was written as text or as fields."""
        if not isinstance(node, yaml.MappingNode):
            return self.text(node, "a source")
        given = self.fields(node, ("id", "reference", "used_for"), "a source")
        texts = {name: self.text(value, "a source") for name, value in given.items()}
        used = f" ({texts['used_for']})" if texts.get("used_for") else ""
        return ": ".join(filter(None, (texts.get("id"), texts.get("reference")))) + used

    def taken(self) -> None:
        """Paths, ids and keys belong to one code each."""
        first: dict[tuple[str, Any], int] = {}
        for code, line in self.codes:
            for noun, value in (("path", code.path), ("id", code.id), ("key", code.key)):
                if value is None:
                    continue
                if (noun, value) in first:
                    where = f"the code in line {first[noun, value]}"
                    self.wrong(line, f'the {noun} "{value}" is taken by {where}')
                    break  # two codes of one path have one id as well: once is enough
                first[noun, value] = line

    def code(self, node: Any, parent: Code | None) -> None:
        """Take in one code and all below it."""
        if not isinstance(node, yaml.MappingNode):
            return self.wrong(node, "a code must be fields with values (id: ..., name: ...)")
        given = self.fields(node, (*_CODE, *_NESTED), "a code")
        slug = self.text(given.get("id"), "id", one_line=True)
        called = f'the code "{slug}"' if slug else "a code"
        values = self.values(given, called, parent)
        for name in ("id", "name", "definition"):
            # An empty definition in quotes is one that is not written yet, and says so.
            absent = name not in given or given[name].tag == _NULL
            if absent or (name != "definition" and not values.get(name, slug)):
                self.wrong(node, f"{called} has no {name}")
        if slug and not _SLUG.fullmatch(slug):
            rule = "small letters a-z and digits, joined by hyphens"
            self.wrong(given["id"], f'"{slug}" cannot be an id: {rule}{_slug(slug)}')
        was = self.text(given.get("was"), "was", one_line=True)
        if was and not _PATH.fullmatch(was):
            self.wrong(given["was"], f'"{was}" is not the id of a code')
        if parent and "parent" in given and not self.adopting:
            self.wrong(given["parent"], f'{called} stands under "{parent.path}" already')
        above_id, above = (parent.id + "/", parent.path + "/") if parent else ("", "")
        cues, negative = self.cues(given.get("cues"), called)
        code = Code(
            id=was or above_id + slug,
            path=above + slug,
            cues=cues,
            negative_cues=negative,
            **values,
        )
        if slug:
            self.codes.append((code, node.start_mark.line + 1))
        self.adopting = False
        for child in self.items(given.get("children"), "children"):
            self.code(child, code)
        for child, _ in self.adopted.pop(code.path, ()) if slug else ():
            self.adopting = True
            self.code(child, code)
            self.adopting = False

    def values(self, given: dict[str, Any], called: str, parent: Code | None) -> dict[str, Any]:
        """Texts, colours and key of one code, with what it takes from its parent."""
        values: dict[str, Any] = {"name": ""}
        for name in ("name", "purpose", "colour", "colour_light", *_TEXTS):
            if name in given:
                values[name] = self.text(given[name], name, one_line=name not in _TEXTS)
            elif name in _INHERITED:
                values[name] = getattr(parent or _DEFAULT, name)
        purpose = values["purpose"]
        if purpose and "purpose" in given and purpose not in self.purposes:
            near = _near(purpose, self.purposes)
            self.wrong(given["purpose"], f'{called} has an unknown purpose "{purpose}"{near}')
        for name in ("colour", "colour_light"):
            if name in given and not _COLOUR.fullmatch(values[name]):
                said = f'"{values[name]}"' if values[name] else "empty"
                self.wrong(given[name], f'{called}: {name} is {said}; write it like "#ffaf87"')
            values[name] = values[name].lower()
        key = self.text(given.get("key"), "key", one_line=True)
        if re.fullmatch("[1-9]", key):
            values["key"] = int(key)
        elif key:
            self.wrong(given["key"], f'{called}: key is "{key}", not a digit from 1 to 9')
        return values

    def cues(self, node: Any, called: str) -> tuple[tuple[Cue, ...], tuple[Cue, ...]]:
        """The cues for a code, and those against it."""
        if node is None or node.tag == _NULL:
            return (), ()
        what = f"cues of {called}"
        given = self.fields(node, ("phrases", "patterns", "negative"), what)
        found: list[tuple[Cue, ...]] = []
        for part in (given, given.get("negative")):
            if part is None or (not isinstance(part, dict) and part.tag == _NULL):
                found.append(())
                continue
            if not isinstance(part, dict):
                part = self.fields(part, ("phrases", "patterns"), f"negative {what}")
            phrases = [self.phrase(n, what) for n in self.items(part.get("phrases"), "phrases")]
            patterns = [self.pattern(n, what) for n in self.items(part.get("patterns"), "patterns")]
            found.append((*phrases, *patterns))
        return found[0], found[1]

    def phrase(self, node: Any, what: str) -> Cue:
        given = {"text": node}
        if isinstance(node, yaml.MappingNode):
            given = self.fields(node, ("text", "weight"), what)
        phrase = self.text(given.get("text"), "a phrase", one_line=True)
        if not phrase:
            self.wrong(node, f"{what}: an empty phrase")
        return Cue(phrase, (), self.weight(given.get("weight"), what), node.start_mark.line + 1)

    def pattern(self, node: Any, what: str) -> Cue:
        given = {"pattern": node}
        if isinstance(node, yaml.MappingNode):
            given = self.fields(node, ("pattern", "weight"), what)
        value = self.plain(given["pattern"]) if "pattern" in given else []
        line = node.start_mark.line + 1
        if not isinstance(value, list) or not value or not all(isinstance(t, dict) for t in value):
            self.wrong(node, f"{what}: a pattern is a list of tokens ([{{LOWER: ...}}, ...])")
            value = []
        elif self.pattern_problem and (problem := self.pattern_problem(value)):
            self.wrong(node, f"{what}: {problem}")
        return Cue("", tuple(value), self.weight(given.get("weight"), what), line)

    def weight(self, node: Any, what: str) -> float:
        if node is None:
            return Cue().weight
        text = self.text(node, "weight", one_line=True)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not 0 <= value <= 1:
            self.wrong(node, f'{what}: weight is "{text}", not a number from 0 to 1')
            return Cue().weight
        return value


def _near(name: str, known: Iterable[str]) -> str:
    """A guess at what was meant, or nothing."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f'; did you mean "{found[0]}"?' if found else ""


def _slug(text: str) -> str:
    """An id that this could become, as a hint, or nothing."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f'; for instance "{slug}"' if slug else ""


# Writing


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


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(_Flow, _write_flow)


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


def _in_order(codebook: Codebook) -> list[Code]:
    """Each code right before its children; a code whose parent is missing counts as a top code."""
    children: dict[str | None, list[Code]] = {}
    paths = {code.path for code in codebook.codes}
    for code in codebook.codes:
        children.setdefault(code.parent if code.parent in paths else None, []).append(code)
    out: list[Code] = []
    waiting = children.get(None, [])[::-1]
    while waiting:
        out.append(waiting.pop())
        waiting += children.get(out[-1].path, [])[::-1]
    return out


def _record(codebook: Codebook) -> dict[str, Any]:
    """The codebook as the file says it."""
    record: dict[str, Any] = {"name": codebook.name.strip()}
    if codebook.sources:
        record["sources"] = [source.strip() for source in codebook.sources]
    if codebook.purposes:
        record["purposes"] = {k: v.strip() for k, v in codebook.purposes.items()}
    record["codes"] = []
    made: dict[str, tuple[Code, dict[str, Any]]] = {}
    for code in _in_order(codebook):
        parent, above = made.get(code.parent or "", (None, record))
        item = _code_record(code, parent)
        above.setdefault("children" if parent else "codes", []).append(item)
        made[code.path] = code, item
    return record


def _code_record(code: Code, parent: Code | None) -> dict[str, Any]:
    """One code as the file says it, without its children and what it takes from its parent."""
    slug = code.path.rpartition("/")[2]
    record: dict[str, Any] = {"id": slug}
    if code.id != (f"{parent.id}/{slug}" if parent else slug):
        record["was"] = code.id
    if code.parent and not parent:
        record["parent"] = code.parent
    for name in _CODE[1:]:
        value = getattr(code, name)
        value = _clean(value.lower() if name in ("colour", "colour_light") else value)
        usual = getattr((parent if name in _INHERITED else None) or _DEFAULT, name)
        if value != usual or name in ("name", "definition"):
            record[name] = value
    cues: dict[str, Any] = _cue_records(code.cues)
    if code.negative_cues:
        cues["negative"] = _cue_records(code.negative_cues)
    if cues:
        record["cues"] = cues
    return record


def _clean(value: Any) -> Any:
    """A text as reading the file would give it."""
    return value.strip() if isinstance(value, str) else value


def _cue_records(cues: Sequence[Cue]) -> dict[str, Any]:
    record: dict[str, list[Any]] = {}
    for cue in cues:
        weight = {} if cue.weight == Cue().weight else {"weight": float(cue.weight)}
        if cue.phrase:
            text = cue.phrase.strip()
            record.setdefault("phrases", []).append({"text": text, **weight} if weight else text)
        else:
            pattern = [dict(token) for token in cue.pattern]
            record.setdefault("patterns", []).append({**weight, "pattern": pattern})
    # Phrases before patterns, whatever came first: the order of cues means nothing.
    return {name: record[name] for name in ("phrases", "patterns") if name in record}


def _content(codebook: Codebook) -> dict[str, Any]:
    """What the codebook says: no lines, no layout, nothing left to be inherited."""
    codes = [
        _code_record(code, None) | {"id": code.id, "path": code.path, "was": ""}
        for code in _in_order(codebook)
    ]
    record = _record(codebook)
    return {name: record.get(name) for name in ("name", "sources", "purposes")} | {"codes": codes}


def _updated(text: str, old: Codebook, new: Codebook) -> str | None:
    """The file's text with what differs changed; None where that would not say the same."""
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
        _merge(tree, _record(old), _record(new), tidy)
        out = StringIO()
        editor.dump(tree, out)
        again, problems = _read(out.getvalue(), None)
        if not problems and _content(again) == _content(new):
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
        for name in [n for n in tree if n not in new and (n in old or (tidy and n in _INHERITED))]:
            del tree[name]
        for name, value in new.items():
            if name not in tree:
                tree[name] = _quoted(value)
            elif name in old:
                tree[name] = _merge(tree[name], old[name], value, tidy)
            elif str(tree[name]) != str(value):
                tree[name] = _quoted(value)
        return tree
    if isinstance(tree, list) and isinstance(new, list) and len(tree) == len(old):
        before, after = ([_list_key(item) for item in items] for items in (old, new))
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
                tree.insert(i1, _quoted(item))
        return tree
    return tree if old == new else _quoted(new)


def _list_key(item: Any) -> str:
    """What makes two items of a list the same item: a code's id, any other's content."""
    if isinstance(item, dict) and "id" in item:
        return str(item.get("was", item["id"])).rpartition("/")[2]
    return json.dumps(item, sort_keys=True)


def _quoted(value: Any) -> Any:
    """A value for ruamel.yaml, which would leave bare some words that YAML 1.1 takes for yes."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, dict):
        return {_quoted(k) if k in ("y", "n") else k: _quoted(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_quoted(v) for v in value]
    return DoubleQuotedScalarString(value) if isinstance(value, str) else value


# Comparing


def _differences(old: Code, new: Code) -> list[str]:
    """What became of one code."""
    a, b = _code_record(old, None), _code_record(new, None)
    lines = []
    if old.path != new.path:
        lines.append(f"moved, was {old.path}")
    if old.id != new.id:
        lines.append(f'its id was "{old.id}" and is "{new.id}"; codings refer to the old one')
    for name in ("name", "purpose", "key"):
        if a.get(name) != b.get(name):
            shown = [f'"{side[name]}"' if side.get(name) else "none" for side in (a, b)]
            word = "renamed" if name == "name" else f"{name} changed"
            lines.append(f"{word} from {shown[0]} to {shown[1]}")
    texts = [name.replace("_", " ") for name in _TEXTS if a.get(name) != b.get(name)]
    if texts:
        lines.append(f"redefined ({', '.join(texts)})")
    colours = [f"{c.colour} and {c.colour_light}".lower() for c in (old, new)]
    if colours[0] != colours[1]:
        lines.append(f"recoloured from {colours[0]} to {colours[1]}")
    for word, was, now in (
        ("cues", old.cues, new.cues),
        ("negative cues", old.negative_cues, new.negative_cues),
    ):
        if _cue_records(was) != _cue_records(now):
            keys = [[_list_key(i) for v in _cue_records(c).values() for i in v] for c in (was, now)]
            more, fewer = set(keys[1]) - set(keys[0]), set(keys[0]) - set(keys[1])
            lines.append(f"{word} changed ({len(more)} added, {len(fewer)} taken away)")
    return lines
