"""Which passages carry a combination of codes: an expression -> the codings that meet it.

::

    sharing                            its codings, and those of its sub-codes
    =sharing                           its own codings only
    *                                  the codings of any code
    sharing or showcasing              those of either
    sharing and shaming                those of sharing on text that shaming has, too
    sharing and not shaming            those on text that shaming has not
    sharing overlapping shaming        another coding, of shaming, shares a character with it
    sharing within shaming             another coding, of shaming, holds it whole (or is as long)
    sharing containing shaming         it holds another coding, of shaming, whole
    sharing near shaming               another coding, of shaming, at most 1 sentence away
    sharing near 3 shaming             at most 3; 0 is the same sentence
    sharing near 1 paragraph shaming   at most 1 paragraph away
    sharing not within shaming         "not" turns any of these round

What comes out are always codings of what stands on the left: each further condition, read from
left to right, keeps some of them. ``or`` binds loosest, parentheses group:
``(sharing or showcasing) near 2 (shaming and not seeking-support)``. ``and`` asks for the text,
so a coding of both meets itself there; the other conditions want a second coding. Code names
may be shortened as everywhere, and stand in quotation marks where they are one of these words.

Conditions are looked up in sorted ends of the codings, never pair by pair: n codings cost
n log n, however densely they lie.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tcncode.errors import TcncodeError, UsageError
from tcncode.model import Codebook, Coding

Relation = Literal["and", "overlapping", "within", "containing", "near"]
Unit = Literal["sentence", "paragraph"]
Starts = Callable[[str, Unit], Sequence[int]]
"""Document id and unit -> where its units begin, in order."""

_RELATIONS: dict[str, Relation] = {
    "and": "and", "overlapping": "overlapping", "within": "within", "containing": "containing",
    "near": "near",
}  # fmt: skip
_UNITS: dict[str, Unit] = {
    "sentence": "sentence", "sentences": "sentence", "paragraph": "paragraph",
    "paragraphs": "paragraph",
}  # fmt: skip
_RESERVED = frozenset({"or", "not", "(", ")", *_RELATIONS})
_TOKEN = re.compile(r'\s*(?:"([^"]*)"?|([()])|(=?)(?:"([^"]*)"?|([^\s()"=]+))|(=))')
_MOST_TOKENS = 2000
_DEEPEST = 50
"""Parentheses inside one another."""
_MOST_AWAY = 1_000_000


@dataclass(frozen=True, slots=True)
class CodedWith:
    """The codings of some codes; of any code where ``codes`` is None."""

    codes: frozenset[str] | None
    """Code ids."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What at least one of these finds."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Those of ``those`` that stand in a relation to one of ``others``; negated: to none."""

    those: Expression
    relation: Relation
    others: Expression
    negated: bool = False
    away: int = 1
    """Of ``near``: how many units lie between at most; 0 is the same unit."""
    unit: Unit = "sentence"


Expression = CodedWith | AnyOf | Meeting


def parse(written: str, codebook: Codebook) -> Expression:
    """What an expression means, with this codebook's codes.

    Raises:
        UsageError: it is none; the message says where and why, on one line.
    """
    return _Parser(written, codebook).expression()


def quoted(code_name: str) -> str:
    """A code's name as it can stand in an expression, whatever it is called."""
    return f'"{code_name}"'


def matching(
    expression: Expression,
    codings: Iterable[Coding],
    starts: Starts,
    *,
    any_coder: bool = False,
) -> list[Coding]:
    """The codings that meet an expression, in the order in which they were given.

    Args:
        expression: from ``parse``.
        codings: all codings that may stand in a relation, of any documents.
        starts: asked for documents whose codings a ``near`` is about, and for no others.
        any_coder: let one coder's coding meet another's; else each coder's are looked at alone.
    """
    together: defaultdict[tuple[str, str], list[Coding]] = defaultdict(list)
    given = list(codings)
    for coding in given:
        together[coding.document, "" if any_coder else coding.coder].append(coding)
    found: set[str] = set()
    for (document, _), group in together.items():
        passages = _Passages(document, group, starts)
        found.update(group[n].id for n in passages.find(expression))
    return [coding for coding in given if coding.id in found]


