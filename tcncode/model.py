"""The nouns of the study: plain values that know nothing of files, databases or screens.

Everything here is frozen; two values are equal when their fields are. What is *not* here:
how a noun is read (``importing``), kept (``store``) or counted (``reports``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring as _quoted
from typing import Any, Literal, NamedTuple

from tcncode.errors import AmbiguousNameError, UnknownNameError
from tcncode.text import Span

REPLICATES = 2000
"""Samples that an interval is made of."""
FEWEST_REPLICATES = 100
"""Fewer make no 95 % interval: its ends would hang on two or three samples."""
SEED = 20190501
"""Fixed, so that whoever repeats a study gets the same interval; it is printed with each one."""

DOCUMENT_KINDS = (
    "policy",
    "report",
    "website",
    "newsletter",
    "social media",
    "interview",
    "field note",
    "declaration",
    "other",
)
"""What a document can be. ``other`` is what an unlabelled file becomes."""

SPEAKER_ROLES = (
    "interviewer",
    "mayor",
    "civil servant",
    "network staff",
    "activist",
    "resident",
    "expert",
    "other",
)

PURPOSES = ("practical", "symbolic", "jurisgenerative")

RATING_LEVELS = ("nominal", "ordinal", "interval", "ratio")
"""What ratings are: names; ranks; numbers with equal steps; numbers with a true zero."""

Origin = Literal["by hand", "suggestion", "imported", "settled"]
Answer = Literal["accepted", "rejected"]
MemoNoun = Literal["project", "document", "network", "code", "coding"]
BEGINNING = "tcncode"
"""The author of what a project begins with: the codebook, until somebody edits it."""
SETTLED = "settled"
"""The coder whose codings are the team's decisions; compared only when named."""


def text_hash(text: str) -> str:
    """SHA-256 of a settled text in UTF-8, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def document_id(text: str) -> str:
    """The id of the document with this text: equal wherever the same file is imported."""
    return text_hash(text)[:16]


def coding_id(document: str, span: Span, code: str, coder: str) -> str:
    """The id of a coding: the same coding made in two copies of a project is one coding."""
    # As json.dumps writes the list; in half the time, which suggesting thousands notices.
    key = f"[{_quoted(document)}, {span.start}, {span.end}, {_quoted(code)}, {_quoted(coder)}]"
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:16]


def difference_id(document: str, codings: Iterable[str]) -> str:
    """The id of a difference between coders: that of the codings (ids) it is made of."""
    key = json.dumps([document, *sorted(codings)])
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:16]


def suggestion_id(document: str, span: Span, code: str) -> str:
    """The id of a suggestion: an answered one is known again when it is made anew."""
    return coding_id(document, span, code, "")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks in a transcript turn, and for whom."""

    label: str
    """As it stands in the transcript, before the colon."""
    role: str = "other"
    """One of ``SPEAKER_ROLES``."""
    affiliation: str | None = None
    """A network's or a city's id."""


@dataclass(frozen=True, slots=True)
class Document:
    """One imported text. Its ``source`` is the file it came from."""

    id: str
    name: str
    text: str = field(repr=False)
    network: str | None = None
    kind: str = "other"
    date: str | None = None
    """ISO 8601: ``2018``, ``2018-04`` or ``2018-04-12``."""
    language: str | None = None
    """Two-letter code."""
    source: str = ""
    """File name with extension."""
    encoding: str = "utf-8"
    """How the bytes were read; for formats that say it themselves, what they said."""
    reader: str = ""
    """Which reader made the text, with its version: offsets depend on it."""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A line in the list of documents: all but the text."""

    id: str
    name: str
    network: str | None
    kind: str
    date: str | None
    language: str | None
    source: str
    characters: int
    words: int
    codings: int


@dataclass(frozen=True, slots=True)
class Cue:
    """One sign that a sentence does what a code says: a phrase, or a spaCy Matcher pattern."""

    phrase: str = ""
    """Words to be matched on their lemmas, whatever their case. Empty for a pattern."""
    pattern: tuple[Mapping[str, Any], ...] = ()
    """A spaCy Matcher pattern. Empty for a phrase."""
    weight: float = 0.5
    """0 to 1: how far one hit alone speaks for the code."""
    line: int = 0
    """Where it stands in the codebook file; 0 where there is no file."""


@dataclass(frozen=True, slots=True)
class Code:
    """One idea of the codebook, named by its path: ``sharing/peer-learning``."""

    id: str
    """Stable slug: the path it had when it was made. Codings refer to it: a rename is cheap."""
    path: str
    name: str
    purpose: str = ""
    definition: str = ""
    when_to_use: str = ""
    when_not: str = ""
    example: str = ""
    colour: str = "#bcbcbc"
    """``#rrggbb``, on a dark background."""
    colour_light: str = "#585858"
    """``#rrggbb``, on a light background."""
    key: int | None = None
    """1 to 9: the key that codes with it."""
    cues: tuple[Cue, ...] = ()
    negative_cues: tuple[Cue, ...] = ()
    source: str = ""

    @property
    def parent(self) -> str | None:
        """The path of the code above it, None at the top."""
        head, _, _ = self.path.rpartition("/")
        return head or None

    @property
    def depth(self) -> int:
        """0 for a top code."""
        return self.path.count("/")

    @property
    def criterion(self) -> str:
        """What the codebook asks of a passage: when to use the code, else its definition."""
        return self.when_to_use or self.definition


