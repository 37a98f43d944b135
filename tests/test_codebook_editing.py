"""Editing the codebook: what an edit does, what it refuses, and that undo brings all back."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from codebook_steps import (
    MEMOS,
    PLACES,
    STEPS,
    TREE,
    coded,
    edit,
    everything,
    ids,
    paths,
    sound,
    step,
    suggested,
)
from conftest import add
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tcncode import codebook as codebooks
from tcncode.codebook import editing
from tcncode.codebook.colours import MEASURED, _ciede2000, difference, near_colours
from tcncode.codebook.merging import recode
from tcncode.errors import TcncodeError, UsageError
from tcncode.model import Codebook, Coding, coding_id
from tcncode.project import Project
from tcncode.text import Span


@pytest.fixture
def tree() -> Codebook:
    return codebooks.parse(TREE)


# Adding


def test_a_new_code_takes_purpose_and_colours_from_its_parent(tree):
    book = editing.add(tree, "sharing/field-trips", definition="Out of the hall.")
    code = book.get("sharing/field-trips")
    assert (code.name, code.purpose, code.colour) == ("Field trips", "practical", "#ffaf87")
    assert (code.id, code.definition, code.key) == (code.path, "Out of the hall.", None)
    assert paths(book)[-2:] == ["sharing/field-trips", "shaming"]
    sound(book)


@pytest.mark.parametrize(
    ("words", "under", "path", "name"),
    [
        ("sharing/Study Visits", None, "sharing/study-visits", "Study Visits"),
        ("we were never asked", "", "we-were-never-asked", "we were never asked"),
        (
            "we were  never\nasked!",
            "shaming",
            "shaming/we-were-never-asked",
            "we were never asked!",
        ),
        ("and/or", "", "and-or", "and/or"),
        ("Łódź & Malmö", "", "lodz-malmo", "Łódź & Malmö"),
        ("لم يسألنا أحد", "", "code-", "لم يسألنا أحد"),
        ("word " * 30, "", "word-" * 11 + "word", ("word " * 30).strip()),
    ],
)
def test_words_of_a_passage_make_a_slug_and_stay_the_name(tree, words, under, path, name):
    book = editing.add(tree, words, under=under)
    (code,) = [c for c in book.codes if c.id not in tree.by_id()]
    assert code.path.startswith(path) and (code.path == path or path == "code-")
    assert code.name == name
    assert editing.add(tree, words, under=under) == book, "the same words make the same code"
    sound(book)


def test_a_code_is_added_after_the_one_named(tree):
    book = editing.add(tree, "sharing/trips", after="sharing/peers")
    assert paths(book)[:3] == ["sharing", "sharing/peers", "sharing/trips"]
    assert paths(editing.add(tree, "told", after="sharing"))[-2:] == ["told", "shaming"]


def test_a_freed_path_gets_an_id_of_its_own(tree):
    """Codings of the renamed code go by the old path: the new code must not have it as its id."""
    book = editing.rename(tree, "sharing/visits", "trips")
    again = editing.add(book, "sharing/visits")
    assert again.get("sharing/visits").id == "sharing/visits-2"
    assert again.get("sharing/trips").id == "sharing/visits"
    sound(again)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda b: editing.add(b, "sharing"), "a code sharing already"),
        (lambda b: editing.add(b, "sharing/Visits"), "a code sharing/visits already"),
        (lambda b: editing.add(b, "nothing/x"), 'no code "nothing"'),
        (lambda b: editing.add(b, ""), "is empty"),
        (lambda b: editing.add(b, "sharing/"), "is empty"),
        (lambda b: editing.add(b, " \n", under=""), "is empty"),
        (lambda b: editing.add(b, "a\x1b[31m", under=""), "U\\+001B"),
        (lambda b: editing.add(b, "a", name="x\u202ey"), "U\\+202E"),
        (lambda b: editing.add(b, "x" * 201, under=""), "200 are the most"),
        (lambda b: editing.add(b, "a", definition="x\x07"), "definition holds a control"),
        (lambda b: editing.add(b, "a", key=4), "key 4 is that of shaming"),
        (lambda b: editing.add(b, "a", key=10), "from 1 to 9"),
        (lambda b: editing.add(b, "a", colour="red"), "#ffaf87"),
        (lambda b: editing.add(b, "a", purpose="practicle"), 'did you mean "practical"'),
        (lambda b: editing.add(b, "a", after="sharing/visits"), "does not stand beside a"),
        (lambda b: editing.rename(b, "sharing", "a/b"), "move changes where"),
        (lambda b: editing.rename(b, "sharing", " "), "is empty"),
        (lambda b: editing.rename(b, "sharing", "shaming"), "a code shaming already"),
        (lambda b: editing.rename(b, "sharing/visits", "Peers"), "a code sharing/peers already"),
        (lambda b: editing.rename(b, "sharing", "x\x00"), "U\\+0000"),
        (lambda b: editing.rename(b, "shaming", "ok", name="a\u2028b\u2066"), "U\\+2066"),
        (lambda b: editing.move(b, "sharing", under="sharing"), "under or beside itself"),
        (lambda b: editing.move(b, "sharing", under="sharing/visits/abroad"), "is below it"),
        (lambda b: editing.move(b, "sharing", before="sharing/visits"), "beside itself"),
        (lambda b: editing.move(b, "sharing", before="sharing"), "beside itself"),
        (lambda b: editing.move(b, "sharing"), "Say where"),
        (lambda b: editing.move(b, "sharing", before="shaming", after="shaming"), "not both"),
        (
            lambda b: editing.move(b, "shaming", under="", before="sharing/visits"),
            "does not stand under the top",
        ),
        (
            lambda b: editing.move(editing.add(b, "visits"), "visits", under="sharing"),
            "a code sharing/visits already",
        ),
        (lambda b: editing.merge(b, "sharing", "sharing"), "into itself"),
        (lambda b: editing.merge(b, "sharing", "sharing/visits"), "is below sharing"),
        (
            lambda b: editing.merge(editing.add(b, "sharing/peers/abroad"), "sharing/visits",
                                    "sharing/peers"),
            'have a sub-code "abroad"',
        ),
        (lambda b: editing.set_key(b, "shaming", 1), "key 1 is that of sharing"),
    ],
)  # fmt: skip
def test_what_must_not_be_is_refused_in_one_line(tree, edit, words):
    with pytest.raises(UsageError, match=words) as refused:
        edit(tree)
    assert "\n" not in str(refused.value) and refused.value.exit_code == 2


def test_codes_nest_only_as_deep_as_a_file_can_be_read(tree):
    book, path = tree, "sharing"
    with pytest.raises(UsageError, match="levels deep"):
        for n in range(100):
            book = editing.add(book, f"{path}/c{n}")
            path = f"{path}/c{n}"
    assert book.get(path).depth == editing.DEEPEST - 1
    sound(book)
    with pytest.raises(UsageError, match="levels deep"):
        editing.move(book, "sharing", under="shaming")


# Renaming, moving


def test_renaming_moves_the_path_of_all_below_and_no_id(tree):
    book = editing.rename(tree, "sharing", "Knowledge sharing")
    assert paths(book) == [
        "knowledge-sharing", "knowledge-sharing/peers", "knowledge-sharing/visits",
        "knowledge-sharing/visits/abroad", "knowledge-sharing/visits/at-home", "shaming",
    ]  # fmt: skip
    assert [c.id for c in book.codes] == [c.id for c in tree.codes]
    assert book.codes[0].name == "Knowledge sharing"
    sound(book)


@pytest.mark.parametrize(
    ("new", "name", "path", "said"),
    [
        ("field-trips", "", "sharing/field-trips", "Field trips"),
        ("Field trips!", "", "sharing/field-trips", "Field trips!"),
        ("VISITS", "", "sharing/visits", "VISITS"),
        ("trips", "Visits", "sharing/trips", "Visits"),
    ],
)
def test_a_new_name_makes_the_slug_and_a_new_slug_the_name(tree, new, name, path, said):
    code = editing.rename(tree, "sharing/visits", new, name=name).by_id()["sharing/visits"]
    assert (code.path, code.name) == (path, said)


def test_what_came_from_the_code_above_follows_a_move_and_what_was_its_own_stays(tree):
    book = editing.move(tree, "sharing/visits", under="shaming")
    visits, abroad, home = (book.get(f"shaming/visits{below}") for below in ("", "/abroad", "/at-"))
    assert (visits.purpose, visits.colour, home.purpose, home.colour) == (
        ("symbolic", "#ffff00") * 2
    )
    assert abroad.purpose == "symbolic"
    assert ids(book)["shaming/visits"] == "sharing/visits"
    back = editing.move(book, "shaming/visits", under="sharing", after="sharing/peers")
    assert back.get("sharing/visits") == tree.get("sharing/visits")
    sound(book)


def test_at_the_top_a_code_keeps_the_purpose_and_colours_it_had(tree):
    book = editing.move(tree, "sharing/visits", under="", before="sharing")
    assert paths(book)[:4] == ["visits", "visits/abroad", "visits/at-home", "sharing"]
    assert (book.codes[0].purpose, book.codes[0].colour) == ("practical", "#ffaf87")
    sound(book)


def test_siblings_change_places_and_nothing_else(tree):
    book = editing.move(tree, "sharing/visits", before="sharing/peers")
    assert paths(book)[1:5] == [
        "sharing/visits", "sharing/visits/abroad", "sharing/visits/at-home", "sharing/peers",
    ]  # fmt: skip
    assert set(book.codes) == set(tree.codes)
    assert editing.move(book, "sharing/visits", after="sharing/peers") == tree


# Colours, texts, keys


def test_a_new_colour_is_also_that_of_sub_codes_which_had_the_old_one(tree):
    book = editing.recolour(tree, "sharing/visits/abroad", "#123456")
    book = editing.recolour(book, "sharing", "#00D7FF")
    colours = {c.path: (c.colour, c.colour_light) for c in book.codes}
    assert colours["sharing/peers"] == colours["sharing"] == ("#00d7ff", "#005f87"), "measured pair"
    assert colours["sharing/visits/abroad"] == ("#123456", "#005f87")
    assert editing.recolour(tree, "sharing", "#123456").codes[0].colour_light == "#875f00"


def test_a_new_purpose_goes_down_and_texts_do_not(tree):
    book = editing.edit(tree, "sharing", purpose="jurisgenerative", when_not="Never.\r\nReally. ")
    purposes = {c.path: c.purpose for c in book.codes}
    assert purposes["sharing/visits/at-home"] == "jurisgenerative"
    assert purposes["sharing/visits/abroad"] == "symbolic"
    assert [c.when_not for c in book.codes][:2] == ["Never.\nReally.", ""]
    assert book.codes[0].cues == tree.codes[0].cues
    sound(book)


def test_a_key_can_be_taken_away_and_given_to_another(tree):
    free = editing.set_key(tree, "sharing", None)
    assert editing.set_key(free, "sharing/visits", 1).get("sharing/visits").key == 1


def test_difference_gives_the_values_that_sharma_printed():
    """Sharma, Wu & Dalal (2005), table 1: pairs that trip up usual implementations."""
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ]
    for first, second, value in pairs:
        assert _ciede2000(first, second) == pytest.approx(value, abs=5e-5)


def test_the_measured_colours_are_far_apart_and_near_ones_are_named(tree):
    for ground in (1, 2):
        colours = [colour[ground] for colour in MEASURED]
        apart = [difference(a, b) for a in colours for b in colours if a != b]
        assert min(apart) > 12
    assert near_colours(tree, "sharing") == []
    book = editing.recolour(tree, "shaming", "#ffaf80", light="#000000")
    assert [code.path for code, _ in near_colours(book, "shaming")] == ["sharing"]
    assert [code.path for code, _ in near_colours(book, "sharing/visits")] == ["shaming"]


# Removing, merging


def test_a_code_is_removed_with_all_below_unless_one_has_codings(tree):
    assert paths(editing.remove(tree, "sharing/visits", {})) == [
        "sharing", "sharing/peers", "shaming",
    ]  # fmt: skip
    with pytest.raises(TcncodeError, match=r"3 codings, 1 of them in its sub-codes\. Merge it"):
        editing.remove(tree, "sharing/visits", {"sharing/visits": 2, "sharing/visits/abroad": 1})


def test_a_merged_code_leaves_its_sub_codes_and_cues_and_goes(tree):
    book = editing.merge(tree, "sharing/visits", "sharing/peers")
    assert paths(book) == [
        "sharing", "sharing/peers", "sharing/peers/abroad", "sharing/peers/at-home", "shaming",
    ]  # fmt: skip
    assert ids(book)["sharing/peers/abroad"] == "sharing/visits/abroad"
    peers = book.get("sharing/peers")
    assert [cue.phrase for cue in peers.cues] == ["peer learning", "study visit"]
    assert peers.negative_cues == () and peers.definition == "From peers."
    sound(book)


def test_a_sub_code_with_its_parents_name_survives_the_parent(tree):
    book = editing.add(tree, "sharing/visits/visits")
    merged = editing.merge(book, "sharing/visits", "sharing")
    assert merged.get("sharing/visits").id == "sharing/visits/visits"
    sound(merged)


CODINGS = st.lists(
    st.tuples(
        st.sampled_from(["d1", "d2"]),
        st.integers(0, 2),
        st.sampled_from(["amina", "bo"]),
        st.sampled_from(["one", "two"]),
        MEMOS,
    ),
    unique_by=lambda row: row[:4],
)


@given(CODINGS)
def test_merging_loses_no_passage_coder_or_memo_and_doubles_none(rows):
    codings = [
        Coding(coding_id(d, Span(s, s + 3), code, coder), d, Span(s, s + 3), code, coder, memo)
        for d, s, coder, code, memo in rows
    ]
    one = [c for c in codings if c.code == "one"]
    two = [c for c in codings if c.code == "two"]
    done = recode(one, two, "two")
    after = {c.id: c for c in two} | {c.id: c for c in done.put}
    places = [(c.document, c.span, c.coder) for c in after.values()]
    assert len(set(places)) == len(places)
    assert set(places) == {(c.document, c.span, c.coder) for c in codings}
    assert {c.code for c in after.values()} <= {"two"}
    for coding in codings:
        (there,) = [
            c for c in after.values()
            if (c.document, c.span, c.coder) == (coding.document, coding.span, coding.coder)
        ]  # fmt: skip
        assert coding.memo in there.memo
        assert there.id == coding_id(there.document, there.span, "two", there.coder)
    assert done.retired == tuple(c.id for c in one)
    assert len(codings) - len(after) == done.joined


# Whatever is done, in any order


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_any_edits_in_any_order_leave_a_sound_codebook(steps):
    book = codebooks.parse(TREE)
    for how, number, value in steps:
        before = book.by_id()
        book = step(book, how, number, value)
        if how in ("rename", "under", "before", "after", "recolour", "key", "purpose", "define"):
            assert set(book.by_id()) == set(before), "no edit of a code changes an id"
    sound(book)


# In a project


@pytest.fixture(scope="module")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project file with two texts and the small codebook."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "tree.yaml").write_text(TREE, encoding="utf-8")
    with Project.create(folder / "study.tcn", codebook=folder / "tree.yaml", coder="amina") as made:
        for name in ("letter", "notes"):
            add(made, folder, name, f"{name}: {'We were never asked. ' * 5}")
        return made.path


@settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=STEPS,
    codings=st.lists(st.tuples(PLACES, st.integers(0, 3), MEMOS), max_size=8),
    suggestions=st.lists(PLACES, max_size=6),
)
def test_undoing_all_edits_brings_back_exactly_what_was_and_redo_what_came(
    small_study, steps, codings, suggestions
):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(small_study, folder))
        with Project.open(path, coder="bo") as other:
            coded(other, codings[::2])
        with Project.open(path, coder="amina") as project:
            coded(project, codings)
            suggested(project, suggestions)
            there_and_back(project, steps)


def there_and_back(project: Project, steps) -> None:
    """Do the steps, undo them one by one, do them again, and compare all that there is."""
    states = [everything(project)]
    for how, number, value in steps:
        last = project.log(limit=1).rows
        try:
            edit(project, how, number, value)
        except TcncodeError as refused:
            assert "\n" not in str(refused)
            assert everything(project) == states[-1]
        if project.log(limit=1).rows != last:
            states.append(everything(project))
            sound(project.codebook)
    for state in reversed(states[:-1]):
        project.undo()
        assert everything(project) == state
    for state in states[1:]:
        project.redo()
        assert everything(project) == state
    assert project.problems() == []
