"""The page and the command of the fits on clusters."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import click

from benchmarks.cluster.measurements import fits, latency, rival, sleeping
from benchmarks.publishing import Page, Task, page_command
from skfocal.comparison import environment

ROWS = (5_000_000, 20_000_000)
QUICK_ROWS = (1_000_000,)
WORKERS = (1, 2)
GAMMAS = (0.0, 2.0)
N_TASKS = 64
SLEEPS = (0.02, 0.1, 0.5)
MOST_OVERHEAD, MOST_OF_RIVAL, MOST_ERROR = 1.3, 0.3, 0.2
"""The goals."""
# The cluster of the cost model.
MODEL_ROWS, MODEL_WORKERS = 10_000_000_000, 100


def measure(task: Task) -> dict[str, Any]:
    """Make all measurements."""
    start = time.perf_counter()
    sizes = QUICK_ROWS if task.quick else ROWS
    results: dict[str, Any] = {"command": task.repeat("cluster"), "fits": [], "sleeping": []}

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
    results["latency"] = latency(N_TASKS)
    for seconds in SLEEPS:
        results["sleeping"].append(sleeping(N_TASKS, seconds))
        save(f"tasks of {seconds:g} s")
    return results


def view(results: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the template shows, with the predictions of the cost model."""
    fits_found = results["fits"]
    idle = results["latency"]
    # From the largest table on one worker, in seconds for each row and pass.
    largest = max(
        (each for each in fits_found if each["n_workers"] == 1), key=lambda each: each["n_rows"]
    )
    seconds_per_row = largest["cluster_seconds"] / largest["passes"] / largest["n_rows"]
    latency_seconds = idle["seconds"] / idle["passes"]
    rows_per_worker = MODEL_ROWS / MODEL_WORKERS
    per_pass = latency_seconds + rows_per_worker * seconds_per_row
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
            {**each, "predicted": idle["seconds"] + idle["passes"] * each["sleep"]}
            for each in results["sleeping"]
        ],
        "latency_seconds": latency_seconds,
        "nanoseconds_per_row": 1e9 * seconds_per_row,
        "model": {
            "rows": MODEL_ROWS,
            "workers": MODEL_WORKERS,
            "passes": largest["passes"],
            "seconds": largest["passes"] * per_pass,
            "share_of_latency": latency_seconds / per_pass,
            "gigabytes_per_worker": rows_per_worker * 20 * 8 / 1e9,
        },
        "goals": {
            "overhead": MOST_OVERHEAD,
            "rival": MOST_OF_RIVAL,
            "error": MOST_ERROR,
        },
    }


command = page_command(
    Page("cluster", "Time fits on Dask clusters of this machine.", measure, view)
)
