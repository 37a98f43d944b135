"""A reader's way through one document, in words: where they are, and what a typed line does.

Knows nothing of the terminal. Every answer is one short line that can be spoken; what it
codes goes through the project, so it is saved before it is said.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tcncode.errors import AmbiguousNameError, UnknownNameError, UsageError
from tcncode.model import Code, Coding, Document, Suggestion, covered
from tcncode.text import Segment, Span
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.project import Project

HELP = (
    "Enter: next sentence. p: previous. Two digits or more, or g and a number: to that sentence.",
    "1 to 9: code this sentence with the code of that key. c and a name: code with any code;"
    " c alone tells the codes.",
    "+2: take the next two sentences with this one, before coding. +0: only this one again.",
    "x: remove a coding here. m and words: a memo on the coding here; m alone tells it;"
    " m - takes it away.",
    "u: undo. r: redo.",
    "n: next sentence you have not coded. / and words: where they stand next; / alone: again.",
    "s: next suggestion, with its evidence. y: accept it. d: reject it.",
    "f: mark the document as finished, or open again; agreement counts finished ones.",
    "w: where am I. l: this sentence again. ?: this help. q: quit; everything is saved.",
)

Answer = list[str]


class LinearReading:
    """One document, one coder, a current sentence, and perhaps some taken with it."""

    def __init__(self, project: Project, document: Document) -> None:
        """Begin at the first sentence.

        Raises:
            UsageError: the document has no sentences.
        """
        self.document = document
        self._project = project
        self._sentences = [s.span for s in project.segments(document.id, "sentence")]
        if not self._sentences:
            raise UsageError(f"{document.name} has no sentences to read.")
        self._starts = [span.start for span in self._sentences]
        self._pages = project.segments(document.id, "page")
        self._turns = project.segments(document.id, "turn")
        self._headings = {s.span.start for s in project.segments(document.id, "heading")}
        self._at = self._last = 0
        self._told: tuple[Segment | None, Segment | None] = (None, None)
        self._found = ""
        self._suggestion: Suggestion | None = None
        self._made = ""
        self._choice: tuple[Sequence[Coding], Callable[[Coding], str]] | None = None

    # Where one is

    @property
    def offset(self) -> int:
        """Where the current sentence begins."""
        return self._sentences[self._at].start

    @property
    def taken(self) -> Span:
        """The sentences that a code would be applied to."""
        return Span(self.offset, self._sentences[self._last].end)

    def begin(self, number: int) -> None:
        """Go to a sentence by its number, from 1.

        Raises:
            UsageError: there are not so many.
        """
        if not 1 <= number <= len(self._sentences):
            raise UsageError(
                f"{self.document.name} has {counted(len(self._sentences), 'sentence')};"
                f" there is no {number}."
            )
        self._move(number - 1)

    def begin_at(self, offset: int) -> None:
        """Go to the sentence at an offset; between two, the one before."""
        self._move(max(bisect_right(self._starts, offset) - 1, 0))

    def _move(self, place: int) -> None:
        self._at = self._last = place
        self._suggestion, self._made = None, ""

    def introduced(self) -> Answer:
        """What document this is."""
        d = self.document
        about = ", ".join(part for part in (d.network, d.kind, d.date) if part)
        n = len(self._sentences)
        said = f"{d.name} ({about}): {counted(n, 'sentence')}."
        return [f"{said} Coder {self._project.coder}. ? for help."]

    def _where(self) -> str:
        """Which sentences are meant."""
        if self._at == self._last:
            return f"sentence {self._at + 1}"
        return f"sentences {self._at + 1} to {self._last + 1}"

    # Reading

    def read(self) -> Answer:
        """The current sentences, each with its number, and what the coder has made of it."""
        own = self._own()
        out: Answer = []
        for place in range(self._at, self._last + 1):
            span = self._sentences[place]
            out += self._changes(span)
            head = "Heading. " if span.start in self._headings else ""
            out.append(f"{place + 1}. {head}{span.of(self.document.text)}{self._coded(own, span)}")
        return out

    def _changes(self, span: Span) -> Answer:
        """The page and the speaker, where they are others than before."""
        page, turn = _holding(self._pages, span.start), _holding(self._turns, span.start)
        before, self._told = self._told, (page, turn)
        out = []
        if page is not None and page != before[0]:
            out.append(f"Page {page.number}.")
        if turn is not None and turn != before[1]:
            out.append(f"Turn {turn.number}, {turn.speaker or 'nobody named'}.")
        return out

    def _own(self) -> list[Coding]:
        mine = self._project.coder
        return [c for c in self._project.codings(document=self.document.id) if c.coder == mine]

    def _coded(self, own: Sequence[Coding], span: Span) -> str:
        here = [c for c in own if c.span.overlaps(span)]
        names = []
        for coding in here:
            whole = coding.span.start <= span.start and span.end <= coding.span.end
            names.append(self._path(coding.code) + ("" if whole else " on a part"))
        said = f" [{', '.join(dict.fromkeys(names))}]" if names else ""
        memos = [f" memo on {self._path(c.code)}: {c.memo}" for c in here if c.memo]
        return said + ";".join(memos)

    def _path(self, code_id: str) -> str:
        code = self._project.codebook.by_id().get(code_id)
        return code.path if code else code_id

    # Answering

    def answer(self, line: str) -> Answer | None:
        """Do what a line says; what is to be said, or None to quit.

        Raises:
            TcncodeError: it cannot be done; the message says why.
        """
        line = line.strip()
        if self._choice is not None:
            return self._choose(line)
        if line.startswith("/"):
            return self._find(line[1:].strip())
        if re.fullmatch(r"\+ ?\d+", line):
            return self._take(int(line[1:]))
        if re.fullmatch(r"[1-9]", line):
            return self._code(self._by_key(int(line)))
        if line.isdecimal():
            return self._go(line)
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        with_words: dict[str, Callable[[str], Answer]] = {
            "g": self._go, "c": self._named, "m": self._memo, "x": self._remove,
        }  # fmt: skip
        alone: dict[str, Callable[[], Answer]] = {
            "": lambda: self._step(1), "p": lambda: self._step(-1), "l": self._again,
            "u": self._undo, "r": self._redo, "n": self._uncoded, "s": self._suggest,
            "y": lambda: self._reply(accepted=True), "d": lambda: self._reply(accepted=False),
            "w": self._whereabouts, "f": self._finish, "?": lambda: list(HELP),
        }  # fmt: skip
        if word in ("q", "quit") and not rest:
            return None
        if word in with_words:
            return with_words[word](rest)
        if word in alone and not rest:
            return alone[word]()
        return [f'"{line}" is no command. ? tells them.']

    def _step(self, step: int) -> Answer:
        place = self._last + 1 if step > 0 else self._at - 1
        if place < 0:
            return ["This is the first sentence."]
        if place >= len(self._sentences):
            return [f"End of {self.document.name}. q quits, p goes back."]
        self._move(place)
        return self.read()

    def _again(self) -> Answer:
        self._told = (None, None)
        return self.read()

    def _go(self, number: str) -> Answer:
        if not number.isdecimal():
            raise UsageError("g needs the number of a sentence, such as g 12.")
        self.begin(int(number))
        return self.read()

    def _take(self, more: int) -> Answer:
        before = self._last
        self._last = min(self._at + more, len(self._sentences) - 1)
        if self._last <= before:
            return [f"Taken: {self._where()}."]
        whole, self._at = self._at, before + 1
        try:
            added = self.read()
        finally:
            self._at = whole
        return [*added, f"Taken: {self._where()}."]

    def _uncoded(self) -> Answer:
        own = self._own()
        for place in range(self._last + 1, len(self._sentences)):
            if not any(c.span.overlaps(self._sentences[place]) for c in own):
                self._move(place)
                return self.read()
        return ["You have coded every sentence after this one."]

    def _find(self, words: str) -> Answer:
        from tcncode.search import find_words

        self._found = words or self._found
        if not self._found:
            return ["/ needs words to look for."]
        hits = find_words(self.document.text, self._found)
        if not hits:
            return [f'"{self._found}" is not in this document.']
        after = self._sentences[self._last].end
        ahead = [hit for hit in hits if hit.start >= after]
        self.begin_at((ahead or hits)[0].start)
        return [*([] if ahead else ["From the beginning again."]), *self.read()]

    def _finish(self) -> Answer:
        document = self.document.id
        finished = not self._project.finished(document)
        self._project.finish([document], finished=finished)
        said = f"{self.document.name} is {'finished' if finished else 'not finished'}; saved"
        if finished and (left := len(self._project.suggestions_in(document))):
            said += f"; {counted(left, 'suggestion', 'suggestions')} not answered"
        return [said]

    def _whereabouts(self) -> Answer:
        page, turn = _holding(self._pages, self.offset), _holding(self._turns, self.offset)
        own = covered([(c.span.start, c.span.end) for c in self._own()])
        parts = [
            self.document.name,
            f"{self._where()} of {len(self._sentences)}",
            f"page {page.number}" if page else "",
            f"{turn.speaker} speaks" if turn and turn.speaker else "",
            f"{own / (len(self.document.text) or 1):.0%} coded",
            f"coder {self._project.coder}",
        ]
        return [", ".join(part for part in parts if part) + "."]

    # Coding

    def _by_key(self, key: int) -> Code:
        for code in self._project.codebook.codes:
            if code.key == key:
                return code
        raise UsageError(f"No code has the key {key}. g {key} goes to sentence {key}.")

    def _named(self, name: str) -> Answer:
        if not name:
            codes = self._project.codebook.codes
            return [", ".join(f"{c.key} {c.path}" if c.key else c.path for c in codes) + "."]
        return self._code(find_code(self._project, name))

    def _code(self, code: Code) -> Answer:
        there = {c.id for c in self._own()}
        made = self._project.code(self.document.id, self.taken, code.path)
        self._made = made.id
        if made.id in there:
            return [f"{self._where()} had {code.path} already."]
        return [f"{self._where()} coded {code.path}; saved."]

    def _remove(self, name: str) -> Answer:
        def remove(coding: Coding) -> str:
            self._project.uncode(coding.id)
            return f"removed {self._path(coding.code)} from {self._where()}; saved."

        return self._one_of(self._here(name), remove)

    def _memo(self, words: str) -> Answer:
        def write(coding: Coding) -> str:
            path = self._path(coding.code)
            if not words:
                return f"memo on {path}: {coding.memo}" if coding.memo else f"no memo on {path}."
            self._project.memo(coding.id, "" if words == "-" else words)
            done = "removed from" if words == "-" else "on"
            return f"memo {done} {path}; saved."

        here = self._here("")
        # Right after coding, the memo is on that coding: nobody need be asked.
        return self._one_of([c for c in here if c.id == self._made] or here, write)

    def _here(self, name: str) -> list[Coding]:
        here = [c for c in self._own() if c.span.overlaps(self.taken)]
        if not name:
            return here
        code = find_code(self._project, name)
        return [c for c in here if c.code == code.id]

    def _one_of(self, codings: Sequence[Coding], does: Callable[[Coding], str]) -> Answer:
        if not codings:
            return [f"You have no such coding on {self._where()}."]
        if len(codings) == 1:
            return [does(codings[0])]
        self._choice = codings, does
        text = self.document.text
        listed = [
            f'{n} {self._path(c.code)} on "{_short(c.span.of(text))}"'
            for n, c in enumerate(codings, 1)
        ]
        return [f"Which one? {'; '.join(listed)}. A number, or enter for none."]

    def _choose(self, line: str) -> Answer | None:
        assert self._choice is not None
        codings, does = self._choice
        self._choice = None
        if line.isdecimal() and 1 <= int(line) <= len(codings):
            return [does(codings[int(line) - 1])]
        return ["None of them; nothing was changed."]

    def _undo(self) -> Answer:
        return [f"undone: {self._project.undo()}; saved."]

    def _redo(self) -> Answer:
        return [f"done again: {self._project.redo()}; saved."]

    # Suggestions

    def _suggest(self) -> Answer:
        found = sorted(self._project.suggestions(document=self.document.id), key=_order)
        last = self._suggestion
        if last is not None:
            found = [s for s in found if _order(s) > _order(last)]
        else:
            found = [s for s in found if s.span.end > self.offset]
        if not found:
            return ['No more suggestions after this. "tcncode suggest" makes them.']
        self.begin_at(found[0].span.start)
        self._suggestion = found[0]
        return [self._proposed(found[0]), *self.read()]

    def _proposed(self, suggestion: Suggestion) -> str:
        why = [
            ("against it, " if part.kind == "negative cue" else "") + f'{part.kind} "{part.words}"'
            for part in suggestion.evidence
            if part.kind != "sentence"
        ]
        because = f", because of {', '.join(dict.fromkeys(why))}" if why else ""
        whole = "".join(f" {e.told}." for e in suggestion.evidence if e.kind == "sentence")
        return f"Suggested: {self._path(suggestion.code)}, {suggestion.score:.2f}{because}.{whole}"

    def _reply(self, *, accepted: bool) -> Answer:
        suggestion = self._suggestion or self._suggested_here()
        if suggestion is None:
            return ["No suggestion here. s goes to the next one."]
        if accepted:
            self._project.accept(suggestion.id)
        else:
            self._project.reject(suggestion.id)
        done = "accepted" if accepted else "rejected"
        path = self._path(suggestion.code)
        # Kept as the place to go on from; it is answered, so it cannot be answered again.
        return [f"{done} {path} for {self._where()}; saved."]

    def _suggested_here(self) -> Suggestion | None:
        here = [
            s
            for s in self._project.suggestions(document=self.document.id)
            if s.span.overlaps(self.taken)
        ]
        return max(here, key=lambda s: s.score, default=None)


def find_code(project: Project, name: str) -> Code:
    """A code by its path, id or name, the last part of its path, or a piece of one of these.

    Whole names go before beginnings, and those before pieces; a code goes before its sub-codes.

    Raises:
        UnknownNameError, AmbiguousNameError: none fits, or several do.
    """
    book = project.codebook
    try:
        return book.get(name)
    except UnknownNameError:
        wanted = name.casefold().replace(" ", "-")
        tests: tuple[Callable[[str], bool], ...] = (
            lambda own: own == wanted,
            lambda own: own.startswith(wanted),
            lambda own: wanted in own,
        )
        for fits in tests:
            found = [code for code in book.codes if any(fits(own) for own in _names(code))]
            top = [code for code in found if code.depth == min(c.depth for c in found)]
            if len(top) == 1:
                return top[0]
            if top:
                raise AmbiguousNameError("code", name, [c.path for c in top]) from None
        raise


def _names(code: Code) -> tuple[str, ...]:
    own = code.path.rpartition("/")[2]
    return tuple(n.casefold().replace(" ", "-") for n in (code.path, own, code.name))


def _holding(segments: Sequence[Segment], offset: int) -> Segment | None:
    """The segment that an offset is in."""
    return next((s for s in segments if s.span.start <= offset < s.span.end), None)


def _order(suggestion: Suggestion) -> tuple[int, float, str]:
    return suggestion.span.start, -suggestion.score, suggestion.code


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= 40 else flat[:37].rstrip() + "..."
