"""Other copies of an open project, merged into it."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import TypeVar

from tcncode import codebook as codebooks
from tcncode import journal, search
from tcncode.agreement.settling import follows, sort_out
from tcncode.codebook.fitting import Reconciled, reconcile
from tcncode.codebook.records import in_order, readable
from tcncode.errors import ProjectError, TcncodeError, UsageError
from tcncode.journal import copies, merging
from tcncode.journal.merging import Clash
from tcncode.model import SETTLED, Codebook, Table
from tcncode.project.codings import Codings
from tcncode.project.receipt import Receipt
from tcncode.pseudonyms.files import mark_of
from tcncode.shipped import shipped
from tcncode.store import Store, open_database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did, or would do."""

    table: Table
    """One row for each coder and noun that something came in of, then one for each value that
    was overruled, and for each thing that is otherwise than it was written."""
    news: Mapping[Path, int]
    """File -> actions and rows that were new here; 0 where there was nothing to merge."""
    kept: bool
    """False: nothing was changed, because there was nothing new or it was a dry run."""


class _NotKept(Exception):
    """Leaves the project as it is."""


class Merging(Codings):
    """Each coder works in a copy of the project; any number of copies become one again."""

    def merge(
        self, paths: Sequence[Path], *, dry_run: bool = False, unrelated: bool = False
    ) -> Merged:
        """Merge other copies of this project into it, all or none.

        Settings and open suggestions stay as they are here. Undo forgets what came in.

        Args:
            unrelated: also a project that has nothing in common with this one.

        Raises:
            UsageError: a file is this project itself, or has nothing in common with it.
            ProjectError: a file is not a project, or holds what no project can.
        """
        for path in paths:
            if path.exists() and path.samefile(self.path):
                raise UsageError(f"{path} is this project itself. Name a copy of it.")
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tcncode-")))
            others = [
                stack.enter_context(_vetted(path, folder / f"{n}.tcn"))
                for n, path in enumerate(paths)
            ]
            mine = self._database.conn
            for path, other in zip(paths, others, strict=True):
                if mark_of(mine) != mark_of(other):
                    raise UsageError(
                        f"{path} and this project are not pseudonymised alike: merging them would"
                        ' bring names and pseudonyms together. "tcncode pseudonymise --restore KEY"'
                        " makes a copy with the names back, which can be merged with the original."
                    )
                if not unrelated and not merging.related(mine, other, everybodys=_shipped()):
                    raise UsageError(
                        f"{path} has no document and no codebook of its own in common with this"
                        " project. Is it the right file? --unrelated merges it all the same."
                    )
            return self._merge(paths, others, dry_run)

    def _merge(
        self, paths: Sequence[Path], others: Sequence[sqlite3.Connection], dry_run: bool
    ) -> Merged:
        mine = self._database.conn
        names = ", ".join(path.name for path in paths)
        after = max((merging.last(other) for other in others), default="")
        clashes: list[Clash] = []
        news: dict[Path, int] = {}
        kept = False
        try:
            with (
                self._writable(),
                journal.action(
                    self._database, self.coder, f"merge {names}", kind="merge", after=after
                ) as change,
            ):
                merging.begin(mine)
                for path, other in zip(paths, others, strict=True):
                    found, news[path] = merging.take_in(
                        mine, other, change.stamp, fold=lambda text: search.fold(text)[0]
                    )
                    clashes += found
                merging.revive(mine)
                clashes = merging.keep_finished(mine, clashes)
                codes = self._reconcile()
                decided = self._decide_again(codes)
                # Somebody's undo may have deleted the coder whom all that is settled belongs to.
                merging.revive(mine)
                arrived = merging.finish(mine, change.stamp)
                told = Receipt(self._store, arrived, clashes, codes.changed, decided)
                hidden = self._store.blind_documents()
                table = told.table(f"Merge of {names}", self.coder, hidden)
                if dry_run or not (arrived or any(news.values())):
                    raise _NotKept
                merging.tell(mine, change.stamp, told.words(names, self._store.blind_documents()))
                kept = True
        except _NotKept:
            pass
        finally:
            self._codebook = None
        return Merged(table, news, kept)

    def _reconcile(self) -> Reconciled:
        """Make one codebook of the codes of all copies."""
        mine = self._database.conn
        written = {row["id"]: row for row in merging.all_rows(mine, "code")}
        codes = {key: codebooks.from_json(row["definition"]) for key, row in written.items()}
        live = {key for key, row in written.items() if not row["retired"]}
        fit = reconcile(codes, live)
        merging.repair(
            mine,
            "code",
            [
                {**written[key], "path": code.path, "definition": codebooks.as_json(code),
                 "retired": 0}
                for key, code in fit.codes.items()
                if code != codes[key] or key not in live
            ],
        )  # fmt: skip
        for row in merging.all_rows(mine, "codebook"):
            places = sorted(
                fit.codes, key=lambda key: (written[key]["position"], fit.codes[key].path)
            )
            book = Codebook(
                row["name"], tuple(fit.codes[key] for key in places),
                tuple(json.loads(row["sources"])), json.loads(row["purposes"]),
            )  # fmt: skip
            book = replace(book, codes=tuple(in_order(book)))
            version = codebooks.version(book)
            if version != row["version"]:
                merging.repair(mine, "codebook", [{**row, "version": version}])
            self._store.put_codebook_version(
                version, saved=journal.now(), content=codebooks.snapshot(book)
            )
        return fit

    def _decide_again(self, codes: Reconciled) -> dict[str, str]:
        """Let the settled codings be those that follow from the decisions which stand.

        Only codings that a copy has are shown or hidden. What nobody was ever asked to settle,
        since it is agreed on only now that the copies meet, waits for the next decision.

        Returns:
            The coding's id -> why it is otherwise than it was written.
        """
        mine = self._database.conn
        every = _by_document(merging.all_rows(mine, "settlement"), itemgetter("document"))
        standing = _by_document(self._store.settlements(), attrgetter("document"))
        marked = {a.document for a in self._store.assignments(coder=SETTLED) if a.finished}
        there = {e.id for e in self._store.uncounted_entries()} & every.keys()
        # Without decisions it is settled by agreement, and no decision can have been overruled.
        asked = sorted(d for d in there if d in standing or d not in marked)
        if not asked:
            return {}
        written = _by_document(
            merging.all_rows(mine, "coding", coder=SETTLED, origin="settled"),
            itemgetter("document"),
        )
        codings = _by_document(self._store.codings(documents=asked), attrgetter("document"))
        tops = {key: code.path.partition("/")[0] for key, code in codes.codes.items()}
        why: dict[str, str] = {}
        repaired = []
        for document in asked:
            known = {row["id"]: row for row in every[document]}
            live = {s.id: s for s in standing.get(document, [])}
            last = max(live or known, key=lambda key: (known[key]["decided"], key))
            coders = tuple(json.loads(known[last]["coders"]))
            found = sort_out(document, codings.get(document, []), coders, tops)
            current = [live[d.id] for d in found.differences if d.id in live]
            current.sort(key=lambda s: (s.span, s.id))
            wanted = follows(found, current, tops)
            for row in written.get(document, []):
                place = row["start"], row["end"], row["code"]
                shown = {**row, "retired": int(place not in wanted)}
                if place in wanted:
                    shown["memo"] = wanted[place]
                if shown != row:
                    repaired.append(shown)
                    why[row["id"]] = _SHOWN if place in wanted else _HIDDEN
        merging.repair(mine, "coding", repaired)
        return why


