"""Whose codings count, and where: the same choice in every report, and no passage twice."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest import CODEBOOK, add
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from report_study import BOOK, HAND, TEXTS, TOP, coding, made, on, rows, some_codings

from tcncode.errors import TcncodeError, UsageError
from tcncode.importing.codings import CodingRow
from tcncode.model import Coding, Network, Table
from tcncode.page import between, texts
from tcncode.page.contents import Study
from tcncode.project import Project, report_command
from tcncode.project.reporting import MADE
from tcncode.reports import Filters
from tcncode.reports.columns import PACKED, Columns, by_place
from tcncode.reports.counting import few
from tcncode.reports.frequencies import table as frequencies
from tcncode.reports.networks import table as networks
from tcncode.text import Span

MAJORITY = Filters(combine="majority")
ALL_REPORTS = [name for name in MADE if name != "profile"]


# Several coders


def painted(codings: Sequence[Coding], path: str, enough: Callable[[int, int], bool]) -> int:
    """Characters that enough coders coded with a code or one below it, of those who coded the
    document; one character at a time."""
    ids = {c.id for c in BOOK.under(path)}
    found = 0
    for key, text in TEXTS.items():
        here = [c for c in codings if c.document == key]
        worked = {c.coder for c in here}
        for place in range(len(text)):
            who = {c.coder for c in here if c.code in ids and c.span.start <= place < c.span.end}
            found += bool(who) and enough(len(who), len(worked))
    return found


@example_settings(deadline=None)
@given(some_codings(coders=("amina", "ben", "cleo")))
def test_a_majority_is_more_than_half_of_those_who_coded_the_document(
    codings: list[Coding],
) -> None:
    found = rows(frequencies(made(codings, filters=MAJORITY)), "code")
    for path, record in found.items():
        want = painted(codings, path, lambda who, of: 2 * who > of)
        assert record["characters"] == want, path


@example_settings(deadline=None)
@given(some_codings(coders=("amina", "ben", "cleo")))
def test_the_majority_never_covers_more_than_the_union(codings: list[Coding]) -> None:
    union = rows(frequencies(made(codings)), "code")
    for path, record in rows(frequencies(made(codings, filters=MAJORITY)), "code").items():
        for column in ("codings", "documents", "characters", "words"):
            assert record[column] <= union[path][column], (path, column)


@example_settings(deadline=None)
@given(some_codings(), st.data())
def test_a_second_coder_on_the_same_passages_changes_nothing_but_codings_and_coders(
    codings: list[Coding], data: st.DataObject
) -> None:
    some = data.draw(st.lists(st.sampled_from(codings), unique=True)) if codings else []
    again = [coding(c.document, c.span.start, c.span.end, c.code, "zoe") for c in some]
    for count in (frequencies, networks):
        once, twice = count(made(codings)), count(made([*codings, *again]))
        for one, two in zip(once.records(), twice.records(), strict=True):
            for column in set(one) - {"codings", "coders"}:
                assert one[column] == two[column], column


@example_settings(deadline=None)
@given(some_codings())
def test_a_code_never_covers_more_than_its_parts_together_nor_less_than_one(
    codings: list[Coding],
) -> None:
    found = rows(frequencies(made(codings)), "code")
    for path, record in found.items():
        below = [r for p, r in found.items() if p.startswith(path + "/")]
        own = [c for c in codings if BOOK.by_id()[c.code].path == path]
        alone = rows(frequencies(made(own)), "code").get(path, {})
        for column in ("documents", "characters", "words", "passages"):
            parts = [r[column] for r in below] + [alone.get(column, 0)]
            assert record[column] <= sum(parts), (path, column)
            if column != "passages":  # what overlaps becomes one passage
                assert record[column] >= max(parts), (path, column)


def test_one_who_has_finished_and_coded_nothing_votes_against() -> None:
    only = [on("a", "two three", "sharing")]
    assert rows(frequencies(made(only, filters=MAJORITY)), "code")["sharing"]["words"] == 2
    filters = Filters(combine="majority", coders=("amina", "ben"))
    voted = frequencies(made(only, filters=filters, finished=[("a", "ben")]))
    assert rows(voted, "code")["sharing"]["words"] == 0


def test_a_majority_for_the_code_above_needs_no_agreement_on_the_sub_code() -> None:
    two = [on("a", "two three", "sharing/peers"), on("a", "two three", "sharing/old-name", "ben")]
    found = rows(frequencies(made(two, filters=MAJORITY)), "code")
    assert found["sharing"]["words"] == 2
    assert found["sharing/peers"]["words"] == found["sharing/new-name"]["words"] == 0


@example_settings(deadline=None)
@given(some_codings())
def test_one_coders_figures_are_those_of_a_study_without_the_others(codings: list[Coding]) -> None:
    alone = [c for c in codings if c.coder == "ben"]
    filters = Filters(coders=("ben",))
    assert frequencies(made(codings, filters=filters)).rows == frequencies(made(alone)).rows


def test_settled_codings_count_only_when_asked_for(study: Project) -> None:
    letter = study.document_id("letter")
    study.code(letter, Span(0, 8), "sharing")
    row = CodingRow(study.path, 2, "letter", "settled", "sharing", Span(0, 18), None, "")
    study.import_codings([row])
    for filters, characters in (({}, 8), ({"coder": "settled"}, 18), ({"coder": "amina"}, 8)):
        table = study.report("frequencies", filters)
        assert rows(table, "code")["sharing"]["characters"] == characters, filters
    assert "Codings of settled are left out." in study.report("frequencies").note
    assert "left out" not in study.report("frequencies", {"coder": ["amina", "settled"]}).note


# The same in every report


@pytest.fixture
def coded(study: Project) -> Project:
    """Amina has coded the three documents; ben the letter, another passage."""
    for name, span in (("letter", Span(0, 30)), ("arabic", Span(3, 20)), ("notes", Span(2, 20))):
        study.code(study.document_id(name), span, "sharing/peer-learning")
    study.code(study.document_id("letter"), Span(50, 70), "shaming")
    with Project.open(study.path, coder="ben") as ben:
        ben.code(study.document_id("letter"), Span(80, 100), "storytelling")
    return study


@pytest.mark.parametrize("name", ALL_REPORTS)
def test_every_report_says_whose_codings_it_counts_and_how_to_repeat_it(
    coded: Project, name: str
) -> None:
    for table in coded.report_tables(name, {"coder": "amina", "kind": "other"}):
        if name != "cities":
            assert "Coders: amina; kind = other." in table.note
            assert f"Codebook {coded.codebook_version}." in table.note
        limited = "" if name == "cities" else " --kind other --coder amina"
        assert table.note.endswith(f"Repeat: tcncode report {name}{limited}")


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("documents", [True, False], ids=["nothing coded", "no document"])
def test_every_report_can_be_made_of_nothing(
    study: Project, tmp_path: Path, name: str, documents: bool
) -> None:
    options = {"argument": "ICORN"} if name == "profile" else {}
    with Project.create(tmp_path / "empty.tcn", codebook=CODEBOOK, coder="amina") as empty:
        empty.load_networks([Network("ICORN", "ICORN")], [], [])
        for filters in ({}, {"combine": "majority"}, {"origin": "imported"}, {"role": "mayor"}):
            for table in (study if documents else empty).report_tables(name, filters, **options):
                for record in table.records():
                    assert not record.get("codings") and not record.get("passages")


@pytest.mark.parametrize("name", [n for n in ALL_REPORTS if n != "cities"])
@pytest.mark.parametrize("combine", ["union", "majority"])
def test_no_report_tells_of_what_others_did_in_a_blind_document(
    coded: Project, name: str, combine: str
) -> None:
    """Amina is told the same, to the letter, whether or not ben has coded it."""
    letter = coded.document_id("letter")
    coded.assign([letter], ["amina", "ben"], blind=True)
    told = coded.report_tables(name, {"combine": combine})
    with Project.open(coded.path, coder="ben") as ben:
        mine = ben.codings(coder="ben")
        assert [c.document for c in mine] == [letter]
        ben.uncode(mine[0].id)
    assert coded.report_tables(name, {"combine": combine}) == told


@pytest.mark.parametrize("name", [n for n in ALL_REPORTS if n not in ("coders", "quotes")])
def test_in_no_report_does_a_second_coder_on_the_same_passage_count_twice(
    coded: Project, name: str
) -> None:
    def figures(table: Table) -> list[dict[str, object]]:
        kept = set(table.columns) - {"codings", "coders", "first_coded"}
        return [{key: r[key] for key in kept} for r in table.records()]

    before = [figures(table) for table in coded.report_tables(name)]
    with Project.open(coded.path, coder="cleo") as cleo:
        for found in coded.codings(coder="amina"):
            cleo.code(found.document, found.span, coded.codebook.by_id()[found.code].path)
    assert [figures(table) for table in coded.report_tables(name)] == before


def test_of_two_coders_on_one_passage_one_quotation_is_shown(coded: Project) -> None:
    before = coded.report("quotes").records()
    with Project.open(coded.path, coder="cleo") as cleo:
        for found in coded.codings(coder="amina"):
            cleo.code(found.document, found.span, coded.codebook.by_id()[found.code].path)
    after = coded.report("quotes").records()
    assert sorted(r["quotation"] for r in after) == sorted(r["quotation"] for r in before)
    assert sorted(r["coders"] for r in after) == [1, 2, 2, 2, 2]


def test_what_is_coded_meanwhile_counts_here_and_from_elsewhere(coded: Project) -> None:
    def covered() -> int:
        return int(rows(coded.report("frequencies"), "code")["shaming"]["characters"])

    assert covered() == covered() == 20
    notes = coded.document_id("notes")
    coded.code(notes, Span(0, 5), "shaming")
    assert covered() == 25
    coded.undo()
    assert covered() == 20
    with Project.open(coded.path, coder="ben") as ben:
        ben.code(notes, Span(0, 7), "shaming")
    assert covered() == 27
    coded.assign(["notes"], ["amina", "ben"], blind=True)
    assert covered() == 20


def test_a_report_is_of_one_moment(coded: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is coded between two of its readings, by new coders too, counts in the next report."""
    before = coded.report("frequencies").rows
    coded._gathered.clear()
    notes, read = coded.document_id("notes"), coded._store._one

    def disturbed(sql: str, values: Sequence[object]) -> object:
        if "max(characters)" in sql:
            monkeypatch.setattr(coded._store, "_one", read)
            for coder in ("ben", "una", "xi", "zoe"):
                with Project.open(coded.path, coder=coder) as other:
                    other.code(notes, Span(0, 7), "shaming")
        return read(sql, values)

    monkeypatch.setattr(coded._store, "_one", disturbed)
    assert coded.report("frequencies").rows == before
    assert coded._store._one is not disturbed
    assert coded.report("frequencies").rows != before


