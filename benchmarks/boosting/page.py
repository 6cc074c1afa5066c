"""The page and the command of the boosting run."""

from __future__ import annotations

from typing import Any

from benchmarks.boosting import comparisons, curvatures
from benchmarks.boosting.comparisons import DATA_SETS, LIBRARIES, rank, reported
from benchmarks.boosting.statements import judge
from benchmarks.cache import measure_parts, source_key
from benchmarks.publishing import MeasuredTable, Page, Task, page_command
from benchmarks.quality.results import collect
from skfocal.cli import usage_errors
from skfocal.comparison import ON_REQUEST, StoreError

METRICS = ("average_precision", "log_loss", "calibration_error", "f1_default", "f1_tuned")


def measure(task: Task) -> MeasuredTable:
    """Compare the losses of every library, and the curvatures."""
    names = [name for name in curvatures.DATA_SETS if not task.names or name in task.names]
    parts = [
        curvatures.Part(name, library)
        for name in (names[:2] if task.quick else names)
        for library in curvatures.LIBRARIES
    ]
    records = measure_parts(
        curvatures.run, parts, source_key(curvatures), task.folder / "curvatures", task.n_jobs
    )
    with usage_errors(StoreError):
        runs = comparisons.run_all(task)
    descriptions = {
        name: ON_REQUEST.get(name, method).description
        for library in LIBRARIES
        for method in comparisons.methods_of(library)
        for name in method.reported
    }
    results = collect(runs, task.repeat("boosting"), descriptions)
    results.info["curvatures"] = [one for of_part in records for one in of_part]
    return results


def view(results: MeasuredTable) -> dict[str, Any]:
    """Return what the template shows."""
    info = results.info
    n_data_sets = len({one["data_set"] for one in info["data_sets"]})
    return {
        **info,
        "n_data_sets": n_data_sets,
        "n_known": len(DATA_SETS),
        "claims": list(judge(results)),
        "libraries": {library: reported(library) for library in LIBRARIES},
        "rankings": [
            {
                "metric": metric,
                "tables": {
                    library: rank(results, library, metric)
                    .reset_index(names="method")
                    .to_dict("records")
                    for library in LIBRARIES
                },
            }
            for metric in METRICS
            if n_data_sets > 1
        ],
        "shown": METRICS,
        "curvature_rows": list(curvatures.summarize(info["curvatures"])),
        "n_trees": curvatures.N_TREES,
        "n_curvature_sets": len({one["data_set"] for one in info["curvatures"]}),
        "figures": results.figures.to_dict("records"),
    }


PAGE = Page(
    "boosting",
    "Compare losses of boosted trees on real data.",
    measure,
    view,
    tuple(dict.fromkeys((*DATA_SETS, *curvatures.DATA_SETS))),
)
command = page_command(PAGE)
