"""Every reference value of agreement, through the functions that everybody calls."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from reference import FOLDER, cases, files, make_project, material

from tcncode.agreement import ALL_CODES, KEYS, REASONS, STATISTICS, Counts, Ratings, of_ratings
from tcncode.agreement.coefficients import (
    cohen_kappa_error,
    conger_kappa,
    interval,
    krippendorff_alpha,
    ordinal,
    ratio,
    value_of,
)
from tcncode.agreement.compare import compare, means
from tcncode.agreement.sets import by_jaccard, by_masi, jaccard_distance, masi_distance
from tcncode.model import AgreementResult

CELLS = {"n11": "both", "n10": "first_only", "n01": "second_only", "n00": "neither"}
PAIR = {
    "percent_agreement": "observed agreement",
    "cohen_kappa": "Cohen's kappa",
    "scott_pi": "Scott's pi",
    "krippendorff_alpha": "Krippendorff's alpha",
    "gwet_ac1": "Gwet's AC1",
    "brennan_prediger": "Brennan-Prediger",
    "jaccard_coded": "Jaccard",
    "f1_coded": "F1",
}
ALL = {
    "percent_agreement": "observed agreement",
    "krippendorff_alpha": "Krippendorff's alpha",
    "gwet_ac1": "Gwet's AC1",
    "brennan_prediger": "Brennan-Prediger",
    "fleiss_kappa": "Fleiss' kappa",
    "mean_pairwise_cohen_kappa": "Light's kappa",
}
SETS = {
    "alpha_nominal": "alpha of sets, nominal",
    "alpha_jaccard": "alpha of sets, Jaccard",
    "alpha_masi": "alpha of sets, MASI",
}
LAYER = {"u_alpha": "u-alpha", "bar_u_alpha": "|u-alpha", "cu_alpha": "cu-alpha"}
NOT_OURS = {"legacy_alphaU_1995", "legacy_alphaU_1995_all_codes", "cu_alpha_variants_not_asserted"}
"""Another coefficient, which others compute under the name of u-alpha; and open questions."""
MATRIX = {
    "percent_agreement": "observed agreement",
    "cohen_kappa": "Cohen's kappa",
    "light_kappa": "Light's kappa",
    "fleiss_kappa": "Fleiss' kappa",
    "scott_pi": "Scott's pi",
    "gwet_ac1": "Gwet's AC1",
    "brennan_prediger": "Brennan-Prediger",
    "krippendorff_alpha_nominal": "Krippendorff's alpha",
}

FORMS = {"matrix", "sets", "spans", "bootstrap"}
compared: dict[str, int] = {}
"""Case -> how many values were held against ours."""
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"there are no reference values at {FOLDER}"
)


def parameters(form: str) -> Iterator[Any]:
    for case, tolerance in cases(form) if FOLDER.is_dir() else []:
        yield pytest.param(case, tolerance, id=case["id"])


def same(found: float | None, want: float | None, tolerance: float = 1e-9) -> int:
    """One value; None is not defined."""
    if want is None:
        assert found is None
    else:
        assert found == pytest.approx(want, abs=tolerance, rel=0)
    return 1


def hold(found: Any, want: dict[str, Any], tolerance: float = 1e-9) -> int:
    """A value with its own tolerance, and what was printed in the paper."""
    n = same(found, want["value"], want.get("tol", tolerance))
    if "published" in want:
        n += same(found, want["published"]["value"], want["published"]["tol"])
    return n


# Matrices


@pytest.mark.parametrize(("case", "tolerance"), parameters("agreement-matrix/1"))
def test_matrix(case: dict[str, Any], tolerance: float):
    ratings = Ratings.of(case["matrix"], case.get("categories", ()))
    n = 0
    for name, want in case["expected"].items():
        if name == "cohen_kappa_pairs":
            for key, value in want["value"].items():
                first, second = map(int, key.split("|"))
                kappa = of_ratings(STATISTICS["Cohen's kappa"], ratings.pair(first, second))
                n += same(kappa.value, value, want["tol"])
        elif name == "cohen_kappa_ase":
            n += hold(cohen_kappa_error(ratings), want, tolerance)
        elif name == "conger_kappa":
            n += hold(value_of(conger_kappa(ratings)).value, want, tolerance)
        elif name in MATRIX:
            value = of_ratings(STATISTICS[MATRIX[name]], ratings)
            assert (value.value is None) == (value.reason in REASONS)
            n += hold(value.value, want, tolerance)
        else:
            metric = {"ordinal": ordinal, "interval": interval, "ratio": ratio}[name[19:]]
            assert name.startswith("krippendorff_alpha_")
            n += hold(value_of(krippendorff_alpha(ratings, metric)).value, want, tolerance)
    compared["matrix " + case["id"]] = n


def rated(tcncode: Run, path: Path, level: str, *words: str) -> dict[tuple[str, str], Any]:
    """What ``tcncode agree --ratings`` prints as JSON: coders and statistic -> value."""
    asked = ("agree", "--ratings", path, "--level", level, "--replicates", "0", "--format", "json")
    ran = tcncode(*asked, *words)
    assert ran.code == 0, ran.err
    return {(row["coders"], row["statistic"]): row["value"] for row in json.loads(ran.out)}


@pytest.mark.parametrize(("case", "tolerance"), parameters("agreement-matrix/1"))
def test_matrix_by_command(case: dict[str, Any], tolerance: float, tcncode: Run, tmp_path: Path):
    """The same values once more from a table of ratings, as ``agree --ratings`` prints them."""
    path, coders = tmp_path / "ratings.csv", case["coders"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unit", *coders])
        for number, row in enumerate(case["matrix"], 1):
            writer.writerow([number, *("" if value is None else value for value in row)])
    scale = ["--scale", ",".join(map(str, case["categories"]))] if case.get("categories") else []
    keys = {name: key for key, name in KEYS.items()}
    together = " / ".join(coders)
    names = {name for name in case["expected"] if name in MATRIX}
    words = [word for name in sorted(names) for word in ("--statistic", keys[MATRIX[name]])]
    n = 0
    found = rated(tcncode, path, "nominal", *words, *scale) if words else {}
    for name, want in case["expected"].items():
        if name == "cohen_kappa_pairs":
            pairs = rated(tcncode, path, "nominal", "--statistic", "kappa", *scale)
            for key, value in want["value"].items():
                first, second = map(int, key.split("|"))
                kappa = pairs[f"{coders[first]} / {coders[second]}", "Cohen's kappa"]
                n += same(kappa, value, want["tol"])
        elif name == "krippendorff_alpha_nominal":
            n += hold(found[together, "Krippendorff's alpha, nominal"], want, tolerance)
        elif name in MATRIX:
            n += hold(found[together, MATRIX[name]], want, tolerance)
        elif name.startswith("krippendorff_alpha_"):
            level = name.removeprefix("krippendorff_alpha_")
            alphas = rated(tcncode, path, level, *scale)
            n += hold(alphas[together, f"Krippendorff's alpha, {level}"], want, tolerance)
        else:
            assert name in ("cohen_kappa_ase", "conger_kappa")
    assert n
    compared["table " + case["id"]] = n


# Sets


@pytest.mark.parametrize(("case", "tolerance"), parameters("agreement-sets/1"))
def test_sets(case: dict[str, Any], tolerance: float):
    rows = [[None if x is None else frozenset(x) for x in row] for row in case["matrix"]]
    ratings = Ratings.of(rows)
    found = {
        "alpha_nominal": krippendorff_alpha(ratings),
        "alpha_jaccard": krippendorff_alpha(ratings, by_jaccard),
        "alpha_masi": krippendorff_alpha(ratings, by_masi),
    }
    compared["sets " + case["id"]] = sum(
        hold(value_of(found[name]).value, want, tolerance)
        for name, want in case["expected"].items()
    )


def test_set_distances():
    n = 0
    for _, data in files("agreement-sets/1"):
        for row in data["distances"]:
            a, b = frozenset(row["a"]), frozenset(row["b"])
            n += same(float(jaccard_distance(a, b)), row["jaccard_distance"])
            n += same(float(masi_distance(a, b)), row["masi_distance"])
            n += same(float(a != b), row["nominal_distance"])
    assert n
    compared["sets: distances"] = n


# Spans


Results = dict[tuple[str, str, tuple[str, ...]], AgreementResult]


def by_key(results: list[AgreementResult]) -> Results:
    for result in results:
        assert (result.value is None) == (result.reason in REASONS)
    return {(r.code, r.statistic, r.coders): r for r in results}


def hold_table(
    found: Results, code: str, pair: tuple[str, ...], want: dict[str, Any], tolerance: float
) -> int:
    """One expected 2x2 table with its coefficients."""
    n = 0
    for name, value in want.items():
        if name in CELLS:
            assert getattr(found[code, "observed agreement", pair], CELLS[name]) == value
            n += 1
        else:
            n += same(found[code, PAIR[name], pair].value, value, tolerance)
    return n


def hold_unit(
    found: Results, coders: tuple[str, ...], want: dict[str, Any], tolerance: float
) -> int:
    """What is expected of one kind of unit."""
    n = 0
    for code, tables in want["per_code"].items():
        for key, table in tables["pairs"].items():
            n += hold_table(found, code, tuple(key.split("|")), table, tolerance)
        for name, value in tables.get("all", {}).items():
            # Of two coders the mean over the pairs is their kappa.
            ours = (
                "Cohen's kappa" if ALL[name].startswith("Light") and len(coders) == 2 else ALL[name]
            )
            n += same(found[code, ours, coders].value, value, tolerance)
        if "n_units" in tables:
            assert found[code, "observed agreement", coders].n == tables["n_units"]
            n += 1
        assert set(tables) <= {"pairs", "all", "by_document", "n_units"}
    for key, table in want.get("all_codes_pooled", {}).items():
        n += hold_table(found, ALL_CODES, tuple(key.split("|")), table, tolerance)
    for name, value in want.get("sets", {}).items():
        n += same(found[ALL_CODES, SETS[name], coders].value, value, tolerance)
    assert set(want) <= {"per_code", "all_codes_pooled", "sets"}
    return n


def hold_documents(found: list[AgreementResult], case: dict[str, Any], tolerance: float) -> int:
    """Each document's own kappa, and their means, which are not the kappa of the project."""
    n = 0
    lengths = {d["id"]: d["length"] for d in case["documents"]}
    for code, tables in case["expected"]["character"]["per_code"].items():
        for key, want in tables.get("by_document", {}).items():
            rows = [
                r
                for r in found
                if (r.code, r.statistic, "|".join(r.coders)) == (code, "Cohen's kappa", key)
                and r.group in want["cohen_kappa"]
            ]
            assert {r.group for r in rows} == set(want["cohen_kappa"])
            for row in rows:
                n += same(row.value, want["cohen_kappa"][row.group], tolerance)
            mean, undefined = means(rows)
            n += same(mean, want["mean_of_defined"], tolerance)
            n += same(undefined, want["n_undefined"])
            weighted = want["length_weighted_mean_of_defined"]
            n += same(means(rows, lengths)[0], weighted, tolerance)
    return n


