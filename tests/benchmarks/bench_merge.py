"""Time the merge of a coder's copy, beside a plain ATTACH and INSERT of its rows.

    .venv/bin/python tests/benchmarks/bench_merge.py [--corpus DIR] [--runs 5] [--save]

The corpus and the way of timing are those of bench_study.py. One copy of the project has all
codings, each made by an action of its own, as a coder makes them; one has half as many, and one
has them all from a table. They are merged into the project without codings. What came in is
compared with what was in the copy, row by row; the exit code is 1 where it differs.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from bench_study import MAKER, TCNCODE, Cost, Measure, Study, bare, run, timed

INSERT = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for (name,) in db.execute("select name from sqlite_master where type = 'trigger'").fetchall():
    db.execute(f"drop trigger {name}")
db.execute("attach ? as other", (sys.argv[2],))
for table in "coder", "assignment", "coding":
    db.execute(f"insert or ignore into {table} select * from other.{table}")
db.commit()
"""


class Merges(Study):
    """Copies of one project, and the measures taken on merging them."""

    label = "merge-"

    def copies(self) -> None:
        """The project, and three copies that were worked in."""
        run(*TCNCODE, "init", self.empty, "--coder", "A")
        shutil.copy(self.empty, self.texts)
        manifest = self.corpus / "manifest.csv"
        self.tcncode(self.texts, "import", self.corpus / "txt", "--manifest", manifest)
        shutil.copy(self.texts, self.full)
        self.tcncode(self.full, "import", "--codings", self.corpus / "codings.csv")
        self.worked, self.half = (self.folder / f"{name}.tcn" for name in ("worked", "half"))
        shutil.copy(self.texts, self.worked)
        self.codings = self.work(self.worked, None)
        shutil.copy(self.texts, self.half)
        self.work(self.half, self.codings // 2)

    def work(self, path: Path, most: int | None) -> int:
        """Code each passage of the table by itself; how many there were."""
        from tcncode.project import Project
        from tcncode.text import Span

        with (self.corpus / "codings.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))[:most]
        projects = {name: Project.open(path, coder=name) for name in {r["coder"] for r in rows}}
        ids = {e.source: e.id for e in next(iter(projects.values())).documents()}
        for project in projects.values():  # making the copy is not what is timed
            project._database.conn.execute("PRAGMA synchronous = OFF")
        for row in rows:
            span = Span(int(row["start"]), int(row["end"]))
            projects[row["coder"]].code(ids[row["document"]], span, row["code"])
        for project in projects.values():
            project.close()
        return len(rows)

    def merging(self) -> None:
        """Each copy into the project; the whole once more; and both at once."""

        def merge(number: int, *others: Path) -> Cost:
            self.last = self.fresh(self.texts, number)
            return self.tcncode(self.last, "merge", *others, "--format", "json")

        def insert(number: int) -> Cost:
            return bare(INSERT, self.fresh(self.texts, 100 + number), self.worked)

        ours, theirs = timed(self.runs, lambda n: merge(n, self.worked), insert)
        self.checks["merge: every coding as it was in the copy"] = self.same(self.worked)
        whole = Measure(
            f"`merge`, {self.codings:,} codings, an action each", ours, theirs,
            "ATTACH and INSERT", "10 s", limit=10,
        )  # fmt: skip
        shutil.copy(self.last, self.folder / "merged.tcn")
        ours, halves = timed(
            self.runs, lambda n: merge(n, self.worked), lambda n: merge(n, self.half)
        )
        linear = Measure(
            "likewise", ours, halves, f"half of them, {self.codings // 2:,}", "2.2x",
            limit=2.2, by_ratio=True,
        )  # fmt: skip
        self.measures += [whole, linear]
        ours, _ = timed(self.runs, lambda n: merge(n, self.full))
        self.checks["merge: every coding of the table"] = self.same(self.full)
        self.measures.append(Measure("`merge`, the codings of one table", ours))
        ours, _ = timed(
            self.runs, lambda n: self.tcncode(self.folder / "merged.tcn", "merge", self.worked)
        )
        self.measures.append(Measure("`merge` of the same once more: nothing new", ours))

    def same(self, copy: Path) -> bool:
        """Whether the project that was merged into has the copy's codings."""
        found = []
        for path in (self.last, copy):
            with closing(sqlite3.connect(path)) as connection:
                found.append(connection.execute("SELECT * FROM coding ORDER BY id").fetchall())
        return found[0] == found[1] and len(found[0]) > 0


def main() -> int:
    """Make the corpus and the copies, take the measures, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, help="made by make_corpus.py before")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--save", action="store_true", help="keep the runs beside this script")
    options = parser.parse_args()
    if options.corpus is None and not MAKER.exists():
        print("make_corpus.py is not in shared/bench beside the repository: nothing is timed.")
        return 0
    for name in [name for name in os.environ if name.startswith("TCNCODE_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = options.corpus
        if corpus is None:
            corpus = folder / "corpus"
            run(sys.executable, MAKER, corpus)
        merges = Merges(corpus.resolve(), folder, max(1, options.runs))
        for step in (merges.copies, merges.merging):
            print(f"{step.__name__} ...", file=sys.stderr)
            step()
    print(merges.table())
    if options.save:
        print(f"Saved in {merges.save().relative_to(Path(__file__).parents[2])}.", file=sys.stderr)
    return 0 if all(merges.checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
