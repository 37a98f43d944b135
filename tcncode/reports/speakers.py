"""Who does what in transcripts: functions by the role of the speaker, or whom they speak for.

What somebody says is their turn without the label and the time that begin it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from tcncode.errors import UsageError
from tcncode.model import Table
from tcncode.reports.counting import noted, share
from tcncode.reports.material import Material
from tcncode.reports.stretches import both, without
from tcncode.text.turns import speech_start

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Ints

Turn = tuple[str, int, int, str | None, str, str | None]
"""Document, start and end; the speaker's label, role and affiliation (a city or network)."""
LABELS_COUNT = "Words are those of the texts as they stand, labels of speakers included. "
"""What a note says where there are transcripts and no filter asks who speaks."""
BY = ("role", "affiliation", "speaker")
NO_TURN = "(no turn)"
"""What tables call text that nobody speaks."""
NOT_SAID = "(not said)"
"""What tables call a role or affiliation that nobody has described."""


def table(material: Material, turns: Sequence[Turn], *, by: str = "role") -> Table:
    """One row a role (or affiliation, or speaker) and top code.

    Returns:
        the group, ``code``, ``speakers`` (of the group, in the documents in question), ``spoken``
        (words that they say), ``documents``, ``passages`` (what one speaker says of a passage),
        ``characters``, ``words``, ``share_of_spoken`` (words / all words that the group says and
        anybody coded, 0 to 1), ``per_1000_words`` (passages per 1,000 words spoken). Labels are
        not spoken: they count nowhere here.

    Raises:
        UsageError: ``by`` is none of ``BY``.
    """
    if by not in BY:
        raise UsageError(f'"{by}" is none of {", ".join(BY)}.')
    said = _known(material, turns)
    turns_begin, begins, ends, labels = _stretches(material, said, by)
    gaps = without(material.whole, (turns_begin, ends))
    # What the filters leave of the turns; a group of which nothing is left has no row.
    start, end = both((begins, ends), material.whole)
    start, end = start[end > start], end[end > start]
    left = (np.searchsorted(begins, start, side="right") - 1).tolist()
    groups = [labels[n] for n in left]
    between = bool(said) and (material.kept is None or len(gaps[0]) > 0)
    names = sorted({*groups, NO_TURN} if between else {*groups}, key=lambda n: (n[0] == "(", n))
    number = {name: n for n, name in enumerate(names)}
    at = np.concatenate((start, gaps[0]))
    order = np.argsort(at, kind="stable")
    low, high = at[order], np.concatenate((end, gaps[1]))[order]
    of = np.array([number[g] for g in groups] + [number.get(NO_TURN, 0)] * len(gaps[0]), np.int64)
    of = of[order]
    # Whatever text counts, each turn's words must be known, not only those of coded documents.
    material = material.limited((low, high))
    spoken = _sums(of, material.words.counts(low, high), len(names))
    coded = _figures(material, material.everything, low, of, len(names))
    people: dict[str, set[tuple[str, str | None]]] = {}
    for n, group in zip(left, groups, strict=True):
        people.setdefault(group, set()).add((said[n][0], said[n][3]))
    rows: list[tuple[Any, ...]] = []
    found = [
        (line.name, _figures(material, material.stretches(line.codes), low, of, len(names)))
        for line in material.lines(sub_codes=False)
    ]
    for n, name in enumerate(names):
        for code, (documents, passages, characters, words) in found:
            rows.append(
                (name, code, len(people.get(name, ())), int(spoken[n]), int(documents[n]))
                + (int(passages[n]), int(characters[n]), int(words[n]))
                + (share(int(words[n]), int(coded[3][n])),)
                + (share(1000 * int(passages[n]), int(spoken[n])),)
            )
    columns = (
        by, "code", "speakers", "spoken", "documents", "passages", "characters", "words",
        "share_of_spoken", "per_1000_words",
    )  # fmt: skip
    note = noted(
        material,
        unit="spoken: words that the group says; documents: where it says one; passages: what one"
        " turn has of a stretch coded by anybody; characters, words: covered at least once;"
        " share_of_spoken: words / the coded words of the group, if any; per_1000_words: passages"
        " per"
        f" 1,000 words spoken; {NO_TURN}: text that is no turn. Labels and times that begin a turn"
        " are not spoken and do not count",
    ).replace(LABELS_COUNT, "")
    return Table(f"Speakers by {by} x functions", columns, tuple(rows), note)


def kept_text(material: Material, turns: Sequence[Turn]) -> Material:
    """What the filters leave: what one role says, or all but interviewers' turns and labels."""
    filters = material.filters
    begins, start, end, roles = _stretches(material, _known(material, turns), "role")
    role = np.array(roles, np.object_)
    if filters.role is not None:
        chosen = np.asarray(role == filters.role, np.bool_)
        material = material.limited((start[chosen], end[chosen]))
    if filters.no_interviewers:
        # Of the others their labels, of interviewers the whole turn.
        until = np.where(np.asarray(role == "interviewer", np.bool_), end, start)
        some = until > begins
        material = material.limited(without(material.whole, (begins[some], until[some])))
    return material


def _known(material: Material, turns: Sequence[Turn]) -> list[Turn]:
    """Turns of the documents in question, in the order of the texts laid end to end."""
    at = {entry.id: n for n, entry in enumerate(material.documents)}
    return sorted((t for t in turns if t[0] in at), key=lambda t: (at[t[0]], t[1]))


def _stretches(
    material: Material, known: Sequence[Turn], by: str
) -> tuple[Ints, Ints, Ints, list[str]]:
    """Where turns begin, where the speech in them begins and ends, and the group of each."""
    at = {entry.id: n for n, entry in enumerate(material.documents)}
    which = {"role": 4, "affiliation": 5, "speaker": 3}[by]
    rows: list[tuple[int, int, int]] = []
    texts = material.texts(list(dict.fromkeys(turn[0] for turn in known)))
    turns_of = groupby(known, key=itemgetter(0))
    for text, (_, turns) in zip(texts, turns_of, strict=True):
        for _, start, end, label, *_ in turns:
            rows.append((start, min(speech_start(text, start, label), end), end))
    found = np.array(rows, np.int64).reshape(-1, 3)
    found += material.borders[np.array([at[turn[0]] for turn in known], np.int64)][:, None]
    return found[:, 0], found[:, 1], found[:, 2], [str(turn[which] or NOT_SAID) for turn in known]


def _figures(
    material: Material, stretches: tuple[Ints, Ints], low: Ints, of: Ints, groups: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Documents, passages, characters and words of some coded text, by group."""
    assert material.kept is not None
    start, end = both(stretches, material.kept)
    whose = of[np.searchsorted(low, start, side="right") - 1]
    # The blanks between two turns are no passage.
    first, after = material.words.among(start, end)
    some = after > first
    n = len(material.documents)
    pairs = whose[some] * n + material.number_of(start[some])
    # Where nothing is a turn, what nobody speaks has no group.
    there = np.bincount(pairs, minlength=groups * n)[: groups * n].reshape(groups, n) > 0
    return (
        there.sum(axis=1),
        np.bincount(whose[some], minlength=groups).astype(np.int64),
        _sums(whose, end - start, groups),
        _sums(whose, material.words.counts(start, end), groups),
    )


def _sums(group: Ints, weight: Ints, groups: int) -> Ints:
    found: Ints = np.bincount(group, weight, minlength=groups).astype(np.int64)
    return found
