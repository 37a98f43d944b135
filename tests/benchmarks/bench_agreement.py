"""Time agreement on a large study: 1,000 documents x 50,000 characters x 6 codes x 3 coders.

    .venv/bin/python tests/benchmarks/bench_agreement.py [--documents 1000] [--runs 3] [--save]

The codings (some 154,000) are drawn with a fixed seed and kept in a project file. `tcncode agree`
is timed as a whole process, start-up and reading included, in user + system CPU seconds: all
pairwise kappas, alpha and Fleiss' kappa; then with the bootstrap. Beside it, what one would use
instead: scikit-learn on an array of flags for each character, timed in the same run on a few
documents and multiplied, which is said. The ratio is of the comparing alone: both begin with the
spans in memory, and end with the kappas. The kappas are compared with those of a plain interval
merge; the exit code is 1 where they differ.
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
from itertools import combinations
from pathlib import Path

HERE = Path(__file__).resolve().parent
LENGTH = 50_000
CODERS = ("A", "B", "C")
CODES = tuple(f"code-{n}" for n in range(6))
SAMPLED = 10
"""Documents that the baseline is timed on."""
Spans = dict[tuple[str, str, int], list[tuple[int, int]]]


def draw(documents: int) -> Spans:
    """Coder, code, document -> spans: coders mostly find the same passages, with other edges."""
    rnd = random.Random(7)
    spans: Spans = defaultdict(list)
    for document in range(documents):
        for code in CODES:
            for _ in range(11):
                start, size = rnd.randrange(LENGTH - 900), rnd.randrange(60, 600)
                for coder in CODERS:
                    if rnd.random() < 0.777:
                        low = max(0, start + rnd.randrange(-30, 31))
                        spans[coder, code, document].append((low, low + size))
    return spans


def make(folder: Path, spans: Spans, documents: int) -> Path:
    """The project file."""
    from tcncode.importing.codings import CodingRow
    from tcncode.importing.study import Imported
    from tcncode.model import Document, document_id
    from tcncode.project import Project
    from tcncode.text import Span

    book = folder / "codebook.yaml"
    codes = "\n".join(f"  - id: {c}\n    name: {c}\n    definition: {c}" for c in CODES)
    book.write_text(f"name: bench\ncodes:\n{codes}\n", encoding="utf-8")
    path = folder / "study.tcn"
    with Project.create(path, codebook=book, coder="A") as project:
        texts = ((f"{n} " + "word " * (LENGTH // 5))[:LENGTH] for n in range(documents))
        made = [Document(document_id(t), f"doc {n}", t) for n, t in enumerate(texts)]
        project.import_files(Imported(Path(d.name), d, (), (), 0, "") for d in made)
        project.import_codings(
            CodingRow(path, 1, made[n].id, coder, code, Span(s, e), None, "")
            for (coder, code, n), of in spans.items()
            for s, e in sorted(set(of))
        )
    for coder in CODERS:
        with Project.open(path, coder=coder) as project:
            project.finish(d.id for d in made)
    return path


def timed(path: Path, *words: str) -> tuple[float, str]:
    """CPU seconds of ``tcncode agree``, and what it printed."""
    with tempfile.TemporaryFile() as out:
        command = (sys.executable, "-m", "tcncode", "-p", str(path), "agree", *CODERS, *words)
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, command
        out.seek(0)
        return usage.ru_utime + usage.ru_stime, out.read().decode("utf-8")


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlaps joined."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def plain_kappas(spans: Spans, documents: int) -> dict[tuple[str, str], float]:
    """Every pair's kappa of every code, by walking along both coders' intervals."""
    found = {}
    for code in CODES:
        for pair in combinations(CODERS, 2):
            both = one = two = 0
            for n in range(documents):
                a, b = (merged(spans.get((coder, code, n), [])) for coder in pair)
                i = j = 0
                while i < len(a) and j < len(b):
                    both += max(0, min(a[i][1], b[j][1]) - max(a[i][0], b[j][0]))
                    if a[i][1] < b[j][1]:
                        i += 1
                    else:
                        j += 1
                one += sum(e - s for s, e in a)
                two += sum(e - s for s, e in b)
            total = documents * LENGTH
            chance = one * two + (total - one) * (total - two)
            agreed = total - one - two + 2 * both
            found[code, " / ".join(pair)] = (total * agreed - chance) / (total**2 - chance)
    return found


def scikit_learn(spans: Spans, documents: int) -> float:
    """CPU seconds of ``cohen_kappa_score`` on flags per character, for all documents."""
    import numpy as np
    from sklearn.metrics import cohen_kappa_score

    began = time.process_time()
    for code in CODES:
        flags = {}
        for coder in CODERS:
            flags[coder] = np.zeros(SAMPLED * LENGTH, np.int8)
            for n in range(SAMPLED):
                for start, end in spans.get((coder, code, n), []):
                    flags[coder][n * LENGTH + start : n * LENGTH + end] = 1
        for a, b in combinations(CODERS, 2):
            cohen_kappa_score(flags[a], flags[b])
    return (time.process_time() - began) * documents / SAMPLED


def comparing(path: Path) -> float:
    """CPU seconds of our kappas, once the codings are in memory."""
    from tcncode.agreement.asking import Comparison
    from tcncode.agreement.compare import compare
    from tcncode.project import Project

    with Project.open(path, coder="A") as project:
        material = project.gathered(Comparison(CODERS)).material
    began = time.process_time()
    compare(material, unit="character", statistics=["kappa"], replicates=0)
    return time.process_time() - began


def main() -> int:
    """Make the study, take the measures, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--save", action="store_true", help="keep the runs beside this script")
    options = parser.parse_args()
    statistic = [word for key in ("kappa", "alpha", "fleiss") for word in ("--statistic", key)]
    spans = draw(options.documents)
    with tempfile.TemporaryDirectory() as name:
        path = make(Path(name), spans, options.documents)
        words = (*statistic, "--format", "json", "--replicates")
        plain, with_bootstrap, own, theirs = [], [], [], []
        for _ in range(options.runs):
            cpu, said = timed(path, *words, "0")
            plain.append(cpu)
            with_bootstrap.append(timed(path, *words, "2000")[0])
            own.append(comparing(path))
            theirs.append(scikit_learn(spans, options.documents))
    ours = {
        (r["code"], r["coders"]): r["value"]
        for r in json.loads(said)
        if r["statistic"] == "Cohen's kappa" and r["code"] in CODES
    }
    want = plain_kappas(spans, options.documents)
    same = ours.keys() == want.keys() and all(abs(ours[k] - want[k]) < 1e-9 for k in want)
    codings = sum(len(set(of)) for of in spans.values())
    base, more = statistics.median(plain), statistics.median(with_bootstrap)
    alone, other = statistics.median(own), statistics.median(theirs)
    rows = [
        f"{options.documents:,} documents x {LENGTH:,} characters, {codings:,} codings,"
        f" {options.runs} runs, median CPU seconds",
        "",
        "| what | CPU s | target |",
        "|---|--:|---|",
        f"| all pairwise kappas, alpha, Fleiss; whole process | {base:.2f} | 1 s |",
        f"| 2,000-replicate bootstrap, more | {more - base:.2f} | 0.5 s |",
        f"| kappas alone, codings in memory | {alone:.3f} | |",
        f"| scikit-learn, kappas alone, {SAMPLED} documents x {options.documents // SAMPLED}"
        f" | {other:.1f} | |",
        f"| ratio of these two | {other / alone:.0f}x | at least 50x |",
        "",
        f"- kappas equal to a plain interval merge: {'yes' if same else 'NO'}",
    ]
    table = "\n".join(rows) + "\n"
    print(table)
    if options.save:
        machine = f"{os.cpu_count()}cores-py{sys.version_info.major}.{sys.version_info.minor}"
        folder = HERE / "runs" / f"{date.today().isoformat()}-{machine}"
        folder.mkdir(parents=True, exist_ok=True)
        raw = {"plain": plain, "bootstrap": with_bootstrap, "alone": own, "scikit-learn": theirs}
        raw = {key: [round(value, 4) for value in values] for key, values in raw.items()}
        raw["load_average"] = [round(x, 2) for x in os.getloadavg()]
        (folder / "agreement.json").write_text(json.dumps(raw, indent=1) + "\n")
        (folder / "agreement.md").write_text(table, encoding="utf-8")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
