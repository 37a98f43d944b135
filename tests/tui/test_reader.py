"""What the document pane does with keys and the mouse, and what it paints."""

from __future__ import annotations

import random

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from tui.reading import (
    BOOK,
    TALK,
    coding,
    gutter,
    place,
    read,
    rows,
    shown,
    styles,
    units_of,
)  # fmt: skip

from tcncode.model import Coding
from tcncode.text import Span, wrap
from tcncode.text.safe import safe_line
from tcncode.text.wrap import TextLayout
from tcncode.tui import canvas
from tcncode.tui.coding_index import CodingIndex
from tcncode.tui.painter import Looks, Painter
from tcncode.tui.palette import DOTTED, FOOT, Palette
from tcncode.tui.reader import Reader
from tcncode.tui.units import Units

CODED = [coding("We shared", "c1"), coding("prize", "c2"), coding("the ministry", "c3")]
SUGGESTED = [place("Nobody answered."), place("Members must report")]
HITS = [place("others"), place("the others came"), place("a year")]

MOTIONS = [
    ("l l l", " cities"),
    ("l l h", "ow cities"),
    ("w", "cities talk"),
    ("w w b", "cities talk"),
    ("right_parenthesis right_parenthesis", "I ask"),
    ("right_curly_bracket right_curly_bracket", "Mayor: We"),
    ("right_curly_bracket right_curly_bracket left_curly_bracket", "Ann [00:01"),
    ("t", "Ann [00:01"),
    ("t t t", "Ann [00:02"),
    ("t t t T", "Mayor: We"),
    ("t t j k", "Mayor: We"),
    ("end", "\n\nAnn"),
    ("end 0", "How"),
    ("G g w", "cities talk"),
    ("semicolon", "it in Łódź"),
    ("semicolon semicolon", "."),
    ("semicolon semicolon semicolon semicolon", "?\n\f"),
    ("semicolon semicolon colon", "it in Łódź"),
    ("number_sign 3 w", "to one"),
    ("number_sign 1 2 w", "you learn"),
    ("number_sign 2 t", "Mayor: We"),
    ("number_sign 2 b", "How"),
    ("number_sign 9 9 9 9 9 9 w", ""),
    ("number_sign 9 9 9 9 9 9 l", ""),
    ("number_sign 9 9 9 9 9 9 t", "Mayor: They"),
    ("G number_sign 9 9 9 9 9 9 h", "How"),
    ("G number_sign 9 9 9 9 9 9 k", "How"),
    ("number_sign 9 9 9 9 9 9 j", ""),
    ("number_sign 2 semicolon", "the others came to see"),
    ("number_sign 2 5 backspace w", "talk"),
    ("number_sign 5 escape w", "cities talk"),
    ("number_sign w", "cities talk"),
    ("number_sign 3 g w", "cities talk"),
    ("number_sign 5 number_sign 2 w", "talk"),
]


@pytest.mark.parametrize(("keys", "after"), MOTIONS, ids=[keys for keys, _ in MOTIONS])
def test_motions(keys, after):
    """``after`` is what stands after the cursor then."""

    async def does(pilot, reader):
        await pilot.press(*keys.split())
        found = TALK[reader.cursor :]
        assert found.startswith(after) and (after or not found)
        assert reader.selection is None

    read(does, codings=CODED if "2 semicolon" not in keys else [*CODED, coding(", and ", "c4")])


SELECTIONS = [
    ("s", "How cities talk to one another"),
    ("t s", "What did you learn from the others?"),
    ("t s s minus", "What did you learn from the others?"),
    ("t right_parenthesis s", "I ask because the report is silent."),
    (
        "t number_sign 2 right_parenthesis s S minus",
        TALK[TALK.index("We shared") : TALK.index(" The cafe")],
    ),
    ("t right_parenthesis left_parenthesis s", "What did you learn from the others?"),
    ("t s S minus", "What did you learn from the others?"),
    ("number_sign 2 s", TALK[: TALK.index(" I ask")]),
    ("G S", TALK[TALK.index("Members") :].strip()),
    ("t p", TALK[slice(TALK.index("Ann"), TALK.index("\nMayor"))]),
    ("t t number_sign 2 P", TALK[slice(TALK.index("Ann"), TALK.index("\nAnn [00:02"))]),
    ("w plus", "cities"),
    ("w plus plus", "How cities talk to one another"),
    ("w number_sign 9 9 plus", TALK.rstrip()),
    ("w plus plus plus minus minus", "cities"),
    ("w v w w", "cities talk"),
    ("w v w w z b", "How cities talk"),
    ("w shift+right shift+right shift+left", "c"),
    ("w number_sign 3 ctrl+shift+right", "cities talk to"),
    ("v number_sign 2 t", TALK[: TALK.index("Mayor")]),
    ("v semicolon", TALK[: TALK.index(" it in Łódź") + 1]),
    ("t shift+down shift+up shift+right", "A"),
    ("w v w escape", None),
]