def hold_spans(found: Results, want: dict[str, Any], tolerance: float) -> int:
    n = 0
    for key, row in want.items():
        result = found[ALL_CODES, "exact F1 (Holsti)", tuple(key.split("|"))]
        n += same(result.both, row["exact_matches"])
        n += same((result.both or 0) + (result.first_only or 0), row["n_first"])
        n += same((result.both or 0) + (result.second_only or 0), row["n_second"])
        n += same(result.value, row["f1_exact_equals_holsti"], tolerance)
    return n


def hold_unitizing(
    found: Results, coders: tuple[str, ...], want: dict[str, Any], tolerance: float
) -> int:
    """The family of u-alpha; with three coders or more, cu-alpha is refused with the reason."""
    n = 0
    layer = want.get("layer", {})
    for name, value in layer.items():
        if name in LAYER:
            n += same(found[ALL_CODES, LAYER[name], coders].value, value, tolerance)
        elif name == "cu_coverage":
            result = found[ALL_CODES, "cu-alpha", coders]
            if len(coders) == 2:
                n += same(result.coverage, value, tolerance)
            else:
                assert (result.value, result.reason) == (None, "two_coders_only")
        elif name == "ku_alpha":
            for code, each in value.items():
                n += same(found[code, "(k)u-alpha", coders].value, each, tolerance)
        elif name == "ku_coverage":
            for code, each in value.items():
                n += same(found[code, "(k)u-alpha", coders].coverage, each, tolerance)
        else:
            assert name in NOT_OURS
    for code, values in want["per_code"].items():
        n += same(found[code, "u-alpha", coders].value, values["u_alpha"], tolerance)
        assert set(values) <= {"u_alpha", *NOT_OURS}
    assert set(want) <= {"layer", "per_code", *NOT_OURS}
    return n


