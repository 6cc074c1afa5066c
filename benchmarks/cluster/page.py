"""The page and the command of the fits on clusters."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import click

from benchmarks.cluster.measurements import fits, latency, rival, sleeping
from benchmarks.publishing import RESULTS, Page, Task, page_command, read_results
from skfocal.comparison import environment

ROWS = (5_000_000, 20_000_000)
QUICK_ROWS = (1_000_000,)
WORKERS = (1, 2)
GAMMAS = (0.0, 2.0)
N_TASKS = 64
MODEL = "model"
SLEEPS = (0.02, 0.1, 0.5)
MOST_OVERHEAD, MOST_OF_RIVAL, MOST_ERROR = 1.3, 0.3, 0.2
"""The goals."""
# The cluster of the cost model.
MODEL_ROWS, MODEL_WORKERS = 10_000_000_000, 100
MODEL_PARTITIONS = (400, 1_600, 16_000)
BYTES_PER_ROW = 20 * 8


def measure(task: Task) -> dict[str, Any]:
    """Make all measurements, or those of the cost model only."""
    if MODEL in task.flags:
        return {**read_results(RESULTS / "cluster"), **measure_model()}
    start = time.perf_counter()
    sizes = QUICK_ROWS if task.quick else ROWS
    results: dict[str, Any] = {"command": task.repeat("cluster"), "fits": []}

    def save(what: str) -> None:
        results["minutes"] = round((time.perf_counter() - start) / 60, 1)
        results["origin"] = environment()
        task.save(results)
        click.echo(f"{results['minutes']:5.1f} min  {what}")

    for n_rows in sizes:
        for n_workers in WORKERS:
            for gamma in GAMMAS:
                results["fits"].append(fits(n_rows, n_workers, gamma))
                save(f"{n_rows:,} rows, {n_workers} workers, γ = {gamma:g}")
    results["rival"] = rival(sizes[0], WORKERS[-1])
    save("dask-ml")
    results |= measure_model()
    save("model")
    return results


def measure_model() -> dict[str, Any]:
    """Measure an evaluation that is nothing but messages, and fits whose tasks sleep."""
    found = [sleeping(N_TASKS, seconds) for seconds in SLEEPS]
    return {"latency": latency(N_TASKS), "sleeping": found}


def view(results: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the template shows, with the predictions of the cost model."""
    fits_found = results["fits"]
    idle = results["latency"]
    # From the largest table on one worker, in seconds for each row and pass.
    largest = max(
        (each for each in fits_found if each["n_workers"] == 1), key=lambda each: each["n_rows"]
    )
    seconds_per_row = largest["cluster_seconds"] / largest["passes"] / largest["n_rows"]
    seconds_per_task = idle["seconds"] / idle["reads"] / idle["n_tasks"]
    rows_per_worker = MODEL_ROWS / MODEL_WORKERS
    return {
        **results,
        "fits": [
            {
                **each,
                "overhead": each["cluster_seconds"] / each["memory_seconds"],
                "nanoseconds": 1e9 * each["cluster_seconds"] * each["n_workers"] / each["n_rows"],
            }
            for each in fits_found
        ],
        "sleeping": [
            {**each, "predicted": idle["seconds"] + idle["reads"] * each["sleep"]}
            for each in results["sleeping"]
        ],
        "milliseconds_per_task": 1e3 * seconds_per_task,
        "nanoseconds_per_row": 1e9 * seconds_per_row,
        "model": {
            "rows": MODEL_ROWS,
            "workers": MODEL_WORKERS,
            "gigabytes_per_worker": rows_per_worker * BYTES_PER_ROW / 1e9,
        },
        "plans": [
            {
                "partitions": n_partitions,
                "gigabytes": MODEL_ROWS * BYTES_PER_ROW / n_partitions / 1e9,
                "latency": idle["reads"] * n_partitions * seconds_per_task,
                "computing": largest["passes"] * rows_per_worker * seconds_per_row,
            }
            for n_partitions in MODEL_PARTITIONS
        ],
        "goals": {
            "overhead": MOST_OVERHEAD,
            "rival": MOST_OF_RIVAL,
            "error": MOST_ERROR,
        },
    }


PAGE = Page(
    "cluster",
    "Time fits on Dask clusters of this machine.",
    measure,
    view,
    flags={MODEL: "Measure what the cost model needs, and keep the published fits."},
)
command = page_command(PAGE)
