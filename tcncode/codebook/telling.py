"""What an edit of the codebook will do, in words and figures, before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tcncode.codebook.colours import TOO_NEAR, near_colours
from tcncode.codebook.fields import TEXTS
from tcncode.codebook.merging import Recoded
from tcncode.codebook.records import in_order
from tcncode.model import Code, Codebook, Coding
from tcncode.text.numbers import counted


@dataclass(frozen=True, slots=True)
class CodebookEdit:
    """An edit worked out; whether it is done already is for the caller to know."""

    what: str
    """In words, for the log."""
    lines: tuple[str, ...]
    """What it does, a line each. Empty where nothing would change."""
    path: str
    """Where the code is afterwards: for a merge, the code that stays; for a removal, its parent."""
    codings: int
    """How many codings it changes."""
    codebook: Codebook
    """As it is afterwards."""


def tell_change(old: Codebook, new: Codebook, code_id: str, *, coded: bool = False) -> list[str]:
    """What becomes of one code that is added, renamed, moved, coloured or redefined.

    Args:
        coded: whether it, or a code below it, has codings. Not how many: counting them would
            make a rename slower the more there are.
    """
    was, now = old.by_id().get(code_id), new.by_id()[code_id]
    if was is None:
        return _told_added(new, now) + _told_near(new, now.path)
    lines = _told_place(old, new, was, now)
    if was.name != now.name:
        lines.append(f'Its name is now "{now.name}" (was "{was.name}").')
    taken = f", like that of {now.parent}" if was.parent != now.parent and now.parent else ""
    if was.purpose != now.purpose:
        also = _below(old, new, now, "purpose")
        lines.append(
            f"Its purpose is now {_or_none(now.purpose)}"
            f" (was {_or_none(was.purpose)}){taken}{also}."
        )
    if (was.colour, was.colour_light) != (now.colour, now.colour_light):
        also = _below(old, new, now, "colour") or _below(old, new, now, "colour_light")
        lines.append(
            f"Its colour is now {now.colour} on a dark screen and {now.colour_light} on a light one"
            f" (was {was.colour} and {was.colour_light}){taken}{also}."
        )
        lines += _told_near(new, now.path)
    if was.key != now.key:
        lines.append(f"Its key is now {_or_none(now.key)} (was {_or_none(was.key)}).")
    for field in TEXTS:
        one, other = getattr(was, field), getattr(now, field)
        if one.strip() != other.strip():
            lines.append(f"{field.replace('_', ' ').capitalize()}: {_said(one)} -> {_said(other)}")
    if lines and was.path == now.path and not lines[0].startswith(now.path):
        lines[0] = f"{now.path}: {lines[0][0].lower()}{lines[0][1:]}"
    if lines and coded:
        lines.append("Its codings stay with it as they are.")
    return lines


def tell_removal(old: Codebook, path: str, memos: int) -> list[str]:
    """What goes with a code that nobody has coded with, and has so many memos."""
    code = old.get(path)
    below = old.under(code.path)[1:]
    along = f", with its {counted(len(below), 'sub-code')} ({_slugs(below)})" if below else ""
    none = "Neither it nor they have codings." if below else "It has no codings."
    lines = [f'{code.path} ("{code.name}") is removed{along}. {none}']
    if memos:
        stay = "stays" if memos == 1 else "stay"
        lines.append(f"{counted(memos, 'memo')} on it {stay} in the list of memos.")
    return lines


def tell_merge(
    old: Codebook,
    source: Code,
    target: Code,
    *,
    codings: Sequence[Coding],
    recoded: Recoded,
    memos: int,
    answers: int,
    suggestions: int,
) -> list[str]:
    """What becomes of everything that has to do with a code that is merged into another.

    Args:
        codings: those of the merged code, by all coders.
        memos: how many memos are on the code itself.
        answers: how many answers to suggestions it has.
        suggestions: how many suggestions for it are open.
    """
    lines = _told_codings(source, target, codings, recoded)
    below = old.under(source.path)[1:]
    names = f" ({_slugs(below)})" if below else ""
    lines += [
        f"{counted(n, noun)}{what} {'moves' if n == 1 else 'move'} along."
        for n, noun, what in (
            (len(below), "sub-code", names),
            (memos, "memo", " on it"),
            (answers, "answer", " to suggestions"),
        )
        if n
    ]
    if suggestions:
        lines.append(
            f"{counted(suggestions, 'open suggestion')} of yours {_are(suggestions)} put away;"
            f' "tcncode suggest" makes them anew for {target.path}.'
        )
    lines += _told_texts(source, target)
    key = f" Its key {source.key} is free." if source.key else ""
    return [*lines, f"{source.path} is removed from the codebook.{key}"]


def _told_codings(
    source: Code, target: Code, codings: Sequence[Coding], recoded: Recoded
) -> list[str]:
    if not codings:
        return [f"{source.path} has no codings."]
    coders, documents = ({getattr(c, of) for c in codings} for of in ("coder", "document"))
    lines = [
        f"{counted(len(codings), 'coding')} of {counted(len(coders), 'coder')} in"
        f" {counted(len(documents), 'document')}"
        f" {'becomes' if len(codings) == 1 else 'become'} {target.path}."
    ]
    if recoded.joined:
        keep = "keeps one coding" if recoded.joined == 1 else "keep one coding each"
        memos = ""
        if recoded.memos:
            where = "" if recoded.memos == recoded.joined else f" of {recoded.memos} of them"
            memos = f"; the memos{where} are joined"
        lines.append(
            f"{counted(recoded.joined, 'passage')} that one coder had given both codes"
            f" {keep}{memos}."
        )
    return lines


def _told_texts(source: Code, target: Code) -> list[str]:
    known = {(c.phrase, repr(c.pattern)) for c in target.cues}
    fresh = sum((c.phrase, repr(c.pattern)) not in known for c in source.cues)
    lines = []
    if fresh or source.negative_cues:
        lost = ""
        if source.negative_cues:
            n = len(source.negative_cues)
            lost = f"; {counted(n, 'negative cue')} {_are(n)} not taken over"
        cues = f"{counted(fresh, 'cue')} {_are(fresh)}" if fresh else "No cue is"
        lines.append(f"{cues} added to {target.path}{lost}.")
    if any(getattr(source, field).strip() for field in TEXTS):
        lines.append(f"{target.path} keeps its own definition; that of {source.path} is dropped.")
    return lines


def _told_added(new: Codebook, code: Code) -> list[str]:
    own = [f"purpose {code.purpose}"] if code.purpose else []
    own += [f"key {code.key}"] if code.key else []
    own += ["" if code.definition else "no definition yet"]
    said = ", ".join(part for part in own if part)
    lines = [f'{code.path} ("{code.name}") is added {_where(new, code)}.']
    return lines + ([said[0].upper() + said[1:] + "."] if said else [])


def _told_place(old: Codebook, new: Codebook, was: Code, now: Code) -> list[str]:
    if was.path == now.path:
        moved = _where(old, was) != _where(new, now)
        return [f"{now.path} now stands {_where(new, now)}."] if moved else []
    below = new.under(now.path)[1:]
    many = counted(len(below), "sub-code")
    along = f", and its {many} ({_slugs(below)}) with it" if below else ""
    lines = [f"{was.path} becomes {now.path}{along}."]
    if was.parent != now.parent:
        lines.append(f"It now stands {_where(new, now)}.")
        if now.parent is None:
            lines.append("It keeps the purpose and colours that it had.")
        elif now.purpose and was.purpose == now.purpose:
            above = new.get(now.parent).purpose
            if above != now.purpose:
                lines.append(
                    f"It keeps its own purpose, {now.purpose};"
                    f" that of {now.parent} is {_or_none(above)}."
                )
    return lines


def _where(codebook: Codebook, code: Code) -> str:
    beside = [c for c in in_order(codebook) if c.parent == code.parent]
    place = [c.id for c in beside].index(code.id)
    above = f"under {code.parent}" if code.parent else "at the top"
    after = f", after {beside[place - 1].path.rpartition('/')[2]}" if place else ""
    return above + (after or (", first" if len(beside) > 1 else ""))


def _below(old: Codebook, new: Codebook, code: Code, field: str) -> str:
    """How many codes below take a new value along."""
    before = old.by_id()
    changed = [
        c for c in new.under(code.path)[1:]
        if c.id in before and getattr(before[c.id], field) != getattr(c, field)
    ]  # fmt: skip
    return f", and so for {counted(len(changed), 'sub-code')} below" if changed else ""


def _told_near(codebook: Codebook, path: str) -> list[str]:
    near = near_colours(codebook, path)
    if not near or "/" in path:
        return []
    code, apart = near[0]
    return [
        f"Its colour is hard to tell from that of {code.path} (CIEDE2000 difference {apart:.0f};"
        f" from {TOO_NEAR:.0f} on, colours are told apart)."
    ]


def _slugs(codes: Sequence[Code]) -> str:
    names = [c.path.rpartition("/")[2] for c in codes]
    return ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _or_none(value: object) -> str:
    return str(value) if value else "none"


def _said(text: str) -> str:
    flat = " ".join(text.split())
    short = flat if len(flat) <= 60 else flat[:57].rstrip() + "..."
    return f'"{short}"' if flat else "none"
