"""The passages in ``tests/passages`` judge suggestions: nothing may learn from them."""

import json
import re
from pathlib import Path

import pytest

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


@pytest.fixture(scope="module")
def learned() -> set[tuple[str, ...]]:
    """What is learned from, in runs of words."""
    lines = [
        line
        for path in (shipped("corpus") / "training").rglob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return set().union(*(runs(json.loads(line)["text"]) for line in lines))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_passage_is_among_those_that_are_learned_from(path, learned):
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(rows) > 500
    assert [row["id"] for row in rows if runs(row["text"]) & learned] == []


def test_the_sets_say_what_their_readme_says():
    """How many passages, and how many of them have no function."""
    told = (HERE / "README.md").read_text(encoding="utf-8")
    for path in FILES:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        empty = sum(not row["codes"] for row in rows)
        assert len({row["id"] for row in rows}) == len(rows)
        assert f"| `{path.name}` | {len(rows):,} | {empty:,} |" in told
