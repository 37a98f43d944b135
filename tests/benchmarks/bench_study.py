"""Time tcncode on the synthetic study of 1,000 documents, beside what one would use instead.

    .venv/bin/python tests/benchmarks/bench_study.py [--corpus DIR] [--runs 5] [--save]

Commands are timed as whole processes, start-up included, in user + system CPU seconds: CPU seconds
suffer less from other load than wall time does. A baseline is timed right after each run it is
compared with, so that both meet the same load. What the commands say is compared with the truth
that the corpus was made with; the exit code is 1 where it differs. README.md says more.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
MAKER = HERE.parents[1].parent / "shared" / "bench" / "make_corpus.py"
TCNCODE = (sys.executable, "-m", "tcncode")
SUGGESTED = 50
"""Documents that suggestions are made for."""

IMPORT_CLICK = "import click"
IMPORT_TEXTS = """
import pathlib, sqlite3, sys
db = sqlite3.connect(sys.argv[2])
db.execute("create table documents (name text, text text)")
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.txt")):
    row = path.name, path.read_text(encoding="utf-8")
    db.execute("insert into documents values (?, ?)", row)
db.commit()
"""
IMPORT_CODINGS = """
import csv, sqlite3, sys
db = sqlite3.connect(sys.argv[2])
db.execute("create table codings (document, coder, code, line, start, stop)")
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = csv.reader(file)
    next(rows)
    db.executemany("insert into codings values (?, ?, ?, ?, ?, ?)", rows)
db.commit()
"""
AGREE = """
import collections, csv, pathlib, sys
corpus = pathlib.Path(sys.argv[1])
spans = collections.defaultdict(list)
codes = set()
with open(corpus / "codings.csv", newline="", encoding="utf-8") as file:
    for row in csv.DictReader(file):
        place = int(row["start"]), int(row["end"])
        spans[row["document"], row["code"], row["coder"]].append(place)
        codes.add(row["code"])
table = {code: [0, 0, 0, 0] for code in codes}
for path in sorted((corpus / "txt").glob("*.txt")):
    length = len(path.read_text(encoding="utf-8"))
    for code in codes:
        coded = []
        for coder in "AB":
            flags = bytearray(length)
            for start, end in spans[path.name, code, coder]:
                for at in range(start, end):
                    flags[at] = 1
            coded.append(flags)
        counts = table[code]
        for a, b in zip(*coded):
            counts[2 * a + b] += 1
for code, (neither, only_b, only_a, both) in sorted(table.items()):
    n = neither + only_b + only_a + both
    observed = (both + neither) / n
    chance = ((both + only_a) * (both + only_b) + (neither + only_a) * (neither + only_b)) / n**2
    print(code, (observed - chance) / (1 - chance))
"""


@dataclass
class Cost:
    """What one process took."""

    cpu: float
    wall: float
    said: str = field(default="", repr=False)


@dataclass
class Measure:
    """One row of the table: some runs of ours, and as many of the baseline if there is one."""

    what: str
    ours: list[Cost]
    theirs: list[Cost] = field(default_factory=list)
    baseline: str = ""
    target: str = ""
    as_rate: bool = False
    """The ratio is of throughputs (a share of the baseline's), not of times."""
    limit: float | None = None
    """In CPU seconds, or as a ratio where there is a baseline and ``by_ratio``."""
    by_ratio: bool = False

    @property
    def ratio(self) -> float | None:
        """Ours over theirs; the other way round for rates."""
        if not self.theirs:
            return None
        ratio = median(self.ours) / median(self.theirs)
        return 1 / ratio if self.as_rate else ratio

    def verdict(self) -> str:
        """The target, and whether it was met."""
        if self.limit is None:
            return self.target or "–"
        got = self.ratio if self.by_ratio else median(self.ours)
        assert got is not None
        met = got >= self.limit if self.as_rate else got <= self.limit
        return f"{self.target}: {'met' if met else 'MISSED'}"

    def row(self) -> str:
        """A row of the Markdown table."""
        cpu = [cost.cpu for cost in self.ours]
        wall = statistics.median(cost.wall for cost in self.ours)
        baseline = f"{self.baseline}: {median(self.theirs):.2f} s" if self.theirs else "–"
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f}x"
        if self.as_rate and self.ratio is not None:
            ratio = f"{self.ratio:.0%}"
        return (
            f"| {self.what} | {len(cpu)} | {median(self.ours):.2f} | {min(cpu):.2f}–{max(cpu):.2f}"
            f" | {wall:.2f} | {baseline} | {ratio} | {self.verdict()} |"
        )


HEAD = (
    "| what | runs | median CPU s | min–max | wall s | baseline, median CPU | ratio | target |\n"
    "|---|--:|--:|--:|--:|---|--:|---|"
)


def median(costs: list[Cost]) -> float:
    """Median CPU seconds."""
    return statistics.median(cost.cpu for cost in costs)