@dataclass
class _Passages:
    """Codings of one document that may meet one another; they are named by their place."""

    document: str
    codings: list[Coding]
    starts: Starts
    _bounds: dict[str, tuple[list[int], list[int]]] = field(default_factory=dict)

    def find(self, expression: Expression) -> set[int]:
        if isinstance(expression, CodedWith):
            wanted = expression.codes
            return {n for n, c in enumerate(self.codings) if wanted is None or c.code in wanted}
        if isinstance(expression, AnyOf):
            return set().union(*(self.find(part) for part in expression.parts))
        # Conditions may be many, and each lies inside the next: not by recursion.
        conditions = [expression]
        while isinstance(conditions[-1].those, Meeting):
            conditions.append(conditions[-1].those)
        those = self.find(conditions[-1].those)
        for condition in reversed(conditions):
            if those:
                met = self._met(those, condition, self.find(condition.others))
                those = those - met if condition.negated else met
        return those

    def _met(self, those: set[int], meeting: Meeting, others: set[int]) -> set[int]:
        if meeting.relation == "within":
            return _held(*self._places(), those, others)
        if meeting.relation == "containing":
            starts, ends = self._places()
            # Mirrored, what holds another lies within it.
            return _held([-n for n in starts], [-n for n in ends], those, others)
        if meeting.relation == "near":
            return _touched(*self._units(meeting.unit), those, others, meeting.away)
        return _touched(*self._places(), those, others, 0, itself=meeting.relation == "and")

    def _places(self) -> tuple[list[int], list[int]]:
        """Where each coding starts and ends, in characters."""
        if "" not in self._bounds:
            spans = [c.span for c in self.codings]
            self._bounds[""] = [s.start for s in spans], [s.end for s in spans]
        return self._bounds[""]

    def _units(self, unit: Unit) -> tuple[list[int], list[int]]:
        """Likewise in units: the first one it touches, and the one after the last."""
        if unit not in self._bounds:
            begin = self.starts(self.document, unit)
            starts, ends = self._places()
            first = [max(bisect_right(begin, start) - 1, 0) for start in starts]
            past = [max(bisect_right(begin, end - 1) - 1, 0) + 1 for end in ends]
            self._bounds[unit] = first, past
        return self._bounds[unit]


def _touched(
    starts: list[int],
    ends: list[int],
    those: set[int],
    others: set[int],
    margin: int,
    *,
    itself: bool = False,
) -> set[int]:
    """Those that share a place with one of the others once these are ``margin`` wider.

    Counted: the others that begin before one ends, less those that end before it begins.
    """
    begins = sorted(starts[n] for n in others)
    stops = sorted(ends[n] for n in others)
    return {
        n
        for n in those
        if bisect_left(begins, ends[n] + margin) - bisect_right(stops, starts[n] - margin)
        > (n in others and not itself)
    }


def _held(starts: list[int], ends: list[int], those: set[int], others: set[int]) -> set[int]:
    """Those that lie within another one of the others."""
    ordered = sorted(others, key=starts.__getitem__)
    begins = [starts[n] for n in ordered]
    # The two furthest ends so far: a coding that is one of the others does not hold itself.
    nowhere = min(ends, default=0) - 1
    best = second = nowhere
    furthest = [(best, second)]
    for n in ordered:
        best, second = max(best, ends[n]), max(second, min(best, ends[n]))
        furthest.append((best, second))
    return {n for n in those if furthest[bisect_right(begins, starts[n])][n in others] >= ends[n]}


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    """As written; a name without its quotation marks."""
    at: int
    """Where it begins, from 0."""
    exact: bool = False
    """After an equals sign: without sub-codes."""
    name: bool = False
    """In quotation marks or after an equals sign: never a word of the language."""

    @property
    def word(self) -> str:
        """The word of the language it may be, in small letters; empty for a name."""
        return "" if self.name else self.text.lower()


