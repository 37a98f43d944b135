"""Saving an edited codebook into a hand-edited file: comments stand where their codes stand."""

from __future__ import annotations

import pytest
from codebook_steps import STEPS, step
from hypothesis import HealthCheck, given, settings

from tcncode import codebook as codebooks
from tcncode.codebook import editing
from tcncode.errors import TcncodeError
from tcncode.model import Codebook

COMMENTED = """\
# Our codebook.
name: Tree
codes:

  # About sharing.
  - id: sharing   # beside sharing
    name: Sharing
    purpose: practical
    key: 1
    definition: >-
      Cities pass
      knowledge on.   # not a comment
    children:
      # About peers, line one.
      # About peers.
      - id: peers
        name: Peers   # beside peers
        definition: |
          First line.

            Indented line.
        cues:
          phrases:
            - peer to peer
          # Last of peers.
      # About visits.
      - id: visits
        name: Visits
        # Before the definition of visits.
        definition: "Going
          there."
        children:
        # About abroad.
        - {id: abroad, name: Abroad, definition: ""}   # beside abroad
        # About home.
        - id: at-home
          name: At home
          definition: ""
    cues:
      phrases: [share]   # after the children

  # About shaming.
  - id: shaming
    name: Shaming
    purpose: symbolic
    definition: Blame.
    cues:
      # About its cues.
      phrases:
        - shame on   # beside a cue
        - {text: blame, weight: 0.75}
      # Between them.
      patterns:
        - weight: 0.75
          pattern: [{LOWER: shame}, {OP: "?"}]
# The end.
purposes: {practical: Work., symbolic: Meaning.}
"""
ABOUT = {
    "sharing": "# About sharing.",
    "sharing/peers": "# About peers.",
    "sharing/visits": "# About visits.",
    "sharing/visits/abroad": "# About abroad.",
    "sharing/visits/at-home": "# About home.",
    "shaming": "# About shaming.",
}
"""Id -> the comment that stands above the code, and has to after any edit."""


def comments_are_where_they_were(text: str, book: Codebook) -> None:
    """Each code that is still there has its own comment right above it, and there is no other."""
    lines = [line.strip() for line in text.splitlines()]
    for code in book.codes:
        if code.id in ABOUT:
            slug = code.path.rpartition("/")[2]
            below = lines[lines.index(ABOUT[code.id]) + 1]
            assert below.replace('"', "").startswith((f"- id: {slug}", f"- {{id: {slug},"))
    assert {line for line in lines if line in ABOUT.values()} == {
        ABOUT[code.id] for code in book.codes if code.id in ABOUT
    }
    assert lines[0] == "# Our codebook."


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_comments_go_where_their_codes_go_whatever_is_done(tmp_path, steps):
    file = tmp_path / "codebook.yaml"
    file.write_text(COMMENTED, encoding="utf-8")
    book = codebooks.load(file)
    for how, number, value in steps:
        book = step(book, how, number, value)
    if not book.codes:
        return
    codebooks.save(book, file)
    again = codebooks.load(file)
    assert codebooks.version(again) == codebooks.version(book)
    comments_are_where_they_were(file.read_text(encoding="utf-8"), book)


@pytest.mark.parametrize(
    ("how", "number", "value"),
    [
        ("add", 1, "b"), ("add", 0, "b"), ("rename", 2, "a"), ("rename", 0, "a"), ("under", 2, 5),
        ("under", 5, 1), ("before", 5, 0), ("before", 2, 1), ("after", 3, 0), ("merge", 2, 1),
        ("merge", 5, 0), ("recolour", 0, "#123456"), ("key", 0, 0), ("key", 3, 9),
        ("purpose", 0, "symbolic"), ("define", 1, "x: y"), ("remove", 2, None),
        ("remove", 0, None), ("remove", 5, None),
    ],
)  # fmt: skip
def test_each_kind_of_edit_keeps_the_comments_of_the_rest(tmp_path, how, number, value):
    file = tmp_path / "codebook.yaml"
    file.write_text(COMMENTED, encoding="utf-8")
    before = codebooks.load(file)
    book = step(before, how, number, value)
    assert book != before
    codebooks.save(book, file)
    assert codebooks.version(codebooks.load(file)) == codebooks.version(book)
    text = file.read_text(encoding="utf-8")
    comments_are_where_they_were(text, book)
    if "sharing/peers" in book.by_id() and how not in ("define",):
        assert "# About peers, line one.\n" in text and "# beside peers" in text
        assert "  Indented line." in text


def test_a_moved_code_is_cut_and_pasted_and_nothing_else_touched(tmp_path):
    file = tmp_path / "codebook.yaml"
    file.write_text(COMMENTED, encoding="utf-8")
    book = codebooks.load(file)
    codebooks.save(editing.move(book, "shaming", before="sharing"), file)
    shaming = COMMENTED[COMMENTED.index("\n  # About shaming.") : COMMENTED.index("# The end.")]
    rest = COMMENTED.replace(shaming, "")
    head = "codes:\n"
    assert file.read_text(encoding="utf-8") == rest.replace(head, head + shaming)


def test_comments_that_cannot_be_kept_are_named(tmp_path):
    """In this shape codes are not followed; what they say is written all the same."""
    file = tmp_path / "codebook.yaml"
    text = "# mine\ncodes:\n- {id: a, name: A, definition: 'd # no'}  # one\n"
    file.write_text(text + "# two\n- {id: c, parent: a, name: C, definition: d}\n", "utf-8")
    book = editing.add(codebooks.load(file), "a/b")
    lost = codebooks.save(book, file)
    assert codebooks.version(codebooks.load(file)) == codebooks.version(book)
    kept = file.read_text(encoding="utf-8")
    assert lost and all(comment in ("# one", "# two") and comment not in kept for comment in lost)


def test_comments_of_a_removed_code_are_named_and_no_others(tmp_path):
    file = tmp_path / "codebook.yaml"
    file.write_text(COMMENTED, encoding="utf-8")
    book = editing.remove(codebooks.load(file), "sharing/visits/abroad", {})
    assert codebooks.save(book, file) == ["# About abroad.", "# beside abroad"]


def test_a_folder_that_is_not_there_is_one_clear_line(tmp_path):
    with pytest.raises(TcncodeError, match=r"none/book\.yaml: cannot be written \(No such file"):
        codebooks.save(codebooks.parse(COMMENTED), tmp_path / "none" / "book.yaml")