def _shipped() -> str:
    """The version of the codebook that comes with the program."""
    return codebooks.version(codebooks.load(shipped("codebook.yaml")))


_SHOWN = "it follows from the decision that stands"
_HIDDEN = "it followed from a decision that does not stand: it does not count"


def _by_document(things: Iterable[T], document: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for thing in things:
        found.setdefault(document(thing), []).append(thing)
    return found


@contextmanager
def _vetted(path: Path, target: Path) -> Iterator[sqlite3.Connection]:
    """A copy of another project's file, of the newest format, with nothing wrong in it.

    Raises:
        ProjectError: it is not a project, or something in it is wrong.
    """
    copies.snapshot(path, target)
    try:
        database, _ = open_database(target)
    except ProjectError as error:
        raise ProjectError(path, error.problem, error.try_this) from None
    connection: sqlite3.Connection = database.conn
    try:
        try:
            # Ids and types first: what asks for them below would stumble over wrong ones.
            wrong = chain(
                copies.faults(connection), _unreadable(connection), Store(database).problems(),
                journal.problems(database),
            )  # fmt: skip
            fault = next(wrong, None)
        except (sqlite3.DatabaseError, TcncodeError, ValueError) as error:
            fault = " ".join(str(error).split()).rstrip(".")
        if fault:
            raise ProjectError(path, f"cannot be merged: {fault}", "Nothing was changed.")
        yield connection
    finally:
        connection.close()


def _unreadable(connection: sqlite3.Connection) -> Iterator[str]:
    """Codes that no codebook can have."""
    for row in merging.all_rows(connection, "code"):
        if not readable(row["definition"], key=row["id"], path=row["path"]):
            yield f"the definition of code {row['id']} cannot be read"
    for row in merging.all_rows(connection, "codebook"):
        sources, purposes = json.loads(row["sources"]), json.loads(row["purposes"])
        lists = isinstance(sources, list) and isinstance(purposes, dict)
        if not lists or not all(isinstance(s, str) for s in (*sources, *purposes.values())):
            yield "what its codebook says of itself cannot be read"
