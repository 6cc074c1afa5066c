"""The page and the command of the calibrators: temperature and focal temperature scaling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from benchmarks.publishing import MeasuredTable, Page, Task, page_command
from benchmarks.quality.page import run_suite
from benchmarks.quality.ranking import MORE_CLASSES, TWO_CLASSES, rank
from benchmarks.quality.results import collect, data_sets
from benchmarks.quality.shared_fits import BASELINE, describe, merge_fits
from benchmarks.quality.suites import SUITES, choose_suites, reduce
from skfocal.cli import usage_errors
from skfocal.comparison import StoreError

SHARED_FITS = ((BASELINE, "platt", "isotonic", "temperature", "focal_temperature"),)
SUITES_ONCE = tuple(replace(suite, repeats=1) for suite in SUITES)
METRICS = ("log_loss", "brier_score", "calibration_error")


def measure(task: Task) -> MeasuredTable:
    """Run the comparison on every suite."""
    methods = merge_fits(SHARED_FITS)
    with usage_errors(StoreError):
        runs = [
            (suite, run_suite(reduce(suite) if task.quick else suite, methods, task))
            for suite in choose_suites(task.names, SUITES_ONCE)
        ]
        return collect(runs, task.repeat("temperature"), describe(methods))


def view(results: MeasuredTable) -> Mapping[str, Any]:
    """Return what the template shows."""
    return {
        **results.info,
        "baseline": BASELINE,
        "n_data_sets": len(results.info["data_sets"]),
        "n_known": sum(len(suite.data_sets) for suite in SUITES),
        "rankings": [
            {
                "title": title,
                "n": len(data_sets(results, suites)),
                "tables": {
                    metric: rank(results, suites, metric)
                    .reset_index(names="method")
                    .to_dict("records")
                    for metric in METRICS
                },
            }
            for title, suites in (
                ("Two classes", TWO_CLASSES),
                ("More than two classes", MORE_CLASSES),
            )
            if len(data_sets(results, suites)) > 1
        ],
    }


PAGE = Page(
    "temperature",
    "Compare focal temperature scaling with other calibrators.",
    measure,
    view,
    [name for suite in SUITES for name in suite.data_sets],
)
command = page_command(PAGE)
