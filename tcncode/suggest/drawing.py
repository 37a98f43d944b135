"""Which of the team's sentences are learned from, where there are more than it takes.

Training costs what it reads, and the workbench trains while work goes on. So no more than ``MOST``
sentences are learned from; the newest decisions are among them for certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from tcncode.suggest.examples import Example

MOST = 8_000
"""Sentences of the team that are learned from."""
EMPTY = 4
"""One in so many of these may be a sentence on which nobody decided, whatever else there is."""
MOST_EMPTY = 3
"""So many of them are learned from for each that was coded or answered."""
LEAST_EMPTY = 1000
"""So many are learned from in any case, if there are."""


def drawn(examples: Iterable[Example], seed: int, most: int | None = None) -> list[Example]:
    """Those that are learned from, in an order that they always have.

    Sentences that somebody coded or answered come first. Where there are too many, codes are dealt
    with in turn, and of each code by turns the newest sentence and one by chance; rejections are
    one more in the round, themselves by rejected code in turn. So a rare code, one with no more
    sentences than an even share of the room, keeps all of them, however much else there is. What
    is left goes to sentences that nobody decided on, by chance.

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
    # A rejected sentence of a finished document lacks every code: by that it is not dealt with.
    codes = _queues(told, [example.yes for example in told], chance)
    rejected = _dealt(told, _queues(told, [example.refused for example in told], chance))
    return [told[n] for n in _dealt(told, [*codes, rejected])]


def _queues(
    told: Sequence[Example], codes: Sequence[frozenset[str]], chance: Random
) -> list[list[int]]:
    """For each code the numbers of the sentences that have it: by turns the newest, and any."""
    held: dict[str, list[int]] = {}
    for number, own in enumerate(codes):
        for code in own:
            held.setdefault(code, []).append(number)
    out = []
    for code in sorted(held):
        by_chance = chance.sample(held[code], len(held[code]))
        newest = sorted(by_chance, key=lambda n: told[n].decided, reverse=True)
        both = (number for pair in zip(newest, by_chance, strict=True) for number in pair)
        out.append(list(dict.fromkeys(both)))
    return out


def _dealt(told: Sequence[Example], queues: Sequence[Sequence[int]]) -> list[int]:
    """Each number of the queues once, as it comes when all are served in turn; newest first in
    each round, so that the newest is there also where there are more queues than room."""
    place: dict[int, int] = {}
    for queue in queues:
        for rank, number in enumerate(queue):
            place[number] = min(place.get(number, rank), rank)
    newest = sorted(sorted(place), key=lambda n: told[n].decided, reverse=True)
    return sorted(newest, key=lambda n: place[n])
