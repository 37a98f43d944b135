"""Keys that change codings, write memos, go places and mark documents: what they store."""

from __future__ import annotations

import pytest
from textual import events
from tui.screen_study import LETTER, add, play
from tui.test_injection import painted
from tui.test_keys import FIRST, stored
from tui.test_queue_screen import said

from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.project import Project
from tcncode.text import Span
from tcncode.tui.code_tree import CodeTree
from tcncode.tui.document_tree import DocumentPane, DocumentTree
from tcncode.tui.memo_editor import MemoEditor

SECOND = "The café 👩‍👩‍👧 stayed open."
THIRD = "It won a prize."
TALK = (
    "Interviewer: How did it begin?\n\n"
    "Mayor: We asked Ghent. They showed us round.\n\n"
    "Interviewer: And then?\n\n"
    "Mayor: Then we did it too.\n"
)


def typed(words: str) -> list[str]:
    return ["space" if ch == " " else ch for ch in words]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["1", "L"], [("share what we learned in Łódź.", "sharing")]),
        (["1", "L", "L", "H"], [("share what we learned in Łódź.", "sharing")]),
        (["s", "1", "escape", "H"], [("We share what we learned in", "sharing")]),
        (["s", "1", "escape", "H", "H"], [("We share what we learned", "sharing")]),
        (["s", "1", "escape", "L"], [(f"{FIRST} The", "sharing")]),
        (["s", "1", "escape", "J"], [(f"{FIRST} {SECOND}", "sharing")]),
        (["s", "1", "escape", "J", "J", "K"], [(f"{FIRST} {SECOND}", "sharing")]),
        (["s", "1", "escape", "K"], [(FIRST, "sharing")]),
        (["s", "1", "escape", "L", "u"], [(FIRST, "sharing")]),
        (["1", "e", "b", "enter"], [("We share what we learned in", "sharing")]),
        (["1", "e", "z", "w", "enter"], [("share what we learned in Łódź.", "sharing")]),
        (["1", "e", "right_parenthesis", "escape"], [(FIRST, "sharing")]),
        (["1", "e", "right_parenthesis", "enter"], [(f"{FIRST} {SECOND}", "sharing")]),
        (["1", "e", "w", "enter"], [(f"{FIRST} The", "sharing")]),
        (["1", "e", "z", "right_parenthesis", "right_parenthesis", "enter"], [(SECOND, "sharing")]),
        (["w", "v", "number_sign", "3", "w", "1"], [("share what we", "sharing")]),
        (["1", "R", *"shami", "enter"], [(FIRST, "shaming")]),
        (["1", "R", *"shami", "enter", "u"], [(FIRST, "sharing")]),
        (["1", "2", "R", "1", *"shami", "enter"], [(FIRST, "shaming"), (FIRST, "showcasing")]),
        (
            ["p", "1", "escape", "g", "right_parenthesis", "vertical_line"],
            [(FIRST, "sharing"), (f"{SECOND} {THIRD}", "sharing")],
        ),
        (["1", "right_parenthesis", "1", "ampersand"], [(f"{FIRST} {SECOND}", "sharing")]),
        (["1", "ampersand"], [(FIRST, "sharing")]),
        (["1", "1"], [(FIRST, "sharing")]),
        (
            ["1", "right_parenthesis", "2", "right_parenthesis", "r", "2"],
            [(FIRST, "sharing"), (SECOND, "showcasing"), (THIRD, "sharing")],
        ),
        (["number_sign", "2", "right_parenthesis", "1"], [(THIRD, "sharing")]),
        (["number_sign", "2", "escape", "2"], [(FIRST, "showcasing")]),
        (["number_sign", "3", "s", "1"], [(f"{FIRST} {SECOND} {THIRD}", "sharing")]),
        (["1", "semicolon", "s", "2"], [(FIRST, "sharing"), (SECOND, "showcasing")]),
        (["s", "s", "minus", "1"], [(FIRST, "sharing")]),
        (["1", "e", "w", "2", "enter"], [(f"{FIRST} The", "sharing")]),
        (["1", "e", "w", "2", "escape"], [(FIRST, "sharing")]),
    ],
    ids=lambda value: "-".join(value) if value and isinstance(value[0], str) else "",
)
def test_keys_leave_exactly_these_codings(project, keys, expected):
    async def does(pilot, screen):
        await pilot.press(*keys)
        await pilot.pause()

    play(project, (80, 24), does)
    assert stored(project) == expected
    assert project.problems() == []


