"""Words, sentences, paragraphs, speaker turns, pages and headings of a settled text.

Computed once, at import, and stored. Everything is a stretch of the text as it stands: a
footnote that the page layout put into the middle of a sentence is a paragraph of its own, so
that sentence comes in two pieces. Own code rather than a trained splitter: it needs no model,
takes linear time, and knows footnote numbers, bullets and transcripts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from tcncode.text.span import Segment, SegmentKind, Span

Turn = tuple[Span, str, float | None]
"""The whole turn with its label; the label; seconds from the start of the recording."""


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0670\u093a-\u094f\u0e31-\u0e4e"
"""Marks that belong to the letter before them, as ranges of a regular expression."""
JOINERS = "'’‐‑-"
"""What joins letters on both sides to one word."""
_WORD = re.compile(rf"\w[\w{MARKS}]*(?:[{JOINERS}]\w[\w{MARKS}]*)*")

_SUPERSCRIPT = "¹²³⁰⁴-⁹"
_CLOSERS = r"\"'”’»›“)\]}*_"
_ENDED = re.compile(
    rf"[.!?…:;。！？؟۔।][{_CLOSERS}]*(?:[{_SUPERSCRIPT}]+|\[?\d{{1,3}}\]?)?[{_CLOSERS}]*$"
)
_BULLET = re.compile(
    r"[•●○▪■◦‣·⁃►✓➢\uf0b7]\s*\S|[–—*+-]\s+\S|\(?\d{1,3}(?:\.\d{1,2})*[.)]\s+\S"
    r"|\(?[a-z][.)]\s+\S|\(?[ivx]{1,4}[.)]\s+\S|#{1,6}\s"
)
_DASHES = "–—*+-"
_RAISED = re.compile(rf"[{_SUPERSCRIPT}]+ ?\S")
_NUMBERED = re.compile(r"(\d{1,3})\s+\S")
_LEADER = re.compile(r"(?:[•●○▪■◦‣·⁃►✓➢\uf0b7]\s*|[–—*+-]\s+|#{1,6}\s+)")

_TIME = (
    r"[\[(]?(?:(?P<h{0}>\d{{1,2}}):)?(?P<m{0}>\d{{1,2}})"
    r":(?P<s{0}>\d{{2}}(?:[.,]\d{{1,3}})?)[\])]?"
)
_NAME = r"(?P<n{0}>[^\W_](?:[^\n\t:!?;\"“”<>\[\]|]{{0,38}}[^\s:!?;\"“”<>\[\]|,])?)"
_TURN = re.compile(
    r"^[ \t]*(?:"
    + (_TIME + r"[ \t]*[-–]?[ \t]*" + _NAME + r"(?::[ \t]|:?[ \t]*$)").format(1)
    + "|"
    + (_NAME.replace(",38}}", ",38}}?") + r"[ \t]*" + _TIME + r"[ \t]*(?::[ \t]|:?[ \t]*$)").format(
        2
    )
    + "|"
    + (_NAME + r"[ \t]?:(?:[ \t]|$)").format(3)
    + ")",
    re.MULTILINE,
)
_NOT_SPEAKERS = _set_of(
    "abstract address aim aims annex article author authors background chapter city"
    " cities contact country date example figure focus from goal goals issues keywords"
    " language location membership members name network networks note notes number"
    " objective objectives organisation page phone place population question source"
    " sources subject summary table tel time title to topic url version website e-mail"
    " email http https ps p.s cc re fax participants"
)

# Never the end of a sentence; those in _BEFORE_NUMBER only where a number follows.
_NEVER = _set_of(
    "dr prof mr mrs ms v st ste mme mlle hr fr dhr mevr drs ir ing sr sra srta dra e.g"
    " i.e cf vs viz bijv bv p.ej z.b d.h u.a o.a d.w.z m.b.t t.a.v n.a.v i.v.m resp approx"
    " ca bzw vgl incl excl ed eds hon rev gen gov sen rep lt col capt mt ft par ex p.ex"
    " c.-à-d t.o.v evtl bspw m.n e.a i.p.v o.l.v sog insb hl jr ph.d"
)
_BEFORE_NUMBER = _set_of(
    "p pp no nos nr nrs vol art arts fig figs ch chap sec sect para paras pt num núm n° n"
    " pág págs s blz abs ann rec"
)
# May end one: then only before a word that usually begins a sentence.
_MAYBE = _set_of(
    "al et.al n.d s.d s.a etc enz usw u.s u.k u.n e.u u.s.a a.m p.m inc ltd co corp jan"
    " feb mar apr jun jul aug sep sept oct okt nov dec dez ibid approx dept univ b.v n.v"
    " a.o"
)
_STARTERS = _set_of(
    "The This These Those That It Its In On At As For From By With A An He She They We"
    " You I But And Or So However Moreover Yet While When Where Although Since After"
    " Before If Not No There Here What Why How Who Our Their Another Other Such De Het Een"
    " Die Dit Dat Der Das Ein Eine Es Sie El La Los Las Un Una Le Les Une Il Elle"
)
_MONTHS = _set_of(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember"
)
# A set first, and bounded: the engine skips to the stops, and a row of dots stays linear.
_STOP = re.compile(
    rf"(?P<stop>[.!?…。！？؟۔।][.!?…。！？؟]{{0,7}}+)(?P<close>[{_CLOSERS}」』]*+)"
    rf"(?P<note>[{_SUPERSCRIPT}]+|\[\d{{1,3}}\]|\d{{1,3}}(?:[,–-]\d{{1,3}})*)?[{_CLOSERS}]*"
    r"(?:(?=\s)|(?<=[。！？])|(?<=[。！？][」』”）]))"
)
_BEFORE = re.compile(r"[^\s(\[“”\"'‘’/]*$")
_OPENERS = "\"'“‘«‹„([{*_¿¡—–- \t\n"
_ENUMERATOR = re.compile(r"\(?(?:\d{1,3}(?:\.\d+)*|[A-Za-z]|[ivxIVX]+)\.?\)?")
_LINE = re.compile(r"\S[^\n]*")
_LINE_END = re.compile(r"\n\s*")
_ASIDE = re.compile(r"[a-z][^()\[\]{}\n]{0,40}[)\]}]\s+(?=\w)")
_LONG = 150
"""Characters: a longer line was not wrapped by hand, so it is a paragraph by itself."""
_BREATH = 60
"""Words: a speaker who never stops for longer than this is cut at the line ends."""


def _ended(body: str) -> bool:
    """Whether a line ends as a sentence, or what leads to a list, ends."""
    last = body[-1]
    if last.isalpha() or last == ",":
        return False
    return _ENDED.search(body, max(0, len(body) - 16)) is not None


def words(text: str) -> list[Span]:
    """Every word, with its inner apostrophes and hyphens."""
    return [Span(*found.span()) for found in _WORD.finditer(text)]


def word_count(text: str) -> int:
    """How many words ``words`` would give."""
    return len(_WORD.findall(text))


def paragraphs(text: str) -> list[Span]:
    """Paragraphs in order. Bullets, footnotes, table rows and turns each are one.

    Lines that were wrapped by hand belong together, also where an extraction has put a
    blank line after every one of them.
    """
    return _paragraphs(text, turns(text))


def sentences(text: str, language: str | None = None) -> list[Span]:
    """Sentences in order, none of them reaching over a paragraph's end.

    Args:
        text: a settled text.
        language: two-letter code. "de", "da", "no", "fi", "cs" have "3. Mai": a number before
            a full stop does not end a sentence there.
    """
    found = turns(text)
    return _sentences(text, _paragraphs(text, found), found, language)


def turns(text: str, *, transcript: bool | None = None) -> list[Turn]:
    """Speaker turns, if the text looks like a transcript: labels that come back on most lines.

    Args:
        text: a settled text.
        transcript: True or False where the caller knows.
    """
    if transcript is False:
        return []
    lines = list(_label_lines(text))
    lines = _only_speakers(text, lines, sure=transcript is True)
    out: list[Turn] = []
    for here, following in zip(lines, [*lines[1:], None], strict=False):
        start, end = here.start(), following.start() if following else len(text)
        start += len(here[0]) - len(here[0].lstrip())
        end = start + len(text[start:end].rstrip())
        out.append((Span(start, end), _label(here), _seconds(here)))
    return out


def turn_head(text: str, start: int) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Where the label and the time stand that begin a turn; None for what it does not have.

    Args:
        text: a settled text.
        start: where a turn begins in it.
    """
    found = _TURN.match(text, text.rfind("\n", 0, start) + 1)
    if found is None:
        return None, None
    label = next((found.span(name) for name in ("n1", "n2", "n3") if found[name]), None)
    at = next((n for n in "12" if found["s" + n]), None)
    if at is None:
        return label, None
    first = found.start("h" + at) if found["h" + at] else found.start("m" + at)
    return label, (first, found.end("s" + at))


