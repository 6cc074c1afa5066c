"""The methods of each library on real data, each compared with the library's own log loss."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pandas as pd

from benchmarks.harness import run_comparison
from benchmarks.publishing import MeasuredTable, Task
from benchmarks.quality.results import scores
from benchmarks.quality.shared_fits import merge_fits
from benchmarks.quality.suites import SEED, Suite, load_tables, reduce
from skfocal.boosting import Library
from skfocal.comparison import Comparison, Method, rank_methods

LIBRARIES: tuple[Library, ...] = ("xgboost", "lightgbm", "catboost")
DATA_SETS = (
    *("abalone9-18", "car-good", "ecoli3", "glass2", "hypothyroid", "kc1"),
    *("page-blocks0", "poker-8-9_vs_5", "satimage", "stroke", "winequality-red-4", "yeast4"),
)
TIMEOUT = 900.0


def suites(names: Sequence[str]) -> list[Suite]:
    """Return one suite for each library, with the named data sets, or all of them."""
    chosen = tuple(name for name in DATA_SETS if not names or name in names)
    return [Suite(library, chosen, repeats=1, cv=3, max_rows=1_000) for library in LIBRARIES]


def methods_of(library: str) -> list[Method]:
    """Return one method per fit; those that differ only after the fit share it."""
    return merge_fits(
        [[library], [f"{library}_weighted", f"{library}_weighted_corrected"], [f"{library}_focal"]]
    )


def reported(library: str) -> tuple[str, ...]:
    """Return the names under which the methods of a library are reported."""
    return tuple(name for method in methods_of(library) for name in method.reported)


def run_all(task: Task) -> list[tuple[Suite, Comparison]]:
    """Run the comparison of every library."""
    chosen = [reduce(one) if task.quick else one for one in suites(task.names)]
    return [(suite, _run(suite, task)) for suite in chosen]


def _run(suite: Suite, task: Task) -> Comparison:
    print(f"{suite.name}: {', '.join(suite.data_sets)}", file=sys.stderr)
    return run_comparison(
        load_tables(suite),
        {
            "methods": methods_of(suite.name),
            "baseline": suite.name,
            "cv": suite.cv,
            "repeats": suite.repeats,
            "random_state": SEED,
        },
        directory=task.folder / suite.name,
        n_jobs=task.n_jobs,
        timeout=TIMEOUT,
    )


def scores_of(
    results: MeasuredTable, library: str, metric: str, statistic: str = "mean"
) -> pd.DataFrame:
    """Return a statistic of a metric for each data set and method of a library."""
    table = scores(results, (library,), metric, statistic)
    return table[[name for name in reported(library) if name in table]]


def rank(results: MeasuredTable, library: str, metric: str) -> pd.DataFrame:
    """Rank the methods of a library over the data sets, the best first."""
    is_greater_better = bool(results.info["metrics"][metric]["greater_is_better"])
    frame = rank_methods(
        scores_of(results, library, metric),
        greater_is_better=is_greater_better,
        baseline=library,
    ).sort_values("mean_rank", kind="stable")
    above = (scores_of(results, library, metric, "low") > 0).sum()
    below = (scores_of(results, library, metric, "high") < 0).sum()
    better, worse = (above, below) if is_greater_better else (below, above)
    return frame.join(pd.DataFrame({"better": better, "worse": worse}))
