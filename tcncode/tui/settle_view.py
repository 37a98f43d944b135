"""Differences between coders on screen: which are listed, and the one at the cursor in its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, groupby
from typing import TYPE_CHECKING

from rich.cells import set_cell_size
from rich.style import Style
from rich.text import Text
from textual import on

from tcncode.agreement.settling import Difference
from tcncode.project.differences import ToSettle
from tcncode.text import Span
from tcncode.text.numbers import counted
from tcncode.text.safe import safe_line
from tcncode.tui.boundaries import Passage
from tcncode.tui.drafts import Draft
from tcncode.tui.long_list import Group, LongList, Piece
from tcncode.tui.palette import fit
from tcncode.tui.pickers import LinePicker
from tcncode.tui.settle_text import Deciding, about_difference
from tcncode.tui.study_screen import StudyScreen, one_line
from tcncode.tui.suggestion_view import Reading
from tcncode.tui.text_pane import TextPane

if TYPE_CHECKING:
    from tcncode.project import Project

ORDERS = ("cost", "document", "code", "kind")
_SIGNS = {"boundary": "edge", "code differs": "code", "one coded": "one "}
"""A kind in four cells."""
_TALL = 32
"""Rows from which on two sentences are shown before and after, instead of one."""
_FEW = 20
"""Documents that are read anew one by one; of more, all are."""
_DIM = Style(dim=True)
_WHY = "why:"
"""Before a difference's id: where words on a decision are remembered until it is made."""