@pytest.mark.parametrize(("keys", "expected"), SELECTIONS, ids=[keys for keys, _ in SELECTIONS])
def test_selections(keys, expected):
    async def does(pilot, reader):
        await pilot.press(*keys.split())
        chosen = reader.selection
        assert (TALK[slice(*chosen)] if chosen else None) == expected

    read(does, codings=CODED)


def with_all(reader: Reader) -> None:
    reader.show_suggestions(SUGGESTED)
    reader.show_hits(HITS)


@pytest.mark.parametrize(
    ("unit", "places"),
    [
        ("coded", [place("We shared"), place("prize"), place("the ministry")]),
        ("suggestion", SUGGESTED),
        ("hit", HITS),
        ("turn", [tuple(part) for part in units_of(TALK).turns]),
        ("page", list(units_of(TALK).pages)[1:]),
    ],
)
def test_going_stops_at_each_place_and_then_says_so(unit, places):
    async def does(pilot, reader):
        with_all(reader)
        starts = [start for start, _ in places]
        seen = []
        while reader.go(unit, 1):
            seen.append(reader.cursor)
        assert seen == starts
        back = []
        while reader.go(unit, -1):
            back.append(reader.cursor)
        assert back == [*([0] if unit == "page" else []), *starts][::-1][1:]
        assert reader.go(unit, -1, around=True)
        assert reader.cursor == starts[-1]
        assert reader.go(unit, 1, around=True)
        assert reader.cursor == (0 if unit == "page" else starts[0])

    read(does, codings=CODED)


@pytest.mark.parametrize(
    ("unit", "places"),
    [
        ("coded", [place("We shared"), place("prize"), place("the ministry")]),
        ("suggestion", SUGGESTED),
        ("hit", HITS),
    ],
)
def test_taking_selects_each_place_and_then_says_so(unit, places):
    async def does(pilot, reader):
        with_all(reader)
        seen = []
        while reader.take(unit, 1):
            seen.append(reader.selection)
        assert seen == places
        back = []
        while reader.take(unit, -1):
            back.append(reader.selection)
        assert back == places[::-1][1:]
        reader.place(places[1][0] + 2)
        assert reader.take(unit, 1)
        assert reader.selection == places[1]

    read(does, codings=CODED)


def test_codings_that_begin_together_are_taken_one_after_the_other():
    more = [coding("We shared it", "c2"), coding("We", "c4"), coding("We", "c5")]

    async def does(pilot, reader):
        seen = []
        while reader.take("coded", 1):
            seen.append(TALK[slice(*reader.selection)])
        assert seen == ["We", "We shared", "We shared it", "prize", "the ministry"]
        back = []
        while reader.take("coded", -1):
            back.append(TALK[slice(*reader.selection)])
        assert back == seen[::-1][1:]

    read(does, codings=[*CODED, *more])


def test_what_is_not_coded_is_taken_without_the_spaces_around_it():
    theirs = coding("It won", "c1", "bo")
    edges = [0, *(edge for c in CODED for edge in (c.span.start, c.span.end)), len(TALK)]
    left = [TALK[a:b].strip() for a, b in zip(edges[::2], edges[1::2], strict=True)]

    async def does(pilot, reader):
        seen = []
        while reader.take("uncoded", 1):
            seen.append(TALK[slice(*reader.selection)])
        assert seen == left
        assert any("It won" in words for words in seen)
        reader.place(TALK.index("Łódź"))
        assert reader.take("uncoded", -1)
        assert TALK[slice(*reader.selection)] == left[1]

    read(does, codings=[*CODED, theirs])


