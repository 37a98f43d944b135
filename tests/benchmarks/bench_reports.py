"""Time every report on 1,000 documents, and on 1,000,000 codings in 10,000, beside a plain count.

    .venv/bin/python tests/benchmarks/bench_reports.py [--corpus DIR] [--large DIR] [--runs 3]

Reports are timed as whole processes, start-up and reading included, in user + system CPU seconds;
their peak memory is what the system says of the process. Modules are compiled before, as they are
where the package was installed. The baseline does the work of `report
networks` in plain Python on the corpus' own files (codings.csv and the texts): a set of lines for
each network and code, then their words. Half as many documents show how the time grows. What
`report networks` says is compared with the truth that the corpus was made with, and its words and
passages with the baseline's; the exit code is 1 where they differ.

The large project is filled without its journal, which no report reads.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
MAKER = HERE.parents[1].parent / "shared" / "bench" / "make_corpus.py"
TCNCODE = (sys.executable, "-m", "tcncode")
REPORTS = (
    "networks", "purposes", "frequencies", "profile C40", "overlap", "cities", "kinds", "time",
    "speakers", "cooccurrence", "mentions", "coverage", "saturation", "quotes", "coders",
    "codebook", "networks --combine majority", "networks --no-interviewers",
    "networks --finished",
)  # fmt: skip
PLAIN = """
import collections, csv, json, pathlib, re, sys
corpus = pathlib.Path(sys.argv[1])
network = {}
with open(corpus / "manifest.csv", encoding="utf-8") as file:
    for row in csv.DictReader(file):
        network[row["file"]] = row["network"]
lines = collections.defaultdict(set)
codings = collections.Counter()
with open(corpus / "codings.csv", newline="", encoding="utf-8") as file:
    for row in csv.DictReader(file):
        key = network[row["document"]], row["code"]
        lines[key].add((row["document"], int(row["start"]), int(row["end"])))
        codings[key] += 1
texts = {name: (corpus / "txt" / name).read_text(encoding="utf-8") for name in network}
word = re.compile(r"\\w+(?:[-'\\u2019]\\w+)*")
found = {}
for key, places in lines.items():
    words = sum(len(word.findall(texts[name], start, end)) for name, start, end in places)
    found["/".join(key)] = [codings[key], len({p[0] for p in places}), words, len(places)]
