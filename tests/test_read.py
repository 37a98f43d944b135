"""``tcncode read``: what is said, and what a typed line stores."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import add

from tcncode.cli.reading import LinearReading, find_code
from tcncode.errors import AmbiguousNameError, UnknownNameError, UsageError
from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.model import Evidence, Suggestion
from tcncode.project import Project
from tcncode.text import Span

ROOT = Path(__file__).parents[1]


@pytest.fixture
def reading(study):
    """The letter, at its first sentence."""
    return LinearReading(study, study.document("letter"))


@pytest.fixture
def read(tcncode, study, monkeypatch):
    """Run the command with these lines typed in."""

    def run(*lines: str, args: tuple[str, ...] = ("letter",)):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return tcncode("read", *args, "--coder", "amina")

    return run


def stored(project: Project) -> list[tuple[str, str]]:
    return [(project.quote(c.document, c.span), c.code) for c in project.codings(document="letter")]


SENTENCES = (
    "We learn from each other 👩‍👩‍👧 in Łódź.",
    "The cafe\u0301 stayed open.",
    "The ministry has failed our residents; shame on it.",
    "Members must report.",
)


# Reading


def test_each_sentence_is_said_with_its_number_until_the_end(read):
    ran = read("", "", "", "", "p")
    assert ran.code == 0 and ran.err == ""
    lines = ran.out.splitlines()
    assert lines[0].startswith("letter (") and "4 sentences. Coder amina." in lines[0]
    assert lines[1:5] == [f"{n}. {words}" for n, words in enumerate(SENTENCES, 1)]
    assert lines[5] == "End of letter. q quits, p goes back."
    assert lines[6] == f"3. {SENTENCES[2]}"


def test_what_is_printed_has_no_escape_sequence_and_one_line_for_each_answer(read, study, tmp_path):
    evil = "One \x1b[31mred \x9b2J\u202e two.\nStill one.\n"
    path = tmp_path / "evil.txt"
    path.write_text("placeholder", encoding="utf-8")
    from tcncode.importing.study import Imported
    from tcncode.model import Document, document_id
    from tcncode.text.segments import segment

    document = Document(document_id(evil), "evil\x1b]0;x\x07", evil, source="evil.txt")
    study.import_files([Imported(path, document, segment(evil), (), 4, "0" * 64)])
    coding = study.code(document.id, Span(0, 8), "sharing", memo="memo \x1b[2J\nline")
    ran = read("", "?", "w", "c \x1b[1m", "m", "/\x1b", args=(document.id,))
    assert coding.id and ran.code == 0
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", ran.out)


def test_pages_turns_and_headings_are_told_when_they_change(study, tmp_path):
    path = tmp_path / "talk.txt"
    path.write_text(
        "Interviewer: How did it begin? I ask all.\n\nMayor: We asked Ghent.\n\n"
        "Interviewer: And then?\n\nMayor: Then we did.\n",
        encoding="utf-8",
    )
    item = read_one(path, options=Metadata(kind="interview"), row=None)
    study.import_files([item])
    reading = LinearReading(study, study.document("talk"))
    said = [*reading.read(), *(line for _ in range(4) for line in reading.answer(""))]
    assert [line for line in said if line.startswith("Turn")] == [
        "Turn 1, Interviewer.", "Turn 2, Mayor.", "Turn 3, Interviewer.", "Turn 4, Mayor.",
    ]  # fmt: skip
    assert "Mayor speaks" in reading.answer("w")[0]


def test_codings_and_memos_of_ones_own_are_said_in_words(study, reading):
    letter = reading.document
    first, second = (s.span for s in study.segments(letter.id, "sentence")[:2])
    study.code(letter.id, first, "sharing", memo="who?")
    study.code(letter.id, Span(first.start, second.end), "showcasing")
    study.code(letter.id, Span(second.start, second.start + 3), "shaming")
    with Project.open(study.path, coder="bo") as other:
        other.code(letter.id, second, "storytelling")
    assert reading.read()[-1].endswith("Łódź. [sharing, showcasing] memo on sharing: who?")
    assert reading.answer("")[-1].endswith("open. [showcasing, shaming on a part]")


@pytest.mark.parametrize(
    ("line", "at"),
    [("g 3", 3), ("g 1", 1), ("02", 2), ("p", 1), ("", 3), ("/ministry", 3), ("/CAFE", 2)],
)
def test_going_places(reading, line, at):
    reading.begin(2)
    reading.answer(line)
    assert reading.offset == reading._sentences[at - 1].start


def test_places_there_are_not(reading):
    for line in ("99", "g 0", "g 5", "g", "g x", "g -1"):
        with pytest.raises(UsageError):
            reading.answer(line)
    assert reading.answer("p") == ["This is the first sentence."]
    assert reading.answer("/nothing of it") == ['"nothing of it" is not in this document.']
    assert "no command" in reading.answer("sharing")[0]
    assert reading.offset == 0


def test_finding_again_goes_round_the_end(reading):
    assert reading.answer("/") == ["/ needs words to look for."]
    places = []
    for line in ("/the", "/", "/"):
        reading.answer(line)
        places.append(reading._at + 1)
    assert places == [2, 3, 2]


def test_where_am_i(study, reading):
    study.code(reading.document.id, Span(0, 10), "sharing")
    reading.begin(2)
    share = f"{10 / len(reading.document.text):.0%}"
    assert reading.answer("w") == [f"letter, sentence 2 of 4, {share} coded, coder amina."]


# Coding


@pytest.mark.parametrize(
    ("lines", "codings"),
    [
        (["1"], [(SENTENCES[0], "sharing")]),
        (["1", "1"], [(SENTENCES[0], "sharing")]),
        (["", "2", "", "4"], [(SENTENCES[1], "showcasing"), (SENTENCES[2], "shaming")]),
        (["c peer"], [(SENTENCES[0], "sharing/peer-learning")]),
        (["c Standard"], [(SENTENCES[0], "standard-setting")]),
        (["1", "x"], []),
        (["1", "2", "x", "1"], [(SENTENCES[0], "showcasing")]),
        (["1", "2", "x", ""], [(SENTENCES[0], "sharing"), (SENTENCES[0], "showcasing")]),
        (["1", "2", "x", "9"], [(SENTENCES[0], "sharing"), (SENTENCES[0], "showcasing")]),
        (["1", "2", "x show"], [(SENTENCES[0], "sharing")]),
        (["1", "u"], []),
        (["1", "u", "r"], [(SENTENCES[0], "sharing")]),
        (["1", "2", "u", "u"], []),
        (["9"], []),
        (["c zzz"], []),
        (["c s"], []),
        (["+1", "", "6"], [(SENTENCES[2], "standard-setting")]),
        (["+1", "+0", "6"], [(SENTENCES[0], "standard-setting")]),
    ],
    ids=lambda value: "-".join(value) if value and isinstance(value[0], str) else "",
)
def test_lines_store_exactly_these_codings(read, study, lines, codings):
    assert read(*lines).code == 0
    assert sorted(stored(study)) == sorted(codings)


def test_several_sentences_are_coded_as_one_passage(read, study):
    ran = read("+1", "1", "2", "+9", "3")
    text = study.document("letter").text
    two = text[: text.index("open.") + 5]
    assert sorted(stored(study)) == sorted([
        (two, "sharing"), (two, "showcasing"), (text.rstrip("\n"), "storytelling"),
    ])  # fmt: skip
    lines = ran.out.splitlines()
    assert lines[2:4] == [f"2. {SENTENCES[1]}", "Taken: sentences 1 to 2."]
    assert lines[4] == "sentences 1 to 2 coded sharing; saved."
    assert "Taken: sentences 1 to 4." in lines


def test_every_answer_is_a_line_that_says_what_happened(reading):
    assert reading.answer("1") == ["sentence 1 coded sharing; saved."]
    assert reading.answer("1") == ["sentence 1 had sharing already."]
    assert reading.answer("m is it?") == ["memo on sharing; saved."]
    assert reading.answer("m") == ["memo on sharing: is it?"]
    assert reading.answer("m -") == ["memo removed from sharing; saved."]
    assert reading.answer("m") == ["no memo on sharing."]
    assert reading.answer("u")[0].startswith("undone: ")
    assert reading.answer("m") == ["memo on sharing: is it?"]
    assert reading.answer("2") == ["sentence 1 coded showcasing; saved."]
    assert reading.answer("m shown") == ["memo on showcasing; saved."]
    reading.answer("g 1")
    assert "Which one? 1 sharing" in reading.answer("m no")[0]
    assert reading.answer("") == ["None of them; nothing was changed."]
    assert "1 sharing" in reading.answer("x")[0]
    assert reading.answer("2") == ["removed showcasing from sentence 1; saved."]
    assert reading.answer("") != [] and reading.answer("x") == [
        "You have no such coding on sentence 2."
    ]
    assert reading.answer("q") is None


def test_only_ones_own_codings_are_removed_or_annotated(study, reading):
    with Project.open(study.path, coder="bo") as other:
        other.code(reading.document.id, reading.taken, "sharing")
    for line in ("x", "m a word"):
        assert reading.answer(line) == ["You have no such coding on sentence 1."]
    assert [c.memo for c in study.codings()] == [""]


def test_the_next_uncoded_sentence(reading):
    for line in ("1", "", "2"):
        reading.answer(line)
    reading.begin(1)
    assert reading.answer("n") == [f"3. {SENTENCES[2]}"]
    assert reading.answer("n") == [f"4. {SENTENCES[3]}"]
    assert reading.answer("n") == ["You have coded every sentence after this one."]


def test_suggestions_are_read_with_their_evidence_and_answered(study, tmp_path):
    text = "We share what we learned from one another.\nNothing.\nOther cities share their tools.\n"
    document = add(study, tmp_path, "cues", text)
    assert study.suggest([document]) >= 2
    open_before = study.suggestions(document=document)
    reading = LinearReading(study, study.document(document))
    said = reading.answer("s")
    first = reading._suggestion
    assert said[0].startswith(f"Suggested: {first.code}, {first.score:.2f}, because of cue ")
    assert all(part.words in said[0] for part in first.evidence)
    assert reading.answer("y")[0].startswith(f"accepted {first.code} for sentence ")
    assert [c.origin for c in study.codings(document=document)] == ["suggestion"]
    with pytest.raises(UsageError, match=f"has accepted suggestion {first.id}"):
        reading.answer("y")
    reading.answer("s")
    second = reading._suggestion
    assert second.id != first.id
    assert reading.answer("d")[0].startswith(f"rejected {second.code}")
    left = {s.id for s in study.suggestions(document=document)}
    assert left == {s.id for s in open_before} - {first.id, second.id}
    for _ in left:
        reading.answer("s")
    assert reading.answer("s")[0].startswith("No more suggestions")


def test_what_an_encoder_says_of_a_whole_sentence_does_not_repeat_it(study):
    reading = LinearReading(study, study.document("letter"))
    span = Span(0, 10)
    why = Evidence("sentence", "Ten letter", span, 0.731, "minilm")
    made = Suggestion("a" * 16, reading.document.id, span, "sharing", 0.8, (why,))
    by_itself = "sentence by itself: 0.73 by minilm (“Ten letter”)."
    assert reading._proposed(made) == f"Suggested: sharing, 0.80. {by_itself}"


def test_without_a_suggestion_there_is_nothing_to_answer(reading):
    assert (
        reading.answer("y")
        == reading.answer("d")
        == ["No suggestion here. s goes to the next one."]
    )


def test_codes_by_name_beginning_and_part(study):
    for name in ("sharing", "SHARING", "Sharing", "peer", "peer learning", "information"):
        assert find_code(study, name).path.startswith("sharing")
    assert find_code(study, "STANDARD").path == "standard-setting"
    assert find_code(study, "national").path == "shaming/national-government"
    with pytest.raises(AmbiguousNameError, match="sharing, showcasing"):
        find_code(study, "ing")
    with pytest.raises(UnknownNameError):
        find_code(study, "zzz")


# Beginning and ending


def test_the_place_is_kept_and_shared_with_the_workbench(read, study):
    read("", "")
    place = json.loads(study.recall("place"))
    assert place["document"] == study.document("letter").id
    assert place["offset"] == study.document("letter").text.index("The ministry")
    assert read(args=()).out.splitlines()[1].startswith("3. ")
    assert read(args=("letter", "--from", "2")).out.splitlines()[1].startswith("2. ")
    assert read(args=("notes",)).out.splitlines()[1].startswith("1. ")


def test_wrong_beginnings(read, tcncode, tmp_path):
    assert read(args=("letter", "--from", "99")).code == 2
    assert "4 sentences" in read(args=("letter", "--from", "99")).err
    assert read(args=("nothing",)).code == 2
    Project.create(tmp_path / "empty.tcn", codebook=ROOT / "codebook.yaml", coder="a").close()
    ran = tcncode("-p", tmp_path / "empty.tcn", "read")
    assert ran.code == 2 and "no documents" in ran.err


def test_an_error_is_said_and_reading_goes_on(read, study):
    ran = read("c zzz", "u", "g 77", "1")
    assert ran.code == 0 and len(ran.out.splitlines()) == 6
    assert stored(study) == [(SENTENCES[0], "sharing")]


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}


def test_from_a_pipe_in_a_process_of_its_own(study):
    done = subprocess.run(
        [sys.executable, "-m", "tcncode", "-p", str(study.path), "read", "letter"],
        input=b"1\n\n2", capture_output=True, env=environment(),
    )  # fmt: skip
    assert done.returncode == 0 and done.stderr == b""
    assert b"> " not in done.stdout
    assert {code for _, code in stored(study)} == {"sharing", "showcasing"}


@pytest.mark.parametrize(("last", "code"), [(b"\x04", 0), (b"\x03", 130), (b"q\n", 0)])
def test_in_a_dumb_terminal_a_prompt_waits_and_control_keys_leave(study, last, code):
    pid, fd = pty.fork()
    if pid == 0:  # pragma: no cover
        # Whoever runs the tests in the background may have had it ignored.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        command = [sys.executable, "-m", "tcncode", "-p", str(study.path), "read", "letter"]
        os.execve(sys.executable, command, environment())
    out, keys, status = b"", [b"1\n", last], None
    begun = time.monotonic()
    try:
        while time.monotonic() - begun < 60:
            if not select.select([fd], [], [], 5)[0]:
                continue
            try:
                out += os.read(fd, 65536)
            except OSError:
                status = os.waitpid(pid, 0)[1]
                break
            if keys and out.endswith(b"> "):
                # Nobody types sooner; a signal that comes just before Python waits is kept by
                # it until the next line.
                time.sleep(0.2)
                os.write(fd, keys.pop(0))
    finally:
        if status is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    assert status is not None, f"did not end: {out!r}"
    assert os.waitstatus_to_exitcode(status) == code
    assert b"\x1b" not in out and b"coded sharing; saved." in out
    assert [code for _, code in stored(study)] == ["sharing"]


def test_f_marks_the_document_as_finished_and_open_again(read, study):
    letter = study.document_id("letter")
    assert "finished; saved" in read("f", "q").out
    assert study.finished(letter)
    assert "not finished; saved" in read("f", "q").out
    assert not study.finished(letter)


def test_f_says_what_is_not_answered(read, study):
    study.suggest(threshold=0.01)
    count = len(study.suggestions_in(study.document_id("letter")))
    assert count > 1
    assert f"is finished; saved; {count} suggestions not answered" in read("f", "q").out
    assert "answered" not in read("f", "q").out
