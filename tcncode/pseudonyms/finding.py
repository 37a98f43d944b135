"""What identifies people in a transcript, and where known names stand in any text.

Found are labels of speakers, names behind a title or beside an office, offices of a place ("the
mayor of Ghent"), and, compared with rapidfuzz as suggestions compare names of networks, variants
and slips of all of these. Names that nothing marks as such are shown and not replaced: whether
"Sofia Berg" is a person or a street, the coder says.

Names are compared without case and accents and with any blanks, hyphens or underscores between
their words. A name inside a word is none; digits beside it are no part of it ("khan2"). In running
text half of a name with a hyphen is another ("Anne-Marie" is not Anne), unless the other half is a
known name, too; and small letters make no name of the commonest words ("will" is not Will). In
titles, labels, file names and memos neither holds; but what is longer than a title keeps its words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from string import digits

import regex
from rapidfuzz import fuzz, process

from tcncode import search
from tcncode.text import Span
from tcncode.text.words import word_set

_WORD = r"\p{Lu}[\p{L}\p{M}]*(?:['’]\p{Lu}[\p{L}\p{M}]+)*(?:[-‐‑]\p{Lu}[\p{L}\p{M}]+)*"
_PART = rf"(?:\p{{Lu}}\.|{_WORD})"
_PARTICLE = r"(?:van|von|de|del|della|der|den|di|da|dos|du|la|le|el|al|bin|ibn|ter|ten|zu)"
NAME = rf"{_PART}(?:[ \t]+(?:{_PARTICLE}[ \t]+){{0,2}}{_PART}){{0,3}}"
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|[Dd]rs?|[Pp]rof|Professor|Judge|Justice|Rev|Reverend|Hon|Ing|Sheikh|Sir|Dame|Lord|Lady|Imam|Pastor|Father|Sister|Rabbi"
    r"|Herr|Frau|Mme|Madame|Monsieur|Mlle|Señor|Señora|Sra|Sr|Don|Doña|Signor|Signora|Meneer"
    r"|Mevrouw|Dhr|Mevr)"
)
_OFFICE = (
    r"(?:(?:[Dd]eputy|[Vv]ice|[Ff]ormer|[Aa]cting)[ -])?"
    r"(?:[Mm]ayor(?:ess)?|[Aa]lder(?:man|woman)|[Cc]ouncill?or|[Cc]ommissioner|[Mm]inister"
    r"|[Gg]overnor|[Pp]resident|[Cc]hair(?:man|woman|person)?|[Dd]irector"
    r"|[Ss]ecretary[- ][Gg]eneral|[Pp]refect|[Oo]mbuds(?:man|woman|person)"
    r"|[Vv]ice-?[Mm]ayor|[Tt]own [Cc]lerk|[Bb]urgomaster|[Bb]ürgermeister(?:in)?"
    r"|[Aa]lcaldesa?|[Aa]lcalde|[Mm]aire)"
)
_TITLES = rf"{_TITLE}\.?[ \t]+(?:(?:{_TITLE}\.?|h\.[ \t]?c\.)[ \t]+){{0,3}}"
_AFTER_TITLE = regex.compile(rf"\b{_TITLES}(?P<name>(?:{_PARTICLE}[ \t]+){{0,2}}{NAME})")
_ADDRESS = regex.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@])@\w[\w.]*\w|\b(?:https?://|www\.)[^\s<>\"”’)]*[^\s<>\"”’).,;]"
)
_AFTER_OFFICE = regex.compile(rf"\b{_OFFICE}[ \t]+(?P<name>{NAME})")
_OF = r"(?:of|de|van|von|di)"
_PLACED = regex.compile(
    rf"\b(?P<office>{_OFFICE})[ \t]+{_OF}[ \t]+{NAME}"
    rf"(?:,[ \t]+(?:{_TITLE}\.?[ \t]+)?(?P<name>{NAME})(?=[\s,.;:!?]))?"
)
_IS_TITLE = regex.compile(rf"{_TITLE}\.?")
_BEFORE = regex.compile(rf"(?P<name>{NAME}),[ \t]+(?:the[ \t]+)?{_OFFICE}\b")
_CAPITALISED = regex.compile(rf"\b{NAME}")
_BETWEEN = r"[\s_\-‐‑]+"
_WORDS = regex.compile(r"[^\s_\-‐‑]+")
_SMALL = regex.compile(r"\b\p{Ll}+\b")
_TOKEN = regex.compile(r"\w+")
_RUN = regex.compile(r"[^\W_]+")
_ESCAPED = regex.compile(r"\\[nrt](\p{L}[\p{L}\p{M}]*)")
_NEXT = regex.compile(rf"[ \t\xa0]+((?:{_PARTICLE}[ \t]+){{0,2}}(?:{_WORD}))")
_PREVIOUS = regex.compile(rf"(?<![\p{{L}}\p{{M}}\d'’‐‑-])({_WORD})[ \t\xa0]+$")
_DIGITS = regex.compile(r"[0-9]+")
_DIGITS_BESIDE = regex.compile(r"^[0-9]|[0-9]$")
_HYPHENED_BEFORE = regex.compile(r"(?<![\p{L}\p{M}'’])(\p{Lu}[\p{L}\p{M}'’]*)[-‐‑]$")
_HYPHENED_AFTER = regex.compile(r"[-‐‑](\p{Lu}[\p{L}\p{M}]*)")
_ORDINARY = word_set(
    "able an april art ash august autumn baker ball bank banks barber barker barn bath bay bean"
    " bear bell berry best bill bird black blessing block bloom blue bolt bond bone brand brave"
    " bridge bright brook brown buck bull bush butcher butler can carpenter case cash chance chase"
    " child church clay clear close cloud coal cook cooper cork corner cotton cross dale day deal"
    " dean dear do door drew drum duke earl early east english even ever fair faith farmer favour"
    " field finch fish fisher flood flower flowers ford forest forester forward foster fountain"
    " fox frank free french friend frost gale garden gardener gill glass gold good grace grand"
    " grant grave graves gray great green grey guy hall hand harmony hay he heart heath hero hill"
    " hills history home hood hope horn house hull hunt hunter in joy judge june just justice keen"
    " key king knight lady lake lamb lane large law lee lens liberty light little lodge long lord"
    " love low luck major man march mark marks marsh mason may mayor mercy merry mild miles mill"
    " miller mills mine mission mobile moody moon moore more morning moss mount much my nice no"
    " noble noon north now oak olive on orange page palm park parks patience peace pepper pet"
    " piece pine plant plum pole pond pool poor porter post potter power precious price pride"
    " prince promise pure rain ray read reading red reed rest rice rich ring river rivers road"
    " rock root rose rude rush sale salt sandwich savage say season self sharp she shepherd short"
    " silver singer sky small smart snow so son south spark sparrow speed split spring stack star"
    " steel still stock stone storm strange street strong sue summer summers sun swan sweet swift"
    " tailor temple thick tiger to tours tower town trinity true truth turner van victory wade"
    " wait walker wall ware waters way weaver well wells west wheeler white wide wild will wills"
    " winter winters wise wish wolf wood woods word worth yard you young"
)
"""Words in common use that are names, too, in small letters (as ``is_ordinary`` asks)."""
_KEYS = word_set(
    "children code codes codebook colour cue cues definition example formerly id key light name"
    " negative not path pattern patterns phrase phrases position purpose purposes reference source"
    " sources text to use used version was weight when word"
)
"""What the lines of a codebook begin with: they must stay, whoever is called so."""
_ROLES = word_set(
    "interviewer interviewee int i iv q a r p s question answer moderator host speaker respondent"
    " participant mayor officer adviser advisor servant staff activist resident expert volunteer"
    " translator interpreter facilitator chair coordinator director manager secretary councillor"
    " minister audience all both unknown man woman voice narrator presenter reporter journalist"
    " caller guest researcher person informant worker employee member official organiser organizer"
)
_OPENERS = regex.compile(r"(?:^|[.!?:…]['\"”’)\]]*\s+|\n\s*|[\"“‘(\[•]\s*)$")
_CALENDAR = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june"
    " july august september october november december christmas easter ramadan"
)
_LEADING = word_set(
    "a after again all also although an and as at because before both but by did does even for"
    " from had has have here how however if in instead is it its later like maybe my no not now of"
    " on once only or our perhaps since so soon sometimes still that the their then there these"
    " they this those though through to today tomorrow until was we were what when where which"
    " while who whose why will with without yes yesterday yet you your"
)
"""What often stands before a name where a sentence begins."""
LEAST = 85.0
"""Likeness (0 to 100) from which a wording is shown as a slip for a name. Below the 90 at which
suggestions take it for one: "Amna" is 89 like Amina, a name missed does harm, and the coder sees
each."""
_TITLE_WORDS = 12
"""Blanks from which words are running text, not a title, label or cue."""
LONGEST = 120
"""Characters that a name may have."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a name stands."""

    span: Span
    """With digits right behind it: "Person 1" in place of half of "Khan2" would be Person 12."""
    name: int
    """Its number among the names that were looked for."""