def test_coding_twice_says_that_it_is_one_coding(project):
    async def does(pilot, screen):
        await pilot.press("1", "1")
        await pilot.pause()
        assert "there already" in str(screen.query_one("#status").render())

    play(project, (80, 24), does)


def test_code_and_memo_in_one_go(project):
    async def does(pilot, screen):
        await pilot.press("C", *"shami", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MemoEditor)
        await pilot.press(*typed("why so"), "escape")
        await pilot.pause()

    play(project, (80, 24), does)
    assert [(c.code, c.memo) for c in project.codings()] == [("shaming", "why so")]


def test_an_in_vivo_code_is_named_by_the_words_and_codes_them(project):
    async def does(pilot, screen):
        await pilot.press("w", "plus", "i")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()

    play(project, (80, 24), does)
    assert stored(project) == [("share", "share")]
    assert project.codebook.get("share").depth == 0


def test_a_code_nobody_has_yet_can_be_made_in_the_picker_under_another(project):
    async def does(pilot, screen):
        await pilot.press("c", *typed("visits"), "enter")
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()

    play(project, (80, 24), does)
    assert [c.path for c in project.codebook.codes if c.depth] == [
        "sharing/peer-learning", "sharing/visits",
    ]  # fmt: skip
    assert [text for text, _ in stored(project)] == [FIRST]


@pytest.mark.parametrize(
    ("digit", "noun"), [("1", "document"), ("2", "network"), ("3", "code"), ("4", "project")]
)
def test_memos_on_other_things(project, digit, noun):
    async def does(pilot, screen):
        await pilot.press("1", "M", digit)
        await pilot.pause()
        await pilot.press(*"note", "escape")
        await pilot.pause()

    play(project, (80, 24), does)
    assert [(m.noun, m.text) for m in project.memos()] == [(noun, "note")]


def test_the_memo_of_another_coder_is_shown_and_stays(project):
    document = project.document("letter").id
    with Project.open(project.path, coder="bo") as other:
        other.write_memo("document", document, "badly scanned")

    async def does(pilot, screen):
        await pilot.press("M", "1")
        await pilot.pause()
        shown = " ".join(str(w.render()) for w in pilot.app.screen.query("Static").results())
        assert "badly scanned" in shown
        await pilot.press(*"yes", "escape")
        await pilot.pause()

    play(project, (80, 24), does)
    assert {(m.coder, m.text) for m in project.memos()} == {
        ("bo", "badly scanned"),
        ("amina", "yes"),
    }


def test_a_suggestion_accepted_with_other_boundaries(project):
    project.suggest()

    async def does(pilot, screen):
        await pilot.press("greater_than_sign", "escape", "w", "plus", "A")
        await pilot.pause()

    play(project, (80, 24), does)
    assert [(text, project.codings()[0].origin) for text, _ in stored(project)] == [
        ("share", "suggestion")
    ]


def test_finish_and_next_document(project):
    async def does(pilot, screen):
        await pilot.press("F", "D")
        await pilot.pause()
        assert screen.document.name == "notes"
        await pilot.press("F", "D")
        await pilot.pause()
        assert screen.document.name == "notes"

    play(project, (80, 24), does)
    assert {a.document for a in project.assignments() if a.finished} == {
        e.id for e in project.documents()
    }


def test_others_codings_of_a_blind_document_stay_hidden_until_all_have_finished(project):
    letter = project.document("letter").id
    with Project.open(project.path, coder="bo") as other:
        other.code(letter, Span(0, 8), "shaming")
        project.assign(["letter"], ["amina", "bo"], blind=True)

        async def does(pilot, screen):
            await pilot.press("o")
            assert len(screen.reader.index) == 0
            other.finish(["letter"])
            await pilot.press("F", "o")
            await pilot.pause()
            assert len(screen.reader.index) == 1

        play(project, (80, 24), does)


def test_the_outline_goes_to_a_turn(project, tmp_path):
    add(project, tmp_path / "talk.txt", TALK)

    async def does(pilot, screen):
        await pilot.press("O", *typed("and then"), "enter")
        await pilot.pause()
        assert screen.reader.cursor == TALK.index("Interviewer: And")
        await pilot.press("t")
        assert screen.reader.cursor == TALK.index("Mayor: Then")
        await pilot.press("T", "T")
        assert screen.reader.cursor == TALK.index("Mayor: We")

    play(project, (80, 24), does, document="talk")


