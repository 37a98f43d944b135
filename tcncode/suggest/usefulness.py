"""The order in which answers teach the suggester most."""

from __future__ import annotations

from collections.abc import Iterable

from tcncode.model import Suggestion


def rounds(suggestions: Iterable[Suggestion]) -> dict[str, int]:
    """Id -> round: of each code in each document the least certain comes in round 0, and so on.

    Going round by round, and within a round by certainty, asks what is uncertain and takes
    turns between codes and documents, so that twenty answers are about twenty different things.
    """
    held: dict[tuple[str, str], list[Suggestion]] = {}
    for suggestion in suggestions:
        held.setdefault((suggestion.document, suggestion.code), []).append(suggestion)
    return {
        s.id: n
        for group in held.values()
        for n, s in enumerate(sorted(group, key=lambda s: (doubt(s), s.span, s.id)))
    }


def doubt(suggestion: Suggestion) -> float:
    """How far a suggestion is from even chances, 0 (most doubtful) to 0.5."""
    return round(abs(suggestion.score - 0.5), 4)


def most_useful_first(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Suggestions, those first that teach most."""
    found = list(suggestions)
    turn = rounds(found)
    return sorted(found, key=lambda s: (turn[s.id], doubt(s), s.document, s.span, s.code))
