"""Copies without names lead back to the very same rows, whatever was coded across the names."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import CODEBOOK, Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tcncode.errors import ProjectError, ReadError
from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.model import City, Membership, Network, Suggestion, suggestion_id
from tcncode.project import Project, pseudonymising
from tcncode.pseudonyms.key import Key, read_key
from tcncode.pseudonyms.rewriting import Replacement, Rewrite
from tcncode.schema import JOURNALED
from tcncode.store import Store
from tcncode.text import Span

TALK = (
    "Amina Khan: We came 👩‍👩‍👧 with Danie\u0308l Voorbeeld.\n\nAmina: Good.\n\n"
    "Amina Khan: Yes, Amina.\n"
)
OTHER = "Somebody met Amina Khan there. Nobody else did.\n"


def brought(project: Project, folder: Path, name: str, text: str) -> str:
    """Import an interview; its document's id."""
    path = folder / f"{name}.txt"
    path.write_text(text, encoding="utf-8")
    item = read_one(path, options=Metadata(kind="interview"), row=None)
    project.import_files([item])
    return item.document.id


@dataclass(frozen=True)
class Study:
    """A project in a folder of its own; the coder is bo."""

    project: Project
    folder: Path
    talk: str
    """The id of the interview."""

    def pseudonymise(self, **asked: object) -> None:
        """Make ``copy.tcn`` and ``key.json``."""
        key = Key()
        plan = self.project.find_names(["talk"], key=key, **asked)  # type: ignore[arg-type]
        self.project.pseudonymise(plan, self.copy, key, self.key)

    def restore(self) -> None:
        """Make ``home.tcn``."""
        with Project.open(self.copy, coder="bo") as project:
            project.restore(read_key(self.key), self.home)

    def as_coder(self, coder: str) -> Project:
        return Project.open(self.project.path, coder=coder)

    @property
    def copy(self) -> Path:
        return self.folder / "copy.tcn"

    @property
    def key(self) -> Path:
        return self.folder / "key.json"

    @property
    def home(self) -> Path:
        return self.folder / "home.tcn"


@pytest.fixture(scope="session")
def made_talks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("talks")
    with Project.create(folder / "study.tcn", codebook=CODEBOOK, coder="bo") as project:
        brought(project, folder, "talk", TALK)
        brought(project, folder, "other", OTHER)
        return project.path


@pytest.fixture
def new_talks(made_talks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    opened: list[Project] = []

    def fresh() -> Study:
        folder = tmp_path_factory.mktemp("study")
        opened.append(Project.open(Path(shutil.copy(made_talks, folder / "study.tcn")), coder="bo"))
        return Study(opened[-1], folder, opened[-1].document_id("talk"))

    yield fresh
    for project in opened:
        project.close()


@pytest.fixture
def talks(new_talks) -> Study:
    return new_talks()


def rows(path: Path) -> dict[str, list[tuple]]:
    """All that is there, by table: every column, who wrote it and when."""
    with closing(sqlite3.connect(path)) as connection:
        found = {
            table: connection.execute(
                f"SELECT * FROM {table} WHERE NOT retired ORDER BY id"
            ).fetchall()
            for table in JOURNALED
        }
        # The number of a text is SQLite's own.
        for table in ("text", "segment", "codebook_version"):
            columns = "hash, characters, body" if table == "text" else "*"
            asked = connection.execute(f"SELECT {columns} FROM {table}")
            found[table] = sorted(asked.fetchall(), key=repr)
        return found


PLACES = [
    (start, end)
    for at in (0, TALK.index("Danie"), TALK.rindex("Amina Khan"))
    for start, end in (
        (at, at + 10), (at, at + 5), (at + 6, at + 10), (at + 2, at + 8), (at, at + 4),
        (at + 3, at + 10), (at, at + 14), (at + 7, at + 15),
    )
]  # fmt: skip
PLACE = st.sampled_from(PLACES)
CODE = st.sampled_from(["sharing", "shaming"])
MEMO = st.sampled_from(["", "plain", "as Khan said", "amina, again"])
WHO = st.sampled_from(["bo", "cem"])
STEP = st.one_of(
    st.tuples(st.just("code"), WHO, PLACE, CODE, MEMO),
    st.tuples(st.just("code"), WHO, st.sampled_from(PLACES[:6]), st.just("sharing"), MEMO),
    st.tuples(st.just("uncode"), WHO, st.integers(0, 9)),
    st.tuples(st.just("answer"), WHO, PLACE, CODE, st.booleans()),
    st.tuples(st.just("settle"), WHO, st.integers(0, 9), st.sampled_from(["both", "union"]), MEMO),
)


def take(study: Study, project: Project, step: tuple) -> None:
    """One thing that a coder does."""
    what, _, *rest = step
    document = study.talk
    if what == "code":
        place, code, memo = rest
        project.code(document, Span(*place), code, memo=memo)
    elif what == "uncode":
        mine = [c.id for c in project.codings(document=document) if c.coder == project.coder]
        if mine:
            project.uncode(mine[rest[0] % len(mine)])
    elif what == "answer":
        place, code, accepted = rest
        key = suggestion_id(document, Span(*place), code)
        with project._action("suggest"):
            project._store.replace_suggestions(
                document, [Suggestion(key, document, Span(*place), code, 0.9, ())]
            )
        if any(one.id == key for one in project.suggestions()):  # not what was answered before
            (project.accept if accepted else project.reject)(key)
    else:
        number, how, memo = rest
        differences = project.to_settle(["bo", "cem"]).differences
        if differences:
            project.settle(differences[number % len(differences)], how, memo=memo)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, min_size=1, max_size=10))