def test_keys_say_when_there_is_no_further_one():
    async def does(pilot, reader):
        await pilot.press("T", "G", "semicolon", "t")
        await pilot.pause()
        told = [(event.unit, event.step) for event in pilot.app.of(Reader.NoMore)]
        assert told == [("turn", -1), ("uncoded", 1), ("turn", 1)]
        assert reader.cursor == len(TALK)

    read(does)


def test_digits_of_a_count_do_not_code():
    async def does(pilot, reader):
        await pilot.press("number_sign", "1", "0", "w", "2", "number_sign", "3", "escape", "4")
        await pilot.pause()
        assert pilot.app.digits == [2, 4]
        counts = [event.count for event in pilot.app.of(Reader.Counting)]
        assert counts == [0, 1, 10, 0, 3, None]
        await pilot.press("g", "number_sign", "3", "x", "w")
        assert TALK[reader.cursor :].startswith("cities")  # x did not want it, nor does w get it

    read(does)


def test_a_count_is_for_what_the_screen_asks_for_too():
    async def does(pilot, reader):
        await pilot.press("number_sign", "2", "right_square_bracket")
        assert reader.go("coded", 1)
        assert reader.cursor == place("prize")[0]
        assert reader.go("coded", 1)
        assert reader.cursor == place("the ministry")[0]

    read(does, codings=CODED)


# The mouse


def test_a_drag_goes_on_while_the_mouse_rests_below_the_text():
    text = "one two three four\n" * 200

    async def does(pilot, reader):
        column = reader.text_column
        await pilot.mouse_down(Reader, offset=(column + 4, 2))
        await pilot.hover(Reader, offset=(column + 4, 5))
        assert reader.selection == (2 * 19 + 4, 5 * 19 + 4)
        top = reader.scroll_offset.y
        reader.on_mouse_move(FakeMove(column + 4, reader.size.height + 1))
        for _ in range(200):
            await pilot.pause(0.02)
            if reader.scroll_offset.y > top + 6:
                break
        assert reader.scroll_offset.y > top + 6
        begin, end = reader.selection
        assert begin == 2 * 19 + 4
        assert reader.text_layout.row_of(end) >= top + reader.size.height
        await pilot.mouse_up(Reader, offset=(column + 4, 5))
        stopped = reader.scroll_offset.y, reader.selection
        await pilot.pause(0.2)
        assert (reader.scroll_offset.y, reader.selection) == stopped

    read(does, text)


class FakeMove:
    """The mouse outside the terminal's edge, where a pilot cannot put it."""

    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y


def test_clicks_choose_words_and_sentences_and_a_drag_goes_on_by_words():
    async def does(pilot, reader):
        column = reader.text_column
        await pilot.click(Reader, offset=(column + 5, 0), times=2)
        assert reader.selection == place("cities")
        await pilot.click(Reader, offset=(column + 5, 0), times=3)
        assert reader.selection == place("How cities talk to one another")
        await pilot.click(Reader, offset=(column + 30, 2))
        await pilot.mouse_down(Reader, offset=(column + 5, 0))
        await pilot.mouse_up(Reader, offset=(column + 5, 0))
        await pilot.mouse_down(Reader, offset=(column + 5, 0))
        await pilot.hover(Reader, offset=(column + 13, 0))
        assert reader.selection == place("cities talk")
        await pilot.hover(Reader, offset=(column + 1, 0))
        assert reader.selection == place("How cities")
        await pilot.mouse_up(Reader, offset=(column + 1, 0))
        assert reader.selection == place("How cities")

    read(does)


def test_a_click_on_a_stripe_chooses_the_coding_that_is_drawn_there():
    many = [coding("prize", f"c{n}") for n in range(6)]

    async def does(pilot, reader):
        row = reader.text_layout.row_of(place("prize")[0])
        for lane in range(reader.text_column - 1):
            await pilot.click(Reader, offset=(lane, row))
        await pilot.click(Reader, offset=(0, row + 1))
        await pilot.pause()
        chosen = [event.coding for event in pilot.app.of(Reader.CodingChosen)]
        lanes = [reader.index.lanes[c.id] for c in chosen]
        assert lanes[:3] == [0, 1, 2] and len(chosen) == 4 and lanes[3] >= 3
        assert reader.cursor == 0

    read(does, codings=many)


