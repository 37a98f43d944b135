"""Time `pseudonymise` on synthetic interviews, in which the names are known.

    .venv/bin/python tests/benchmarks/bench_pseudonymise.py [--interviews 400] [--runs 3] [--save]

Each interview has 2,000 words and three people of its own, by full name, surname and first name.
Whole processes, start-up included, in user + system CPU seconds: names looked for, the copy made,
the way back. Beside them a bare script that is told the names and replaces them with one expression
of `re`. Likewise on half of the interviews. The texts of the copy are searched for the names and
those of the way back are compared with what was imported; the exit code is 1 where a name is left
or a character differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path

from bench_page import HEAD, TCNCODE, Cost, Measure, run

FIRST_LETTERS, VOWELS = "bdfgklmnprstvwz", "aeio"
SAID = (
    "the city asked its people to come and work in a small hall near old port where many families"
    " had waited for months without any paper from national office and we said so"
)
WORDS = SAID.split(" ")
BARE = """
import json, pathlib, re, sys
names = json.loads(pathlib.Path(sys.argv[2]).read_text())
either = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
pattern = re.compile(rf"\\b(?:{either})\\b")
out = pathlib.Path(sys.argv[3])
out.mkdir()
for path in pathlib.Path(sys.argv[1]).glob("*.txt"):
    text = path.read_text(encoding="utf-8")
    (out / path.name).write_text(pattern.sub(lambda m: names[m[0]], text), encoding="utf-8")
"""


def interviews(folder: Path, number: int) -> dict[str, str]:
    """Write them; each name with a pseudonym."""
    draw = random.Random(0)
    folder.mkdir()
    names: dict[str, str] = {}

    def word(syllables: int) -> str:
        made = (draw.choice(FIRST_LETTERS) + draw.choice(VOWELS) for _ in range(syllables))
        return "".join(made).capitalize()

    for n in range(number):
        people = [f"{word(3)} {word(4)}" for _ in range(3)]
        for full in people:
            for form in (full, *full.split()):
                names.setdefault(form, f"Person {len(names)}")
        lines: list[str] = []
        words = 0
        while words < 2_000:
            said = " ".join(draw.choice(WORDS) for _ in range(draw.randrange(20, 90)))
            told = draw.random()
            if told < 0.2:
                said += f", said {draw.choice(people[1:])}, the deputy mayor"
            elif told < 0.4:
                said += f" and Dr. {people[1].split()[1]} agreed with {people[0].split()[0]}"
            who = people[0] if len(lines) % 2 else "Interviewer"
            lines.append(f"{who}: {said[0].upper()}{said[1:]}.")
            words += len(said.split())
        (folder / f"talk{n:04d}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return names


def texts(project: Path) -> list[str]:
    """All texts of a project, sorted."""
    with closing(sqlite3.connect(project)) as connection:
        return sorted(body for (body,) in connection.execute("SELECT body FROM text"))


def measured(folder: Path, number: int, runs: int) -> list[Measure]:
    """Rows for so many interviews."""
    talks = folder / f"talks{number}"
    names = interviews(talks, number)
    told = folder / f"names{number}.json"
    told.write_text(json.dumps(names), encoding="utf-8")
    project = folder / f"talks{number}.tcn"
    run(*TCNCODE, "init", project, "--coder", "A")
    run(*TCNCODE, "-p", project, "import", talks, "--kind", "interview")
    ids = [path.stem for path in sorted(talks.iterdir())]
    looked: list[Cost] = []
    made: list[Cost] = []
    back: list[Cost] = []
    bare: list[Cost] = []
    for n in range(runs):
        copy, key = folder / f"copy{number}-{n}.tcn", folder / f"key{number}-{n}.json"
        home = folder / f"home{number}-{n}.tcn"
        asked = (*TCNCODE, "-p", project, "pseudonymise", *ids)
        bare.append(run(sys.executable, "-c", BARE, talks, told, folder / f"bare{number}-{n}"))
        looked.append(run(*asked, "--dry-run"))
        made.append(run(*asked, "-o", copy, "--key", key, "--yes"))
        back.append(run(*TCNCODE, "-p", copy, "pseudonymise", "--restore", key, "-o", home))
        words = set(" ".join(texts(copy)).replace(".", " ").replace(":", " ").split())
        left = words & {name for name in names if " " not in name}
        if left or texts(home) != texts(project):
            sys.exit(f"DIFFERS: names left {sorted(left)[:5]}, or the way back is another text")
    beside = "one expression of `re`"
    return [
        Measure(f"{number} interviews: names looked for", looked, bare, beside),
        Measure(f"{number} interviews: the copy made, with that", made, bare, beside),
        Measure(f"{number} interviews: the way back", back, bare, beside),
    ]


def main() -> None:
    """Measure, print, and save where asked."""
    ask = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ask.add_argument("--interviews", type=int, default=400)
    ask.add_argument("--runs", type=int, default=3)
    ask.add_argument("--save", action="store_true")
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            measure
            for number in (asked.interviews // 2, asked.interviews)
            for measure in measured(Path(folder), number, asked.runs)
        ]
    table = "\n".join([HEAD, *(row.row() for row in rows)])
    print(table)
    print(f"load average {os.getloadavg()[0]:.1f}")
    if asked.save:
        version = f"py{sys.version_info.major}.{sys.version_info.minor}"
        place = Path(__file__).parent / "runs" / f"{date.today()}-{os.cpu_count()}cores-{version}"
        place.mkdir(parents=True, exist_ok=True)
        (place / "pseudonymise.md").write_text(
            f"{table}\n\nload average {os.getloadavg()[0]:.1f}\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