def test_the_way_back_gives_the_same_rows_whatever_was_coded(new_talks, steps):
    study: Study = new_talks()
    with study.as_coder("cem") as cem:
        for project in (study.project, cem):
            project.code(study.talk, Span(0, 5), "sharing")
            project.finish([study.talk])
        for step in steps:
            take(study, study.project if step[1] == "bo" else cem, step)
    before = rows(study.project.path)
    study.pseudonymise()
    study.restore()
    assert rows(study.home) == before
    for path in (study.copy, study.home):
        with Project.open(path, coder="bo") as made:
            assert made.problems() == []
    study.project.merge([study.home])
    merged = rows(study.project.path)
    for each in (merged, before):  # what follows from decisions any merge works out anew
        each["coding"] = [row for row in each["coding"] if "settled" not in row]
    assert merged == before, "nothing is lost or doubled where it came from"


def codings(path: Path) -> list[tuple[str, str, str]]:
    """Coder, quotation and memo of each coding."""
    with Project.open(path, coder="bo") as project:
        return sorted(
            (c.coder, project.quote(c.document, c.span), c.memo) for c in project.codings()
        )


@pytest.mark.parametrize("part", [(0, 5), (6, 10), (2, 8), (0, 4), (3, 10)])
@pytest.mark.parametrize("memos", [("plain", "of Khan"), ("of Khan", "plain"), ("", "")])
def test_a_name_and_a_part_of_it_that_are_coded_alike_are_parted_again(talks, part, memos):
    talks.project.code(talks.talk, Span(0, 10), "sharing", memo=memos[0])
    talks.project.code(talks.talk, Span(*part), "sharing", memo=memos[1])
    before = rows(talks.project.path)
    talks.pseudonymise()
    joined = "\n\n".join(filter(None, memos)).replace("Khan", "Person 1")
    assert codings(talks.copy) == [("bo", "Person 1", joined)], "the whole name's memo first"
    talks.restore()
    assert rows(talks.home) == before


@pytest.mark.parametrize("part", [(0, 5), (6, 10), (2, 8), (0, 4), (3, 10)])
def test_what_was_deleted_moves_nothing_that_is_there(talks, part):
    gone = talks.project.code(talks.talk, Span(*part), "sharing", memo="by mistake, Khan")
    talks.project.uncode(gone.id)
    talks.project.code(talks.talk, Span(0, 10), "sharing", memo="as Khan said")
    before = rows(talks.project.path)
    talks.pseudonymise()
    talks.restore()
    assert rows(talks.home) == before
    assert "by mistake" not in talks.key.read_text(encoding="utf-8")


def test_a_text_is_led_back_once_however_many_codings_it_has(talks, monkeypatch):
    for start, end in PLACES:
        talks.project.code(talks.talk, Span(start, end), "sharing")
    made = []
    build = Rewrite.__init__

    def counted(self: Rewrite, text: str, replacements: Iterable[Replacement]) -> None:
        made.append(text)
        build(self, text, replacements)

    monkeypatch.setattr(Rewrite, "__init__", counted)
    talks.pseudonymise()
    assert sum(text.startswith("Person 1: We came") for text in made) <= 2  # spans, and segments