def is_role(label: str) -> bool:
    """Whether a speaker's label says what somebody is, not who ("Policy adviser", "Q2")."""
    words = regex.findall(r"\p{L}+", label)
    if not words or all(len(word) == 1 for word in words):
        return True
    if any(word.casefold() in _ROLES for word in words):
        return True
    return len(words) > 1 and all(word.islower() for word in words[1:])


def persons(text: str) -> Iterator[tuple[str, str, int]]:
    """Names beside a title or office, and offices of a place: kind, words, where they begin."""
    for pattern in (_AFTER_TITLE, _AFTER_OFFICE, _BEFORE, _PLACED):
        for found in pattern.finditer(text):
            name = found["name"] and _bare(found["name"])
            if name and name.lower() not in _CALENDAR and not _IS_TITLE.fullmatch(name):
                yield "person", name, found.start("name")
            if pattern is _PLACED:
                yield "office", _bare(found[0].partition(",")[0]), found.start()


def names_in_label(label: str) -> Iterator[tuple[str, str]]:
    """Kind and words of the names in a speaker's label: "Ann Berg (assistant)", "Host (Ann)"."""
    for number, part in enumerate(regex.split(r"\s*[()\[\]]\s*", label)):
        told = [(kind, words) for kind, words, _ in persons(part)]
        if not told and not is_role(part) and not (number and part.islower()):
            told = [("person", part)]
        yield from told


