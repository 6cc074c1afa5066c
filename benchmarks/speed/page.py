"""The pages and the command of the speed run."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import click

from benchmarks.plots import save_figure
from benchmarks.publishing import RESULTS, Page, Task, page_command, read_results
from benchmarks.speed.boosting import versions
from benchmarks.speed.goals import fastest, judge_goals, ratio
from benchmarks.speed.measurements import LADDER_SECONDS, MEASUREMENTS, TARGET
from benchmarks.speed.processors import KINDS, measure_on, processors
from benchmarks.speed.profiles import STEPS
from benchmarks.speed.solvers import FOCAL_OURS, OURS, SOLVERS
from benchmarks.speed.tables import CATALOGUE, SPECS
from benchmarks.speed.timing import ROUNDS, TIME_LIMIT
from skfocal.comparison import environment

QUICK_ROUNDS = 3
INSTALLED = {"scikit-learn", "scipy", "skfocal"}
"""The libraries of a quick run."""
BOOSTING = "boosting"
"""The group of measurements, and the flag, of the boosted trees."""
KEEP, EMULATED = "keep", "emulated"
"""The flags for one processor only, which keep the published results of the other."""
FIGURE = "speed-growth.svg"
GROWTH = {
    "n_samples": ("rows, 30 columns", "n_features", 30),
    "n_features": ("columns, 100,000 rows", "n_samples", 100_000),
}
Record = Mapping[str, Any]


def measure(task: Task) -> dict[str, Any]:
    """Make all measurements, on each processor. Libraries that are not installed are left out."""
    if BOOSTING in task.flags:
        return measure_boosting(task)
    start = time.perf_counter()
    solvers = [
        name
        for name, each in SOLVERS.items()
        if (each.library in INSTALLED if task.quick else each.version)
    ]
    rounds = QUICK_ROUNDS if task.quick else ROUNDS
    chosen = [flag for flag in (KEEP, EMULATED) if flag in task.flags]
    keep = bool(chosen)
    kinds = [
        each for each in processors() if not keep or bool(each.environment) == (EMULATED in chosen)
    ]
    if not kinds:
        raise click.UsageError(f"--{EMULATED} needs a processor with {KINDS[0]} instructions.")
    command = " ".join([task.repeat("speed", "--table"), *(f"--{flag}" for flag in chosen)])
    results: dict[str, Any] = {
        **start_of_results([each.name for each in kinds], keep=keep),
        "protocol": {"rounds": rounds, "time_limit": TIME_LIMIT, "ladder": LADDER_SECONDS},
        "libraries": {each.library: each.version for each in SOLVERS.values()},
    }
    for use in MEASUREMENTS:
        if use == BOOSTING and keep:
            continue
        for spec in SPECS:
            by_name = spec.name in task.names
            is_quick = task.quick and "quick" not in spec.uses
            if use not in spec.uses or not (by_name or not (task.names or is_quick)):
                continue
            for processor in kinds:
                # Defaults are shown on one processor.
                if use == "fits" and processor.name != results["processors"][0]:
                    continue
                results[use] += measure_on(processor, use, spec.name, solvers, rounds)
                minutes = round((time.perf_counter() - start) / 60, 1)
                results["origins"][processor.name] = {
                    **environment(),
                    "emulated": bool(processor.environment),
                    "command": command,
                    "minutes": minutes,
                }
                task.save(results)
                click.echo(f"{minutes:5.1f} min  {use}: {spec.name}, {processor.name}")
    return results


def start_of_results(kinds: Sequence[str], *, keep: bool) -> dict[str, Any]:
    """Return empty results, or those that are published of other processors.

    Boosted trees are a group of their own, which is kept on every processor.
    """
    if not keep:
        return {
            "note": "",
            "processors": list(kinds),
            "origins": {},
            **{use: [] for use in MEASUREMENTS},
            "boosting_versions": versions(),
            "boosting_origin": environment(),
        }
    published = read_results(RESULTS / "speed")
    others = [name for name in published["processors"] if name not in kinds]
    kept = {
        use: [one for one in published.get(use, ()) if one["processor"] in others]
        for use in MEASUREMENTS
        if use != BOOSTING
    }
    origins = {name: published["origins"][name] for name in others}
    note = published["note"] if others else ""
    return {
        **published,
        "note": note,
        "processors": sorted([*others, *kinds], key=KINDS.index),
        "origins": origins,
        **kept,
    }


def measure_boosting(task: Task) -> dict[str, Any]:
    """Measure the group of the boosted trees, and keep all other published results."""
    published: dict[str, Any] = read_results(RESULTS / "speed")
    rounds = QUICK_ROUNDS if task.quick else ROUNDS
    return {
        **published,
        BOOSTING: [
            record
            for spec in SPECS
            if BOOSTING in spec.uses
            for processor in processors()
            for record in measure_on(processor, BOOSTING, spec.name, [], rounds)
        ],
        "boosting_versions": versions(),
        "boosting_origin": environment(),
    }


def view(results: Record) -> dict[str, Any]:
    """Return what the templates show."""
    by_table: dict[str, dict[str, Record]] = {}
    for kind in results["processors"]:
        for one in results["target"]:
            if one["processor"] == kind:
                by_table.setdefault(one["table"], {})[kind] = one
    return {
        **results,
        "origins": {kind: results["origins"][kind] for kind in results["processors"]},
        "steps": STEPS,
        "suboptimality": TARGET,
        "ours": list(OURS),
        "fastest": fastest,
        "ratio": ratio,
        "by_table": by_table,
        "solvers": list(SOLVERS),
        "families": list(dict.fromkeys(one["family"] for one in results["target"])),
        "n_known": sum("target" in spec.uses for spec in SPECS),
        "in_readme": [spec.name for spec in CATALOGUE if "readme" in spec.uses],
        "means": mean_ratios(by_table, results["processors"]),
        "figure": FIGURE,
        "goals": judge_goals(results),
    }


def mean_ratios(
    by_table: Mapping[str, Mapping[str, Record]], kinds: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the geometric mean and the largest ratio of each of ours over the real tables."""
    rows = []
    for kind in kinds:
        tables = [one[kind] for one in by_table.values() if kind in one]
        real = [each for each in tables if each["family"] == "real" and fastest(each)]
        ratios = {ours: [ratio(one, ours) or math.nan for one in real] for ours in OURS}
        if real:
            means = {ours: geometric_mean(each) for ours, each in ratios.items()}
            worst = {ours: max(each) for ours, each in ratios.items()}
            rows.append({"processor": kind, "n": len(real), "mean": means, "worst": worst})
    return rows


def draw(results: Record, folder: Path) -> None:
    """Draw the time to the target against rows and against columns."""
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
    for table in results["target"]:
        is_first = table["processor"] == results["processors"][0]
        if is_first and table["family"] in {"small", "dense"} and table[fixed] == size:
            for name, each in table["solvers"].items():
                if each["median_seconds"] is not None:
                    lines.setdefault(name, []).append((table[axis], each["median_seconds"]))
    return {name: sorted(points) for name, points in lines.items()}


PAGE = Page(
    "speed",
    "Time fits, searches and predictions beside other libraries, and measure memory.",
    measure,
    view,
    [spec.name for spec in SPECS if set(MEASUREMENTS) & set(spec.uses)],
    "--table",
    draw,
    {"develop/speed-goals.md": "speed-goals.md.jinja"},
    flags={
        BOOSTING: "Measure the boosted trees only, and keep all other published results.",
        KEEP: "Measure the processor of this machine only, and keep the published results of the "
        "other one and of boosted trees.",
        EMULATED: f"Measure the emulated {KINDS[1]} processor only, and keep the published "
        "results of the other one and of boosted trees.",
    },
)
command = page_command(PAGE)