def speech_start(text: str, start: int, label: str | None) -> int:
    """Where a turn's speech begins: behind the speaker's label and the time, if the text has them.

    Args:
        text: a settled text.
        start: where the turn begins in it.
        label: the speaker's label, as the import found it.
    """
    if label is None:
        return start
    end = start + len(label)
    # As most transcripts have it, and many times quicker than the expression.
    if text.startswith(label, start) and text[end : end + 2] in (": ", ":\n"):
        return end + 2
    found = _TURN.match(text, text.rfind("\n", 0, start) + 1)
    # A format may know the speaker without a label; "One thing: ..." is speech then.
    return start if found is None or _label(found) != label else found.end()


def segment(
    text: str,
    *,
    pages: Sequence[Span] = (),
    turns: Sequence[Turn] = (),
    headings: Sequence[Span] = (),
    transcript: bool | None = None,
    language: str | None = None,
) -> list[Segment]:
    """Everything the import finds in a text, by place; the wider of two comes first.

    Args:
        text: a settled text.
        pages: where the pages are, as far as the format says it; else form feeds do.
        turns: speaker turns, as far as the format says them; else they are looked for.
        headings: likewise.
        transcript: whether the text is a transcript, where the caller knows.
        language: two-letter code, if known.
    """
    spoken = list(turns) or _find_turns(text, transcript)
    blocks = _paragraphs(text, spoken)
    heads = list(headings) or _headings(text, blocks, spoken)
    split = _sentences(text, blocks, spoken, language)
    out = [
        Segment("turn", number, span, label, seconds)
        for number, (span, label, seconds) in enumerate(spoken, 1)
    ]
    kinds: list[tuple[SegmentKind, Iterable[Span]]] = [
        ("page", list(pages) or _form_feeds(text)),
        ("heading", heads),
        ("paragraph", blocks),
        ("sentence", split),
    ]
    for kind, spans in kinds:
        out += [Segment(kind, number, span) for number, span in enumerate(spans, 1)]
    out.sort(key=lambda part: (part.span.start, -part.span.end))
    return out


