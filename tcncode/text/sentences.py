"""Sentences of a settled text, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tcncode.text.paragraphs import CLOSERS, LEADER, SUPERSCRIPT, paragraphs
from tcncode.text.span import Span
from tcncode.text.turns import Turn, find_turns, speech_start
from tcncode.text.words import WORD, word_set

# Never the end of a sentence; those in _BEFORE_NUMBER only where a number follows.
_NEVER = word_set(
    "dr prof mr mrs ms v st ste mme mlle hr fr dhr mevr drs ir ing sr sra srta dra e.g"
    " i.e cf vs viz bijv bv p.ej z.b d.h u.a o.a d.w.z m.b.t t.a.v n.a.v i.v.m resp approx"
    " ca bzw vgl incl excl ed eds hon rev gen gov sen rep lt col capt mt ft par ex p.ex"
    " c.-à-d t.o.v evtl bspw m.n e.a i.p.v o.l.v sog insb hl jr ph.d"
)
_BEFORE_NUMBER = word_set(
    "p pp no nos nr nrs vol art arts fig figs ch chap sec sect para paras pt num núm n° n"
    " pág págs s blz abs ann rec"
)
# May end one: then only before a word that usually begins a sentence.
_MAYBE = word_set(
    "al et.al n.d s.d s.a etc enz usw u.s u.k u.n e.u u.s.a a.m p.m inc ltd co corp jan"
    " feb mar apr jun jul aug sep sept oct okt nov dec dez ibid approx dept univ b.v n.v"
    " a.o"
)
_STARTERS = word_set(
    "The This These Those That It Its In On At As For From By With A An He She They We"
    " You I But And Or So However Moreover Yet While When Where Although Since After"
    " Before If Not No There Here What Why How Who Our Their Another Other Such De Het Een"
    " Die Dit Dat Der Das Ein Eine Es Sie El La Los Las Un Una Le Les Une Il Elle"
)
_MONTHS = word_set(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember"
)
# A set first, and bounded: the engine skips to the stops, and a row of dots stays linear.
_STOP = re.compile(
    rf"(?P<stop>[.!?…。！？؟۔।][.!?…。！？؟]{{0,7}}+)(?P<close>[{CLOSERS}」』]*+)"
    rf"(?P<note>[{SUPERSCRIPT}]+|\[\d{{1,3}}\]|\d{{1,3}}(?:[,–-]\d{{1,3}})*)?[{CLOSERS}]*"
    r"(?:(?=\s)|(?<=[。！？])|(?<=[。！？][」』”）]))"
)
_BEFORE = re.compile(r"[^\s(\[“”\"'‘’/]*$")
_OPENERS = "\"'“‘«‹„([{*_¿¡—–- \t\n"
_ENUMERATOR = re.compile(r"\(?(?:\d{1,3}(?:\.\d+)*|[A-Za-z]|[ivxIVX]+)\.?\)?")
_LINE = re.compile(r"\S[^\n]*")
_LINE_END = re.compile(r"\n\s*")
_ASIDE = re.compile(r"[a-z][^()\[\]{}\n]{0,40}[)\]}]\s+(?=\w)")
_BREATH = 60
"""Words: a speaker who never stops for longer than this is cut at the line ends."""


def sentences(
    text: str,
    language: str | None = None,
    blocks: Sequence[Span] | None = None,
    turns: Sequence[Turn] | None = None,
) -> list[Span]:
    """Sentences in order, none of them reaching over a paragraph's end.

    Args:
        text: a settled text.
        language: two-letter code. "de", "da", "no", "fi", "cs" have "3. Mai": a number before
            a full stop does not end a sentence there.
        blocks: its paragraphs; None to look for them.
        turns: its speaker turns; None to look for them.
    """
    found = find_turns(text) if turns is None else turns
    labels = {span.start: label for span, label, _ in found}
    # In a transcript without capitals, a small letter may begin a sentence.
    small = len(re.findall(r"\. [a-z]", text))
    lower = small > 3 and small > len(re.findall(r"\. [A-Z]", text))
    ordinals = language in ("de", "da", "no", "nb", "fi", "cs")
    out: list[Span] = []
    for span in paragraphs(text, found) if blocks is None else blocks:
        start = span.start
        if start in labels:
            start = speech_start(text, start, labels[start])
        elif (leader := LEADER.match(text, start, span.end)) is not None:
            start = leader.end()
        for cut in _cuts(text, start, span.end, lower, ordinals):
            _add(out, text, start, cut)
            start = cut
    return out


def _add(out: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    body = piece.strip()
    if body:
        start += len(piece) - len(piece.lstrip())
        out.append(Span(start, start + len(body)))


def _cuts(text: str, start: int, end: int, lower: bool, ordinals: bool) -> Iterator[int]:
    """Where the sentences of one paragraph end, the last one included."""
    hard = _line_cuts(text, start, end)
    any_stop = False
    begin = start
    at = 0
    for found in _STOP.finditer(text, start, end):
        place = found.end()
        if place >= end:
            break
        if not _is_end(text, found, begin, end, lower, ordinals):
            continue
        any_stop = True
        while at < len(hard) and hard[at] < place:
            yield hard[at]
            at += 1
        yield place
        begin = place
    yield from hard[at:]
    wrapped = not any_stop and not hard and text.find("\n", start, end) > 0
    if wrapped and len(WORD.findall(text, start, end)) > _BREATH:
        yield from (m.end() for m in _LINE_END.finditer(text, start, end))
    yield end


def _line_cuts(text: str, start: int, end: int) -> list[int]:
    """Line ends inside a paragraph that end a sentence without a stop, as in an address."""
    if text.find("\n", start, end) < 0:
        return []
    lines = [m.span() for m in _LINE.finditer(text, start, end)]
    pairs = list(pairwise(lines))
    width = max(b - a for a, b in lines)
    # Wrapped by hand: full lines that go on in small letters.
    wrapped = any(b - a > 40 and text[c].islower() for (a, b), (c, _) in pairs) or (
        width > 60 and all(b - a > 0.75 * width for (a, b), _ in pairs)
    )
    out = []
    for (a, b), (c, d) in pairs:
        if text[c].islower() or text[b - 1] in ",-–":
            continue
        first = text.find(" ", c, d)
        room = (first if first > 0 else d) - c + 1
        if not wrapped or b - a + room < 0.75 * width:
            out.append(b)
    return out


def _is_end(
    text: str, found: re.Match[str], begin: int, end: int, lower: bool, ordinals: bool
) -> bool:
    """Whether a stop, with what closes after it, ends the sentence that began at ``begin``."""
    if found["stop"][0] in "。！？":
        return True
    after = found.end()
    while after < end and text[after] in _OPENERS:
        after += 1
    if text[after - 1] in "([{" and (aside := _ASIDE.match(text, after, end)) is not None:
        after = aside.end()  # "(laughs) Then": what counts is the word after it
    following = text[after] if after < end else ""
    stop, close, note = found["stop"], found["close"], found["note"]
    small = following.islower()
    if "?" in stop or "!" in stop or "؟" in stop:
        return not small or not close
    if small and not (lower and stop == "." and not close):
        return False
    place = found.start()
    if len(stop) > 1 or stop == "…":
        return place > begin and text[place - 1] not in "[(" and not following.isdigit()
    before = _BEFORE.search(text, max(begin, place - 24), place)
    token = before[0] if before else ""
    # "3.5 million" is a number; "in 2002.40 The" is a year and a footnote.
    if note and not close and token[-1:].isdigit() and note[0].isdecimal() and note.isascii():
        digits = re.search(r"\d+$", token)
        return bool(digits) and len(digits[0]) == 4 and following.isupper()  # type: ignore[index]
    if note:
        return True
    if not token:
        return True
    if _ENUMERATOR.fullmatch(text[begin:place].strip()):
        return False
    return _ends_after(token, bool(close), text, after, end, ordinals)


def _ends_after(token: str, closed: bool, text: str, after: int, end: int, ordinals: bool) -> bool:
    """Whether a full stop after this word, before a word that is not in small letters, ends."""
    key = token.lower().rstrip(".")
    following = text[after : after + 1]
    if key in _NEVER:
        return False
    if key in _BEFORE_NUMBER:
        return not following.isdecimal()
    if len(token) == 1 and token.isupper():  # an initial, or "plan B"
        found = WORD.match(text, after, end)
        return closed or (found is not None and len(found[0]) > 1 and found[0] in _STARTERS)
    dotted = "." in token and not token[0].isdigit() and max(map(len, token.split("."))) <= 2
    if key in _MAYBE or dotted:
        found = WORD.match(text, after, end)
        return not closed and found is not None and found[0] in _STARTERS
    if token.isdecimal() and len(token) <= 2:
        found = WORD.match(text, after, end)
        return not (found is not None and found[0] in _MONTHS) and not ordinals
    return True
