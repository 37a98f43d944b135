"""An expression finds the codings that a slow, obvious reading of it finds."""

from __future__ import annotations

import pytest
from conftest import Run
from hypothesis import example, given
from hypothesis import strategies as st

from tcncode.errors import UsageError
from tcncode.model import Code, Codebook, Coding
from tcncode.project import Project
from tcncode.retrieval import matching, parse
from tcncode.text import Span

CODES = ("sharing", "sharing/peer-learning", "shaming", "near")
BOOK = Codebook("test", tuple(Code(path.replace("/", "."), path, path) for path in CODES))
SENTENCES = (0, 4, 9, 15, 16, 25)
PARAGRAPHS = (0, 9, 16)
STARTS = {"sentence": SENTENCES, "paragraph": PARAGRAPHS}


@st.composite
def some_codings(draw: st.DrawFn) -> list[Coding]:
    """Codings in two documents of 30 characters, by two coders; spans repeat and touch often."""
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from("de"), st.integers(0, 29), st.integers(1, 12),
                st.sampled_from(BOOK.codes), st.sampled_from(["amina", "ben"]),
            ),
            max_size=14,
        )
    )  # fmt: skip
    return [
        Coding(str(n), document, Span(start, min(start + length, 30)), code.id, coder)
        for n, (document, start, length, code, coder) in enumerate(rows)
    ]


# Expressions as nested tuples, so that the slow reading owes nothing to the parser.
_ATOMS = st.sampled_from(
    [("codes", written) for written in ("sharing", "=sharing", "shaming", '"near"', "*")]
)
_RELATIONS = st.tuples(
    st.sampled_from(["and", "overlapping", "within", "containing", "near"]),
    st.booleans(),
    st.integers(0, 3),
    st.sampled_from(["sentence", "paragraph"]),
)
EXPRESSIONS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(st.just("or"), inner, inner),
        st.tuples(st.just("meeting"), inner, _RELATIONS, inner),
    ),
    max_leaves=5,
)


def written(tree) -> str:
    """The tree as a researcher would type it, every operand in parentheses."""
    if tree[0] == "codes":
        return tree[1]
    if tree[0] == "or":
        return f"({written(tree[1])}) or ({written(tree[2])})"
    _, left, (relation, negated, away, unit), right = tree
    words = {
        "and": "and not" if negated else "and",
        "near": f"{'not ' * negated}near {away} {unit}s",
    }.get(relation, f"{'not ' * negated}{relation}")
    return f"({written(left)}) {words} ({written(right)})"


def unit_of(unit: str, offset: int) -> int:
    return sum(start <= offset for start in STARTS[unit])


def stand(a: Coding, b: Coding, relation: str, away: int, unit: str) -> bool:
    """Whether two codings stand in a relation, by its definition."""
    if relation == "and":
        return a.span.overlaps(b.span)
    if a.id == b.id:
        return False
    if relation == "overlapping":
        return a.span.overlaps(b.span)
    if relation == "within":
        return b.span.start <= a.span.start and a.span.end <= b.span.end
    if relation == "containing":
        return a.span.start <= b.span.start and b.span.end <= a.span.end
    first, last = unit_of(unit, a.span.start), unit_of(unit, a.span.end - 1)
    other_first, other_last = unit_of(unit, b.span.start), unit_of(unit, b.span.end - 1)
    return max(other_first - last, first - other_last, 0) <= away


def slow(tree, codings: list[Coding], *, any_coder: bool) -> set[str]:
    """Ids of the codings that a tree finds, pair by pair."""
    if tree[0] == "codes":
        name = tree[1].strip('"')
        return {
            c.id for c in codings
            if name == "*" or c.code == name.lstrip("=")
            or (not name.startswith("=") and c.code.startswith(name + "."))
        }  # fmt: skip
    if tree[0] == "or":
        return slow(tree[1], codings, any_coder=any_coder) | slow(
            tree[2], codings, any_coder=any_coder
        )
    _, left, (relation, negated, away, unit), right = tree
    those = slow(left, codings, any_coder=any_coder)
    others = slow(right, codings, any_coder=any_coder)
    return {
        a.id
        for a in codings
        if a.id in those
        and negated
        != any(
            a.document == b.document
            and (any_coder or a.coder == b.coder)
            and stand(a, b, relation, away, unit)
            for b in codings
            if b.id in others
        )
    }


