"""All memos: on codings, documents, networks, codes and the project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from tcncode.model import Coding, Memo, MemoNoun
from tcncode.search import fold
from tcncode.text import Span
from tcncode.text.safe import safe, safe_line
from tcncode.tui.drafts import memo_draft, unkept_memos
from tcncode.tui.key_line import KeyLine
from tcncode.tui.long_list import LongList, Piece
from tcncode.tui.memo_editor import MemoEditor
from tcncode.tui.palette import fit
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
    MemoScreen #memo { height: 40%; border-top: solid $primary 50%; padding: 0 1; }
    MemoScreen Input { border: none; height: 1; background: $boost; }
    """

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._noun: MemoNoun | None = None
        self._own = False
        self._all: list[Memo] = []
        self._about: dict[str, str] = {}
        """Memo id to what it is on in words."""
        self._unkept: set[str] = set()
        """Ids of those that are only words which nobody has kept yet."""
        self._codings: dict[str, Coding] = {}
        """Those that have a memo, by id."""
        self._folded: dict[str, str] = {}
        """Memo id to all words of it that a filter looks at; worked out when one is typed."""

    def compose(self) -> ComposeResult:
        """Title, filter, list, the memo itself."""
        yield Static(id="title")
        yield Input(placeholder="words of a memo, or of what it is on")
        yield LongList[Memo](self._line, id="memos")
        with VerticalScroll(id="memo"):
            yield Static(id="whole")
        yield Static(id="status")
        yield KeyLine()

    @property
    def memos(self) -> LongList[Memo]:
        """The list."""
        return self.query_one(LongList)

    def on_mount(self) -> None:
        """Show all."""
        self.query_one(Input).display = False
        self.read_back()
        self.memos.focus()
        self.say("enter goes to what a memo is on")
        self.set_interval(1.0, self.look_outside)

    def read_back(self) -> None:
        """Read all memos, and what each is on; words of codings are read when they are shown."""
        project = self.project
        self.seen = project.state()
        documents = {e.id: e.name for e in project.documents()}
        networks = {n.id: n.name for n in project.networks()}
        codes = {c.id: c.path for c in project.codebook.codes}
        self._all = project.memos()
        on_codings = [m.target for m in self._all if m.noun == "coding"]
        self._codings = {c.id: c for c in project.codings_among(on_codings)}
        self._about, self._folded = {}, {}
        known = {"document": documents, "network": networks, "code": codes}
        for memo in self._all:
            coding = self._codings.get(memo.target) if memo.noun == "coding" else None
            if coding is not None:
                name = f"{codes.get(coding.code, coding.code)} in {documents[coding.document]}"
            else:
                name = known.get(memo.noun, {}).get(memo.target, memo.target or project.path.stem)
            self._about[memo.id] = f"{memo.noun} {name}"
        drafts = unkept_memos(project)
        self._unkept = {memo.id for memo, _ in drafts}
        self._about.update((memo.id, about) for memo, about in drafts)
        self._all = [*(memo for memo, _ in drafts), *self._all]
        self._show()

    def _quotation(self, memo: Memo) -> str:
        """The words that a memo is on, where it is on a coding."""
        coding = self._codings.get(memo.target) if memo.noun == "coding" else None
        quote = self.project.quote(coding.document, coding.span) if coding else ""
        return " ".join(quote.split())

    def _holds(self, memo: Memo, words: Sequence[str]) -> bool:
        if words and memo.id not in self._folded:
            told = (memo.text, memo.coder, self._about[memo.id], self._quotation(memo))
            self._folded[memo.id] = fold(" ".join(told))[0]
        return all(word in self._folded[memo.id] for word in words)

    def _show(self) -> None:
        wanted = fold(self.query_one(Input).value)[0].split()
        coder = self.project.coder
        shown = [
            m
            for m in self._all
            if (self._noun in (None, m.noun) and (not self._own or m.coder == coder))
            and self._holds(m, wanted)
        ]
        self.memos.show(shown, at=self.memos.cursor)
        nouns = Counter("unkept" if m.id in self._unkept else m.noun for m in shown)
        said = ", ".join(f"{noun} {n}" for noun, n in nouns.items()) or "none"
        whose = f" of {coder}" if self._own else ""
        self.say_title(f"Memos{whose}: {said}")
        self._show_whole()

    def _line(self, memo: Memo, width: int) -> list[Piece]:
        text = memo.text[: 4 * width]
        return [
            ("unkept: " if memo.id in self._unkept else "", Style(bold=True, reverse=True)),
            (fit(safe_line(self._about[memo.id]), max(width // 2, 20)), Style(bold=True)),
            (f"  {safe_line(memo.coder)}: ", Style(dim=True)),
            (safe_line(" ".join(text.split())), Style()),
        ]

    @on(LongList.Highlighted)
    def _show_whole(self) -> None:
        memo, whole = self.memos.item, Text()
        if memo is not None:
            words = self._quotation(memo)
            whole.append(f"{safe_line(self._about[memo.id])}\n", "bold")
            if words:
                whole.append(f"“{safe_line(words)}”\n", "dim")
            whole.append(f"{safe_line(memo.coder)}, {memo.created[:10]}\n\n", "dim")
            if memo.id in self._unkept:
                whole.append("Typed and not kept yet; e opens it.\n\n", "bold")
            whole.append(safe(memo.text))
        self.query_one("#whole", Static).update(whole)

    # What keys do

    def action_leave(self) -> None:
        """From the filter to the list; from there back to the text."""
        line = self.query_one(Input)
        if line.has_focus or line.value:
            line.value, line.display = "", False
            self.memos.focus()
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
        self.memos.focus()

    def action_noun(self) -> None:
        """Show memos on one noun after the other, then on all again."""
        self._noun = NOUNS[(NOUNS.index(self._noun) + 1) % len(NOUNS)]
        self._show()

    def action_own(self) -> None:
        """One's own memos, or everybody's."""
        self._own = not self._own
        self._show()

    @on(LongList.Opened)
    def _go(self) -> None:
        memo = self.memos.item
        if memo is None:
            return
        project = self.project
        if memo.id in self._unkept:
            self.action_edit()
        elif memo.noun == "coding":
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
        memo = self.memos.item
        if memo is None:
            return
        if memo.coder != self.project.coder:
            whose = f"That memo is {memo.coder}'s."
            self.say(f"{whose} M in the text writes one of your own.", bad=True)
            return

        draft = memo_draft(self.project, memo.noun, memo.target, self._about[memo.id])

        def keep(text: str | None) -> None:
            if text is not None and self.attempt(lambda: self._keep(memo, text)):
                draft.drop()
            self.read_back()  # unkept words, too, are in the list

        # Of several of one's own on one thing (copies were merged) all are edited as one.
        own = memo.noun != "coding" and self.project.own_memo(memo.noun, memo.target)
        text = own or ("" if memo.id in self._unkept else memo.text)
        self.app.push_screen(MemoEditor(self._about[memo.id], text, draft=draft), keep)

    def _keep(self, memo: Memo, text: str) -> str:
        self.project.write_memo(memo.noun, memo.target, text)
        return "memo saved" if text.strip() else "memo removed (u undoes)"