def test_the_wheel_scrolls_and_the_cursor_stays():
    async def does(pilot, reader):
        await pilot._post_mouse_events([_wheel()], Reader, offset=(10, 5), button=0)
        await pilot.pause()
        assert reader.scroll_offset.y > 0
        assert reader.cursor == 0

    read(does, "one two\n" * 100)


def _wheel():
    from textual.events import MouseScrollDown

    return MouseScrollDown


# Painting

HOSTILE = [
    "a\x1b[31m\x07b\x00\x9b2J\x85\u2028\u202e\u2066c\x7f",
    "tab\there\t\tand",
    "👩‍👩‍👧‍👦 ❤️ 🇩🇪🇫🇷 👍🏽 e\u0301 a\u200d",
    "大阪市とネットワーク、ok",
    "مدينة ملجأ עיר מקלט",
    "नगरशरण क्षत्रिय เมืองหลวง",
    "\u200b\ufeff\u00adx\u2060 \U000e0041",
]


def harmless(text: str) -> str:
    """What may be painted for a text; a joiner with nothing to join is left away."""
    return "".join(safe_line(c).rstrip("\u200d") for c in regex.findall(r"\X", text))


@pytest.mark.parametrize("line", HOSTILE)
def test_the_cursor_lies_on_one_whole_character_everywhere(line):
    async def does(pilot, reader):
        layout = reader.text_layout
        assert shown(reader, 0).replace(" ", "") == harmless(line).replace(" ", "")
        at = 0
        while at < len(line):
            reader.place(at)
            on = [s for s in rows(reader)[0] if s.style and s.style.bgcolor == _cursor(reader)]
            stop = layout.after(at)
            assert "".join(s.text for s in on).strip() == harmless(line[at:stop]).strip()
            cells = layout.cell_of(stop)[1] - layout.cell_of(at)[1]
            assert sum(segment.cell_length for segment in on) == cells
            assert {row.cell_length for row in rows(reader)} == {reader.size.width - 1}
            at = stop

    read(does, line)


@given(
    st.text("ab \n" + "".join(HOSTILE), max_size=150), st.integers(0, 150), st.integers(0, 150),
    st.integers(10, 30),
)  # fmt: skip
def test_painted_rows_are_the_harmless_text_and_as_wide_as_asked(text, low, high, width):
    layout = TextLayout(text, width)
    painter = Painter(layout, Palette(BOOK, dark=True, colours="truecolor"), Looks())
    painter.units = Units(text)
    low, high = sorted((layout.snap(min(low, len(text))), layout.snap(min(high, len(text)))))
    for row in range(layout.height):
        start, end = layout.row_span(row)
        strip = painter.row(row, painter.gutter + layout.width, (low, high), low)
        assert strip.cell_length == painter.gutter + layout.width
        assert sum(segment.cell_length for segment in strip) == strip.cell_length
        painted = strip.text[painter.gutter :].replace(" ", "")
        assert painted == harmless(text[start:end].removesuffix("\n")).replace(" ", "")


def _cursor(reader):
    return reader._painter.looks.cursor.bgcolor


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 200), st.sampled_from([None, "c1"]))
def test_tints_are_those_of_the_coding_in_front(seed, many, active):
    """One's own before another's, the chosen code first, then the shortest."""
    rnd = random.Random(seed)
    text = "x" * 60
    codings = []
    for n in range(many):
        start = rnd.randrange(60)
        span = Span(start, min(60, start + rnd.choice((1, 5, 40))))
        codings.append(Coding(f"{n:03}", "d", span, f"c{rnd.randrange(4)}", rnd.choice("ab")))
    palette = Palette(BOOK, dark=True, colours="truecolor")
    painter = Painter(TextLayout(text, 70), palette, Looks())
    painter.index = CodingIndex(codings, text=text, coder="a")
    painter.active = active
    painter.units = Units(text)
    strip = painter.row(0, 80, None, None)
    seen = [segment.style for segment in strip for _ in segment.text][painter.gutter :][:60]
    for at, style in enumerate(seen):
        here = [c for c in codings if c.span.start <= at < c.span.end]
        if not here:
            assert style.bgcolor is None
            continue
        here.sort(key=lambda c: (c.coder != "a", c.code != active or c.coder != "a", len(c.span),
                                 c.span.start, c.id))  # fmt: skip
        own = here[0].coder == "a"
        assert style == palette.tint(here[0].code, several=len(here) > 1, own=own)