def test_what_others_code_blind_is_not_doubled_by_the_way_home(talks):
    for coder in ("bo", "cem"):
        with talks.as_coder(coder) as project:
            project.code(talks.talk, Span(6, 20), "sharing", memo=f"{coder} on amina khan")
            project.code(talks.talk, Span(12, 16), "shaming", memo=f"{coder} on amina khan")
    talks.project.assign(["talk"], ["bo", "cem"], blind=True)
    before = rows(talks.project.path)
    talks.pseudonymise()
    with Project.open(talks.copy, coder="cem") as copy:
        (plain,) = copy.codings(code="shaming")
        copy.code(plain.document, plain.span, "shaming", memo="changed in the copy")
        copy.code(plain.document, Span(0, 8), "showcasing", memo="so says Person 1")
    talks.restore()
    talks.project.merge([talks.home])
    merged = rows(talks.project.path)
    new = [row for row in merged["coding"] if row not in before["coding"]]
    assert sorted((row[5], row[2], row[3], row[6]) for row in new) == [
        ("cem", 0, 10, "so says Amina Khan"),
        ("cem", 12, 16, "cem on Amina Khan\nchanged in the copy"),
    ]  # fmt: skip
    old = {row[0] for row in before["coding"]}
    assert {row[0] for row in merged["coding"]} - old == {row[0] for row in new} - old
    assert len(merged["coding"]) == len(before["coding"]) + 1
    assert talks.project.problems() == []
    assert {k: v for k, v in merged.items() if k != "coding"} == {
        k: v for k, v in before.items() if k != "coding"
    }


def test_speakers_that_become_one_are_parted_in_what_is_coded_blind(talks):
    """Who imported a document, and who speaks in it, is nobody's secret."""
    talks.project.assign(["talk"], ["bo", "cem"], blind=True)
    before = rows(talks.project.path)
    with talks.as_coder("cem") as cem:
        key = Key()
        cem.pseudonymise(cem.find_names(["talk"], key=key), talks.copy, key, talks.key)
    talks.restore()
    assert rows(talks.home)["speaker"] == before["speaker"]


def test_texts_that_would_become_the_same_are_named_and_nothing_is_made(talks):
    brought(talks.project, talks.folder, "shouted", TALK.replace("Amina Khan", "AMINA KHAN"))
    with pytest.raises(ProjectError, match="would have the same words"):
        talks.pseudonymise()
    assert not talks.copy.exists() and not talks.key.exists()
    assert not list(talks.folder.glob("*.part"))


def test_a_text_that_was_imported_again_into_the_copy_is_named(talks):
    talks.pseudonymise()
    with Project.open(talks.copy, coder="bo") as copy:
        brought(copy, talks.folder, "again", TALK)
    with pytest.raises(ProjectError, match="again"):
        talks.restore()
    assert not talks.home.exists()


def test_a_city_whose_id_is_like_a_pseudonym_stays_beside_it(talks):
    cities = [City("ghent", "Ghent", "Belgium", population=260000), City("city-a", "Cityville")]
    talks.project.load_networks(
        [Network("eurocities", "Eurocities")], cities,
        [Membership(city.id, "eurocities", True, "") for city in cities],
    )  # fmt: skip
    brought(talks.project, talks.folder, "place", "Amina: We in Ghent came.\n")
    key = Key()
    plan = talks.project.find_names(["talk", "place"], key=key, cities=True)
    talks.project.pseudonymise(plan, talks.copy, key, talks.key)
    before = rows(talks.project.path)
    with Project.open(talks.copy, coder="bo") as copy:
        assert {(c.id, c.name, c.country) for c in copy.cities()} == {
            ("city-a", "Cityville", ""), ("city-a-2", "City A", ""),
        }  # fmt: skip
    talks.restore()
    assert rows(talks.home) == before


def test_what_is_written_of_a_city_in_the_copy_comes_home(talks):
    talks.project.load_networks([], [City("ghent", "Ghent", "Belgium", population=260000)], [])
    brought(talks.project, talks.folder, "place", "Amina: We in Ghent came.\n")
    key = Key()
    plan = talks.project.find_names(["talk", "place"], key=key, cities=True)
    talks.project.pseudonymise(plan, talks.copy, key, talks.key)
    with Project.open(talks.copy, coder="bo") as copy:
        (city,) = copy.cities()
        copy.load_networks([], [replace(city, note="asked again")], [])
    talks.restore()
    with Project.open(talks.home, coder="bo") as home:
        assert home.cities() == [
            City("ghent", "Ghent", "Belgium", population=260000, note="asked again")
        ]


