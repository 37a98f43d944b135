"""The arrows between modules hold, and asking for help loads nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = (
    "spacy", "textual", "sqlite_utils", "numpy", "lxml", "pypdfium2", "networkx", "matplotlib",
    "jinja2", "openpyxl", "markdown_it",
)  # fmt: skip
ASK = """
import json, sys
from tcncode import cli
sys.argv = ["tcncode", *json.loads(sys.argv[1])]
try:
    cli.main()
except SystemExit as stopped:
    print(json.dumps([stopped.code, sorted(sys.modules)]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words",
    [
        ["--help"], ["code", "--help"], ["report", "--help"], ["agree", "--help"],
        ["settle", "--help"], ["assign", "--help"], ["report", "full", "--help"],
        ["verify", "--help"],
    ],
)  # fmt: skip
def test_help_loads_no_heavy_library(words):
    asked = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(words)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    code, loaded = json.loads(asked.stderr.splitlines()[-1])
    assert code == 0
    assert asked.stdout.startswith("Usage: tcncode")
    assert set(HEAVY) & set(loaded) == set()


def test_what_may_import_what():
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