def test_a_row_asks_for_few_of_the_thousands_that_lie_on_it(monkeypatch):
    rnd = random.Random(4)
    text = "word " * 200
    codings = []
    for n in range(5000):
        start = rnd.randrange(900)
        codings.append(Coding(f"{n}", "d", Span(start, start + rnd.randrange(10, 90)), "c1", "a"))
    asked = 0
    honest = CodingIndex.front_first

    def counting(self, start, end):
        nonlocal asked
        for found in honest(self, start, end):
            asked += 1
            yield found

    monkeypatch.setattr(CodingIndex, "front_first", counting)

    async def does(pilot, reader):
        nonlocal asked
        reader.repaint_all()
        asked = 0
        assert reader.index.count(400, 460) > 500
        rows(reader)
        assert asked < 100 * reader.text_layout.height
        asked = 0
        await pilot.press("j", "w", "l", "shift+right")
        rows(reader)
        assert asked == 0

    read(does, text, codings=codings)


def test_stripes_name_their_code_where_they_begin_and_on_top():
    text = "one two three four\n" * 60
    long = Coding("long", "d", Span(0, 19 * 30), "c2", "amina")
    theirs = Coding("bo", "d", Span(19 * 2, 19 * 8), "c4", "bo")

    async def does(pilot, reader):
        column = [gutter(reader, y) for y in range(10)]
        body = Palette(BOOK, dark=True, colours="truecolor").pattern("c2")
        assert [line[0] for line in column] == ["2"] + [body] * 9
        assert [line[1] for line in column] == [" ", " ", "4"] + [DOTTED] * 4 + [FOOT, " ", " "]
        await pilot.press("number_sign", "3", "5", "j")
        await pilot.pause()
        top = reader.scroll_offset.y
        assert top > 0
        assert gutter(reader, 0)[0] == "2" and gutter(reader, 1)[0] == body
        assert gutter(reader, 29 - top)[0] == FOOT

    read(does, text, codings=[long, theirs])


def test_a_plus_stands_where_more_codings_are_than_lanes():
    many = [coding("prize", f"c{n}") for n in range(8)]

    async def does(pilot, reader):
        row = reader.text_layout.row_of(place("prize")[0])
        assert gutter(reader, row)[3] == "+"
        assert all("+" not in gutter(reader, y) for y in range(row))
        reader.change_codings([c.id for c in many[4:]], [])
        assert sorted(gutter(reader, row)[:4]) == list("0123")
        assert "+" not in gutter(reader, row)

    read(does, codings=many)


def test_turns_pages_and_headings_are_shown_and_the_text_stays():
    async def does(pilot, reader):
        cells = styles(reader, 0)[reader.text_column :]
        assert all(style.bold for style in cells[1:30]) and shown(reader, 0).endswith("p. 1")
        label = styles(reader, 2)[reader.text_column :]
        assert [bool(style.bold) for style in label[:5]] == [True] * 3 + [False] * 2
        assert [bool(style.dim) for style in label[4:14]] == [False] + [True] * 8 + [False]
        pages = [y for y in range(12) if shown(reader, y).endswith("p. 2")]
        begin = next(iter(list(reader.units.pages)[1:]))[0]
        assert pages == [reader.text_layout.row_of(begin)]
        assert gutter(reader, pages[0])[-1] not in " ?"

    read(does)