def _bare(words: str) -> str:
    """Without the full stop of the sentence; an initial keeps its own."""
    return words[:-1] if regex.search(r"\p{L}{2}\.$", words) else words


def office(words: str) -> str:
    """The office in words such as "mayor of Ghent": what its pseudonym is called by."""
    found = regex.match(rf"(?:{_OFFICE})", words)
    return found[0][0].upper() + found[0][1:] if found else "Office"


class Finder:
    """Finds names: in running text, and in titles, labels, file names and memos."""

    def __init__(self, forms: Sequence[str], ordinary: Collection[str] = ()) -> None:
        """The names to be found.

        Args:
            forms: names as they are written; of those that overlap, the longest counts.
            ordinary: words that are no names where running text has them in small letters.
        """
        self.ordinary = frozenset(ordinary)
        self._numbers: dict[str, int] = {}
        for n, form in enumerate(forms):
            self._numbers.setdefault(folded(form), n)
        self._numbers.pop("", None)
        self._by_runs: dict[tuple[str, ...], list[tuple[int, str]]] = {}
        lengths: dict[str, set[int]] = {}
        for key in self._numbers:
            runs = tuple(_RUN.findall(key))
            if runs:
                start = key.index(runs[0])
                self._by_runs.setdefault(runs, []).append((start, key))
                lengths.setdefault(runs[0], set()).add(len(runs))
        for keys in self._by_runs.values():
            keys.sort(key=lambda one: (-one[0], -len(one[1]), one[1]))
        self._lengths = {first: sorted(of, reverse=True) for first, of in lengths.items()}

    def find(self, words: str) -> list[Hit]:
        """The names in a title, label, file name or memo, in order; none overlap.

        Small letters count like capitals, and half of a name with a hyphen like a name: in
        "interview-khan" nothing tells which is which, and a name that is missed does harm. In more
        words than a title has ordinary words are such: a codebook's "may" is not May.
        """
        ordinary = self.ordinary if words.count(" ") >= _TITLE_WORDS else frozenset()
        return self._find(_ESCAPED.sub(self._without_escape, words), ordinary, halves=True)

    def find_in_text(self, text: str) -> list[Hit]:
        """The names in running text, in order; none overlap."""
        return self._find(text, self.ordinary, halves=False)

    def _find(self, text: str, ordinary: frozenset[str], *, halves: bool) -> list[Hit]:
        if not self._lengths or not text:
            return []
        plain, offsets = search.fold(text)
        plain = _straight(plain)
        runs = list(_RUN.finditer(plain))
        told = [run[0] for run in runs]
        out = []
        at = 0
        # Word by word, and by all words of a name at once: to try each name at each place, or
        # each Maria at each "Maria", would take as long as there are names.
        for n, run in enumerate(runs):
            if told[n] not in self._lengths and not _DIGITS_BESIDE.search(told[n]):
                continue
            for start, key in self._here(told, n):
                begin = run.start() + start
                found = _pattern(key).match(plain, begin) if begin >= at else None
                if found is None:
                    continue
                span = search.unfold(text, offsets, begin, found.end())
                words = span.of(text)
                small = words == words.lower()
                if not (words in ordinary if small else not halves and self._is_half(text, span)):
                    beside = _DIGITS.match(plain, found.end())
                    at = beside.end() if beside and key[-1] not in digits else found.end()
                    span = search.unfold(text, offsets, begin, at)
                    out.append(Hit(span, self._numbers[key]))
                    break
        return out

    def _without_escape(self, found: regex.Match[str]) -> str:
        # In a saved codebook a line may end in "\\n"; "C:\\nina" is Nina all the same.
        known = folded(found[0][1:]) in self._lengths
        return str(found[0]) if known else f"  {found[1]}"

    def _here(self, told: Sequence[str], n: int) -> Iterator[tuple[int, str]]:
        """Names that may begin with a word, the longest first, and where from its start on."""
        word = told[n]
        later = word.lstrip(digits)
        firsts = {word: 0, later: len(word) - len(later)}
        if word[-1] in digits:  # "khan2" is Khan; "person 12" is not Person 1
            firsts.setdefault(word.rstrip(digits), 0)
            firsts.setdefault(word.strip(digits), len(word) - len(later))
        for first, cut in firsts.items():
            for length in self._lengths.get(first, ()):
                last = told[n + length - 1] if n + length <= len(told) else ""
                middle = told[n + 1 : n + length - 1]
                ends = dict.fromkeys((last, last.rstrip(digits))) if length > 1 else ("",)
                for end in ends:
                    runs = (first, *middle, end) if length > 1 else (first,)
                    for before, key in self._by_runs.get(runs, ()):
                        yield cut - before, key

    def _is_half(self, text: str, span: Span) -> bool:
        """Whether a single name is half of another with a hyphen, of which nothing is known."""
        if " " in folded(span.of(text)):  # "Amina Khan-Berg" is Amina Khan
            return False
        before = _HYPHENED_BEFORE.search(text[max(0, span.start - LONGEST) : span.start])
        after = _HYPHENED_AFTER.match(text, span.end)
        return any(found and folded(found[1]) not in self._numbers for found in (before, after))


