"""Time the workbench as a coder meets it, beside Textual's own TextArea on the same text.

    .venv/bin/python tests/benchmarks/bench_workbench.py [--keys 40] [--quick] [--save]

Both run in a pseudo-terminal of 120x40. A key's time goes from the byte that is written to the
last byte that comes back (a pause of 30 ms ends it); beside it stands the processor time that the
program took meanwhile, since what is seen comes in steps of a frame. Opening is timed from the
key that opens the text to the first byte of it on screen, and until the screen is at rest: the
program and, for the workbench, the project are open already. README.md says more.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import random
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = {"5 KB": 5_000, "1 MB": 1_000_000, "5 MB": 5_000_000}
CODINGS = (0, 1_000, 50_000)
QUIET = 0.03
"""Seconds without a byte after which a screen is at rest."""
MARKER = "Zwischenruf"
"""Stands near the beginning of each text, beside the cursor and before the first coding."""
CODES = ("sharing", "showcasing", "storytelling", "shaming", "seeking-support", "standard-setting")

KEYS = {
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "word": b"\x1b[1;5C",
    "page": b"\x1b[6~",
}
TEXT_AREA = """
import sys
from pathlib import Path
from textual.app import App
from textual.binding import Binding
from textual.widgets import TextArea
class Bare(App):
    BINDINGS = [Binding("f9", "open", priority=True)]
    def compose(self):
        area = TextArea("Nothing much stands here.", read_only=True, soft_wrap=True)
        area.cursor_blink = False
        yield area
    def action_open(self):
        text = Path(sys.argv[1]).read_text(encoding="utf-8")
        self.query_one(TextArea).load_text(text)
Bare().run()
"""
SENTENCE = (
    "the city of network mayors said that we had shared a plan with our neighbours and nobody "
    "asked whether it would work in winter because money was short Łódź Αθήνα Київ 東京 café "
    "“quotes” 👩‍👩‍👧 residents housing asylum council meeting letter ministry answer again they"
)
WORDS = SENTENCE.split()


def make_text(length: int) -> str:
    """Interview-like English with some words of other scripts, ``length`` characters or so."""
    rng = random.Random(length)
    parts, size = [f"It begins here. {MARKER}. "], 0
    while size < length:
        words = rng.choices(WORDS, k=rng.randint(5, 25))
        sentence = " ".join(words).capitalize() + rng.choice([". ", ". ", ". ", ".\n\n"])
        parts.append(sentence)
        size += len(sentence)
    return "".join(parts)[:length]


def make_project(folder: Path, text: Path, codings: int) -> Path:
    """A project with the text and its codings, and a short text in front of it."""
    from tcncode.importing.codings import CodingRow
    from tcncode.importing.metadata import Metadata
    from tcncode.importing.study import read_one
    from tcncode.project import Project
    from tcncode.text import Span

    first = folder / "a-first.txt"
    first.write_text("Nothing much stands here.\n", encoding="utf-8")
    path = folder / f"{text.stem}-{codings}.tcn"
    with Project.create(path, codebook=HERE.parents[1] / "codebook.yaml", coder="me") as project:
        project.import_files([read_one(p, options=Metadata(), row=None) for p in (first, text)])
        rng, length = random.Random(codings), len(project.document(text.stem).text)

        def rows() -> Iterator[CodingRow]:
            seen = set()
            while len(seen) < codings:
                start = rng.randrange(100, length - 50)
                span = Span(start, min(start + rng.randint(40, 600), length))
                code = rng.choice(CODES)
                if (span, code) not in seen:
                    seen.add((span, code))
                    yield CodingRow(text, 0, text.stem, "me", code, span, None, "")

        if codings:
            project.import_codings(rows())
            project.finish([text.stem], finished=False)
    return path


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self, command: Sequence[str], env: dict[str, str]) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), env)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.read_until_quiet(1.0, until=b"much stands here")

    def read_until_quiet(
        self, quiet: float = QUIET, *, until: bytes = b"", patience: float = 120
    ) -> tuple[float | None, float, int]:
        """Read what comes.

        Returns:
            Seconds until ``until`` was there, seconds until the last byte, number of bytes.
        """
        begin = last = time.perf_counter()
        seen, found = b"", None
        while time.perf_counter() - begin < patience:
            waiting = until and found is None
            ready, _, _ = select.select([self._fd], [], [], 0.5 if waiting or not seen else quiet)
            if ready:
                seen += os.read(self._fd, 1 << 16)
                last = time.perf_counter()
                if until and found is None and until in seen:
                    found = last - begin
            elif not waiting:
                break
        return found, last - begin, len(seen)

    def press(self, key: bytes, **more: object) -> tuple[float | None, float, int]:
        """Write a key, read what it brings."""
        os.write(self._fd, key)
        return self.read_until_quiet(**more)  # type: ignore[arg-type]

    def memory(self) -> float:
        """Resident megabytes now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def processor(self) -> float:
        """Seconds of processor time that it has taken, all its threads together."""
        # The clock of another process: clock_getcpuclockid(3), which Python does not have.
        return time.clock_gettime((~self.pid << 3) | 2)

    def close(self) -> None:
        """Tell it to end: so ends what it may be learning meanwhile, too."""
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)
        os.close(self._fd)