def _find_turns(text: str, transcript: bool | None) -> list[Turn]:
    return turns(text, transcript=transcript)


def _form_feeds(text: str) -> list[Span]:
    if "\f" not in text:
        return []
    found = (m.span() for m in re.finditer(r"[^\f]+", text))
    return [Span(start, end) for start, end in found if text[start:end].strip()]


# --- speaker turns -----------------------------------------------------------------------


def _label_lines(text: str) -> Iterator[re.Match[str]]:
    offset = 0
    for raw in text.split("\n"):
        # Labels and times have a colon, and most lines none: twice as fast as one expression.
        if ":" in raw[:64]:
            found = _TURN.match(text, offset)
            if found is not None and _is_name(_label(found)):
                yield found
        offset += len(raw) + 1


def _label(found: re.Match[str]) -> str:
    return (found["n1"] or found["n2"] or found["n3"]).strip()


def _seconds(found: re.Match[str]) -> float | None:
    for n in "12":
        if found["s" + n]:
            hours, minutes = int(found["h" + n] or 0), int(found["m" + n])
            return hours * 3600 + minutes * 60 + float(found["s" + n].replace(",", "."))
    return None


def _is_name(label: str) -> bool:
    return len(label.split()) <= 6 and not label.isdigit() and "http" not in label