def test_each_document_is_opened_where_it_was_left(project):
    async def does(pilot, screen):
        await pilot.press("G", "f2", "down", "enter")
        await pilot.pause()
        assert screen.document.name == "notes"
        await pilot.press("f2", "up", "enter")
        await pilot.pause()
        assert (screen.document.name, screen.reader.cursor) == ("letter", len(LETTER))

    play(project, (80, 24), does)


def test_documents_are_grouped_and_filtered(project, tmp_path):
    add(project, tmp_path / "extra.txt", "Extra text.\n", network="EUROCITIES")

    def headings(screen) -> list[str]:
        return [str(node.label) for node in screen.query_one(DocumentTree).root.children]

    async def does(pilot, screen):
        await pilot.press("f2")
        assert [h.split()[0] for h in headings(screen)] == ["EUROCITIES", "ICORN"]
        await pilot.press("g")
        assert [h.split()[0] for h in headings(screen)] == ["other"]
        await pilot.press("slash", *"euroc", "enter")
        await pilot.pause()
        assert [e for h in screen.query_one(DocumentTree).root.children for e in h.children]
        assert "1 of 3" in str(screen.query_one(DocumentPane).query_one("Label").render())
        await pilot.press("enter")
        await pilot.pause()
        assert screen.document.name == "extra"

    play(project, (80, 24), does)


def test_documents_that_are_nearly_the_same_are_marked(project, tmp_path):
    text = "The network shared what it had learned with all members of the forum. " * 20
    add(project, tmp_path / "first.txt", text)
    add(project, tmp_path / "copy.txt", text.replace("forum", "assembly", 1))

    async def does(pilot, screen):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        marked = [
            str(leaf.label)
            for branch in screen.query_one(DocumentTree).root.children
            for leaf in branch.children
            if "≈" in str(leaf.label)
        ]
        assert len(marked) == 2 and any("copy" in label for label in marked)

    play(project, (80, 24), does)


def test_the_code_tree_counts_here_mine_and_all_and_follows_undo(project):
    notes = project.document("notes").id
    project.code(notes, Span(0, 5), "sharing/peer-learning")
    with Project.open(project.path, coder="bo") as other:
        other.code(notes, Span(0, 5), "sharing")

    def label(screen) -> str:
        return str(screen.query_one(CodeTree).root.children[0].label)

    async def does(pilot, screen):
        await pilot.pause()
        assert label(screen).endswith("0·1·2")
        await pilot.press("1")
        await pilot.pause()
        assert label(screen).endswith("1·2·3")
        await pilot.press("u", "u")
        await pilot.pause()
        assert label(screen).endswith("0·0·1")

    play(project, (140, 40), does)


def test_an_unknown_codings_change_elsewhere_leaves_the_place(project):
    async def does(pilot, screen):
        await pilot.press("right_curly_bracket", "s")
        at, chosen = screen.reader.cursor, screen.reader.selection
        with Project.open(project.path, coder="amina") as other:
            other.code(screen.document.id, Span(0, 8), "shaming")
            other.add_code("new one", under="")
        screen.look_outside()
        await pilot.pause()
        assert (screen.reader.cursor, screen.reader.selection) == (at, chosen)
        assert len(screen.reader.index) == 1
        assert "new-one" in {c.path for c in screen.project.codebook.codes}

    play(project, (80, 24), does)


def test_ten_thousand_codings_come_in_pages_and_all_arrive(project, tmp_path):
    text = "The network shared it with all the others. " * 3000
    key = add(project, tmp_path / "long.txt", text)
    spans = [(key, Span(n * 12, n * 12 + 11)) for n in range(10_000)]
    project.code_all(spans, "sharing")

    async def does(pilot, screen):
        for _ in range(50):
            await pilot.pause()
        assert len(screen.reader.index) == 10_000
        await pilot.press("u", "enter")  # so many are asked about
        await pilot.pause()
        assert len(screen.reader.index) == 0

    play(project, (80, 24), does, document="long")


def test_keys_that_come_in_one_burst_go_where_the_one_before_leads(project):
    """As a slow line delivers them: a name typed after c is the picker's, not the text's."""

    async def burst(pilot, *names: str) -> None:
        for name in names:
            key = {"/": "slash"}.get(name, name)
            pilot.app.post_message(events.Key(key, name if len(name) == 1 else None))
        for _ in range(20):
            await pilot.pause(0.02)

    async def does(pilot, screen):
        await burst(pilot, "c", *"shaming", "enter", "/", *"nobody", "enter", "2")
        await burst(pilot, "f2", "/", *"notes", "enter", "enter")
        assert screen.document.name == "notes"

    play(project, (80, 24), does)
    assert stored(project) == [(FIRST, "shaming"), ("Nobody answered.", "showcasing")]


