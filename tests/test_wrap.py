"""Rows cover the text, fit the screen and never cut a character a reader sees as one."""

from __future__ import annotations

from itertools import pairwise

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tcncode.text import wrap
from tcncode.text.wrap import TextLayout

ALPHABETS = {
    "ascii": "abcdefghij  .,-",
    "cjk": "都市連帯。、」サンクチュアリ 도시 ab ",
    "arabic": "مدينةملجأ ًٌَُِّ‏ ",
    "hebrew": "עיר מקלט ",
    "hindi": "नगरशरणक्षत्रिमी ्‍ ािीुू",
    "thai": "เมืองหลวงที่ปลอดภัย ",
    "emoji": "👩‍👩‍👧‍👦❤️🏙️🇩🇪🇫🇷👍🏽 a\u200d\ufe0f",
    "latin": "éèe\u0301o\u0308ßﬁ — “x” \u00ad",
    "controls": "a \t\x1b\x07\x00\x7f\x85\u2028\u202e\r\x9b",
    "jamo": "ᄀ깍가각 x",
}
TEXTS = st.one_of(
    *(st.text(letters + "\n", max_size=120) for letters in ALPHABETS.values()),
    st.text("".join(ALPHABETS.values()) + "\n\n", max_size=200),
)
WIDTHS = st.integers(wrap.MIN_WIDTH, 40)


def starts_of_clusters(text: str) -> set[int]:
    """A slow and obvious version: the whole text at once."""
    found = {0, len(text)}
    for match in regex.finditer(r"\X", text):
        found.add(match.start())
        if wrap.cells(match.group()) > wrap.MAX_CLUSTER:
            found.update(range(match.start(), match.end()))
    return found


@given(TEXTS, WIDTHS)
def test_rows_cover_the_text_without_gap_or_overlap(text, width):
    layout = TextLayout(text, width)
    spans = [layout.row_span(row) for row in range(layout.height)]
    assert spans[0][0] == 0 and spans[-1][1] == len(text)
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert all(start < end for start, end in spans[:-1])


@given(TEXTS, WIDTHS)
def test_no_row_is_wider_than_the_screen_and_lines_end_where_the_text_says(text, width):
    layout = TextLayout(text, width)
    for row in range(layout.height):
        start, end = layout.row_span(row)
        used = sum(w for _, _, w in layout.row_clusters(row))
        assert used + text[start:end].count("\n") <= layout.width
        assert "\n" not in text[start : end - 1]


@given(TEXTS, WIDTHS)
def test_rows_begin_where_a_grapheme_begins(text, width):
    layout = TextLayout(text, width)
    assert set(layout.rows) <= starts_of_clusters(text)


@given(TEXTS, WIDTHS)
def test_offset_and_cell_are_inverse_where_a_cluster_begins(text, width):
    layout = TextLayout(text, width)
    for row in range(layout.height):
        for start, end, used in layout.row_clusters(row):
            at = layout.cell_of(start)
            assert at[0] == row
            # Both halves of a wide character are that character.
            assert {layout.offset_at(row, at[1] + i) for i in range(used)} == {start}
            assert {layout.cell_of(inside) for inside in range(start, end)} == {at}
            assert {layout.snap(inside) for inside in range(start, end)} == {start}


@given(TEXTS, WIDTHS)
@example("\u1100" * 5, 11)  # one cluster of ten cells, cut into pieces
def test_stepping_forward_and_back_visits_the_same_places(text, width):
    layout = TextLayout(text, width)
    there, at = [0], 0
    while at < len(text):
        at = layout.after(at)
        there.append(at)
    back = [at]
    while at > 0:
        at = layout.before(at)
        back.append(at)
    assert there == back[::-1]
    assert set(there) <= starts_of_clusters(text)


