"""Whenever the program is killed, what it said it saved is there, and the file is sound."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from tcncode.project import Project

CODES_ON_AND_ON = """
import sys
from pathlib import Path
from tcncode.project import Project
from tcncode.text import Span

project = Project.open(Path(sys.argv[1]))
document = project.document_entry("letter").id
for start in range(60):
    for length in range(1, 60):
        made = project.code(document, Span(start, start + length), "sharing")
        print(made.id, flush=True)
"""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_process_loses_nothing_it_had_answered(study, seed):
    study.close()
    wanted = random.Random(seed).randrange(5, 120)
    child = subprocess.Popen(
        [sys.executable, "-c", CODES_ON_AND_ON, str(study.path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(wanted)]
        child.kill()
        told += child.stdout.readlines()
    # A line that the kill cut short was not told.
    ids = {line.strip() for line in told if line.endswith("\n")}
    assert len(ids) >= wanted
    with Project.open(study.path) as again:
        assert again.problems() == []
        there = {c.id for c in again.codings()}
        assert ids <= there
        assert len(there - ids) <= 1
        again.undo()
        assert len(again.codings()) == len(there) - 1
