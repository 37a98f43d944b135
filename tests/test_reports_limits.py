"""What filters leave: of passages that they cut, of labels that nobody says, and without a word
of what they left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_study import made, on, rows

from tcncode.errors import UsageError
from tcncode.importing.codings import CodingRow
from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.model import Speaker
from tcncode.page.verifying import verify
from tcncode.project import Project
from tcncode.reports import Filters, overlap
from tcncode.reports.frequencies import table as frequencies
from tcncode.text import Span
from tcncode.text.turns import find_turns, speech_start
from tcncode.tui.use_counts import UseCounts

TALK = (
    "Interviewer: Who came?\nMayor: We share a house.\n"
    "Interviewer: Since when?\nMayor: For years.\nResident: Yes.\n"
)
BY_ROLE = [{"role": "mayor"}, {"no_interviewers": True}]


def taught(project: Project, folder: Path, text: str = TALK, **about: str) -> str:
    """A transcript in the project; its document's id."""
    path = folder / "talk.txt"
    path.write_text(text, encoding="utf-8")
    roles = {"Interviewer": "interviewer", "Mayor": "mayor", "Resident": "resident"}
    speakers = tuple(Speaker(label, role) for label, role in roles.items())  # type: ignore[arg-type]
    options = Metadata(network="ICORN", kind="interview", speakers=speakers, **about)
    project.import_files([read_one(path, options=options, row=None)])
    return project.document_id("talk")


@pytest.fixture
def talk(study: Project, tmp_path: Path) -> tuple[Project, str]:
    """A project with a transcript, in which nothing is coded; and the transcript's id."""
    return study, taught(study, tmp_path)


def code(project: Project, document: str, first: str, last: str, name: str) -> None:
    """Code the transcript from some words to the end of others."""
    project.code(document, Span(TALK.index(first), TALK.index(last) + len(last)), name)


# Passages that a filter cuts


@pytest.mark.parametrize("filters", [{}, *BY_ROLE])
def test_codings_of_one_passage_meet_there_once_whatever_is_cut(talk, filters) -> None:
    project, document = talk
    for name in ("sharing", "shaming"):
        code(project, document, "Who came", "For years", name)
    # Overlaps the first one: joined they would be no passage that anybody marked.
    code(project, document, "For", "Yes", "sharing")
    found = rows(project.report("cooccurrence", filters), "first", "second", "relation")
    met = found["sharing", "shaming", "same"]
    assert (met["first_count"], met["second_count"], met["both"]) == (2, 1, 1)


@pytest.mark.parametrize("filters", BY_ROLE)
def test_codings_of_two_passages_are_not_the_same_where_the_difference_is_cut(
    talk, filters
) -> None:
    project, document = talk
    code(project, document, "Who came", "a house", "sharing")
    code(project, document, "We share", "a house", "shaming")
    found = rows(project.report("cooccurrence", filters), "first", "second", "relation")
    assert found["sharing", "shaming", "same"]["both"] == 0


@pytest.mark.parametrize("filters", BY_ROLE)
def test_a_quotation_that_a_filter_cuts_is_one_and_is_shown_whole(talk, filters, tmp_path) -> None:
    project, document = talk
    code(project, document, "Who came", "For years", "sharing")
    code(project, document, "For", "years", "sharing")
    table = project.report("quotes", filters)
    (record,) = table.records()
    words = TALK[TALK.index("Who") : TALK.index(".\nResident")]
    assert record["quotation"] in (words, "For years")
    code(project, document, "Who came", "For years", "shaming")
    table = project.report("quotes", {**filters, "code": "shaming"})
    (record,) = table.records()
    assert (record["quotation"], record["speaker"]) == (words, "Interviewer; Mayor")
    assert record["words"] == len(words.replace(":", "").split())
    assert "with what others say in it" in table.note
    from tcncode import export

    export.write([table], tmp_path / "quotes.csv", "csv")
    wrong, looked_at = verify(project, tmp_path / "quotes.csv")
    assert (len(wrong.rows), looked_at) == (0, 1)


# Labels


