"""What the keys of the main screen do to code, and to give codings another code."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from rich.text import Text

from tcncode.model import Coding
from tcncode.text import Span
from tcncode.text.numbers import counted
from tcncode.text.safe import safe_line
from tcncode.tui.boundary_keys import BoundaryKeys
from tcncode.tui.memo_keys import MemoKeys
from tcncode.tui.pickers import NEW, CodePicker, LinePicker, NewCodeWindow

NOT_HERE = "No sentence at the cursor. Move into one, or select words."
_RECENT = 9


class CodingKeys(BoundaryKeys, MemoKeys):
    """Codes, recodes, removes."""

    # Coding

    def code_with(self, path: str, *, then: Callable[[Coding], None] | None = None) -> None:
        """Code the selection, or the sentence at the cursor."""
        self._code(lambda document, span: self.project.code(document, span, path), then)

    def code_as_new(
        self, name: str, under: str, *, then: Callable[[Coding], None] | None = None
    ) -> None:
        """Likewise with a code that is made for it, in one action."""
        project = self.project
        self._code(lambda key, span: project.code_as_new(key, span, name, under=under), then)

    def _code(
        self, code: Callable[[str, Span], Coding], then: Callable[[Coding], None] | None
    ) -> None:
        if self._adjusting is not None:
            self.say("Boundaries are being moved: enter keeps them, esc leaves them.", bad=True)
            return
        document, span = self.document, self.target()
        if document is None or span is None:
            self.say(NOT_HERE, bad=True)
            return
        made: list[Coding] = []

        def does() -> str:
            codes = len(self.project.codebook.codes)
            made.append(code(document.id, span))
            path = self.project.codebook.by_id()[made[0].code].path
            self._used(path)
            if made[0].id in self._codings:
                return f"{path} is there already; it stays one coding"
            new = "new code " if len(self.project.codebook.codes) > codes else ""
            words = len(span.of(document.text).split())
            return f"{counted(words, 'word')} coded {new}{path}"

        self.reader.extending = False  # or the next motion would carry the old selection on
        if self.change(does):
            self._nudged = None
            if then is not None:
                then(made[0])

    def _used(self, path: str) -> None:
        if path != self.last_code:
            known = {code.path: code.id for code in self.project.codebook.codes}
            kept = [known.get(p, "") for p in self.recent if p != path]
            self.recent_ids = [key for key in (known.get(path, ""), *kept) if key][:_RECENT]
            self.project.remember("recent", json.dumps(self.recent_ids))
            self.show_palette()

    def action_key(self, key: int) -> None:
        """Code with the code that has this digit."""
        if self.is_in_list():
            return
        for code in self.project.codebook.codes:
            if code.key == key:
                self.code_with(code.path)
                return
        self.say(f"No code has the key {key}; c picks from all codes.", bad=True)

    def action_repeat(self) -> None:
        """Code with the last code once more."""
        if self.is_in_list():
            return
        if self.last_code is None:
            self.say("No code was used yet; c picks one.", bad=True)
        else:
            self.code_with(self.last_code)

    def action_pick(self) -> None:
        """Choose from all codes; while boundaries are adjusted, keep them."""
        if self._adjusting is not None:
            self._keep_boundaries()
        else:
            self._pick(self.code_with, self.code_as_new)

    def action_code_and_memo(self) -> None:
        """Choose a code, and write a memo on the new coding at once."""
        memo = self._write_memo
        self._pick(partial(self.code_with, then=memo), partial(self.code_as_new, then=memo))

    def _pick(
        self, then: Callable[[str], None], fresh: Callable[[str, str], None], asks: str = ""
    ) -> None:
        """Ask for a code; for one that is not there yet, its name and the code it goes under."""
        span = self.target()
        if span is None:
            self.say(NOT_HERE, bad=True)
            return
        words = len(span.of(self.reader.text).split())
        asks = asks or f"Code {counted(words, 'word')} with"

        def chosen(path: str | None) -> None:
            if path is None:
                return
            if path.startswith(NEW):
                self._new_code(path[len(NEW) :], fresh)
            else:
                then(path)

        picker = CodePicker(self.project.codebook, self.palette, asks, creates=True)
        self.ask(picker, chosen)

    def action_recent(self) -> None:
        """Choose from the codes used last, by digit."""
        if not self.recent:
            self.say("No code was used yet; c picks one.", bad=True)
            return
        by_path, paths = {c.path: c for c in self.project.codebook.codes}, self.recent
        lines = [
            Text.assemble(
                (self.palette.letter(by_path[p].id), self.palette.stripe(by_path[p].id)),
                f" {safe_line(p)}",
            )
            for p in paths
        ]

        def chosen(place: int | None) -> None:
            if place is not None:
                self.code_with(paths[place])

        self.ask(LinePicker("Code with a recent code", lines, digits=True), chosen)

    def action_in_vivo(self) -> None:
        """Make a code of the selected words, and code them with it."""
        span = self.target()
        if span is None:
            self.say(NOT_HERE, bad=True)
        else:
            self._new_code(" ".join(span.of(self.reader.text).split())[:60], self.code_as_new)

    def _new_code(self, name: str, fresh: Callable[[str, str], None]) -> None:
        def named(answer: tuple[str, str] | None) -> None:
            if answer is not None:
                fresh(*answer)

        self.ask(NewCodeWindow(name, self.project.codebook, self.palette), named)

    # Changing codings

    def action_remove(self) -> None:
        """Remove a coding here."""
        if self.is_in_list():
            return

        def remove(coding: Coding) -> None:
            def does() -> str:
                self.project.uncode(coding.id)
                return f"removed {self.palette.names([coding.code])} (u undoes)"

            self.change(does)

        self.one_of("Remove which coding?", remove)

    def action_recode(self) -> None:
        """Give the coding here another code."""

        def change(coding: Coding) -> None:
            before = self.palette.names([coding.code])

            def put(recode: Callable[[], Coding]) -> None:
                def does() -> str:
                    code = recode().code
                    path = self.project.codebook.by_id()[code].path
                    self._used(path)
                    return f"{before} changed to {path} (u undoes)"

                self.change(does)

            project = self.project
            self._pick(
                lambda path: put(lambda: project.recode(coding.id, path)),
                lambda name, under: put(
                    lambda: project.recode_as_new(coding.id, name, under=under)
                ),
                f"Change {before} to",
            )

        self.one_of("Change the code of which coding?", change)
