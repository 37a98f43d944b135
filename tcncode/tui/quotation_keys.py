"""What keys do: choose what is listed, and what becomes of the highlighted quotation."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from tcncode.model import Coding, DocumentEntry
from tcncode.project.finding import ANY
from tcncode.text.safe import safe, safe_line
from tcncode.tui.drafts import memo_draft
from tcncode.tui.long_list import LongList
from tcncode.tui.quotation_order import FILTERS, Asked, choices
from tcncode.tui.study_screen import StudyScreen


class QuotationKeys(StudyScreen):
    """Removes, recodes, copies and writes what its list of codings shows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "list", "To the list", show=False, id="quotations.list"),
        Binding("tab", "app.focus_next", "Next pane", show=False, id="quotations.other"),
        *(
            Binding(key, f"filter('{name}')", f"Only one {name}", show=False,
                    id=f"quotations.{name}")
            for key, name in FILTERS[:6]
        ),
        Binding("f", "words('text')", "Only with words in the quotation", show=False,
                id="quotations.text"),
        Binding("M", "words('memo')", "Only with words in the memo", show=False,
                id="quotations.memo_words"),
        Binding("l", "limits", "More filters: time, language, role, finished", show=False,
                id="quotations.limits"),
        Binding("0", "clear", "No filters", show=False, id="quotations.clear"),
        Binding("a", "any_coder", "Codes meet across coders", show=False,
                id="quotations.any_coder"),
        Binding("s", "sort", "Sort", id="quotations.sort"),
        Binding("x", "remove", "Remove", id="quotations.remove",
                tooltip="Remove a coding of your own"),
        Binding("m", "memo", "Memo", id="quotations.memo"),
        Binding("R", "recode", "Recode", id="quotations.recode",
                tooltip="Give a coding of your own another code"),
        Binding("y", "copy", "Copy", id="quotations.copy",
                tooltip="Copy the quotation with its source"),
        Binding("w", "write", "Write", id="quotations.write",
                tooltip="Write the list on show to a file"),
        Binding("slash", "where", "Where", id="quotations.where",
                tooltip="Which codes meet: sharing near shaming"),
        Binding("escape,backspace", "dismiss", "Back", id="quotations.back"),
        Binding("u", "undo", "Undo", show=False, id="quotations.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="quotations.redo"),
    ]  # fmt: skip

    asked: Asked
    """What is asked for; other than what the list shows while an expression is not complete."""
    _shown: Asked
    """What the list shows."""
    _entries: dict[str, DocumentEntry]
    """The documents, by id."""
    _return_to = ""
    """Id of the coding that the cursor is to be on when the list is made anew."""

    @property
    def results(self) -> LongList[Coding]:
        """The quotations on show."""
        return self.query_one(LongList)

    def ask_for(self, **changes: Any) -> None:
        """Change what is asked for, by the names of ``Asked``, and look again."""
        raise NotImplementedError

    # What to list

    def action_filter(self, name: str) -> None:
        """Pick what a filter leaves."""
        from tcncode.tui.pickers import LinePicker

        offered = [("all", ""), *choices(self.project, name)]

        def chosen(place: int | None) -> None:
            if place is not None:
                self.ask_for(**{name: offered[place][1] or None})

        self.app.push_screen(LinePicker(f"Only one {name}", [c[0] for c in offered]), chosen)

    def action_limits(self) -> None:
        """Pick a time, a language, who speaks, or what is finished."""
        from tcncode.tui.limits import MORE, ask_limit, more_limits

        given = {name: getattr(self.asked, name, None) for name in MORE}
        given["finished"] = bool(self.asked.finished_by)

        def then(limit: str, value: Any) -> None:
            if limit == "finished":
                self.ask_for(finished_by=ANY if value else None)
            else:
                self.ask_for(**{limit: value or (False if limit == "no_interviewers" else None)})

        ask_limit(self.app, "Only", more_limits(self.project, given), given, then)

    def action_words(self, name: str) -> None:
        """Type words that the quotation or the memo must have."""
        from tcncode.tui.windows import LineWindow

        def typed(words: str | None) -> None:
            if words is not None:
                self.ask_for(**{name: words.strip() or None})

        asks = {
            "text": 'Words in the quotation ("a phrase", begin*)',
            "memo": "Words in the memo; * for any memo",
        }[name]
        self.app.push_screen(LineWindow(asks, getattr(self.asked, name) or ""), typed)

    # What to do with it

    def action_remove(self) -> None:
        """Remove the coding, if it is one's own."""
        coding = self.results.item
        if coding is not None:
            key, name = coding.id, self.palette.names([coding.code])

            def does() -> str:
                self.project.uncode(key)
                return f"removed {name} (u undoes)"

            self.attempt(does)

    def action_memo(self) -> None:
        """Write the coding's memo."""
        from tcncode.tui.memo_editor import MemoEditor

        coding = self._own("A memo on a coding is its coder's.")
        if coding is None:
            return
        key, words = coding.id, self.project.quote(coding.document, coding.span)

        def keep(memo: str | None) -> None:
            def does() -> str:
                self.project.memo(key, memo or "")
                return "memo saved"

            if memo is not None and self.attempt(does):
                draft.drop()

        code, name = self.palette.names([coding.code]), self._entries[coding.document].name
        said = safe_line(" ".join(words.split()))[:200]
        draft = memo_draft(self.project, "coding", key, f"{code} in {name}: {said}")
        self.app.push_screen(MemoEditor(f"{code}: {said}", coding.memo, draft=draft), keep)

    def action_recode(self) -> None:
        """Pick another code for the coding."""
        from tcncode.tui.pickers import CodePicker

        coding = self._own("Only its coder changes a coding.")
        if coding is None:
            return
        key, name = coding.id, self.palette.names([coding.code])

        def chosen(path: str | None) -> None:
            def does() -> str:
                # A coding with another code has another id; the cursor goes with it.
                self._return_to = self.project.recode(key, path or "").id
                return f"{name} is now {path} (u undoes)"

            if path is not None:
                self.attempt(does)

        picker = CodePicker(self.project.codebook, self.palette, f"Change {name} to")
        self.app.push_screen(picker, chosen)

    def _own(self, otherwise: str) -> Coding | None:
        """The highlighted coding if it is one's own; else say whose it is."""
        coding = self.results.item
        if coding is not None and coding.coder != self.project.coder:
            self.say(f"{otherwise} This one is {coding.coder}'s.", bad=True)
            return None
        return coding

    def action_copy(self) -> None:
        """Copy the words with where they stand and who coded them what."""
        coding = self.results.item
        if coding is None:
            return
        entry = self._entries[coding.document]
        words = self.project.quote(coding.document, coding.span)
        source = [entry.name, entry.network or "", entry.date or ""]
        where = f"characters {coding.span.start} to {coding.span.end}"
        code = f"{self.palette.names([coding.code])}, coded by {coding.coder}"
        said = ", ".join(part for part in source if part)
        self.app.copy_to_clipboard(safe(f"“{words}” ({said}, {where}; {code})"))
        self.say("Copied with its source, where the terminal allows it; w writes to a file.")

    def action_write(self) -> None:
        """Write the list on show to a file, asking for its name."""
        from tcncode.tui.writing import ask_and_write

        table = self.project.quotations_table(self.results.items, self._shown.filters())
        ask_and_write(self.app, table, "quotations.csv", self.say)
