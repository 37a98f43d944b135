"""Agreement of an open project: gathers who finished what and who coded what, and compares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import repeat
from typing import TYPE_CHECKING, Any

from tcncode import reports
from tcncode.agreement.asking import ORIGINS, Compared, Comparison
from tcncode.agreement.statistics import FOR_MORE, FOR_TWO, UNITS, statistic
from tcncode.errors import UsageError
from tcncode.model import SETTLED, Assignment, DocumentEntry
from tcncode.project.blindness import Blindness
from tcncode.text import SegmentKind

if TYPE_CHECKING:
    from tcncode.agreement.intervals import ComparedDocument, Flags, Line, Material, Places

_SEVERAL, _NOTHING = "several codebooks", "nothing coded"
ORDER_PARTS = 4
"""Into how many parts ``over="order"`` cuts the documents."""


@dataclass(frozen=True)
class Gathered:
    """The material of a comparison, with what was left out of it."""

    asked: Comparison
    """With the coders by name, where everybody was meant."""
    material: Material
    entries: list[DocumentEntry]
    left_out: Mapping[str, str]
    of: int
    finished: Mapping[tuple[str, str], str]
    """Document id, coder -> when."""
    blind: frozenset[str]
    """Ids of the documents that all who finished them were asked to code blind."""
    members: Sequence[str]
    """All coders compared, those of groups one by one."""


class Agreeing(Blindness):
    """Compares coders."""

    def agree(self, asked: Comparison, *, among: Collection[str] | None = None) -> Compared:
        """How far two or more coders agree on the documents that they have finished.

        A sub-code's codings count for the codes above it too.

        Args:
            among: ids of the documents that may count; None: all.

        Raises:
            UsageError: fewer than two coders, one of them twice, or an unknown unit or statistic.
        """
        from tcncode.agreement.compare import compare

        if asked.unit not in UNITS:
            raise UsageError(f'There is no unit "{asked.unit}". There are: {", ".join(UNITS)}.')
        if asked.origin not in ORIGINS:
            raise UsageError(f'"{asked.origin}" is not an origin. There are: {", ".join(ORIGINS)}.')
        if asked.origin == "both":
            first, second = (
                self.agree(replace(asked, origin=origin), among=among)
                for origin in ("all", "no suggestions")
            )
            return replace(
                first,
                asked=replace(first.asked, origin="both"),
                results=first.results + second.results,
            )
        gathered = self.gathered(asked, among=among)
        usual = FOR_TWO if len(gathered.material.coders) == 2 else FOR_MORE
        names = [statistic(name).name for name in asked.statistics or usual]
        groups = self._groups(asked, gathered)
        results = compare(
            gathered.material,
            unit=asked.unit,
            statistics=names,
            groups=groups,
            replicates=asked.replicates,
            seed=asked.seed,
        )
        if not results and groups != {}:
            raise UsageError(_no_such(names))
        return Compared(
            gathered.asked,
            [replace(result, origin=asked.origin) for result in results],
            tuple(gathered.material.coders),
            tuple(e.name for e in gathered.entries),
            gathered.left_out,
            gathered.of,
            self.codebook_version,
            tuple(self.told_early(gathered.entries, gathered.members)),
            self._unasked(gathered.material.coders) if not (asked.coders or asked.groups) else (),
        )

    def _unasked(self, coders: Sequence[str]) -> tuple[str, ...]:
        """Of some coders those that nobody asked to code anything, where others were asked."""
        invited = {a.coder for a in self._store.assignments() if a.assigned}
        return tuple(c for c in coders if c not in invited) if invited.intersection(coders) else ()

    def gathered(self, asked: Comparison, *, among: Collection[str] | None = None) -> Gathered:
        """Who coded what in the documents that count, and why others do not; see ``agree``."""
        from tcncode.agreement.intervals import Material

        parties = self._parties(asked)
        members = sorted({coder for of_party in parties.values() for coder in of_party})
        numbers = {coder: n for n, coder in enumerate(members)}
        rows = self._store.places(members, origins=asked.origin != "all")
        columns = list(zip(*rows, strict=True)) or [()] * 6
        begun = set(zip(columns[0], columns[1], strict=True))
        assignments = {(a.document, a.coder): a for a in self._store.assignments()}
        network = self.network(asked.network).id if asked.network else None
        entries = self._store.uncounted_entries(network=network, kind=asked.kind)
        entries = [entry for entry in entries if among is None or entry.id in among]
        kept, marks, left_out = self._counting(asked, entries, parties, assignments, begun)
        units = self._unit_places(asked.unit, kept)
        if units is not None:
            there = set(units.document.tolist())
            without = [n for n in range(len(kept)) if n not in there]
            if without:
                left_out |= {kept[n].name: f"without {asked.unit}s" for n in without}
                kept = [kept[n] for n in sorted(there)]
                marks = [marks[n] for n in sorted(there)]
                units = self._unit_places(asked.unit, kept)
        at = {entry.id: n for n, entry in enumerate(kept)}
        codes = {code.id: n for n, code in enumerate(self.codebook.codes)}
        material = Material(
            documents=_documents(kept),
            coders=tuple(parties),
            lines=self._lines(asked),
            places=_numbered(columns, (at, numbers, codes), asked.origin),
            finished=_flags(marks, len(parties)),
            units=units,
            groups={n: [numbers[c] for c in of] for n, of in enumerate(parties.values())},
            single=self._single(),
        )
        if asked.no_interviewers:
            turns = self._store.interviewer_turns()
            material = material.without(
                _places((at[d], 0, 0, start, end) for d, start, end in turns if d in at)
            )
        when = {key: a.finished for key, a in assignments.items() if a.finished}
        blind = frozenset(
            entry.id for entry in kept
            if all(assignments[entry.id, c].blind for c in members if (entry.id, c) in when)
        )  # fmt: skip
        named = asked.coders or (() if asked.groups else tuple(parties))
        path = self.codebook.get(asked.code).path if asked.code else None
        asked = replace(asked, coders=named, code=path)
        return Gathered(asked, material, kept, left_out, len(entries), when, blind, members)

    # -- who is compared -------------------------------------------------------------

    def _parties(self, asked: Comparison) -> dict[str, tuple[str, ...]]:
        """Coders and groups -> the coders whose coding is theirs."""
        there = [coder for coder in self.coders() if coder != SETTLED]
        named = list(asked.coders)
        if not named and not asked.groups:
            done = {a.coder for a in self._store.assignments() if a.finished}
            named = [coder for coder in there if coder in done]
            named = named if len(named) > 1 or len(there) != 2 else there
        parties: dict[str, tuple[str, ...]] = {
            self.known_coder(name): (self.known_coder(name),) for name in named
        }
        for group, coders in asked.groups.items():
            parties[group] = tuple(dict.fromkeys(self.known_coder(coder) for coder in coders))
        counted = Counter(coder for of_party in parties.values() for coder in of_party)
        twice = [coder for coder, times in counted.items() if times > 1]
        if twice or len(parties) < len(named) + len(asked.groups):
            who = twice[0] if twice else named[0]
            raise UsageError(f"{who} would be compared with themselves. Name different coders.")
        if len(parties) < 2:
            who = ", ".join(there) or "nobody yet"
            raise UsageError(f"Name two coders or more. Who has coded here: {who}.")
        return parties

    def _counting(
        self,
        asked: Comparison,
        entries: Sequence[DocumentEntry],
        parties: Mapping[str, Sequence[str]],
        assignments: Mapping[tuple[str, str], Assignment],
        begun: set[tuple[str, str]],
    ) -> tuple[list[DocumentEntry], list[list[bool]], dict[str, str]]:
        """Documents that count, with who has finished each; and names of others with the reason.

        A group has finished a document when one of its coders has, and so has each of them who
        was asked to or has begun.
        """
        hidden = self._store.blind_documents()
        kept, marks, left_out = [], [], dict[str, str]()
        for entry in entries:
            done, busy = [], []
            for name, coders in parties.items():
                own = [assignments.get((entry.id, coder)) for coder in coders]
                finished = [a is not None and a.finished is not None for a in own]
                asked_of = [
                    (a is not None and a.assigned) or (entry.id, coder) in begun
                    for a, coder in zip(own, coders, strict=True)
                ]
                open_still = any(b and not f for b, f in zip(asked_of, finished, strict=True))
                done.append(any(finished) and not open_still)
                if any(finished) or any(asked_of):
                    busy.append(name)
            missing = [n for n, d in zip(parties, done, strict=True) if not d]
            if entry.id in hidden:
                if busy:
                    left_out[entry.name] = "coded blind, and not all have finished"
            elif not missing or (asked.partial and sum(done) > 1):
                kept.append(entry)
                marks.append(done)
            elif busy:
                left_out[entry.name] = f"not finished by {', '.join(missing)}"
        return kept, marks, left_out

    # -- what is compared ------------------------------------------------------------

    def _lines(self, asked: Comparison) -> list[Line]:
        from tcncode.agreement.intervals import Line

        codes = self.codebook.codes
        if asked.purposes:
            for flag in ("code", "sub_codes"):
                if getattr(asked, flag):
                    raise UsageError(
                        "--purposes has a line for each purpose, of all codes: leave out"
                        f" --{flag.replace('_', '-')}."
                    )
            names = [*self.codebook.purposes] or sorted({c.purpose for c in codes if c.purpose})
            by_purpose = {
                name: frozenset(
                    n for n, c in enumerate(codes) if (c.purpose or reports.NO_PURPOSE) == name
                )
                for name in [*names, reports.NO_PURPOSE]
            }
            return [Line(name, ids) for name, ids in by_purpose.items() if ids]
        below = self.codebook.get(asked.code).path if asked.code else ""
        shown = {
            c.path for c in codes
            if c.path == below or (not below and c.depth == 0)
            or (asked.sub_codes and (not below or c.path.startswith(below + "/")))
        }  # fmt: skip
        # All codes together are made of those at the top, whichever are shown.
        return [
            Line(
                code.path,
                frozenset(
                    n for n, c in enumerate(codes)
                    if c.path == code.path or c.path.startswith(code.path + "/")
                ),
                top=code.depth == 0,
                shown=code.path in shown,
            )
            for code in codes if code.depth == 0 or code.path in shown
        ]  # fmt: skip

    def _single(self) -> list[Line]:
        from tcncode.agreement.intervals import Line

        return [Line(c.path, frozenset([n])) for n, c in enumerate(self.codebook.codes)]

    def _unit_places(self, unit: str, entries: Sequence[DocumentEntry]) -> Places | None:
        if unit == "character":
            return None
        if unit == "document":
            return _places((n, 0, 0, 0, e.characters) for n, e in enumerate(entries))
        kinds: Mapping[str, SegmentKind] = {
            "sentence": "sentence", "paragraph": "paragraph", "turn": "turn",
        }  # fmt: skip
        at = {entry.id: n for n, entry in enumerate(entries)}
        stretches = self._store.all_stretches(kinds[unit])
        return _places((at[d], 0, 0, s, e) for d, s, e in stretches if d in at)

    # -- results for parts of the documents --------------------------------------------

    def _groups(self, asked: Comparison, gathered: Gathered) -> dict[str, list[int]] | None:
        """Names of groups of documents -> their numbers; None: all together."""
        if asked.by and asked.over:
            raise UsageError("Ask --by or --over, not both.")
        if asked.by:
            return _grouped(self._named(asked.by, gathered.entries))
        if not asked.over:
            return None
        members = [c for of in self._parties(asked).values() for c in of]
        if asked.over == "codebook":
            return self._versions(gathered.entries, members)
        last = [
            max((gathered.finished.get((e.id, c), "") for c in members), default="")
            for e in gathered.entries
        ]
        order = sorted(range(len(last)), key=lambda n: (last[n], n))
        if asked.over == "week":
            weeks = _grouped(_week(last[n]) for n in order)
            return {name: [order[i] for i in places] for name, places in weeks.items()}
        if asked.over != "order":
            raise UsageError(f'"{asked.over}" is not week, order or codebook.')
        size = -(-len(order) // min(ORDER_PARTS, max(1, len(order)))) or 1
        return {
            f"documents {first + 1}-{min(first + size, len(order))}": order[first : first + size]
            for first in range(0, len(order), size)
        }

    def _named(self, by: str, entries: Sequence[DocumentEntry]) -> list[str]:
        if by == "network":
            return [e.network or reports.NO_NETWORK for e in entries]
        if by == "kind":
            return [e.kind for e in entries]
        if by != "document":
            raise UsageError(f'"{by}" is not document, network or kind.')
        times = Counter(e.name for e in entries)
        return [e.name if times[e.name] == 1 else f"{e.name} ({e.id})" for e in entries]

    def _versions(
        self, entries: Sequence[DocumentEntry], coders: Iterable[str]
    ) -> dict[str, list[int]]:
        """Documents by the codebook that they were coded with, the one used first before others."""
        used: dict[str, list[str]] = {}
        order: dict[str, None] = {}
        for document, version, _ in self._store.codebooks_used(coders):
            used.setdefault(document, []).append(version or "(unknown)")
            order.setdefault(f"codebook {version or '(unknown)'}")
        found = _grouped(
            _SEVERAL if len(used.get(e.id, [])) > 1
            else f"codebook {used[e.id][0]}" if e.id in used else _NOTHING
            for e in entries
        )  # fmt: skip
        return {name: found[name] for name in (*order, _SEVERAL, _NOTHING) if name in found}


def _no_such(names: Iterable[str]) -> str:
    """Why none of some statistics has a result."""
    why = {
        "all": "is for three coders or more together",
        "codes": "is of a code at the top of the codebook, against the others",
    }
    known = map(statistic, names)
    return (
        "; ".join(
            f"{each.name} {why['all' if each.coders == 'all' else 'codes']}" for each in known
        )
        + ": ask for another statistic."
    )


def _documents(entries: Iterable[DocumentEntry]) -> list[ComparedDocument]:
    from tcncode.agreement.intervals import ComparedDocument

    return [ComparedDocument(e.id, e.characters, e.name, e.network, e.kind) for e in entries]


def _places(rows: Iterable[tuple[int, int, int, int, int]]) -> Places:
    from tcncode.agreement.intervals import Places

    return Places.of(list(rows))


def _numbered(
    columns: Sequence[Sequence[Any]], numbers: Sequence[Mapping[str, int]], origin: str
) -> Places:
    """Codings as numbers; those of other documents, codes or origins are left out."""
    import numpy as np

    from tcncode.agreement.intervals import Places

    # By columns: row by row this took longer than all comparing.
    found = [
        np.fromiter(map(known.get, column, repeat(-1)), np.int64, len(column))
        for known, column in zip(numbers, columns[:3], strict=True)
    ]
    found += [np.fromiter(column, np.int64, len(column)) for column in columns[3:5]]
    counted = (found[0] >= 0) & (found[2] >= 0)
    if origin == "no suggestions":
        counted &= np.array([each != "suggestion" for each in columns[5]], np.bool_)
    elif origin != "all":
        counted &= np.array([each == origin for each in columns[5]], np.bool_)
    places = Places(*found)
    return places if counted.all() else places.among(counted)


def _flags(marks: list[list[bool]], coders: int) -> Flags:
    import numpy as np

    return np.array(marks, dtype=np.bool_).reshape(-1, coders)


def _grouped(names: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        found.setdefault(name, []).append(number)
    return found


def _week(moment: str) -> str:
    """The ISO week of a moment, such as ``2026-W05``."""
    if not moment:
        return "(no date)"
    year, week, _ = date.fromisoformat(moment[:10]).isocalendar()
    return f"{year}-W{week:02d}"