class SettleView(StudyScreen):
    """Lists, narrows and shows; what decides is added by the class built on this."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.order = "cost"
        self.coders: tuple[str, ...] = ()
        """Who is compared; none: whoever was to code each document."""
        self.with_decided = False
        self.deciding = Deciding()
        self._found = ToSettle({}, {})
        self._filters: dict[str, str] = {}
        self._entry = 0
        self._reading: Reading | None = None

    @property
    def rows(self) -> LongList[Difference]:
        """The differences' rows."""
        return self.query_one(LongList)

    @property
    def current(self) -> Difference | None:
        """The difference on show."""
        return self.rows.item

    def _why(self, d: Difference) -> Draft:
        """The words on a decision, until it is made."""
        return Draft(self.project, f"{_WHY}{d.id}", "why it is settled so")

    def on_mount(self) -> None:
        """Read all that is to be decided."""
        self.rows.focus()
        self._load()
        self._list()
        self.set_interval(1.0, self.look_outside)

    def on_screen_resume(self) -> None:
        """Back from the text, where one may have coded."""
        if self.is_current and self.project.state() != self.seen:
            self._follow()

    def on_resize(self) -> None:
        """The text is wrapped to the room it has."""
        self.call_after_refresh(self._show_what)

    def theme_changed(self) -> None:
        """Codes have other colours, in the list and beside it."""
        self.rows.repaint()
        self._show_what()

    # Reading

    def read_back(self) -> None:
        """What was coded or decided elsewhere; said where it is what one looks at."""
        before = self.current
        self._follow()
        now = self.current
        if before and now and now != before:
            words = "This difference was changed elsewhere just now: look at it again."
            if not _of_one_text(before, now):
                words = "The difference shown is there no more: this is another one."
            self.say(words, bad=True)

    def _follow(self) -> None:
        """Read again; what was on show stays so, also where it is made of other codings now."""
        current, row = self.current, self.rows.cursor
        self._catch_up()
        self._list(current.id if current else "", row)
        if current and self.current and self.current.id != current.id:
            same = next((d.id for d in self.rows.items if _of_one_text(d, current)), "")
            if same:
                self._list(same)

    def _load(self) -> None:
        """Everything anew."""
        self.seen, self._entry = self.project.state(), self.project.entry()
        self._found = self.project.to_settle(self.coders)
        self._reading = None

    def _catch_up(self) -> None:
        """Documents anew in which something changed: sorting out all takes a second at 50,000."""
        changed = self.project.documents_since(self._entry)
        if changed is None or len(changed) > _FEW:
            self._load()
            return
        self.seen, self._entry = self.project.state(), self.project.entry()
        documents, left_out = dict(self._found.documents), dict(self._found.left_out)
        for key in changed:
            fresh = self.project.to_settle(self.coders, document=key)
            if (key in fresh.documents) != (key in documents):
                self._load()  # one more or fewer: it has its place among the others
                return
            documents |= fresh.documents
            left_out |= fresh.left_out
        self._found = ToSettle(documents, left_out)

    # The list

    def _shown(self) -> list[Difference]:
        """Those that the filters leave, in order."""
        found, filters = self._found, self._filters
        book = self.project.codebook
        codes = {c.id for c in book.under(filters["code"])} if "code" in filters else None
        kept = [
            d for d in found.differences
            if (self.with_decided or found.decided(d) is None)
            and filters.get("kind", d.kind) == d.kind
            and filters.get("document", d.document) == d.document
            and (codes is None or codes & set(d.codes))
        ]  # fmt: skip
        if self.order == "document":
            places = {key: n for n, key in enumerate(found.documents)}
            kept.sort(key=lambda d: (places[d.document], d.span))
        elif self.order == "code":
            places = {code.id: n for n, code in enumerate(book.codes)}
            kept.sort(key=lambda d: places[d.codes[0]])
        elif self.order == "kind":
            kept.sort(key=lambda d: list(_SIGNS).index(d.kind))
        return kept

    def _list(self, at: str = "", row: int = 0) -> None:
        """The rows anew, the cursor on a difference, or else in a row."""
        items = self._shown()
        place = next((n for n, d in enumerate(items) if d.id == at), row)
        with self.prevent(LongList.Highlighted):
            self.rows.show(items, self._headings(items), at=place)
        self.deciding = Deciding()
        self._show_title()
        self._show_what()

    def _headings(self, items: Sequence[Difference]) -> list[Group]:
        if self.order == "cost":
            return []
        groups, first = [], 0
        for name, here in groupby(items, key=self._heading):
            count = sum(1 for _ in here)
            groups.append((first, f"{count} · {name}"))
            first += count
        return groups

    def _heading(self, d: Difference) -> str:
        if self.order == "kind":
            return d.kind
        if self.order == "code":
            return self.palette.names([d.codes[0]])
        return self._found.documents[d.document].entry.name

    def _line(self, d: Difference, width: int) -> list[Piece]:
        """Whether it is decided, its kind, cost and codes, and where it stands."""
        palette, bold = self.palette, Style(bold=True)
        pieces = [("✓" if self._found.decided(d) else " ", bold), (_SIGNS[d.kind], Style())]
        pieces.append((f"{min(d.cost, 99_999):>6} ", Style()))
        for code in d.codes[:2]:
            pieces.append((palette.letter(code), palette.stripe(code) + bold))
        pieces.append((" " * (3 - min(len(d.codes), 2)), Style()))
        room = width - sum(len(text) for text, _ in pieces)
        names = " / ".join(palette.name(code) for code in d.codes)
        if self.order == "document" or room < 24:
            return [*pieces, (fit(names, max(room, 0)), Style())]
        half = room // 2
        where = fit(safe_line(self._found.documents[d.document].entry.name), room - half - 1)
        return [*pieces, (set_cell_size(fit(names, half), half), Style()), (f" {where}", _DIM)]

    @on(LongList.Highlighted)
    def _moved(self) -> None:
        self.deciding = Deciding()
        self.say("")
        self._show_what()

    @on(LongList.Opened)
    def _jump(self) -> None:
        if self.current is not None:
            self.go_to(self.current.document, self.current.span)

    # Showing

    def _show_title(self) -> None:
        every = self._found.differences
        done = [d for d in every if self._found.decided(d)]
        whole = self._found.cost
        documents = self._found.documents.values()
        words = f"Settle · {len(done):,} of {len(every):,} decided"
        words += f" ({sum(d.cost for d in done) / whole:.0%} of the cost)" if whole else ""
        words += f" · {sum(d.finished for d in documents)} of"
        words += f" {counted(len(documents), 'document')} settled"
        words += f" · {' / '.join(self.coders)}" if self.coders else ""
        words += f" · by {self.order}" if self.order != "cost" else ""
        for key, value in self._filters.items():
            known = self._found.documents.get(value)
            words += f" · {key} {known.entry.name if known and key == 'document' else value}"
        self.say_title(one_line(words, "bold"))

    def _show_what(self) -> None:
        if self.is_mounted:
            self.query_one(TextPane).show(self._what())

    def _what(self) -> Text:
        d = self.current
        if d is None:
            return Text(self._nothing())
        pane = self.query_one(TextPane)
        deciding = replace(
            self.deciding, decision=self._found.decided(d), memo=self._why(d).words() or ""
        )
        whole = self._found.cost
        return about_difference(
            d, self._found.documents[d.document].entry, self._document(d.document), self.palette,
            deciding, share=d.cost / whole if whole else None,
            around=1 if self.size.height < _TALL else 2, width=pane.scrollable_content_region.width,
        )  # fmt: skip

    def _nothing(self) -> str:
        """Why nothing is listed, and what to do."""
        found = self._found
        if self._filters:
            return "No difference fits. F shows all."
        said = []
        if found.differences:
            said.append(
                "Everything is decided. h shows the decisions, v how far each coder agrees."
            )
        elif found.documents:
            said.append("The coders agree on all they have finished. d marks it as settled.")
        else:
            said.append("No document has been finished by two coders yet.")
        waiting = [f"{safe_line(name)}: {why}" for name, why in found.left_out.items()]
        said += ["", "Not here:", *waiting[:30]] if waiting else []
        return "\n".join(said)

    def _document(self, key: str) -> Reading:
        if self._reading is None or self._reading.document != key:
            self._reading = Reading.of(self.project, key)
        return self._reading

    def own_passage(self, d: Difference) -> Passage:
        """What own boundaries begin with: all that anybody coded."""
        return self.deciding.passage or Passage(Span(d.span.start, d.span.end))

    # Which are listed

    def action_order(self) -> None:
        """Another order; the cursor stays on its difference."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self._list(self.current.id if self.current else "")

    def action_decided(self) -> None:
        """Show what is decided, too, or no longer."""
        self.with_decided = not self.with_decided
        self._list(self.current.id if self.current else "", self.rows.cursor)
        self.say("decided ones are listed, too" if self.with_decided else "only open ones")

    def action_filter(self) -> None:
        """Fewer: one kind, one code, one document."""
        choices: list[tuple[str, str | None, str]] = [(key, None, "all") for key in self._filters]
        choices += [("kind", kind, kind) for kind in _SIGNS]
        choices += [("code", code.path, code.path) for code in self.project.codebook.codes]
        choices += [
            ("document", key, d.entry.name)
            for key, d in self._found.documents.items() if d.sorted.differences
        ]  # fmt: skip

        def chosen(place: int | None) -> None:
            if place is not None:
                key, value, _ = choices[place]
                self._filters.pop(key, None)
                if value is not None:
                    self._filters[key] = value
                self._list()

        lines = [f"{key}: {shown}" for key, _, shown in choices]
        self.app.push_screen(LinePicker("Show only", lines), chosen)

    def action_unfilter(self) -> None:
        """Show all."""
        self._filters.clear()
        self._list()

    def action_coders(self) -> None:
        """Compare everybody, or one pair."""
        known = sorted({c for d in self._found.documents.values() for c in d.coders})
        known = sorted({*known, *self.coders})
        choices: list[tuple[str, ...]] = [(), *combinations(known, 2)]
        lines = ["all who were to code a document", *(" / ".join(pair) for pair in choices[1:])]

        def chosen(place: int | None) -> None:
            if place is not None:
                self.coders = choices[place]
                self._load()
                self._list()

        self.app.push_screen(LinePicker("Compare", lines), chosen)


def _of_one_text(one: Difference, other: Difference) -> bool:
    """Whether both are about some of the same words, and share a code."""
    codes = set(one.codes) & set(other.codes)
    return one.document == other.document and bool(codes) and one.span.overlaps(other.span)
