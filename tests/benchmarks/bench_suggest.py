"""How good and how quick suggestions are, beside what one might use instead.

    python tests/benchmarks/bench_suggest.py [--compare] [--curve N] [--many] [--save]
    python tests/benchmarks/bench_suggest.py --speed [--corpus DIR] [--many] [--save]

Quality: on the shipped training passages, a third of the writers left out in turn, on the passages
from documents in ``tests/passages``, and on the seeds' labelled sentences
(``shared/reference/passages`` beside the repository; skipped where missing). The last two are never
trained on. ``--compare`` adds linear models over scikit-learn's own n-grams,
trained and judged alike. Speed: suggestions for the shipped documents beside the bare pipeline, and
with ``--corpus`` those of ``make_corpus.py`` likewise, and with ``--many`` the command on 250 and
on 1,000 documents. ``--speed`` measures nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from tcncode import codebook as codebooks
from tcncode.shipped import shipped
from tcncode.suggest import evaluate, heads, training, vectors
from tcncode.suggest.adapting import adapted
from tcncode.suggest.base import base_classifier
from tcncode.suggest.drawing import drawn
from tcncode.suggest.examples import Example, folds, read_corpus
from tcncode.suggest.pipeline import make_pipeline
from tcncode.suggest.suggester import UNLEARNED, Suggester
from tcncode.text import Span

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared"
if not SHARED.exists():
    SHARED = HERE.parents[3] / "shared"
CODES = ("sharing", "showcasing", "storytelling", "shaming", "seeking-support", "standard-setting")
Row = dict[str, Any]
LabelledPassages = dict[str, list[tuple[str, frozenset[str]]]]
"""Labelled passages by the name of what they are."""


def seeds() -> list[tuple[str, frozenset[str]]]:
    """The labelled sentences of the two seed texts; none where they are missing."""
    path = SHARED / "reference" / "passages" / "seed_spans.jsonl"
    if not path.exists():
        print("The seeds' labelled sentences are not beside the repository: left out.")
        return []
    texts: dict[str, str] = {}
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = row["file"]
        if name not in texts:
            texts[name] = (SHARED / "seeds" / name).read_bytes().decode("utf-8")
        words = " ".join(texts[name][row["start"] : row["end"]].split())
        out.append((words, frozenset(code.replace("_", "-") for code in row["codes"])))
    return out


def from_documents() -> LabelledPassages:
    """The passages of ``tests/passages``, by the name of their file."""
    out = {}
    for name in ("institutional", "lively"):
        lines = (
            (HERE.parent / "passages" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        )
        rows = [json.loads(line) for line in lines]
        out[name] = [(row["text"], frozenset(row["codes"])) for row in rows]
    return out


def judged(system: str, where: str, labels: Any, scores: Any, limits: Any) -> Row:
    """One row of the table."""
    rows = evaluate.qualities(system, CODES, labels, scores, limits)
    macro = next(row for row in rows if row.code == "macro")
    return {
        "system": system, "on": where, "macro_f1": macro.f1, "precision": macro.precision,
        "recall": macro.recall, "average_precision": macro.average_precision,
        "calibration_error": evaluate.calibration_error(labels, scores),
    }  # fmt: skip


def told(passages: Sequence[frozenset[str]]) -> Any:
    """Labels as numbers."""
    return np.array([[float(code in codes) for code in CODES] for codes in passages])


def said(suggester: Suggester, texts: Sequence[str]) -> Any:
    """Probabilities for passages, each read as one sentence."""
    found = [suggester.probabilities(text, [Span(0, len(text))])[0] for text in texts]
    return evaluate.matrix([functions(row) for row in found], CODES)


def functions(found: Mapping[str, float]) -> dict[str, float]:
    """What is said of a sub-code is said of its function: the cues of both are a keyword list."""
    out: dict[str, float] = {}
    for code, score in found.items():
        top = code.split("/")[0]
        out[top] = max(score, out.get(top, 0.0))
    return out


def ours(examples: Sequence[Example], tests: LabelledPassages) -> list[Row]:
    """The shipped way, and the cues alone."""
    book = codebooks.load(shipped("codebook.yaml"))
    cues = Suggester(book)
    dealt = folds([e.group for e in examples], 3)
    labels, scores, words, limits = [], [], [], []

    def taught(some: Sequence[Example]) -> Suggester:
        made = training.train(some, make_pipeline())
        return Suggester(book, classifier=made.classifier if made else None)

    for part in range(3):
        suggester = taught([e for e, f in zip(examples, dealt, strict=True) if f != part])
        held = [e for e, f in zip(examples, dealt, strict=True) if f == part]
        labels.append(told([e.yes for e in held]))
        scores.append(said(suggester, [e.text for e in held]))
        words.append(said(cues, [e.text for e in held]))
        own = [suggester.threshold(c) for c in CODES]
        limits.append(np.tile(own, (len(held), 1)))
    half = np.full(len(CODES), UNLEARNED)
    truth = np.vstack(labels)
    rows = [
        judged("tcncode", "writers", truth, np.vstack(scores), np.vstack(limits)),
        judged("keywords", "writers", truth, np.vstack(words), half),
    ]
    suggester = taught(examples)
    default = np.array([suggester.threshold(c) for c in CODES])
    for name, test in tests.items():
        truth, texts = told([codes for _, codes in test]), [text for text, _ in test]
        rows.append(judged("tcncode", name, truth, said(suggester, texts), default))
        rows.append(judged("keywords", name, truth, said(cues, texts), half))
    return rows


def encoded(tests: LabelledPassages, name: str) -> list[Row]:
    """The shipped model with a sentence encoder and its shipped head."""
    book = codebooks.load(shipped("codebook.yaml"))
    told_by = vectors.sentences_for(vectors.load_encoder(name), heads.head_of(name), book)
    suggester = Suggester(book, classifier=base_classifier(book), sentences=told_by)
    own = np.array([suggester.threshold(c) for c in CODES])
    rows = []
    for where, test in tests.items():
        truth, texts = told([codes for _, codes in test]), [text for text, _ in test]
        rows.append(judged(f"tcncode, {name}", where, truth, said(suggester, texts), own))
    return rows + in_documents(name)[:1]


def in_documents(encoder: str = "") -> list[Row]:
    """The shipped model and the cues on the demo's coded documents, sentence by sentence.

    Neither has learned from these. Sentences on which the two coders differ are left out, code by
    code; a sentence has a code where a coding covers half of it.
    """
    from tcncode.making import demo_project
    from tcncode.project import Project

    labels, known, scores, words = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        path = demo_project(Path(folder), say=lambda _: None)
        with Project.open(path, coder="me") as project:
            project.use_vectors(encoder)
            suggester, cues = project.suggester(), Suggester(project.codebook)
            top = {c.id: c.path.split("/")[0] for c in project.codebook.codes}
            by_document: dict[str, list[Any]] = {}
            for coding in project.codings():
                by_document.setdefault(coding.document, []).append(coding)
            for document, codings in by_document.items():
                spans = project._sentences_to_judge(document)
                scores += project._probabilities(suggester, document)
                words += map(functions, project._probabilities(cues, document))
                for span in spans:
                    said = {
                        who: {top[c.code] for c in codings if c.coder == who
                              and min(span.end, c.span.end) - max(span.start, c.span.start)
                              >= len(span) / 2}
                        for who in ("coder-a", "coder-b")
                    }  # fmt: skip
                    one, other = said["coder-a"], said["coder-b"]
                    labels.append([float(code in one and code in other) for code in CODES])
                    known.append([(code in one) == (code in other) for code in CODES])
            limits = np.array([suggester.threshold(c) for c in CODES])
    truth, agreed = np.array(labels), np.array(known)
    # What is not agreed on is neither right nor wrong: no score, no label.
    found = np.where(agreed, evaluate.matrix(scores, CODES), 0.0)
    plain = np.where(agreed, evaluate.matrix(words, CODES), 0.0)
    half = np.full(len(CODES), UNLEARNED)
    return [
        judged(f"tcncode, {encoder}" if encoder else "tcncode", "documents", truth, found, limits),
        judged("keywords", "documents", truth, plain, half),
    ]


def joined() -> list[tuple[str, float, float, int]]:
    """Suggestions of one sentence and of several: stated probability, share right, how many.

    On the demo's coded documents, from 0.3 on, as they would be shown. Right is where both coders
    cover half of it with the function; where only one does, it is left out.
    """
    from tcncode.making import demo_project
    from tcncode.project import Project

    found: dict[tuple[str, int], list[tuple[float, bool]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = demo_project(Path(folder), say=lambda _: None)
        with Project.open(path, coder="me") as project:
            suggester = project.suggester()
            top = {c.id: c.path.split("/")[0] for c in project.codebook.codes}
            held: dict[tuple[str, str, str], list[Span]] = {}
            for c in project.codings():
                held.setdefault((c.document, c.coder, top[c.code]), []).append(c.span)
            for document in sorted({document for document, *_ in held}):
                spans = project._sentences_to_read(document)
                for made in suggester.suggest(
                    project.document(document).text, project._sentences(document),
                    document=document, threshold=0.3, blocks=project._blocks(document),
                    skip=project._silent(document),
                ):  # fmt: skip
                    said = [
                        any(
                            min(made.span.end, s.end) - max(made.span.start, s.start)
                            >= len(made.span) / 2
                            for s in held.get((document, coder, top[made.code]), ())
                        )
                        for coder in ("coder-a", "coder-b")
                    ]
                    if said[0] == said[1]:
                        inside = sum(made.span.start <= s.start < made.span.end for s in spans)
                        size = "one sentence" if inside == 1 else "joined"
                        fifth = min(int(made.score * 5), 4)
                        found.setdefault((size, fifth), []).append((made.score, said[0]))
    return [
        (
            size,
            float(np.mean([s for s, _ in rows])),
            float(np.mean([r for _, r in rows])),
            len(rows),
        )
        for (size, _), rows in sorted(found.items())
    ]


def curve(splits: int) -> list[Row]:
    """Macro F1 on eight of the demo's documents after so many codings of the other twelve.

    Both coders' codings count; documents are finished one after another, in an order drawn anew
    for each split, until they hold so many. Taught is what the project would teach, a part of the
    sentences without a code; judged are all.
    """
    from random import Random

    from tcncode.making import demo_project
    from tcncode.project import Project

    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        path = demo_project(Path(folder), say=lambda _: None)
        with Project.open(path, coder="me") as project:
            own: dict[str, list[Example]] = {}
            for example in project.all_examples():
                own.setdefault(example.group, []).append(example)
            held = {d: sum(c.document == d for c in project.codings()) for d in own}
            base = base_classifier(project.codebook)
            for split in range(splits):
                order = Random(split).sample(sorted(own), len(own))
                for wanted in (0, 50, 100, 200, 400):
                    taught: list[str] = []
                    for document in order[8:]:
                        if sum(held[d] for d in taught) < wanted:
                            taught.append(document)
                    some = drawn((e for d in taught for e in own[d]), split)
                    made = adapted(base, some, make_pipeline())
                    suggester = Suggester(project.codebook, classifier=made)
                    truth, found = [], []
                    for document in order[:8]:
                        spans = project._sentences_to_judge(document)
                        said = project._probabilities(suggester, document)
                        by_span = {e.span: e.yes for e in own[document]}
                        truth += [by_span.get(span, frozenset()) for span in spans]
                        found.append(evaluate.matrix(said, CODES))
                    limits = np.array([suggester.threshold(c) for c in CODES])
                    row = judged("tcncode", "curve", told(truth), np.vstack(found), limits)
                    codings = sum(held[d] for d in taught)
                    rows.append({"split": split, "wanted": wanted, "codings": codings, **row})
    return rows


def others(examples: Sequence[Example], test: Sequence[tuple[str, frozenset[str]]]) -> list[Row]:
    """Linear models over scikit-learn's n-grams, threshold one half."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts, truth = [e.text for e in examples], told([e.yes for e in examples])
    dealt = np.array(folds([e.group for e in examples], 3))
    half = np.full(len(CODES), UNLEARNED)
    word = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    char = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=3)
    rows = []
    for name, makers in (("words", [word]), ("words and pieces", [word, char])):
        matrix = hstack([maker.fit_transform(texts) for maker in makers]).tocsr()
        other = (
            hstack([maker.transform([t for t, _ in test]) for maker in makers]) if test else None
        )
        held = np.zeros(truth.shape)
        seen = np.zeros((len(test), len(CODES)))
        for k in range(len(CODES)):
            for part in range(3):
                model = LogisticRegression(C=4, solver="liblinear")
                model.fit(matrix[dealt != part], truth[dealt != part, k])
                held[dealt == part, k] = model.predict_proba(matrix[dealt == part])[:, 1]
            if other is not None:
                model = LogisticRegression(C=4, solver="liblinear").fit(matrix, truth[:, k])
                seen[:, k] = model.predict_proba(other.tocsr())[:, 1]
        rows.append(judged(name, "writers", truth, held, half))
        if test:
            rows.append(judged(name, "seeds", told([c for _, c in test]), seen, half))
    return rows