def test_the_way_home_of_a_copy_of_a_copy_leads_through_both(talks):
    """A name that was missed is replaced in a copy of the copy, with the same key."""
    talks.project.code(talks.talk, Span(6, 20), "sharing", memo="as Khan said")
    brought(talks.project, talks.folder, "more", "Amina: I met Sofia Berg.\n")
    before = rows(talks.project.path)
    talks.pseudonymise()
    with Project.open(talks.copy, coder="bo") as copy:
        document = copy.document_id("talk")
        made = copy.code(document, Span(0, 8), "shaming", memo="so Person 1 told Sofia Berg")
        again, key = talks.folder / "again.tcn", read_key(talks.key)
        listed = talks.folder / "names.csv"
        listed.write_text("name\nSofia Berg\n", encoding="utf-8")
        plan = copy.find_names(["more"], key=key, listed=listed)
        copy.pseudonymise(plan, again, key, talks.key)
    with Project.open(again, coder="bo") as project:
        told = project.restore(read_key(talks.key), talks.home)
    assert not told.still_one and not list(talks.folder.glob("*.part*"))
    home = rows(talks.home)
    (new,) = [row for row in home["coding"] if row not in before["coding"]]
    assert (new[2], new[3], new[6]) == (0, 10, "so Amina Khan told Sofia Berg")
    assert {**home, "coding": [row for row in home["coding"] if row != new]} == before
    talks.project.merge([talks.home])
    assert rows(talks.project.path) == home
    assert made.memo.startswith("so Person 1")
    # With the key of the second copy alone it is the first that comes back, marked as that.
    only = read_key(talks.key)
    (first,) = [mark for mark, carried in only.copies.items() if not carried.mark]
    del only.copies[first]
    with Project.open(again, coder="bo") as project:
        assert project.restore(only, talks.folder / "first.tcn").still_one
    with Project.open(talks.folder / "first.tcn", coder="bo") as project:
        project.restore(read_key(talks.key), talks.folder / "home2.tcn")
    assert rows(talks.folder / "home2.tcn")["text"] == before["text"]


def test_of_two_runs_with_one_key_the_later_is_refused(talks):
    talks.pseudonymise()
    for name, who in (("one", "Zoe Lund"), ("two", "Ivo Marsh")):
        brought(talks.project, talks.folder, name, f"{who}: We came, said {who}.\n")
    keys = {name: read_key(talks.key) for name in ("one", "two")}
    plans = {name: talks.project.find_names([name], key=key) for name, key in keys.items()}
    talks.project.pseudonymise(plans["one"], talks.folder / "one.tcn", keys["one"], talks.key)
    written = talks.key.read_text(encoding="utf-8")
    with pytest.raises(ReadError, match="meanwhile"):
        talks.project.pseudonymise(plans["two"], talks.folder / "two.tcn", keys["two"], talks.key)
    assert talks.key.read_text(encoding="utf-8") == written
    assert not list(talks.folder.glob("two.tcn*")) and not list(talks.folder.glob("*.part"))
    # One that is about to write it is waited for.
    part = talks.folder / "key.json.part"
    part.touch()
    key = read_key(talks.key)
    plan = talks.project.find_names(["two"], key=key)
    with pytest.raises(ReadError, match="being written"):
        talks.project.pseudonymise(plan, talks.folder / "two.tcn", key, talks.key)
    assert part.exists() and not (talks.folder / "two.tcn").exists()
    part.unlink()
    talks.project.pseudonymise(plan, talks.folder / "two.tcn", key, talks.key)
    names = [name.pseudonym for name in read_key(talks.key).names]
    assert len(names) == len(set(names))


def test_a_new_key_takes_the_place_of_no_file(talks):
    key = Key()
    plan = talks.project.find_names(["talk"], key=key)
    talks.key.write_text("mine")
    with pytest.raises(ReadError, match="meanwhile"):
        talks.project.pseudonymise(plan, talks.copy, key, talks.key)
    assert talks.key.read_text() == "mine" and not talks.copy.exists()


