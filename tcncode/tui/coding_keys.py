"""What the keys of the main screen do with codings, memos and codes."""

from __future__ import annotations

import json
from collections.abc import Callable

from rich.style import Style
from rich.text import Text

from tcncode.model import Coding, MemoNoun
from tcncode.text import Span
from tcncode.text.safe import safe_line
from tcncode.tui.document_screen import DocumentScreen
from tcncode.tui.pickers import NEW, CodePicker, CodingPicker, LinePicker, NewCodeWindow
from tcncode.tui.units import Unit, trimmed

NOT_HERE = "No sentence at the cursor. Move into one, or select words."
_RECENT = 9
_GAP = 200
"""Blanks between two codings that are still neighbours, in characters."""


class CodingKeys(DocumentScreen):
    """Codes, changes codings, writes memos, undoes."""

    _adjusting: Coding | None = None
    """The coding whose boundaries are being moved as a selection."""
    _nudged: tuple[str, int] | None = None
    """The coding moved by the last key, and where the cursor was left: the next key means it."""

    # Coding

    def code_with(self, path: str, *, then: Callable[[Coding], None] | None = None) -> None:
        """Code the selection, or the sentence at the cursor."""
        document, span = self.document, self.target()
        if document is None or span is None:
            self.say(NOT_HERE, bad=True)
            return
        made: list[Coding] = []

        def does() -> str:
            known = len(self._codings)
            made.append(self.project.code(document.id, span, path))
            if made[0].id in self._codings and known == len(self._codings):
                return f"{path} is there already; it stays one coding"
            words = len(document.text[span.start : span.end].split())
            return f"{words} word{'s' if words != 1 else ''} coded {path}"

        self._used(path)
        self.reader.extending = False  # or the next motion would carry the old selection on
        if self.attempt(does) and then is not None:
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
        for code in self.project.codebook.codes:
            if code.key == key:
                self.code_with(code.path)
                return
        self.say(f"No code has the key {key}; c picks from all codes.", bad=True)

    def action_repeat(self) -> None:
        """Code with the last code once more."""
        if self.last_code is None:
            self.say("No code was used yet; c picks one.", bad=True)
        else:
            self.code_with(self.last_code)

    def action_pick(self) -> None:
        """Choose from all codes; while boundaries are adjusted, keep them."""
        if self._adjusting is not None:
            self._keep_boundaries()
        else:
            self._pick(self.code_with)

    def action_code_and_memo(self) -> None:
        """Choose a code, and write a memo on the new coding at once."""
        self._pick(lambda path: self.code_with(path, then=self._write_memo))

    def _pick(self, then: Callable[[str], None], asks: str = "") -> None:
        span = self.target()
        if span is None:
            self.say(NOT_HERE, bad=True)
            return
        words = len(span.of(self.reader.text).split())
        asks = asks or f"Code {words} word{'s' if words != 1 else ''} with"

        def chosen(path: str | None) -> None:
            if path is None:
                return
            if path.startswith(NEW):
                self._new_code(path[len(NEW) :], then)
            else:
                then(path)

        picker = CodePicker(self.project.codebook, self.palette, asks, creates=True)
        self.app.push_screen(picker, chosen)

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

        self.app.push_screen(LinePicker("Code with a recent code", lines, digits=True), chosen)

    def action_in_vivo(self) -> None:
        """Make a code of the selected words, and code them with it."""
        span = self.target()
        if span is None:
            self.say(NOT_HERE, bad=True)
        else:
            self._new_code(" ".join(span.of(self.reader.text).split())[:60], self.code_with)

    def _new_code(self, name: str, then: Callable[[str], None]) -> None:
        def named(answer: tuple[str, str] | None) -> None:
            if answer is None:
                return
            words, under = answer
            made: list[str] = []

            def does() -> str:
                made.append(self.project.add_code(words, under=under).path)
                return f"new code {made[0]}"

            if self.attempt(does):
                then(made[0])

        self.app.push_screen(NewCodeWindow(name, self.project.codebook, self.palette), named)

    # Changing codings

    def one_of(self, asks: str, then: Callable[[Coding], None]) -> None:
        """Do something with the coding here, asking which if there are several of one's own."""
        found = self.codings_here()
        own = [c for c in found if self.is_own(c)]
        if self._nudged and self._nudged[1] == self.reader.cursor:
            own = [c for c in self._codings.values() if c.id == self._nudged[0]] or own
        if not own:
            whose = f"The coding here is {found[0].coder}'s." if found else "Nothing of yours here."
            self.say(f"{whose} ] goes to the next coding.", bad=True)
        elif len(own) == 1:
            then(own[0])
        else:
            by_id = {coding.id: coding for coding in own}

            def chosen(coding_id: str | None) -> None:
                if coding_id is not None:
                    then(by_id[coding_id])

            picker = CodingPicker(own, self.project.codebook, self.palette, asks, self.reader.text)
            self.app.push_screen(picker, chosen)

    def action_remove(self) -> None:
        """Remove a coding here."""

        def remove(coding: Coding) -> None:
            def does() -> str:
                self.project.uncode(coding.id)
                return f"removed {self.palette.names([coding.code])} (u undoes)"

            self.attempt(does)

        self.one_of("Remove which coding?", remove)

    def action_recode(self) -> None:
        """Give the coding here another code."""

        def change(coding: Coding) -> None:
            before = self.palette.names([coding.code])

            def recode(path: str) -> None:
                def does() -> str:
                    self.project.recode(coding.id, path)
                    return f"{before} changed to {path} (u undoes)"

                self._used(path)
                self.attempt(does)

            self._pick(recode, f"Change {before} to")

        self.one_of("Change the code of which coding?", change)

    def action_nudge(self, unit: Unit, step: int) -> None:
        """Move the boundary of the coding here that is nearer to the cursor."""
        self.one_of("Move the boundary of which coding?", lambda c: self._nudge(c, unit, step))

    def _nudge(self, coding: Coding, unit: Unit, step: int) -> None:
        reader, span = self.reader, coding.span
        at_start = abs(reader.cursor - span.start) < abs(reader.cursor - span.end)
        edge = self._edge(span.start if at_start else span.end, unit, step, start=at_start)
        low, high = (edge, span.end) if at_start else (span.start, edge)
        stretch = trimmed(reader.text, low, high) if low < high else None
        if stretch is None:
            self.say("The coding would have no words. x removes it.", bad=True)
            return
        wanted = Span(*stretch)
        if wanted == span:
            self.say("The text ends here.", bad=True)
            return
        end, moved = "begins" if at_start else "ends", list[Coding]()
        words = len(wanted.of(reader.text).split())
        said = f"{self.palette.names([coding.code])} {end} here now: {words} words (u undoes)"

        def does() -> str:
            moved.append(self.project.reshape(coding.id, wanted))
            return said

        if self.attempt(does):
            # Just after the end is still "on" the coding.
            reader.place(wanted.start if at_start else wanted.end)
            self._nudged = moved[0].id, reader.cursor
            self.say_next(said)

    def _edge(self, at: int, unit: Unit, step: int, *, start: bool) -> int:
        """Where a boundary comes to stand: a start at a start, an end at an end."""
        units = self.reader.units
        if step < 0 or start:  # blanks at an end are trimmed away by whoever asks
            return units.next(unit, at) if step > 0 else units.previous(unit, at)
        return units.next_end(unit, at)

    def action_adjust(self) -> None:
        """Select the coding here, to move its boundaries with the motion keys; enter keeps them."""
        if self._adjusting is not None:
            self._keep_boundaries()
            return

        def adjust(coding: Coding) -> None:
            reader = self.reader
            reader.select(coding.span)
            reader.action_swap()
            reader.extending = True
            self._adjusting = coding
            self.say_adjusting()

        self.one_of("Adjust the boundaries of which coding?", adjust)

    def say_adjusting(self) -> None:
        """What the keys do meanwhile."""
        if self._adjusting is not None:
            name = self.palette.names([self._adjusting.code])
            self.say(f"{name}: move its end, z the other end, enter keeps, esc leaves it as it was")

    def _keep_boundaries(self) -> None:
        coding, chosen = self._adjusting, self.reader.selection
        self._adjusting = None
        stretch = trimmed(self.reader.text, *chosen) if chosen else None
        self.reader.action_clear()
        if coding is None or stretch is None:
            self.say("Nothing was selected; the coding is as it was.", bad=True)
            return

        def does() -> str:
            self.project.reshape(coding.id, Span(*stretch))
            return f"{self.palette.names([coding.code])} has new boundaries (u undoes)"

        self.attempt(does)

    def action_split(self) -> None:
        """Make two codings of the one at the cursor, cut there."""

        def split(coding: Coding) -> None:
            def does() -> str:
                self.project.split(coding.id, self.reader.cursor)
                return f"{self.palette.names([coding.code])} split here (u undoes)"

            self.attempt(does)

        self.one_of("Split which coding?", split)

    def action_join(self) -> None:
        """Join the coding here with the neighbours that have the same code."""

        def join(coding: Coding) -> None:
            parts = self._neighbours(coding)

            def does() -> str:
                self.project.join([c.id for c in parts])
                return f"{len(parts)} codings of {self.palette.names([coding.code])} are one now"

            self.attempt(does)

        self.one_of("Join which coding with its neighbours?", join)

    def _neighbours(self, coding: Coding) -> list[Coding]:
        """The coding and its own kind on both sides, as far as nothing but blanks is between."""
        reader, parts = self.reader, [coding]
        while True:
            low = min(c.span.start for c in parts)
            high = max(c.span.end for c in parts)
            window = reader.text[max(low - _GAP, 0) : low]
            before = low - (len(window) - len(window.rstrip())) - 1
            window = reader.text[high : high + _GAP]
            after = high + len(window) - len(window.lstrip()) + 1
            more = [
                c
                for c in reader.index.within(max(before, 0), after)
                if self.is_own(c) and c.code == coding.code and c not in parts
            ]
            if not more:
                return parts
            parts += more

    # Memos

    def action_memo(self) -> None:
        """Write a memo on a coding here."""
        self.one_of("A memo on which coding?", self._write_memo)

    def _write_memo(self, coding: Coding) -> None:
        words = " ".join(coding.span.of(self.reader.text).split())
        about = f"{self.palette.names([coding.code])}: {words}"
        self._memo("coding", coding.id, about, coding.memo)

    def _memo(self, noun: MemoNoun, target: str, about: str, text: str) -> None:
        from tcncode.tui.memo_editor import MemoEditor

        def keep(memo: str | None) -> None:
            if memo is not None:

                def does() -> str:
                    self.project.write_memo(noun, target, memo)
                    return "memo saved" if memo.strip() else "memo removed"

                if not self.attempt(does):  # the words are not lost with what they were on
                    self.app.push_screen(MemoEditor(f"NOT SAVED: {about}", memo, others), keep)

        found = [] if noun == "coding" else self.project.memos(noun=noun, target=target)
        others = [memo for memo in found if memo.coder != self.project.coder]
        self.app.push_screen(MemoEditor(about, text, others), keep)

    def action_memo_on(self) -> None:
        """Write a memo on the document, its network, a code or the project."""
        choices = self._memo_choices()

        def chosen(place: int | None) -> None:
            if place is not None:
                noun, target, about = choices[place]
                self._memo(noun, target, about, self.project.own_memo(noun, target))

        lines = []
        for noun, target, about in choices:
            line = Text(safe_line(about))
            if self.project.memos(noun=noun, target=target):
                line.append("  ✎", Style(bold=True))
            lines.append(line)
        self.app.push_screen(LinePicker("A memo on", lines, digits=True), chosen)

    def _memo_choices(self) -> list[tuple[MemoNoun, str, str]]:
        choices: list[tuple[MemoNoun, str, str]] = []
        document, by_id = self.document, self.project.codebook.by_id()
        if document is not None:
            choices.append(("document", document.id, f"document {document.name}"))
            if document.network:
                choices.append(("network", document.network, f"network {document.network}"))
        codes = list(dict.fromkeys(c.code for c in self.codings_here(exact=False)))
        if self.last_code:
            codes.append(self.project.codebook.get(self.last_code).id)
        for code in dict.fromkeys(codes):
            choices.append(("code", code, f"code {by_id[code].path}"))
        return [*choices, ("project", "", f"project {self.project.path.stem}")]