@lru_cache(maxsize=65_536)
def _pattern(key: str) -> regex.Pattern[str]:
    """A name (``folded``) wherever it is no part of a word."""
    words = _BETWEEN.join(map(regex.escape, key.split(" ")))
    return regex.compile(rf"(?<![^\W\d_]){words}(?![^\W\d_])")


def is_ordinary(word: str, kind: str) -> bool:
    """Whether a name in small letters is taken for an ordinary word in running text.

    Of persons and cities only those that are such in every other text ("will", "mark", "nice"):
    a dictionary also knows "khan", "maria" and "ghent". Of networks, which are called by words
    ("Shelter"), all that the dictionary knows.

    >>> is_ordinary("will", "person"), is_ordinary("khan", "person")
    (True, False)
    """
    return is_known(word) if kind == "network" else word in _ORDINARY | _KEYS


@lru_cache(maxsize=65_536)
def folded(form: str) -> str:
    """A name as names are compared: without case and accents, one space between its words."""
    return " ".join(_WORDS.findall(_straight(search.fold(form)[0])))


def _straight(folded: str) -> str:
    """With one kind of apostrophe: "O’Connor" is O'Connor."""
    return folded.replace("’", "'")


def same(one: str, other: str) -> bool:
    """Whether two wordings are one name, but for case, accents and what joins the words."""
    return folded(one) == folded(other)


