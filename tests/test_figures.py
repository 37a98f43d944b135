"""Figures: what is drawn, where, and what their descriptions say."""

from __future__ import annotations

import random
import re
import warnings
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import CODEBOOK
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tcncode.codebook import load
from tcncode.making import demo_project
from tcncode.model import Membership, Network, Table
from tcncode.page.between import seriated
from tcncode.page.charts import MOST_PANELS, MOST_ROWS, Grid, grid, heat_map, panels
from tcncode.page.contents import Study
from tcncode.page.drawing import Figure, for_paper, inline
from tcncode.page.graph import MOST, city_graph
from tcncode.page.lines import Estimate, curve, dots, estimates
from tcncode.page.palette import HEAT_STEPS, heat_step, palette
from tcncode.page.papers import write_figures
from tcncode.page.writing import sections_of
from tcncode.project import Project
from tcncode.text import Span

COLOURS = palette(load(CODEBOOK))
TABLE = Table("Behind", ("network", "sharing", "shaming"), (("a", 0.25, 0.0), ("b", None, 0.5)))


def drawn(figure: Figure):
    return etree.fromstring(inline(figure, COLOURS).encode("utf-8"))


def texts(picture) -> list[str]:
    return [node.text for node in picture.iter("{*}text") if node.text]


def widths(picture, role: str) -> list[float]:
    """How wide the bars of a colour are."""
    found = []
    for path in picture.iter("{*}path"):
        if f"fill: var(--{role})" in (path.get("style") or ""):
            xs = [float(x) for x in re.findall(r"[ML] ([\d.]+) ", path.get("d"))]
            found.append(max(xs) - min(xs))
    return found


def test_a_heat_map_has_a_shade_and_a_number_for_each_value_and_none_where_there_is_none():
    picture = drawn(heat_map("h", "Title", TABLE))
    assert texts(picture).count("0.25") == 1 and "–" not in texts(picture)
    fills = re.findall(r"fill: var\(--heat-(\d)\)", etree.tostring(picture).decode())
    # Below the cells stands the key with each shade from 1 on.
    assert sorted(fills[: -HEAT_STEPS + 1]) == ["0", "4", "7"]
    assert fills[-HEAT_STEPS + 1 :] == [str(n) for n in range(1, HEAT_STEPS)]


def test_a_description_names_the_greatest_values():
    assert "Greatest: b, shaming: 0.50; a, sharing: 0.25" in heat_map("h", "Title", TABLE).text


@given(st.floats(0, 1), st.floats(0, 1))
def test_greater_values_have_no_lighter_shade(first, second):
    low, high = sorted((first, second))
    assert heat_step(low, 1) <= heat_step(high, 1) < HEAT_STEPS
    assert (heat_step(low, 1) == 0) is (low == 0)
    assert heat_step(low, 1, 0.6) <= heat_step(high, 1, 0.6)


def test_bars_are_as_long_as_their_values_and_on_one_scale():
    values = Grid(["x", "y"], ["sharing", "shaming"], {
        ("x", "sharing"): 0.5, ("x", "shaming"): 0.1, ("y", "sharing"): 0.25, ("y", "shaming"): 0.0,
    })  # fmt: skip
    figure = panels("p", "T", TABLE, values, colour=lambda _, code: COLOURS.code(code))
    one, two = widths(drawn(figure), COLOURS.code("sharing"))
    assert one / two == pytest.approx(2, rel=0.01)
    bars = widths(drawn(figure), COLOURS.code("shaming"))
    assert one / bars[0] == pytest.approx(5, rel=0.02) and bars[1] == pytest.approx(0, abs=0.01)
    assert "x: sharing 0.50; y: sharing 0.25" in figure.text


def test_what_does_not_fit_is_told_and_the_greatest_are_kept():
    names = [f"n{n:02}" for n in range(60)]
    cells = {(name, "sharing"): n / 60 for n, name in enumerate(names)}
    values = Grid(names, ["sharing"], cells)
    figure = panels(
        "p",
        "T",
        TABLE,
        values,
        colour=lambda *_: "mark",
        order=lambda name: -cells[name, "sharing"],
    )
    shown = [text for text in texts(drawn(figure)) if text in names]
    assert shown == names[-MOST_PANELS:]
    assert f"{60 - MOST_PANELS} more are in the table only" in figure.text
    figure = heat_map("h", "T", TABLE, values=values)
    assert len([t for t in texts(drawn(figure)) if t in names]) == MOST_ROWS
    assert f"the first {MOST_ROWS} rows" in figure.text


