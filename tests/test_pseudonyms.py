"""Pseudonymised copies: no name in them, nothing moved, and the way back."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from conftest import CODEBOOK, Run, add, make
from hypothesis import given
from hypothesis import strategies as st

from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.model import Evidence, Suggestion, suggestion_id
from tcncode.project import Project
from tcncode.pseudonyms.finding import Finder, is_role, parts, persons, unmarked, variants
from tcncode.pseudonyms.key import Key, read_key
from tcncode.pseudonyms.naming import Naming
from tcncode.pseudonyms.rewriting import Replacement, Rewrite
from tcncode.search import fold
from tcncode.text import Segment, Span

TALK = """Interviewer: How did it begin, Amina?

Amina Khan: We asked Ghent 👩‍👩‍👧.
The mayor of Ghent, Danie\u0308l Voorbeeld, came. Amina's idea won.

Interviewer: And Mr Voorbeeld? Annamina is a town; Amina-Rose is somebody else.

Amina Khan: Yes. Amna Khan is how they write me. AMINA KHAN, said Dr. Ülkü Şahin. I met Sofia Berg.
"""
NAMES = ("Amina", "Khan", "Voorbeeld", "Ülkü", "Şahin", "Amna", "Danie\u0308l", "Daniël")


@pytest.fixture
def talk(tmp_path: Path) -> Project:
    """A project with one interview, coded by two, with memos, a decision and an answer."""
    with Project.create(tmp_path / "study.tcn", codebook=CODEBOOK, coder="bo") as project:
        path = tmp_path / "interview_amina_khan.txt"
        path.write_text(TALK, encoding="utf-8")
        item = read_one(path, options=Metadata(kind="interview"), row=None)
        project.import_files([item])
        document = item.document.id
        add(project, tmp_path, "other", "Somebody met Amina Khan there. Nobody else did.\n")
        for coder in ("bo", "cem"):
            with Project.open(project.path, coder=coder) as other:
                idea = "idea won" if coder == "bo" else "idea"
                for words, code in (
                    ("We asked Ghent", "sharing"), ("Khan is how", "shaming"),
                    (idea, "storytelling"),
                ):  # fmt: skip
                    at = TALK.index(words)
                    memo = f"{coder} on daniel voorbeeld" if code == "sharing" else ""
                    other.code(document, Span(at, at + len(words)), code, memo=memo)
                other.finish([document])
        project.write_memo("document", document, "Amina Khan's brother rang; will she?")
        gone = project.code(document, Span(0, 11), "sharing", memo="Khan, by mistake")
        project.uncode(gone.id)
        yield project


def copied(project: Project, folder: Path, **asked: object) -> tuple[Path, Path]:
    """The copy and its key."""
    output, key_file, key = folder / "copy.tcn", folder / "key.json", Key()
    plan = project.find_names(["interview_amina_khan"], key=key, **asked)  # type: ignore[arg-type]
    project.pseudonymise(plan, output, key, key_file)
    return output, key_file


def restored(copy: Path, key: Path, output: Path) -> None:
    with Project.open(copy, coder="bo") as project:
        project.restore(read_key(key), output)


def rows(path: Path) -> dict[str, list[tuple]]:
    """All that is there, by table."""
    tables = [
        "document",
        "speaker",
        "coding",
        "memo",
        "settlement",
        "suggestion_answer",
        "assignment",
    ]
    with closing(sqlite3.connect(path)) as connection:
        found = {
            t: connection.execute(f"SELECT * FROM {t} WHERE NOT retired ORDER BY id").fetchall()
            for t in tables
        }
        found["text"] = connection.execute("SELECT hash, body FROM text ORDER BY hash").fetchall()
        found["segment"] = connection.execute(
            "SELECT * FROM segment ORDER BY text_hash, kind, number"
        ).fetchall()
        found["codebook"] = connection.execute("SELECT * FROM codebook_version").fetchall()
        return found


PIECES = st.sampled_from(
    ["Amina", "Amina Khan", "AMINA", "Ami\u0301na", "Khan", "Aminata", "amina", " ", "\n", "'s ",
     "-", ". ", "é", "👩‍👩‍👧", "said", "Amina-Rose", "_", "مرحبا", "Person 1"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join), st.data())
def test_a_rewritten_text_leads_back_and_spans_keep_their_words(text, data):
    finder = Finder(["Amina Khan", "Amina", "Khan"])
    hits = finder.find_in_text(text)
    new = Rewrite(text, (Replacement(h.span, "Person 7") for h in hits))
    back = Rewrite(new.text, new.back)
    assert back.text == text
    assert not finder.find_in_text(new.text)
    for hit in hits:
        words = fold(hit.span.of(text))[0]
        assert re.fullmatch(r"(amina|khan|amina[\s_-]+khan)[0-9]*", words)
        around = text[: hit.span.start][-1:] + text[hit.span.end :][:1]
        assert not any(c.isalpha() for c in around)
    if text:
        start = data.draw(st.integers(0, len(text) - 1))
        span = Span(start, data.draw(st.integers(start + 1, len(text))))
        there = new.span(span)
        # The slow, obvious way: the span, widened to the names that it cuts, then replaced.
        wide = [h.span for h in hits if h.span.overlaps(span)]
        low = min([span.start, *(s.start for s in wide)])
        high = max([span.end, *(s.end for s in wide)])
        inner = [h.span for h in hits if low <= h.span.start and h.span.end <= high]
        expected, at = "", low
        for name in inner:
            expected += text[at : name.start] + "Person 7"
            at = name.end
        assert there.of(new.text) == expected + text[at:high]
        assert back.span(there) == Span(low, high)


def test_the_longest_name_counts_and_names_inside_words_do_not():
    finder = Finder(["Amina", "Amina Khan", "Will"], {"will"})
    text = "Amina Khan, Aminata, Amina's, Amina-Rose, Anna-Amina, amina_khan.txt; he will, WILL."
    assert [hit.span.of(text) for hit in finder.find_in_text(text)] == [
        "Amina Khan", "Amina", "amina_khan", "WILL",
    ]  # fmt: skip


def test_what_names_persons_is_found_beside_titles_and_offices():
    text = (
        "The deputy mayor of Ghent, Mrs. Ada Berg, met Dr. Ülkü Şahin. Leo Marsh, the alderman,"
        " left. Councillor Jean-Luc de Wit stayed; the mayor spoke."
    )
    assert sorted((kind, words) for kind, words, _ in persons(text)) == [
        ("office", "deputy mayor of Ghent"), ("person", "Ada Berg"), ("person", "Ada Berg"),
        ("person", "Jean-Luc de Wit"), ("person", "Leo Marsh"), ("person", "Ülkü Şahin"),
    ]  # fmt: skip
    assert parts("Jean-Luc de Wit") == ["Jean-Luc", "Wit"]
    roles = {
        "Interviewer": True,
        "Policy adviser": True,
        "Q2": True,
        "Amina": False,
        "Green": False,
    }
    assert {label: is_role(label) for label in roles} == roles


def test_slips_and_unmarked_names_are_told_apart():
    text = (
        "Yesterday Amna Khan came, the will in hand. Sofia Berg stayed in Haven Street."
        " The Will is read."
    )
    assert variants([(text, [])], ["Amina Khan"]) == {"Amna Khan": ("Amina Khan", 94.1)}
    assert [words for words, _ in unmarked(text, [Span(10, 19)])] == [
        "Sofia Berg", "Haven Street", "Will",
    ]  # fmt: skip


def test_a_label_that_is_nearly_another_is_the_same_person_and_doubtful():
    naming = Naming([])
    one = naming.add("person", "Amina Example")
    assert naming.add("person", "Amina Exmple") is one
    assert naming.doubts == {"Amina Exmple": 'like "Amina Example" (95.7)'}
    assert naming.add("person", "Amina Sample") is not one


def test_segments_that_end_inside_a_name_do_not_overlap():
    text = "We met Dr. Amina there. Yes."
    new = Rewrite(text, [Replacement(Span(7, 16), "Person 1")])
    cut = [Segment("sentence", 1, Span(0, 10)), Segment("sentence", 2, Span(11, 23))]
    assert [s.span.of(new.text) for s in new.segments(cut)] == ["We met Person 1", "there."]


def test_a_copy_holds_no_name_in_any_cell_or_byte(talk, tmp_path):
    before = rows(talk.path)
    copy, _ = copied(talk, tmp_path)
    data = copy.read_bytes()
    assert all(name.encode() not in data.replace(b"Annamina", b"").replace(b"Amina-Rose", b"")
               for name in NAMES)  # fmt: skip
    assert not list(tmp_path.glob("copy.tcn-*")) and not list(tmp_path.glob("*.part"))
    found = json.dumps(rows(copy)).casefold().replace("annamina", "").replace("amina-rose", "")
    assert not re.search(r"khan|voorbeeld|\bamina", found)
    with closing(sqlite3.connect(copy)) as connection:
        for words, expected in (("khan", 0), ("person", 2)):
            (n,) = connection.execute(
                "SELECT count(*) FROM text_search WHERE text_search MATCH ?", (words,)
            ).fetchone()
            assert n == expected
    with Project.open(copy, coder="bo") as project:
        assert project.problems() == []
        assert [s.label for s in project.speakers(project.document_id("interview"))] == [
            "Interviewer", "Person 1",
        ]  # fmt: skip
    assert rows(talk.path) == before, "the project itself stays as it is"


def test_codings_differ_by_the_replaced_names_alone(talk, tmp_path):
    copy, _ = copied(talk, tmp_path)

    def told(project: Project) -> list[tuple[str, str, str, str]]:
        document = project.document_id("interview")
        return sorted(
            (c.coder, c.code, project.quote(document, c.span), c.memo)
            for c in project.codings(document=document)
        )

    with Project.open(copy, coder="bo") as project:
        assert told(project) == [
            ("bo", "shaming", "Person 1 is how", ""),
            ("bo", "sharing", "We asked Ghent", "bo on Person 2"),
            ("bo", "storytelling", "idea won", ""),
            ("cem", "shaming", "Person 1 is how", ""),
            ("cem", "sharing", "We asked Ghent", "cem on Person 2"),
            ("cem", "storytelling", "idea", ""),
        ]
        assert {"bo", "cem"} == {a.coder for a in project.assignments() if a.finished}, (
            "who finished it has finished it"
        )


def test_the_way_back_gives_the_same_rows(talk, tmp_path):
    """Texts, segments, speakers, codings, decisions, answers, memos: all but what was deleted."""
    document = talk.document_id("interview")
    at = TALK.index("Amina's idea")
    span = Span(at, at + 12)
    evidence = (Evidence("word", "Amina", Span(at, at + 3), 0.5, "Khan"),)
    key = suggestion_id(document, span, "showcasing")
    with talk._action("suggest"):
        talk._store.replace_suggestions(
            document, [Suggestion(key, document, span, "showcasing", 0.9, evidence)]
        )
    talk.accept(key)
    first, *_ = talk.to_settle(["bo", "cem"]).differences
    talk.settle(first, "union", memo="as Khan said")
    copy, key_file = copied(talk, tmp_path)
    restored(copy, key_file, tmp_path / "home.tcn")
    home = rows(tmp_path / "home.tcn")
    assert home == rows(talk.path)
    assert all(home.values()), "each table has something to lose"


def test_two_codings_that_become_one_are_parted_again(talk, tmp_path):
    document, at = talk.document_id("interview"), TALK.index("Amina Khan:")
    talk.code(document, Span(at, at + 5), "showcasing", memo="first name")
    talk.code(document, Span(at + 6, at + 10), "showcasing", memo="surname")
    copy, key = copied(talk, tmp_path)
    with Project.open(copy, coder="bo") as project:
        (one,) = project.codings(code="showcasing")
        assert project.quote(one.document, one.span) == "Person 1"
        assert one.memo == "first name\n\nsurname", "in the order of the text"
        assert project.problems() == []
    restored(copy, key, tmp_path / "home.tcn")
    assert rows(tmp_path / "home.tcn") == rows(talk.path)


def test_what_is_done_in_the_copy_comes_home(talk, tmp_path):
    copy, key = copied(talk, tmp_path)
    with Project.open(copy, coder="dee") as project:
        document = project.document_id("interview")
        at = project.text(document).index("Person 1's idea")
        project.code(document, Span(at, at + 15), "showcasing", memo="so says Person 1")
    with Project.open(copy, coder="bo") as project:
        (mine,) = [c.id for c in project.codings(code="storytelling") if c.coder == "bo"]
        project.uncode(mine)
    document = talk.document_id("interview")
    (later,) = [c for c in talk.codings(code="sharing") if c.coder == "bo"]
    talk.code(document, later.span, "sharing", memo="changed here since")
    restored(copy, key, tmp_path / "home.tcn")
    talk.merge([tmp_path / "home.tcn"])
    new = [(talk.quote(document, c.span), c.memo) for c in talk.codings(code="showcasing")]
    assert new == [("Amina's idea", "so says Amina Khan")]
    assert not [c for c in talk.codings(code="storytelling") if c.coder == "bo"], "deleted there"
    assert talk.problems() == []


def test_a_copy_and_its_original_are_not_merged(talk, tmp_path, tcncode: Run):
    copy, _ = copied(talk, tmp_path)
    for one, other in ((talk.path, copy), (copy, talk.path)):
        ran = tcncode("-p", one, "merge", other, "--unrelated")
        assert ran.code == 2 and "pseudonymised alike" in ran.err


def test_the_key_is_for_its_owner_and_goes_on_with_its_pseudonyms(talk, tmp_path, tcncode: Run):
    command = ("-p", talk.path, "pseudonymise", "interview", "--yes", "--key", "k.json", "-o")
    ran = tcncode(*command, "one.tcn")
    assert ran.code == 0, ran.err
    assert stat.S_IMODE((tmp_path / "k.json").stat().st_mode) == 0o600
    first = {n.forms[0]: n.pseudonym for n in read_key(tmp_path / "k.json").names}
    assert first["Amina Khan"] == "Person 1"
    add(talk, tmp_path, "second", "Dr Zoe Lund: We came.\n\nAmina Khan: Yes, we came.\n" * 3)
    ran = tcncode(
        "-p", talk.path, "pseudonymise", "second", "--yes", "--key", "k.json", "-o", "b.tcn"
    )
    assert ran.code == 0, ran.err
    second = {n.forms[0]: n.pseudonym for n in read_key(tmp_path / "k.json").names}
    assert {name: second[name] for name in first} == first and second["Zoe Lund"] == "Person 4"
    # The first copy still leads back.
    assert tcncode("-p", "one.tcn", "pseudonymise", "--restore", "k.json", "-o", "h.tcn").code == 0


def test_nothing_is_made_without_being_confirmed(talk, tmp_path, tcncode: Run):
    files = set(tmp_path.iterdir())
    before = rows(talk.path)
    ran = tcncode("-p", talk.path, "pseudonymise", "interview", "-o", "c.tcn")
    assert ran.code == 2 and "--yes" in ran.err
    ran = tcncode("-p", talk.path, "pseudonymise", "interview", "--dry-run", "--format", "json")
    assert ran.code == 0 and "dry run" in ran.err
    found = {row["words"]: row for row in json.loads(ran.out)}
    assert found["Amina Khan"]["pseudonym"] == "Person 1" and found["Amina Khan"]["times"] == 4
    assert found["Amna Khan"]["doubt"] == 'like "Amina Khan" (94.1)'
    assert found["Sofia Berg"]["pseudonym"] is None
    assert "Interviewer" not in found
    assert {p.name for p in tmp_path.iterdir()} - {p.name for p in files} <= {
        "study.tcn-wal", "study.tcn-shm",
    }  # fmt: skip
    assert rows(talk.path) == before


@pytest.mark.parametrize(("answer", "made"), [("n", False), ("y", True)])
def test_on_a_terminal_it_asks(talk, tmp_path, tcncode: Run, monkeypatch, answer, made):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
    ran = tcncode("-p", talk.path, "pseudonymise", "interview", "-o", "c.tcn")
    assert ran.code == 0 and "Make c.tcn?" in ran.out + ran.err
    assert [(tmp_path / name).exists() for name in ("c.tcn", "c.key.json")] == [made, made]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["interview", "-o", "study.tcn", "--yes"], "is already there"),
        (["interview", "-o", "c.tcn", "--yes", "--key", "other.json"], "no key of tcncode"),
        (["interview", "--dry-run", "--keep", "Nobody"], 'no name "Nobody" to keep'),
        (["interview", "--dry-run", "--names", "bad.csv"], 'line 1: there is no column "name"'),
        (["interview", "--dry-run", "--names", "worse.csv"], 'line 2: "A: B" cannot stand'),
        (["interview", "-o", "c.tcn", "--yes", "--key", "c.tcn"], "another file for the key"),
        (["--restore", "other.json", "-o", "c.tcn"], "no key of tcncode"),
        (["interview"], "-o COPY.tcn"),
        ([], "Name the transcripts"),
        (["nothing", "--dry-run"], "nothing"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(talk, tmp_path, tcncode: Run, words, said):
    (tmp_path / "other.json").write_text("{}")
    (tmp_path / "bad.csv").write_text("who\nAmina\n")
    (tmp_path / "worse.csv").write_text("name,pseudonym\nAmina,A: B\n")
    ran = tcncode("-p", talk.path, "pseudonymise", *words)
    assert ran.code in (1, 2) and said in ran.err and len(ran.err.splitlines()) == 1
    assert not (tmp_path / "c.tcn").exists() and (tmp_path / "other.json").read_text() == "{}"


def test_listed_names_get_their_pseudonyms_and_kept_ones_stay(talk, tmp_path):
    table = tmp_path / "names.csv"
    table.write_text("name;pseudonym\nSofia Berg;Rosa\nKhan;The Family\n", encoding="utf-8")
    copy, _ = copied(talk, tmp_path, listed=table, keep=["mayor of Ghent"])
    with Project.open(copy, coder="bo") as project:
        text = project.text(project.document_id("interview"))
    assert "I met Rosa." in text and "The mayor of Ghent, Person" in text
    assert "Amina" not in text.replace("Amina-Rose", "")


def test_cities_and_networks_are_replaced_where_asked(tmp_path):
    with make(tmp_path) as project:
        from tcncode.model import City, Membership, Network

        project.load_networks(
            [Network("eurocities", "Eurocities", "EUCI/ECI", url="https://eurocities.eu")],
            [City("ghent", "Ghent", "Belgium", population=260000)],
            [Membership("ghent", "eurocities", True, "Ghent's page")],
        )
        add(project, tmp_path, "talk", "We in Ghent joined Eurocities. GHENT pays.\n", "eurocities")
        add(project, tmp_path, "eci-page", "The ECI met.\n")
        key = Key()
        plan = project.find_names(["talk"], key=key, cities=True, networks=True)
        project.pseudonymise(plan, tmp_path / "c.tcn", key, tmp_path / "k.json")
        assert not re.search(
            rb"(?i)ghent|belgium|eurocities|\beci\b", (tmp_path / "c.tcn").read_bytes()
        )
        with Project.open(tmp_path / "c.tcn", coder="amina") as copy:
            assert (
                copy.text(copy.document_id("talk"))
                == "We in City A joined Network A. City A pays.\n"
            )
            assert copy.document_entry("talk").network == "network-a"
            assert [(m.city, m.network) for m in copy.memberships()] == [("city-a", "network-a")]
            assert copy.problems() == []
        restored(tmp_path / "c.tcn", tmp_path / "k.json", tmp_path / "h.tcn")
        with Project.open(tmp_path / "h.tcn", coder="amina") as home:
            assert home.cities() == project.cities() and home.networks() == project.networks()
            assert home.memberships() == project.memberships()
            assert home.document("talk") == project.document("talk")


def test_coders_keep_their_names_and_a_kept_name_keeps_its_pseudonym(tmp_path, tcncode: Run):
    with make(tmp_path) as project:
        add(project, tmp_path, "talk", "Amina: We came.\n\nBo Lund: So we did.\n" * 3)
        project.write_memo("code", "sharing", "asked the accountant")
    (tmp_path / "n.csv").write_text("name,pseudonym\nBo Lund,the accountant\n", encoding="utf-8")
    command = ("-p", "study.tcn", "pseudonymise", "talk", "--yes", "--key", "k.json")
    ran = tcncode(*command, "--names", "n.csv", "-o", "a.tcn")
    assert "Coders keep their names: amina." in ran.err
    assert tcncode("-p", "a.tcn", "check").code == 0
    # The same words in a memo that nobody wrote there are nobody's name.
    assert tcncode("-p", "a.tcn", "pseudonymise", "--restore", "k.json", "-o", "h.tcn").code == 0
    assert "asked the accountant" in tcncode("-p", "h.tcn", "memos").out
    assert tcncode(*command, "--keep", "Amina", "-o", "b.tcn").code == 0
    assert tcncode("-p", "b.tcn", "show", "talk").out.startswith("Amina: We came.")
    names = {n.forms[0]: n.pseudonym for n in read_key(tmp_path / "k.json").names}
    assert names == {"Amina": "Person 1", "Bo Lund": "the accountant"}


def test_a_name_that_would_stay_is_told_and_nothing_is_made(talk, tmp_path, tcncode: Run):
    table = tmp_path / "names.csv"
    table.write_text("name\nseeking-support\n", encoding="utf-8")  # the path of a code
    ran = tcncode("-p", talk.path, "pseudonymise", "interview", "--names", table, "-o", "c.tcn",
                  "--yes")  # fmt: skip
    assert ran.code == 1 and "would still hold a name" in ran.err.splitlines()[-1]
    assert not list(tmp_path.glob("c.*"))


def test_the_key_tells_nothing_of_what_others_code_blind(talk, tmp_path):
    talk.finish(["interview_amina_khan"], finished=False)
    talk.assign(["interview_amina_khan"], ["bo", "cem"], blind=True)
    copy, key_file = copied(talk, tmp_path)
    key = key_file.read_text(encoding="utf-8")
    assert "bo on daniel voorbeeld" in key and "cem on" not in key
    (told,) = json.loads(key)["copies"].values()
    assert len(told["spans"]) == 1, "her own alone"
    with Project.open(copy, coder="bo") as project:
        assert {c.coder for c in project.codings()} == {"bo"}
