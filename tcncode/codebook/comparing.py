"""What became of a codebook: its version, what changed in words, the tree as a table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from tcncode.codebook.fields import TEXTS
from tcncode.codebook.records import code_record, content, cue_records, in_order, list_key
from tcncode.model import Code, Codebook, Table


def version(codebook: Codebook) -> str:
    """12 hexadecimal digits that change with the codebook's content, not with its layout."""
    text = json.dumps(content(codebook), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]


def changes(old: Codebook, new: Codebook) -> list[str]:
    """What became of each code, one line each, in words; empty where the versions are equal.

    A code is the same code when its id is, or failing that its path.
    """
    before, after = ({c.id: c for c in in_order(book)} for book in (old, new))
    by_path = {c.path: c for c in before.values() if c.id not in after}
    lines = []
    if old.name.strip() != new.name.strip():
        lines.append(f'the codebook is renamed from "{old.name}" to "{new.name}"')
    one, other = content(old), content(new)
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


def tree_table(codebook: Codebook, counts: Mapping[str, int] | None = None) -> Table:
    """The codes in order, parents before children.

    Args:
        codebook: whose codes.
        counts: codings by code id, 0 where there is none; None leaves the column out.
    """
    columns = ["code", "name", "key", "purpose", "colour", "codings", "definition"]
    rows = []
    for c in in_order(codebook):
        n = [] if counts is None else [counts.get(c.id, 0)]
        rows.append((c.path, c.name, c.key, c.purpose, c.colour, *n, c.definition))
    if counts is None:
        columns.remove("codings")
    note = f"{len(rows)} codes; codebook version {version(codebook)}"
    if counts is not None:
        note += ". codings: of the code itself, without sub-codes, by all coders but settled"
    return Table(codebook.name or "Codebook", tuple(columns), tuple(rows), note)


def _differences(old: Code, new: Code) -> list[str]:
    """What became of one code."""
    a, b = code_record(old, None), code_record(new, None)
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
    texts = [name.replace("_", " ") for name in TEXTS if a.get(name) != b.get(name)]
    if texts:
        lines.append(f"redefined ({', '.join(texts)})")
    colours = [f"{c.colour} and {c.colour_light}".lower() for c in (old, new)]
    if colours[0] != colours[1]:
        lines.append(f"recoloured from {colours[0]} to {colours[1]}")
    for word, was, now in (
        ("cues", old.cues, new.cues),
        ("negative cues", old.negative_cues, new.negative_cues),
    ):
        if cue_records(was) != cue_records(now):
            keys = [[list_key(i) for v in cue_records(c).values() for i in v] for c in (was, now)]
            more, fewer = set(keys[1]) - set(keys[0]), set(keys[0]) - set(keys[1])
            lines.append(f"{word} changed ({len(more)} added, {len(fewer)} taken away)")
    return lines
