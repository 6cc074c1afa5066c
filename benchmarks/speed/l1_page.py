"""The page and the command of the run with an L1 penalty."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import click

from benchmarks.publishing import Page, Task, page_command
from benchmarks.speed.l1 import (
    GAMMAS,
    L1_MEASUREMENTS,
    LADDER_SECONDS,
    PATH_LENGTH,
    PATH_SHARE,
    PENALTY_SHARE,
    SOLVERS,
    TARGET,
)
from benchmarks.speed.processors import measure_on, processors
from benchmarks.speed.tables import SPECS
from benchmarks.speed.timing import ROUNDS, TIME_LIMIT
from benchmarks.verdicts import Statement, exact
from skfocal.comparison import environment

QUICK_ROUNDS = 3
BOUND = 0.5
"""The goal for the ratio to the fastest other solver."""
L1_SPECS = tuple(spec for spec in SPECS if set(L1_MEASUREMENTS) & set(spec.uses))
Record = Mapping[str, Any]


def measure(task: Task) -> dict[str, Any]:
    """Make all measurements. Libraries that are not installed are left out."""
    start = time.perf_counter()
    solvers = [name for name, each in SOLVERS.items() if each.version]
    rounds = QUICK_ROUNDS if task.quick else ROUNDS
    processor = processors()[0]
    results: dict[str, Any] = {
        "command": task.repeat("l1", "--table"),
        "protocol": {"rounds": rounds, "time_limit": TIME_LIMIT, "ladder": LADDER_SECONDS},
        "libraries": {each.library: each.version for each in SOLVERS.values()},
    }
    for use in L1_MEASUREMENTS:
        results[use] = []
        for spec in L1_SPECS:
            is_chosen = spec.name in task.names if task.names else True
            if use not in spec.uses or not is_chosen or (task.quick and "quick" not in spec.uses):
                continue
            results[use] += measure_on(processor, use, spec.name, solvers, rounds)
            results["minutes"] = round((time.perf_counter() - start) / 60, 1)
            results["origin"] = environment()
            task.save(results)
            click.echo(f"{results['minutes']:5.1f} min  {use}: {spec.name}")
    return results


def fastest(record: Record) -> str | None:
    """Return the solver of another library that reaches the target first."""
    times = {
        name: each["median_seconds"]
        for name, each in record["solvers"].items()
        if name not in GAMMAS and each["median_seconds"] is not None
    }
    return min(times, key=times.__getitem__, default=None)


def ratio(record: Record, ours: str) -> float | None:
    """Return our time relative to the fastest other solver, None without one."""
    other, seconds = fastest(record), record["solvers"][ours]["median_seconds"]
    if other is None or seconds is None:
        return None
    return float(seconds / record["solvers"][other]["median_seconds"])


def verdict(record: Record, ours: str) -> str:
    """Return whether the goal is met."""
    value = ratio(record, ours)
    return str(Statement("", exact(float("nan") if value is None else value), "≤", BOUND).verdict)


def _has_run(results: Record, name: str) -> bool:
    """Return whether a solver has fitted any table."""
    records = [one["solvers"].get(name, {}) for use in L1_MEASUREMENTS for one in results[use]]
    return any(one.get("suboptimality") is not None for one in records)


def view(results: Record) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        **results,
        "uses": list(L1_MEASUREMENTS),
        "results_of": {use: results[use] for use in L1_MEASUREMENTS},
        "ours": list(GAMMAS),
        "solvers": [name for name in SOLVERS if _has_run(results, name)],
        "fastest": fastest,
        "ratio": ratio,
        "verdict": verdict,
        "bound": BOUND,
        "target": TARGET,
        "share": PENALTY_SHARE,
        "path_length": PATH_LENGTH,
        "path_share": PATH_SHARE,
        "n_known": sum(len(set(spec.uses) & set(L1_MEASUREMENTS)) for spec in L1_SPECS),
    }


PAGE = Page(
    "l1",
    "Time fits and paths with an L1 penalty beside other libraries.",
    measure,
    view,
    [spec.name for spec in L1_SPECS],
    "--table",
)
command = page_command(PAGE)
