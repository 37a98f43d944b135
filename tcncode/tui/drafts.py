"""Words being typed that nobody has kept yet: they outlive a killed program and a shut terminal.

A draft is no memo. It is not journaled, so undo never meets it; each is one value that the
project remembers for its coder, and so is either all there or as it was before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, get_args

from textual.screen import ModalScreen
from textual.timer import Timer

from tcncode.journal import now
from tcncode.model import Memo, MemoNoun

if TYPE_CHECKING:
    from tcncode.project import Project

PAUSE = 1.0
"""Seconds at most between a key and its being on disk."""
Answer = TypeVar("Answer")
_MEMOS = "draft memo:"
_TEXTS = "draft texts:"


@dataclass(frozen=True, slots=True)
class Draft:
    """Where a coder's unkept words on one thing are remembered."""

    project: Project
    key: str
    about: str
    """What they are on, in words."""

    def words(self) -> str | None:
        """The unkept words; None where there are none."""
        found = self._read()
        return found["words"] if found else None

    def since(self) -> str:
        """When they were last typed at, UTC, to the minute."""
        found = self._read()
        return found["typed"][:16].replace("T", " ") + " UTC" if found else ""

    def put(self, words: str) -> bool:
        """Remember these; False where the file is busy now."""
        value = {"words": words, "about": self.about, "typed": now()}
        return self.project.remember(self.key, json.dumps(value))

    def drop(self) -> None:
        """They were kept, or are not wanted."""
        self.project.forget(self.key)

    def _read(self) -> dict[str, str] | None:
        return _read(self.project.recall(self.key))


class Drafting(ModalScreen[Answer]):
    """A window to write in: what ``written`` says is on disk a second after it was typed."""

    draft: Draft | None = None
    _draft_timer: Timer | None = None

    def written(self) -> str | None:
        """What there would be to lose; None: nothing."""
        raise NotImplementedError

    def typing(self) -> None:
        """A key was typed: have it on disk soon, however long the coder types on."""
        if self.draft is not None and self._draft_timer is None:
            self._draft_timer = self.set_timer(PAUSE, self.put_draft)

    def put_draft(self) -> None:
        """Have what is written on disk, now."""
        self._draft_timer = None
        if self.draft is not None:
            words = self.written()
            if words is None:
                self.draft.drop()
            elif not self.draft.put(words):
                self.typing()

    def drop_draft(self) -> None:
        """What is written is not wanted."""
        if self._draft_timer is not None:
            self._draft_timer.stop()
        if self.draft is not None:
            self.draft.drop()
        self.draft = None


def memo_draft(project: Project, noun: MemoNoun, target: str, about: str) -> Draft:
    """Unkept words of a memo on something."""
    return Draft(project, f"{_MEMOS}{noun}:{target}", about)


def texts_draft(project: Project, code_id: str, path: str) -> Draft:
    """Unkept words of what a code means."""
    return Draft(project, f"{_TEXTS}{code_id}", f"the texts of {path}")


def unkept_memos(project: Project) -> list[tuple[Memo, str]]:
    """This coder's unkept words for memos, as memos, each with what it is on in words."""
    found = []
    nouns: dict[str, MemoNoun] = {noun: noun for noun in get_args(MemoNoun)}
    for key, value in project.remembered(_MEMOS).items():
        noun, _, target = key.removeprefix(_MEMOS).partition(":")
        draft = _read(value)
        if draft and noun in nouns:
            words, typed = draft["words"], draft["typed"]
            memo = Memo(key, nouns[noun], target, project.coder, words, typed)
            found.append((memo, draft["about"]))
    return found


def where_unkept(project: Project) -> str:
    """One line on all unkept words of this coder; empty where there are none."""
    memos = [about for _, about in unkept_memos(project)]
    codes = project.codebook.by_id()
    keys = (key.removeprefix(_TEXTS) for key in project.remembered(_TEXTS))
    texts = [codes[key].path for key in keys if key in codes]
    said = []
    if memos:
        said.append(f"on {_some(memos)} (ctrl+g m lists them)")
    if texts:
        said.append(f"on what is meant by {_some(texts)} (f8, then e)")
    return f"Unkept words {' and '.join(said)}." if said else ""


def _some(names: list[str]) -> str:
    short = [name if len(name) <= 50 else name[:49] + "…" for name in names]
    more = f" and {len(short) - 3} more" if len(short) > 3 else ""
    return "; ".join(short[:3]) + more


def _read(value: str | None) -> dict[str, str] | None:
    try:
        read = json.loads(value or "null")
    except ValueError:
        return None
    return read if isinstance(read, dict) and {"words", "about", "typed"} <= set(read) else None