@pytest.mark.parametrize(("case", "tolerance"), parameters("agreement-spans/1"))
def test_spans(case: dict[str, Any], tolerance: float):
    """Characters, every kind of unit, documents one by one, exact spans, u-alpha."""
    coders = tuple(case["coders"])
    names = list(STATISTICS)
    n = 0
    for unit, want in {
        "character": case["expected"].get("character", {"per_code": {}}),
        **case["expected"].get("units", {}),
    }.items():
        subject = material(case, unit)
        found = by_key(compare(subject, unit=unit, statistics=names, replicates=0))
        n += hold_unit(found, coders, want, tolerance)
        if unit == "character":
            groups = {d.id: [i] for i, d in enumerate(subject.documents)}
            rows = compare(subject, unit=unit, statistics=["kappa"], groups=groups, replicates=0)
            n += hold_documents(rows, case, tolerance)
            n += hold_spans(found, case["expected"].get("spans", {}), tolerance)
            if "unitizing" in case["expected"]:
                want = case["expected"]["unitizing"]
                n += hold_unitizing(found, coders, want, tolerance)
    assert set(case["expected"]) <= {"character", "units", "spans", "unitizing"}
    assert n >= 10
    compared["spans " + case["id"]] = n


def told(tcncode: Run, paths: dict[str, str], *words: str) -> list[AgreementResult]:
    """What ``tcncode agree`` prints as JSON, with the codes' names of the case."""
    ran = tcncode("-p", "case.tcn", "agree", *words, "--format", "json")
    assert ran.code == 0, ran.err
    names = {f.name for f in fields(AgreementResult)}
    return [
        AgreementResult(
            **{name: value for name, value in row.items() if name in names}
            | {
                "code": paths.get(row["code"], row["code"]),
                "coders": tuple(row["coders"].split(" / ")),
                "reason": row["reason"] or "",
                "group": row["group"] or "",
            }
        )
        for row in json.loads(ran.out)
    ]