print(json.dumps(found))
"""
"""A coding of this corpus is one line, so lines need no joining."""


@dataclass
class Cost:
    """What one process took."""

    cpu: float
    wall: float
    megabytes: float
    said: str = field(default="", repr=False)


def run(*command: object) -> Cost:
    """Run a process and see what it took."""
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
        cpu = usage.ru_utime + usage.ru_stime
        return Cost(cpu, wall, usage.ru_maxrss / 1024, out.read().decode("utf-8"))


def make_corpus(folder: Path, documents: int, codings: int) -> Path:
    """The synthetic corpus; without the HTML files, which nothing here reads."""
    run(sys.executable, MAKER, folder, "--docs", documents, "--codings", codings)
    shutil.rmtree(folder / "html", ignore_errors=True)
    return folder


def project_of(corpus: Path, path: Path) -> Path:
    """A project with the corpus in it."""
    run(*TCNCODE, "init", path, "--coder", "A")
    manifest = corpus / "manifest.csv"
    run(*TCNCODE, "-p", path, "import", corpus / "txt", "--manifest", manifest)
    with sqlite3.connect(path) as connection:
        _fill(connection, corpus)
    connection.close()
    return path


def _fill(connection: sqlite3.Connection, corpus: Path) -> None:
    """Codings straight into their table: an import of a million would take longer than all else."""
    from tcncode.model import coding_id
    from tcncode.text import Span

    ask = connection.execute
    documents = dict(ask("SELECT source, id FROM document").fetchall())
    stamp = ask("SELECT stamp FROM document LIMIT 1").fetchone()[0]
    triggers = ask(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        " AND tbl_name IN ('coding', 'coder', 'assignment')"
    ).fetchall()
    for name, _ in triggers:
        ask(f"DROP TRIGGER {name}")

    def rows() -> Iterator[tuple[object, ...]]:
        with (corpus / "codings.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                document, code, coder = documents[row["document"]], row["code"], row["coder"]
                span = Span(int(row["start"]), int(row["end"]))
                key = coding_id(document, span, code, coder)
                yield (key, document, span.start, span.end, code, coder, stamp, coder)

    for coder in "AB":
        ask("INSERT OR IGNORE INTO coder VALUES (?, ?, ?, 0)", (coder, stamp, coder))
    connection.executemany(
        'INSERT INTO coding (id, document, start, "end", code, coder, memo, origin, created,'
        " codebook_version, stamp, author, retired)"
        " VALUES (?, ?, ?, ?, ?, ?, '', 'imported', '2026-01-01T00:00:00Z', '', ?, ?, 0)",
        rows(),
    )
    for coder in "AB":
        ask(
            "INSERT INTO assignment SELECT id || '/' || ?1, id, ?1, 0, 0, '2026-01-01T00:00:00Z',"
            " ?2, ?1, 0 FROM document",
            (coder, stamp),
        )
    for _, sql in triggers:
        ask(sql)


def right(corpus: Path, said: str, plain: str) -> dict[str, bool]:
    """Whether `report networks` says what is true."""
    truth = json.loads((corpus / "truth.json").read_text(encoding="utf-8"))["networks"]
    rows = {(r["network"], r["code"]): r for r in json.loads(said)}
    base = {tuple(key.split("/")): value for key, value in json.loads(plain).items()}
    same = all(
        {column: rows[network, code][column] for column in counts} == counts
        for network, codes in truth.items()
        for code, counts in codes.items()
    )
    columns = ("codings", "documents", "words", "passages")
    alike = all([rows[key][c] for c in columns] == figures for key, figures in base.items())
    return {
        "codings, documents, characters as in truth.json": same,
        "codings, documents, words, passages as in the plain count": alike,
    }


def measured(
    corpus: Path, project: Path, runs: int, limit: float
) -> tuple[list[str], dict[str, bool], dict[str, list[Cost]]]:
    """Rows of the table, checks, and raw runs, for one project."""
    ours: dict[str, list[Cost]] = {name: [] for name in REPORTS}
    plain: list[Cost] = []
    for _ in range(runs):
        for name in REPORTS:
            words = ("report", *name.split(" "), "--format", "json")
            ours[name].append(run(*TCNCODE, "-p", project, *words))
            if name == "networks":
                plain.append(run(sys.executable, "-c", PLAIN, corpus))
    base = statistics.median(cost.cpu for cost in plain)
    rows = [
        f"| report | median CPU s | min–max | wall s | peak MB | x plain count ({base:.2f} s)"
        f" | at most {limit:g} s |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for name, costs in ours.items():
        cpu = [cost.cpu for cost in costs]
        middle = statistics.median(cpu)
        wall = statistics.median(cost.wall for cost in costs)
        memory = max(cost.megabytes for cost in costs)
        verdict = "met" if middle <= limit else "MISSED"
        rows.append(
            f"| `{name}` | {middle:.2f} | {min(cpu):.2f}–{max(cpu):.2f} | {wall:.2f}"
            f" | {memory:.0f} | {middle / base:.2f}x | {verdict} |"
        )
    checks = right(corpus, ours["networks"][-1].said, plain[-1].said)
    return rows, checks, ours | {"plain": plain}


def growth(project: Path, runs: int, folder: Path) -> str:
    """How much longer `report networks` takes with twice as many documents, start-up apart."""
    half = folder / "half.tcn"
    shutil.copy(project, half)
    connection = sqlite3.connect(half)
    kept = "SELECT id FROM document ORDER BY id LIMIT (SELECT count(*) / 2 FROM document)"
    for table, column in (("coding", "document"), ("document", "id")):
        connection.execute(f"DELETE FROM {table} WHERE {column} NOT IN ({kept})")
    connection.commit()
    connection.close()
    start = run(*TCNCODE, "-p", half, "report", "cities").cpu

    def cost(path: Path) -> float:
        costs = [run(*TCNCODE, "-p", path, "report", "networks").cpu for _ in range(runs)]
        return max(statistics.median(costs) - start, 0.01)

    return f"{cost(project) / cost(half):.2f}"


def main() -> int:
    """Make the corpora, take the measures, print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, help="1,000 documents, made before")
    parser.add_argument("--large", type=Path, help="10,000 documents with 53 codings each of A")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--save", action="store_true", help="keep the runs beside this script")
    options = parser.parse_args()
    if not MAKER.exists() and not (options.corpus and options.large):
        print("make_corpus.py is not in shared/bench beside the repository: nothing is timed.")
        return 0
    for name in [name for name in os.environ if name.startswith("TCNCODE_")]:
        del os.environ[name]
    lines: list[str] = []
    checks: dict[str, bool] = {}
    raw: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        for label, given, size, limit in (
            ("small", options.corpus, (1000, 20), 1.0),
            ("large", options.large, (10_000, 53), 3.0),
        ):
            print(f"{label} ...", file=sys.stderr)
            corpus = given.resolve() if given else make_corpus(folder / label, *size)
            project = project_of(corpus, folder / f"{label}.tcn")
            truth = json.loads((corpus / "truth.json").read_text(encoding="utf-8"))
            rows, found, runs = measured(corpus, project, max(1, options.runs), limit)
            lines += [f"{truth['docs']:,} documents, {truth['codings']:,} codings", "", *rows, ""]
            checks |= {f"{label}: {what}": ok for what, ok in found.items()}
            raw[label] = runs
        grown = growth(project, max(1, options.runs), folder)
    lines.append(f"- twice the documents and codings take {grown}x, start-up apart (2 is linear)")
    lines += [f"- {what}: {'equal' if ok else 'DIFFERS'}" for what, ok in checks.items()]
    table = "\n".join(lines) + "\n"
    print(table)
    if options.save:
        machine = f"{os.cpu_count()}cores-py{sys.version_info.major}.{sys.version_info.minor}"
        place = HERE / "runs" / f"{date.today().isoformat()}-{machine}"
        place.mkdir(parents=True, exist_ok=True)
        kept: dict[str, object] = {"load_average": [round(x, 2) for x in os.getloadavg()]}
        for label, costs in raw.items():
            kept[label] = {
                what: [
                    {k: round(v, 3) for k, v in asdict(c).items() if k != "said"} for c in of
                ]
                for what, of in costs.items()  # type: ignore[attr-defined]  # lists of costs
            }  # fmt: skip
        (place / "reports.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        (place / "reports.md").write_text(table, encoding="utf-8")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
