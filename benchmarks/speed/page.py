"""The pages and the command of the speed run."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from benchmarks.plots import save_figure
from benchmarks.publishing import Page, Task, page_command
from benchmarks.speed.goals import fastest, judge_goals, ratio
from benchmarks.speed.measurements import LONGEST_FIT, MEASUREMENTS, TARGET
from benchmarks.speed.solvers import FOCAL_OURS, SOLVERS
from benchmarks.speed.tables import CATALOGUE, SPECS
from benchmarks.speed.timing import ROUNDS, TIME_LIMIT
from skfocal.comparison import environment

QUICK_ROUNDS = 3
INSTALLED = {"scikit-learn", "scipy", "skfocal"}
"""The libraries of a quick run."""
FIGURE = "speed-growth.svg"
GROWTH = {
    "n_samples": ("rows, 30 columns", "n_features", 30),
    "n_features": ("columns, 100,000 rows", "n_samples", 100_000),
}
Record = Mapping[str, Any]


def measure(task: Task) -> dict[str, Any]:
    """Make all measurements. Libraries that are not installed are left out."""
    start = time.perf_counter()
    solvers = {
        name: each
        for name, each in SOLVERS.items()
        if (each.library in INSTALLED if task.quick else each.version)
    }
    rounds = QUICK_ROUNDS if task.quick else ROUNDS
    results: dict[str, Any] = {
        "command": task.repeat("speed", "--table"),
        "note": "",
        "protocol": {"rounds": rounds, "time_limit": TIME_LIMIT, "longest_fit": LONGEST_FIT},
        "libraries": {each.library: each.version for each in SOLVERS.values()},
    }
    for use, measurement in MEASUREMENTS.items():
        results[use] = []
        for spec in SPECS:
            by_name = spec.name in task.names
            if use in spec.uses and (
                by_name or not (task.names or (task.quick and "quick" not in spec.uses))
            ):
                results[use] += measurement(solvers, spec, rounds)
                results["minutes"] = round((time.perf_counter() - start) / 60, 1)
                results["origin"] = environment()
                task.save(results)
                click.echo(f"{results['minutes']:5.1f} min  {use}: {spec.name}")
    return results


def view(results: Record) -> dict[str, Any]:
    """Return what the templates show."""
    return {
        **results,
        "suboptimality": TARGET,
        "ours": FOCAL_OURS,
        "fastest": fastest,
        "ratio": ratio,
        "gammas": {name: solver.gamma for name, solver in SOLVERS.items()},
        "families": list(dict.fromkeys(table["family"] for table in results["fits"])),
        "n_known": len(CATALOGUE),
        "in_readme": [spec.name for spec in CATALOGUE if "readme" in spec.uses],
        "figure": FIGURE,
        "goals": judge_goals(results),
    }


def draw(results: Record, folder: Path) -> None:
    """Draw the time of a fit against rows and against columns."""
    with save_figure(folder / FIGURE, (10, 4.5)) as figure:
        panels = figure.subplots(1, len(GROWTH), sharey=True)
        for axes, (axis, (label, fixed, size)) in zip(panels, GROWTH.items(), strict=True):
            for name, points in growth(results, axis, fixed, size).items():
                number = list(SOLVERS).index(name)
                axes.plot(
                    *zip(*points, strict=True),
                    "o-" if number < 10 else "o--",
                    label=name,
                    color=f"C{number % 10}",
                    linewidth=2.4 if name == FOCAL_OURS else 1,
                    markersize=4,
                )
            axes.set(xscale="log", yscale="log", xlabel=label)
        panels[0].set_ylabel("seconds")
        handles, names = panels[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside right upper")


def growth(results: Record, axis: str, fixed: str, size: int) -> dict[str, list[tuple[int, float]]]:
    """Return size and time of each solver on the plain tables with the other size fixed."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for table in results["fits"]:
        if table["family"] in {"small", "dense"} and table[fixed] == size:
            for name, each in table["solvers"].items():
                lines.setdefault(name, []).append((table[axis], each["median_seconds"]))
    return {name: sorted(points) for name, points in lines.items()}


PAGE = Page(
    "speed",
    "Time fits, searches and predictions beside other libraries, and measure their memory.",
    measure,
    view,
    [spec.name for spec in CATALOGUE],
    "--table",
    draw,
    {"develop/speed-goals.md": "speed-goals.md.jinja"},
)
command = page_command(PAGE)
