"""The passages in ``tests/passages`` judge suggestions: nothing may learn from them."""

import json
import re
from pathlib import Path
from typing import Any

from tcncode.shipped import shipped

HERE = Path(__file__).parent / "passages"
FILES = sorted(HERE.glob("*.jsonl"))
RUN = 12
"""Words one behind the other that no two texts share by chance, but for titles."""


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[n : n + RUN]) for n in range(len(found) - RUN + 1)} or {tuple(found)}


def passages(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_no_passage_shares_a_run_of_words_with_those_that_are_learned_from():
    """Nor is a short one among them."""
    judged = {
        run: row["id"] for path in FILES for row in passages(path) for run in runs(row["text"])
    }
    assert len(set(judged.values())) > 1500
    learned_from = (shipped("corpus") / "training").rglob("*.jsonl")
    shared = {
        judged[run] for path in learned_from for row in passages(path)
        for run in runs(row["text"]) & judged.keys()
    }  # fmt: skip
    assert sorted(shared) == []


def test_the_sets_say_what_their_readme_says():
    """How many passages, and how many of them have no function."""
    told = (HERE / "README.md").read_text(encoding="utf-8")
    for path in FILES:
        rows = passages(path)
        empty = sum(not row["codes"] for row in rows)
        assert len({row["id"] for row in rows}) == len(rows)
        assert f"| `{path.name}` | {len(rows):,} | {empty:,} |" in told