def test_names_stand_beside_the_row_where_a_coding_begins():
    async def does(pilot, reader):
        assert reader.show_names
        row = reader.text_layout.row_of(place("prize")[0])
        assert shown(reader, row).endswith("code2")
        assert sum("code2" in shown(reader, y) for y in range(10)) == 1
        assert "code4 (bo)" in shown(reader, reader.text_layout.row_of(place("Members")[0]))
        wide = reader.text_layout.width
        reader.show_names = False
        assert "code2" not in shown(reader, row)
        assert reader.text_layout.width == wide + canvas.NAMES_WIDTH
        await pilot.resize_terminal(80, 24)
        await pilot.pause(0.1)
        reader.show_names = True
        row = reader.text_layout.row_of(place("prize")[0])
        assert shown(reader, row).endswith("code2")
        assert {strip.cell_length for strip in rows(reader)} == {79}

    read(does, codings=[*CODED, coding("Members", "c4", "bo")], size=(140, 24))


def test_the_current_hit_looks_different_and_hits_have_their_own_lengths():
    async def does(pilot, reader):
        with_all(reader)
        looks = reader._painter.looks

        def look(at):
            row, cell = reader.text_layout.cell_of(at)
            return styles_wide(reader, row)[cell]

        assert reader.go("hit", 1)
        reader.place(0)
        assert look(HITS[0][0] + 1).bgcolor == looks.current.bgcolor
        assert look(HITS[2][1] - 1).bgcolor == looks.hit.bgcolor
        assert look(HITS[2][1]).bgcolor != looks.hit.bgcolor
        assert reader.go("hit", 1, around=True)
        await pilot.press("escape")
        assert look(HITS[2][1] - 1).bgcolor not in (looks.hit.bgcolor, looks.current.bgcolor)

    read(does)


def styles_wide(reader, y):
    """One style a cell, wide characters counted twice, without the gutter."""
    cells = [seg.style for seg in rows(reader)[y] for _ in range(seg.cell_length)]
    return cells[reader.text_column :]


def test_a_suggestion_has_a_mark_and_another_type():
    async def does(pilot, reader):
        with_all(reader)
        row, cell = reader.text_layout.cell_of(SUGGESTED[0][0])
        assert gutter(reader, row)[-1] == "?"
        assert styles_wide(reader, row)[cell].italic
        assert not styles_wide(reader, row)[cell - 2].italic
        reader.show_suggestions([])
        assert gutter(reader, row)[-1] != "?"
        assert not styles_wide(reader, row)[cell].italic

    read(does)


@pytest.mark.parametrize("colours", ["truecolor", "256", None])
def test_others_codings_never_look_like_ones_own(colours):
    palette = Palette(BOOK, dark=True, colours=colours)
    for code in ("c0", "c1"):
        assert palette.tint(code, several=False) != palette.tint(code, several=False, own=False)
        assert palette.stripe(code) != palette.stripe(code, own=False)


def test_the_sentence_that_a_code_would_be_put_on_is_marked():
    """In its own ground and by a bar in the margin; what a selection is needs no other mark."""

    def grounds(reader) -> list[tuple[int, int]]:
        """Stretches of the text on the mark's ground."""
        ground = reader._painter.looks.sentence.bgcolor
        found: list[list[int]] = []
        for y in range(reader.text_layout.height):
            low, high = reader.text_layout.row_span(y)
            for n, style in enumerate(styles_wide(reader, y)[: high - low]):
                if style is not None and style.bgcolor == ground:
                    if found and found[-1][1] == low + n:
                        found[-1][1] += 1
                    else:
                        found.append([low + n, low + n + 1])
        return [tuple(part) for part in found]

    text = "One is here. Two is there, and it\ngoes on. Three.\n\nFour.\n"

    async def does(pilot, reader):
        first, second = place("One is here.", text), place("Two is there, and it\ngoes on.", text)
        assert grounds(reader) == [(1, first[1])]  # the cursor's own character is in reverse
        await pilot.press("right_parenthesis")
        assert [gutter(reader, y)[-1] for y in range(4)] == ["▎", "▎", " ", " "]
        at = text.index("\n")
        assert grounds(reader) == [(second[0] + 1, at), (at + 1, second[1])]
        assert reader.target == second
        await pilot.press("s")
        assert grounds(reader) == [] and reader.target == second
        await pilot.press("escape", "G", "up")
        assert (reader.target, grounds(reader)) == (place("Four.", text), [place("our.", text)])
        await pilot.press("up")
        assert (reader.target, grounds(reader)) == (None, [])

    read(does, text)


