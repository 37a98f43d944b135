"""What others did in a document that is coded blind shows nowhere: every command, every export.

Each command runs in two projects that differ in a blind coder's work and in nothing else, and must
say and write the same in both. The commands come from the command line itself: a new one is tried
as soon as it is there, and one that needs arguments fails here until it has a case.
"""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import blind_study
import click
import pytest
from blind_study import SECRETS, Pair, tidy
from conftest import Run, add

from tcncode.cli import _COMMANDS, cli
from tcncode.model import Suggestion
from tcncode.project import Project
from tcncode.suggest import examples
from tcncode.text import Span

NO_PROJECT = {
    "init": "makes a project",
    "demo": "makes a project",
    "keys": "is about no project",
    "codebook check": "reads a file and no project",
    "suggest fine-tune": "learns from shipped passages and opens no project",
}
"""Commands that read no project, or a new one."""
IN_USE = {f"codebook {verb}" for verb in ("edit", "merge", "move", "remove", "rename")}
"""What is done to the codebook concerns everybody's codings: a code in use cannot be removed,
merging says how many are recoded. These tell that a code is used, though not where or by whom."""
CASES: dict[str, list[list[str]]] = {
    "import": [["--codings", "{codings}"], ["{text}"]],
    "documents": [[], ["--near-identical"]],
    "show": [["letter"], ["letter", "--codings"], ["notes", "--codings"]],
    "codebook add": [["asked", "--definition", "Asked."]],
    "codebook edit": [["standard-setting/monitoring", "--definition", "Other.", "--yes"]],
    "codebook load": [["{book}"]],
    "codebook merge": [["standard-setting/monitoring", "--into", "sharing", "--dry-run"]],
    "codebook move": [["standard-setting/monitoring", "--top", "--yes"]],
    "codebook recolour": [["sharing", "#ff0000", "--yes"]],
    "codebook remove": [["standard-setting/monitoring", "--yes"]],
    "codebook rename": [["standard-setting/monitoring", "watching", "--yes"]],
    "codebook save": [["{out}.yaml"]],
    "codebook show": [[], ["sharing"], ["standard-setting/monitoring", "--format", "json"]],
    "networks load": [["--networks", "{networks}"]],
    "code": [["letter", "sharing", "--at", "3:24"],
             ["letter", "standard-setting/monitoring", "--at", "3:24"]],
    "uncode": [["{coding}"], ["{mine}"]],
    "recode": [["{coding}", "shaming"], ["{mine}", "shaming"]],
    "reshape": [["{coding}", "3:20"], ["{mine}", "3:24"]],
    "split": [["{coding}", "10"], ["{mine}", "35"]],
    "join": [["{coding}", "{mine}"]],
    "memo": [["{coding}", "x"], ["--on", "document", "letter", "x"]],
    "memos": [[], ["--on", "coding"], ["--on", "document"], ["--coder", "ben"]],
    "codings": [[], ["--coder", "ben"], ["--document", "letter"], ["--where", "sharing near 9 *"],
                ["--where", "* overlapping *", "--any-coder"], ["--memo", "*"],
                ["--code", "standard-setting"], ["--origin", "suggestion"], ["--finished"],
                ["--finished", "--coder", "ben"], ["--no-interviewers", "--until", "2030"]],
    "log": [[], ["--document", "letter"], ["--document", "letter", "--at", "3:24"]],
    "read": [["letter"]],
    "search": [["learn"], ["learn", "--code", "sharing", "--dry-run"]],
    "suggest accept": [["--document", "letter", "--yes"]],
    "suggest reject": [["--document", "letter", "--yes"]],
    "suggest list": [[], ["letter"]],
    "suggest explain": [["{suggestion}"]],
    "suggest run": [["letter"]],
    "suggest mute": [["sharing"]],
    "suggest unmute": [["sharing"]],
    "describe": [["letter", "--kind", "website"]],
    "report profile": [["eurocities"]],
    # The key is drawn by chance; that it tells nothing hidden is tested with it.
    "pseudonymise": [["letter", "--dry-run"],
                     ["letter", "--names", "{names}", "-o", "{out}.tcn", "--key", "{out}.tcnkey",
                      "--yes"]],
    "verify": [["{quotes}"]],
    "assign": [[], ["--share", "100%", "--to", "amina", "--to", "cem", "--dry-run"],
               ["--within", "0.3", "--to", "amina", "--to", "ben", "--dry-run"]],
    "finish": [["letter"], ["letter", "--reopen"]],
    "merge": [["{copy}"]],
    "agree": [["amina", "ben"], ["amina", "ben", "--partial"], ["--explain", "sharing"],
              ["--boundaries"], ["--methods"], ["amina", "ben", "--over", "codebook"],
              ["--group", "both=amina,ben", "{third}"], ["amina", "ben", "--by", "document"]],
    "settle list": [[], ["amina", "ben"], ["--all"]],
    "settle show": [["0000"], ["0000", "--among", "amina", "--among", "ben"]],
    "settle take": [["0000", "first"]],
    "settle open": [["0000"]],
    "settle finish": [[]],
    "report coders": [[], ["--coder", "ben"]],
    "report frequencies": [[], ["--coder", "ben"], ["--document", "letter"]],
}  # fmt: skip
"""Command -> arguments to try it with; commands that need none are tried without any."""