def cost(work: Callable[[], object]) -> float:
    """CPU seconds of some work in this process."""
    before = time.process_time()
    work()
    return time.process_time() - before


def imported(corpus: Path, folder: Path) -> Path:
    """A project of the documents that ``make_corpus.py`` wrote."""
    study, manifest = folder / "corpus.tcn", ["--manifest", corpus / "manifest.csv"]
    for step in (["init", study], ["-p", study, "import", corpus / "txt", *manifest]):
        asked = [sys.executable, "-m", "tcncode", *map(str, step), "--coder", "me"]
        subprocess.run(asked, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return study


def speed(runs: int, corpus: Path | None = None) -> Row:
    """Suggestions for the shipped documents, or those of a corpus, and spaCy on the same texts.

    "bare": the blank pipeline, tokens and lemmas; "tokens": spaCy's English tokeniser alone.
    """
    import spacy

    from tcncode.making import demo_project
    from tcncode.project import Project

    with tempfile.TemporaryDirectory() as folder:
        if corpus:
            path = imported(corpus, Path(folder))
        else:
            path = demo_project(Path(folder), say=lambda _: None)
        with Project.open(path, coder="me") as project:
            suggester = project.suggester()
            asked = [project._asked_of(entry.id) for entry in project.documents()]

            def suggest() -> int:
                return sum(len(made) for made in suggester.suggest_all(asked))

            def read(nlp: Any) -> int:
                return sum(len(doc) for doc in nlp.pipe(one.text for one in asked))

            bare, tokens = make_pipeline(), spacy.blank("en")
            count, _, _ = suggest(), read(bare), read(tokens)  # all learn their words first
            times = [
                (cost(suggest), cost(lambda: read(bare)), cost(lambda: read(tokens)))
                for _ in range(runs)
            ]
    return {
        "words": sum(len(one.text.split()) for one in asked),
        "suggestions": count,
        "suggest_s": median(a for a, _, _ in times),
        "bare_s": median(b for _, b, _ in times),
        "tokens_s": median(c for _, _, c in times),
        "of_bare": median(b / a for a, b, _ in times),
        "of_tokens": median(c / a for a, _, c in times),
    }


def many(documents: int) -> Row:
    """``tcncode suggest`` for so many documents of about 1,000 words, as a process of its own.

    They are put together from paragraphs of the shipped documents, drawn by chance.
    """
    from random import Random

    from tcncode.making import demo_project
    from tcncode.project import Project

    with tempfile.TemporaryDirectory() as folder:
        with Project.open(demo_project(Path(folder), say=lambda _: None), coder="me") as project:
            paragraphs = [
                project.quote(e.id, Span(*stretch))
                for e in project.documents()
                for stretch in project.stretches(e.id, "paragraph")
            ]
        chance, texts = Random(0), Path(folder) / "texts"
        texts.mkdir()
        words = 0
        for n in range(documents):
            held: list[str] = [f"Document {n}."]
            while sum(len(p.split()) for p in held) < 1000:
                held.append(chance.choice(paragraphs))
            words += sum(len(p.split()) for p in held)
            (texts / f"t{n:05}.txt").write_text("\n\n".join(held) + "\n", encoding="utf-8")
        tcncode = [sys.executable, "-m", "tcncode"]
        study = Path(folder) / "many.tcn"
        for step in (["init", study], ["-p", study, "import", texts], ["-p", study, "suggest"]):
            asked = [*tcncode, *map(str, step), "--coder", "me"]
            child = subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, status, used = os.wait4(child.pid, 0)
            if status:
                raise SystemExit(f"{step[-2:]} failed")
        seconds = used.ru_utime + used.ru_stime
    return {
        "documents": documents, "words": words, "cpu_s": seconds, "words_per_s": words / seconds,
        "peak_mb": used.ru_maxrss / 1024,
    }  # fmt: skip


def learning(examples: Sequence[Example]) -> Row:
    """CPU seconds of training on 2,000 passages and on all."""
    nlp = make_pipeline()
    some = [examples[n] for n in np.linspace(0, len(examples) - 1, 2000).astype(int)]
    return {
        "2000_passages_s": cost(lambda: training.train(some, nlp)),
        "all_passages": len(examples),
        "all_passages_s": cost(lambda: training.train(examples, nlp)),
    }


def run_folder() -> Path:
    """Where today's figures of this machine are kept."""
    machine = f"{os.cpu_count()}cores-py{sys.version_info.major}.{sys.version_info.minor}"
    folder = HERE / "runs" / f"{date.today().isoformat()}-{machine}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def main() -> int:
    """Measure and print; keep with ``--save``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--compare", action="store_true", help="other models too (minutes)")
    parser.add_argument(
        "--curve",
        type=int,
        default=0,
        metavar="N",
        help="what the team's codings add, over N splits (a minute each)",
    )
    parser.add_argument("--vectors", action="store_true", help="with the extra's encoder too")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--save", action="store_true", help="keep the figures beside this script")
    parser.add_argument("--many", action="store_true", help="the command on 1,000 documents too")
    parser.add_argument("--speed", action="store_true", help="speed alone")
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="speed on what make_corpus.py wrote, too"
    )
    options = parser.parse_args()
    if options.speed:
        return timed(options, {})
    book = codebooks.load(shipped("codebook.yaml"))
    examples = read_corpus(shipped("corpus") / "training", book)
    test = seeds()
    tests = ({"seeds": test} if test else {}) | from_documents()
    quality = (
        ours(examples, tests) + in_documents() + (others(examples, test) if options.compare else [])
    )
    if options.vectors:
        quality += encoded(tests, "minilm")
    print("| system | on | macro F1 | precision | recall | average precision | calibration error |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for row in quality:
        print(
            "| "
            + " | ".join(f"{v:.3f}" if isinstance(v, float) else v for v in row.values())
            + " |"
        )
    passages = joined()
    for size, stated, right, n in passages:
        print(f"{size}: stated {stated:.2f}, right {right:.2f} ({n})")
    told_curve = curve(options.curve)
    for wanted in sorted({row["wanted"] for row in told_curve}):
        f1 = [row["macro_f1"] for row in told_curve if row["wanted"] == wanted]
        print(f"after {wanted} codings: macro F1 {np.mean(f1):.3f} ({min(f1):.3f}-{max(f1):.3f})")
    return timed(options, {"quality": quality, "joined": passages, "curve": told_curve})


def timed(options: argparse.Namespace, kept: dict[str, Any]) -> int:
    """Measure speed and print it; keep it with the rest, or beside what was kept before."""
    figures = {"speed": speed(options.runs)}
    if options.corpus:
        figures["speed_corpus"] = speed(options.runs, options.corpus)
    if options.many:
        figures |= {f"many_{n}": many(n) for n in (250, 1000)}
    if not options.speed:
        examples = read_corpus(
            shipped("corpus") / "training", codebooks.load(shipped("codebook.yaml"))
        )
        figures["training"] = learning(examples)
    for what, found in figures.items():
        print(f"\n{what}: " + ", ".join(f"{k} {v:.4g}" for k, v in found.items()))
    if options.save:
        load = [round(x, 2) for x in os.getloadavg()]
        name = "suggest_speed.json" if options.speed else "suggest.json"
        (run_folder() / name).write_text(
            json.dumps({"load_average": load, **kept, **figures}, indent=1) + "\n",
            encoding="utf-8",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
