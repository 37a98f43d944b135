"""Undo and redo in words: where it was, and what would go that one did not have in mind."""

from __future__ import annotations

from collections.abc import Callable

from tcncode.model import TakenBack
from tcncode.text.numbers import counted

_AT_ONCE = 3
"""So many rows of one kind are taken back unasked: what splitting or joining changes."""
_NOUNS = {
    "coding": ("coding", "codings"),
    "suggestion_answer": ("decision on a suggestion", "decisions on suggestions"),
    "settlement": ("decision on a difference", "decisions on differences"),
    "memo": ("memo", "memos"),
    "assignment": ("assignment or finished mark", "assignments and finished marks"),
    "document": ("document's description", "documents' descriptions"),
    "network": ("network", "networks"),
    "city": ("city", "cities"),
    "membership": ("membership", "memberships"),
}


Named = Callable[[str], str]
"""Gives a document's name for its id."""


def what_goes(back: TakenBack, named: Named) -> list[str]:
    """Lines on all that an undo would take along; none where it is too small to be asked about."""
    changed = dict(back.rows)
    if back.documents:
        changed.pop("document", None)
    large = any(changed.get(table, 0) > _AT_ONCE for table in _NOUNS)
    if not (large or back.documents or back.is_merge):
        return []
    lines = []
    if back.documents:
        some = ", ".join(named(key) for key in back.documents[:5])
        more = f" and {len(back.documents) - 5} more" if len(back.documents) > 5 else ""
        lines.append(f"{counted(len(back.documents), 'document')} out of the project: {some}{more}")
    told = [counted(changed[t], *words) for t, words in _NOUNS.items() if changed.get(t)]
    places = f" in {counted(len(back.places), 'document')}" if len(back.places) > 1 else ""
    if told:
        lines.append(f"taken back: {', '.join(told)}{places}")
    lines.append(
        "Merging the same file again brings it back."
        if back.is_merge
        else "ctrl+r brings it back, as long as you do nothing else first."
    )
    return lines


def where(back: TakenBack | None, named: Named, on_screen: str | None) -> str:
    """`` in TITLE``, where it was in documents other than the one on screen; else nothing."""
    elsewhere = set(back.places) - {on_screen} if back is not None else set()
    if back is None or not elsewhere:
        return ""
    if len(back.places) > 1:
        return f" in {counted(len(back.places), 'document')}"
    return f" in {named(*elsewhere)}"