@pytest.mark.parametrize(("case", "tolerance"), parameters("agreement-spans/1"))
def test_spans_in_a_project_by_command(
    case: dict[str, Any], tolerance: float, tcncode: Run, tmp_path: Path
):
    """The same values once more from a project file, as ``agree --format json`` prints them."""
    paths = make_project(case, tmp_path)
    coders = tuple(case["coders"])
    missing = any(len(d.get("coders", coders)) < len(coders) for d in case["documents"])
    words = [*coders, "--replicates", "0", *(["--partial"] if missing else [])]
    n = 0
    for unit, want in {
        "character": case["expected"].get("character", {"per_code": {}}),
        **case["expected"].get("units", {}),
    }.items():
        found = told(tcncode, paths, *words, "--unit", unit, "--statistic", "all")
        n += hold_unit(by_key(found), coders, want, tolerance)
        if unit == "character":
            n += hold_documents(told(tcncode, paths, *words, "--by", "document"), case, tolerance)
            n += hold_spans(by_key(found), case["expected"].get("spans", {}), tolerance)
            unitizing = case["expected"].get("unitizing", {"per_code": {}})
            n += hold_unitizing(by_key(found), coders, unitizing, tolerance)
    assert n >= 10
    compared["project " + case["id"]] = n


@pytest.mark.parametrize(("case", "tolerance"), parameters("agreement-bootstrap/1"))
def test_bootstrap(case: dict[str, Any], tolerance: float):
    """The interval over documents, and the jackknife, which is exact."""
    want = case["expected"]
    (result,) = compare(material(case), unit="character", statistics=["kappa"])[:1]
    cells = [result.both, result.first_only, result.second_only, result.neither]
    assert cells == want["pooled_cells"]
    n = len(cells) + hold(result.value, want["cohen_kappa_pooled"], tolerance)
    ends = (result.low, result.high)
    at_most = want["document_bootstrap"]["tol_at_2000_replicates"]
    for end, value in zip(ends, want["document_bootstrap"]["ci95_percentile"], strict=True):
        n += same(end, value, at_most)
    n += hold(result.error, want["document_jackknife_se"])
    error = cohen_kappa_error(Counts(*want["pooled_cells"]).ratings())
    n += same(error, want["analytic_se"])
    compared["bootstrap " + case["id"]] = n


