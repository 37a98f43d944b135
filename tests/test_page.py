"""The full report: valid, self-contained, readable by everybody, and its numbers the reports'."""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import html5lib
import pytest
from conftest import CODEBOOK, add
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from tcncode.codebook import load
from tcncode.model import City, Membership, Network, Speaker, Table
from tcncode.page import palette as colours
from tcncode.page.contents import Study
from tcncode.page.drawing import inline
from tcncode.page.writing import default_template, full_report, sections_of
from tcncode.project import Project
from tcncode.text import Span

NETWORKS = [
    Network("EUROCITIES", "Eurocities & friends <b>", focus=1, membership=1),
    Network("ICORN", "$\\alpha$ {{ 7 * 7 }}"),
]
CITIES = [
    City("lodz", "Łódź", networks_declared=2, population=670_000, note="two & <three>"),
    City("cairo", "القاهرة", networks_declared=1),
]
MEMBERSHIPS = [
    Membership("lodz", "EUROCITIES", verified=True, source="a table"),
    Membership("cairo", "ICORN"),
]


def coded(project: Project) -> Project:
    """Codings of two coders who both have finished, networks, cities; odd words everywhere."""
    project.load_networks(NETWORKS, CITIES, MEMBERSHIPS)
    project.describe(["letter"], {"language": "en"})
    path = project.path
    for coder in ("amina", "bo & co"):
        with Project.open(path, coder=coder) as own:
            for entry in own.documents():
                text = own.text(entry.id)
                for words, code in (
                    (
                        "We learn from each other 👩‍👩‍👧 in Łódź.\nThe cafe\u0301 stayed open.",
                        "sharing",
                    ),
                    ("shame on it", "shaming/national-government"),
                    ("Members must report.", "standard-setting"),
                    ("welcome, all of you", "storytelling"),
                    ("قالت المدينة", "storytelling"),
                ):
                    at = text.find(words)
                    if at >= 0:
                        end = at + len(words) - (3 if coder != "amina" else 0)
                        own.code(entry.id, Span(at, end), code)
                own.finish([entry.id])
    return project


@pytest.fixture(scope="module")
def project(made_study, tmp_path_factory):
    """A study with the coded texts."""
    path = tmp_path_factory.mktemp("page") / "study <i>.tcn"
    shutil.copy(made_study, path)
    with Project.open(path, coder="amina") as opened:
        yield coded(opened)


@pytest.fixture(scope="module")
def page(project) -> str:
    return full_report(project).html


@pytest.fixture(scope="module")
def root(page):
    return html.document_fromstring(page.encode("utf-8"), html.HTMLParser(encoding="utf-8"))


def words_of(node) -> str:
    return " ".join("".join(node.itertext()).split())


# -- valid, and needs nothing else -------------------------------------------------------


def test_it_is_valid_html(page):
    """html5lib in strict mode stops at the first thing that the standard calls a parse error."""
    html5lib.HTMLParser(strict=True).parse(page)


def test_it_needs_nothing_else_and_runs_nothing(page, root):
    assert not root.xpath("//script | //iframe | //object | //embed | //link | //base")
    for name in ("src", "href", "srcset", "poster", "action"):
        assert all(value.startswith("#") for value in root.xpath(f"//@{name}"))
    assert not [key for node in root.iter() for key in node.attrib if key.startswith("on")]
    assert "@import" not in page and not re.search(r"url\((?!#)", page)


def test_ids_are_there_once_and_whatever_names_one_finds_it(root):
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    named = [n for value in root.xpath("//@aria-labelledby") for n in value.split()]
    named += [value.removeprefix("#") for value in root.xpath("//@href")]
    named += re.findall(r"url\(#([^)]+)\)", " ".join(root.xpath("//@*")))
    assert named and set(named) <= set(ids)


def test_words_of_the_study_are_words_on_the_page(page, root):
    """Names with markup, formulas and template code in them."""
    assert "study <i>" in words_of(root.find(".//h1"))
    assert "$\\alpha$ {{ 7 * 7 }}" in page
    assert "two &amp; &lt;three&gt;" in page
    assert "bo &amp; co" in page and "<b>" not in page


