"""Edits of a codebook: a frozen one in, a frozen one out, or one clear line why not.

A code keeps its id through everything, so its codings stay with it untouched: no edit here
costs more where there are more codings. What a code took from the one above it (purpose,
colours) it takes from the new one when it moves; what was its own stays its own.

Paths may be given as ids or unambiguous beginnings (see ``Codebook.get``). The codings that a
merge changes are in ``merging``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, count
from typing import Any

from tcncode.codebook.colours import MEASURED
from tcncode.codebook.fields import (
    COLOUR,
    DEFAULT,
    INHERITED,
    SLUG,
    TEXTS,
    control_character,
    guess,
    slug_of,
)
from tcncode.codebook.records import in_order
from tcncode.errors import TcncodeError, UsageError
from tcncode.model import PURPOSES, Code, Codebook, Cue
from tcncode.text.numbers import counted
from tcncode.text.settle import settle

DEEPEST = 20
"""Levels of codes under codes. A file nested deeper than this could not be read again."""
LONGEST_NAME = 200


def add(
    codebook: Codebook,
    path: str,
    *,
    under: str | None = None,
    name: str = "",
    purpose: str | None = None,
    colour: str | None = None,
    light: str | None = None,
    key: int | None = None,
    after: str | None = None,
    **texts: str,
) -> Codebook:
    """A new code, last among those beside it.

    Args:
        path: parent's path, "/" and a slug (``sharing/visits``) or a name (``sharing/Study
            visits``), which makes the slug.
        under: the parent; "" for the top. Then ``path`` is a name and nothing else, and may
            hold any words, such as those of a passage.
        name: as people read it. Default: made from the slug.
        purpose: default: the parent's.
        colour, light: as in ``recolour``. Default: the parent's.
        after: the code beside it that it is to follow.
        texts: ``definition``, ``when_to_use``, ``when_not``, ``example``, ``source``.

    Raises:
        UsageError: there is such a code already, no such parent, or a field says what it must not.
    """
    above, _, last = ("", "", path) if under is not None else path.rpartition("/")
    above = above if under is None else under
    parent = codebook.get(above) if above else None
    slug = last if under is None and SLUG.fullmatch(last) else slug_of(_line(last, "A code's name"))
    _room(codebook, parent, slug)
    spelt = name or (_words(slug) if under is None and slug == last else last)
    own = Code(
        id=_new_id(codebook, parent, slug),
        path=f"{parent.path}/{slug}" if parent else slug,
        name=_line(spelt, "A code's name"),
        **{field: getattr(parent or DEFAULT, field) for field in INHERITED},
    )
    place = codebook.get(after) if after else None
    if place is not None and place.parent != own.parent:
        raise UsageError(f"{place.path} does not stand beside {own.path}: name one that does.")
    made = _inserted(codebook, [own], under=parent, after=place)
    if purpose is not None or texts:
        made = edit(made, own.path, purpose=purpose, **texts)
    if colour or light:
        made = recolour(made, own.path, colour, light=light)
    return set_key(made, own.path, key) if key is not None else made


def rename(codebook: Codebook, path: str, new: str, *, name: str = "") -> Codebook:
    """Another name for a code, and another path for it and all below it.

    Args:
        new: a slug, which also makes the name; or a name, which also makes the slug.
        name: a name other than the one that ``new`` makes.
    """
    code = codebook.get(path)
    if "/" in new:
        raise UsageError(f'A slug holds no "/": move changes where {code.path} stands.')
    slug = new if SLUG.fullmatch(new) else slug_of(_line(new, "A code's name"))
    spelt = _line(name or (_words(slug) if slug == new else new), "A code's name")
    head = f"{code.parent}/" if code.parent else ""
    if head + slug != code.path:
        _room(codebook, codebook.get(code.parent) if code.parent else None, slug)
    below = codebook.under(code.path)
    moved = _with_path(below, code.path, head + slug)
    return _replaced(codebook, below, [replace(moved[0], name=spelt), *moved[1:]])


def move(
    codebook: Codebook,
    path: str,
    *,
    under: str | None = None,
    before: str | None = None,
    after: str | None = None,
) -> Codebook:
    """Put a code and all below it elsewhere.

    Args:
        under: the new parent; "" for the top; None: that of ``before`` or ``after``.
        before, after: the code beside which it is to stand. Default: last.

    Raises:
        UsageError: the place is below the code itself, or a code there has its slug.
    """
    code = codebook.get(path)
    if (before is not None) and (after is not None):
        raise UsageError("Say before or after, not both.")
    beside = codebook.get(before or after or "") if before or after else None
    if under is None and beside is None:
        raise UsageError(
            f"Say where {code.path} is to go: under a code, to the top, or beside one."
        )
    above = beside.parent if under is None and beside else under
    parent = codebook.get(above) if above else None
    if beside is not None and beside.parent != (parent.path if parent else None):
        where = parent.path if parent else "the top"
        raise UsageError(f"{beside.path} does not stand under {where}.")
    for other in (parent, beside):
        if other is not None and (other.path + "/").startswith(code.path + "/"):
            itself = "itself" if other == code else f"{other.path}, which is below it"
            raise UsageError(f"{code.path} cannot go under or beside {itself}.")
    below = codebook.under(code.path)
    slug = code.path.rpartition("/")[2]
    if code.parent != (parent.path if parent else None):
        _room(codebook, parent, slug, levels=max(c.depth for c in below) - code.depth)
    old_parent = codebook.get(code.parent) if code.parent else None
    there = f"{parent.path}/{slug}" if parent else slug
    block = _with_path(_following(below, old_parent, parent), code.path, there)
    rest = replace(codebook, codes=tuple(c for c in in_order(codebook) if c not in below))
    return _inserted(
        rest,
        block,
        under=parent,
        before=beside if before else None,
        after=beside if after else None,
    )


def recolour(
    codebook: Codebook, path: str, colour: str | None, *, light: str | None = None
) -> Codebook:
    """Another colour for a code and for those below that had its colour.

    Args:
        colour: ``#rrggbb`` on a dark ground; None leaves it.
        light: likewise on a light ground. Default: the partner of a measured ``colour``, else
            it stays as it is.
    """
    code = codebook.get(path)
    values: dict[str, Any] = {}
    if colour is not None:
        values["colour"] = _colour(colour)
    pairs = {dark: pale for _, dark, pale in MEASURED}
    if light is not None:
        values["colour_light"] = _colour(light)
    elif values.get("colour") in pairs:
        values["colour_light"] = pairs[values["colour"]]
    return _with_root(codebook, code, replace(code, **values))


def edit(codebook: Codebook, path: str, *, purpose: str | None = None, **texts: str) -> Codebook:
    """Other words for what a code means. Codings and cues stay.

    Args:
        purpose: one of the codebook's; "" for none. Codes below that had it take the new one.
        texts: ``definition``, ``when_to_use``, ``when_not``, ``example``, ``source``.
    """
    code = codebook.get(path)
    values: dict[str, Any] = {}
    for field, text in texts.items():
        if field not in TEXTS:
            raise TypeError(f"a code has no text {field!r}")
        values[field] = _text(text, f"The {field.replace('_', ' ')}")
    if purpose is not None:
        known = tuple(codebook.purposes) or PURPOSES
        if purpose and purpose not in known:
            said = guess(purpose, known) or f"; there are {', '.join(known)}"
            raise UsageError(f'The codebook has no purpose "{purpose}"{said}.')
        values["purpose"] = purpose
    return _with_root(codebook, code, replace(code, **values))


def set_key(codebook: Codebook, path: str, key: int | None) -> Codebook:
    """The digit that codes with a code; None takes it away.

    Raises:
        UsageError: it is no digit from 1 to 9, or another code has it.
    """
    code = codebook.get(path)
    if key is not None and key not in range(1, 10):
        raise UsageError(f"A key is a digit from 1 to 9, not {key}.")
    other = next((c for c in codebook.codes if c.key == key is not None and c != code), None)
    if other is not None:
        raise UsageError(
            f"The key {key} is that of {other.path}. Take it away there first, or choose another."
        )
    return _replaced(codebook, [code], [replace(code, key=key)])


def remove(codebook: Codebook, path: str, counts: Mapping[str, int]) -> Codebook:
    """Without a code and all below it.

    Args:
        counts: how many codings each code has, by id.

    Raises:
        TcncodeError: one of them has codings.
    """
    code = codebook.get(path)
    below = codebook.under(code.path)
    used = sum(counts.get(c.id, 0) for c in below)
    if used:
        own = counts.get(code.id, 0)
        where = "" if own == used else f", {used - own} of them in its sub-codes"
        what = counted(used, "coding")
        raise TcncodeError(
            f"{code.path} has {what}{where}. Merge it into another code, or remove its codings"
            " first. Nothing was changed."
        )
    return replace(codebook, codes=tuple(c for c in in_order(codebook) if c not in below))


def merge(codebook: Codebook, source: str, into: str) -> Codebook:
    """One code taken into another: its sub-codes move along, its cues are added, it is gone.

    What the other code says of itself stays as it is. Negative cues are not taken over: those
    that told the two apart would now speak against the merged code.

    Raises:
        UsageError: they are one code, the target is below the source, or both have a sub-code
            of one name.
    """
    code, target = codebook.get(source), codebook.get(into)
    if code.path == target.path:
        raise UsageError(f"{code.path} cannot be merged into itself.")
    if target.path.startswith(code.path + "/"):
        raise UsageError(
            f"{target.path} is below {code.path}: move it out first, or merge it into {code.path}."
        )
    children = codebook.under(code.path)[1:]
    for child in children:
        slug = child.path.rpartition("/")[2]
        there = f"{target.path}/{slug}"
        taken = any(c.path == there and c != code for c in codebook.codes)
        if child.parent == code.path and taken:
            raise UsageError(
                f'Both {code.path} and {target.path} have a sub-code "{slug}":'
                " merge or rename one of these first. Nothing was changed."
            )
    levels = max((c.depth for c in children), default=code.depth) - code.depth
    _deep(target, levels)
    block = _with_path(_following(children, code, target), code.path, target.path)
    cues = (*target.cues, *(cue for cue in code.cues if not _has(target.cues, cue)))
    gone = {c.id for c in (code, *children)}
    rest = replace(codebook, codes=tuple(c for c in codebook.codes if c.id not in gone))
    made = _inserted(rest, block, under=target)
    return _replaced(made, [target], [replace(target, cues=cues)])


def _line(text: str, what: str) -> str:
    """A name as it is kept: one line, something in it, nothing that a terminal would obey."""
    kept = " ".join(text.split())
    if not kept:
        raise UsageError(f"{what} is empty. Write one.")
    if len(kept) > LONGEST_NAME:
        raise UsageError(f"{what} has {len(kept)} characters; {LONGEST_NAME} are the most.")
    return _harmless(kept, what, one_line=True)


def _text(text: str, what: str) -> str:
    return _harmless(settle(text).strip(), what, one_line=False)


def _harmless(text: str, what: str, *, one_line: bool) -> str:
    if c := control_character(text, one_line=one_line):
        raise UsageError(f"{what} holds a control character (U+{ord(c):04X}). Take it out.")
    return text


def _words(slug: str) -> str:
    """The name that a slug makes: ``study-visits`` is "Study visits"."""
    return slug.replace("-", " ").replace("_", " ").capitalize()


def _colour(text: str) -> str:
    if not COLOUR.fullmatch(text):
        raise UsageError(f'"{text}" is no colour; write it like "#ffaf87".')
    return text.lower()


def _has(cues: Sequence[Cue], cue: Cue) -> bool:
    return any((c.phrase, c.pattern) == (cue.phrase, cue.pattern) for c in cues)


def _new_id(codebook: Codebook, parent: Code | None, slug: str) -> str:
    """An id that no code has, nor any has as its path: a renamed code keeps its old path as id."""
    usual = f"{parent.id}/{slug}" if parent else slug
    taken = {c.id for c in codebook.codes} | {c.path for c in codebook.codes}
    numbered = (f"{usual}-{n}" for n in count(2))
    return next(key for key in chain([usual], numbered) if key not in taken)


def _room(codebook: Codebook, parent: Code | None, slug: str, *, levels: int = 0) -> None:
    """Refuse a slug that a code there has, and a place too deep for ``levels`` more below it."""
    path = f"{parent.path}/{slug}" if parent else slug
    there = next((c for c in codebook.codes if c.path == path), None)
    if there is not None:
        raise UsageError(
            f'There is a code {path} already ("{there.name}").'
            " Choose another name, or merge the two."
        )
    _deep(parent, levels + 1)


def _deep(parent: Code | None, levels: int) -> None:
    if parent is not None and parent.depth + levels >= DEEPEST:
        raise UsageError(f"Codes stand at most {DEEPEST} levels deep; {parent.path} is too deep.")


def _following(block: Sequence[Code], old: Code | None, new: Code | None) -> list[Code]:
    """Codes that stood below ``old``, below ``new``: what they took from above, they take there.

    At the top there is nothing to take, so there they keep what they had.
    """
    before = {c.path: c for c in block}
    after: dict[str, Code] = {}
    for code in block:
        was = before.get(code.parent or "", old or DEFAULT)
        now = after.get(code.parent or "", new)
        taken = [f for f in INHERITED if now and getattr(code, f) == getattr(was, f)]
        after[code.path] = replace(code, **{f: getattr(now, f) for f in taken})
    return list(after.values())


def _with_path(block: Sequence[Code], old: str, new: str) -> list[Code]:
    return [replace(c, path=new + c.path[len(old) :]) for c in block]


def _with_root(codebook: Codebook, old: Code, new: Code) -> Codebook:
    """One code changed, and those below that took its purpose or colours with it."""
    below = codebook.under(old.path)[1:]
    return _replaced(codebook, [old, *below], [new, *_following(below, old, new)])


def _replaced(codebook: Codebook, old: Sequence[Code], new: Sequence[Code]) -> Codebook:
    changed = {a.id: b for a, b in zip(old, new, strict=True)}
    codes = replace(codebook, codes=tuple(changed.get(c.id, c) for c in codebook.codes))
    return replace(codebook, codes=tuple(in_order(codes)))


def _inserted(
    codebook: Codebook,
    block: Sequence[Code],
    *,
    under: Code | None = None,
    before: Code | None = None,
    after: Code | None = None,
) -> Codebook:
    """Codes put before or behind another and all below it; else last under ``under``, or of all."""
    codes = in_order(codebook)
    behind = after or under
    place = len(codes)
    if before is not None:
        place = codes.index(before)
    elif behind is not None:
        place = codes.index(behind) + len(codebook.under(behind.path))
    return replace(codebook, codes=(*codes[:place], *block, *codes[place:]))