def test_a_file_that_appeared_where_the_copy_goes_stays(talks, monkeypatch):
    key = Key()
    plan = talks.project.find_names(["talk"], key=key)
    copying = pseudonymising.copying.copy

    def slowly(source: sqlite3.Connection, target: Path, *args: object, **asked: object) -> object:
        talks.copy.write_text("mine")
        return copying(source, target, *args, **asked)  # type: ignore[arg-type]

    monkeypatch.setattr(pseudonymising.copying, "copy", slowly)
    with pytest.raises(ProjectError, match="already there"):
        talks.project.pseudonymise(plan, talks.copy, key, talks.key)
    assert talks.copy.read_text() == "mine" and not talks.key.exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda key: key["names"][0].update(forms="Amina"),
        lambda key: key["names"][0].update(forms=[]),
        lambda key: next(iter(key["copies"].values())).update(cells=[]),
        lambda key: next(iter(key["copies"].values())).update(more={}),
        lambda key: key.update(copies=[]),
    ],
)
def test_a_key_that_was_edited_is_told(talks, damage):
    talks.pseudonymise()
    key = json.loads(talks.key.read_text(encoding="utf-8"))
    damage(key)
    talks.key.write_text(json.dumps(key), encoding="utf-8")
    with pytest.raises(ReadError, match="is damaged"):
        read_key(talks.key)


def test_the_copy_never_takes_the_place_of_its_key(talks, tcncode: Run, tmp_path):
    same = tmp_path.resolve() / "c.db"
    ran = tcncode("-p", talks.project.path, "pseudonymise", "talk", "--yes", "-o", "c.db",
                  "--key", same)  # fmt: skip
    assert ran.code == 2 and "another file for the key" in ran.err and not same.exists()


def test_a_dry_run_asks_for_no_key(talks, tcncode: Run, tmp_path):
    (tmp_path / "c.key.json").write_text("{}")
    ran = tcncode("-p", talks.project.path, "pseudonymise", "talk", "--dry-run", "-o", "c.tcn")
    assert ran.code == 0 and "dry run" in ran.err


def test_it_says_that_these_names_are_gone_and_no_more(talks, tcncode: Run):
    ran = tcncode("-p", talks.project.path, "pseudonymise", "talk", "--yes", "-o", "c.tcn")
    assert ran.code == 0 and "none of these names is left" in ran.err


def test_to_delete_in_the_copy_what_had_become_one_is_to_delete_both(talks):
    for part in ((0, 10), (0, 5)):
        talks.project.code(talks.talk, Span(*part), "sharing")
    talks.pseudonymise()
    with Project.open(talks.copy, coder="bo") as copy:
        (one,) = copy.codings()
        copy.uncode(one.id)
        copy.remove_code("sharing")
    talks.restore()
    talks.project.merge([talks.home])
    assert codings(talks.project.path) == [] and talks.project.problems() == []


def test_what_is_added_in_the_copy_to_a_coded_name_comes_home(talks):
    talks.project.code(talks.talk, Span(0, 10), "sharing", memo="plain")
    talks.pseudonymise()
    with Project.open(talks.copy, coder="bo") as copy:
        copy.code(copy.document_id("talk"), Span(0, 3), "sharing", memo="more on Person 1")
    talks.restore()
    talks.project.merge([talks.home])
    assert codings(talks.project.path) == [("bo", "Amina Khan", "plain\n\nmore on Amina Khan")]


def test_a_decision_made_in_the_copy_holds_for_what_had_become_one_there(talks):
    for part in ((0, 10), (0, 5)):
        talks.project.code(talks.talk, Span(*part), "sharing")
    with talks.as_coder("cem") as cem:
        cem.code(talks.talk, Span(0, 14), "sharing")
        for project in (talks.project, cem):
            project.finish([talks.talk])
    talks.pseudonymise()
    with Project.open(talks.copy, coder="bo") as copy:
        (one,) = copy.to_settle(["bo", "cem"]).differences
        copy.settle(one, "union", memo="as Person 1 said")
    talks.restore()
    talks.project.merge([talks.home])
    (here,) = talks.project._store.settlements()
    assert here.memo == "as Amina Khan said" and len(here.codings) == 3
    found = talks.project.to_settle(["bo", "cem"])
    assert {difference.id for difference in found.differences} == {here.id}
    assert talks.project.problems() == []


def test_who_codes_blind_is_asked_as_often_for_many_rows_as_for_one(talks, monkeypatch, tmp_path):
    asked = []
    blind = Store.blind_documents
    monkeypatch.setattr(Store, "blind_documents", lambda store: asked.append(1) or blind(store))
    often = []
    for places in (PLACES[:1], PLACES):
        for start, end in places:
            talks.project.code(talks.talk, Span(start, end), "sharing")
        asked.clear()
        plan = talks.project.find_names([talks.talk], key=(key := Key()))
        talks.project.pseudonymise(plan, tmp_path / f"{len(often)}.tcn", key,
                                   tmp_path / f"{len(often)}.json")  # fmt: skip
        often.append(len(asked))
    assert often[0] == often[1]