def test_equal_projects_give_equal_pages(project, page):
    assert full_report(project).html == page


# -- for everybody -----------------------------------------------------------------------


def test_headings_go_down_one_step_at_a_time(root):
    levels = [int(node.tag[1]) for node in root.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_there_is_a_language_a_title_and_a_way_past_the_contents(root):
    assert root.get("lang") == "en" and words_of(root.find(".//title"))
    first = root.xpath("//body/a")[0]
    assert root.xpath(f"//main[@id='{first.get('href')[1:]}']")


def test_every_picture_says_what_it_shows_first(root):
    pictures = root.xpath("//*[local-name()='svg']")
    assert len(pictures) >= 5
    for picture in pictures:
        first, second = list(picture)[:2]
        assert (first.tag, second.tag) == ("title", "desc")
        assert picture.get("role") == "img"
        assert picture.get("aria-labelledby") == f"{first.get('id')} {second.get('id')}"
        assert len(words_of(first)) > 8 and len(words_of(second)) > 40


def test_every_figure_has_the_table_behind_it(root):
    for figure in root.iter("figure"):
        assert len(figure.findall(".//details//table")) == 1


def test_every_table_has_a_caption_and_headings_with_a_scope(root):
    tables = list(root.iter("table"))
    assert len(tables) > 8
    for table in tables:
        assert words_of(table.find("caption"))
        heads = table.findall("thead//th")
        assert heads and all(head.get("scope") == "col" for head in heads)
        for row in table.findall("tbody/tr"):
            assert [cell.get("scope") for cell in row if cell.tag == "th"] == ["row"]
            assert len(row) == len(heads)


def test_wide_tables_are_printed_sideways(page, root):
    """Upright they would print in letters of 4 points, or make the whole page smaller."""
    assert "@page wide { size: A4 landscape; }" in page and ".sideways { page: wide; }" in page
    wide = [len(table.xpath(".//thead//th")) > 9 for table in root.iter("table")]
    assert any(wide) and not all(wide)
    assert wide == [bool(t.xpath("ancestor::*[@class='sideways']")) for t in root.iter("table")]


def test_what_scrolls_can_be_reached_by_keyboard_and_has_a_name(root):
    scrolling = root.xpath("//div[@class='scroll' or @class='picture']")
    assert scrolling
    for node in scrolling:
        assert node.get("tabindex") == "0" and node.get("role") == "group"
        assert node.get("aria-labelledby") or node.get("aria-label")


def test_colours_stand_out_in_both_themes():
    found = colours.palette(load(CODEBOOK))
    for theme in (found.light, found.dark):
        for role in ("ink", "muted", "link", "accent"):
            for ground in ("paper", "panel"):
                assert colours.contrast(theme[role], theme[ground]) >= colours.TEXT_CONTRAST
        for step in range(colours.HEAT_STEPS):
            ground = theme[f"heat-{step}"]
            assert colours.contrast(theme[f"on-heat-{step}"], ground) >= colours.TEXT_CONTRAST
        # What is nothing stands on the paper, in a quieter ink.
        assert colours.contrast(theme["muted"], theme["heat-0"]) >= colours.TEXT_CONTRAST
        shades = [colours.luminance(theme[f"heat-{n}"]) for n in range(colours.HEAT_STEPS)]
        assert shades in (sorted(shades), sorted(shades, reverse=True))
        marks = [role for role in theme if role.startswith(("code-", "group-", "mark"))]
        assert len(marks) > 12
        for role in marks:
            assert colours.contrast(theme[role], theme["paper"]) >= colours.MARK_CONTRAST


COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS, st.sampled_from([("#ffffff", "#1b222b"), ("#12161c", "#e8ecf1")]))
def test_a_codebooks_colour_is_moved_until_it_stands_out(colour, theme):
    ground, ink = theme
    moved = colours.visible(colour, ground, ink)
    assert colours.contrast(moved, ground) >= colours.MARK_CONTRAST
    if colours.contrast(colour, ground) >= colours.MARK_CONTRAST:
        assert moved == colour


