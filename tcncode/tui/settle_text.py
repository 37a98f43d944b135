"""A difference to decide on: who coded what, and the text with a lane for each coder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text

from tcncode.agreement.settling import Difference
from tcncode.agreement.showing import brackets, raised
from tcncode.model import Coding, DocumentEntry, Settlement
from tcncode.text import Span
from tcncode.text.safe import safe, safe_line
from tcncode.text.wrap import TextLayout
from tcncode.tui.boundaries import Passage
from tcncode.tui.palette import FOOT, Palette
from tcncode.tui.suggestion_view import Reading

_LANES = 3
"""Lanes a coder has at most; what finds none is told by its brackets."""
_LONG = 4000
"""Characters of a passage that are shown whole."""
_ENDS = 1500
"""Of a longer one, characters at each end."""
_BRACKET = Style(bold=True)
_OWN = ("⟪", "⟫")


@dataclass(frozen=True, slots=True)
class Deciding:
    """What was decided, and what the keys would decide."""

    decision: Settlement | None = None
    passage: Passage | None = None
    """Own boundaries, once one was moved."""
    code: str = ""
    """For own boundaries: the code's id; empty where none was picked."""
    memo: str = ""
    """Typed for a decision that is still to come."""


def about_difference(
    difference: Difference,
    entry: DocumentEntry,
    reading: Reading,
    palette: Palette,
    deciding: Deciding,
    *,
    share: float | None,
    around: int,
    width: int,
) -> Text:
    """All that the decision rests on.

    Args:
        share: of the cost of all differences, 0 to 1; None where nothing costs anything.
        around: how many sentences to show before and after.
        width: cells.
    """
    d, out = difference, Text()
    out.append(d.kind, "bold")
    cost = f"{d.cost:,} characters differ" if d.cost else "only sub-codes differ"
    out.append(f"  {cost}" + (f", {share:.1%} of all" if share and d.cost else ""))
    places = [entry.name, entry.network or "", *reading.place(d.span.start)]
    out.append(f"\n{safe_line(' · '.join(p for p in places if p))}\n\n", "dim")
    for number, coder in enumerate(d.coders, 1):
        _append_coder(out, number, coder, d.of(coder), reading.text, palette)
    out.append("\n")
    out.append_text(_with_lanes(d, reading, palette, deciding.passage, around, width))
    out.append("\n")
    _append_decision(out, d, deciding, reading.text, palette)
    return out


def _append_coder(
    out: Text, number: int, coder: str, own: Sequence[Coding], text: str, palette: Palette
) -> None:
    out.append(f"{number} ", "bold").append(safe_line(coder), "bold")
    if not own:
        out.append("  nothing", "dim")
    for coding in own:
        out.append("\n    " if len(own) > 1 else "  ")
        _append_code(out, coding.code, palette)
        count = len(coding.span.of(text).split())
        out.append(f"  {count} word{'s' if count != 1 else ''}", "dim")
        if coding.origin == "suggestion":
            out.append(", began as a suggestion", "dim")
        if coding.memo:
            out.append("\n    memo: ", "bold").append(_flat(coding.memo), "italic")
    out.append("\n")


def _append_code(out: Text, code: str, palette: Palette) -> None:
    out.append(f"{palette.letter(code)} ", palette.stripe(code) + Style(bold=True))
    out.append(palette.names([code]))


def _append_decision(
    out: Text, d: Difference, deciding: Deciding, text: str, palette: Palette
) -> None:
    if deciding.passage is not None:
        code = deciding.code or (d.codes[0] if len(d.codes) == 1 else "")
        out.append(f"{_OWN[0]}…{_OWN[1]} own boundaries: o settles with ", "bold")
        if code:
            _append_code(out, code, palette)
        else:
            out.append("a code that is asked for")
        out.append("; R another code, esc leaves them\n", "dim")
    if deciding.memo:
        out.append("why: ", "bold").append(f"{_flat(deciding.memo)}\n", "italic")
    decision = deciding.decision
    if decision is None:
        return
    out.append(f"settled by {safe_line(decision.by)}: ", "bold").append(safe_line(decision.how))
    for start, end, code in decision.result:
        out.append("\n    ")
        _append_code(out, code, palette)
        out.append(f"  “{_flat(text[start:end])[:60].rstrip()}…”", "dim")
    if not decision.result:
        out.append("\n    nothing is coded there", "dim")
    if decision.memo and not deciding.memo:
        out.append("\n    why: ", "bold").append(_flat(decision.memo), "italic")


# The text and its lanes


@dataclass(slots=True)
class _Line:
    """Characters to show, each with its look and the place in the document that it stands for."""

    shown: list[str]
    looks: list[Style]
    places: list[int]

    def add(self, words: str, look: Style, at: int, *, moves: bool) -> None:
        """``moves``: the characters stand for places from ``at`` on, else all for ``at``."""
        self.shown += words
        self.looks += [look] * len(words)
        self.places += range(at, at + len(words)) if moves else [at] * len(words)