def test_where_a_sign_stands_it_is_the_bar_too():
    async def does(pilot, reader):
        with_all(reader)
        row = reader.text_layout.row_of(SUGGESTED[0][0])
        sign = next(seg for seg in rows(reader)[row] if seg.text == "?")
        assert not sign.style.reverse
        reader.place(SUGGESTED[0][0])
        sign = next(seg for seg in rows(reader)[row] if seg.text == "?")
        assert sign.style.reverse

    read(does)


def test_without_colour_the_bar_alone_marks_the_sentence():
    async def does(pilot, reader):
        await pilot.press("right_curly_bracket")
        row = reader.text_layout.row_of(reader.cursor)
        marked = [y for y in range(8) if gutter(reader, y)[-1] == "▎"]
        end = reader.text_layout.row_of(reader.target[1] - 1)
        assert marked == list(range(row, end + 1))
        assert not any(
            s and (s.bold or s.underline) for s in styles_wide(reader, end)[:1] if end > row
        )

    read(does, colours=None)


# What a key costs

LONG = "The network shared what it had learned with all the others, and more. " * 700


def paragraphs_of(text: str) -> str:
    return text.replace("more. The", "more.\nThe")


async def painted(pilot, reader, does, *args) -> int:
    await pilot.pause()
    before = reader.rows_painted
    does(*args)
    await pilot.pause()
    await pilot.pause()
    return reader.rows_painted - before


