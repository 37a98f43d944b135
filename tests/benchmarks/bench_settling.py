"""Time settling in a large study: listing differences, and one decision, at 50,000 codings.

    .venv/bin/python tests/benchmarks/bench_settling.py [--runs 5] [--save]

Two coders' codings of six codes are drawn with a fixed seed: mostly the same passages, with other
edges or another code. `tcncode settle --format json` is timed as a whole process, start-up and
reading included, in user + system CPU seconds. Beside it, in the same run: sorting alone, with the
codings in memory; the plain way to find the same passages, each coding compared with every other of
its document; and a decision, written and read back as the screen does it, in a small study and in
the large one. The number of characters that differ is compared with a count on character flags; the
exit code is 1 where they differ.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
LENGTH = 20_000
CODERS = ("A", "B")
CODES = tuple(f"code-{n}" for n in range(6))
Row = tuple[int, str, str, int, int]
"""Document, coder, code, start, end."""


def draw(documents: int) -> list[Row]:
    """Some hundred codings a document."""
    rnd = random.Random(11)
    rows: set[Row] = set()
    for document in range(documents):
        for code in CODES:
            for _ in range(10):
                start, size = rnd.randrange(LENGTH - 700), rnd.randrange(60, 600)
                for coder in CODERS:
                    chance = rnd.random()
                    if chance < 0.85:
                        low = start if chance < 0.5 else max(0, start + rnd.randrange(-20, 21))
                        given = code if rnd.random() < 0.93 else rnd.choice(CODES)
                        rows.add((document, coder, given, low, low + size))
    return sorted(rows)


def make(folder: Path, rows: list[Row], documents: int) -> Path:
    """The project file; both coders have finished everything."""
    from tcncode.importing.codings import CodingRow
    from tcncode.importing.study import Imported
    from tcncode.model import Document, document_id
    from tcncode.project import Project
    from tcncode.text import Span

    book = folder / "codebook.yaml"
    codes = "\n".join(f"  - id: {c}\n    name: {c}\n    definition: {c}" for c in CODES)
    book.write_text(f"name: bench\ncodes:\n{codes}\n", encoding="utf-8")
    path = folder / f"study-{documents}.tcn"
    with Project.create(path, codebook=book, coder="lead") as project:
        texts = ((f"{n} " + "word " * (LENGTH // 5))[:LENGTH] for n in range(documents))
        made = [Document(document_id(t), f"doc {n}", t) for n, t in enumerate(texts)]
        project.import_files(Imported(Path(d.name), d, (), (), 0, "") for d in made)
        project.import_codings(
            CodingRow(path, 1, made[n].id, coder, code, Span(s, e), None, "")
            for n, coder, code, s, e in rows
        )
    for coder in CODERS:
        with Project.open(path, coder=coder) as project:
            project.finish(d.id for d in made)
    return path


def listed(path: Path) -> tuple[float, list[dict[str, object]]]:
    """CPU seconds of ``tcncode settle --format json``, and what it printed."""
    with tempfile.TemporaryFile() as out:
        command = (sys.executable, "-m", "tcncode", "-p", str(path), "settle", "--format", "json")
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, command
        out.seek(0)
        return usage.ru_utime + usage.ru_stime, json.loads(out.read())


def sorting(path: Path) -> float:
    """CPU seconds of sorting out what is agreed and what differs, the codings in memory."""
    from tcncode.agreement.settling import sort_out
    from tcncode.project import Project

    with Project.open(path, coder="lead") as project:
        by_document = defaultdict(list)
        for coding in project.codings():
            by_document[coding.document].append(coding)
        tops = {code.id: code.path for code in project.codebook.codes}
    began = time.process_time()
    for document, codings in by_document.items():
        sort_out(document, codings, CODERS, tops)
    return time.process_time() - began


def plainly(rows: list[Row]) -> float:
    """CPU seconds of finding which codings meet by comparing each with every other one."""
    by_document = defaultdict(list)
    for row in rows:
        by_document[row[0]].append(row)
    began = time.process_time()
    met = 0
    for own in by_document.values():
        for n, (_, coder, _, start, end) in enumerate(own):
            for _, other, _, low, high in own[n + 1 :]:
                if coder != other and low < end and start < high:
                    met += 1
    assert met
    return time.process_time() - began


def deciding(path: Path, times: int) -> list[float]:
    """Milliseconds of a decision, with what the screen reads back after it."""
    from tcncode.project import Project

    found = []
    with Project.open(path, coder="lead") as project:
        open_ones = project.to_settle().differences[:times]
        for difference in open_ones:
            began = time.perf_counter()
            project.settle(difference, "union")
            project.to_settle(document=difference.document)
            found.append((time.perf_counter() - began) * 1000)
        for _ in open_ones:
            project.undo()
    return found


def differing(rows: list[Row], documents: int) -> int:
    """The slow, obvious version: a flag for each character, code and coder."""
    import numpy as np

    flags = {
        (coder, code): np.zeros(documents * LENGTH, np.bool_) for coder in CODERS for code in CODES
    }
    for n, coder, code, start, end in rows:
        flags[coder, code][n * LENGTH + start : n * LENGTH + end] = True
    return sum(int((flags["A", code] != flags["B", code]).sum()) for code in CODES)


def main() -> int:
    """Make the studies, take the measures, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=490)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--save", action="store_true", help="keep the runs beside this script")
    options = parser.parse_args()
    rows = draw(options.documents)
    with tempfile.TemporaryDirectory() as name:
        path = make(Path(name), rows, options.documents)
        small = make(Path(name), draw(10), 10)
        whole, alone, plain = [], [], []
        for _ in range(options.runs):
            cpu, said = listed(path)
            whole.append(cpu)
            alone.append(sorting(path))
            plain.append(plainly(rows))
        large_ms, small_ms = deciding(path, 15), deciding(small, 15)
    same = sum(int(str(row["cost"])) for row in said) == differing(rows, options.documents)
    base, inner, other = (statistics.median(each) for each in (whole, alone, plain))
    table = "\n".join([
        f"{len(rows):,} codings by two coders in {options.documents} documents x {LENGTH:,}"
        f" characters: {len(said):,} differences; {options.runs} runs, medians",
        "",
        "| what | |",
        "|---|--:|",
        f"| `tcncode settle --format json`, whole process | {base:.2f} CPU s |",
        f"| sorting alone, codings in memory | {inner:.2f} CPU s |",
        f"| each coding compared with every other of its document | {other:.2f} CPU s |",
        f"| a decision and reading back, {len(rows):,} codings"
        f" | {statistics.median(large_ms):.0f} ms |",
        f"| the same in a study of 10 documents | {statistics.median(small_ms):.0f} ms |",
        "",
        f"- characters that differ equal to a count on flags: {'yes' if same else 'NO'}",
    ]) + "\n"  # fmt: skip
    print(table)
    if options.save:
        machine = f"{os.cpu_count()}cores-py{sys.version_info.major}.{sys.version_info.minor}"
        folder = HERE / "runs" / f"{date.today().isoformat()}-{machine}"
        folder.mkdir(parents=True, exist_ok=True)
        raw = {"whole": whole, "sorting": alone, "pairs": plain, "large_ms": large_ms,
               "small_ms": small_ms}  # fmt: skip
        kept = {key: [round(value, 4) for value in values] for key, values in raw.items()}
        kept["load_average"] = [round(x, 2) for x in os.getloadavg()]
        (folder / "settling.json").write_text(json.dumps(kept, indent=1) + "\n")
        (folder / "settling.md").write_text(table, encoding="utf-8")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