@dataclass
class Row:
    """One program on one text: milliseconds, megabytes."""

    program: str
    size: str
    codings: int
    first_paint: float
    at_rest: float
    memory: float
    keys: dict[str, list[float]] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    """Median bytes a key brings."""
    processor: dict[str, float] = field(default_factory=dict)
    """Mean milliseconds of processor time from a key to the next."""

    def cells(self) -> list[str]:
        """As a row of the table: of each key median, 95th percentile, processor time."""
        shown = []
        for key in (*KEYS, "code"):
            times = sorted(self.keys.get(key, ()))
            high = times[int(len(times) * 0.95)] if times else 0
            shown.append(
                f"{statistics.median(times):.1f} ({high:.0f}) {self.processor[key]:.1f}"
                if times else "–"
            )  # fmt: skip
        return [
            self.program, self.size, f"{self.codings:,}", f"{self.first_paint:.0f}",
            f"{self.at_rest:.0f}", *shown, f"{self.memory:.0f}",
        ]  # fmt: skip


HEAD = (
    "program", "text", "codings", "first paint ms", "at rest ms", "down ms", "right ms", "word ms",
    "page ms", "code ms", "memory MB",
)  # fmt: skip


def measure(
    program: str, size: str, codings: int, terminal: Terminal, opens: bytes, keys: int
) -> Row:
    """Open the text, press each key so often."""
    found, rest, _ = terminal.press(opens, quiet=0.5, until=MARKER.encode())
    assert found is not None, f"{program} did not show the text"
    row = Row(program, size, codings, found * 1000, rest * 1000, terminal.memory())
    plans = {key: [code] for key, code in KEYS.items()}
    if program == "tcncode":
        plans["code"] = [b")", b"1"]
    for key, sequence in plans.items():
        times, sizes, used = [], [], 0.0
        for n in range(keys if size != "5 KB" else min(keys, 20)):
            if n % 20 == 0 and key == "code":
                terminal.press(b"g")
            before = terminal.processor()
            for step in sequence:
                _, took, sent = terminal.press(step)
            used += terminal.processor() - before
            times.append(took * 1000)
            sizes.append(sent)
        row.keys[key] = times
        row.sent[key] = int(statistics.median(sizes))
        row.processor[key] = used * 1000 / len(times)
    return row