def _with_lanes(
    d: Difference, reading: Reading, palette: Palette, passage: Passage | None, around: int,
    width: int,
) -> Text:  # fmt: skip
    """The text wrapped, with a lane for each coder at its left."""
    lanes = [_lanes_of(d.of(coder)) for coder in d.coders]
    used = sum(len(lane) + 1 for lane in lanes)
    line = _line(d, reading, palette, passage, around)
    whole = "".join(line.shown)
    layout = TextLayout(whole, max(width - used, 10))
    head = Text("", no_wrap=True)
    for number, lane in enumerate(lanes, 1):
        head.append(str(number)[-1].ljust(len(lane)) + " ", "bold")
    rows = [head]
    for at in range(layout.height):
        low, high = layout.row_span(at)
        first = line.places[low] if low < len(line.places) else d.span.end
        last = line.places[high - 1] + 1 if high > low else first
        row = Text(no_wrap=True)
        for lane in lanes:
            for codings in lane:
                row.append(*_stripe(codings, first, last, palette))
            row.append(" ")
        words = Text(whole[low:high].rstrip("\n"), no_wrap=True)
        for n in range(len(words.plain)):
            if not n or line.looks[low + n] is not line.looks[low + n - 1]:
                stop = n + 1
                while stop < len(words.plain) and line.looks[low + stop] is line.looks[low + n]:
                    stop += 1
                words.stylize(line.looks[low + n], n, stop)
        rows.append(row.append_text(words))
    return Text("\n").join(rows)


def _line(
    d: Difference, reading: Reading, palette: Palette, passage: Passage | None, around: int
) -> _Line:
    """The passage in its context, with brackets in place."""
    text, span = reading.text, d.span
    covering = span if passage is None else _both(span, passage.span)
    shown = reading.around(covering, around)
    signs: dict[int, list[tuple[str, Style]]] = {}
    for at, words in brackets(d).items():
        signs.setdefault(at, []).append((words, _BRACKET))
    if passage is not None:
        for at, sign, end in zip(
            (passage.span.start, passage.span.end), _OWN, ("start", "end"), strict=True
        ):
            look = Style(bold=True, reverse=passage.moving == end)
            signs.setdefault(at, []).insert(0 if end == "end" else 99, (sign, look))
    looks = _looks(d, palette)
    gap = (covering.start + _ENDS, covering.end - _ENDS) if len(covering) > _LONG else None
    line, dim = _Line([], [], []), Style(dim=True)
    edges = sorted({shown.start, shown.end, *signs, *looks, *(gap or ())})
    for at, following in zip(edges, [*edges[1:], shown.end], strict=True):
        if not shown.start <= at <= shown.end:
            continue
        for words, look in signs.get(at, ()):
            line.add(words, look, min(at, len(text)), moves=False)
        if gap and gap[0] <= at < gap[1]:
            if at == gap[0]:
                told = f" … {gap[1] - gap[0]:,} characters more: enter shows them … "
                line.add(told, _BRACKET, at, moves=False)
            continue
        look = next((looks[edge] for edge in sorted(looks, reverse=True) if edge <= at), dim)
        line.add(_plain(text[at:following]), look, at, moves=True)
    return line


def _both(one: Span, two: Span) -> Span:
    return Span(min(one.start, two.start), max(one.end, two.end))


def _looks(d: Difference, palette: Palette) -> dict[int, Style]:
    """From which offset on the text looks how: as the code there, and underlined where several."""
    dim = Style(dim=True)
    edges = sorted({edge for c in d.codings for edge in (c.span.start, c.span.end)})
    found: dict[int, Style] = {}
    for edge in edges:
        here = [c for c in d.codings if c.span.start <= edge < c.span.end]
        several = len({c.coder for c in here}) > 1
        found[edge] = palette.tint(here[0].code, several=several) if here else dim
    return found


def _lanes_of(codings: Sequence[Coding]) -> list[list[Coding]]:
    """A coder's codings in lanes where none overlap; one lane at least."""
    lanes: list[list[Coding]] = [[]]
    for coding in codings:
        free = next((n for n in lanes if not n or n[-1].span.end <= coding.span.start), None)
        if free is None and len(lanes) < _LANES:
            free = []
            lanes.append(free)
        if free is not None:
            free.append(coding)
    return lanes


def _stripe(
    codings: Sequence[Coding], first: int, last: int, palette: Palette
) -> tuple[str, Style]:
    """What a lane shows beside a row: a letter where a coding begins, then its pattern."""
    here = [c for c in codings if c.span.start < last and c.span.end > first]
    if not here:
        return " ", Style()
    begun = [c for c in here if c.span.start >= first]
    coding = begun[-1] if begun else here[-1]
    look = palette.stripe(coding.code) + Style(bold=True)
    if begun:
        return palette.letter(coding.code), look
    return (FOOT if coding.span.end <= last else palette.pattern(coding.code)), look


def _flat(words: str) -> str:
    return safe_line(" ".join(words.split()))


def _plain(words: str) -> str:
    """One character for one, as it can be painted; a tab has no width of its own there."""
    return safe(words).replace("\t", " ")


def numbered(coders: Sequence[str]) -> str:
    """Coders with the numbers of their lanes, such as ``¹amina ²bo``."""
    return " ".join(f"{raised(n)}{safe_line(coder)}" for n, coder in enumerate(coders, 1))
