"""The open document and what is shown of it: read from the project once, then kept up to date.

Every change goes through the project and is saved before the screen shows it; the screen then
asks which rows changed and reads those back. So a key costs the same in a document with ten
codings and in one with 50,000, and another process's work appears in the same way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Label

from tcncode.errors import TcncodeError
from tcncode.model import Coding, Suggestion, TakenBack
from tcncode.text import Span
from tcncode.text.numbers import clock, counted
from tcncode.text.safe import safe_line
from tcncode.tui.code_tree import CodeTree, Counts
from tcncode.tui.document_tree import DocumentPane
from tcncode.tui.here import Here
from tcncode.tui.listing_screen import ListingScreen
from tcncode.tui.palette import fit
from tcncode.tui.reader import Reader
from tcncode.tui.study_screen import Kind
from tcncode.tui.suggestion_list import SuggestionList
from tcncode.tui.units import Units
from tcncode.tui.use_counts import UseCounts

if TYPE_CHECKING:
    from tcncode.project import Project

_STUDY = {"document", "network", "speaker", "assignment", "memo", "coder"}
"""Tables whose changes are seen in the list of documents."""
_CODES = {"code", "codebook"}


class DocumentScreen(ListingScreen):
    """Shows a document; what its keys do is added by the classes built on this one."""

    def __init__(self, project: Project, document: str | None = None) -> None:
        super().__init__(project)
        self.suggestions: list[Suggestion] = []
        self.recent_ids: list[str] = _recent(project)
        """The codes used last, newest first: by id, for a path may pass to another code."""
        self.show_others = False
        self._words_then = ""
        self.finished = False
        """Whether the open document is, for this coder."""
        self.blind = False
        """Whether the others' codings of the open document are hidden from this coder."""
        self._wanted = document
        self._codings: dict[str, Coding] = {}
        self._counts = UseCounts(project.codebook, project.coder)
        self._elsewhere: dict[str, tuple[int, int]] = {}
        self._last_page: Coding | None = None
        self._loading = False
        self._taken_out: tuple[str, int] | None = None
        """Document and offset that were on screen when that document's import was taken back."""

    # What there is

    @property
    def document_on_screen(self) -> str | None:
        """The open one's id."""
        return self.document.id if self.document is not None else None

    @property
    def reader(self) -> Reader:
        """The document pane."""
        return self.query_one(Reader)

    @property
    def recent(self) -> list[str]:
        """Paths of the codes used last, newest first, as far as the codebook has them."""
        by_id = self.project.codebook.by_id()
        return [by_id[key].path for key in self.recent_ids if key in by_id]

    @property
    def last_code(self) -> str | None:
        """Path of the code that ``.`` repeats."""
        return next(iter(self.recent), None)

    def say_next(self, words: str) -> None:
        """One line at the foot, after a move of the cursor that was made in the same breath."""
        self._words_then = words
        self.say(words)
        self.set_timer(0.1, self._forget_words)

    def _forget_words(self) -> None:
        self._words_then = ""

    # Opening

    def begin(self) -> None:
        """Open what was asked for, else where the coder left off, else the first document."""
        wanted, at = (self._wanted, None) if self._wanted else self._last_place()
        entries = self.project.documents()
        if self._wanted is None and wanted not in {entry.id for entry in entries}:
            wanted, at = (entries[0].id, 0) if entries else (None, 0)
        self.show_documents()
        if wanted is not None:
            self.open_document(wanted, at)
        else:
            self.show_codes()
            self.show_title()
            self.say('No documents yet. "tcncode import FILE" brings some in.')

    def _last_place(self) -> tuple[str | None, int | None]:
        try:
            place = json.loads(self.project.recall("place") or "{}")
            return str(place["document"]), int(place["offset"])
        except (ValueError, KeyError, TypeError):
            return None, None

    def _place_in(self, document: str) -> int:
        try:
            return int(self.project.recall(f"place:{document}") or 0)
        except ValueError:
            return 0

    def keep_place(self) -> None:
        """Remember where the coder is, for the next start and for coming back to the document."""
        if self.document is not None:
            at = self.reader.cursor
            place = {"document": self.document.id, "offset": at}
            self.project.remember("place", json.dumps(place))
            self.project.remember(f"place:{self.document.id}", str(at))

    def open_document(self, reference: str, at: int | None = None) -> bool:
        """Show a document, at an offset or where it was last left; False where it cannot be."""
        try:
            document = self.project.document(reference)
        except TcncodeError as error:
            self.say(str(error), bad=True)
            return False
        self.document = document
        project, text = self.project, document.text
        self.finished = project.finished(document.id)
        self.blind = project.is_blind(document.id)
        turns = project.segments(document.id, "turn")
        units = Units(
            text,
            project.stretches(document.id, "sentence"),
            project.stretches(document.id, "paragraph"),
            turns=[(t.span.start, t.span.end) for t in turns],
            pages=project.stretches(document.id, "page"),
            headings=project.stretches(document.id, "heading"),
            times={t.span.start: t.seconds for t in turns if t.seconds is not None},
        )
        start = self._place_in(document.id) if at is None else at
        self.reader.show_text(text, units, (), min(start, len(text)))
        self.query_one(DocumentPane).opened(document.id)
        self.say("")
        self.read_codings()
        return True

    def read_codings(self) -> None:
        """Read the open document's codings: some at once, many while the text can be read."""
        assert self.document is not None
        self._codings.clear()
        self._counts = UseCounts(self.project.codebook, self.project.coder)
        self._last_page, self._loading = None, True
        self.reader.show_codings(())
        self._read_page()
        self.read_suggestions()
        self.call_after_refresh(self._count_elsewhere)

    def _read_page(self) -> None:
        if self.document is None or not self._loading:
            return
        page = self.project.codings_page(self.document.id, self._last_page)
        if page:
            self._last_page = page[-1]
            # A coding made while the rest was being read is here already.
            self._take_in([c for c in page if c.id not in self._codings])
            self.call_after_refresh(self._read_page)
        else:
            self._loading = False
        self.show_codes()
        self.show_title()

    def _take_in(self, codings: Iterable[Coding], gone: Iterable[str] = ()) -> None:
        """These codings came or changed, those went."""
        fresh = list(codings)
        touched = {*gone, *(c.id for c in fresh)}
        old = [self._codings.pop(key) for key in touched if key in self._codings]
        self._counts.remove(old)
        self._codings.update((c.id, c) for c in fresh)
        self._counts.add(fresh)
        shown = fresh if self.show_others else [c for c in fresh if self.is_own(c)]
        self.reader.change_codings([c.id for c in old], shown)

    def is_own(self, coding: Coding) -> bool:
        """Whether the coder made it."""
        return coding.coder == self.project.coder

    def read_suggestions(self) -> None:
        """Read the open document's open suggestions."""
        document = self.document
        self.suggestions = (
            [] if document is None else self.project.suggestions_in(document.id)
        )  # fmt: skip
        self.reader.show_suggestions([(s.span.start, s.span.end) for s in self.suggestions])
        codebook = self.project.codebook
        self.query_one(SuggestionList).show(self.suggestions, codebook, self.palette, self._quote)
        self.query_one("#suggestions-heading", Label).update(
            f"{counted(len(self.suggestions), 'suggestion')}  a accepts  d rejects"
            if self.suggestions
            else "No open suggestions here; f9 S makes some"
        )

    def _quote(self, suggestion: Suggestion) -> str:
        text = self.document.text if self.document else ""
        return " ".join(text[suggestion.span.start : suggestion.span.end].split())[:120]

    # Following what is written, here and elsewhere

    def read_back(self) -> None:
        """Read back what was changed since the last look, by this coder or anybody."""
        changed = self.project.changes()
        if not changed:
            return
        if _CODES & set(changed):
            self._counts = UseCounts(self.project.codebook, self.project.coder)
            self._counts.add(self._codings.values())
            self.show_palette()
        if self.document is not None and self.document.id in changed.get("document", ()):
            self._refresh_document()
        elif self.document is None and "document" in changed:
            self._open_again()
        if self.document is not None and "coding" in changed:
            ids = changed["coding"]
            found = self.project.codings_among(ids)
            here = [c for c in found if c.document == self.document.id]
            elsewhere = ids - {c.id for c in here} - set(self._codings)
            self._take_in(here, ids - {c.id for c in here})
            if elsewhere:
                self.call_after_refresh(self._count_elsewhere)
        if "suggestion_answer" in changed or _CODES & set(changed):
            self.read_suggestions()
        if _STUDY & set(changed):
            self._note_progress()
            if _STUDY & set(changed) <= {"assignment", "coder"}:
                rows = changed.get("assignment", ())
                self.show_progress({key.partition("/")[0] for key in rows})
            else:
                self.show_documents()
        if "coding" in changed:
            self._mark_document()
        self.show_codes()
        self.show_title()
        self.show_here()

    def _refresh_document(self) -> None:
        """The open document was changed, or its import was taken back."""
        assert self.document is not None
        names = {entry.id: entry.name for entry in self.project.documents()}
        if self.document.id in names:
            self.document = replace(self.document, name=names[self.document.id])
            return
        gone = self.document.name
        self._taken_out = self.document.id, self.reader.cursor
        self.document = None
        self._codings.clear()
        self.reader.show_text("", Units(""), ())
        self.read_suggestions()
        self.say_next(f"{gone} was taken out of the project. f2 lists the documents.")

    def _open_again(self) -> None:
        """There are documents again: open the one that was taken out, else the first."""
        entries = self.project.documents()
        known = {entry.id for entry in entries}
        if self._taken_out is not None and self._taken_out[0] in known:
            self.open_document(*self._taken_out)
        elif entries and self._taken_out is None:
            self.open_document(entries[0].id, 0)

    def take_back(self, kind: Kind, back: TakenBack | None) -> None:
        """Undo or redo; where it was in the open document, the cursor goes there."""
        open_id = self.document_on_screen
        place = back.places.get(open_id) if back is not None and open_id is not None else None
        said = ""

        def does() -> str:
            nonlocal said
            said = self.taken_back(kind, back)
            return said

        done, reader = self.attempt(does), self.reader
        if done and place is not None and not place.start <= reader.cursor <= place.end:
            reader.place(place.start, third=True)
            self.say_next(said)

    def attempt(self, does: Callable[[], str]) -> bool:
        """Likewise; the title says whether it is saved."""
        done = super().attempt(does)
        self.show_title()
        return done

    def forget_unsaved(self) -> None:
        """The coder has seen what was not saved."""
        if self.unsaved:
            self.unsaved = ""
            self.show_title()
            self.show_here()

    def _note_progress(self) -> None:
        """Whether the open document is finished, and whether the others are hidden."""
        document, blind = self.document, self.blind
        self.finished = document is not None and self.project.finished(document.id)
        self.blind = document is not None and self.project.is_blind(document.id)
        if document is not None and blind != self.blind:
            self.read_codings()  # the end of a blind coding shows the others' work

    def look_outside(self) -> None:
        """Show what another process has written meanwhile; the place stays."""
        state = self.project.state()
        if state != self.seen:
            self.seen = state
            self.read_back()
            self.read_suggestions()  # they can be made anew, and no journal says so

    def _count_elsewhere(self) -> None:
        """How often each code is used in the other documents."""
        here = self.document.id if self.document else ""
        self._elsewhere = self.project.passages_elsewhere(here)
        self.show_codes()

    # Showing

    def show_palette(self) -> None:
        """Codes in the colours of this codebook, theme and terminal; the last one in front."""
        known = {code.path: code.id for code in self.project.codebook.codes}
        self.reader.show_palette(self.palette, known.get(self.last_code or ""))

    def show_codes(self) -> None:
        """The code tree with its counts."""
        counts: dict[str, Counts] = {}
        for code in self.project.codebook.codes:
            own, everybody = self._elsewhere.get(code.id, (0, 0))
            here = self._counts.own(code.id)
            counts[code.id] = (here, here + own, self._counts.all(code.id) + everybody)
        self.query_one(CodeTree).show(self.project.codebook, self.palette, counts)

    def _mark_document(self) -> None:
        """The open document's number of codings changed."""
        if self.document is not None:
            self.query_one(DocumentPane).count(self.document.id, self._counts.by_coder)

    def show_title(self) -> None:
        """Project, document, coder, position, share, saved."""
        reader, project = self.reader, self.project
        length = len(reader.text) or 1
        name = safe_line(self.document.name) if self.document else "no document"
        share = reader.index.covered() / length
        place = f"{100 * reader.cursor // length}%"
        parts = [safe_line(project.coder), place, f"{share:.0%} coded"]
        if self.finished:
            parts.insert(0, "✓ finished")
        if self.blind:
            parts.insert(0, "blind")
        saved = "NOT SAVED" if self.unsaved else "saved"
        parts.append("reading codings..." if self._loading else saved)
        rest = "".join(f" · {part}" for part in parts)
        head = f"{safe_line(project.path.stem)} › "
        room = max(self.size.width - 2 - len(head) - len(rest), 12)
        title = Text(head + fit(name, room), style="bold", no_wrap=True)
        title.append(rest, style="not bold")
        self.say_title(title)

    def show_here(self) -> None:
        """What is at the cursor: in the pane if there is room for it, and in the status line."""
        codings, reader = self.codings_here(exact=False), self.reader
        suggested, book = self.suggestions_here(), self.project.codebook
        self.query_one(Here).show(codings, book, self.palette, reader.text, suggested)
        parts = []
        if reader.selection:
            words = len(reader.text[slice(*reader.selection)].split())
            parts.append(f"{counted(words, 'word')} selected")
        elif reader.extending:
            parts.append("selecting")
        for coding in codings[:4]:
            name = self.palette.names([coding.code])
            by = "" if self.is_own(coding) else f" by {coding.coder}"
            memo = f" [{' '.join(coding.memo.split())}]" if coding.memo else ""
            parts.append(f"{self.palette.letter(coding.code)} {name}{by}{memo}")
        for suggestion in suggested[:2]:
            parts.append(f"? {self.palette.names([suggestion.code])} {suggestion.score:.2f}")
        turn = reader.units.turns.at(reader.cursor)
        if turn is not None and turn[0] in reader.units.times:
            parts.append(f"at {clock(reader.units.times[turn[0]])}")
        if self._words_then:
            self.say(self._words_then)
        elif self.unsaved:
            self.say(self.unsaved, bad=True)
        else:
            self.say_here("   ".join(parts))

    # What is at the cursor

    def codings_here(self, *, exact: bool = True) -> list[Coding]:
        """Codings on the selection (those with its very span, if any), else at the cursor."""
        reader = self.reader
        if reader.selection:
            found = reader.index.within(*reader.selection)
            same = [c for c in found if (c.span.start, c.span.end) == reader.selection]
            return same if exact and same else found
        # Just after a coding is still "on" it: that is where selecting leaves the cursor.
        return reader.index.at(reader.cursor) or reader.index.at(max(reader.cursor - 1, 0))

    def suggestions_here(self) -> list[Suggestion]:
        """Open suggestions on the selection or at the cursor, best first."""
        low, high = self.reader.selection or (self.reader.cursor, self.reader.cursor + 1)
        found = [s for s in self.suggestions if s.span.start < high and low < s.span.end]
        return sorted(found, key=lambda s: -s.score)

    def target(self) -> Span | None:
        """What a code would be applied to; None where nothing is (see ``Canvas.target``)."""
        target = self.reader.target
        return Span(*target) if target else None


def _recent(project: Project) -> list[str]:
    """Ids of the codes this coder used last, as remembered."""
    try:
        remembered = json.loads(project.recall("recent") or "[]")
    except ValueError:
        return []
    return [str(key) for key in remembered] if isinstance(remembered, list) else []