def test_a_report_can_be_made_within_an_action(coded: Project) -> None:
    before = coded.report("frequencies").rows
    coded._gathered.clear()
    with coded._action("look") as _, coded._store.snapshot():
        assert coded.report("frequencies").rows == before
        assert coded._database.conn.in_transaction
    assert not coded._database.conn.in_transaction


# Filters


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({}, "abcd"),
        ({"network": "ICORN"}, "bd"),
        ({"network": "(none)"}, "c"),
        ({"kind": "report"}, "bc"),
        ({"language": "fr"}, "c"),
        ({"since": "2019"}, "bd"),
        ({"until": "2018"}, "a"),
        ({"until": "2018-03"}, ""),
        ({"since": "2018-04-30", "until": "2019-05"}, "ab"),
        ({"since": "2019-06-02"}, "b"),
        ({"kind": "report", "since": "2000"}, "b"),
    ],
)
def test_filters_keep_the_documents_they_say(filters: dict[str, str], kept: str) -> None:
    """A date that names a year fits what reaches into it; without a date a text fits no range."""
    asked = Filters.of(filters)
    assert "".join(e.id for e in made([]).documents if asked.counts(e)) == kept


def test_origins_can_be_asked_for_and_left_out() -> None:
    codings = [
        coding("a", 0, 3, "sharing", origin="by hand"),
        coding("a", 4, 7, "sharing", origin="suggestion"),
        coding("a", 8, 13, "sharing", origin="imported"),
    ]
    for origin, characters in (
        ("suggestion", 3), ("imported", 5), ("no suggestions", 8), (None, 11),
    ):  # fmt: skip
        found = frequencies(made(codings, filters=Filters(origin=origin)))
        assert rows(found, "code")["sharing"]["characters"] == characters, origin


