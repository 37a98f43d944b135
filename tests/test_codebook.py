"""codebook.yaml: what is refused and on which line, and that nothing is lost on the way."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tcncode.codebook import (
    as_json,
    changes,
    check,
    dump,
    from_json,
    load,
    parse,
    save,
    snapshot,
    tree_table,
    version,
)
from tcncode.errors import CodebookError, ReadError
from tcncode.model import Code, Codebook, Cue

SMALL = """\
# Ours, since the pilot.
name: Two functions
version: 1
sources:
  - id: brief
    reference: A brief
purposes:
  practical: "Work gets done."   # Yes, work.
  symbolic: Meaning.
codes:
  # The first of the two.
  - id: sharing
    name: Sharing
    purpose: practical
    key: 1
    colour: "#FFAF87"
    colour_light: "#875f00"
    definition: >-
      Cities pass knowledge
      to one another.
    cues:
      phrases:
        - peer learning   # the plainest sign
        - {text: "good practice", weight: 0.55}
      patterns:
        - weight: 0.75
          pattern: [{LOWER: learn}, {OP: "?"}, {LOWER: {IN: [peers, "yes"]}}]
      negative:
        phrases: ["share price"]
        patterns:
          - [{LOWER: share}, {LOWER: of}]
    children:
      - id: peer-learning
        name: Peer learning
        definition: ""
  - id: showcasing   # the second
    name: Showcasing
    purpose: symbolic
    definition: 'Seen from outside.'
"""


@pytest.fixture
def small() -> Codebook:
    return parse(SMALL)


# Reading


def test_children_stand_under_their_parent_and_take_its_purpose_and_colours(small):
    sharing, peers, showcasing = small.codes
    assert [c.path for c in small.codes] == ["sharing", "sharing/peer-learning", "showcasing"]
    assert [c.id for c in small.codes] == [c.path for c in small.codes]
    assert (peers.purpose, peers.colour, peers.colour_light) == ("practical", "#ffaf87", "#875f00")
    assert peers.key is None
    assert showcasing.colour == Code("", "", "").colour
    assert sharing.definition == "Cities pass knowledge to one another."
    assert small.sources == ("brief: A brief",)
    assert small.purposes == {"practical": "Work gets done.", "symbolic": "Meaning."}


def test_cues_know_their_line_and_count_a_half_unless_told(small):
    sharing = small.codes[0]
    assert sharing.cues == (
        Cue("peer learning", line=23),
        Cue("good practice", weight=0.55, line=24),
        Cue(
            pattern=({"LOWER": "learn"}, {"OP": "?"}, {"LOWER": {"IN": ["peers", "yes"]}}),
            weight=0.75,
            line=26,
        ),
    )
    assert [c.phrase or c.pattern for c in sharing.negative_cues] == [
        "share price",
        ({"LOWER": "share"}, {"LOWER": "of"}),
    ]


def test_parent_may_be_named_instead_wherever_it_stands():
    text = """
codes:
  - {id: c, parent: a/b, name: C, definition: c}
  - {id: a, name: A, definition: a}
  - {id: b, parent: a, name: B, definition: b}