@pytest.mark.parametrize(("case", "tolerance"), parameters("agreement-bootstrap/1"))
def test_bootstrap_in_a_project_by_command(
    case: dict[str, Any], tolerance: float, tcncode: Run, tmp_path: Path
):
    want = case["expected"]
    result = told(tcncode, make_project(case, tmp_path), *case["coders"], "--statistic", "kappa")[0]
    n = hold(result.value, want["cohen_kappa_pooled"], tolerance)
    n += hold(result.error, want["document_jackknife_se"])
    bounds = zip(
        (result.low, result.high), want["document_bootstrap"]["ci95_percentile"], strict=True
    )
    at_most = want["document_bootstrap"]["tol_at_2000_replicates"]
    n += sum(same(end, value, at_most) for end, value in bounds)
    compared["project " + case["id"]] = n


def test_traps():
    """What common mistakes give is not what we give."""
    spans = {case["id"]: case for case, _ in cases("agreement-spans/1")}
    n = 0
    for _, data in files("agreement-traps/1"):
        for trap in data["traps"]:
            if trap["statistic"].startswith("character cohen_kappa"):
                found = compare(
                    material(spans[trap["case"]]), unit="character", statistics=["kappa"],
                    replicates=0,
                )  # fmt: skip
                coders = trap["statistic"].removeprefix("character cohen_kappa").strip()
                (result,) = (
                    r for r in found
                    if r.code != ALL_CODES and (not coders or "|".join(r.coders) == coders)
                )  # fmt: skip
                n += same(result.value, trap["right"])
                wrong = trap["wrong"] if isinstance(trap["wrong"], list) else [trap["wrong"]]
                assert all(result.value != pytest.approx(each, abs=1e-6) for each in wrong)
    assert n
    compared["traps"] = n


def test_every_case_was_found_and_its_values_compared():
    """Runs last; in a run of a few cases it says nothing."""
    forms = ("agreement-matrix/1", "agreement-sets/1", "agreement-spans/1", "agreement-bootstrap/1")
    every = list(itertools.chain.from_iterable(cases(form) for form in forms))
    assert every, f"{FOLDER} has no case"
    ran = [name for name in compared if name.partition(" ")[0] in FORMS]
    if len(ran) < len(every):
        pytest.skip(f"{len(ran)} of {len(every)} cases ran here")
    total = sum(compared.values())
    print(f"{total} values of {len(every)} cases compared")
    assert total > 10 * len(every)
