"""A study to look at: four networks' documents, two coders, suggestions and memos.

All in it is the same in every run: times, ids, suggestions. So what its screens show changes
only when a screen does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tcncode import journal
from tcncode.importing.metadata import Metadata, parse_speakers
from tcncode.importing.study import read_one
from tcncode.model import Evidence, MemoNoun, Suggestion, suggestion_id
from tcncode.project import Project
from tcncode.text import Span

CODEBOOK = Path(__file__).parents[2] / "codebook.yaml"

INTERVIEW = """\
[00:00:12] Interviewer: Can you say how the city came into the network?

[00:00:40] Mayor: We asked Ghent how they did it, and Ghent sent two of its people for a week. \
They sat with our clerks at the counter and showed them the forms. Nobody wrote a report about it.

[00:01:31] Interviewer: And what came of it?

[00:01:38] Mayor: A counter of our own, in three languages. We are proud of it, I will not hide \
that. Last year we were on the stage in Milan with it, and the delegation from 大阪市 took \
photographs of the numbered tickets.

[00:02:25] Interviewer: Did the ministry help?

[00:02:33] Mayor: The ministry! The ministry answered after fourteen months, and the answer was \
that the subject is being examined. They have failed these people, and they have failed us. \
We wrote again in the spring and asked for money, and for the right to register people ourselves.

[00:03:40] Interviewer: What do you tell the council?

[00:03:47] Mayor: That this city was built by people who came from elsewhere. My grandmother came \
with one suitcase 🧳 and a sewing machine. It is the same story, told by other people.

[00:04:30] Interviewer: Is there something that binds the members?

[00:04:36] Mayor: The charter. Each member reports once a year, in the same eleven chapters, and \
a city that does not report is asked about it in front of all the others.
"""
LETTER = """\
Letter of the café in Łódź

We share what we learned in Łódź with every city that asks. The café 👩‍👩‍👧 stayed open all \
winter. It won the prize of the region for it, and the mayor hung the certificate above the till.

The mayor of 大阪市 wrote to the ministry and asked for money, and asked again in the spring, when \
the snow had gone and the shelter was full. Nobody answered. It is a shame for a government that \
signed every convention on the protection of those who flee.

Members must report once a year. Those who report find their figures in the yearbook of the \
network, beside the figures of all other members, chapter by chapter.

Next month two colleagues travel to Ghent to see how the counter there works. What they bring \
home will be told here.
"""
CHARTER = """\
Charter of the cities of arrival

1. Members recognise that the right to the city does not depend on papers.

2. Members adopt a plan of action within two years, and report on it every year.

3. Members exchange staff, so that what works in one city is tried in another.

4. Members call upon the governments of their countries to share what the cities already carry.

قالت المدينة: مرحبا بالجميع.
"""
NEWSLETTER = """\
The Open Drawer, autumn letter

Eleven cities met in the old customs house. They showed each other what they had built: a clinic \
without a register, a school bus, a telephone line that answers in nine languages.