def test_a_code_filter_shows_less_and_changes_no_share() -> None:
    codings = [on("a", "two three", "sharing/peers"), on("b", "beta", "sharing-not")]
    all_of_it = rows(frequencies(made(codings)), "code")
    part = rows(frequencies(made(codings, filters=Filters(code="sharing"))), "code")
    assert list(part) == ["sharing", "sharing/peers"]
    assert all(part[path] == all_of_it[path] for path in part)
    assert list(all_of_it) == ["sharing", "sharing/peers", *TOP[1:]]


TALK = (
    "Interviewer: How did you share?\nMayor: We share every week.\n"
    "Interviewer: And then?\nMayor: We go home.\n"
)


@pytest.fixture
def talk(study: Project, tmp_path: Path) -> Project:
    """A transcript in which one coding covers a question and its answer."""
    from tcncode.importing.metadata import Metadata
    from tcncode.importing.study import read_one
    from tcncode.model import Speaker

    path = tmp_path / "talk.txt"
    path.write_text(TALK, encoding="utf-8")
    speakers = (Speaker("Interviewer", "interviewer"), Speaker("Mayor", "mayor", "ghent"))
    options = Metadata(network="ICORN", kind="interview", speakers=speakers)
    study.import_files([read_one(path, options=options, row=None)])
    study.code(study.document_id("talk"), Span(TALK.index("How"), TALK.index("week")), "sharing")
    return study


