"""The page and the command of the quality run."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.data_sets import BINARY, LARGE, MULTICLASS
from benchmarks.harness import run_comparison
from benchmarks.publishing import MeasuredTable, Page, Task, page_command, write_file
from benchmarks.quality import ranking
from benchmarks.quality.ranking import MORE_CLASSES, SIGNIFICANT, TWO_CLASSES, rank
from benchmarks.quality.results import collect, data_sets, scores
from benchmarks.quality.shared_fits import BASELINE, fitted_methods
from benchmarks.quality.suites import SEED, SUITES, Suite, choose_suites, load_tables, reduce
from skfocal.cli import usage_errors
from skfocal.comparison import Comparison, Method, StoreError, rank_diagram

TIMEOUT = 900.0
ANSWERED = ("average_precision", "log_loss", "f1_default", "f1_tuned")
RANKED = {
    "Two classes": (
        TWO_CLASSES,
        (
            *("average_precision", "roc_auc", "log_loss", "brier_score", "calibration_error"),
            *("f1_default", "f1_tuned", "mcc_tuned"),
        ),
    ),
    "More than two classes": (
        MORE_CLASSES,
        ("average_precision", "log_loss", "calibration_error", "balanced_accuracy_default"),
    ),
}
DRAWN = ("average_precision", "log_loss", "f1_tuned")
SHOWN = ("average_precision", "roc_auc", "log_loss", "calibration_error", "f1_default", "f1_tuned")


def measure(task: Task) -> MeasuredTable:
    """Run the comparison on every suite."""
    with usage_errors(StoreError):
        runs = [
            (suite, run_suite(suite, fitted_methods(), task))
            for suite in (reduce(one) if task.quick else one for one in choose_suites(task.names))
        ]
        return collect(runs, task.repeat("quality"))


def run_suite(suite: Suite, methods: Sequence[Method], task: Task) -> Comparison:
    """Run the comparison of some methods on one suite."""
    print(f"{suite.name}: {', '.join(suite.data_sets)}", file=sys.stderr)
    settings = {"cv": suite.cv, "repeats": suite.repeats, "random_state": SEED}
    return run_comparison(
        load_tables(suite),
        {"methods": methods, **settings},
        directory=task.folder / suite.name,
        n_jobs=task.n_jobs,
        timeout=TIMEOUT,
    )


def view(results: MeasuredTable) -> dict[str, Any]:
    """Return what the template shows."""
    info = results.info
    enough = len(data_sets(results, TWO_CLASSES)) > 1
    return {
        **info,
        "baseline": BASELINE,
        "n_data_sets": len(info["data_sets"]),
        "n_known": len(BINARY) + len(MULTICLASS) + len(LARGE),
        "n_two_classes": len(data_sets(results, TWO_CLASSES)),
        "answers": [_answer(results, metric) for metric in ANSWERED] if enough else [],
        "rankings": list(_rankings(results)),
        "drawn": {metric: _figure_name(metric) for metric in DRAWN},
        "costs": list(_costs(results)),
        "chosen": list(_chosen(results)),
        "shown": SHOWN,
        "binary_only": [key for key, one in info["metrics"].items() if one["binary_only"]],
        "figures": results.figures.to_dict("records"),
    }


def _answer(results: MeasuredTable, metric: str) -> dict[str, Any]:
    """Return the methods that differ significantly from the baseline, the largest first."""
    rows = rank(results, TWO_CLASSES, metric).drop(index=BASELINE)
    rows = rows.reindex(rows["difference"].abs().sort_values(ascending=False).index)
    found = rows[rows["p_holm"] < SIGNIFICANT]
    return {
        "metric": metric,
        "better": found[found["direction"] == 1]["difference"].to_dict(),
        "worse": found[found["direction"] == -1]["difference"].to_dict(),
        "smallest_p": float(rows["p_holm"].min()),
    }


def _rankings(results: MeasuredTable) -> Iterator[dict[str, Any]]:
    for title, (suites, metrics) in RANKED.items():
        count = len(data_sets(results, suites))
        if count > 1:
            tables = {
                metric: rank(results, suites, metric).reset_index(names="method").to_dict("records")
                for metric in metrics
            }
            yield {"title": title, "n": count, "tables": tables, "two": suites == TWO_CLASSES}


def _costs(results: MeasuredTable) -> Iterator[dict[str, Any]]:
    """Return the median time of a fit, and medians of the ratios to the baseline."""
    suites = [suite["name"] for suite in results.info["suites"]]
    fit, tuning = (scores(results, suites, f"{part}_seconds") for part in ("fit", "tuning"))
    for method in fit:
        yield {
            "method": method,
            "fit": fit[method].median(),
            "fit_ratio": (fit[method] / fit[BASELINE]).median(),
            "tuning_ratio": (tuning[method] / tuning[BASELINE]).median(),
        }


def _chosen(results: MeasuredTable) -> Iterator[dict[str, Any]]:
    """Return how often each value was chosen, over the folds of all data sets."""
    pooled: dict[tuple[str, str], Counter[str]] = {}
    for methods in results.info["chosen"].values():
        for method, parameters in methods.items():
            for parameter, counts in parameters.items():
                pooled.setdefault((method, parameter), Counter()).update(counts)
    for (method, parameter), counts in pooled.items():
        values = sorted(counts, key=_numbers_first)
        fractions = {value: counts[value] / counts.total() for value in values}
        yield {"method": method, "parameter": parameter, "fractions": fractions}


def _numbers_first(text: str) -> tuple[float, str]:
    try:
        return float(text), text
    except ValueError:
        return np.inf, text


def draw(results: MeasuredTable, folder: Path) -> None:
    """Write the critical-difference diagrams."""
    if len(data_sets(results, TWO_CLASSES)) > 1:
        for metric in DRAWN:
            ranks = rank(results, TWO_CLASSES, metric)
            pairs = ranking.differing_pairs(results, TWO_CLASSES, metric)
            label = results.info["metrics"][metric]["label"]
            write_file(folder / _figure_name(metric), rank_diagram(label, ranks, pairs))


def _figure_name(metric: str) -> str:
    return f"quality-{metric.replace('_', '-')}.svg"


PAGE = Page(
    "quality",
    "Compare all linear methods on all data sets.",
    measure,
    view,
    [name for suite in SUITES for name in suite.data_sets],
    draw=draw,
)
command = page_command(PAGE)