@dataclass(frozen=True, slots=True)
class Codebook:
    """The tree of codes, in the order of the file: parents before their children."""

    name: str
    codes: tuple[Code, ...]
    sources: tuple[str, ...] = ()
    purposes: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> Code:
        """The code with this path or id, or with an unambiguous beginning of the path.

        Raises:
            UnknownNameError: there is none.
            AmbiguousNameError: several begin like this.
        """
        # The path first: a renamed code's id may be the path of another by now.
        exact = [c for c in self.codes if c.path == name] or [c for c in self.codes if c.id == name]
        begins = exact or [c for c in self.codes if c.path.startswith(name)]
        level = [c for c in begins if c.depth == min(b.depth for b in begins)]
        if len(level) == 1:
            return level[0]
        if level:
            raise AmbiguousNameError("code", name, [c.path for c in level])
        raise UnknownNameError(
            "code", name, near=nearest(name, (c.path for c in self.codes)),
            lister="tcncode codebook show",
        )  # fmt: skip

    def by_id(self) -> dict[str, Code]:
        """Codes by their stable id."""
        return {code.id: code for code in self.codes}

    def under(self, path: str) -> list[Code]:
        """A code and everything below it, in order."""
        return [c for c in self.codes if c.path == path or c.path.startswith(path + "/")]

    @property
    def top(self) -> list[Code]:
        """The codes without a parent."""
        return [c for c in self.codes if c.depth == 0]


def nearest(name: str, names: Iterable[str]) -> list[str]:
    """The one of ``names`` that ``name`` may be a slip for; empty when none is like it."""

    def pairs(word: str) -> set[str]:
        word = f" {word.lower()} "
        return {word[i : i + 2] for i in range(len(word) - 1)}

    def likeness(other: str) -> float:  # Dice over letter pairs: no library for a hint
        a, b = pairs(name), pairs(other)
        return 2 * len(a & b) / (len(a) + len(b))

    best = max(names, key=likeness, default=None)
    return [best] if best is not None and likeness(best) >= 0.5 else []


@dataclass(frozen=True, slots=True)
class Coding:
    """One coder's claim that one code applies to one span."""

    id: str
    document: str
    """Document id."""
    span: Span
    code: str
    """Code id (see ``Code.id``; ``Codebook.by_id()`` has the path)."""
    coder: str
    memo: str = ""
    origin: Origin = "by hand"
    created: str = ""
    """ISO 8601, UTC."""
    codebook_version: str = ""
    """Hash of the codebook it was made under."""


@dataclass(frozen=True, slots=True)
class Memo:
    """A coder's note on something."""

    id: str
    """Random; of a memo on a coding, the coding's id."""
    noun: MemoNoun
    """What it is on."""
    target: str
    """Its id; empty for the project."""
    coder: str
    text: str
    created: str = ""
    """ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """That a coder is to code a document, or has finished doing so."""

    document: str
    """Document id."""
    coder: str
    assigned: bool = False
    """False: nobody asked; the coder finished it all the same."""
    blind: bool = False
    """Until all blind coders have finished, codings of the document show only to who made them."""
    finished: str | None = None
    """When, ISO 8601, UTC; None: not yet."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What was decided about a difference between coders."""

    id: str
    """See ``difference_id``: a coding that is changed later makes it another difference."""
    document: str
    """Document id."""
    span: Span
    coders: tuple[str, ...]
    """Who was compared."""
    codings: tuple[str, ...]
    """Ids of the codings that differ."""
    how: str
    """``both``, ``union``, ``intersection``, ``neither``, ``own``, or the coder who was taken
    (their number among ``coders``, from 1, where the name is also a way)."""
    result: tuple[tuple[int, int, str], ...]
    """Start, end and code id of what is coded there now."""
    memo: str = ""
    decided: str = ""
    """ISO 8601, UTC."""
    by: str = ""
    """Who decided."""