@pytest.mark.parametrize(
    ("text", "label", "speech"),
    [
        ("Mayor: We share.", "Mayor", "We share."),
        ("Mayor:\nWe share.", "Mayor", "We share."),
        ("[00:12] Mayor: We share.", "Mayor", "We share."),
        ("Mayor 00:12:\nWe share.", "Mayor", "\nWe share."),
        ("One thing: we share.", "Mayor", "One thing: we share."),
        ("We share.", None, "We share."),
        ("Mayors share.", "Mayor", "Mayors share."),
    ],
)
def test_speech_begins_behind_the_label_and_the_time(text, label, speech) -> None:
    before = "Moderator: Well?\n"
    start = len(before)
    whole = before + text
    assert whole[speech_start(whole, start, label) :] == speech


def test_speech_of_every_turn_begins_where_its_head_ends() -> None:
    words = ("Who", "We", "Since", "For", "Yes")
    for (span, label, _), said in zip(find_turns(TALK), words, strict=True):
        assert TALK[speech_start(TALK, span.start, label) :].startswith(said)


def test_labels_are_not_spoken(talk) -> None:
    project, document = talk
    code(project, document, "Interviewer: Who", "house", "sharing")
    table = project.report("speakers", {"document": document})
    found = rows(table, "role", "code")
    spoken = {role: record["spoken"] for (role, _), record in found.items()}
    assert spoken == {"interviewer": 4, "mayor": 6, "resident": 1, "(no turn)": 0}
    assert found["mayor", "sharing"]["words"] == 4
    assert found["interviewer", "sharing"]["words"] == 2
    assert found["mayor", "sharing"]["per_1000_words"] == pytest.approx(1000 / 6)
    assert "labels of speakers included" not in table.note


def test_where_nobody_asks_who_speaks_the_note_says_that_labels_are_words(talk) -> None:
    project, document = talk
    code(project, document, "Interviewer: Who", "came", "sharing")
    whole = project.report("frequencies", {"document": document})
    assert rows(whole, "code")["sharing"]["words"] == 3
    assert "labels of speakers included" in whole.note
    for filters in BY_ROLE:
        note = project.report("frequencies", {"document": document, **filters}).note
        assert "labels of speakers do not count" in note and "speakers included" not in note
    assert "labels" not in project.report("frequencies", {"document": "letter"}).note


# Dates, languages, nothing that fits


@pytest.mark.parametrize(
    ("filters", "documents", "undated"),
    [
        ({"since": "2019"}, 1, 3), ({"until": "2019-05"}, 1, 3), ({"since": "2020"}, 0, 3),
        ({"since": "2019", "network": "ICORN"}, 1, 1),
        ({"since": "2019-05", "until": "2019"}, 1, 3),
    ],
)  # fmt: skip
def test_a_note_says_how_many_documents_without_a_date_are_left_out(
    study, tmp_path, filters, documents, undated
) -> None:
    taught(study, tmp_path, date="2019-05-14")
    for table in (study.report("frequencies", filters), study.quotations(filters)):
        plural = "" if undated == 1 else "s"
        assert f"{undated} document{plural} without a date left out" in table.note
    assert f"of {documents} document" in study.report("frequencies", filters).note
    assert "without a date" not in study.report("frequencies").note


@pytest.mark.parametrize(
    "given",
    [
        {"since": "2020", "until": "2019"}, {"since": "2019-06", "until": "2019-05-31"},
        {"since": "2019-05-02", "until": "2019-05-01"}, {"since": "2019-13"},
        {"until": "2019-02-30"},
    ],
)  # fmt: skip
def test_dates_that_no_day_fits_are_refused(given) -> None:
    with pytest.raises(UsageError):
        Filters.of(given)


def test_a_language_that_no_document_has_is_told_with_those_there_are(study, tmp_path) -> None:
    taught(study, tmp_path, language="nl")
    with pytest.raises(UsageError, match=r'"xx".* nl'):
        study.report("frequencies", {"language": "xx"})
    assert "of 1 document." in study.report("frequencies", {"language": "NL"}).note


@pytest.mark.parametrize("name", ["networks", "frequencies", "coders", "quotes", "cooccurrence"])
def test_where_nothing_fits_the_note_says_so(study, name) -> None:
    assert "No document fits." in study.report(name, {"kind": "policy"}).note
    assert "No coding fits." in study.report(name, {"document": "letter"}).note
    study.code(study.document_id("letter"), Span(0, 5), "sharing")
    note = study.report(name, {"document": "letter"}).note
    assert "fits" not in note