def ratios(rows: Sequence[Row]) -> list[str]:
    """What has to hold: 5 MB beside 5 KB, and ours beside TextArea."""
    ours = {(r.size, r.codings): r for r in rows if r.program == "tcncode"}
    area = {r.size: r for r in rows if r.program == "TextArea"}
    out = []
    for codings in CODINGS:
        big, small = ours.get(("5 MB", codings)), ours.get(("5 KB", codings))
        if big and small:
            for key in (*KEYS, "code"):
                a, b = statistics.median(big.keys[key]), statistics.median(small.keys[key])
                met = "met" if a / b <= 1.5 else "MISSED"
                work = big.processor[key] / small.processor[key]
                out.append(
                    f"- {codings:,} codings, {key}: 5 MB / 5 KB = {a / b:.2f} (1.5: {met});"
                    f" processor time {work:.2f}"
                )
    for size, other in area.items():
        mine = ours.get((size, CODINGS[-1]))
        if mine:
            for key in KEYS:
                share = statistics.median(other.keys[key]) / statistics.median(mine.keys[key])
                out.append(
                    f"- {size}, {key}: TextArea takes {share:.1f}x of ours at 50,000 codings"
                )
    return out


def main() -> int:
    """Make the texts, measure each, print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--keys", type=int, default=40, help="presses of each key")
    parser.add_argument("--quick", action="store_true", help="5 KB and 5 MB with 1,000 codings")
    parser.add_argument("--save", action="store_true", help="keep the runs beside this script")
    options = parser.parse_args()
    env = {k: v for k, v in os.environ.items() if not k.startswith("TCNCODE_")}
    env |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LINES": "40", "COLUMNS": "120"}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env |= {"TCNCODE_CONFIG": str(folder / "config.toml"), "XDG_STATE_HOME": name}
        (folder / "config.toml").write_text("")
        script = folder / "text_area.py"
        script.write_text(TEXT_AREA, encoding="utf-8")
        for size, length in SIZES.items():
            if options.quick and size == "1 MB":
                continue
            text = folder / f"text-{length}.txt"
            text.write_text(make_text(length), encoding="utf-8")
            for codings in (1_000,) if options.quick else CODINGS:
                print(f"{size}, {codings:,} codings ...", file=sys.stderr)
                project = make_project(folder, text, codings)
                command = [sys.executable, "-m", "tcncode", "-p", str(project)]
                terminal = Terminal(command, env)
                rows.append(measure("tcncode", size, codings, terminal, b"D", options.keys))
                terminal.close()
            terminal = Terminal([sys.executable, str(script), str(text)], env)
            rows.append(measure("TextArea", size, 0, terminal, b"\x1b[20~", options.keys))
            terminal.close()
    lines = [" | ".join(("", *HEAD, "")).strip(), "|---|---|" + "--:|" * (len(HEAD) - 2)]
    lines += [" | ".join(("", *row.cells(), "")).strip() for row in rows]
    table = "\n".join(lines) + "\n\n" + "\n".join(ratios(rows)) + "\n"
    print(table)
    if options.save:
        save(rows, table)
    return 0


def save(rows: Sequence[Row], table: str) -> None:
    """Keep the runs and the table; nothing in them names the machine or its folders."""
    version = subprocess.run(
        [sys.executable, "-c", "import textual; print(textual.__version__)"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    machine = f"{os.cpu_count()}cores-py{sys.version_info.major}.{sys.version_info.minor}"
    folder = HERE / "runs" / f"{date.today().isoformat()}-{machine}"
    folder.mkdir(parents=True, exist_ok=True)
    raw = {
        "machine": machine, "textual": version,
        "load_average": [round(x, 2) for x in os.getloadavg()], "rows": [asdict(r) for r in rows],
    }  # fmt: skip
    for row in raw["rows"]:
        row["processor"] = {key: round(t, 2) for key, t in row["processor"].items()}
        row["keys"] = {key: [round(t, 2) for t in times] for key, times in row["keys"].items()}
    (folder / "workbench.json").write_text(json.dumps(raw, indent=1) + "\n")
    (folder / "workbench.md").write_text(table, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
