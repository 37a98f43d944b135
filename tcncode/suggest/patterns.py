"""Whether a spaCy Matcher pattern is sound, said so that whoever wrote the codebook can mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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


def anchors(
    pattern: Sequence[Mapping[str, Any]],
    lemma_of: Callable[[str], str],
    is_common: Callable[[str], bool],
) -> list[list[tuple[str, ...]]]:
    """Up to two sets of runs of lemmas: a sentence must hold one of each for the pattern to fire.

    The Matcher asks each token for each pattern: for the 70 of the study's codebook that took
    seven times as long as reading the text (measured). With these, a pattern is put only to
    sentences in which it can fire. Empty where nothing is certain, as with a REGEX alone.
    """
    sure = [sorted(set(_words_of(token, lemma_of))) for token in pattern]
    once = [token.get("OP", "1") == "1" for token in pattern]
    options: list[tuple[int, int, list[tuple[str, ...]]]] = []
    for first in range(len(sure)):
        for past in range(first + 1, len(sure) + 1):
            run = sure[first:past]
            # What may be repeated has no certain neighbour but itself.
            if prod(map(len, run)) == 0 or (len(run) > 1 and not all(once[first:past])):
                break
            if len(run) == 1 or prod(map(len, run)) <= MOST_WAYS:
                options.append((first, past, list(product(*run))))
    # The rarest in any text: long, then of few common words, then of few ways.
    options.sort(
        key=lambda o: (o[0] - o[1], sum(all(map(is_common, way)) for way in o[2]), len(o[2]))
    )
    chosen = options[:1]
    # A second one only where the first alone is a frequent word.
    if chosen and chosen[0][1] - chosen[0][0] == 1:
        chosen += [o for o in options[1:] if not any(all(map(is_common, way)) for way in o[2])][:1]
    return [ways for _, _, ways in chosen]


def _words_of(token: Mapping[str, Any], lemma_of: Callable[[str], str]) -> Iterator[str]:
    if token.get("OP") not in _REQUIRED:
        return
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