def test_without_interviewers_their_words_do_not_count(talk: Project) -> None:
    whole = rows(talk.report("networks", {"network": "ICORN"}), "code")["sharing"]
    less = rows(talk.report("networks", {"network": "ICORN", "no_interviewers": True}), "code")[
        "sharing"
    ]
    assert (whole["words"], whole["passages"]) == (8, 1)
    # "We share every"; the label is no word that anybody says.
    assert (less["words"], less["passages"], less["codings"]) == (3, 1, 1)
    # The rate is of the words that count: those of the other document, and the mayor's seven.
    others = next(e.words for e in talk.documents() if e.name == "arabic")
    assert less["per_1000_words"] == pytest.approx(1000 / (others + 7))


def test_codes_meet_by_chance_in_the_words_that_count_of_coded_documents(talk: Project) -> None:
    """The mayor's seven words; not those of the other three documents, where nothing is coded."""
    document = talk.document_id("talk")
    talk.code(document, Span(TALK.index("share every"), TALK.index("week")), "shaming")
    for filters in ({"no_interviewers": True}, {"role": "mayor"}):
        found = rows(talk.report("cooccurrence", filters), "first", "second", "relation")
        met = next(r for r in found.values() if r["both"] and r["relation"] == "overlapping")
        assert (met["first_count"] * met["second_count"], met["both"], met["of"]) == (6, 2, 7)
        assert met["lift"] == pytest.approx(2 * 7 / 6)


def test_only_one_role_counts_where_that_is_asked(talk: Project) -> None:
    for role, words in (("mayor", 3), ("interviewer", 4), ("resident", 0)):
        found = rows(talk.report("frequencies", {"role": role}), "code")
        assert found["sharing"]["words"] == words, role


@pytest.mark.parametrize("combine", ["union", "majority"])
def test_a_passage_over_two_turns_that_count_is_one_passage(talk: Project, combine: str) -> None:
    document = talk.document_id("talk")
    talk.code(document, Span(TALK.index("We share"), TALK.index("home")), "shaming")
    for filters, passages in (
        ({}, 1), ({"role": "mayor"}, 1), ({"no_interviewers": True}, 1), ({"role": "resident"}, 0),
    ):  # fmt: skip
        table = talk.report("frequencies", {"combine": combine, **filters})
        assert rows(table, "code")["shaming"]["passages"] == passages, filters


def test_each_coder_has_their_own_words_also_where_a_majority_is_asked_for(talk: Project) -> None:
    """Two other coders have coded nothing that amina has."""
    for coder in ("ben", "cleo"):
        with Project.open(talk.path, coder=coder) as other:
            other.code(talk.document_id("talk"), Span(0, 11), "shaming")
    for filters, words in (({}, 8), ({"no_interviewers": True}, 3), ({"role": "mayor"}, 3)):
        for combine in ("union", "majority"):
            found = rows(talk.report("coders", {"combine": combine, **filters}), "coder")
            assert found["amina"]["words"] == words, (filters, combine)


def test_speakers_whose_words_do_not_count_have_no_row(talk: Project) -> None:
    """Nor does anybody say of them how much they speak."""
    talk_only = {"document": "talk"}
    whole = rows(talk.report("speakers", talk_only), "role", "code")
    assert {role for role, _ in whole} == {"interviewer", "mayor", "(no turn)"}
    for filters in ({"role": "mayor"}, {"no_interviewers": True}):
        found = rows(talk.report("speakers", {**talk_only, **filters}), "role", "code")
        assert "mayor" in {role for role, _ in found}
        assert "interviewer" not in {role for role, _ in found}
        for key, record in found.items():
            assert record == whole[key], filters
    table = talk.report("speakers", {"role": "mayor"}, by="affiliation")
    assert {record["affiliation"] for record in table.records()} == {"ghent"}


