"""Reading codebook.yaml, with the line of every problem."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from tcncode.codebook.fields import (
    BOOK_FIELDS,
    CODE_FIELDS,
    COLOUR,
    DEFAULT,
    INHERITED,
    NESTED_FIELDS,
    PATH,
    SLUG,
    TEXTS,
    control_character,
    guess,
    latin_slug,
)
from tcncode.errors import CodebookError, ReadError
from tcncode.model import PURPOSES, Code, Codebook, Cue

Problem = tuple[int, str]
"""A line of the file, from 1, and what is wrong there."""
PatternProblem = Callable[[list[dict[str, Any]]], str | None]
"""Says what is wrong with a spaCy Matcher pattern, None where nothing is."""

_DEEPEST = 60
# libyaml, where PyYAML was built with it, reads the study's codebook twenty times as fast.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = "tag:yaml.org,2002:null"
_PLAIN_TAGS = {f"tag:yaml.org,2002:{t}" for t in ("str", "int", "float", "bool", "timestamp")}


def load(path: Path | str, *, pattern_problem: PatternProblem | None = None) -> Codebook:
    """The codebook in a YAML file. A code without ``was`` gets its path as its id.

    Raises:
        ReadError: the file cannot be read.
        CodebookError: with every problem that ``check`` finds.
    """
    return parse(file_bytes(path), name=path, pattern_problem=pattern_problem)


def parse(
    data: bytes | str,
    *,
    name: Path | str = "codebook",
    pattern_problem: PatternProblem | None = None,
) -> Codebook:
    """The codebook in YAML text; ``name`` stands in the message of the CodebookError."""
    codebook, problems = read(data, pattern_problem)
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
    return read(file_bytes(path), pattern_problem)[1]


def file_bytes(path: Path | str) -> bytes:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise ReadError(path, "there is no such file") from None
    except OSError as error:
        raise ReadError(path, f"cannot be read ({error.strerror})") from error


def read(
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
            for event in yaml.parse(text, Loader=LOADER):
                if isinstance(event, yaml.AliasEvent):
                    return self.wrong(event, "aliases (*name) are not allowed; write the value out")
                depth += isinstance(event, yaml.CollectionStartEvent)
                depth -= isinstance(event, yaml.CollectionEndEvent)
                if depth > _DEEPEST:
                    return self.wrong(event, f"nested more than {_DEEPEST} levels deep")
            node = yaml.compose(text, Loader=LOADER)
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
                self.wrong(key, f'{what} has an unknown field "{name}"{guess(name, known)}')
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
        if c := control_character(value, one_line=one_line):
            self.wrong(node, f"{what} holds a control character (U+{ord(c):04X})")
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
        book = self.fields(node, BOOK_FIELDS, "the codebook")
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
                self.wrong(where, f'there is no code "{path}" to stand under{guess(path, paths)}')
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
        given = self.fields(node, (*CODE_FIELDS, *NESTED_FIELDS), "a code")
        slug = self.text(given.get("id"), "id", one_line=True)
        called = f'the code "{slug}"' if slug else "a code"
        values = self.values(given, called, parent)
        for name in ("id", "name", "definition"):
            # An empty definition in quotes is one that is not written yet, and says so.
            absent = name not in given or given[name].tag == _NULL
            if absent or (name != "definition" and not values.get(name, slug)):
                self.wrong(node, f"{called} has no {name}")
        if slug and not SLUG.fullmatch(slug):
            rule = "small letters a-z and digits, joined by hyphens"
            better = latin_slug(slug)
            hint = f'; for instance "{better}"' if better else ""
            self.wrong(given["id"], f'"{slug}" cannot be an id: {rule}{hint}')
        was = self.text(given.get("was"), "was", one_line=True)
        if was and not PATH.fullmatch(was):
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
        for name in ("name", "purpose", "colour", "colour_light", *TEXTS):
            if name in given:
                values[name] = self.text(given[name], name, one_line=name not in TEXTS)
            elif name in INHERITED:
                values[name] = getattr(parent or DEFAULT, name)
        purpose = values["purpose"]
        if purpose and "purpose" in given and purpose not in self.purposes:
            near = guess(purpose, self.purposes)
            self.wrong(given["purpose"], f'{called} has an unknown purpose "{purpose}"{near}')
        for name in ("colour", "colour_light"):
            if name in given and not COLOUR.fullmatch(values[name]):
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