def leaves(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, sub-commands of sub-commands included."""
    if isinstance(command, click.Group):
        for sub in sorted(command.list_commands(click.Context(command))):
            found = command.get_command(click.Context(command), sub)
            assert found is not None
            yield from leaves(found, f"{name} {sub}")
    else:
        yield name, command


def commands() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name in _COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        found |= dict(leaves(command, name))
    return found


ALL = commands()


def option(command: click.Command, name: str) -> click.Option | None:
    return next((p for p in command.params if isinstance(p, click.Option) and name in p.opts), None)


def needs(command: click.Command) -> list[str]:
    """What must be given, but for a file to write to."""
    output = option(command, "-o")
    return [str(p.name) for p in command.params if p.required and p is not output]


def variants(name: str, *, each_format: bool) -> list[list[str]]:
    """Each case, in each format that the command can write or in the first."""
    command = ALL[name]
    found = []
    forms = option(command, "--format")
    output = option(command, "-o")
    for words in CASES.get(name, [[]]):
        choices = list(forms.type.choices) if forms and hasattr(forms.type, "choices") else []
        for form in choices if each_format else choices[:1]:
            file = ["-o", f"{{out}}.{form}"] if output else []
            found.append([*words, "--format", form, *(file if form == "xlsx" else [])])
        if not choices and output:
            found.append([*words, "-o", "{out}.xlsx" if name == "export workbook" else "{out}.md"])
        elif not choices:
            found.append(words)
    return found


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return blind_study.made(tmp_path_factory.mktemp("blind"))


def test_every_command_has_a_case_or_needs_none():
    """A new command that needs arguments must be added to ``CASES``, whatever it does."""
    without = [
        name for name, command in ALL.items()
        if name not in CASES and name not in NO_PROJECT and needs(command)
    ]  # fmt: skip
    assert without == []
    assert CASES.keys() | NO_PROJECT.keys() <= ALL.keys()


def told(
    run: Run, pair: Pair, source: Path, folder: Path, name: str, words: list[str], who: str
) -> tuple[int, str]:
    """Exit code and all that a command says and writes, as somebody, in a copy of a project."""
    folder.mkdir()
    path = folder / "study.tcn"
    shutil.copy(source, path)
    files = {
        "codings": "document,coder,code,start,end\nnotes,amina,sharing,0,5\n",
        "text": "Another text. With two sentences.\n",
        "networks": "id,name\nnew,New network\n",
        "names": "name\nWe learn\n",
        "quotes": "document,name,start,end,hash,quotation\n",
    }
    places = {key: folder / f"{key}.{'txt' if key == 'text' else 'csv'}" for key in files}
    for key, text in files.items():
        places[key].write_text(text, encoding="utf-8")
    places["book"] = Path(__file__).parents[1] / "codebook.yaml"
    # The copy that is merged holds his work in both cases.
    places["copy"] = shutil.copy(pair.secret, folder / "copy.tcn")
    filled = {**places, "out": folder / "out", "coding": pair.coding, "mine": pair.mine,
              "third": "amina", "suggestion": pair.suggestion}  # fmt: skip
    before = set(folder.iterdir())
    given = [word.format(**filled) for word in words]
    ran = run("-p", path, "--coder", who, *name.split(), *given)
    written = sorted(set(folder.iterdir()) - before)
    said = [ran.out, ran.err, *(_content(file) for file in written if file.suffix[1:4] != "tcn")]
    return ran.code, tidy("\n".join(said))


def _content(path: Path) -> str:
    data = path.read_bytes()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(
                archive.read(member).decode("utf-8", "replace")
                for member in sorted(archive.namelist()) if "docProps" not in member
            )  # fmt: skip
    return data.decode("utf-8", "replace")


@pytest.mark.parametrize("name", [name for name in ALL if name not in NO_PROJECT])
@pytest.mark.parametrize("who", ["amina", "somebody new"])
def test_a_command_says_the_same_whatever_the_other_has_done(
    tcncode: Run, pair: Pair, tmp_path: Path, who: str, name: str, monkeypatch: pytest.MonkeyPatch
):
    """To her who codes it blind, too, and to somebody who was never asked to code it."""
    if name == "suggest train":  # what it says hangs on the team's codings: a part will do
        every = examples._passages
        monkeypatch.setattr(examples, "_passages", lambda folder: every(folder)[::12])
    for number, words in enumerate(variants(name, each_format=who == "amina")):
        monkeypatch.setattr("sys.stdin", io.StringIO("\n\nw\n"))  # for what asks
        secret = told(tcncode, pair, pair.secret, tmp_path / f"s{number}", name, words, who)
        monkeypatch.setattr("sys.stdin", io.StringIO("\n\nw\n"))
        plain = told(tcncode, pair, pair.plain, tmp_path / f"p{number}", name, words, who)
        for said in (secret[1], plain[1]):
            assert not [word for word in SECRETS if word in said], (words, said)
        if name == "merge":
            continue  # in one of them it is all new: only what he wrote must not be told
        if name in IN_USE:
            assert "ben" not in secret[1] and "letter" not in secret[1]
            continue
        assert secret == plain, words
        assert secret[0] in (0, 1, 2)


def test_what_was_hidden_shows_once_all_have_finished(tcncode: Run, pair: Pair, tmp_path: Path):
    """So that silence above is not because there is nothing to hear."""
    path = shutil.copy(pair.secret, tmp_path / "study.tcn")
    quotes = ("-p", path, "--coder", "amina", "report", "quotes", "--format", "csv")
    before = tcncode(*quotes).out
    with Project.open(path, coder="ben") as ben:
        ben.finish(["letter"])
    assert len(tcncode(*quotes).out.splitlines()) > len(before.splitlines())
    for words in (["memos"], ["codings"], ["export", "codings"]):
        said = tcncode("-p", path, "--coder", "amina", *words, *(
            ["--format", "json"]
        )).out  # fmt: skip
        assert "ZIRKON" in said
    assert "standard-setting/monitoring" in tcncode("-p", path, "--coder", "amina", "log").out
    assert "letter" in tcncode("-p", path, "--coder", "amina", "settle").out


LIKE = "Cities learn from each other through peer learning workshops on housing"


def test_evidence_found_before_a_document_was_coded_blind_is_hidden_with_it(study, tmp_path):
    """Also of a passage kept by an earlier version, which does not say where it stands."""
    here = add(study, tmp_path, "here", f"{LIKE} and schools. Lunch was served at noon.\n")
    there = add(study, tmp_path, "there", f"{LIKE}.\n")
    open_one = add(study, tmp_path, "open", f"{LIKE} for all.\n")
    with Project.open(study.path, coder="bo") as bo:
        for document in (there, open_one):
            bo.code(document, Span(0, len(LIKE)), "sharing/peer-learning")
    study.suggest([here])

    def near(found: list[Suggestion]) -> set[str]:
        return {e.detail for s in found for e in s.evidence if e.kind == "near"}

    both = {"there, coded by bo", "open, coded by bo"}
    assert near(study.suggestions(document=here)) == both
    study.assign([there], ["amina", "bo"], blind=True)
    with Project.open(study.path, coder="amina") as amina:
        for found in (amina.suggestions(), amina.suggestions_in(here)):
            assert near(found) == {"open, coded by bo"}
        amina.finish([there])
    with Project.open(study.path, coder="cem") as cem:
        assert near(cem.suggestions(document=here)) == {"open, coded by bo"}, "who is not asked"
        rows = cem._store._connection.execute("SELECT id, evidence FROM suggestion").fetchall()
        for key, kept in rows:
            old = json.dumps([part[:6] for part in json.loads(kept)])
            cem._store._connection.execute(
                "UPDATE suggestion SET evidence = ? WHERE id = ?", (old, key)
            )
        assert near(cem.suggestions(document=here)) == set()
    with Project.open(study.path, coder="amina") as amina:
        assert near(amina.suggestions(document=here)) == set()
    with Project.open(study.path, coder="bo") as bo:
        bo.finish([there])
    with Project.open(study.path, coder="amina") as amina:
        assert near(amina.suggestions(document=here)) == both