def parts(name: str) -> list[str]:
    """The words of a person's name that may stand alone: first names, surnames.

    >>> parts("Anne-Marie van den Berg")
    ['Anne-Marie', 'Berg']
    """
    words = name.split()
    kept = [w for w in words if w[:1].isupper() and len(w.rstrip(".")) > 1 and w[-1:] != "."]
    return kept if len(words) > 1 else []


class Near:
    """Names by how long they are, to find the one that is most like some words."""

    def __init__(self, forms: Iterable[str] = ()) -> None:
        self._by_length: dict[int, tuple[list[str], list[str]]] = {}
        for form in forms:
            self.add(form)

    def add(self, form: str) -> None:
        """One more name."""
        from tcncode.suggest.names import SHORTEST

        key = _letters(form)
        if len(key) >= SHORTEST:
            keys, names = self._by_length.setdefault(len(key), ([], []))
            keys.append(key)
            names.append(form)

    def nearest(self, words: str, least: float) -> tuple[str, float] | None:
        """The name that is most like a wording, and how like (0 to 100); of equals the shortest."""
        from tcncode.suggest.names import SHORTEST

        key = _letters(words)
        best: tuple[str, float] | None = None
        if len(key) < SHORTEST - 1:
            return None
        for length in range(ceil(len(key) / 1.25), floor(len(key) / 0.8) + 1):
            keys, names = self._by_length.get(length, ([], []))
            hit = process.extractOne(key, keys, scorer=fuzz.ratio, score_cutoff=least)
            if hit is not None and (best is None or hit[1] > best[1]):
                best = names[hit[2]], float(hit[1])
        return None if best is None else (best[0], round(best[1], 1))


@lru_cache(maxsize=65_536)
def _letters(name: str) -> str:
    # Imported here: every command opens a project, and few look for names.
    from tcncode.suggest.names import letters

    return letters(name)


def in_small_letters(texts: Iterable[str], words: Iterable[str]) -> set[str]:
    """Those single words that a text also writes with small letters: they may be no names."""
    wanted = {word.lower() for word in words if word.isalpha()}
    found: set[str] = set()
    for text in texts:
        found |= wanted.intersection(_TOKEN.findall(text))
    return found


def places_of(text: str, words: Collection[str]) -> Iterator[tuple[str, Span]]:
    """Where some words stand by themselves, written just so."""
    for token in _TOKEN.finditer(text):
        if token[0] in words:
            yield token[0], Span(*token.span())


def variants(
    texts: Iterable[tuple[str, Sequence[Span]]], forms: Iterable[str]
) -> dict[str, tuple[str, float]]:
    """Capitalised words that nearly are one of the names: words -> the name and the likeness.

    Args:
        texts: each with the stretches that are names already, in order.
    """
    near = Near(forms)
    out: dict[str, tuple[str, float]] = {}
    for words in dict.fromkeys(w for text, taken in texts for w in _parts_of_runs(text, taken)):
        hit = near.nearest(words, LEAST)
        if hit is not None and hit[1] < 100:
            out[words] = hit
    return out


