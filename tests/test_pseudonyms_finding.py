"""Names found wherever they stand: in capitals and small letters, beside hyphens and digits."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest
from conftest import CODEBOOK, Run
from hypothesis import given
from hypothesis import strategies as st

from tcncode.codebook.reading import load
from tcncode.errors import UsageError
from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.model import City, Membership, Network
from tcncode.project import Project
from tcncode.project.pseudonymising import Plan
from tcncode.pseudonyms import finding
from tcncode.pseudonyms.finding import Finder, addresses, persons, unmarked
from tcncode.pseudonyms.key import Key, Name
from tcncode.pseudonyms.naming import Naming
from tcncode.pseudonyms.rewriting import Replacement, Rewrite
from tcncode.text import Span


def begun(folder: Path) -> Project:
    return Project.create(folder / "study.tcn", codebook=CODEBOOK, coder="bo")


def talk(project: Project, folder: Path, file: str, text: str) -> str:
    """Import one interview; its id."""
    path = folder / file
    path.write_text(text, encoding="utf-8")
    item = read_one(path, options=Metadata(kind="interview"), row=None)
    project.import_files([item])
    return item.document.id


def copied(project: Project, folder: Path, *documents: str, **asked: object) -> tuple[Plan, Path]:
    """What was planned, and the copy."""
    key = Key()
    plan = project.find_names(documents, key=key, **asked)  # type: ignore[arg-type]
    project.pseudonymise(plan, folder / "copy.tcn", key, folder / "key.json")
    return plan, folder / "copy.tcn"


def told(plan: Plan, words: str) -> dict[str, object]:
    """The row of a wording."""
    (row,) = [row for row in plan.table.rows if row[0] == words]
    return dict(zip(plan.table.columns, row, strict=True))


def cells(copy: Path, asked: str) -> list[tuple]:
    with closing(sqlite3.connect(copy)) as connection:
        return connection.execute(asked).fetchall()


@pytest.mark.parametrize("name", ["Khan", "Maria", "Ali"])
def test_a_name_that_the_dictionary_knows_stays_nowhere_in_small_letters(tmp_path, name):
    small = name.lower()
    with begun(tmp_path) as project:
        document = talk(
            project, tmp_path, f"interview_{small}.txt",
            f"{name}: We came, {small} said.\n\nInterviewer: And {small}?\n\n{name}: Yes.\n",
        )  # fmt: skip
        project.write_memo("document", document, f"{small} rang")
        plan, copy = copied(project, tmp_path, document)
    assert told(plan, name)["times"] == 4
    assert "--keep" in str(told(plan, name)["doubt"]), "it might have been an ordinary word"
    assert cells(copy, "SELECT name, source FROM document") == [
        ("interview_Person 1", "interview_Person 1.txt")
    ]
    assert cells(copy, "SELECT text FROM memo") == [("Person 1 rang",)]
    assert cells(copy, "SELECT body FROM text") == [
        ("Person 1: We came, Person 1 said.\n\nInterviewer: And Person 1?\n\nPerson 1: Yes.\n",)
    ]
    assert not re.search(rb"(?i)(?<![a-z])%b(?![a-z])" % name.encode(), copy.read_bytes())


@pytest.mark.parametrize(
    ("label", "becomes"),
    [
        ("Anna Lindqvist (assistant)", "Person 1 (assistant)"),
        ("Anna Lindqvist (mayor)", "Person 1 (mayor)"),
        ("Anna Lindqvist (policy officer, Ghent)", "Person 1 (policy officer, Ghent)"),
        ("Moderator (Anna Lindqvist)", "Moderator (Person 1)"),
        ("Anna Lindqvist", "Person 1"),
    ],
)
def test_a_label_may_say_in_brackets_who_speaks_or_as_what(tmp_path, label, becomes):
    with begun(tmp_path) as project:
        document = talk(
            project, tmp_path, "interview.txt",
            f"{label}: We came.\n\nInterviewer: Did Anna Lindqvist come?\n\n{label}: Yes.\n",
        )  # fmt: skip
        assert {s.label for s in project.speakers(document)} == {label, "Interviewer"}
        _, copy = copied(project, tmp_path, document)
    ((text,),) = cells(copy, "SELECT body FROM text")
    said = f"{becomes}: We came.\n\nInterviewer: Did Person 1 come?\n\n{becomes}: Yes.\n"
    assert text == said
    assert not re.search(rb"(?i)lindqvist|anna", copy.read_bytes())


def test_a_first_name_before_anothers_surname_is_doubtful(tmp_path):
    """The Anna of an interview is not the one who wrote an article in the project."""
    with begun(tmp_path) as project:
        interview = talk(
            project, tmp_path, "interview.txt",
            "Anna Lindqvist (assistant): On Monday Anna I was there. Then Anna Monday said so.\n\n"
            "Interviewer: What of Lindqvist?\n\n"
            "Zoë Berg: Yesterday Berg came with Mr Berg. Ask Zoë.\n",
        )  # fmt: skip
        plan = project.find_names([interview])
        assert {told(plan, name)["doubt"] for name in ("Anna", "Zoë", "Zoë Berg")} == {""}
        assert not told(plan, "Lindqvist")["doubt"] and "another" not in told(plan, "Berg")["doubt"]
        talk(
            project, tmp_path, "article.txt",
            "Cities, by Anna Triandafyllidou and Zoë van der Meer. We thank Erik Lindqvist.\n",
        )  # fmt: skip
        plan = project.find_names([interview])
        for name, why in (
            ("Anna", "stands before Triandafyllidou"),
            ("Zoë", "stands before van der Meer"),
            ("Lindqvist", "stands behind Erik"),
        ):
            row = told(plan, name)
            assert row["doubt"] == f"may be another: {why} in article"
            assert row["pseudonym"], "replaced unless kept, as all that is doubtful"
        assert plan.doubtful == 3 + bool(told(plan, "Berg")["doubt"])
        assert told(plan, "Zoë Berg")["doubt"] == ""


def test_the_commonest_words_stay_in_a_text_and_are_shown_and_go_from_titles(tmp_path):
    text = "Will: We came, and will stay.\n\nInterviewer: Will they?\n\nWill: They will.\n"
    with begun(tmp_path) as project:
        document = talk(project, tmp_path, "interview_will.txt", text)
        plan = project.find_names([document])
        shown = told(plan, "will")
        assert (shown["times"], shown["pseudonym"]) == (2, None)
        assert "not replaced" in str(shown["doubt"])
        _, copy = copied(project, tmp_path, document)
        assert cells(copy, "SELECT name FROM document") == [("interview_Person 1",)]
        (body,) = cells(copy, "SELECT body FROM text")[0]
        assert body.count("will") == 2 and "Will" not in body
        # Where it is a name in small letters, too, the coder says so.
        (tmp_path / "names.csv").write_text("name\nwill\n", encoding="utf-8")
        plan = project.find_names([document], listed=tmp_path / "names.csv")
        assert told(plan, "Will")["times"] == 5 and not [
            r for r in plan.table.rows if r[0] == "will"
        ]


def test_small_letters_can_be_kept_by_themselves(tmp_path):
    text = "Khan: We came.\n\nInterviewer: Was there a khan?\n\nKhan: There was.\n"
    with begun(tmp_path) as project:
        document = talk(project, tmp_path, "a.txt", text)
        _, copy = copied(project, tmp_path, document, keep=["khan"])
        assert cells(copy, "SELECT body FROM text") == [(text.replace("Khan", "Person 1"),)]
        plan = project.find_names([document], keep=["Khan"])
        assert plan.times == 0


def test_networks_named_by_words_leave_the_words_alone(tmp_path):
    with begun(tmp_path) as project:
        project.load_networks([Network("sh", "Shelter Cities", "Shelter")], [], [])
        document = talk(project, tmp_path, "a.txt", "We joined Shelter to give shelter. We did.\n")
        plan, copy = copied(project, tmp_path, document, networks=True)
        assert cells(copy, "SELECT body FROM text") == [
            ("We joined Network A to give shelter. We did.\n",)
        ]
        assert told(plan, "shelter")["pseudonym"] is None


def words_of(text: str, *forms: str, strict: bool = False) -> list[str]:
    finder = Finder(forms)
    hits = finder.find(text) if strict else finder.find_in_text(text)
    return [hit.span.of(text) for hit in hits]


def test_hyphens_and_digits_hide_no_name_in_a_title():
    forms = ("Amina Khan", "Amina", "Khan")
    for title, expected in {
        "Interview-Amina-Khan2": ["Amina-Khan2"],
        "Khan-Interview-2024": ["Khan"],
        "2024Khan.txt": ["Khan"],
        "khan01_amina": ["khan01", "amina"],
        "Amina-Rose": ["Amina"],
        "Khanate, Aminata2": [],
    }.items():
        assert words_of(title, *forms, strict=True) == expected
    assert words_of("person 12, Person 1, C402, c40", "Person 1", "C40") == ["Person 1", "c40"]


def test_half_of_a_name_with_a_hyphen_is_another_unless_both_halves_are_known():
    forms = ("Amina Khan", "Amina", "Khan", "Voorbeeld")
    for text, expected in {
        "The Khan-Voorbeeld pact.": ["Khan", "Voorbeeld"],
        "Voorbeeld-Khan agree.": ["Voorbeeld", "Khan"],
        "Amina-Rose and Anna-Amina came.": [],
        "An ex-Khan man, Khan-led.": ["Khan", "Khan"],
        # The whole name, and one more: the same person.
        "Amina Khan-Berg came; Amina Khan2 left.": ["Amina Khan", "Amina Khan2"],
    }.items():
        assert words_of(text, *forms) == expected


def test_a_shorter_name_counts_where_the_longer_one_is_none():
    assert words_of("Amina Khanate", "Amina Khan", "Amina") == ["Amina"]
    assert words_of("Maria Lund-Berg, Maria Lun", "Maria Berg", "Maria", "Maria Lund Bo") == [
        "Maria", "Maria",
    ]  # fmt: skip


def test_a_name_with_a_digit_behind_it_is_nobody_elses_pseudonym(tmp_path):
    with begun(tmp_path) as project:
        document = talk(
            project, tmp_path, "Interview-Khan2.txt", "Khan: We came.\n\nKhan2 left, said Khan.\n"
        )
        _, copy = copied(project, tmp_path, document)
    assert cells(copy, "SELECT name, source FROM document") == [
        ("Interview-Person 1", "Interview-Person 1.txt")
    ]
    assert cells(copy, "SELECT body FROM text") == [
        ("Person 1: We came.\n\nPerson 1 left, said Person 1.\n",)
    ]


PIECES = st.sampled_from(
    ["Amina", "Amina Khan", "KHAN", "khan", "Aminata", "amina", "Rose", "Voorbeeld", " ", "\n",
     "'s ", "-", "_", ". ", "2", "é", "will", "said", "مرحبا"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=20).map("".join))
def test_a_case_blind_search_finds_no_name_that_the_finder_left(text):
    """What stays: inside a word; in running text half of a name with a hyphen, in capitals."""
    forms = ("Amina Khan", "Amina", "Khan", "Voorbeeld")
    finder = Finder(forms, {"will"})
    either = r"(?i:amina|khan|voorbeeld)"
    alone = rf"(?<![^\W_])[0-9]*({either})[0-9]*(?![^\W_])"
    strict = Rewrite(text, (Replacement(h.span, "***") for h in finder.find(text))).text
    assert not re.search(alone, strict)
    hits = finder.find_in_text(text)
    lenient = Rewrite(text, (Replacement(h.span, "***") for h in hits)).text
    for found in re.finditer(alone, lenient):
        assert found[1] != found[1].lower()
        beside = lenient[: found.start()][-1:] + lenient[found.end() :][:1]
        assert "-" in beside
        assert not re.search(rf"{either}-$", lenient[: found.start()])


def test_a_coders_name_hides_no_other_and_is_none_that_is_left(tmp_path):
    with Project.create(tmp_path / "study.tcn", codebook=CODEBOOK, coder="Maria Berg") as project:
        document = talk(
            project, tmp_path, "a.txt", "Maria Lund: We came.\n\nMaria Lund: Maria Berg asked.\n"
        )
        project.finish([document])
        _, copy = copied(project, tmp_path, document)
        with Project.open(copy, coder="Maria Berg") as made:
            assert [a.coder for a in made.assignments()] == ["Maria Berg"]
    (body,) = cells(copy, "SELECT body FROM text")[0]
    assert "Maria" not in body and "Lund" not in body


def test_ids_are_no_names():
    """Letters between the digits of an id may read like a name."""
    from tcncode.pseudonyms.searching import _HASH

    assert _HASH.sub(" ", "38ada7c2 0000ada00000 ada") == "    ada"


@pytest.mark.parametrize("asked", [{}, {"cities": True, "networks": True}])
@pytest.mark.parametrize("listed", ["Eurocities", "EC"])
def test_a_listed_city_or_network_is_that_of_the_study(tmp_path, asked, listed):
    (tmp_path / "names.csv").write_text(
        f"name,pseudonym,kind\nGhent,Rivertown,city\n{listed},Big Net,network\n", encoding="utf-8"
    )
    with begun(tmp_path) as project:
        project.load_networks(
            [Network("eurocities", "Eurocities", "EC", url="https://eurocities.eu")],
            [City("ghent", "Ghent", "Belgium", population=260000)],
            [Membership("ghent", "eurocities", True, "its page")],
        )
        document = talk(project, tmp_path, "a.txt", "Ghent is in Eurocities. The EC met.\n")
        plan, copy = copied(project, tmp_path, document, listed=tmp_path / "names.csv", **asked)
    assert {pseudonym for _, pseudonym in plan.forms} == {"Rivertown", "Big Net"}
    assert cells(copy, "SELECT body FROM text") == [
        ("Rivertown is in Big Net. The Big Net met.\n",)
    ]
    assert cells(copy, "SELECT id, name, country, population FROM city") == [
        ("rivertown", "Rivertown", "", None)
    ]
    assert cells(copy, "SELECT id, name, short_name, url FROM network") == [
        ("big-net", "Big Net", "", "")
    ]
    assert cells(copy, "SELECT city, network FROM membership") == [("rivertown", "big-net")]


def test_a_city_that_is_part_of_somebodys_name_makes_nobody_a_city():
    naming = Naming([])
    person = naming.add("person", "Jan Ghent")
    naming.add_parts()
    assert naming.add("city", "Ghent", id="ghent") is person
    assert (person.kind, person.id) == ("person", "")


def test_a_network_called_like_part_of_a_name_is_none_that_is_listed(tmp_path):
    with begun(tmp_path) as project:
        project.load_networks([Network("ec", "Eurocities", "Lund")], [], [])
        document = talk(
            project, tmp_path, "a.txt", "Zoe Lund: Eurocities came.\n\nZoe Lund: Yes.\n"
        )
        key = Key(names=[Name("Person 1", "person", ["Zoe Lund", "Lund"])])
        plan = project.find_names([document], key=key)
    assert "Eurocities" not in dict(plan.forms)


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("Amina Khan,Rosa", 'it is in the texts already ("'),
        ("Amina Khan,Rosa\nRosa,Zoe", '"Rosa" is a name that is replaced itself'),
        ("Amina Khan,Leo Khan", '"Khan" is a name that is replaced itself'),
        ("Amina Khan,the clerk", 'it is in the texts already ("'),
    ],
)
def test_a_pseudonym_is_nobody_elses_name(tmp_path, listed, said):
    (tmp_path / "names.csv").write_text(f"name,pseudonym\n{listed}\n", encoding="utf-8")
    text = "Amina Khan: We met Rosa there, and the clerk.\n\nInterviewer: Was the path rosy?\n"
    with begun(tmp_path) as project:
        document = talk(project, tmp_path, "a.txt", text)
        with pytest.raises(UsageError) as refused:
            project.find_names([document], listed=tmp_path / "names.csv")
        assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_pseudonym_that_is_an_ordinary_word_in_small_letters_is_free(tmp_path):
    (tmp_path / "names.csv").write_text("name,pseudonym\nAmina Khan,Rose\n", encoding="utf-8")
    with begun(tmp_path) as project:
        document = talk(
            project, tmp_path, "a.txt", "Amina Khan: Prices rose.\n\nAmina: They did.\n"
        )
        key = Key()
        plan = project.find_names([document], listed=tmp_path / "names.csv", key=key)
        assert told(plan, "Amina Khan")["pseudonym"] == "Rose"
        project.pseudonymise(plan, tmp_path / "one.tcn", key, tmp_path / "key.json")
        # Where a copy has it already, it stands there for the same person.
        talk(project, tmp_path, "b.txt", "Rose: We came.\n")
        again = project.find_names([document], listed=tmp_path / "names.csv", key=key)
        assert told(again, "Amina Khan")["pseudonym"] == "Rose"


def test_many_who_share_a_first_name_cost_no_more_each(monkeypatch):
    """Tried at each place are the names that may stand there, not all that begin alike."""
    tried: list[str] = []
    pattern = finding._pattern
    monkeypatch.setattr(finding, "_pattern", lambda key: tried.append(key) or pattern(key))
    compared: list[object] = []
    monkeypatch.setattr(Name, "__eq__", lambda one, other: compared.append(one) or one is other)
    naming = Naming([])
    letters = "bdfgklmn"
    for x, y, z in product(letters, letters, letters):
        naming.add("person", f"Maria {x.upper()}a{y}o{z}u{x}i{y}a{z}o")
    naming.add_parts()
    assert len(naming.names) > 200
    finder = Finder([form for name in naming.names for form in name.forms])
    text = "Maria came, and Maria Lund did. " * 500
    assert len(finder.find_in_text(text)) == len(finder.find(text)) == 1_000
    assert len(tried) == 2_000 and not compared


def test_names_behind_an_escaped_line_end_are_found():
    text = r'"Coined.\nAmina said so.\tkhan too.\nina C:\nina"'
    assert words_of(text, "Amina", "Khan", "Nina", strict=True) == ["Amina", "khan", "nina", "nina"]
    assert words_of(text, "Ina", strict=True) == ["ina", "ina"]


def test_a_codebook_keeps_its_definitions_whoever_speaks(tmp_path):
    with begun(tmp_path) as project:
        text = "May: We came.\n\nWill: Yes.\n\nHope: So we did.\n\nAmina Example: Yes.\n"
        document = talk(project, tmp_path, "will_and_may.txt", text)
        project.add_code("hope")
        before = project.codebook.codes
        _, copy = copied(project, tmp_path, document)
        with Project.open(copy, coder="bo") as made:
            for now, was in zip(made.codebook.codes, before, strict=True):
                assert (now.id, now.path, now.definition) == (was.id, was.path, was.definition)
            assert made.problems() == []
            # A codebook can still be read that once was saved.
            (saved,) = cells(copy, "SELECT content FROM codebook_version ORDER BY saved")[-1]
            (tmp_path / "saved.yaml").write_text(saved, encoding="utf-8")
            assert load(tmp_path / "saved.yaml").codes
    assert cells(copy, "SELECT name FROM document") == [("Person 2_and_Person 1",)]


@pytest.mark.parametrize("name", ["Page", "Hand", "Hope"])
def test_the_programs_own_words_are_nobodys_name(tmp_path, name):
    """A page, a coding by hand, a code: all are called so whoever speaks."""
    with begun(tmp_path) as project:
        document = talk(project, tmp_path, "a.txt", f"{name}: We came.\n\n{name}: Yes.\n")
        project.code(document, Span(6, 8), "sharing")
        project.add_code("hope")
        _, copy = copied(project, tmp_path, document)
    assert cells(copy, "SELECT origin FROM coding") == [("by hand",)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We like Prof. Dr. Lutz.", ["Lutz"]),
        ("And Drs. Wolf, and Dr. h.c. Beck.", ["Wolf", "Beck"]),
        ("Then Mr. van de Velde and Judge Okoro spoke.", ["van de Velde", "Okoro"]),
    ],
)
def test_titles_come_in_series_and_names_with_particles(text: str, names: list[str]) -> None:
    assert [words for _, words, _ in persons(text)] == names


def test_months_are_nobody_and_words_of_the_dictionary_are_doubtful() -> None:
    assert (
        list(persons("The mayor, April 2019. Mayor January. January, the mayor of nowhere.")) == []
    )
    assert [words for _, words, _ in persons("The World Mayor Prize of 2018.")] == ["Prize"]
    assert finding.doubt_of("Prize") and finding.doubt_of("Khan")
    assert not finding.doubt_of("Voorbeeldsma") and not finding.doubt_of("Sofia Berg")


def test_addresses_are_shown() -> None:
    text = "Write to bo.zander@x.org or @bozander, see https://x.org/bo-zander. Not a@ or @ all."
    found = [words for words, _ in addresses(text)]
    assert found == ["bo.zander@x.org", "@bozander", "https://x.org/bo-zander"]


def test_what_stands_before_a_replaced_name_is_shown() -> None:
    text = "Sharon Dijksma came. Then Dijksma went."
    taken = [Span(7, 14), Span(26, 33)]
    assert [words for words, _ in unmarked(text, taken)] == ["Sharon"]


def test_one_kind_of_apostrophe_is_like_the_other() -> None:
    (hit,) = Finder(["O'Connor"]).find_in_text("We met O’Connor there.")
    assert hit.span == Span(7, 15)


def test_memos_are_looked_at_too_and_lists_are_held_against_what_is_there(
    tmp_path: Path, tcncode: Run
) -> None:
    tcncode("init", "talk.tcn", "--coder", "bo", "--codebook", CODEBOOK)
    (tmp_path / "q.txt").write_text("I: Hi.\nJan Bos: We met.\nI: And?\nJan Bos: Yes.\n")
    tcncode("import", "q.txt", "--kind", "interview")
    tcncode(
        "code", "q", "sharing", "--quote", "We met", "--memo", "says Piotr Zalewski to Kofi Anan"
    )
    (tmp_path / "n.csv").write_text("name\nPiotr Zalewski\nQwertz\n")
    shown = tcncode("pseudonymise", "q", "--names", "n.csv", "--dry-run", "--format", "csv")
    assert "Listed, and found nowhere: Qwertz.\n" in shown.err
    assert "1 place in memos and titles" in shown.err
    (row,) = [line for line in shown.out.splitlines() if line.startswith("Kofi Anan,")]
    assert "in a memo or title" in row
    tcncode("pseudonymise", "q", "--names", "n.csv", "-o", "c.tcn", "--yes")
    again = tcncode(
        "-p", "c.tcn", "pseudonymise", "q", "--key", "c.key.json", "-o", "d.tcn", "--yes"
    )
    assert "No names were found" in again.err
