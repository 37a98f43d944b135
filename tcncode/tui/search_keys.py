"""What was looked for, and the coding of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tcncode.project.finding import Passage
from tcncode.search import Hit
from tcncode.text.numbers import counted
from tcncode.tui.long_list import ChoiceList
from tcncode.tui.study_screen import StudyScreen


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for, where, and what coding it would code."""

    query: str = ""
    mode: str = "words"
    score: int = 85
    """Least likeness of a fuzzy hit, 0 to 100."""
    network: str | None = None
    """Id; ``(none)`` for documents without one."""
    passage: Passage = "sentence"


class HitKeys(StudyScreen):
    """Codes the hits of its list."""

    asked: Asked
    searching = False
    """Whether more may come."""

    @property
    def hits(self) -> ChoiceList[Hit]:
        """The list."""
        return self.query_one(ChoiceList)

    def action_code(self) -> None:
        """Code the chosen hits, or all where none is, with a code to be picked."""
        from tcncode.tui.pickers import CodePicker

        if self.searching:
            self.say("Still searching; code when all hits are here.", bad=True)
            return
        marked = [self.hits.items[n] for n in sorted(self.hits.chosen)]
        hits = marked or list(self.hits.items)
        if not hits:
            self.say("Nothing is found that could be coded.", bad=True)
            return
        count = len(self.project.passages(hits, self.asked.passage))
        which = "" if marked else "all "
        asks = f"Code {which}{counted(count, self.asked.passage)} with"

        def chosen(path: str | None) -> None:
            if path is not None:
                self._code(hits, path, sure=bool(marked))

        self.app.push_screen(CodePicker(self.project.codebook, self.palette, asks), chosen)

    def _code(self, hits: Sequence[Hit], path: str, *, sure: bool) -> None:
        """Code, or where nobody chose these hits one by one, ask before."""
        from tcncode.tui.windows import ConfirmWindow

        passage = self.asked.passage
        found = self.project.hits_to_code(hits, path, passage=passage)
        there = f" {found.there:,} have it already." if found.there else ""
        units = counted(len(found.fresh), passage)

        def does() -> str:
            made, _ = self.project.code_hits(hits, path, passage=passage)
            return f"{counted(len(made), passage)} coded {path}.{there} u undoes."

        def answered(wanted: bool | None) -> None:
            if wanted:
                self.attempt(does)

        if not found.fresh:
            self.say(f"Nothing to do:{there}")
        elif sure:
            self.attempt(does)
        else:
            asks = f"Code all {counted(len(hits), 'hit')}, {units}, {path}?{there}"
            self.app.push_screen(ConfirmWindow(asks), answered)