# The majority


def test_the_note_of_a_majority_says_of_whom_and_where_that_is_one_coder() -> None:
    codings = [
        on("a", "two three", "sharing"), on("a", "two three", "sharing", "ben"),
        on("b", "beta", "sharing"),
    ]  # fmt: skip
    filters = Filters(combine="majority")
    note = frequencies(made(codings, filters=filters)).note
    assert "more than half of those who coded or finished the document" in note
    assert "Documents where that is one coder alone: 1." in note
    voted = frequencies(made(codings, filters=filters, finished=[("b", "ben")]))
    assert "alone" not in voted.note
    assert "alone" not in frequencies(made(codings)).note


# What is settled


@pytest.fixture
def settled(study: Project) -> tuple[Project, str]:
    """One passage, coded by two coders and settled; and its document's id."""
    letter = study.document_id("letter")
    study.code(letter, Span(0, 8), "sharing/peer-learning")
    with Project.open(study.path, coder="ben") as ben:
        ben.code(letter, Span(0, 8), "sharing/peer-learning")
    row = CodingRow(
        study.path, 2, "letter", "settled", "sharing/peer-learning", Span(0, 8), None, ""
    )
    study.import_codings([row])
    return study, letter


def test_decisions_are_counted_nowhere_among_codings(settled, tcncode) -> None:
    project, letter = settled
    assert next(e.codings for e in project.documents() if e.id == letter) == 2
    paths = {code.path: code.id for code in project.codebook.codes}
    use = project.code_use()[paths["sharing"]]
    assert (use.codings, dict(use.coders), use.documents) == (2, {"amina": 1, "ben": 1}, 1)
    assert rows(project.codebook_table(), "code")["sharing/peer-learning"]["codings"] == 2
    assert rows(project.report("frequencies"), "code")["sharing"]["codings"] == 2
    arabic = project.document_id("arabic")
    assert project.passages_elsewhere(arabic)[paths["sharing"]] == (1, 2)
    counts = UseCounts(project.codebook, "amina")
    counts.add(project.codings_in(letter))
    assert (counts.own(paths["sharing"]), counts.all(paths["sharing"])) == (1, 2)
    counts.remove(project.codings_in(letter))
    assert (counts.own(paths["sharing"]), counts.all(paths["sharing"])) == (0, 0)
    for command in (("documents",), ("codebook", "show")):
        assert "all coders but settled" in tcncode("-p", project.path, *command).err


# Pairs of codes, pairs of networks


def test_cooccurrence_of_one_code_is_its_pairs_with_every_other(settled) -> None:
    project, letter = settled
    project.code(letter, Span(0, 8), "shaming")
    everything = project.report("cooccurrence")
    table = project.report("cooccurrence", {"code": "shaming"})
    of_it = [r for r in everything.records() if "shaming" in (r["first"], r["second"])]
    assert len(table.rows) == 3 * 5
    for record in table.records():
        pair = {record["first"], record["second"]}
        (same,) = [r for r in of_it if {r["first"], r["second"]} == pair
                   and r["relation"] == record["relation"]]  # fmt: skip
        assert (record["both"], record["lift"]) == (same["both"], same["lift"])
    found = project.report("cooccurrence", {"code": "sharing/peer-learning"}).records()
    pairs = {(r["first"], r["second"]) for r in found}
    assert ("sharing/peer-learning", "shaming") in pairs
    assert all("sharing" not in pair for pair in pairs)


def test_the_words_that_an_overlap_rests_on_are_counted_once() -> None:
    codings = [
        on("a", "two three", "sharing"), on("a", "two three", "sharing-not"),
        on("b", "beta", "sharing"),
    ]  # fmt: skip
    ((record),) = overlap.table(made(codings)).records()
    assert (record["first_words"], record["second_words"]) == (2, 1)


def test_the_quotations_of_a_profile_say_how_many_of_each_they_are(settled) -> None:
    project, _ = settled
    table = project.report_tables("profile", argument="EUROCITIES")[4]
    assert "quotations: all, the best 6 of each network and top code" in table.note
    assert "quotations: none;" in project.report("quotes", {"code": "shaming"}).note
