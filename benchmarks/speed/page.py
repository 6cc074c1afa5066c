"""The pages and the command of the speed run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.formatting import duration, number
from benchmarks.harness import environment
from benchmarks.plots import save_figure
from benchmarks.publishing import Page, Task, page_command
from benchmarks.speed.goals import fastest, judge_goals, ratio
from benchmarks.speed.measurements import (
    LONGEST_FIT,
    TARGET,
    default_fits,
    predictions,
    searches,
    times_to_target,
)
from benchmarks.speed.memory import megabytes_above_table
from benchmarks.speed.solvers import FOCAL_OURS, SOLVERS
from benchmarks.speed.tables import CATALOGUE, SPECS, TableSpec, make_table
from benchmarks.speed.timing import ROUNDS, TIME_LIMIT
from skfocal import FocalLogisticRegression


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
    """Make all measurements; libraries that are not installed are left out."""
    start = time.perf_counter()
    solvers = {
        name: each
        for name, each in SOLVERS.items()
        if (each.library in INSTALLED if task.quick else each.version)
    }
    rounds = QUICK_ROUNDS if task.quick else ROUNDS
    results: dict[str, Any] = {
        "command": task.repeat("speed", "--table"),
        "protocol": {"rounds": rounds, "time_limit": TIME_LIMIT, "longest_fit": LONGEST_FIT},
        "note": "",
        "libraries": {each.library: each.version for each in SOLVERS.values()},
    }

    def chosen(use: str) -> Iterator[TableSpec]:
        for spec in SPECS:
            wanted = (
                spec.name in task.names if task.names else not task.quick or "quick" in spec.uses
            )
            if use in spec.uses and wanted:
                results["minutes"] = round((time.perf_counter() - start) / 60, 1)
                results["origin"] = environment()
                task.save(results)
                click.echo(f"{results['minutes']:5.1f} min  {use}: {spec.name}")
                yield spec

    for key in ("tables", "to_target", "searches", "predictions"):
        results[key] = []
    for spec in chosen("fits"):
        results["tables"].append(_measure_table(solvers, spec, rounds))
    for spec in chosen("target"):
        results["to_target"] += times_to_target(solvers, spec, *make_table(spec), rounds)
    for spec in chosen("search"):
        results["searches"].append(searches(spec, *make_table(spec), rounds))
    for spec in chosen("predictions"):
        results["predictions"].append(predictions(spec, *make_table(spec), rounds))
    results["minutes"] = round((time.perf_counter() - start) / 60, 1)
    return results


def _measure_table(solvers: Any, spec: TableSpec, rounds: int) -> dict[str, Any]:
    X, y = make_table(spec)
    found = default_fits(solvers, spec, X, y, rounds)
    shape = X.shape
    del X
    return {
        "name": spec.name,
        "family": spec.family,
        "n_samples": shape[0],
        "n_features": shape[1],
        "n_classes": int(y.max()) + 1,
        "rarest": float(np.bincount(y).min() / len(y)),
        **found,
        "megabytes": megabytes_above_table(FocalLogisticRegression(), spec),
    }


def view(results: Record) -> dict[str, Any]:
    """Return what the templates show."""
    tables = results["tables"]
    by_name = {table["name"]: table for table in tables}
    families = dict.fromkeys(table["family"] for table in tables)
    return {
        **results,
        "n_known": len(CATALOGUE),
        "target": TARGET,
        "ours": FOCAL_OURS,
        "families": {
            family: _family([table for table in tables if table["family"] == family])
            for family in families
        },
        "to_target": list(_to_target(results["to_target"])),
        "not_run": _not_run(tables),
        "searches": [
            {**one, "ratios": _ratios_to_first(one["searches"])} for one in results["searches"]
        ],
        "figure": FIGURE,
        "goals": judge_goals(results),
        "readme": [
            _against_fastest(by_name[spec.name])
            for spec in CATALOGUE
            if "readme" in spec.uses and spec.name in by_name
        ],
    }


def _against_fastest(table: Record) -> dict[str, Any]:
    """Compare focal loss with the fastest other solver of cross-entropy."""
    other = fastest(table)
    return {
        "table": table["name"],
        "ours": table["solvers"][FOCAL_OURS],
        "name": other,
        "other": table["solvers"].get(other),
        "ratio": ratio(table),
        "megabytes": table["megabytes"],
    }


def _family(tables: Sequence[Record]) -> dict[str, Any]:
    names = dict.fromkeys(name for table in tables for name in table["solvers"])
    return {
        "against_fastest": [_against_fastest(table) for table in tables],
        "head": ["solver", *(table["name"] for table in tables)],
        "rows": [
            [name, *(_cell(table["solvers"].get(name)) for table in tables)] for name in names
        ],
    }


def _cell(solver: Record | None) -> str:
    """Write median and gradient; an exclamation mark is a warning of no convergence."""
    if solver is None:
        return "none"
    gradient = f"{solver['gradient']:.0e}".replace("-", "−")
    return f"{duration(solver['median_seconds'])}, {gradient}{'!' * solver['warned']}"


def _to_target(found: Sequence[Record]) -> Iterator[dict[str, Any]]:
    for gamma in sorted({one["gamma"] for one in found}):
        same = [one for one in found if one["gamma"] == gamma]
        names = dict.fromkeys(name for one in same for name in one["solvers"])
        rows = [[name, *(_time_or_gap(one["solvers"].get(name)) for one in same)] for name in names]
        yield {"head": [f"γ = {gamma:g}", *(one["table"] for one in same)], "rows": rows}


def _time_or_gap(solver: Record | None) -> str:
    if solver is None:
        return "none"
    if solver["median_seconds"] is None:
        return f"not reached ({solver['suboptimality']:.0e})".replace("-", "−")
    return duration(solver["median_seconds"])


def _not_run(tables: Sequence[Record]) -> dict[str, dict[str, list[str]]]:
    """Return the tables by solver and reason."""
    found: dict[str, dict[str, list[str]]] = {}
    for table in tables:
        for name, reason in table["not_run"].items():
            found.setdefault(name, {}).setdefault(reason, []).append(table["name"])
    return found


def _ratios_to_first(timed: Record) -> dict[str, str]:
    first, *others = timed
    seconds = {name: timed[name]["median_seconds"] for name in timed}
    return {name: number(seconds[first] / seconds[name], 2) for name in others}


def draw(results: Record, folder: Path) -> None:
    """Draw the time of a fit against rows and against columns."""
    with save_figure(folder / FIGURE, (10, 4.5)) as figure:
        panels = figure.subplots(1, len(GROWTH), sharey=True)
        for axes, (axis, (label, fixed, size)) in zip(panels, GROWTH.items(), strict=True):
            for name, points in growth(results, axis, fixed, size).items():
                ours = name == FOCAL_OURS
                style = {"linewidth": 2.4 if ours else 1, "marker": "o", "markersize": 4}
                color = f"C{list(SOLVERS).index(name) % 10}" if name in SOLVERS else "#999999"
                line = "-" if list(SOLVERS).index(name) < 10 else "--"
                axes.plot(*zip(*points, strict=True), line, label=name, color=color, **style)
            axes.set(xscale="log", yscale="log", xlabel=label)
        panels[0].set_ylabel("seconds")
        handles, names = panels[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside right upper")


def growth(results: Record, axis: str, fixed: str, size: int) -> dict[str, list[tuple[int, float]]]:
    """Return size and time of each solver on the plain tables with the other size fixed."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for table in results["tables"]:
        if table["family"] in {"small", "dense"} and table[fixed] == size:
            for name, each in table["solvers"].items():
                lines.setdefault(name, []).append((table[axis], each["median_seconds"]))
    return {name: sorted(points) for name, points in lines.items()}


PAGE = Page(
    "speed",
    "Time fits, searches and predictions beside other libraries, and measure their memory.",
    measure,
    view,
    names=[spec.name for spec in CATALOGUE],
    option="--table",
    draw=draw,
    also={"develop/speed-goals.md": "speed-goals.md.jinja"},
)
command = page_command(PAGE)
