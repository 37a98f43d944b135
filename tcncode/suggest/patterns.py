"""spaCy Matcher patterns of a codebook: whether they are sound, and where they fire.

Most patterns ask for words, lemmas and numbers alone. Those are found with all phrases in one pass
(``machine``): spaCy's Matcher asks each of its predicates in Python, token by token. A test holds
what fires against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from tcncode.suggest.lexicon import Ints
from tcncode.suggest.machine import Part

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


def longest(
    keys: Ints, sentences: Ints, first: Ints, past: Ints, greedy: npt.NDArray[np.bool_]
) -> Ints:
    """Which of some matches count, as spaCy's Matcher says (``greedy="LONGEST"``): of those of one
    pattern that overlap, the longest, then the first.

    Args:
        keys: of the patterns.
        sentences: where they stand.
        first: first word of each.
        past: the one behind its last.
        greedy: for each key, whether this holds for it; of others all matches count.
    """
    order = np.lexsort((first, first - past, keys, sentences))
    s, k = sentences[order], keys[order]
    alike = (s[1:] == s[:-1]) & (k[1:] == k[:-1]) & greedy[k[1:]]
    kept = np.ones(len(order), dtype=bool)
    taken: list[tuple[int, int]] = []
    for n in alike.nonzero()[0].tolist():
        if not n or not alike[n - 1]:
            taken = [(int(first[order[n]]), int(past[order[n]]))]
        start, end = int(first[order[n + 1]]), int(past[order[n + 1]])
        kept[n + 1] = not any(start < other_end and other < end for other, other_end in taken)
        if kept[n + 1]:
            taken.append((start, end))
    return np.sort(order[kept])


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
