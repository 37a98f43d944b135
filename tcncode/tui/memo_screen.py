"""All memos: on codings, documents, networks, codes and the project."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from tcncode.model import Memo, MemoNoun
from tcncode.search import fold
from tcncode.text import Span
from tcncode.text.safe import safe, safe_line
from tcncode.tui.memo_editor import MemoEditor
from tcncode.tui.study_screen import StudyScreen

if TYPE_CHECKING:
    from tcncode.project import Project

NOUNS: tuple[MemoNoun | None, ...] = (None, "coding", "document", "network", "code", "project")


class MemoScreen(StudyScreen):
    """Memos in a list, the highlighted one in full below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "leave", "Back", id="memos.back"),
        Binding("e", "edit", "Edit", id="memos.edit", tooltip="Edit the memo, if it is yours"),
        Binding("n", "noun", "On what", id="memos.noun",
                tooltip="Memos on codings, documents, networks, codes, the project, or all"),
        Binding("o", "own", "Mine/all", id="memos.own"),
        Binding("slash", "filter", "Filter", id="memos.filter"),
        Binding("u", "undo", "Undo", id="memos.undo"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="memos.redo"),
    ]  # fmt: skip
    CSS = """
    MemoScreen OptionList { height: 1fr; border: none; }
    MemoScreen #memo { height: 40%; border-top: solid $primary 50%; padding: 0 1; }
    MemoScreen Input { border: none; height: 1; background: $boost; }
    """

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._noun: MemoNoun | None = None
        self._own = False
        self._memos: list[Memo] = []
        self._about: dict[str, tuple[str, str]] = {}
        """Memo id to what it is on in words, and the quotation."""

    def compose(self) -> ComposeResult:
        """Title, filter, list, the memo itself."""
        yield Static(id="title")
        yield Input(placeholder="words of a memo, or of what it is on")
        yield OptionList()
        with VerticalScroll(id="memo"):
            yield Static(id="whole")
        yield Static(id="status")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show all."""
        self.query_one(Input).display = False
        self.read_back()
        self.query_one(OptionList).focus()
        self.say("enter goes to what a memo is on")
        self.set_interval(1.0, self.look_outside)

    def read_back(self) -> None:
        """Read all memos, and what each is on."""
        project = self.project
        self.seen = project.state()
        documents = {e.id: e.name for e in project.documents()}
        networks = {n.id: n.name for n in project.networks()}
        codes = {c.id: c.path for c in project.codebook.codes}
        memos = project.memos()
        codings = {c.id: c for c in project.codings_among(m.target for m in memos)}
        self._about = {}
        for memo in memos:
            words = ""
            if memo.noun == "coding" and memo.target in codings:
                coding = codings[memo.target]
                words = " ".join(project.quote(coding.document, coding.span).split())
                name = f"{codes.get(coding.code, coding.code)} in {documents[coding.document]}"
            else:
                known = {"document": documents, "network": networks, "code": codes}
                name = known.get(memo.noun, {}).get(memo.target, memo.target or project.path.stem)
            self._about[memo.id] = f"{memo.noun} {name}", words
        self._all = memos
        self._show()

    def _show(self) -> None:
        query = self.query_one(Input).value
        wanted = fold(query)[0].split()
        coder, options = self.project.coder, self.query_one(OptionList)
        at = options.highlighted or 0
        self._memos = [
            m
            for m in self._all
            if (self._noun in (None, m.noun) and (not self._own or m.coder == coder))
            and all(w in fold(" ".join((m.text, m.coder, *self._about[m.id])))[0] for w in wanted)
        ]
        options.clear_options()
        lines = []
        for memo in self._memos:
            line = Text(no_wrap=True, overflow="ellipsis")
            line.append(safe_line(self._about[memo.id][0]), "bold")
            line.append(f"  {safe_line(memo.coder)}: ", "dim")
            line.append(safe_line(" ".join(memo.text.split())))
            lines.append(Option(line))
        options.add_options(lines)
        options.highlighted = min(at, len(lines) - 1) if lines else None
        nouns = Counter(m.noun for m in self._memos)
        said = ", ".join(f"{noun} {n}" for noun, n in nouns.items()) or "none"
        whose = f" of {coder}" if self._own else ""
        self.say_title(f"Memos{whose}: {said}")
        self._show_whole()

    @on(OptionList.OptionHighlighted)
    def _show_whole(self) -> None:
        memo, whole = self._chosen(), Text()
        if memo is not None:
            name, words = self._about[memo.id]
            whole.append(f"{safe_line(name)}\n", "bold")
            if words:
                whole.append(f"“{safe_line(words)}”\n", "dim")
            whole.append(f"{safe_line(memo.coder)}, {memo.created[:10]}\n\n", "dim")
            whole.append(safe(memo.text))
        self.query_one("#whole", Static).update(whole)

    def _chosen(self) -> Memo | None:
        place = self.query_one(OptionList).highlighted
        return None if place is None or place >= len(self._memos) else self._memos[place]

    # What keys do

    def action_leave(self) -> None:
        """From the filter to the list; from there back to the text."""
        line = self.query_one(Input)
        if line.has_focus or line.value:
            line.value, line.display = "", False
            self.query_one(OptionList).focus()
        else:
            self.dismiss()

    def action_filter(self) -> None:
        """Type words to narrow the list."""
        line = self.query_one(Input)
        line.display = True
        line.focus()

    @on(Input.Changed)
    def _narrow(self) -> None:
        self._show()

    @on(Input.Submitted)
    def _to_list(self) -> None:
        self.query_one(OptionList).focus()

    def action_noun(self) -> None:
        """Show memos on one noun after the other, then on all again."""
        self._noun = NOUNS[(NOUNS.index(self._noun) + 1) % len(NOUNS)]
        self._show()

    def action_own(self) -> None:
        """One's own memos, or everybody's."""
        self._own = not self._own
        self._show()

    @on(OptionList.OptionSelected)
    def _go(self) -> None:
        memo = self._chosen()
        if memo is None:
            return
        project = self.project
        if memo.noun == "coding":
            found = project.codings_among([memo.target])
            if found:
                self.go_to(found[0].document, found[0].span)
            else:
                self.read_back()
                self.say("The coding of that memo was removed meanwhile.", bad=True)
        elif memo.noun == "document":
            self.go_to(memo.target, Span(0, 1))
        else:
            self.action_edit()

    def action_edit(self) -> None:
        """Edit the memo."""
        memo = self._chosen()
        if memo is None:
            return
        if memo.coder != self.project.coder:
            whose = f"That memo is {memo.coder}'s."
            self.say(f"{whose} M in the text writes one of your own.", bad=True)
            return

        def keep(text: str | None) -> None:
            if text is not None:
                self.attempt(lambda: self._keep(memo, text))

        # Of several of one's own on one thing (copies were merged) all are edited as one.
        own = memo.noun != "coding" and self.project.own_memo(memo.noun, memo.target)
        self.app.push_screen(MemoEditor(self._about[memo.id][0], own or memo.text), keep)

    def _keep(self, memo: Memo, text: str) -> str:
        self.project.write_memo(memo.noun, memo.target, text)
        return "memo saved" if text.strip() else "memo removed (u undoes)"
