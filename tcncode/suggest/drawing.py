"""Which of the team's sentences are learned from, where there are more than it takes.

Training costs what it reads, and the workbench trains while work goes on. So no more than ``MOST``
sentences are learned from; the newest decisions are among them for certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from tcncode.suggest.examples import Example

MOST = 8_000
"""Sentences of the team that are learned from: with the shipped passages, half a minute of CPU time
and less than 500 MB."""
EMPTY = 4
"""One in so many of these may be a sentence on which nobody decided, whatever else there is."""
MOST_EMPTY = 3
"""So many of them are learned from for each that was coded or answered."""
LEAST_EMPTY = 1000
"""So many are learned from in any case, if there are."""


def drawn(examples: Iterable[Example], seed: int, most: int | None = None) -> list[Example]:
    """Those that are learned from, in an order that they always have.

    Sentences that somebody coded or answered come first: where there are too many, codes are dealt
    with in turn, so that rare ones keep all of theirs, and of each code by turns the newest
    sentence and one by chance. What is left goes to sentences that nobody decided on, by chance.

    Args:
        examples: in an order that they always have.
        seed: of what is drawn by chance.
        most: how many at most; None: ``MOST``.
    """
    most = MOST if most is None else most
    chance = Random(seed)
    told: list[Example] = []
    empty: list[Example] = []
    for example in examples:
        (told if example.decided else empty).append(example)
    room = most - min(len(empty), most // EMPTY)
    if len(told) > room:
        told = _in_turn(told, chance)[:room]
    wanted = min(max(MOST_EMPTY * len(told), LEAST_EMPTY), most - len(told))
    if len(empty) > wanted:
        empty = chance.sample(empty, wanted)
    return sorted(told + empty, key=lambda e: (e.group, e.text, sorted(e.yes)))


def _in_turn(told: Sequence[Example], chance: Random) -> list[Example]:
    """All of them, those to be learned from first in front."""
    held: dict[str, list[int]] = {}
    for number, example in enumerate(told):
        for code in example.yes or example.no:
            held.setdefault(code, []).append(number)
    place = [len(told)] * len(told)
    for code in sorted(held):
        by_chance = chance.sample(held[code], len(held[code]))
        newest = sorted(by_chance, key=lambda n: told[n].decided, reverse=True)
        both = [number for pair in zip(newest, by_chance, strict=True) for number in pair]
        for rank, number in enumerate(dict.fromkeys(both)):
            place[number] = min(place[number], rank)
    return [told[n] for n in sorted(range(len(told)), key=lambda n: (place[n], n))]