def test_the_blanks_between_two_turns_are_no_passage(talk: Project) -> None:
    found = rows(talk.report("speakers"), "role", "code")
    for role, passages in (("interviewer", 1), ("mayor", 1), ("(no turn)", 0)):
        record = found[role, "sharing"]
        assert (record["passages"], record["documents"]) == (passages, passages), role


@pytest.mark.parametrize(
    "filters", [{"role": "mayor"}, {"no_interviewers": True}, {"combine": "majority"}]
)
def test_a_list_of_codings_refuses_what_cuts_or_joins_them(
    talk: Project, filters: dict[str, object]
) -> None:
    with pytest.raises(UsageError, match=next(iter(filters))):
        talk.quotations(filters)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["arabic", "letter", "letter", "letter", "notes"]),
        ({"document": "letter"}, ["letter"] * 3),
        ({"network": "ICORN"}, ["arabic"]),
        ({"network": "(none)"}, ["notes"]),
        ({"network": "ICORN", "document": "letter"}, []),
        ({"coder": "ben"}, ["letter"]),
        ({"code": "sharing", "coder": "amina"}, ["arabic", "letter", "notes"]),
        ({"kind": "other", "combine": "union", "since": "2020"}, []),
    ],
)
def test_a_list_of_codings_has_those_that_fit(
    coded: Project, filters: dict[str, str], names: list[str]
) -> None:
    assert sorted(r["name"] for r in coded.quotations(filters).records()) == names


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({"since": "last year"}, '"last year" is no date'),
        ({"since": "2018-13"}, '"2018-13" is no date'),
        ({"until": "2018-02-30"}, '"2018-02-30" is no date'),
        ({"since": "2019", "until": "2018-12"}, "No time is both since 2019 and until 2018-12"),
        ({"since": "2018-05-02", "until": "2018-05-01"}, "No time is both"),
        ({"role": "mayors"}, 'Did you mean "mayor"?'),
        ({"combine": "average"}, "neither union nor majority"),
        ({"colour": "red"}, 'limited by "colour"'),
    ],
)
def test_a_filter_that_is_none_is_named(filters: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=None) as raised:
        Filters.of(filters)
    assert told in str(raised.value)


def test_the_command_in_a_note_asks_for_the_same(coded: Project) -> None:
    from click.testing import CliRunner

    from tcncode.cli import cli

    filters = {
        "network": "EUROCITIES", "since": "2010", "coder": ["amina", "ben"], "combine": "majority",
        "origin": "no suggestions", "no_interviewers": True, "code": "sharing",
    }  # fmt: skip
    command = report_command("frequencies", filters, sub_codes=True)
    words = shlex.split(command)[1:]
    ran = CliRunner().invoke(cli, ["-p", str(coded.path), *words, "--format", "json"])
    assert ran.exit_code == 0, ran.output
    assert command in coded.report("frequencies", filters, sub_codes=True).note


@pytest.mark.parametrize(
    ("name", "options"),
    [
        *((name, {}) for name in ALL_REPORTS),
        *((name, {"sub_codes": False}) for name in ("networks", "overlap", "kinds", "time")),
        ("networks", {"sub_codes": True}), ("frequencies", {"sub_codes": True}),
        ("frequencies", {"sub_codes": False}), ("cooccurrence", {"near": 0}),
        ("cooccurrence", {"near": 2, "sub_codes": False}), ("quotes", {"limit": 0}),
        ("quotes", {"limit": 1, "per_code": 0}), ("quotes", {"per_code": 1}),
        ("speakers", {"by": "speaker"}), ("saturation", {"order": "name"}),
        ("profile", {"argument": "ICORN"}),
    ],
)  # fmt: skip
def test_the_command_in_a_note_makes_the_same_tables(
    coded: Project, name: str, options: dict[str, object]
) -> None:
    import json

    from click.testing import CliRunner

    from tcncode.cli import cli
    from tcncode.export import render_all

    letter = coded.document_id("letter")
    # More than "quotes" shows when it is told nothing.
    places = [n for n, c in enumerate(coded.text(letter)) if not c.isspace()]
    for n in places[:60]:
        coded.code(letter, Span(n, n + 1), "shaming")
    made = coded.report_tables(name, {"coder": "amina"}, **options)
    words = shlex.split(made[0].note.split("Repeat: tcncode ")[1])
    ran = CliRunner().invoke(cli, ["-p", str(coded.path), *words, "--format", "json"])
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout) == json.loads(render_all(made, "json"))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("nothing", {}), ("profile", {"argument": ""}), ("cooccurrence", {"near": -1}),
        ("quotes", {"limit": -1}), ("saturation", {"order": "size"}), ("speakers", {"by": "age"}),
    ],
)  # fmt: skip
def test_what_a_report_cannot_do_is_one_line(
    coded: Project, name: str, options: dict[str, object]
) -> None:
    with pytest.raises(TcncodeError) as raised:
        coded.report(name, **options)
    assert len(str(raised.value).splitlines()) == 1


