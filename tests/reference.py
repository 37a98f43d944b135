"""The reference values of agreement: where they are, and how a case becomes our input.

``TCNCODE_REFERENCE`` names the folder that holds ``agreement/*.json``; without it, the folder
``shared/reference`` beside the repository is looked at.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from tcncode.agreement.intervals import ComparedDocument, Line, Material, Places
from tcncode.importing.codings import CodingRow
from tcncode.importing.study import Imported
from tcncode.model import Document, document_id
from tcncode.project import Project
from tcncode.text import Segment, Span

BESIDE = Path(__file__).parents[1].parent / "shared" / "reference"
FOLDER = Path(os.environ.get("TCNCODE_REFERENCE") or BESIDE) / "agreement"
CHARACTER = "character"


def files(form: str) -> list[tuple[Path, dict[str, Any]]]:
    """Every file of one format, such as ``agreement-spans/1``."""
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.get("format") == form:
            found.append((path, data))
    return found


def cases(form: str) -> list[tuple[dict[str, Any], float]]:
    """Every case of one format, with the tolerance of its file."""
    return [
        (case, float(data.get("tolerance", 1e-9)))
        for _, data in files(form)
        for case in data["cases"]
    ]


def material(case: dict[str, Any], unit: str = CHARACTER) -> Material:
    """A span case as what is compared; units of a kind that a document does not list are none."""
    documents = [ComparedDocument(d["id"], d["length"], d["id"]) for d in case["documents"]]
    numbers = {d.id: n for n, d in enumerate(documents)}
    rows = [
        (
            numbers[c["doc"]], case["coders"].index(c["coder"]), case["codes"].index(c["code"]),
            c["start"], c["end"],
        )
        for c in case["codings"]
    ]  # fmt: skip
    finished = np.array(
        [[c in d.get("coders", case["coders"]) for c in case["coders"]] for d in case["documents"]]
    )
    units = None
    if unit != CHARACTER:
        units = Places.of(
            [
                (n, 0, 0, start, end)
                for n, d in enumerate(case["documents"])
                for start, end in _units(d, unit)
            ]
        )
    lines = [Line(code, frozenset([n])) for n, code in enumerate(case["codes"])]
    return Material(documents, case["coders"], lines, Places.of(rows), finished, units)


def _units(document: dict[str, Any], unit: str) -> list[list[int]]:
    whole = [[0, document["length"]]] if unit == "document" else []
    return list(document.get("units", {}).get(unit, whole))


def make_project(case: dict[str, Any], folder: Path) -> dict[str, str]:
    """A span case as ``case.tcn``: texts of these lengths, codes, codings, who has finished.

    Returns:
        The code's path in the project -> its name in the case.
    """
    paths = {f"code-{n}": code for n, code in enumerate(case["codes"])}
    book = folder / "codebook.yaml"
    listed = "\n".join(
        f'  - id: {path}\n    name: "{code}"\n    definition: "{code}"'
        for path, code in paths.items()
    )
    book.write_text(f"name: reference\ncodes:\n{listed}\n", encoding="utf-8")
    with Project.create(folder / "case.tcn", codebook=book, coder="tester") as project:
        documents = [_imported(d, number) for number, d in enumerate(case["documents"])]
        assert all(became == "new" for _, became in project.import_files(documents))
        back = {code: path for path, code in paths.items()}
        rows = [
            CodingRow(
                folder, n, c["doc"], c["coder"], back[c["code"]], Span(c["start"], c["end"]), "", ""
            )
            for n, c in enumerate(case["codings"])
        ]
        project.import_codings(rows)
    for coder in case["coders"]:
        with Project.open(folder / "case.tcn", coder=coder) as project:
            project.finish(
                d["id"] for d in case["documents"] if coder in d.get("coders", case["coders"])
            )
    return paths


def _imported(document: dict[str, Any], number: int) -> Imported:
    """A document with its text, or with as many letters, and its units."""
    length = document["length"]
    text = document.get("text") or (f"{number} " + "word " * (length // 5 + 1))[:length]
    assert len(text) == length
    segments = [
        Segment(kind, n, Span(start, end))
        for kind, units in document.get("units", {}).items()
        for n, (start, end) in enumerate(units, 1)
    ]
    made = Document(document_id(text), document["id"], text)
    return Imported(Path(document["id"]), made, segments, (), 0, "")