def addresses(text: str) -> Iterator[tuple[str, int]]:
    """E-mail and web addresses and handles, and where they stand."""
    for found in _ADDRESS.finditer(text):
        yield found[0], found.start()


def unmarked(text: str, taken: Sequence[Span]) -> Iterator[tuple[str, int]]:
    """Capitalised words that nothing tells to be a name or none, and where they stand.

    A sentence's first word counts where the dictionary does not know it, and before another such
    word where the text has it nowhere in small letters, and always right before a name that is
    replaced ("Sharon Person 2").
    """
    small = set(_SMALL.findall(text))
    ends = {span.start for span in taken}
    for words, start in _runs(text, taken):
        beside = start + len(words) + 1 in ends and words.lower() not in _LEADING
        if not beside and _OPENERS.search(text[max(0, start - 12) : start]):
            first, blank, rest = words.partition(" ")
            if first.lower() in small or (not rest and is_known(first)):
                words, start = rest, start + len(first) + len(blank)
        no_name = words.lower() in _CALENDAR or is_role(words) or _IS_TITLE.fullmatch(words)
        if len(words) > 2 and not no_name:
            yield words, start


def another(text: str, span: Span, forms: Iterable[str]) -> str:
    """Why a single name may be another person's here: "stands before Berg"; empty: no doubt.

    Args:
        forms: all wordings of the person whose it is. Where none has a first name and a surname,
            a capitalised word before it may well be the first name.
    """
    own = {folded(word) for form in forms for word in form.split()}
    found = _NEXT.match(text, span.end)
    if found and _may_name(found[1], own, text):
        return f"stands before {found[1]}"
    found = _PREVIOUS.search(text[max(0, span.start - LONGEST) : span.start])
    if found is None or len(own) < 2 or not _may_name(found[1], own, text):
        return ""
    start = span.start - len(found[0])
    opens = bool(_OPENERS.search(text[max(0, start - 12) : start]))
    ordinary = found[1].lower() in _LEADING or (opens and is_known(found[1]))
    return "" if ordinary else f"stands behind {found[1]}"


def _may_name(words: str, own: Collection[str], text: str) -> bool:
    """Whether capitalised words beside a name may be a part of it, and not of the person's own."""
    last = words.split()[-1]
    if len(last) < 2 or folded(last) in own or last.lower() in _CALENDAR:
        return False
    if is_role(words) or _IS_TITLE.fullmatch(last) or regex.fullmatch(_OFFICE, last):
        return False
    return regex.search(rf"\b{regex.escape(last.lower())}\b", text) is None


def doubt_of(words: str) -> str:
    """Why the only wording of a person may be no name ("World Mayor Prize"); empty: no doubt."""
    single = " " not in words and is_known(words)
    return "the dictionary has it, and nothing else names this person" if single else ""


def is_known(word: str) -> bool:
    """Whether an English dictionary has a word; it has many first names and surnames, too."""
    import simplemma

    return len(word) < 3 or bool(simplemma.is_known(word.lower(), lang="en"))


def _runs(text: str, taken: Sequence[Span]) -> Iterator[tuple[str, int]]:
    """Runs of capitalised words outside of what is taken, and where they begin."""
    parts, at = [], 0
    for span in taken:
        parts += [text[at : span.start], "\0" * len(span)]
        at = span.end
    for run in _CAPITALISED.finditer("".join([*parts, text[at:]])):
        yield _bare(run[0]), run.start()


def _parts_of_runs(text: str, taken: Sequence[Span]) -> Iterator[str]:
    """Runs, and their words two or three together and alone: "Yesterday Amna Khan" is one run."""
    for words, _ in _runs(text, taken):
        pieces = words.split()
        for length in range(len(pieces), 0, -1):
            for first in range(len(pieces) - length + 1):
                yield " ".join(pieces[first : first + length])