The fund for small cities opens in March. Those who need help with the form may call us.
"""
NOTES = "A short note about the meeting. The tables were too small for the maps.\n"

_TEXTS = {
    "interview with the mayor": (INTERVIEW, "solidarity-cities", "interview", "2019-05",
                                 "Interviewer=interviewer; Mayor=mayor"),
    "letter": (LETTER, "icorn", "newsletter", "2018-11-30", ""),
    "charter of the cities of arrival": (CHARTER, "eccar", "declaration", "2017", ""),
    "the open drawer": (NEWSLETTER, "icorn", "newsletter", "2018-10-01", ""),
    "field notes from the customs house in the harbour": (NOTES, None, "field note", "2020", ""),
}  # fmt: skip

_CODED = (
    ("amina", "letter", "We share what we learned in Łódź with every city that asks.", "sharing",
     "is this sharing, or showing?"),
    ("amina", "letter", "It won the prize of the region", "showcasing/awards-stage", ""),
    ("amina", "letter", "The mayor of 大阪市 wrote to the ministry and asked for money, and asked"
     " again in the spring, when the snow had gone and the shelter was full.",
     "seeking-support/funding", ""),
    ("amina", "letter", "asked again in the spring, when the snow had gone and the shelter was"
     " full. Nobody answered. It is a shame for a government", "shaming/national-government",
     "overlaps with the plea for money"),
    ("amina", "letter", "every convention on the protection of those who flee", "standard-setting",
     ""),
    ("bo", "letter", "The mayor of 大阪市 wrote to the ministry", "storytelling", ""),
    ("bo", "letter", "Nobody answered.", "shaming/national-government", "bo: the shortest of all"),
    ("bo", "letter", "Members must report once a year.", "standard-setting/monitoring", ""),
    ("amina", "interview", "We asked Ghent how they did it", "sharing/peer-learning",
     "the first time that Ghent is named"),
    ("amina", "interview", "Ghent sent two of its people for a week.",
     "sharing/expertise-exchange", ""),
    ("amina", "interview", "We are proud of it, I will not hide that.", "showcasing", ""),
    ("amina", "interview", "They have failed these people, and they have failed us.",
     "shaming/national-government", ""),
    ("amina", "interview", "We wrote again in the spring and asked for money",
     "seeking-support/funding", ""),
    ("bo", "interview", "and for the right to register people ourselves",
     "seeking-support/legal-powers", ""),
    ("bo", "interview", "this city was built by people who came from elsewhere",
     "storytelling/local-history", ""),
    ("amina", "interview", "Each member reports once a year, in the same eleven chapters",
     "standard-setting/monitoring", ""),
    ("amina", "charter", "Members adopt a plan of action within two years", "standard-setting", ""),
    ("bo", "charter", "Members exchange staff", "sharing/expertise-exchange", ""),
    ("bo", "charter", "Members call upon the governments", "shaming", ""),
    ("amina", "open drawer", "They showed each other what they had built", "showcasing", ""),
    ("bo", "open drawer", "The fund for small cities opens in March.", "sharing", ""),
)  # fmt: skip

_SUGGESTED = (
    ("letter", "Next month two colleagues travel to Ghent to see how the counter there works.",
     "sharing/peer-learning", 0.82, ("colleagues travel", "see how"), ()),
    ("letter", "The café 👩‍👩‍👧 stayed open all winter.", "storytelling", 0.55,
     ("all winter",), ()),
    ("interview", "They sat with our clerks at the counter and showed them the forms.",
     "sharing/peer-learning", 0.91, ("showed them",), ("the forms",)),
    ("interview", "It is the same story, told by other people.", "storytelling", 0.66,
     ("same story",), ()),
    ("charter", "Members exchange staff, so that what works in one city is tried in another.",
     "sharing/expertise-exchange", 0.88, ("exchange staff", "what works"), ()),
    ("open drawer", "Those who need help with the form may call us.", "seeking-support", 0.61,
     ("need help",), ("call us",)),
)  # fmt: skip

_MEMOS: tuple[tuple[MemoNoun, str, str], ...] = (
    ("code", "shaming", "Irony counts only where somebody is named."),
    ("network", "icorn", "Two letters, one author?"),
    ("project", "", "Second round begins in March."),
)


def make(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """The study's file; the coder at the keys is amina."""
    minute = 0
    patch.setattr(journal, "now", lambda: f"2026-01-31T12:{minute:02}:00Z")
    with Project.create(folder / "study.tcn", codebook=CODEBOOK, coder="amina") as project:
        for name, (text, network, kind, date, speakers) in _TEXTS.items():
            path = folder / f"{name}.txt"
            path.write_text(text, encoding="utf-8")
            said = Metadata(None, network, kind, date, "en", parse_speakers(speakers))
            project.import_files([read_one(path, options=said, row=None)])
        names = {entry.name: entry for entry in project.documents()}
        with Project.open(project.path, coder="bo") as bo:
            for coder, document, words, code, memo in _CODED:
                key = next(e.id for name, e in names.items() if document in name)
                at = project if coder == "amina" else bo
                minute += 1
                at.code(key, find(project, key, words), code, memo=memo)
            minute += 1
            bo.write_memo("document", "letter", "Read again: the second half is another hand's.")
            bo.finish(["letter"])
        for key, found in suggestions(project):
            with project._action("suggest"):
                project._store.replace_suggestions(key, found)
        for noun, of, words in _MEMOS:
            minute += 1
            project.write_memo(noun, of, words)
        project.finish(["charter of the cities of arrival"])
        return project.path


def find(project: Project, key: str, words: str) -> Span:
    """Where words stand in a document."""
    start = project.text(key).index(words)
    return Span(start, start + len(words))


def suggestions(project: Project) -> Iterator[tuple[str, list[Suggestion]]]:
    """Each document's, with words that speak for and against them."""
    for entry in project.documents():
        found = []
        for document, words, path, score, fors, againsts in _SUGGESTED:
            if document in entry.name:
                span = find(project, entry.id, words)
                code = project.codebook.get(path).id
                evidence = [
                    Evidence("cue", said, find(project, entry.id, said), score - 0.2, said)
                    for said in fors
                ] + [
                    Evidence("negative cue", said, find(project, entry.id, said), 0.2, said)
                    for said in againsts
                ]
                key = suggestion_id(entry.id, span, code)
                found.append(
                    Suggestion(key, entry.id, span, code, round(score, 2), tuple(evidence))
                )
        yield entry.id, found
