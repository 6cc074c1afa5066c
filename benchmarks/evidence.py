"""The summary of the published runs: each question with the measured answer and its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from benchmarks.boosting.statements import judge as judge_boosting
from benchmarks.claims.page import view as view_claims
from benchmarks.coverage import LEVEL
from benchmarks.coverage import judge as judge_coverage
from benchmarks.expectations import view as view_expectations
from benchmarks.publishing import RESULTS, Page, page_command
from benchmarks.quality.ranking import TWO_CLASSES
from benchmarks.quality.results import data_sets, scores
from benchmarks.quality.shared_fits import BASELINE, FOCAL
from benchmarks.replicate.page import view as view_replicate
from benchmarks.speed.page import mean_ratios
from benchmarks.speed.page import view as view_speed
from benchmarks.speed.solvers import OURS
from benchmarks.verdicts import Claim, Estimate, Statement, Verdict, exact, median

Runs = Mapping[str, Any]
ALIKE = 0.01
"""A difference of log loss that does not matter."""
PROMISED = 0.9
"""The least coverage of the intervals of a recommendation, which are nominally 95 %."""
RAW = "focal (raw)"
RUNS = {
    "quality": ("Quality", "Which treatment of class imbalance is best for linear models?"),
    "claims": ("Claims", "Are common claims about focal loss true?"),
    "boosting": ("Boosted trees", "Does focal loss help XGBoost, LightGBM and CatBoost?"),
    "ensembles": ("Ensembles", "Do ensembles of under-samplers help?"),
    "temperature": ("Temperature", "Does focal temperature scaling beat other calibrators?"),
    "replicate": ("Simulation", "What do corrections of imbalance do to predicted risks?"),
    "expectations": ("Expectations", "Do new rows keep what a recommendation expects?"),
    "coverage": ("Coverage", "Do confidence intervals of coefficients cover the truth?"),
    "comparison_time": ("Comparisons", "How long do whole comparisons take?"),
    "speed": ("Speed", "How long do fits, searches and predictions take?"),
    "l1": ("L1 penalties", "How long do fits and paths with an L1 penalty take?"),
    "cluster": ("Clusters", "How long do fits on Dask collections take?"),
}
"""Title of each page, and the question that it answers."""


def tabular(runs: Runs) -> Iterator[Claim]:
    """Judge what the quality run shows of linear models, by the differences of two methods."""
    compared = {
        "focal ranks better": ("average_precision", FOCAL, BASELINE, ">", 0.0),
        "resampling ranks better": ("average_precision", "smote", BASELINE, ">", 0.0),
        "recovered is calibrated": ("log_loss", FOCAL, BASELINE, "<", ALIKE),
        "raw is worse": ("log_loss", RAW, FOCAL, ">", 0.0),
        "weights distort": ("log_loss", "class_weight", BASELINE, ">", 0.0),
        "resampling distorts": ("log_loss", "smote", BASELINE, ">", 0.0),
        "weights decide better": ("f1_default", "class_weight", BASELINE, ">", 0.0),
        "weights decide better, tuned": ("f1_tuned", "class_weight", BASELINE, ">", 0.0),
        "focal decides better, tuned": ("f1_tuned", FOCAL, BASELINE, ">", 0.0),
    }
    for name, (metric, method, other, relation, bound) in compared.items():
        table = scores(runs["quality"], TWO_CLASSES, metric)
        estimate = median(table[method] - table[other])
        statement = Statement("", estimate, relation, bound)  # type: ignore[arg-type] # mypy widens the literals of the table
        yield _claim(name, [statement], metric)


def trees(runs: Runs) -> Iterator[Claim]:
    """Judge what the boosting run shows of the three libraries."""
    names = {
        "Focal loss ranks better than log loss": "focal trees rank better",
        "Recovering the posterior lowers the log loss of focal loss": "recovery helps trees",
    }
    for claim in judge_boosting(runs["boosting"]):
        if claim.name in names:
            yield _claim(names[claim.name], claim.details["statements"], claim.details["metric"])


def simulation(runs: Runs) -> Iterator[Claim]:
    """Return the claims of the simulation, with the number of cases in which they hold."""
    concluded = view_replicate(runs["replicate"])["conclusions"]
    found = {name: claim for part in concluded.values() for name, claim in part.items()}
    for name in ("overestimated", "intercept"):
        yield Claim(name, found[name].verdicts, {"cases": len(found[name].verdicts)})


def trust(runs: Runs) -> Iterator[Claim]:
    """Judge the coverage of intervals."""
    rows = view_expectations(runs["expectations"])["rows"]
    cells = [cell for row in rows for cell in row["cells"]]
    estimates = [Estimate(cell["share"], cell["low"], cell["high"], 1) for cell in cells]
    yield _range("expectations hold", [Statement("", one, ">", PROMISED) for one in estimates])
    judged = judge_coverage(runs["coverage"]["scenarios"])
    # Judged is the distance from the level.
    yield _range("coverage holds", [statement for _, statement in judged], LEVEL)


def speed(runs: Runs) -> Iterator[Claim]:
    """Compare the times on the real tables with the fastest other solver."""
    results = view_speed(runs["speed"])
    means = mean_ratios(results["by_table"], runs["speed"]["processors"])
    for name in ("mean", "worst"):
        statements = [
            Statement(
                f"{row['processor']}, {_gamma(ours)}", exact(row[name][ours], row["n"]), "<", 1
            )
            for row in means
            for ours in OURS
        ]
        yield _claim(f"faster, {name}", statements)


def _gamma(ours: str) -> str:
    return ours.rpartition(", ")[2]


def _claim(name: str, statements: list[Statement], metric: str = "") -> Claim:
    verdicts = tuple(one.verdict for one in statements)
    details = {"statements": statements, "metric": metric, "hull": _hull(statements)}
    return Claim(name, verdicts, details)


def _range(name: str, statements: list[Statement], origin: float = 0.0) -> Claim:
    values = [origin + one.estimate.value for one in statements]
    low, high = _hull(statements)
    verdicts = tuple(one.verdict for one in statements)
    ends = {"ends": (min(values), max(values)), "hull": (origin + low, origin + high)}
    return Claim(name, verdicts, ends)


def _hull(statements: list[Statement]) -> tuple[float, float]:
    """Return the lowest and the highest end of all intervals."""
    estimates = [one.estimate for one in statements]
    return min(one.low for one in estimates), max(one.high for one in estimates)


def view(runs: Runs) -> dict[str, Any]:
    """Return what the template shows."""
    parts = (tabular, trees, simulation, trust, speed)
    judged = {claim.name: claim for part in parts for claim in part(runs)}
    tables = data_sets(runs["quality"], TWO_CLASSES)
    rare = pd.Series([one["n_rarest"] / one["n_rows"] for one in tables])
    return {
        "claims": judged,
        "metrics": runs["quality"].info["metrics"],
        "n_methods": len(runs["quality"].info["methods"]),
        "n_data_sets": len(tables),
        "rarest": (rare.min(), rare.max()),
        "common_claims": _counts(runs["claims"]),
        "runs": {name: RUNS[name] for name in RUNS if (RESULTS / f"{name}.json").exists()},
        "alike": ALIKE,
        "promised": PROMISED,
    }


def _counts(results: dict[str, Any]) -> dict[str, int]:
    """Count the common claims about focal loss by their verdicts."""
    counts = Counter(claim.verdict for claim in view_claims(results)["claims"])
    return {str(verdict): counts[verdict] for verdict in Verdict}


PAGE = Page(
    "evidence",
    "Summarise the published runs, without measuring.",
    measure=None,
    view=view,
    sources=("quality", "boosting", "replicate", "expectations", "coverage", "speed", "claims"),
)
command = page_command(PAGE)
