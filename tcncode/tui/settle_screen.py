"""Settling: each difference between coders in its text, and one key for each way to decide it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from tcncode.agreement.settling import Difference
from tcncode.errors import TcncodeError
from tcncode.model import TakenBack
from tcncode.text.numbers import counted
from tcncode.tui.boundaries import Passage
from tcncode.tui.key_line import KeyLine
from tcncode.tui.long_list import LongList
from tcncode.tui.passage_keys import PassageKeys
from tcncode.tui.settle_view import SettleView
from tcncode.tui.study_screen import Kind
from tcncode.tui.text_pane import TextPane
from tcncode.tui.units import Units


def _key(keys: str, action: str, label: str, name: str) -> Binding:
    return Binding(keys, action, label, show=False, id=f"settle.{name}")


class SettleScreen(PassageKeys, SettleView):
    """The list at the left; the text with a lane for each coder at the right."""

    DEFAULT_CSS = """
    SettleScreen #differences { width: 30; height: 1fr; background: $surface; }
    SettleScreen.-wide #differences { width: 60; }
    SettleScreen #about { width: 1fr; height: 1fr; padding: 0 1; background: $background; }
    SettleScreen #about:focus { background-tint: $foreground 4%; }
    SettleScreen Horizontal { height: 1fr; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - as Textual has it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "take(0)", "First", id="settle.first",
                tooltip="Settle with what the first coder coded; nothing, where that is nothing"),
        Binding("2", "take(1)", "Second", id="settle.second",
                tooltip="Settle with what the second coder coded"),
        *(_key(str(n), f"take({n - 1})", f"Settle with coder {n}'s", f"coder{n}")
          for n in range(3, 10)),
        Binding("b", "settle('both')", "Both", id="settle.both",
                tooltip="Settle with everybody's codings, as they are"),
        Binding("a", "settle('union')", "Union", id="settle.union",
                tooltip="Settle with all the text that anybody coded"),
        Binding("i", "settle('intersection')", "Common", id="settle.intersection",
                tooltip="Settle with the text that all coded: the intersection"),
        Binding("0", "settle('neither')", "None", id="settle.neither",
                tooltip="Settle that nothing is coded there"),
        Binding("o", "own", "Own", id="settle.own",
                tooltip="Settle with boundaries of your own: + - by sentence, [ ] by word first"),
        Binding("m", "memo", "Why", id="settle.memo", tooltip="Write why: a memo on the decision"),
        Binding("u", "undo", "Undo", id="settle.undo"),
        _key("ctrl+r", "redo", "Redo", "redo"),
        _key("U", "reopen", "Take the decision on this one back", "reopen"),
        _key("plus,equals_sign", "grow", "Own boundaries: a sentence more", "grow"),
        _key("minus", "shrink", "Own boundaries: a sentence less", "shrink"),
        _key("right_square_bracket,shift+right", "word(1)", "Own boundaries: a word on", "word"),
        _key("left_square_bracket,shift+left", "word(-1)", "Own boundaries: a word back",
             "word_back"),
        _key("x", "turn", "Own boundaries: move the other end", "turn"),
        _key("R", "code", "Own boundaries: with another code", "code"),
        Binding("f", "filter", "Filter", show=False, id="settle.filter",
                tooltip="Only one kind, one code, one document"),
        _key("F", "unfilter", "Show all", "unfilter"),
        _key("h", "decided", "Show decided ones, too", "decided"),
        _key("O", "order", "Order by cost, document, code, kind", "order"),
        _key("c", "coders", "Compare all coders, or a pair", "coders"),
        _key("d", "finish", "Settle documents where nothing is open", "finish"),
        _key("v", "agreement", "How far each coder agrees with what is settled", "agreement"),
        _key("w", "write", "Write the list to a file", "write"),
        _key("tab", "app.focus_next", "Next pane", "pane"),
        Binding("escape,backspace", "back", "Back", id="settle.back"),
        Binding("question_mark,f1", "app.help", "Keys", id="settle.help"),
    ]  # fmt: skip

    def compose(self) -> ComposeResult:
        """Title, list, the text, keys."""
        yield Static(id="title")
        with Horizontal():
            yield LongList[Difference](self._line, id="differences")
            yield TextPane(id="about")
        yield Static(id="status")
        yield KeyLine()

    # Deciding

    def action_take(self, number: int) -> None:
        """What one coder coded."""
        d = self.current
        if d is not None and number >= len(d.coders):
            self.say(f"There are {len(d.coders)} coders here.", bad=True)
        elif d is not None:
            self._settle(d, d.coders[number])

    def action_settle(self, how: str) -> None:
        """Both, union, intersection, neither."""
        if self.current is not None:
            self._settle(self.current, how)

    def action_own(self) -> None:
        """What own boundaries and code say; the code is asked for where there are several."""
        d, deciding = self.current, self.deciding
        if d is None:
            return
        if deciding.passage is None:
            self.deciding = replace(deciding, passage=self.own_passage(d))
            self.say(
                "Move the boundaries: + - by sentence, [ ] by word, x the other end; o settles"
            )
            self._show_what()
        elif not deciding.code and len(d.codes) > 1:
            self._ask_which(d)
        else:
            self._settle_own(d)

    def _ask_which(self, d: Difference) -> None:
        """Own boundaries, and the coders gave several codes there: with which of them."""
        from tcncode.tui.pickers import LinePicker

        def chosen(place: int | None) -> None:
            if place is not None:
                self.deciding = replace(self.deciding, code=d.codes[place])
                self._settle_own(d)

        lines = [self.palette.names([code]) for code in d.codes]
        asks = "Settle these boundaries with (R picks any other code)"
        self.app.push_screen(LinePicker(asks, lines, digits=True), chosen)

    def _settle_own(self, d: Difference) -> None:
        passage, codes = self.own_passage(d), self.project.codebook.by_id()
        code = self.deciding.code or d.codes[0]

        def does() -> str:
            return self._decided(d, "own", span=passage.span, codes=[codes[code].path])

        self._attempt_on(d, does)

    def _settle(self, d: Difference, how: str) -> None:
        self._attempt_on(d, lambda: self._decided(d, how))

    def _decided(self, d: Difference, how: str, **own: object) -> str:
        """Write the decision; what happened, in words."""
        before = self._found.decided(d)
        draft = self._why(d)
        memo = draft.words()
        if memo is None:
            memo = before.memo if before else ""
        settled = self.project.settle(d, how, memo=memo.strip(), **own)  # type: ignore[arg-type]  # span, codes
        draft.drop()
        assert settled.settlement is not None
        result = settled.settlement.result
        names = self.palette.names([code for _, _, code in result]) or "nothing coded"
        said = f"settled: {settled.settlement.how}, {names} (u undoes)"
        if settled.outdated:
            said += f"; {settled.outdated} outdated decisions taken back"
        if settled.document_done:
            name = self._found.documents[d.document].entry.name
            said = f"{name} is settled; {said}"
        return said

    def _attempt_on(self, d: Difference, does: Callable[[], str]) -> bool:
        """Do something about one difference, and show its document as it is then.

        Returns:
            Whether it was done; why not is said where it was not.
        """
        row = self.rows.cursor
        try:
            said, bad = does(), False
        except TcncodeError as error:
            said, bad = str(error), True
        self._catch_up()
        stays = bad or not self.with_decided
        self._list(d.id if bad else "", row if stays else min(row + 1, len(self.rows.items) - 1))
        self.say(said, bad=bad)
        return not bad

    def action_reopen(self) -> None:
        """Take the decision back, whoever made it."""
        d = self.current
        if d is not None:

            def does() -> str:
                self.project.unsettle(d)
                return "open again (u undoes)"

            self._attempt_on(d, does)

    @property
    def document_on_screen(self) -> str | None:
        """That of the item at the cursor."""
        return self.current.document if self.current is not None else None

    def take_back(self, kind: Kind, back: TakenBack | None) -> None:
        """Undo or redo, the cursor on the difference that it was about."""
        before, row = self._found, self.rows.cursor
        try:
            said = self.taken_back(kind, back)
        except TcncodeError as error:
            self.say(str(error), bad=True)
            return
        self._catch_up()
        changed = [
            d for d in self._found.differences
            if d.document in before.documents and self._found.decided(d) != before.decided(d)
        ]  # fmt: skip
        self._list(changed[0].id if changed else "", row)
        self.say(said)

    def action_finish(self) -> None:
        """Settle documents where nothing is open."""

        def does() -> str:
            done = self.project.settle_agreed(self.coders)
            settled = [each.entry.name for each in done if not each.open]
            names = ", ".join(settled[:3]) + (", ..." if len(settled) > 3 else "")
            behind = len(done) - len(settled)
            said = [f"settled: {names}"] if settled else []
            said += [f"{counted(behind, 'document')} brought up to date"] if behind else []
            return f"{'; '.join(said)} (u undoes)" if done else "No document is without open ones."

        self.attempt(does)

    def action_memo(self) -> None:
        """Write why; on a decided one it is kept at once, else with the decision."""
        from tcncode.tui.memo_editor import MemoEditor

        d = self.current
        if d is None:
            return
        decision, draft = self._found.decided(d), self._why(d)

        def written(words: str | None) -> None:
            if decision is not None:
                if words is None:
                    return
                if self._attempt_on(d, lambda: self._annotated(d, words.strip())):
                    draft.drop()
                return
            if words is not None and draft.words() != words and not draft.put(words):
                failed = "NOT KEPT, since another program writes to the project: why?"
                self.app.push_screen(MemoEditor(failed, "", draft=draft, typed=words), written)
                return
            if draft.words():
                self.say("kept with the decision, once it is made")
            self._show_what()

        memo = decision.memo if decision else ""
        editor = MemoEditor("Why is it settled so?", memo, draft=draft)
        self.app.push_screen(editor, written)

    def _annotated(self, d: Difference, memo: str) -> str:
        self.project.note_settlement(d, memo)
        return "memo saved"

    # Own boundaries

    def _move(self, how: Callable[[Passage, Units], Passage], cannot: str) -> None:
        d = self.current
        if d is None:
            return
        passage = self.own_passage(d)
        moved = how(passage, self._document(d.document).units)
        if moved == passage:
            self.say(cannot, bad=True)
            return
        self.deciding = replace(self.deciding, passage=moved)
        self.say(f"the {moved.moving} moves (x the other); o settles, esc leaves them")
        self._show_what()

    def action_code(self) -> None:
        """Own boundaries with another code."""
        from tcncode.tui.pickers import CodePicker

        d = self.current
        if d is None:
            return
        book = self.project.codebook

        def chosen(path: str | None) -> None:
            if path is not None and self.current is d:
                passage, code = self.own_passage(d), book.get(path).id
                self.deciding = replace(self.deciding, passage=passage, code=code)
                self._show_what()

        self.app.push_screen(CodePicker(book, self.palette, "Settle these boundaries with"), chosen)

    def action_back(self) -> None:
        """Leave; where boundaries were moved, forget them first."""
        if self.deciding.passage is not None:
            self.deciding = replace(self.deciding, passage=None, code="")
            self.say("boundaries as they were coded")
            self._show_what()
        else:
            self.dismiss()

    # What it says

    def action_agreement(self) -> None:
        """Each coder and what is settled."""
        from tcncode.agreement.tables import short
        from tcncode.tui.windows import TextWindow

        try:
            table = self.project.settled_agreement(self.coders)
        except TcncodeError as error:
            self.say(str(error), bad=True)
            return

        def shown(value: float | None) -> str:
            return "-" if value is None else short(value)

        lines = [
            f"{r['coder']}: kappa {shown(r['kappa'])} (95 % {shown(r['low'])} to"
            f" {shown(r['high'])}), agreement {shown(r['agreement'])}, F1 {shown(r['f1'])},"
            f" {counted(r['documents'], 'document')}"
            for r in table.records()
        ]
        words = "\n".join([*lines, "", table.note])
        self.app.push_screen(TextWindow("Agreement with what is settled, over all codes", words))

    def action_write(self) -> None:
        """Write the list on show to a file, asking for its name."""
        from tcncode.tui.writing import ask_and_write

        table = self.project.settle_table(self._found, self.rows.items)
        ask_and_write(self.app, table, "differences.csv", self.say)
