"""spaCy Matcher patterns of a codebook: whether they are sound, and where they fire.

Most patterns ask for words, lemmas and numbers alone. Those are matched here (``fired``): spaCy's
Matcher asks each of its predicates in Python, token by token. A test holds what fires against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod
from typing import Any

NEVER_SET = frozenset({"POS", "TAG", "DEP", "MORPH", "SENT_START", "IS_SENT_START", "_"}) | {
    "ENT_TYPE",
    "ENT_IOB",
    "ENT_ID",
    "ENT_KB_ID",
}
"""Token attributes that only a trained pipeline sets: a pattern that asks for them never fires."""

MOST_WAYS = 2_000
"""More ways to fill neighbouring tokens than this are not laid out for one pattern."""

_COMMON, _OTHER = 0.01, 0.0003
"""How often a common word and any other stands in a text, roughly."""

_OPTIONAL = re.compile(r"[*?]|\{0?,\d*\}|\{0\}")
_REQUIRED = (None, "1", "+")
_REPEATED = re.compile(r"[?*+]|\{\d*,?\d*\}")


def pattern_problem(pattern: Sequence[Mapping[str, Any]]) -> str | None:
    """What is wrong with a Matcher pattern, in one line; None where nothing is.

    >>> pattern_problem([{"LEMMA": "share"}, {"LOWER": "practices"}])
    >>> pattern_problem([{"POS": "VERB"}])
    'POS is never set without a trained language model, so the pattern cannot fire'
    """
    if isinstance(pattern, str | Mapping) or not isinstance(pattern, Sequence) or not pattern:
        return "a pattern is a list of tokens, such as [{LEMMA: share}, {LEMMA: practice}]"
    for token in pattern:
        if not isinstance(token, Mapping):
            return f"{token!r} is not a token, such as {{LEMMA: share}}"
    unset = sorted({str(key) for token in pattern for key in token if _never_set(key)})
    if unset:
        verb = "is" if len(unset) == 1 else "are"
        return (
            f"{', '.join(unset)} {verb} never set without a trained language model,"
            " so the pattern cannot fire"
        )
    if all(_OPTIONAL.fullmatch(str(token.get("OP", "1"))) for token in pattern):
        return "every token of the pattern is optional, so it would fire on nothing at all"
    return _spacy_problem(pattern)


def anchor(
    pattern: Sequence[Mapping[str, Any]],
    lemma_of: Callable[[str], str],
    is_common: Callable[[str], bool],
) -> list[tuple[str, ...]]:
    """Runs of lemmas: a sentence must hold one of them for the pattern to fire.

    Empty where nothing is certain, as with a REGEX alone.
    """
    sure = [sorted(set(_words_of(token, lemma_of))) for token in pattern]
    certain = [token.get("OP") in _REQUIRED for token in pattern]
    once = [token.get("OP", "1") == "1" for token in pattern]
    options: list[list[tuple[str, ...]]] = []
    for first in range(len(sure)):
        for past in range(first + 1, len(sure) + 1):
            run = sure[first:past]
            # What may be repeated has no certain neighbour but itself.
            if not all(certain[first:past]) or prod(map(len, run)) == 0:
                break
            if len(run) > 1 and not all(once[first:past]):
                break
            if len(run) == 1 or prod(map(len, run)) <= MOST_WAYS:
                options.append(list(product(*run)))

    def frequency(ways: Sequence[Sequence[str]]) -> float:
        return sum(prod(_COMMON if is_common(word) else _OTHER for word in way) for way in ways)

    return min(options, key=frequency, default=[])


def shape(
    pattern: Sequence[Mapping[str, Any]],
    lemma_of: Callable[[str], str],
    letter_of: Callable[[str], str],
) -> re.Pattern[str] | None:
    """What the pattern asks of lemmas, as a regular expression over a letter for each lemma.

    The Matcher asks each token for each pattern, in Python: for the 95 of the study's codebook
    that took seven times as long as reading the text (measured). Where this does not match, the
    pattern cannot fire. None where that is not certain.

    Args:
        letter_of: one character for a lemma, always the same.
    """
    parts = []
    for token in pattern:
        repeated = str(token.get("OP", "1"))
        if repeated != "1" and not _REPEATED.fullmatch(repeated):
            return None
        letters = "".join(letter_of(lemma) for lemma in _words_of(token, lemma_of))
        parts.append((f"[{letters}]" if letters else ".") + repeated.removeprefix("1"))
    return re.compile("".join(parts), re.DOTALL)


@dataclass(frozen=True, slots=True)
class Part:
    """One token of a pattern that asks for nothing but words."""

    optional: bool
    lower: frozenset[int] | None
    """Hashes of which the word in lower case must have one; None: any."""
    lemma: frozenset[int] | None
    """Likewise of its lemma."""
    number: bool = False
    """Whether it must be a number, as spaCy sees them (``LIKE_NUM``)."""


def parts_of(
    pattern: Sequence[Mapping[str, Any]], hash_of: Callable[[str], int]
) -> list[Part] | None:
    """The tokens of a pattern that asks for words and lemmas alone; None of any other."""
    out = []
    for token in pattern:
        asked: dict[str, frozenset[int]] = {}
        repeated, number = token.get("OP", "1"), False
        for key, value in token.items():
            name = str(key).upper()
            words = value.get("IN") if isinstance(value, Mapping) and len(value) == 1 else [value]
            if name == "OP":
                continue
            if name == "LIKE_NUM" and value is True:
                number = True
                continue
            if name not in ("LOWER", "LEMMA") or not isinstance(words, Sequence):
                return None
            if isinstance(words, str) or not all(isinstance(word, str) for word in words):
                return None
            asked[name] = frozenset(map(hash_of, words))
        if repeated not in ("1", "?") or len(token) > len(asked) + number + ("OP" in token):
            return None
        out.append(Part(repeated == "?", asked.get("LOWER"), asked.get("LEMMA"), number))
    return out


def fired(
    parts: Sequence[Part],
    lower: Sequence[int],
    lemma: Sequence[int],
    is_number: Callable[[int], bool],
    first: int = 0,
) -> list[tuple[int, int]]:
    """First word and the one behind the last of each match, as spaCy's Matcher says them.

    Of matches that overlap, the longest, then the first (``greedy="LONGEST"``).

    Args:
        lower: hashes of the words in lower case.
        lemma: of their lemmas.
        is_number: of the hash of a word in lower case.
        first: where to begin.
    """
    found: list[tuple[int, int]] = []
    for start in range(first, len(lower)):
        reached = {start}
        for part in parts:
            onward = {
                at + 1
                for at in reached
                if at < len(lower)
                and (part.lower is None or lower[at] in part.lower)
                and (part.lemma is None or lemma[at] in part.lemma)
                and (not part.number or is_number(lower[at]))
            }
            reached = reached | onward if part.optional else onward
            if not reached:
                break
        found += [(start, past) for past in reached if past > start]
    kept: list[tuple[int, int]] = []
    for start, past in sorted(found, key=lambda f: (f[0] - f[1], f[0])):
        if not any(start < other_past and other < past for other, other_past in kept):
            kept.append((start, past))
    return kept


def _words_of(token: Mapping[str, Any], lemma_of: Callable[[str], str]) -> Iterator[str]:
    """The lemmas of which a token must have one; none where anything may stand."""
    for key, asked in token.items():
        if str(key).upper() not in ("LEMMA", "LOWER", "ORTH", "TEXT"):
            continue
        if isinstance(asked, Mapping):
            asked = asked.get("IN", ()) if set(asked) == {"IN"} else ()
        words = [asked] if isinstance(asked, str) else list(asked)
        for word in words:
            yield word if str(key).upper() == "LEMMA" else lemma_of(word)
        if words:
            return


def _never_set(key: object) -> bool:
    return str(key).upper() in NEVER_SET


@cache
def _validating_vocab() -> Any:
    import spacy

    return spacy.blank("xx").vocab


def _spacy_problem(pattern: Sequence[Mapping[str, Any]]) -> str | None:
    from spacy.errors import MatchPatternError
    from spacy.matcher import Matcher

    try:
        Matcher(_validating_vocab(), validate=True).add("pattern", [[dict(t) for t in pattern]])
    except MatchPatternError as error:
        # A heading, then "Pattern 0:" and a line "- [pattern -> 0 -> KEY] what" a problem.
        lines = [line.strip(" -") for line in str(error).splitlines()]
        said = [line for line in lines[1:] if line and not line.startswith("Pattern")]
        return "; ".join(dict.fromkeys(said)) or lines[0]
    except (ValueError, TypeError, KeyError, AttributeError, re.error) as error:
        return " ".join(str(error).split()) or type(error).__name__
    return None