@given(TEXTS, WIDTHS, st.integers(-30, 30))
def test_many_steps_are_as_many_single_ones(text, width, count):
    layout = TextLayout(text, width)
    at = one = layout.snap(len(text) // 2)
    for _ in range(abs(count)):
        one = layout.after(one) if count > 0 else layout.before(one)
    assert layout.snap(layout.step(at, count)) == one


LONG = st.lists(TEXTS, min_size=1, max_size=12).map("\n".join)


@given(LONG, WIDTHS, st.integers(0, 2000), st.integers(1, 300), st.integers(1, 60))
def test_slices_from_any_place_give_the_rows_of_the_whole(text, width, at, slice_, around):
    eager = TextLayout(text, width)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wrap, "AROUND", around)
        layout = TextLayout(text, 0)
        at = min(at, len(text))
        layout.begin(width, at)
        assert layout.knows(at)
        while True:
            rows = layout.rows.tolist()
            known = [row for row in eager.rows if layout.first <= row]
            assert rows == known[: len(rows)]
            here = layout.row_of(at)
            assert layout.row_span(here) == eager.row_span(eager.row_of(at))
            assert layout.row_end(here) == eager.row_end(eager.row_of(at))
            assert layout.snap(at) == eager.snap(at)
            if layout.complete:
                break
            before, added = here, layout.more(slice_)
            assert layout.row_of(at) == before + added
    assert layout.rows == eager.rows


@given(
    LONG, WIDTHS, st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 400)), min_size=1),
)  # fmt: skip
@example("जो word\n" * 80, 12, [(400, 30), (0, 30)])
def test_any_place_can_be_reached_before_all_is_wrapped(text, width, places):
    eager = TextLayout(text, width)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wrap, "AROUND", 20)
        layout = TextLayout(text, 0)
        layout.begin(width)
        for at, characters in places:
            at = min(at, len(text))
            first = layout.rows[0]
            renumbered = layout.reach(at)
            assert layout.knows(at)
            assert renumbered or layout.rows[0] == first
            row = layout.row_of(at)
            assert layout.row_span(row) == eager.row_span(eager.row_of(at))
            assert layout.cell_of(at)[1] == eager.cell_of(at)[1]
            layout.more(characters)
        for _ in range(len(text) // 20 + 2):
            for at in (0, len(text)):  # jumping about undoes nothing
                layout.reach(at)
                layout.more(20)
        assert layout.rows == eager.rows


@given(st.text("abc defg", max_size=200), WIDTHS)
def test_words_are_cut_only_when_longer_than_a_row(text, width):
    layout = TextLayout(text, width)
    for start in layout.rows[1:]:
        word = regex.search(r"\S*$", text[:start]).group() + regex.match(r"\S*", text[start:])[0]
        assert text[start - 1] == " " or len(word) >= width


def test_every_letter_called_narrow_or_wide_is_so_and_stands_alone():
    """The fast ways rest on this; Unicode grows with each version of ``regex`` and ``rich``."""
    narrow, wide = regex.compile(f"[{wrap._NARROW}]"), regex.compile(f"[{wrap._WIDE}]")
    for letter in map(chr, [*range(0x20, 0xD800), *range(0xE000, 0x10000)]):
        for pattern, width in ((narrow, 1), (wide, 2)):
            if pattern.match(letter):
                assert cell_len(letter) == width, hex(ord(letter))
                assert len(regex.findall(r"\X", f"a{letter}都{letter}b")) == 5, hex(ord(letter))


@pytest.mark.parametrize("text", ["", "\n", "a\n", "\n\n", " " * 50, "x" * 50])
def test_small_and_odd_texts_have_rows(text):
    layout = TextLayout(text, 12)
    assert layout.height >= text.count("\n") + 1
    assert layout.row_of(len(text)) == layout.height - 1


def test_a_row_does_not_begin_with_a_closing_mark():
    layout = TextLayout("都市連帯。都市", 10)
    assert "。" not in {layout.text[start] for start in layout.rows}


def test_a_tab_reaches_the_next_stop_and_is_one_character():
    layout = TextLayout("a\tb", 20)
    assert [layout.cell_of(offset) for offset in range(4)] == [(0, 0), (0, 1), (0, 4), (0, 5)]
    assert layout.offset_at(0, 3) == 1