@given(COLOURS, COLOURS)
def test_contrast_is_that_of_the_guidelines(first, second):
    """WCAG 2.1, "contrast ratio": by the formula as printed."""

    def luminance(colour):
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        r, g, b = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted([luminance(first), luminance(second)])
    assert colours.contrast(first, second) == pytest.approx((high + 0.05) / (low + 0.05), abs=1e-3)


def test_pictures_have_no_colour_of_their_own(project):
    """Else a reader with a dark theme would see black letters on black."""
    study = Study(project, project.chosen(None))
    figures = [each for section in sections_of(study) for each in section.figures]
    for figure in figures:
        picture = inline(figure, study.colours)
        assert not re.search(r"#[0-9a-f]{6}|rgb\(|\b(black|white)\b", picture, re.IGNORECASE)
        assert "font-family" not in picture  # its letters are the page's
        used = set(re.findall(r"var\(--([a-z0-9-]+)\)", picture))
        assert used and used <= set(study.colours.light)


def test_a_quotation_has_the_direction_of_its_words(root):
    assert all(node.get("dir") == "auto" for node in root.iter("blockquote"))


# -- the numbers -------------------------------------------------------------------------


def cell(value) -> str:
    """A value as the page should show it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def test_every_tables_cells_are_those_of_the_report(project, root):
    """Read back from the page, table by table, in the order of the page."""
    study = Study(project, project.chosen(None))
    sections_of(study)
    shown: dict[str, list[list[list[str]]]] = {}
    for table in root.iter("table"):
        rows = [[words_of(c) for c in row] for row in table.findall("tbody/tr")]
        shown.setdefault(words_of(table.find("caption")), []).append(rows)
    asked = {name.split()[0] for name in study.made}
    assert {"networks", "overlap", "cooccurrence", "time", "coverage", "saturation"} <= asked
    for name, tables in study.made.items():
        if name.startswith(("quotes", "networks")):  # as blockquotes; as matrix and profiles
            continue
        for wanted in tables:
            if wanted.title in shown:
                named = study.shown(wanted).rows
                rows = [[" ".join(cell(v).split()) for v in row] for row in named]
                assert rows in shown[wanted.title], wanted.title
    long = study.shown(project.report("networks"))
    rows = [[cell(value) for value in row] for row in long.rows]
    assert rows in shown[long.title]
    by_place = {(r[0], name): r[n] for r in shown[f"{long.title}: share_of_network"][0]
                for n, name in enumerate(study.codes, 1)}  # fmt: skip
    assert by_place == {
        (row["network"], row["code"]): cell(row["share_of_network"]) for row in long.records()
    }


def test_the_quotations_are_the_best_ones_and_verify(project, root, page, tcncode, tmp_path):
    (tmp_path / "r.html").write_text(page, encoding="utf-8")
    ran = tcncode("-p", project.path, "verify", "r.html")
    assert ran.code == 0 and "quotations match" in ran.err
    table = project.report("quotes", per_code=2)
    wanted = {(r["document"], r["start"], r["end"], r["quotation"]) for r in table.records()}
    shown = {
        (q.get("data-document"), int(q.get("data-start")), int(q.get("data-end")), q.text)
        for q in root.iter("blockquote")
    }
    assert shown == wanted and len(wanted) >= 5


def test_the_heat_map_shows_the_shares_of_the_report(project):
    study = Study(project, project.chosen(None))
    section = next(s for s in sections_of(study) if s.id == "networks")
    picture = etree.fromstring(inline(section.figures[0], study.colours).encode("utf-8"))
    drawn = [t.text for t in picture.iter("{*}text")]
    shares = [
        f"{100 * row['share_of_network']:.0f}"
        for row in study.report("networks").records()
        if row["share_of_network"] is not None and row["network"] in ("EUROCITIES", "ICORN")
    ]
    numbers = [words for words in drawn if words and words.isdecimal()]
    assert numbers == shares and len(numbers) == 12


def test_every_command_it_names_is_there_and_works(root, project, tcncode):
    commands = [words_of(node) for node in root.xpath("//section[@id='commands']//dd/code")]
    assert len(commands) > 6
    for command in commands:
        for part in command.split("; "):
            if "REPORT.html" in part:
                continue
            assert shlex.split(part)[0] == "tcncode"
            ran = tcncode("-p", project.path, *shlex.split(part)[1:])
            assert ran.code == 0, (part, ran.err)


def test_filters_reach_every_report_and_are_told(project):
    page = full_report(project, {"network": "ICORN"}).html
    assert "Asked for: <code>--network ICORN</code>" in page
    root = html.document_fromstring(page)
    table = next(t for t in root.iter("table") if "Networks" in words_of(t.find("caption")))
    assert {words_of(row[0]) for row in table.findall("tbody/tr")} == {"$\\alpha$ {{ 7 * 7 }}"}


def test_a_project_with_nothing_in_it_has_a_page_too(tmp_path):
    with Project.create(tmp_path / "new.tcn", codebook=CODEBOOK, coder="amina") as project:
        page = full_report(project).html
    html5lib.HTMLParser(strict=True).parse(page)
    assert "Agreement was not computed" in page and "<svg" not in page


# -- the template ------------------------------------------------------------------------


def test_a_changed_template_is_used(tcncode, project, tmp_path):
    assert tcncode("report", "template", "-o", "mine.j2").code == 0
    assert (tmp_path / "mine.j2").read_text(encoding="utf-8") == default_template()
    changed = default_template().replace("<h1>", "<h1>House style: ")
    (tmp_path / "mine.j2").write_text(changed, encoding="utf-8")
    ran = tcncode("-p", project.path, "report", "full", "--template", "mine.j2", "-o", "r.html")
    assert ran.code == 0, ran.err
    assert "<h1>House style: study &lt;i&gt;" in (tmp_path / "r.html").read_text(encoding="utf-8")
    # Nobody's changes are written over.
    assert tcncode("report", "template", "-o", "mine.j2").code == 2


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("one\n{% for x in %}", "mine.j2, line 2: "),
        ("one\ntwo {{ nothing_like_it }}", "mine.j2, line 2: 'nothing_like_it' is undefined"),
        ("{{ ''.__class__.__mro__ }}", "mine.j2, line 1: "),
        ("\n\n{{ sections[0].id.nothing() }}", "mine.j2, line 3: "),
        ("{{ svg(sections[0]) }}", "mine.j2, line 1: "),
        ("{{ 1 / 0 }}", "mine.j2, line 1: "),
        ("{% include '/etc/hostname' %}", "mine.j2, line 1: "),
        ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "mine.j2, line 1: maximum recursion"),
        ("<h1>A report</h1>", "mine.j2: has no place for the report: it never names sections"),
        ("<h1>{{ title }}</h1>", "mine.j2: has no place for the report"),
        ("{{ 'a' * 10 ** 18 }}", "mine.j2, line 1: asks for more memory than there is"),
    ],
)
def test_a_template_that_cannot_be_used_is_told_in_one_line(
    tcncode, project, tmp_path, source, said
):
    (tmp_path / "mine.j2").write_text(source, encoding="utf-8")
    ran = tcncode("-p", project.path, "report", "full", "--template", "mine.j2", "-o", "r.html")
    assert ran.code == 1 and said in ran.err and ran.err.count("\n") == 1
    assert not (tmp_path / "r.html").exists()


def test_a_missing_template_and_a_name_that_is_no_page_are_refused(tcncode, project, tmp_path):
    (tmp_path / "bytes.j2").write_bytes(b"\xff\xfe\xff")
    for template in ("nowhere.j2", "bytes.j2"):
        ran = tcncode("-p", project.path, "report", "full", "--template", template, "-o", "r.html")
        assert ran.code == 1 and template in ran.err and ran.err.count("\n") == 1
    ran = tcncode("-p", project.path, "report", "full", "-o", "r.pdf")
    assert ran.code == 2 and ".html" in ran.err


# -- figures for a paper -----------------------------------------------------------------


def test_figures_for_a_paper_have_the_size_and_letters_asked_for(tcncode, project, tmp_path):
    ran = tcncode(
        "-p", project.path, "report", "figures", "-o", "figs", "--width", 85, "--font-size", 7
    )
    assert ran.code == 0, ran.err
    names = {path.stem for path in (tmp_path / "figs").iterdir()}
    assert "networks-by-functions" in names and len(names) >= 5
    for name in names:
        svg = etree.parse(str(tmp_path / "figs" / f"{name}.svg")).getroot()
        assert float(svg.get("width").removesuffix("pt")) == pytest.approx(85 / 25.4 * 72, abs=0.1)
        sizes = re.findall(r"font(?:-size)?: (?:bold )?([\d.]+)px", etree.tostring(svg).decode())
        assert sizes and max(map(float, sizes)) == pytest.approx(7, abs=0.01)
        assert svg[0].tag.endswith("title") and svg[1].tag.endswith("desc")
        pdf = (tmp_path / "figs" / f"{name}.pdf").read_bytes()
        assert pdf.startswith(b"%PDF") and b"/Type3" not in pdf
        assert (tmp_path / "figs" / f"{name}.csv").stat().st_size > 20
        png = (tmp_path / "figs" / f"{name}.png").read_bytes()
        assert int.from_bytes(png[16:20], "big") == pytest.approx(85 / 25.4 * 600, abs=2)


def test_figures_are_the_same_each_time_and_one_can_be_asked_for(tcncode, project, tmp_path):
    for folder in ("one", "two"):
        ran = tcncode(
            "-p", project.path, "report", "figures", "-o", folder, "--format", "svg",
            "--format", "pdf", "--figure", "networks-by-purposes",
        )  # fmt: skip
        assert ran.code == 0, ran.err
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == [f"networks-by-purposes.{kind}" for kind in ("csv", "pdf", "svg")]
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    ran = tcncode("-p", project.path, "report", "figures", "-o", "x", "--figure", "network-by")
    assert ran.code == 2 and "networks-by" in ran.err and not Path("x").exists()


def test_of_three_coders_the_figure_has_all_together_and_the_table_each_pair(project, tmp_path):
    copy = tmp_path / "three.tcn"
    with (
        closing(sqlite3.connect(project.path)) as open_one,
        closing(sqlite3.connect(copy)) as other,
    ):
        open_one.backup(other)
    with Project.open(copy, coder="cem") as third:
        for entry in third.documents():
            third.code(entry.id, Span(0, 6), "sharing")
            third.finish([entry.id])
        root = html.document_fromstring(full_report(third).html)
        figure = root.xpath("//figure[@id='agreement-by-code']")[0]
        drawn = [node.text for node in figure.iter("text")]
        assert {"sharing", "(all codes)"} <= set(drawn)
        assert not [words for words in drawn if words and " / " in words]
        pairs = {words_of(row[1]) for row in figure.findall(".//tbody/tr")}
        assert {"amina / bo & co / cem", "amina / cem"} <= pairs


def test_the_summary_names_the_leading_function_and_none_where_two_are_even(study):
    letter, arabic = study.document_id("letter"), study.document_id("arabic")

    def code(document, words, name):
        start = study.text(document).index(words)
        study.code(document, Span(start, start + len(words)), name)

    code(letter, "The ministry has failed our residents", "shaming")
    code(letter, "Members must report.", "standard-setting")
    code(arabic, "welcome", "sharing")
    code(arabic, "city", "shaming")
    words = words_of(html.document_fromstring(full_report(study).html).get_element_by_id("summary"))
    assert "shaming has more coded words than any other function in 1 network: EUROCITIES." in words
    assert "sharing has more" not in words and "ICORN" not in words


def test_the_name_of_a_coder_brings_in_no_picture_and_no_link(study):
    names = ["![x](http://a.example/a.png)", "[y](http://a.example) <http://a.example>", "*_Z_*"]
    for name in names:
        with Project.open(study.path, coder=name) as own:
            letter = own.document_id("letter")
            own.code(letter, Span(0, 20), "sharing")
            own.finish([letter])
    page = full_report(study)
    root = html.document_fromstring(page.html)
    paragraph = words_of(root.xpath("//*[@id='agreement']//p[contains(., 'each coded')]")[0])
    who, _, _ = paragraph.partition(" each coded")
    assert all(name in who for name in names)
    assert not root.xpath("//img") and not root.xpath("//a[not(starts-with(@href, '#'))]")


@pytest.mark.parametrize(
    "filters",
    [
        {"document": "letter"},
        {"language": "en"},
        {"since": "2015"},
        {"until": "2030"},
        {"role": "mayor"},
        {"network": "(none)"},
        {"coder": ["amina"]},
    ],
)
def test_no_agreement_of_other_documents_or_coders_is_told_as_the_pages(project, filters):
    """``tcncode agree`` cannot be limited like this, so the page says why it has no figures."""
    study = Study(project, project.chosen(filters))
    assert isinstance(study.compared, str)
    (name,) = filters
    assert ("amina alone" if name == "coder" else f"--{name}") in study.compared


def test_agreement_is_of_the_coders_codes_and_origin_that_the_page_is_limited_to(project):
    asked = {"coder": ["amina", "bo & co"], "code": "sharing", "origin": "no suggestions"}
    compared = Study(project, project.chosen(asked)).compared
    assert not isinstance(compared, str)
    assert compared.coders == ("amina", "bo & co")
    assert {r.code for r in compared.results} == {"sharing"}
    assert "Without codings that began as suggestions." in compared.note
    assert "--code sharing" in compared.note and "--origin 'no suggestions'" in compared.note


def test_documents_without_a_network_stand_under_one_name(study, tmp_path):
    text = study.document_id("notes")
    study.code(text, study.segments(text, "sentence")[0].span, "sharing")
    made = {each.id: each for each in sections_of(Study(study, study.chosen(None)))}
    assert [network for network, _ in made["quotations"].quotations] == ["(none)"]


def test_networks_stand_under_their_names_and_files_keep_their_ids(project, root):
    study = Study(project, project.chosen(None))
    assert study.named("EUROCITIES") == "Eurocities & friends <b>"
    assert study.named("(none)") == "(none)"
    figures = {each.name: each for section in sections_of(study) for each in section.figures}
    drawn = inline(figures["networks-by-functions"], study.colours)
    assert "Eurocities &amp; friends &lt;b&gt;" in drawn and "EUROCITIES" not in drawn
    assert "EUROCITIES" in {row[0] for row in figures["networks-by-functions"].table.rows}
    shown = root.xpath("//section[@id='networks']//td | //section[@id='networks']//th")
    cells = {words_of(cell) for cell in shown}
    assert "Eurocities & friends <b>" in cells and "EUROCITIES" not in cells


def test_networks_of_one_name_are_told_apart_by_their_ids(study):
    long = "A network whose name is too long for any figure"
    networks = [
        Network("a", "Twin"), Network("b", "Twin"), Network("c", long, short_name="Short"),
        Network("d", long), Network("e", "a"),
    ]  # fmt: skip
    study.load_networks(networks, [], [])
    page = Study(study, study.chosen(None))
    names = [page.named(key) for key in "abcde"]
    assert names == ["a", "b", "Short", long, "e"]


def test_the_summary_counts_the_words_that_the_filters_leave(study, tmp_path):
    text = "Interviewer: Who are you?\nMayor: I am me.\nInterviewer: Well?\nMayor: Yes.\n"
    document = add(study, tmp_path, "talk", text)
    speakers = [Speaker("Interviewer", "interviewer"), Speaker("Mayor", "mayor")]
    with study._action("who") as change:
        study._store.put_speakers(document, speakers, change)
    study.code(document, Span(text.index("I am"), text.index("me.")), "sharing")
    for filters, words in (({}, 12), ({"no_interviewers": True}, 4)):
        page = full_report(study, {"document": document, **filters}).html
        facts = html.document_fromstring(page).xpath("//*[@class='facts']//dd/text()")
        assert facts[:2] == ["1", str(words)], filters


def test_networks_are_shown_by_name_in_the_columns_that_a_table_says_and_in_no_other(study):
    study.load_networks([Network("ICORN", "Cities of refuge")], [], [])
    page = Study(study, study.chosen(None))
    row = ("ICORN", "ICORN", "ICORN; somewhere")
    pairs = Table("Pairs", ("first", "cosine", "networks"), (row,), network_columns=("first",))
    assert page.shown(pairs).rows == (("Cities of refuge", "ICORN", "ICORN; somewhere"),)
    codes = Table("Codes", ("first", "cosine", "networks"), (row,))
    assert page.shown(codes).rows == (("ICORN", "ICORN", "Cities of refuge; somewhere"),)