def found(expression: str, codings: list[Coding], *, any_coder: bool = False) -> list[str]:
    meant = parse(expression, BOOK)
    return [
        c.id for c in matching(meant, codings, lambda _, unit: STARTS[unit], any_coder=any_coder)
    ]


@given(EXPRESSIONS, some_codings(), st.booleans())
def test_an_expression_finds_what_comparing_every_pair_finds(tree, codings, any_coder):
    wanted = slow(tree, codings, any_coder=any_coder)
    assert found(written(tree), codings, any_coder=any_coder) == [
        c.id for c in codings if c.id in wanted
    ]


def coding(key: str, code: str, start: int, end: int, coder: str = "amina") -> Coding:
    return Coding(key, "d", Span(start, end), code, coder)


PLACED = [
    coding("whole", "sharing", 0, 14),
    coding("inside", "shaming", 4, 9),
    coding("peer", "sharing.peer-learning", 4, 9),
    coding("next", "shaming", 15, 16),
    coding("far", "sharing", 26, 29),
    coding("others", "shaming", 26, 29, "ben"),
]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("sharing", ["whole", "peer", "far"]),
        ("=sharing", ["whole", "far"]),
        ("SHARING or shaming", ["whole", "inside", "peer", "next", "far", "others"]),
        ("sharing and shaming", ["whole", "peer"]),
        ("sharing and not shaming", ["far"]),
        ("sharing and sharing", ["whole", "peer", "far"]),
        ("sharing overlapping sharing", ["whole", "peer"]),
        ("shaming within sharing", ["inside"]),
        ("sharing containing shaming", ["whole", "peer"]),
        ("shaming near sharing", ["inside", "next"]),
        ("shaming near 0 sharing", ["inside"]),
        ("shaming not near sharing", ["others"]),
        ("shaming near 1 paragraph =sharing", ["inside", "next"]),
        ("far or sharing", None),
        # From left to right; "or" last.
        ("sharing and shaming or shaming", ["whole", "inside", "peer", "next", "others"]),
        ("shaming or shaming and sharing", ["inside", "next", "others"]),
        ('sharing and (shaming or "near")', ["whole", "peer"]),
        ("* within *", ["inside", "peer"]),
    ],
)
def test_each_word_means_what_its_table_says(expression, expected):
    if expected is None:
        with pytest.raises(UsageError, match='no code "far"'):
            found(expression, PLACED)
    else:
        assert found(expression, PLACED) == expected


def test_long_expressions_are_evaluated():
    assert found(" or ".join(["sharing"] * 900), PLACED) == ["whole", "peer", "far"]
    assert found(" and ".join(["sharing"] * 900), PLACED) == ["whole", "peer", "far"]
    nested = "(" * 50 + "sharing" + " and sharing)" * 50
    assert found(nested, PLACED) == ["whole", "peer", "far"]


def test_codings_of_different_coders_meet_only_when_asked_for():
    assert found("sharing within shaming", PLACED) == ["peer"]
    assert found("sharing within shaming", PLACED, any_coder=True) == ["peer", "far"]


@pytest.mark.parametrize(
    ("expression", "where"),
    [
        ("", "empty"),
        ("sharing and", "at its end: a code is missing"),
        ("sharing shaming", 'at "shaming" (character 9): a condition goes on'),
        ("sharing and and shaming", 'at "and" (character 13): a code should stand'),
        ("(sharing or shaming", "at its end: a parenthesis is still open"),
        ("sharing)", 'at ")" (character 8): no parenthesis is open'),
        ("sharing and sharng", 'at "sharng" (character 13): The project has no code'),
        ("sharing not shaming", 'at "shaming" (character 13): after "not"'),
        ("sharing not and shaming", 'at "shaming" (character 17): after "not"'),
        ("= sharing", 'at "=" (character 1): a code follows'),
        ('sharing and ""', "(character 13): there is no name"),
        ("near near near", 'at "near" (character 1): a code should stand'),
        ("(" * 50, "at its end"),
        ("(" * 51, "(character 51): more than 50 parentheses are open"),
        ("( " * 5000, "5000 words"),
        ("\n sh", "fits"),
    ],
)
def test_a_slip_is_one_line_that_says_where(expression, where):
    with pytest.raises(UsageError) as caught:
        parse(expression, BOOK)
    assert where in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@given(st.text(st.sampled_from('=()"* \tandotrwihnesharing3é\n\x00')))