def _only_speakers(text: str, lines: list[re.Match[str]], *, sure: bool) -> list[re.Match[str]]:
    """The lines that begin a turn; none if this is no transcript, unless that is ``sure``."""
    labels = Counter(_label(m).casefold() for m in lines)
    known = {label for label, n in labels.items() if label.rstrip(".") not in _NOT_SPEAKERS}
    again = {label for label in known if labels[label] > 1}
    if not known or (not sure and sum(labels[label] for label in known) < 2):
        return []
    kept: list[re.Match[str]] = []
    for m in lines:
        label = _label(m).casefold()
        # "One thing: ..." inside an answer comes once; so does a guest who says one sentence.
        guest = label in known and (not again or (bool(kept) and _label(m).istitle()))
        if label in again or guest or (label in known and _seconds(m) is not None):
            kept.append(m)
    if sure or len(kept) < 2:
        return kept if sure else []
    filled = [line for line in text.split("\n") if line.strip()]
    blocks = len(re.findall(r"\S[^\n]*(?=\n[ \t]*\n|\s*$)", text)) or 1
    share = len(kept) / (blocks if blocks >= len(kept) else len(filled))
    needed = 0.2 if len(again) > 1 else 0.45 if again else 0.6
    if any(_seconds(m) is not None for m in kept):
        needed /= 2
    covered = len(text) - kept[0].start()
    if share < needed or covered < len(text) / 3 or covered / len(kept) < 12:
        return []
    return kept


# --- paragraphs --------------------------------------------------------------------------


class _Line:
    """A line that is not blank, with what decides whether it goes on from the one before."""

    __slots__ = ("blanks", "body", "end", "ended", "footnote", "indented", "ruled", "start")

    def __init__(self, body: str, start: int, blanks: int, ruled: bool, indented: bool) -> None:
        self.body = body
        self.start = start
        self.end = start + len(body)
        self.blanks = blanks
        self.ruled = ruled
        self.indented = indented
        self.footnote = 0
        self.ended = _ended(body)


def _lines(text: str) -> list[_Line]:
    out: list[_Line] = []
    offset = blanks = 0
    ruled = False
    for raw in text.split("\n"):
        body = raw.strip()
        if body:
            lead = len(raw) - len(raw.lstrip())
            line = _Line(body, offset + lead, blanks, ruled, lead > 0)
            first = body[0]
            before = out[-1] if out else None
            if first.isdigit() or (before is not None and before.footnote > 0):
                line.footnote = _footnote(line, before)
            out.append(line)
            blanks, ruled = 0, False
        else:
            blanks += 1
            # Word's footnote rule, as text extraction leaves it.
            ruled = ruled or len(raw) > 20
        offset += len(raw) + 1
    return out


def _footnote(line: _Line, before: _Line | None) -> int:
    """The footnote's number, 0 if the line is none (-1 for one in superscript)."""
    if _RAISED.match(line.body):
        return -1
    if before is None:
        return 0
    found = _NUMBERED.match(line.body)
    number = int(found[1]) if found else 0
    if found and (line.ruled or (before.footnote > 0 and 0 < number - before.footnote < 4)):
        return number
    # A further line of the same footnote; the next page's text comes indented, or later.
    further = not line.indented and (not line.blanks or (line.blanks == 1 and not before.ended))
    return before.footnote if before.footnote > 0 and further else 0


def _paragraphs(text: str, found: Sequence[Turn]) -> list[Span]:
    lines = _lines(text)
    if not lines:
        return []
    begins = {span.start for span, _, _ in found}
    lengths = sorted(len(line.body) for line in lines)
    width = lengths[int(len(lengths) * 0.9)]
    double = _is_double_spaced(lines, width)
    long = [line for line in lines if len(line.body) > 200]
    prose = bool(long) and sum(line.ended for line in long) > 0.7 * len(long)
    out: list[Span] = []
    start, before = lines[0].start, lines[0]
    unfinished = False
    for line in lines[1:]:
        if before.footnote < 0 and not before.ended and len(before.body) > 90:
            unfinished = True
        if line.start in begins or not (
            _is_label_only(before, line, begins) or _goes_on(before, line, width, double, prose)
        ):
            cut = True
        else:
            # After the page break, small letters go on with the footnote before the text.
            cut = unfinished and line.blanks > 0 and not line.footnote
            unfinished = unfinished and not cut
        if cut:
            out.append(Span(start, before.end))
            start = line.start
        before = line
    out.append(Span(start, before.end))
    return out


