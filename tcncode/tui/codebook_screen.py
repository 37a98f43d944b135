"""The codebook: every code with its counts, its meaning beside it, and all that may be done to it.

An edit is worked out by the project, shown in its words, and done when Enter says so. Only
changing places among neighbours is done at once: it changes no meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static, Tree

from tcncode.codebook.colours import near_colours
from tcncode.errors import TcncodeError
from tcncode.model import Code, Codebook
from tcncode.text.numbers import counted
from tcncode.tui.codebook_tree import CodebookTree, about
from tcncode.tui.codebook_windows import ColourWindow, TextsWindow
from tcncode.tui.drafts import Draft, texts_draft
from tcncode.tui.key_line import KeyLine
from tcncode.tui.pickers import CodePicker
from tcncode.tui.study_screen import StudyScreen
from tcncode.tui.windows import ConfirmWindow, LineWindow

if TYPE_CHECKING:
    from tcncode.codebook import CodebookEdit
    from tcncode.project import Project


_GOES_ON = "enter goes on   esc leaves"
"""What it will do is shown, and asked about, next."""


class Edit(Protocol):
    """A project's edit with its arguments filled in: to be worked out, or done."""

    def __call__(self, *, dry_run: bool) -> CodebookEdit:
        """What it does (or would do)."""


def _key(keys: str, action: str, label: str, name: str, *, show: bool = False) -> Binding:
    return Binding(keys, action, label, show=show, id=f"codebook.{name}")