class _Parser:
    """Reads one expression, from left to right."""

    def __init__(self, written: str, codebook: Codebook) -> None:
        self._written, self._codebook = written, codebook
        self._tokens = list(self._read())
        self._at = self._depth = 0
        if len(self._tokens) > _MOST_TOKENS:
            raise UsageError(
                f"The expression has {len(self._tokens)} words, {_MOST_TOKENS} at most are read."
            )

    def _read(self) -> Iterable[_Token]:
        for found in _TOKEN.finditer(self._written):
            quote, bracket, equals, name, bare, alone = found.groups()
            at = found.end() - len(found[0].lstrip())
            if alone:
                raise self._wrong(_Token("=", at), 'a code follows "="')
            text = next(part for part in (quote, bracket, name, bare) if part is not None)
            text = " ".join(text.split())
            token = _Token(text, at, bool(equals), quote is not None or bool(equals))
            if token.name and not text:
                raise self._wrong(token, "there is no name in the quotation marks")
            yield token

    @property
    def _next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *words: str) -> str:
        """Step over the next token if it is one of these words."""
        token = self._next
        if token is None or token.word not in words:
            return ""
        self._at += 1
        return token.word

    def _wrong(self, token: _Token | None, problem: str) -> UsageError:
        where = "at its end" if token is None else f'at "{token.text}" (character {token.at + 1})'
        return UsageError(f'"{" ".join(self._written.split())}", {where}: {problem}.')

    def expression(self) -> Expression:
        if not self._tokens:
            raise UsageError('The expression is empty. Write, for example, "sharing near shaming".')
        found = self._any_of()
        left = self._next
        if left is None:
            return found
        if left.word == ")":
            raise self._wrong(left, "no parenthesis is open here")
        raise self._wrong(
            left, "a condition goes on with and, or, not, overlapping, within, containing or near"
        )

    def _any_of(self) -> Expression:
        parts = [self._conditions()]
        while self._take("or"):
            parts.append(self._conditions())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _conditions(self) -> Expression:
        found = self._operand()
        while self._next is not None and self._next.word in {"not", *_RELATIONS}:
            negated = bool(self._take("not"))
            relation = self._take(*_RELATIONS)
            if not relation or (negated and relation == "and"):
                raise self._wrong(
                    self._next, 'after "not" comes overlapping, within, containing or near;'
                    ' before it, "and" makes "and not"',
                )  # fmt: skip
            if relation == "and":
                negated = bool(self._take("not"))
            away, unit = self._distance() if relation == "near" else (1, "sentence")
            found = Meeting(
                found, _RELATIONS[relation], self._operand(), negated, away, _UNITS[unit]
            )
        return found

    def _distance(self) -> tuple[int, str]:
        token = self._next
        if token is None or not re.fullmatch("[0-9]+", token.word):
            return 1, "sentence"
        self._at += 1
        return min(int(token.text[:9]), _MOST_AWAY), self._take(*_UNITS) or "sentence"

    def _operand(self) -> Expression:
        token = self._next
        if token is None:
            raise self._wrong(None, "a code is missing")
        self._at += 1
        if token.word == "(":
            self._depth += 1
            if self._depth > _DEEPEST:
                raise self._wrong(token, f"more than {_DEEPEST} parentheses are open")
            found = self._any_of()
            if not self._take(")"):
                raise self._wrong(self._next, "a parenthesis is still open")
            self._depth -= 1
            return found
        if token.word == "not":
            raise self._wrong(
                token, '"not" stands after what it takes from; "* and not CODE" finds all codings'
                " on text without that code",
            )  # fmt: skip
        if token.word in _RESERVED:
            raise self._wrong(token, "a code should stand here")
        if token.word == "*":
            return CodedWith(None)
        known = {c.path.lower(): c.path for c in self._codebook.codes}
        try:
            code = self._codebook.get(known.get(token.text.lower(), token.text))
        except TcncodeError as error:
            raise self._wrong(token, str(error).rstrip(".")) from None
        below = [code] if token.exact else self._codebook.under(code.path)
        return CodedWith(frozenset(c.id for c in below))