def run(*command: object) -> Cost:
    """Run a process and see what it took; its output goes to a file, so that it never waits."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            sys.exit(f"{' '.join(map(str, command))}: {err.read().decode()}")
        return Cost(usage.ru_utime + usage.ru_stime, wall, out.read().decode("utf-8"))


def bare(code: str, *words: object) -> Cost:
    """A baseline: plain Python, as a process of its own."""
    return run(sys.executable, "-c", code, *words)


def timed(
    runs: int, ours: Callable[[int], Cost], theirs: Callable[[int], Cost] | None = None
) -> tuple[list[Cost], list[Cost]]:
    """Run both in turn, ``runs`` times; each is told the number of the run."""
    own, other = [], []
    for number in range(runs):
        own.append(ours(number))
        if theirs:
            other.append(theirs(number))
    return own, other


class Study:
    """The corpus, the project files made from it, and the measures taken on them."""

    label = ""
    """What the files of its runs begin with."""

    def __init__(self, corpus: Path, folder: Path, runs: int) -> None:
        self.corpus = corpus
        self.folder = folder
        self.runs = runs
        self.truth = json.loads((corpus / "truth.json").read_text(encoding="utf-8"))
        self.measures: list[Measure] = []
        self.checks: dict[str, bool] = {}
        self.empty, self.texts, self.full, self.small = (
            folder / f"{name}.tcn" for name in ("empty", "texts", "full", "small")
        )

    def tcncode(self, project: Path, *words: object) -> Cost:
        """A command on a project."""
        return run(*TCNCODE, "-p", project, *words)

    def fresh(self, project: Path, number: int) -> Path:
        """A copy of a project to write to."""
        copy = self.folder / f"copy-{project.stem}-{number}.tcn"
        shutil.copy(project, copy)
        return copy

    def starting(self) -> None:
        """--help and init."""
        ours, theirs = timed(
            self.runs, lambda n: run(*TCNCODE, "--help"), lambda n: bare(IMPORT_CLICK)
        )
        self.measures.append(
            Measure("`--help`", ours, theirs, "`import click`", "3x", limit=3, by_ratio=True)
        )
        ours, _ = timed(
            self.runs, lambda n: run(*TCNCODE, "init", self.folder / f"new{n}.tcn", "--coder", "A")
        )
        self.measures.append(Measure("`init`", ours))
        run(*TCNCODE, "init", self.empty, "--coder", "A")

    def importing(self) -> None:
        """Documents, then codings."""
        texts, codings = self.corpus / "txt", self.corpus / "codings.csv"
        words = ("import", texts, "--manifest", self.corpus / "manifest.csv")
        ours, theirs = timed(
            self.runs,
            lambda n: self.tcncode(self.fresh(self.empty, n), *words),
            lambda n: bare(IMPORT_TEXTS, texts, self.folder / f"texts{n}.db"),
        )
        self.measures.append(
            Measure(
                f"`import`, {self.truth['docs']:,} documents",
                ours, theirs, "read and insert the texts", "5 s", limit=5,
            )
        )  # fmt: skip
        shutil.copy(self.empty, self.texts)
        self.tcncode(self.texts, *words)
        ours, theirs = timed(
            self.runs,
            lambda n: self.tcncode(self.fresh(self.texts, n), "import", "--codings", codings),
            lambda n: bare(IMPORT_CODINGS, codings, self.folder / f"codings{n}.db"),
        )
        self.measures.append(
            Measure(
                f"`import --codings`, {self.truth['codings']:,} codings",
                ours, theirs, "csv into a bare table",
            )
        )  # fmt: skip
        shutil.copy(self.texts, self.full)
        self.tcncode(self.full, "import", "--codings", codings)
        some = self.folder / "some.csv"
        with codings.open(encoding="utf-8") as file:
            some.write_text("".join(line for line, _ in zip(file, range(101))), encoding="utf-8")  # noqa: B905
        shutil.copy(self.texts, self.small)
        self.tcncode(self.small, "import", "--codings", some)

    def reporting(self) -> None:
        """The two reports, and whether they count right."""
        for report in ("frequencies", "networks"):
            ours, _ = timed(
                self.runs,
                lambda n, report=report: self.tcncode(
                    self.full, "report", report, "--format", "json"
                ),
            )
            self.measures.append(Measure(f"`report {report}`", ours, target="1 s", limit=1))
            self.checks[f"report {report}: codings, documents, characters"] = self.counts_right(
                report, ours[-1].said
            )

    def counts_right(self, report: str, said: str) -> bool:
        """Whether a report's counts are the truth's."""
        columns = ("codings", "documents", "characters")
        truth: dict[tuple[str, ...], list[int]] = {}
        for network, codes in self.truth["networks"].items():
            for code, counts in codes.items():
                key = (network, code) if report == "networks" else (code,)
                sums = truth.setdefault(key, [0, 0, 0])
                sums[:] = [had + counts[c] for had, c in zip(sums, columns, strict=True)]
        keys = ("network", "code") if report == "networks" else ("code",)
        rows = json.loads(said)
        got = {tuple(row[key] for key in keys): [row[c] for c in columns] for row in rows}
        return len(rows) == len(got) and got == truth

    def agreeing(self) -> None:
        """Kappa of six codes, by character and by sentence."""
        words = ("agree", "A", "B", "--format", "json")
        ours, theirs = timed(
            self.runs,
            lambda n: self.tcncode(self.full, *words),
            lambda n: bare(AGREE, self.corpus),
        )
        self.measures.append(
            Measure(
                "`agree A B`, character", ours, theirs, "an array of flags", "1 s", limit=1
            )
        )  # fmt: skip
        truth = {code: row["kappa"] for code, row in self.truth["character"].items()}
        got = {
            row["code"]: round(row["value"], 6)
            for row in json.loads(ours[-1].said)
            if row["statistic"] == "Cohen's kappa" and row["code"] in truth
        }
        plain = dict(line.split() for line in theirs[-1].said.splitlines())
        self.checks["agree: kappas to six places"] = got == truth
        self.checks["agree: the baseline's kappas too"] = truth == {
            code: round(float(value), 6) for code, value in plain.items()
        }
        ours, _ = timed(self.runs, lambda n: self.tcncode(self.full, *words, "--unit", "sentence"))
        self.measures.append(Measure("`agree A B`, sentence", ours))

    def coding(self) -> None:
        """One passage, in a project with all codings and in one with a hundred."""

        def code(project: Path, number: int) -> Cost:
            place = f"{7 * number}:{7 * number + 5}"  # a new place each time
            words = ("doc_0500", "sharing", "--at", place, "--coder", "A")
            return self.tcncode(project, "code", *words)

        full, small = self.fresh(self.full, 0), self.fresh(self.small, 0)
        ours, theirs = timed(self.runs, lambda n: code(full, n), lambda n: code(small, n))
        self.measures.append(
            Measure(
                f"`code`, at {self.truth['codings']:,} codings",
                ours, theirs, "the same at 100 codings", "1.25x", limit=1.25, by_ratio=True,
            )
        )  # fmt: skip

    def suggesting(self) -> None:
        """Suggestions in this process, beside the bare pipeline; then the whole command."""
        from tcncode.project import Project
        from tcncode.suggest.pipeline import make_pipeline

        pipeline = make_pipeline()
        with Project.open(self.fresh(self.texts, 0), coder="A") as project:
            entries = project.documents()[:SUGGESTED]
            asked = [project._asked_of(entry.id) for entry in entries]
            suggester = project.suggester()

            def suggest(_: int) -> Cost:
                return here(lambda: list(suggester.suggest_all(asked)))

            def read(_: int) -> Cost:
                return here(lambda: [pipeline(one.text) for one in asked])

            suggest(0), read(0)  # both learn the lemmas first
            ours, theirs = timed(self.runs, suggest, read)
        self.measures.append(
            Measure(
                f"suggesting for {SUGGESTED} documents, in process",
                ours, theirs, "the bare pipeline", "70 %", as_rate=True, limit=0.7, by_ratio=True,
            )
        )  # fmt: skip
        names = [entry.name for entry in entries]
        ours, _ = timed(
            self.runs,
            lambda n: self.tcncode(self.fresh(self.texts, n), "suggest", *names, "--coder", "A"),
        )
        self.measures.append(Measure(f"`suggest`, {SUGGESTED} documents", ours))

    def table(self) -> str:
        """All measures and checks, as Markdown."""
        rows = [HEAD, *(measure.row() for measure in self.measures), ""]
        rows += [f"- {what}: {'equal' if ok else 'DIFFERS'}" for what, ok in self.checks.items()]
        return "\n".join(rows) + "\n"

    def save(self) -> Path:
        """Write the runs and the table; nothing in them names the machine or its folders."""
        python = f"py{sys.version_info.major}.{sys.version_info.minor}"
        machine = f"{os.cpu_count()}cores-{python}"
        folder = HERE / "runs" / f"{date.today().isoformat()}-{machine}"
        folder.mkdir(parents=True, exist_ok=True)
        measures = [asdict(measure) for measure in self.measures]
        for measure in measures:
            for cost in measure["ours"] + measure["theirs"]:
                del cost["said"]
                cost.update({key: round(value, 4) for key, value in cost.items()})
        about = {"machine": machine, "load_average": [round(x, 2) for x in os.getloadavg()]}
        raw = about | {"checks": self.checks, "measures": measures}
        (folder / f"{self.label}runs.json").write_text(
            json.dumps(raw, indent=1, ensure_ascii=False) + "\n"
        )
        (folder / f"{self.label}table.md").write_text(self.table(), encoding="utf-8")
        return folder


def here(work: Callable[[], object]) -> Cost:
    """What some work in this process took."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.process_time() - cpu, time.perf_counter() - wall)


def main() -> int:
    """Make the corpus, take the measures, print the table."""
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
        study = Study(corpus.resolve(), folder, max(1, options.runs))
        steps = (
            study.starting, study.importing, study.reporting, study.agreeing, study.coding,
            study.suggesting,
        )  # fmt: skip
        for step in steps:
            print(f"{step.__name__} ...", file=sys.stderr)
            step()
    print(study.table())
    if options.save:
        print(f"Saved in {study.save().relative_to(HERE.parents[1])}.", file=sys.stderr)
    return 0 if all(study.checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
