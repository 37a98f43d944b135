"""Time the full report and `verify` on the synthetic study of 1,000 documents.

    .venv/bin/python tests/benchmarks/bench_page.py [--corpus DIR] [--runs 3] [--save]

Whole processes, start-up included, in user + system CPU seconds, and the greatest resident size.
Beside the report: its tables by one command each; and a bare script that reads the same codings
from CSV and draws one of the page's figures with matplotlib. Likewise on half of the documents.
The counts of the page are read back and compared with the truth that the corpus was made with; the
exit code is 1 where they differ.
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
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
MAKER = HERE.parents[1].parent / "shared" / "bench" / "make_corpus.py"
TCNCODE = (sys.executable, "-m", "tcncode")
TABLES = (
    "networks", "purposes", "frequencies", "overlap", "cooccurrence", "time", "kinds", "speakers",
    "mentions", "coverage", "saturation", "coders", "quotes",
)  # fmt: skip
ONE_FIGURE = """
import collections, csv, sys
import matplotlib
matplotlib.use("svg")
from matplotlib import pyplot
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    network = {row["file"]: row["network"] for row in csv.DictReader(file)}
counts = collections.Counter()
with open(sys.argv[2], newline="", encoding="utf-8") as file:
    for row in csv.DictReader(file):
        counts[network[row["document"]], row["code"]] += 1
