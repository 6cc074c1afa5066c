"""The page and the command of the ensembles: boosted trees and ensembles of under-samplers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.publishing import MeasuredTable, Page, Task, page_command
from benchmarks.quality.page import run_suite
from benchmarks.quality.ranking import rank
from benchmarks.quality.results import collect, data_sets
from benchmarks.quality.shared_fits import BASELINE, N_CANDIDATES, describe, merge_fits
from benchmarks.quality.suites import SUITES, Suite, choose_suites, reduce
from skfocal.cli import usage_errors
from skfocal.comparison import StoreError

SHARED_FITS = (
    (BASELINE,),
    *(
        (name, f"{name}_corrected")
        for name in (
            *("class_weight", "oversample", "undersample", "smote"),
            *("balanced_random_forest", "balanced_bagging", "easy_ensemble", "rusboost"),
            "hist_gradient_boosting_weighted",
        )
    ),
    ("hist_gradient_boosting",),
    ("lightgbm",),
    ("lightgbm_weighted",),
    ("lightgbm_focal",),
)
SUITE = Suite("ensembles", SUITES[0].data_sets[::2], repeats=1, cv=3, max_rows=1_000)
METRICS = ("average_precision", "log_loss", "calibration_error", "f1_default", "f1_tuned")


def measure(task: Task) -> MeasuredTable:
    """Run the comparison on the data sets."""
    methods = merge_fits(SHARED_FITS)
    with usage_errors(StoreError):
        runs = [
            (suite, run_suite(reduce(suite) if task.quick else suite, methods, task))
            for suite in choose_suites(task.names, [SUITE])
        ]
        return collect(runs, task.repeat("ensembles"), describe(methods))


def view(results: MeasuredTable) -> Mapping[str, Any]:
    """Return what the template shows."""
    known = len(data_sets(results, [SUITE.name]))
    return {
        **results.info,
        "baseline": BASELINE,
        "n_candidates": N_CANDIDATES,
        "n_data_sets": known,
        "n_known": len(SUITE.data_sets),
        "suite": SUITE,
        "rankings": {
            metric: rank(results, [SUITE.name], metric)
            .reset_index(names="method")
            .to_dict("records")
            for metric in METRICS
        }
        if known > 1
        else {},
    }


PAGE = Page(
    "ensembles",
    "Compare ensembles of under-samplers and boosted trees with single samplers.",
    measure,
    view,
    SUITE.data_sets,
)
command = page_command(PAGE)
