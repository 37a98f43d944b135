"""Names: of files that nobody can write down as they are, of choices, of coders."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from conftest import CODEBOOK

ODD = os.fsdecode(b"caf\xe9")
TEXT = "We learn from each other. They failed us.\n"


@pytest.fixture
def folder(tmp_path: Path, tcncode) -> Path:
    if sys.platform == "darwin":
        pytest.skip("this system takes no such name")
    (tmp_path / f"{ODD}.txt").write_text(TEXT, encoding="utf-8")
    assert tcncode("init", "study.tcn", "--codebook", CODEBOOK).code == 0
    return tmp_path


def test_a_file_of_any_name_is_imported_and_listed(folder, tcncode):
    assert tcncode("import", f"{ODD}.txt").code == 0
    assert "caf\ufffd" in tcncode("documents").out
    assert tcncode("show", "caf\ufffd").out.rstrip("\n").endswith(TEXT.strip())


@pytest.mark.parametrize(
    "words",
    [
        ("import", f"{ODD}.txt", "--network", ODD),
        ("memo", "project", ODD),
        ("assign", ODD, "--to", ODD),
    ],
)
def test_words_that_are_not_utf8_are_refused_in_one_line(folder, tcncode, words):
    ran = tcncode(*words)
    assert ran.code != 0 and ran.err.count("\n") == 1
    assert "Traceback" not in ran.err
    assert "(nothing)" in tcncode("documents").out


@pytest.mark.parametrize("option", ["--document", "--network", "--code", "--with", "--where"])
def test_an_empty_choice_is_not_everything(folder, tcncode, option):
    ran = tcncode("codings", option, "")
    assert ran.code != 0 and option in ran.err and ran.out == ""


def test_a_coder_is_meant_by_the_whole_name_and_nobody_is_settled(folder, tcncode):
    assert tcncode("import", f"{ODD}.txt").code == 0
    coded = ("code", "caf\ufffd", "sharing", "--sentence", "1")
    assert tcncode(*coded, "--coder", "anna").code == 0
    ran = tcncode("codings", "--coder", "ann")
    assert ran.code != 0 and "anna" in ran.err and ran.out == ""
    assert "sharing" in tcncode("codings", "--coder", "Anna").out
    ran = tcncode(*coded, "--coder", "settled")
    assert ran.code != 0 and "settled" in ran.err
    assert "settled" not in tcncode("codings").out
