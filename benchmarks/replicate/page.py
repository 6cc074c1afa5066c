"""The page and the command of the simulation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.cache import measure_parts, source_key
from benchmarks.plots import save_figure
from benchmarks.publishing import RESULTS, MeasuredTable, Page, Task, page_command
from benchmarks.replicate import forecasts, scores, simulation
from benchmarks.replicate.conclusions import ABOUT_FOCAL_LOSS, PUBLISHED, conclude
from benchmarks.replicate.forecasts import NONE, PENALTIES, MethodForecast, make_forecasts
from benchmarks.replicate.scores import score
from benchmarks.replicate.simulation import SCENARIOS, Scenario, draw_table, random_state
from benchmarks.replicate.summary import CELL, TRUTH, summarize
from skfocal.comparison import environment

REPETITIONS, QUICK_REPETITIONS = 30, 5
PART_REPETITIONS = 5
N_VALIDATION = 10_000
SEED = 0
FIGURE = "replicate.svg"
LABELS = MappingProxyType(
    {
        "intercept": "intercept",
        "slope": "slope",
        "auc": "AUC",
        "log_loss": "log loss",
        "brier": "Brier score",
        "calibration_error": "calibration error",
    }
)
BRIEF = ("intercept", "slope", "auc")
IDEALS = MappingProxyType({"intercept": 0.0, "slope": 1.0, "auc": None})
STYLES = MappingProxyType(
    {
        NONE: ("#000000", "s"),
        "under-sampling": ("#0072B2", "v"),
        "over-sampling": ("#56B4E9", "^"),
        "SMOTE": ("#009E73", "D"),
        "focal, raw": ("#E69F00", "o"),
        "focal, recovered": ("#D55E00", "o"),
    }
)
"""Colour and marker of the methods in the figure."""


class Part(NamedTuple):
    """Repetitions of a scenario, from `first` to the one before `end`."""

    scenario: Scenario
    first: int
    end: int
    n_validation: int


def measure(task: Task) -> MeasuredTable:
    """Run the simulation."""
    parts = parts_of(task.names, quick=task.quick)
    key = source_key(simulation, forecasts, scores)
    found = measure_parts(measure_part, parts, key, task.folder, task.n_jobs)
    info = {
        "command": task.repeat("replicate"),
        "n_repetitions": QUICK_REPETITIONS if task.quick else REPETITIONS,
        "n_validation": N_VALIDATION,
        "seed": SEED,
        "origin": environment(),
    }
    rows = [row for part in found for row in part]
    return MeasuredTable(summarize(pd.DataFrame(rows)), info)


def parts_of(names: Sequence[str] = (), *, quick: bool) -> list[Part]:
    """Return the parts of a run, in the order of the design."""
    n_repetitions = QUICK_REPETITIONS if quick else REPETITIONS
    return [
        Part(scenario, first, min(first + PART_REPETITIONS, n_repetitions), N_VALIDATION)
        for scenario in SCENARIOS
        if scenario.name in names or not (names or (quick and not scenario.quick))
        for first in range(0, n_repetitions, PART_REPETITIONS)
    ]


def measure_part(part: Part, _: dict[str, str]) -> list[dict[str, Any]]:
    """Measure some repetitions of a scenario."""
    # The last bit of a product may depend on the number of threads.
    with threadpool_limits(1):
        return [
            row for repetition in range(part.first, part.end) for row in _repeat(part, repetition)
        ]


def _repeat(part: Part, repetition: int) -> Iterator[dict[str, Any]]:
    scenario = part.scenario
    random = random_state(scenario, repetition, SEED)
    X, risk = draw_table(scenario, scenario.n_samples, random)
    y = (random.random(len(risk)) < risk).astype(int)
    X_validation, true_risk = draw_table(scenario, part.n_validation, random)
    truth = MethodForecast("", TRUTH, true_risk, separated=False, converged=True)
    seed = int(random.integers(2**31))
    for each in (truth, *make_forecasts(X, y, X_validation, seed)):
        yield {
            **asdict(scenario),
            "repetition": repetition,
            "penalty": each.penalty,
            "method": each.method,
            "separated": each.separated,
            "converged": each.converged,
            **score(true_risk, each.probability, scenario.event_fraction),
        }


def view(results: MeasuredTable) -> dict[str, Any]:
    """Return what the template shows."""
    summary = results.figures.fillna({"penalty": ""})
    single = summary[summary["n_samples"].notna()]
    keys = ["penalty", "method", "event_fraction"]
    means = single[single["n_used"] > 0].groupby(keys)[[f"{name}_median" for name in BRIEF]].mean()
    published = pd.read_csv(RESULTS / "van_den_goorbergh_2021.csv")
    return {
        **results.info,
        "n_scenarios": len(SCENARIOS),
        "conclusions": {
            "Claims of the publication": conclude(PUBLISHED, summary),
            "Claims about focal loss": conclude(ABOUT_FOCAL_LOSS, summary),
        },
        "pooled": summary[summary["n_samples"].isna()].to_dict("records"),
        "fractions": list(summary["event_fraction"].unique()),
        "published": published.join(means, on=keys).to_dict("records"),
        "scenarios": single[CELL].drop_duplicates().to_dict("records"),
        "single": single.to_dict("records"),
        "penalties": PENALTIES,
        "methods": list(STYLES),
        "labels": LABELS,
        "brief": BRIEF,
        "truth": TRUTH,
        "figure": FIGURE,
    }


def draw(results: MeasuredTable, folder: Path) -> None:
    """Draw medians and intervals, pooled over the scenarios of an event fraction."""
    pooled = results.figures[results.figures["n_samples"].isna()]
    fractions = sorted(pooled["event_fraction"].unique())
    with save_figure(folder / FIGURE, (10, 5.5)) as figure:
        panels = figure.subplots(len(PENALTIES), len(IDEALS), sharex=True, sharey="col")
        for penalty, line in zip(PENALTIES, panels, strict=True):
            for (name, ideal), axes in zip(IDEALS.items(), line, strict=True):
                for index, (method, (color, marker)) in enumerate(STYLES.items()):
                    rows = pooled[(pooled["penalty"] == penalty) & (pooled["method"] == method)]
                    middle = rows[f"{name}_median"]
                    below, above = middle - rows[f"{name}_low"], rows[f"{name}_high"] - middle
                    places = [
                        fractions.index(one) + 0.1 * (index - (len(STYLES) - 1) / 2)
                        for one in rows["event_fraction"]
                    ]
                    style = {"color": color, "marker": marker, "markersize": 4, "linestyle": ""}
                    axes.errorbar(places, middle, [below, above], label=method, **style)
                if ideal is not None:
                    axes.axhline(ideal, color="#999999", linewidth=0.8, zorder=1)
                axes.set_xticks(range(len(fractions)), [f"{one:g}" for one in fractions])
                axes.set_title(f"{penalty}: {LABELS[name]}", loc="left")
        handles, names = panels[0][0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=len(STYLES))


PAGE = Page(
    "replicate",
    "Simulate imbalance corrections and focal loss as van den Goorbergh et al. (2022).",
    measure,
    view,
    [scenario.name for scenario in SCENARIOS],
    draw=draw,
)
command = page_command(PAGE)