@example("sharing near 99999999999999999999 shaming")
@example('"sharing" and ="sharing')
def test_whatever_is_typed_is_understood_or_refused_in_one_line(expression):
    try:
        parse(expression, BOOK)
    except UsageError as error:
        assert len(str(error).splitlines()) == 1


# -- in a project ------------------------------------------------------------------------


@pytest.fixture
def coded(study: Project) -> Project:
    """Amina's and ben's codings of two documents."""
    letter, arabic = study.document_id("letter"), study.document_id("arabic")
    study.code(letter, Span(0, 24), "sharing/peer-learning", memo="Who taught whom in Łódź?")
    study.code(letter, Span(3, 10), "shaming")
    study.code(letter, Span(71, 110), "shaming", memo="harsh")
    study.code(arabic, Span(0, 28), "sharing")
    with Project.open(study.path, coder="ben") as ben:
        ben.code(arabic, Span(0, 10), "shaming")
    return study


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, 5),
        ({"expression": "sharing and shaming"}, [(0, 24)]),
        ({"expression": "sharing and shaming", "any_coder": True}, [(0, 24), (0, 28)]),
        ({"expression": "shaming and sharing", "any_coder": True, "coder": "ben"}, [(0, 10)]),
        ({"expression": "shaming and not sharing", "coder": "amina"}, [(71, 110)]),
        ({"network": "icorn", "code": "sharing"}, [(0, 28)]),
        ({"network": "(none)"}, []),
        ({"document": "letter", "kind": "other", "coder": "amina"}, 3),
        ({"document": "letter", "kind": "policy"}, []),
        ({"origin": "suggestion"}, []),
        ({"text": "LEARN from"}, [(0, 24)]),
        ({"text": "learn nobody"}, []),
        ({"memo": "lodz"}, [(0, 24)]),
        ({"memo": "*"}, 2),
    ],
)
def test_filters_and_expression_together(coded, asked, expected):
    spans = [(c.span.start, c.span.end) for c in coded.quotations_where(**asked)]
    assert (len(spans) if isinstance(expected, int) else spans) == expected


def test_the_command_lists_the_codings_that_meet_the_expression(coded, tcncode: Run):
    def places(*options: str) -> list[str]:
        ran = tcncode("-p", coded.path, "codings", "--format", "csv", *options)
        assert ran.code == 0, ran.err
        return [",".join(row.split(",")[5:8]) for row in ran.out.splitlines()[1:]]

    assert places("--where", "sharing and shaming") == ["sharing/peer-learning,0,24"]
    assert places("--code", "sharing", "--with", "shaming") == ["sharing/peer-learning,0,24"]
    assert places("--code", "sharing", "--without", "shaming") == ["sharing,0,28"]
    assert places("--code", "sharing", "--with", "shaming", "--any-coder") == [
        "sharing/peer-learning,0,24",
        "sharing,0,28",
    ]
    assert places("--code", "shaming", "--near", "sharing") == ["shaming,3,10"]
    assert places("--code", "shaming", "--near", "sharing", "--sentences", "2") == [
        "shaming,3,10",
        "shaming,71,110",
    ]
    assert places("--memo", "*", "--text", "failed") == ["shaming,71,110"]


def test_the_command_says_where_an_expression_is_wrong_and_what_goes_together(coded, tcncode: Run):
    ran = tcncode("-p", coded.path, "codings", "--where", "sharing nearr shaming")
    assert (ran.code, ran.out) == (2, "")
    assert 'at "nearr" (character 9)' in ran.err and len(ran.err.splitlines()) == 1
    assert tcncode("-p", coded.path, "codings", "--sentences", "2").code == 2