def test_coding_ends_selecting_with_motion_keys(project):
    async def does(pilot, screen):
        await pilot.press("v", "w", "w", "4", "right_parenthesis", "5")

    play(project, (80, 24), does)
    assert stored(project) == [("We share", "shaming"), (SECOND, "seeking-support")]


def test_the_number_of_the_place_found_is_right(project):
    async def does(pilot, screen):
        await pilot.press("slash", *"the", "enter")
        await pilot.pause()
        said = str(screen.query_one("#status").render())
        assert "1 of " in said, said

    play(project, (80, 24), does)


@pytest.mark.parametrize("width", [80, 140])
def test_a_codes_counts_are_never_cut(project, width):
    """A figure without its last digit would be another figure."""
    long = "One city asks another how it did it, and is told at length"
    project.add_code(long, under="sharing")

    async def does(pilot, screen):
        await pilot.press("f3", "space")
        await pilot.pause()
        tree = screen.query_one(CodeTree)
        nodes = [tree.root.children[0], *tree.root.children[0].children]
        for node in nodes:
            words = tree.render_line(node.line).text.rstrip()
            assert words.endswith("0·0·0") and str(node.label) in words
        assert "…" in str(nodes[-1].label)

    play(project, (width, 24), does)


def test_the_open_document_is_in_sight_among_many(project, tmp_path):
    for n in range(30):
        add(project, tmp_path / f"more{n:02}.txt", f"Text number {n}.\n", f"Network {n % 7}")

    async def does(pilot, screen):
        tree = screen.query_one(DocumentTree)
        for name in ("more29", "more06"):
            key = project.document_id(name)
            pilot.app.go_to(key, Span(0, 4))
            await pilot.pause()
            assert tree.cursor_node is not None and tree.cursor_node.data == key
            assert 0 <= tree.cursor_line - tree.scroll_offset.y < tree.size.height
        # Whoever is in the list stays where they are when something is written elsewhere.
        tree.focus()
        await pilot.press("up", "up")
        at = tree.cursor_node.data
        screen.show_documents()
        await pilot.pause()
        assert tree.cursor_node.data == at

    play(project, (140, 40), does)


def test_a_code_is_refused_while_boundaries_are_moved(project):
    async def does(pilot, screen):
        await pilot.press("1", "e", "w", "2")
        await pilot.pause()
        assert "enter keeps them" in said(screen)

    play(project, (80, 24), does)


def test_a_count_given_up_is_no_longer_asked_for(project):
    async def does(pilot, screen):
        await pilot.press("number_sign", "3")
        await pilot.pause()
        assert "count 3" in said(screen)
        await pilot.press("escape")
        await pilot.pause()
        assert "count" not in said(screen)

    play(project, (80, 24), does)


def test_the_next_uncoded_passage_is_speech_not_a_speakers_name(project, tmp_path):
    add(project, tmp_path / "talk.txt", TALK, "ICORN")

    async def does(pilot, screen):
        screen.open_document(project.document_id("talk"))
        await pilot.press("g", "g")
        for _ in range(TALK.count("?") + TALK.count(".") - 1):
            await pilot.press("right_parenthesis", "1")
        await pilot.press("g", "g", "semicolon")
        await pilot.pause()
        assert screen.reader.text[screen.reader.cursor :].endswith("Then we did it too.\n")
        await pilot.press("1", "g", "g")
        await pilot.pause()
        await pilot.press("semicolon")
        await pilot.pause()
        assert "No further passage without your codings" in said(screen)

    play(project, (80, 24), does)


def test_the_time_of_a_turn_is_shown_where_the_text_has_none(project, tmp_path):
    path = tmp_path / "call.vtt"
    path.write_text(
        "WEBVTT\n\n00:01:05.000 --> 00:01:09.000\n<v Anna>How did it begin?\n\n"
        "01:02:09.500 --> 01:02:12.000\n<v Bo>We asked Ghent.\n",
        encoding="utf-8",
    )
    project.import_files([read_one(path, options=Metadata(), row=None)])

    async def does(pilot, screen):
        screen.open_document(project.document_id("call"))
        await pilot.press("G", "b")
        await pilot.pause()
        shown = " ".join(painted(pilot.app).split())
        assert "begin? 1:05" in shown and "Ghent. 1:02:09" in shown
        assert said(screen) == "at 1:02:09"

    play(project, (80, 24), does)