# How codings are read


def test_codings_read_as_numbers_are_those_read_as_rows(coded: Project) -> None:
    packed = coded._store.packed_places(PACKED, origins=("by hand", "suggestion", "imported"))
    assert packed is not None
    quick = Columns.unpacked(*packed)
    slow = Columns.of(coded._store.places(coded.coders(), origins=True, days=True))

    def told(columns: Columns) -> set[tuple[object, ...]]:
        origins, days = columns.facts["origin"], columns.facts["day"]
        return {
            (
                columns.documents[columns.document[n]], columns.coders[columns.coder[n]],
                columns.codes[columns.code[n]], int(columns.start[n]), int(columns.end[n]),
                origins[0][origins[1][n]], days[0][days[1][n]],
            )
            for n in range(len(columns.start))
        }  # fmt: skip

    assert told(quick) == told(slow) and len(told(quick)) == 5


def test_texts_too_long_for_packed_numbers_are_read_as_rows(coded: Project) -> None:
    assert coded._store.packed_places((5, 10, 7)) is None
    assert coded._store.packed_places((22, 1, 7)) is None


@given(st.lists(st.tuples(*[st.integers(0, 2**40)] * 2, st.integers(0, 9))))
def test_codings_are_ordered_by_start_end_and_coder(rows: list[tuple[int, int, int]]) -> None:
    import numpy as np

    start = np.array([row[0] for row in rows], np.int64)
    end = start + np.array([row[1] for row in rows], np.int64)
    coder = np.array([row[2] for row in rows], np.int64)
    order = by_place(start, end, coder).tolist()
    keys = [(int(start[n]), int(end[n]), int(coder[n])) for n in order]
    assert keys == sorted(keys)


# Few documents


def test_intervals_from_few_documents_are_named_in_the_note() -> None:
    said = "from 2 no more than the two documents' values: "
    assert said not in networks(made(HAND)).note  # one coded document each has no interval
    more = made([*HAND, on("d", "nothing", "sharing")])
    assert f"{said}ICORN 2. n = " in networks(more).note
    assert few(more, ["x"] * 4) == (
        f"intervals from fewer than 5 coded documents tell little, {said}x 4",
    )


def test_no_line_is_drawn_for_an_interval_from_two_documents(
    study: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: dict[tuple[str, str], tuple[float, float]] = {}
    panels = between.panels
    monkeypatch.setattr(
        between, "panels", lambda *a, **kw: [drawn.update(kw["intervals"]), panels(*a, **kw)][1]
    )
    for network, many in (("Two", 2), ("Three", 3)):
        for n in range(many):
            words = f"Text {n} of {network} is about {'sharing ' * (n + 1)}and other things."
            document = add(study, tmp_path, f"{network} {n}", words, network)
            study.code(document, Span(0, 12), "sharing")
            study.code(document, Span(14, len(words)), "shaming")
    between.functions(Study(study, study.chosen(None)))
    assert {network for network, _ in drawn} == {"Three"}
    drawn.clear()
    for network, year in (("Two", "2018"), ("Three", "2019")):
        for entry in study.documents():
            if entry.network == network:
                study.describe([entry.id], {"date": year})
    monkeypatch.setattr(
        texts, "panels", lambda *a, **kw: [drawn.update(kw["intervals"]), panels(*a, **kw)][1]
    )
    texts.over_time(Study(study, study.chosen(None)))
    assert {year for _, year in drawn} == {"2019"}


def test_a_profile_says_that_its_intervals_rest_on_few_documents(
    study: Project, tmp_path: Path
) -> None:
    for n in range(2):
        document = add(study, tmp_path, f"two {n}", f"Text {n} is about sharing.", "Two")
        study.code(document, Span(0, 6), "sharing")
    notes = {t.title: t.note for t in study.report_tables("profile", argument="Two")}
    for title in ("Two: functions", "Two: purposes"):
        assert "intervals from fewer than 5 coded documents tell little" in notes[title]
        assert "values: Two 2" in notes[title]