def _is_double_spaced(lines: list[_Line], width: int) -> bool:
    """Whether an extraction put a blank line after every line of wrapped text."""
    if len(lines) < 10 or not 40 <= width <= _LONG:
        return False
    single = [
        (before, line) for before, line in pairwise(lines) if line.blanks == 1 and not line.footnote
    ]
    broken = sum(1 for before, line in single if line.body[0].islower())
    return len(single) > 0.5 * len(lines) and broken > 0.3 * len(single)


def _is_label_only(before: _Line, line: _Line, begins: set[int]) -> bool:
    """Whether ``before`` holds nothing but who speaks, and ``line`` what is said."""
    return (
        before.start in begins
        and line.blanks <= 1
        and len(before.body) < 60
        and (found := _TURN.match(before.body)) is not None
        and found.end() == len(before.body)
    )


def _goes_on(before: _Line, line: _Line, width: int, double: bool, prose: bool) -> bool:
    """Whether ``line`` belongs to the paragraph of the line ``before`` it."""
    a, b = before.body, line.body
    if before.footnote != line.footnote or "\t" in a or "\t" in b or a[0] == "#":
        return False
    if line.footnote:
        return line.footnote > 0 and _NUMBERED.match(b) is None
    ended = before.ended
    if _BULLET.match(b) and not (b[0] in _DASHES and not ended and len(a) > max(60, 0.8 * width)):
        return False
    if not line.blanks:
        return len(a) <= _LONG and len(b) <= _LONG
    if double:
        if line.blanks > 1:
            return False
        return len(a) > 0.9 * width or (not ended and (b[0].islower() or len(a) > 0.75 * width))
    # A page break has cut the paragraph: only believable where paragraphs do end in stops.
    return prose and not ended and len(a) > 200 and (b[0].islower() or len(b) > 200)


def _headings(text: str, blocks: Sequence[Span], found: Sequence[Turn]) -> list[Span]:
    """Short paragraphs without a stop before longer ones; "#" lines in any case."""
    spoken_from = found[0][0].start if found else len(text)
    out = []
    for span, following in zip(blocks, [*blocks[1:], None], strict=False):
        if len(span) > 120 or span.start >= spoken_from or text[span.end - 1] in ",-":
            continue
        body = text[span.start : span.end]
        if body[0] == "#" and body.lstrip("#")[:1].isspace():
            out.append(span)
            continue
        if following is None or len(following) < 80 or len(following) < len(span):
            continue
        first = next((c for c in body if c.isalnum()), "")
        if first.isdigit() and len(span) > 60:  # a footnote
            continue
        marked = _LEADER.match(body) or _RAISED.match(body) or "\n" in body or "\t" in body
        if (first.isdigit() or first != first.lower()) and not marked and not _ended(body):
            out.append(span)
    return out


# --- sentences ---------------------------------------------------------------------------


def _sentences(
    text: str, blocks: Sequence[Span], found: Sequence[Turn], language: str | None
) -> list[Span]:
    labels = {span.start: label for span, label, _ in found}
    # In a transcript without capitals, a small letter may begin a sentence.
    small = len(re.findall(r"\. [a-z]", text))
    lower = small > 3 and small > len(re.findall(r"\. [A-Z]", text))
    ordinals = language in ("de", "da", "no", "nb", "fi", "cs")
    out: list[Span] = []
    for span in blocks:
        start = span.start
        if start in labels:
            start = _after_label(text, span, labels[start])
        elif (leader := _LEADER.match(text, start, span.end)) is not None:
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


def _after_label(text: str, span: Span, label: str) -> int:
    found = _TURN.match(text, span.start, span.end)
    if found is not None and _label(found) == label:
        return found.end()
    return span.start


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
    if wrapped and len(_WORD.findall(text, start, end)) > _BREATH:
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
        found = _WORD.match(text, after, end)
        return closed or (found is not None and len(found[0]) > 1 and found[0] in _STARTERS)
    dotted = "." in token and not token[0].isdigit() and max(map(len, token.split("."))) <= 2
    if key in _MAYBE or dotted:
        found = _WORD.match(text, after, end)
        return not closed and found is not None and found[0] in _STARTERS
    if token.isdecimal() and len(token) <= 2:
        found = _WORD.match(text, after, end)
        return not (found is not None and found[0] in _MONTHS) and not ordinals
    return True