# Made by the hundred thousand: a frozen dataclass takes five times as long to make (measured).
class Evidence(NamedTuple):
    """Why a sentence was suggested; equal to a tuple of the same values."""

    kind: Literal["cue", "negative cue", "word", "sentence", "near", "network", "city", "entity"]
    words: str
    """As they stand in the text; of ``near``, the passage that was coded elsewhere."""
    span: Span
    """Where they stand in the document; of ``near``, what was suggested."""
    weight: float
    """Of a cue 0 to 1; of a word what it adds to the log odds; of a sentence, read by itself, how
    likely a sentence encoder finds the function, 0 to 1; of ``near`` the likeness."""
    detail: str = ""
    """The cue as the codebook writes it, the name that was recognised (of ``entity``: what it
    is), whose coding it was, or the name of the encoder."""
    document: str = ""
    """Of ``near``: the id of the document that the passage stands in."""

    @property
    def told(self) -> str:
        """What it is and its words in one line, wherever the text breaks them; of a sentence its
        first words, and what the encoder makes of it."""
        words = " ".join(self.words.split())
        if self.kind == "sentence":
            words = words if len(words) <= 40 else f"{words[:39].rstrip()}…"
            return f"sentence by itself: {self.weight:.2f} by {self.detail} (“{words}”)"
        return f"{self.kind}: {words}"


NO_WORDS = frozenset({"near", "sentence"})
"""Kinds of evidence that point to no words of the passage."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A coding the program proposes. It counts for nothing until a coder accepts it."""

    id: str
    document: str
    span: Span
    code: str
    """Code id."""
    score: float
    """0 to 1."""
    evidence: tuple[Evidence, ...] = ()
    method: str = "cues"


@dataclass(frozen=True, slots=True)
class Network:
    """A transnational city network: what the study compares."""

    id: str
    name: str
    short_name: str = ""
    url: str = ""
    focus: int | None = None
    """1 single issue, 2 narrow theme, 3 broad theme."""
    membership: int | None = None
    """1 cities only, 2 cities and regions, 3 mixed."""
    parent: str | None = None
    """A network's id."""
    initiator: str = ""
    horizontal: bool | None = None
    """Whether it has no international partner; None where no source says."""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class City:
    """A city, with what its source says of it."""

    id: str
    name: str
    country: str = ""
    networks_declared: int | None = None
    """How many networks its source says it belongs to."""
    population: int | None = None
    size_class: str = ""
    capital: bool | None = None
    non_eu_share: float | None = None
    """Per cent, 0 to 100."""
    politics: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """That a city belongs to a network, and who says so."""

    city: str
    network: str
    verified: bool = False
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with named columns, and a note on how they were made."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    """Values are ``str``, ``int``, ``float``, ``bool`` or ``None`` (not defined, not known)."""
    note: str = ""
    """Unit, n, formula, coders, filters, codebook version, and the command that repeats it."""
    warning: str = ""
    """Of the note, what must be told as well where the table goes without it: that codings are
    left out, or that coding was not blind."""
    network_columns: tuple[str, ...] = ("network", "networks")
    """Those of its columns that hold ids of networks (several with "; " between) are among these:
    readers may be shown names instead."""

    def records(self) -> list[dict[str, Any]]:
        """One flat mapping a row, column names as keys."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class AgreementResult:
    """One coefficient for one code and some coders, with its parts.

    The four counts are numbers of units, or of characters where the unit is the character, for
    two coders; None for three or more.
    """

    code: str
    unit: str
    coders: tuple[str, ...]
    statistic: str
    value: float | None
    """None where it is not defined; then ``reason`` says why."""
    n: int
    both: int | None = None
    first_only: int | None = None
    second_only: int | None = None
    neither: int | None = None
    reason: str = ""
    group: str = ""
    """The document, network, kind or time that it is about; empty: all documents together."""
    documents: int = 0
    """How many documents it rests on."""
    low: float | None = None
    high: float | None = None
    """95 % percentile interval of the bootstrap over documents; None: not computed."""
    error: float | None = None
    """Standard error by the jackknife over documents."""
    undefined: int = 0
    """Replicates of the bootstrap in which it was not defined; the interval leaves them out."""
    origin: str = "all"
    """Which codings count, by how they began."""
    coverage: float | None = None
    """Of the coefficients of the text that both coded: the share of the text that enters."""


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Half-open intervals with overlaps and touching neighbours joined, in order."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            if end > out[-1][1]:
                out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def covered(spans: Sequence[tuple[int, int]]) -> int:
    """Characters that at least one of the spans covers."""
    return sum(end - start for start, end in merged(spans))


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What an undo or a redo changes. Two are equal when they take back the same action."""

    action: str
    """Id of the action that is taken back."""
    what: str = field(compare=False)
    """The action in words, one line."""
    is_merge: bool = field(compare=False)
    rows: Mapping[str, int] = field(compare=False)
    """Table -> how many changes of its rows."""
    places: Mapping[str, Span | None] = field(compare=False)
    """Document id -> the first place of it where codings or decisions change, if any do."""
    documents: tuple[str, ...] = field(compare=False)
    """Ids of the documents that go out of the project."""


@dataclass(frozen=True, slots=True)
class Change:
    """What every row written in one action carries."""

    stamp: str
    """Id of the action; greater means later, on any machine."""
    author: str
