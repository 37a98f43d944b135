"""A codebook as plain records: the shape of the file, and of a code's row in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tcncode.codebook.fields import CODE_FIELDS, COLOUR, DEFAULT, INHERITED, PATH, TEXTS
from tcncode.model import Code, Codebook, Cue


def in_order(codebook: Codebook) -> list[Code]:
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


def book_record(codebook: Codebook) -> dict[str, Any]:
    """The codebook as the file says it."""
    record: dict[str, Any] = {"name": codebook.name.strip()}
    if codebook.sources:
        record["sources"] = [source.strip() for source in codebook.sources]
    if codebook.purposes:
        record["purposes"] = {k: v.strip() for k, v in codebook.purposes.items()}
    record["codes"] = []
    made: dict[str, tuple[Code, dict[str, Any]]] = {}
    for code in in_order(codebook):
        parent, above = made.get(code.parent or "", (None, record))
        item = code_record(code, parent)
        above.setdefault("children" if parent else "codes", []).append(item)
        made[code.path] = code, item
    return record


def code_record(code: Code, parent: Code | None) -> dict[str, Any]:
    """One code as the file says it, without its children and what it takes from its parent."""
    slug = code.path.rpartition("/")[2]
    record: dict[str, Any] = {"id": slug}
    if code.id != (f"{parent.id}/{slug}" if parent else slug):
        record["was"] = code.id
    if code.parent and not parent:
        record["parent"] = code.parent
    for name in CODE_FIELDS[1:]:
        value = getattr(code, name)
        value = clean(value.lower() if name in ("colour", "colour_light") else value)
        usual = getattr((parent if name in INHERITED else None) or DEFAULT, name)
        if value != usual or name in ("name", "definition"):
            record[name] = value
    cues: dict[str, Any] = cue_records(code.cues)
    if code.negative_cues:
        cues["negative"] = cue_records(code.negative_cues)
    if cues:
        record["cues"] = cues
    return record


def clean(value: Any) -> Any:
    """A text as reading the file would give it."""
    return value.strip() if isinstance(value, str) else value


def cue_records(cues: Sequence[Cue]) -> dict[str, Any]:
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


def content(codebook: Codebook) -> dict[str, Any]:
    """What the codebook says: no lines, no layout, nothing left to be inherited."""
    codes = [
        code_record(code, None) | {"id": code.id, "path": code.path, "was": ""}
        for code in in_order(codebook)
    ]
    record = book_record(codebook)
    return {name: record.get(name) for name in ("name", "sources", "purposes")} | {"codes": codes}


def list_key(item: Any) -> str:
    """What makes two items of a list the same item: a code's id, any other's content."""
    if isinstance(item, dict) and "id" in item:
        return str(item.get("was", item["id"])).rpartition("/")[2]
    return json.dumps(item, sort_keys=True)


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


def readable(text: str, *, key: str, path: str) -> bool:
    """Whether a text from a database is a code as ``as_json`` writes them, of this id and path."""
    try:
        code = from_json(text)
        cues = [*code.cues, *code.negative_cues]
        return (
            (code.id, code.path) == (key, path)
            and bool(PATH.fullmatch(path))
            and all(isinstance(getattr(code, name), str) for name in ("name", "purpose", *TEXTS))
            and all(COLOUR.fullmatch(colour) for colour in (code.colour, code.colour_light))
            and (code.key is None or code.key in range(1, 10))
            and all(isinstance(cue.phrase, str) and 0 <= cue.weight <= 1 for cue in cues)
            and all(isinstance(token, dict) for cue in cues for token in cue.pattern)
        )
    except (TypeError, ValueError, KeyError, AttributeError):
        return False