@pytest.mark.parametrize("longest", [3, 12, 28, 80])
def test_labels_stay_inside_the_picture(longest):
    """Measured by matplotlib, in its own widest letters."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from tcncode.page.drawing import Canvas

    names = [f"{'m' * longest}{n}" for n in range(14)]
    values = Grid(names, names, {(a, b): 0.5 for a in names for b in names})
    figure = heat_map("h", "T", TABLE, values=values)
    sheet = figure.draw(Canvas(COLOURS.light, COLOURS, 170 / 25.4, 8))
    FigureCanvasAgg(sheet).draw()
    whole = sheet.bbox
    for axes in sheet.axes[:1]:
        for label in [*axes.get_xticklabels(), *axes.get_yticklabels()]:
            box = label.get_window_extent()
            assert box.x0 >= whole.x0 and box.x1 <= whole.x1 and box.y1 <= whole.y1


def test_dots_have_a_shape_for_each_group():
    values = Grid(["a", "b"], ["one", "two"], {
        ("a", "one"): 0.1, ("a", "two"): 0.2, ("b", "one"): 0.3, ("b", "two"): None,
    })  # fmt: skip
    figure = dots("d", "T", TABLE, values)
    shapes = {node.get("d") for node in drawn(figure).iter("{*}defs") for node in node}
    assert len([shape for shape in shapes if shape]) >= 2
    assert "one: b 0.30; two: a 0.20" in figure.text


def test_an_estimate_that_is_not_defined_is_not_drawn():
    each = [Estimate("sharing", 0.8, 0.7, 0.9), Estimate("shaming", None), Estimate("x", 0.5)]
    figure = estimates("e", "Kappa", TABLE, each)
    assert "sharing: 0.80 (0.70 to 0.90); x: 0.50" in figure.text
    assert {"sharing", "x", "0.80"} <= set(texts(drawn(figure)))
    assert "shaming" not in texts(drawn(figure))


def test_a_curve_says_when_it_reached_what():
    figure = curve("c", "Codes", TABLE, [0.4, 0.8, 0.9, 0.9, 1.0], below="documents")
    assert "50% after 2; 80% after 2; 90% after 3; 100% after 5" in figure.text
    assert drawn(figure) is not None


def test_cities_and_networks_are_joined_as_they_are_listed():
    memberships = [
        Membership("lodz", "a", verified=True), Membership("lodz", "b"), Membership("rome", "b"),
    ]  # fmt: skip
    figure = city_graph(memberships, {"lodz": "Łódź", "rome": "Rome"}, {"a": "Alpha"}, TABLE)
    assert "2 cities and 2 networks, joined by 3 memberships, of which 1 verified" in figure.text
    assert "Cities in most networks: Łódź 2, Rome 1" in figure.text
    assert {"Łódź (2)", "Rome (1)", "(1) Alpha", "(2) b"} <= set(texts(drawn(figure)))
    dashed = etree.tostring(drawn(figure)).decode().count("stroke-dasharray")
    assert dashed == 2
    mixed = list(memberships)
    random.Random(3).shuffle(mixed)
    other = city_graph(mixed, {"lodz": "Łódź", "rome": "Rome"}, {"a": "Alpha"}, TABLE)
    assert sorted(texts(drawn(other))) == sorted(texts(drawn(figure)))


def test_a_large_graph_keeps_the_most_connected():
    memberships = [Membership(f"c{n:03}", "all") for n in range(100)]
    memberships += [Membership("c099", f"n{n}") for n in range(5)]
    figure = city_graph(memberships, {}, {}, TABLE)
    cities = [text for text in texts(drawn(figure)) if re.fullmatch(r"c\d+ \(\d\)", text)]
    assert len(cities) == MOST and "c099 (6)" in cities
    assert "the table has all" in figure.text


def test_networks_that_are_alike_stand_near_each_other():
    """Two groups, each alike inside: the order never goes back and forth between them."""
    names = [f"{group}{n}" for group in "ab" for n in range(5)]
    mixed = list(names)
    random.Random(5).shuffle(mixed)
    likeness = {
        (x, y): 0.9 if x[0] == y[0] else 0.2 for n, x in enumerate(mixed) for y in mixed[n + 1 :]
    }
    order = [name[0] for name in seriated(likeness)]
    assert sum(x != y for x, y in pairwise(order)) == 1
    assert seriated(likeness) == seriated({(y, x): v for (x, y), v in likeness.items()})


def test_names_in_other_scripts_and_with_signs_are_drawn_as_they_are():
    table = Table("Behind", ("network", "$x_1$"), (("القاهرة", 0.5), ("北京 <&>", 0.25)))
    figure = heat_map("h", "T", table)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {"القاهرة", "北京 <&>", "$x_1$"} <= set(texts(drawn(figure)))
        for form in ("png", "pdf", "svg"):
            assert len(for_paper(figure, COLOURS, form, width=85, points=7)) > 500


def a_letter_of(family: str) -> str:
    """A letter that this font has, and DejaVu Sans has not."""
    from matplotlib.font_manager import findfont, get_font

    usual = get_font(findfont("DejaVu Sans"))
    found = get_font(findfont(family)).get_charmap()
    return next(chr(n) for n in sorted(found) if chr(n).isalpha() and not usual.get_char_index(n))


@pytest.mark.parametrize("form", ["png", "pdf"])
def test_letters_that_the_usual_font_lacks_are_drawn_with_another_that_is_there(form):
    letter = a_letter_of("STIXGeneral")
    table = Table("Behind", ("network", "sharing"), ((letter, 0.25),))
    lacking: set[str] = set()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        data = for_paper(
            heat_map("h", "T", table), COLOURS, form, width=100, points=8, lacking=lacking
        )
    assert not lacking and not told
    assert form == "png" or b"STIXGeneral" in data


def test_letters_that_no_font_has_are_named_once_and_an_svg_keeps_them(study, tmp_path):
    letter = "\U0001f9ff\ue123"  # one in a private use area, which no font of letters has
    study.load_networks([Network("ICORN", f"I {letter} \ue123", focus=1)], [], [])
    study.code(study.document_id("arabic"), Span(0, 20), "sharing")
    said = write_figures(study, None, tmp_path / "all", forms=["pdf", "svg"])
    (note,) = [line for line in said if "show boxes for" in line]
    assert note == said[-1] and note.count("\ue123") == 1 and "take the SVG" in note
    svg = (tmp_path / "all" / "networks-by-functions.svg").read_text(encoding="utf-8")
    assert "\ue123" in svg
    said = write_figures(study, None, tmp_path / "svg", forms=["svg"])
    assert not any("boxes" in line for line in said)


def test_nothing_to_draw_is_no_crash():
    empty = Table("Behind", ("network", "sharing"), ())
    assert grid(empty).most == 0
    for figure in (
        heat_map("h", "T", empty),
        dots("d", "T", empty, grid(empty)),
        estimates("e", "T", empty, []),
        curve("c", "T", empty, [], below="documents"),
        panels("p", "T", empty, grid(empty), colour=lambda *_: "mark"),
    ):
        assert drawn(figure) is not None


def test_the_readmes_figure_is_that_of_the_shipped_study(tmp_path):
    """Made by ``tcncode report figures --width 150 --format svg`` in the demo."""
    root = Path(__file__).parents[1]
    kept = etree.parse(str(root / "tests" / "figures" / "networks-by-functions.svg")).getroot()
    made = demo_project(tmp_path / "demo", say=lambda _: None)
    with Project.open(made) as project:
        study = Study(project, project.chosen(None))
        section = next(s for s in sections_of(study) if s.id == "networks")
        wanted = for_paper(section.figures[0], study.colours, "svg", width=150, points=8)
    assert texts(kept) == texts(etree.fromstring(wanted))
    said = re.findall(
        r"!\[(.+)\]\(tests/figures/networks-by-functions.svg\)",
        (root / "README.md").read_text(encoding="utf-8"),
    )
    assert len(said) == 1 and len(said[0]) > 40