rows, columns = sorted({n for n, _ in counts}), sorted({c for _, c in counts})
figure, axes = pyplot.subplots()
axes.pcolormesh([[counts[n, c] for c in columns] for n in rows])
axes.set_yticks([n + 0.5 for n in range(len(rows))], rows)
axes.set_xticks([n + 0.5 for n in range(len(columns))], columns, rotation=45)
figure.savefig(sys.argv[3])
"""


@dataclass
class Cost:
    """What some processes took, one after the other."""

    cpu: float
    wall: float
    peak: float
    """Greatest resident size of one of them, in MB."""


@dataclass
class Measure:
    """Runs of one thing, and of what stands beside it."""

    what: str
    ours: list[Cost]
    theirs: list[Cost] = field(default_factory=list)
    baseline: str = ""
    limit: float | None = None
    """CPU seconds."""

    def row(self) -> str:
        """A row of the Markdown table."""
        cpu = [cost.cpu for cost in self.ours]
        middle = statistics.median(cpu)
        other = statistics.median(cost.cpu for cost in self.theirs) if self.theirs else None
        beside = "–" if other is None else f"{self.baseline}: {other:.2f} s"
        ratio = "–" if other is None else f"{middle / other:.2f}x"
        target = "–"
        if self.limit is not None:
            target = f"{self.limit:g} s: {'met' if middle <= self.limit else 'MISSED'}"
        peak = max(cost.peak for cost in self.ours)
        wall = statistics.median(cost.wall for cost in self.ours)
        return (
            f"| {self.what} | {len(cpu)} | {middle:.2f} | {min(cpu):.2f}–{max(cpu):.2f}"
            f" | {wall:.2f} | {peak:.0f} | {beside} | {ratio} | {target} |"
        )


HEAD = (
    "| what | runs | median CPU s | min–max | wall s | peak MB | baseline, median CPU | ratio"
    " | target |\n|---|--:|--:|--:|--:|--:|---|--:|---|"
)


def run(*command: object) -> Cost:
    """Run a process and see what it took."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=out, stderr=out)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            out.seek(0)
            sys.exit(f"{' '.join(map(str, command))}: {out.read().decode()}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def together(costs: list[Cost]) -> Cost:
    """What several processes took, one after the other."""
    return Cost(sum(c.cpu for c in costs), sum(c.wall for c in costs), max(c.peak for c in costs))


def project(corpus: Path, file: Path) -> Path:
    """A project of a corpus."""
    run(*TCNCODE, "init", file, "--coder", "A")
    run(*TCNCODE, "-p", file, "import", corpus / "txt", "--manifest", corpus / "manifest.csv")
    run(*TCNCODE, "-p", file, "import", "--codings", corpus / "codings.csv")
    return file


def counts_right(page: Path, truth: Path) -> bool:
    """Whether the page's table of networks has the truth's counts."""
    from lxml import html

    wanted = {
        (network, code): [str(counts[c]) for c in ("codings", "documents", "characters")]
        for network, codes in json.loads(truth.read_text(encoding="utf-8"))["networks"].items()
        for code, counts in codes.items()
    }
    root = html.parse(str(page), html.HTMLParser(encoding="utf-8"))
    for table in root.iter("table"):
        if table.findtext("caption") == "Networks x functions":
            rows = [["".join(c.itertext()) for c in row] for row in table.findall("tbody/tr")]
            return {(row[0], row[1]): row[2:5] for row in rows} == wanted
    return False


def measured(folder: Path, corpus: Path, half: Path, runs: int) -> tuple[list[Measure], bool]:
    """All measures, and whether the page counts right."""
    full, small = project(corpus, folder / "full.tcn"), project(half, folder / "small.tcn")
    page = folder / "report.html"
    report: list[Cost] = []
    tables: list[Cost] = []
    figure: list[Cost] = []
    smaller: list[Cost] = []
    verified: list[Cost] = []
    for _ in range(runs):
        report.append(run(*TCNCODE, "-p", full, "report", "full", "-o", page))
        each = [run(*TCNCODE, "-p", full, "report", name) for name in TABLES]
        tables.append(together(each))
        words = (corpus / "manifest.csv", corpus / "codings.csv", folder / "one.svg")
        figure.append(run(sys.executable, "-c", ONE_FIGURE, *words))
        smaller.append(run(*TCNCODE, "-p", small, "report", "full", "-o", folder / "half.html"))
        verified.append(run(*TCNCODE, "-p", full, "verify", page))
    right = counts_right(page, corpus / "truth.json")
    size = page.stat().st_size / 1000
    name = f"`report full` ({size:,.0f} kB)"
    commands = f"{len(TABLES)} of its tables, a command each"
    return [
        Measure(name, report, tables, commands, 15),
        Measure("likewise", report, figure, "csv and bare matplotlib, one figure", 15),
        Measure("likewise", report, smaller, "half of the documents", 15),
        Measure("`verify` that page", verified),
    ], right


def main() -> int:
    """Make the corpora, take the measures, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, help="made by make_corpus.py before")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--save", action="store_true", help="keep the runs beside this script")
    options = parser.parse_args()
    if not MAKER.exists():
        print("make_corpus.py is not in shared/bench beside the repository: nothing is timed.")
        return 0
    for name in [name for name in os.environ if name.startswith("TCNCODE_")]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus, half = options.corpus, folder / "half"
        if corpus is None:
            corpus = folder / "corpus"
            run(sys.executable, MAKER, corpus)
        run(sys.executable, MAKER, half, "--docs", "500")
        measures, right = measured(folder, corpus.resolve(), half, max(1, options.runs))
        shutil.rmtree(half)
    table = "\n".join([HEAD, *(measure.row() for measure in measures), ""])
    table += f"\n- counts of the page's networks x functions: {'equal' if right else 'DIFFER'}\n"
    print(table)
    if options.save:
        machine = f"{os.cpu_count()}cores-py{sys.version_info.major}.{sys.version_info.minor}"
        kept = HERE / "runs" / f"{date.today().isoformat()}-{machine}"
        kept.mkdir(parents=True, exist_ok=True)
        load = [round(x, 2) for x in os.getloadavg()]
        raw = {"machine": machine, "load_average": load, "right": right}
        raw["measures"] = [asdict(measure) for measure in measures]
        text = json.dumps(raw, indent=1, ensure_ascii=False)
        (kept / "page-runs.json").write_text(text + "\n", encoding="utf-8")
        (kept / "page-table.md").write_text(table, encoding="utf-8")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
