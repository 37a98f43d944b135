"""Two projects that a blind coder must not be able to tell apart.

amina and ben code the letter blind. In one of them ben, who has not finished, has coded it, noted
his thoughts and answered suggestions there; in the other he has not begun. All else is the same.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from conftest import make

from tcncode.model import Evidence, Suggestion, coding_id, suggestion_id
from tcncode.project import Project
from tcncode.text import Span

SECRETS = ("ZIRKON", "ONYX", "JASPIS")
"""Words in ben's memos: nobody else has them anywhere."""
HIS = Span(3, 24)
"""What he coded, with a code that nobody else used."""
CODE = "standard-setting/monitoring"
_VARYING = re.compile(
    r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?"  # when
    r"|\d{13}-\d{6}-[0-9a-f]{8}"  # an action
    r"|\S*/(?=\w+\.(?:tcn|csv|xlsx|yaml|md|json|txt|html|svg|png|qdpx))"  # a folder
)


@dataclass(frozen=True)
class Pair:
    """The two projects' files, and what is in them."""

    secret: Path
    plain: Path
    letter: str
    coding: str
    """The id of ben's coding, which is in one of them."""
    mine: str
    """The id of a coding of amina's."""
    suggestion: str
    """The id of a suggestion that she has not answered."""


def made(folder: Path) -> Pair:
    """Both projects, in folders of their own."""
    (folder / "plain").mkdir(parents=True)
    (folder / "secret").mkdir()
    with make(folder / "plain") as project:
        path, letter, notes = project.path, project.document_id("letter"), "notes"
        with Project.open(path, coder="ben") as ben:
            ben.code(ben.document_id(notes), Span(0, 12), "showcasing", memo="plain to see")
            ben.finish([notes])
        mine = project.code(letter, Span(30, 40), "sharing", memo="my own")
        project.code(project.document_id(notes), Span(2, 20), "sharing")
        with project._action("suggest"):
            project._store.replace_suggestions(letter, [_suggested(letter)])
        project.assign(["letter"], ["amina", "ben"], blind=True)
        project.finish(["letter", notes])
    shutil.copy(path, folder / "secret" / path.name)
    with Project.open(folder / "secret" / path.name, coder="ben") as ben:
        ben.code(letter, HIS, CODE, memo=SECRETS[0])
        ben.write_memo("document", "letter", SECRETS[1])
        ben.accept(_suggested(letter).id)
        ben.memo(coding_id(letter, _suggested(letter).span, "shaming", "ben"), SECRETS[2])
    return Pair(
        folder / "secret" / path.name, path, letter, coding_id(letter, HIS, CODE, "ben"), mine.id,
        _suggested(letter).id,
    )  # fmt: skip


def _suggested(letter: str) -> Suggestion:
    span = Span(71, 110)
    evidence = (Evidence("cue", "failed", Span(84, 90), 0.6, "fail"),)
    key = suggestion_id(letter, span, "shaming")
    return Suggestion(key, letter, span, "shaming", 0.6, evidence)


def tidy(words: str) -> str:
    """Without what differs between any two runs."""
    return _VARYING.sub("*", words)