class CodebookScreen(StudyScreen):
    """Look at the codebook and edit it. Every edit can be undone."""

    AUTO_FOCUS = "CodebookTree"
    CSS = """
    CodebookScreen #book { height: 1fr; }
    CodebookScreen #tree { width: 40; height: 100%; border: none; padding: 0 1;
        background: $surface; overflow-x: hidden; scrollbar-size-vertical: 1; }
    CodebookScreen #about { width: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    CodebookScreen #about Static { height: auto; }
    CodebookScreen #filter { display: none; border: none; height: 1; padding: 0 1;
        background: $boost; }
    CodebookScreen #filter.-open { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        _key("a", "add(False)", "Add", "add", show=True),
        _key("A", "add(True)", "Add below", "add_below"),
        _key("r", "rename", "Rename", "rename", show=True),
        _key("m", "move", "Move", "move", show=True),
        _key("K,ctrl+up", "shift(-1)", "Up among those beside it", "up"),
        _key("J,ctrl+down", "shift(1)", "Down among those beside it", "down"),
        _key("g", "merge", "Merge", "merge", show=True),
        _key("e", "edit", "Texts", "edit", show=True),
        _key("c", "colour", "Colour", "colour", show=True),
        _key("k", "key", "Key", "key"),
        _key("x", "remove", "Remove", "remove", show=True),
        _key("u", "undo", "Undo", "undo", show=True),
        _key("ctrl+r", "redo", "Redo", "redo"),
        _key("slash", "filter", "Filter", "filter"),
        _key("tab", "app.focus_next", "Next pane", "pane"),
        _key("question_mark,f1", "app.help", "Keys", "help", show=True),
        _key("escape,backspace,f8", "back", "Back", "back", show=True),
    ]

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._query = ""
        self._use = project.code_use()

    def compose(self) -> ComposeResult:
        """Title, tree and meaning, filter, status, keys."""
        yield Static(id="title")
        with Horizontal(id="book"):
            yield CodebookTree(id="tree")
            with VerticalScroll(id="about"):
                yield Static(id="meaning")
        yield Input(placeholder="part of a code's name", id="filter")
        yield Static(id="status")
        yield KeyLine()

    @property
    def tree_of_codes(self) -> CodebookTree:
        """The tree on the left."""
        return self.query_one(CodebookTree)

    def on_mount(self) -> None:
        """Show it, and look every second whether somebody else changed it."""
        self.reload()
        self.set_interval(1.0, self.look_outside)

    def theme_changed(self) -> None:
        """Every code has its colour beside it."""
        self.reload()

    def read_back(self) -> None:
        """Read everything back; the cursor stays."""
        self.reload()

    def reload(self, at: str | None = None, *, counts: bool = True) -> None:
        """Read everything back; the cursor stays, or goes to the code with the path ``at``."""
        project = self.project
        if counts:
            self._use = project.code_use()
        self.seen = project.state()
        self._show(at)
        codes = counted(len(project.codebook.codes), "code")
        name = project.codebook.name or "Codebook"
        said = f"{name} · {codes} · mine/all codings · version {project.codebook_version}"
        self.say_title(said)

    def _show(self, at: str | None = None) -> None:
        self.tree_of_codes.show(
            self.project.codebook,
            self.palette,
            self._use,
            coder=self.project.coder,
            query=self._query,
            at=at,
        )
        self.call_after_refresh(self._show_meaning)

    @on(Tree.NodeHighlighted)
    def _highlighted(self) -> None:
        self._show_meaning()

    def _show_meaning(self) -> None:
        if not self.is_mounted:
            return
        code = self.tree_of_codes.code
        meaning = Text("No code. a adds one." if not self._query else "No code has this name.")
        if code is not None and code.id in self._use:
            near = near_colours(self.project.codebook, code.path)
            meaning = about(code, self._use[code.id], near)
        self.query_one("#meaning", Static).update(meaning)

    # Edits

    def _current(self) -> Code | None:
        code = self.tree_of_codes.code
        if code is None:
            self.say("No code is chosen. Move to one first; a adds one.", bad=True)
        return code

    def _propose(self, edit: Edit, *, draft: Draft | None = None) -> None:
        """Say what an edit will do; do it on Enter. Only then is ``draft`` dropped."""
        try:
            planned = edit(dry_run=True)
        except TcncodeError as error:
            self.say(str(error), bad=True)
            return
        if not planned.lines:
            self.say("Nothing would change.")
            return

        def answered(yes: bool | None) -> None:
            if not yes:
                kept = " e brings back what you wrote." if draft is not None else ""
                self.say(f"Left as it was.{kept}")
                return
            try:
                # What was agreed to is what is done: others may have coded meanwhile.
                if edit(dry_run=True).lines != planned.lines:
                    self._propose(edit, draft=draft)
                    self.say("Somebody changed the project meanwhile: read again.", bad=True)
                    return
            except TcncodeError as error:
                self.say(str(error), bad=True)
                return
            if self._do(edit) and draft is not None:
                draft.drop()

        what = planned.what[0].upper() + planned.what[1:]
        self.app.push_screen(ConfirmWindow(what, planned.lines), answered)

    def _do(self, edit: Edit, *, counts: bool = True) -> bool:
        """Do an edit. With ``counts`` False it changes no figures, and none are counted anew."""
        counts = counts or self.project.state() != self.seen  # somebody else may have coded
        try:
            done = edit(dry_run=False)
        except TcncodeError as error:
            self.reload()
            self.say(str(error), bad=True)
            return False
        if self._query and done.path:
            self._query = ""  # a filter must not hide what was just made
            self._close_filter()
        self.reload(done.path, counts=counts)
        self.say(f"{done.what} (u undoes)")
        return True

    def action_add(self, below: bool) -> None:
        """A new code beside the one chosen, or below it."""
        code = self.tree_of_codes.code
        under = (code.path if below else code.parent or "") if code else ""
        after = code.path if code and not below else None
        asks = f"Name of a new code under {under}" if under else "Name of a new code at the top"

        def named(name: str | None) -> None:
            if name is not None:
                self._propose(partial(self.project.add_code, name, under=under, after=after))

        self.app.push_screen(LineWindow(asks, hint=_GOES_ON), named)

    def action_rename(self) -> None:
        """Another name, and another path with it."""
        code = self._current()
        if code is None:
            return

        def named(new: str | None) -> None:
            if new is not None and new != code.name:
                self._propose(partial(self.project.rename_code, code.path, new))

        hint = "A name makes the path too; small letters and hyphens are taken as a path"
        self.app.push_screen(LineWindow(f"New name of {code.path}", code.name, hint=hint), named)

    def action_move(self) -> None:
        """Under another code, or to the top."""
        code = self._current()
        if code is None:
            return
        top = Code(id="", path="", name="top", definition="At the top, under no other code")
        first = () if code.parent is None else (top,)

        def chosen(path: str | None) -> None:
            if path is not None:
                self._propose(partial(self.project.move_code, code.path, under=path))

        self._pick(code, f"Move {code.path} under", chosen, first=first)

    def action_merge(self) -> None:
        """Take the code into another, with everybody's codings."""
        code = self._current()
        if code is None:
            return

        def chosen(path: str | None) -> None:
            if path is not None:
                self._propose(partial(self.project.merge_codes, code.path, path))

        self._pick(code, f"Merge {code.path} into", chosen)

    def _pick(
        self,
        code: Code,
        asks: str,
        chosen: Callable[[str | None], None],
        *,
        first: tuple[Code, ...] = (),
    ) -> None:
        """Ask for one of the codes that are not below this one."""
        book = self.project.codebook
        below = {c.id for c in book.under(code.path)}
        others = (*first, *(c for c in book.codes if c.id not in below))
        if not others:
            self.say("There is no other code.", bad=True)
            return
        choice: Codebook = replace(book, codes=others)
        self.app.push_screen(CodePicker(choice, self.palette, asks), chosen)

    def action_shift(self, step: int) -> None:
        """One place up or down among the codes beside it, at once."""
        code = self._current()
        if code is None:
            return
        beside = [c.path for c in self.project.codebook.codes if c.parent == code.parent]
        place = beside.index(code.path) + step
        if not 0 <= place < len(beside):
            self.say(f"{code.path} is the {'last' if step > 0 else 'first'} here already.")
        elif step > 0:
            self._do(partial(self.project.move_code, code.path, after=beside[place]), counts=False)
        else:
            self._do(partial(self.project.move_code, code.path, before=beside[place]), counts=False)

    def action_colour(self) -> None:
        """A colour that was measured, or any."""
        code = self._current()
        if code is None:
            return
        taken = {c.colour: c.path for c in self.project.codebook.top}

        def chosen(colours: str | None) -> None:
            if colours is not None:
                dark, _, light = colours.partition(" ")
                self._propose(
                    partial(
                        self.project.recolour_code, code.path, dark, light=light.strip() or None
                    )
                )

        self.app.push_screen(ColourWindow(code, taken), chosen)

    def action_edit(self) -> None:
        """Definition, when to use it, when not, example, purpose."""
        code = self._current()
        if code is None:
            return

        draft = texts_draft(self.project, code.id, code.path)

        def written(texts: dict[str, Any] | None) -> None:
            if texts is not None:
                edit = partial(self.project.edit_code, code.path, **texts)
                self._propose(edit, draft=draft)

        self.app.push_screen(TextsWindow(code, draft), written)

    def action_key(self) -> None:
        """The digit that codes with it."""
        code = self._current()
        if code is None:
            return

        def given(digit: str | None) -> None:
            if digit is not None:
                key = int(digit) if digit.strip() in set("0123456789") else -1
                self._propose(partial(self.project.edit_code, code.path, key=key))

        asks = f"Key of {code.path}: 1 to 9, 0 for none"
        self.app.push_screen(LineWindow(asks, str(code.key or ""), hint=_GOES_ON), given)

    def action_remove(self) -> None:
        """Take it out, where nobody has coded with it."""
        code = self._current()
        if code is not None:
            self._propose(partial(self.project.remove_code, code.path))

    # Finding one's way

    def action_filter(self) -> None:
        """Show only codes with these words."""
        line = self.query_one("#filter", Input)
        line.add_class("-open")
        line.focus()

    @on(Input.Changed, "#filter")
    def _narrow(self, event: Input.Changed) -> None:
        if event.value.strip() != self._query:
            self._query = event.value.strip()
            self._show()

    @on(Input.Submitted, "#filter")
    def _narrowed(self) -> None:
        self.tree_of_codes.focus()

    def _close_filter(self) -> None:
        line = self.query_one("#filter", Input)
        line.remove_class("-open")
        line.value = ""
        self.tree_of_codes.focus()

    def action_back(self) -> None:
        """First out of the filter, then to where one came from."""
        if self.query_one("#filter").has_class("-open"):
            self._query = ""
            self._close_filter()
            self._show()
        else:
            self.dismiss()