"""
    assert [c.path for c in parse(text).codes] == ["a", "a/b", "a/b/c"]


def test_words_that_yaml_takes_for_yes_or_numbers_are_words_here():
    (code,) = parse("codes: [{id: no, name: Yes, definition: 1.10}]").codes
    assert (code.id, code.name, code.definition) == ("no", "Yes", "1.10")


def test_renamed_code_keeps_its_id_and_its_children_theirs():
    text = "codes: [{id: new, was: old, name: N, definition: d, children: [%s]}]"
    codes = parse(text % "{id: x, name: X, definition: x}").codes
    assert [(c.path, c.id) for c in codes] == [("new", "old"), ("new/x", "old/x")]


CODE = "codes: [{id: a, name: A, definition: d, %s}]"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("name: x\n", 1, "no codes"),
        ("- a\n- b\n", 1, "must be fields"),
        ("codes:\n  - a\n", 2, "must be fields"),
        ("codes: a\n", 1, "must be a list"),
        ("name: x\ncodes:\n\t- id: a\n", 3, "not YAML.*tabs"),
        ("codes: [\n", 2, "not YAML"),
        ("codes: []\n---\ncodes: []\n", 2, "not YAML"),
        ("codes: []\ncodse: []\n", 2, 'unknown field "codse"; did you mean "codes"'),
        ("codes: []\ncodes: []\n", 2, '"codes" twice'),
        ("codes:\n- id: a\n  name: A\n  defintion: d\n", 4, 'did you mean "definition"'),
        ("codes:\n- id: a\n  name: A\n", 2, '"a" has no definition'),
        ("codes:\n- id: a\n  definition: d\n", 2, "no name"),
        ("codes:\n- id: a\n  name: ''\n  definition: d\n", 2, "no name"),
        ("codes:\n- name: A\n  definition: d\n", 2, "no id"),
        ("codes:\n- id: Peer Learning\n  name: A\n  definition: d\n", 2, '"peer-learning"'),
        ("codes:\n- id: a/b\n  name: A\n  definition: d\n", 2, "cannot be an id"),
        (
            "codes:\n- {id: a, name: A, definition: d}\n- {id: a, name: B, definition: d}\n",
            3,
            'path "a" is taken by the code in line 2',
        ),
        (
            "codes: [{id: a, name: A, definition: d}, {id: a, name: B, definition: d}]",
            1,
            'path "a" is taken',
        ),
        (
            "codes:\n- {id: a, name: A, definition: d}\n- {id: b, was: a, name: B, definition: d}",
            3,
            'id "a" is taken by the code in line 2',
        ),
        (
            "codes:\n- {id: a, key: 2, name: A, definition: d}\n"
            "- {id: b, key: 2, name: B, definition: d}\n",
            3,
            'key "2" is taken by the code in line 2',
        ),
        (CODE % "key: 0", 1, "from 1 to 9"),
        (CODE % "key: 10", 1, "from 1 to 9"),
        (CODE % "purpose: practcal", 1, 'did you mean "practical"'),
        ("purposes: {other: x}\n" + CODE % "purpose: practical", 2, "unknown purpose"),
        (CODE % "parent: b", 1, 'no code "b"'),
        (CODE % "parent: a", 1, 'no code "a"'),
        (CODE % "children: [{id: b, parent: x, name: B, definition: d}]", 1, '"a" already'),
        (CODE % "was: A B", 1, "not the id"),
        (CODE % "colour: red", 1, 'colour is "red"'),
        (CODE.replace(", %s", ",\n colour: #ffaf87\n "), 2, "colour is empty"),
        (CODE % "cues: {phrases: ['']}", 1, "empty phrase"),
        (CODE % "cues: {phrases: [{weight: 1}]}", 1, "empty phrase"),
        (CODE % "cues: {phrases: [{text: x, weight: 1.5}]}", 1, "from 0 to 1"),
        (CODE % "cues: {phrases: [{text: x, weight: .nan}]}", 1, "from 0 to 1"),
        (CODE % "cues: {phrases: [{text: x, weight: yes}]}", 1, "from 0 to 1"),
        (CODE % "cues: {phrase: [x]}", 1, 'did you mean "phrases"'),
        (CODE % "cues: [x]", 1, "must be fields"),
        (CODE % "cues: {patterns: [{pattern: []}]}", 1, "list of tokens"),
        (CODE % "cues: {patterns: [{pattern: learn}]}", 1, "list of tokens"),
        (CODE % "cues: {patterns: [[{LENGTH: .inf}]]}", 1, "no number"),
        (CODE % "cues: {patterns: [[{LENGTH: !!bool maybe}]]}", 1, "no number"),
        (CODE % "cues: {negative: {negative: {}}}", 1, "unknown field"),
        (CODE % "example: [a]", 1, "must be text"),
        (CODE % "example: !!python/name:os.system x", 1, "must be text"),
        ('codes: [{id: a, name: "A\\e[31m", definition: d}]', 1, r"control character \(U\+001B"),
        ('codes: [{id: a, name: "A\\nB", definition: d}]', 1, "control character"),
        ('codes: [{id: a, name: "A\\u202eB", definition: d}]', 1, r"U\+202E"),
        ("name: x\ncodes: []\nversion: \x00\n", 3, "YAML does not allow"),
    ],
)
def test_problem_is_told_with_its_line(tmp_path, text, line, words):
    path = tmp_path / "codebook.yaml"
    path.write_text(text, encoding="utf-8")
    problems = check(path)
    assert problems
    with pytest.raises(CodebookError) as raised:
        load(path)
    assert raised.value.problems == tuple(problems)
    assert any(at == line and re.search(words, what) for at, what in problems), problems


def test_every_problem_is_told_in_the_order_of_the_lines():
    text = "codes:\n- id: A\n  key: 12\n- id: b\n  name: B\n  definition: d\n  colour: x\n"
    with pytest.raises(CodebookError) as raised:
        parse(text, name="my.yaml")
    assert [line for line, _ in raised.value.problems] == [2, 2, 2, 3, 7]
    assert str(raised.value).startswith("my.yaml, line 2: ")


def test_patterns_are_shown_to_whoever_can_judge_them(tmp_path):
    path = tmp_path / "codebook.yaml"
    path.write_text(SMALL, encoding="utf-8")
    seen = []
    problems = check(path, pattern_problem=lambda p: seen.append(p) or "LOWR is unknown")
    assert seen[0][0] == {"LOWER": "learn"}
    assert [line for line, _ in problems] == [26, 31]
    assert "LOWR is unknown" in problems[0][1]
    assert check(path, pattern_problem=lambda _: None) == []


def test_few_aliases_that_stand_for_gigabytes_are_refused():
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [{f'*a{i - 1}, ' * 10}]" for i in range(1, 30)]
    with pytest.raises(CodebookError, match="line 2: aliases"):
        parse("\n".join(lines))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_bottomless_nesting_is_refused(opening):
    with pytest.raises(CodebookError, match=r"nested more than|not YAML"):
        parse("codes: \n " + opening * 5000)


def test_windows_line_ends_and_byte_order_mark_change_nothing(small):
    data = b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()
    assert parse(data) == small


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (SMALL.replace("pilot", "pilot é").encode("latin-1"), 1),
        (SMALL.encode("utf-16"), 1),
        (SMALL.encode() + b"  # \xff", SMALL.count("\n") + 1),
    ],
)
def test_other_encodings_are_named_not_guessed(data, line):
    with pytest.raises(CodebookError, match=f"line {line}: this is not UTF-8"):
        parse(data)


def test_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        load(tmp_path / "none.yaml")
    with pytest.raises(ReadError, match="cannot be read"):
        check(tmp_path)


# Writing


def without_lines(codebook: Codebook) -> Codebook:
    def bare(cues):
        return tuple(replace(cue, line=0) for cue in cues)

    codes = (
        replace(c, cues=bare(c.cues), negative_cues=bare(c.negative_cues)) for c in codebook.codes
    )
    return replace(codebook, codes=tuple(codes))


CHARACTERS = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029")
WORDS = st.one_of(
    st.sampled_from(
        ["yes", "null", "~", "a: b", "# no", "- x", "é 👩‍👩‍👧 مدينة", "e\u0301", "1:30", "=", "<<"]
    ),
    st.text(CHARACTERS, min_size=1, max_size=20),
)
BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LINE = WORDS.map(str.strip).filter(lambda t: t and not BIDI & set(t))
PROSE = st.lists(
    st.one_of(LINE, st.sampled_from(["", "  ", "\t", "\u2028", "a long line " * 12])), max_size=6
).map(lambda lines: "\n".join(lines).strip())
WEIGHTS = st.one_of(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 10**6), st.floats(-9, 9), WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LINE, inner, max_size=2),
    max_leaves=4,
)
TOKENS = st.lists(st.dictionaries(LINE, VALUES, max_size=2), min_size=1, max_size=3).map(tuple)
CUES = st.tuples(
    st.lists(st.builds(Cue, phrase=LINE, weight=WEIGHTS), max_size=2),
    st.lists(st.builds(Cue, pattern=TOKENS, weight=WEIGHTS), max_size=2),
).map(lambda both: (*both[0], *both[1]))
SLUGS = st.from_regex(r"[a-z0-9]{1,3}(-[a-z]{1,2})?", fullmatch=True)
COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


whole_codebooks = settings(
    max_examples=40,
    deadline=None,  # a whole codebook takes long to draw and longer to shrink
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@st.composite
def codebooks(draw) -> Codebook:
    """A tree of codes, some renamed, parents before their children."""
    purposes = draw(st.dictionaries(LINE, PROSE, max_size=3))
    known = ["", *(purposes or ("practical", "symbolic"))]
    keys = draw(st.permutations(range(1, 10)))
    renamed = iter(f"was-{n}" for n in range(100))
    codes: list[Code] = []

    def grow(above: str, depth: int) -> None:
        size = 3 - depth
        for slug in draw(st.lists(SLUGS, unique=True, max_size=size)):
            path = above + slug
            codes.append(
                Code(
                    id=next(renamed) if draw(st.integers(0, 4)) == 0 else path,
                    path=path,
                    name=draw(LINE),
                    purpose=draw(st.sampled_from(known)),
                    definition=draw(PROSE),
                    when_to_use=draw(PROSE),
                    when_not=draw(PROSE),
                    example=draw(PROSE),
                    colour=draw(COLOURS),
                    colour_light=draw(COLOURS),
                    key=keys[len(codes)] if len(codes) < 9 and draw(st.booleans()) else None,
                    cues=draw(CUES),
                    negative_cues=draw(CUES),
                    source=draw(PROSE),
                )
            )
            if depth < 2:
                grow(path + "/", depth + 1)

    grow("", 0)
    sources = tuple(draw(st.lists(PROSE, max_size=2)))
    return Codebook(draw(LINE), tuple(codes), sources, purposes)


@whole_codebooks
@given(codebooks())
def test_codebook_that_was_written_reads_back_equal(codebook):
    again = parse(dump(codebook))
    assert without_lines(again) == codebook
    assert version(again) == version(codebook)
    assert changes(codebook, again) == []
    assert without_lines(parse(snapshot(codebook))) == codebook


@whole_codebooks
@given(codebooks(), codebooks())
def test_saving_over_any_codebook_leaves_what_was_saved(old, new):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "codebook.yaml"
        save(old, path)
        save(new, path)
        assert without_lines(load(path)) == new
        assert [p.name for p in Path(folder).iterdir()] == ["codebook.yaml"]


@whole_codebooks
@given(codebooks(), codebooks())
def test_changes_are_told_exactly_where_versions_differ(old, new):
    assert (changes(old, new) == []) == (version(old) == version(new))


@whole_codebooks
@given(codebooks())
def test_code_kept_as_json_comes_back_equal(codebook):
    for code in codebook.codes:
        assert from_json(as_json(code)) == code


def test_saving_what_the_file_says_already_leaves_it_alone(tmp_path, small):
    path = tmp_path / "codebook.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    before = path.read_bytes()
    save(small, path)
    assert path.read_bytes() == before


def edited(codebook: Codebook, which: str, **values) -> Codebook:
    codes = (replace(c, **values) if c.path == which else c for c in codebook.codes)
    return replace(codebook, codes=tuple(codes))


def lines_that_differ(before: str, after: str) -> tuple[set[str], set[str]]:
    one, other = ({line.strip() for line in text.splitlines()} for text in (before, after))
    return one - other, other - one


@pytest.mark.parametrize(
    ("path", "values", "gone", "come"),
    [
        ("sharing", {"name": "Learning"}, {"name: Sharing"}, {"name: Learning"}),
        ("sharing", {"key": 4}, {"key: 1"}, {"key: 4"}),
        ("sharing", {"key": None}, {"key: 1"}, set()),
        ("showcasing", {"key": 2}, set(), {"key: 2"}),
        ("sharing/peer-learning", {"example": "We asked."}, set(), {"example: We asked."}),
        (
            "showcasing",
            {"path": "shown"},
            {"- id: showcasing   # the second"},
            {"- id: shown   # the second", "was: showcasing"},
        ),
    ],
)
def test_saving_changes_only_what_differs_in_a_hand_edited_file(
    tmp_path, small, path, values, gone, come
):
    file = tmp_path / "codebook.yaml"
    file.write_text(SMALL, encoding="utf-8")
    save(edited(small, path, **values), file)
    assert lines_that_differ(SMALL, file.read_text(encoding="utf-8")) == (gone, come)


def test_comments_outlive_added_and_removed_codes_and_cues(tmp_path, small):
    file = tmp_path / "codebook.yaml"
    file.write_bytes(SMALL.replace("\n", "\r\n").encode())
    sharing, peers, showcasing = small.codes
    more = Code("lobbying", "lobbying", "Lobbying", definition="Ask for rules.")
    sharing = replace(sharing, cues=(sharing.cues[0], *sharing.cues[2:], Cue("study visit")))
    peers = replace(peers, name="From peers")
    new = replace(small, codes=(sharing, peers, more, showcasing))
    save(new, file)
    data = file.read_bytes()
    assert without_lines(load(file)).codes[2] == more
    assert version(load(file)) == version(new)
    assert data.count(b"\n") == data.count(b"\r\n")
    for comment in (b"# Ours", b"# Yes, work", b"# The first", b"# the plainest", b"# the second"):
        assert comment in data
    save(replace(new, codes=(sharing, showcasing)), file)
    assert b"# the second" in file.read_bytes()
    assert [c.path for c in load(file).codes] == ["sharing", "showcasing"]


def test_colour_of_its_own_that_repeats_the_parent_does_not_hide_a_new_one(tmp_path):
    text = "# mine\ncodes:\n- id: a\n  name: A\n  definition: d\n  colour: '#111111'\n  children:\n"
    text += "  - id: b\n    name: B\n    definition: d\n    colour: '#111111'\n"
    file = tmp_path / "codebook.yaml"
    file.write_text(text, encoding="utf-8")
    codebook = load(file)
    new = replace(codebook, codes=tuple(replace(c, colour="#222222") for c in codebook.codes))
    save(new, file)
    assert load(file) == new
    assert file.read_text(encoding="utf-8").startswith("# mine\n")


def test_file_with_problems_is_not_written_over(tmp_path, small):
    file = tmp_path / "codebook.yaml"
    file.write_text("codes: [oops\n", encoding="utf-8")
    with pytest.raises(CodebookError):
        save(small, file)
    assert file.read_text(encoding="utf-8") == "codes: [oops\n"


# Comparing


def test_version_does_not_depend_on_layout_or_lines(small):
    assert version(parse("\n\n" + SMALL)) == version(small)
    assert version(edited(small, "sharing", definition="Other.")) != version(small)
    assert len(version(small)) == 12
    assert set(version(small)) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("path", "values", "line"),
    [
        ("sharing", {"name": "Learning"}, 'sharing: renamed from "Sharing" to "Learning"'),
        ("sharing", {"path": "learning"}, "learning: moved, was sharing"),
        (
            "sharing",
            {"definition": "x", "when_not": "y"},
            "sharing: redefined (definition, when not)",
        ),
        ("sharing", {"key": 7}, 'sharing: key changed from "1" to "7"'),
        ("sharing", {"key": None}, 'sharing: key changed from "1" to none'),
        ("showcasing", {"purpose": "practical"}, 'from "symbolic" to "practical"'),
        ("showcasing", {"colour": "#000000"}, "showcasing: recoloured from #bcbcbc and #585858"),
        ("sharing", {"cues": (Cue("peer learning"),)}, "cues changed (0 added, 2 taken away)"),
        ("sharing", {"negative_cues": ()}, "sharing: negative cues changed (0 added, 2 taken"),
    ],
)
def test_change_is_told_in_words(small, path, values, line):
    told = changes(small, edited(small, path, **values))
    assert any(line in one for one in told)
    assert len([one for one in told if one.startswith((path, "learning"))]) == 1


def test_added_and_removed_codes_are_named(small):
    fewer = replace(small, codes=small.codes[:2])
    assert changes(small, fewer) == ['showcasing: removed "Showcasing"']
    assert changes(fewer, small) == ['showcasing: added "Showcasing"']


def test_table_shows_the_tree_and_the_counts_where_there_are_some(small):
    table = tree_table(small)
    assert table.columns == ("code", "name", "key", "purpose", "colour", "definition")
    assert [row[0] for row in table.rows] == [c.path for c in small.codes]
    counted = tree_table(small, {"sharing": 3})
    assert [row["codings"] for row in counted.records()] == [3, 0, 0]
    assert version(small) in table.note


def test_the_studys_own_codebook_has_no_problems():
    path = Path(__file__).parents[1] / "codebook.yaml"
    if not path.exists():
        pytest.skip("codebook.yaml is not in the repository yet")
    assert check(path) == []
    codebook = load(path)
    assert [code.key for code in codebook.top] == [1, 2, 3, 4, 5, 6]
    assert without_lines(parse(dump(codebook))) == without_lines(codebook)