@pytest.mark.parametrize("many", [0, 3000])
def test_a_key_paints_two_rows_and_a_coding_its_own(many):
    rnd = random.Random(1)
    text = paragraphs_of(LONG)
    codings = []
    for n in range(many):
        start = rnd.randrange(len(text) - 300)
        codings.append(Coding(f"{n}", "d", Span(start, start + 200), f"c{n % 5}", "amina"))

    async def does(pilot, reader):
        reader.place(len(text) // 2)
        await pilot.pause()
        for _ in range(3):  # at the foot of the screen: each scrolls
            assert await painted(pilot, reader, reader.action_move, "row", 1) <= 2
        for unit in ("row", "char", "word"):
            for step in (1, -1):
                # Where the sentence is another one, the mark leaves its rows and comes to others.
                most = 4 if unit == "row" else 2
                assert await painted(pilot, reader, reader.action_move, unit, step) <= most
                assert await painted(pilot, reader, reader.action_extend, unit, step) <= most
        reader.action_clear()
        reader.take("sentence", 1)
        start, end = reader.selection
        layout = reader.text_layout
        span = layout.row_of(end - 1) - layout.row_of(start) + 1
        new = Coding("new", "d", Span(start, end), "c3", "amina")
        assert 1 <= await painted(pilot, reader, reader.change_codings, [], [new]) <= span
        assert await painted(pilot, reader, reader.change_codings, ["new"], []) <= 2 * span
        same = [*codings]
        assert await painted(pilot, reader, reader.show_codings, same) == 0

    read(does, text, codings=codings)


def test_many_codings_at_once_paint_at_most_the_screen_and_leave_unchanged_rows():
    text = paragraphs_of(LONG)

    async def does(pilot, reader):
        far = [
            Coding(f"f{n}", "d", Span(n, n + 50), "c1", "amina")
            for n in range(len(text) // 2, len(text) // 2 + 400)
        ]
        assert await painted(pilot, reader, reader.change_codings, [], far) == 0
        near = [Coding(f"n{n}", "d", Span(n, n + 2), "c1", "amina") for n in range(150)]
        assert await painted(pilot, reader, reader.change_codings, [], near) == 3
        assert len(reader.index) == 550

    read(does, text)


# Wrapping in slices

THAI = "เมืองหลวงที่ปลอดภัย " * 30 + "\n"


@pytest.fixture
def slowly(monkeypatch):
    """One small slice a turn."""
    monkeypatch.setattr(canvas, "_TURN", 0.0)
    monkeypatch.setattr(canvas, "_SLICE", 300)
    monkeypatch.setattr(wrap, "AROUND", 2000)


def test_a_slow_script_is_on_screen_before_all_of_it_is_wrapped(slowly, monkeypatch):
    monkeypatch.setattr(canvas, "_PAUSE", 3600.0)
    text = THAI * 60
    eager = TextLayout(text, 80 - 1 - 5)

    async def does(pilot, reader):
        layout = reader.text_layout
        seen = [strip.text for strip in rows(reader)]
        assert not layout.complete and all(line.strip() for line in seen)
        while not layout.complete:
            known = layout.height
            reader._wrap_on()
            assert known < layout.height
            await pilot.pause()
            assert reader.virtual_size.height >= layout.height
        assert layout.rows == eager.rows
        assert reader.virtual_size.height == eager.height
        assert [strip.text for strip in rows(reader)] == seen
        assert reader._wrapping is None

    read(does, text)


@pytest.mark.parametrize(
    "keys", ["G", "G b pageup pageup", "pagedown " * 8, "G g", "G k k"],
    ids=["end", "end-back", "pages", "end-top", "end-up"],
)  # fmt: skip
def test_every_place_can_be_gone_to_meanwhile(slowly, monkeypatch, keys):
    text = THAI * 60
    monkeypatch.setattr(canvas, "_PAUSE", 3600.0)

    async def go(pilot, reader):
        await pilot.press(*keys.split())
        places.append(reader.cursor)
        row = reader.text_layout.row_of(reader.cursor)
        assert reader.scroll_offset.y <= row < reader.scroll_offset.y + reader.size.height
        seen = [strip.text for strip in rows(reader)]
        assert not reader.text_layout.complete
        while not reader.text_layout.complete:
            reader._wrap_on()
            await pilot.pause()
            # What is read stays where it is.
            assert [strip.text for strip in rows(reader)] == seen
        assert reader.cursor == places[-1]
        row = reader.text_layout.row_of(reader.cursor)
        assert reader.scroll_offset.y <= row < reader.scroll_offset.y + reader.size.height

    places: list[int] = []
    read(go, text)

    async def waited(pilot, reader):
        reader._finish()
        await pilot.press(*keys.split())
        places.append(reader.cursor)

    read(waited, text)
    assert places[0] == places[1]


def test_opening_deep_in_a_slow_text_shows_that_place(slowly):
    text = THAI * 60
    at = len(text) * 3 // 4

    async def does(pilot, reader):
        assert reader.cursor == reader.text_layout.snap(at)
        row = reader.text_layout.row_of(at)
        assert reader.scroll_offset.y <= row < reader.scroll_offset.y + reader.size.height
        seen = [strip.text for strip in rows(reader)]
        for _ in range(2000):
            if reader.text_layout.complete:
                break
            await pilot.pause(0.005)
        assert reader.text_layout.complete
        assert [strip.text for strip in rows(reader)] == seen

    read(does, text, at=at)


@pytest.mark.parametrize("text", [THAI * 60, paragraphs_of(LONG)], ids=["slow", "quick"])
def test_a_resize_keeps_the_top_on_top_and_the_cursor_in_sight(slowly, text):
    async def does(pilot, reader):
        await pilot.press(*["pagedown"] * 9)
        layout = reader.text_layout
        top = layout.rows[reader.scroll_offset.y]
        at = reader.cursor
        for size in ((60, 40), (150, 30), (100, 20)):
            await pilot.resize_terminal(*size)
            for _ in range(100):
                await pilot.pause(0.02)
                if reader.size.height == size[1] and reader.virtual_size.width == size[0] - 1:
                    break
            assert reader.cursor == at
            row = layout.row_of(at)
            assert 0 <= row - reader.scroll_offset.y < reader.size.height
            start, end = layout.row_span(reader.scroll_offset.y)
            assert start <= top < end or row - reader.scroll_offset.y == reader.size.height - 1
            top = start

    read(does, text)


def test_another_text_meanwhile_forgets_the_first(slowly):
    async def does(pilot, reader):
        other = "short\n"
        reader.show_text(other, units_of(other), ())
        await pilot.pause(0.1)
        assert reader.text_layout.complete
        assert (reader.virtual_size.height, shown(reader, 0)) == (2, "short")

    read(does, THAI * 60)
