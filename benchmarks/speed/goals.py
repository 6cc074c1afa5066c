"""The goals for speed and memory, with their bounds for each processor."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from statistics import geometric_mean
from typing import Any

from benchmarks.speed.solvers import CROSS_ENTROPY, FOCAL_OURS, OURS
from benchmarks.verdicts import Claim, Statement, exact

SEARCH = "FocalLogisticRegressionCV"
Record = Mapping[str, Any]
Results = Mapping[str, Any]
Figures = dict[str, float]


def fastest(table: Record) -> str | None:
    """Return the solver of another library that reaches the target first."""
    times = {
        name: each["median_seconds"]
        for name, each in table["solvers"].items()
        if name in CROSS_ENTROPY and each["median_seconds"] is not None
    }
    return min(times, key=times.__getitem__, default=None)


def ratio(table: Record, ours: str = FOCAL_OURS) -> float | None:
    """Return our time to the target relative to the fastest other solver, infinite without one."""
    other, seconds = fastest(table), table["solvers"][ours]["median_seconds"]
    if seconds is None:
        return math.inf
    return None if other is None else float(seconds / table["solvers"][other]["median_seconds"])


@dataclass(frozen=True)
class Goal:
    """Figures by table whose maximum, or geometric mean, has a bound on each processor."""

    name: str
    bounds: Mapping[str, float]
    figures: Callable[[Results], Figures]
    mean: bool = False


def judge_goals(results: Results) -> list[Claim]:
    """Judge each goal on each processor by the results of a run."""
    return [
        _judge(goal, processor, bound, goal.figures(_of(results, processor)))
        for goal in GOALS
        for processor, bound in goal.bounds.items()
    ]


def _of(results: Results, processor: str) -> Results:
    """Return the records of one processor; fits at defaults are measured on one only."""
    uses = ("target", "searches", "predictions", "boosting")
    chosen = {
        use: [one for one in results.get(use, ()) if one["processor"] == processor] for use in uses
    }
    return {"fits": results["fits"], **chosen}


def _judge(goal: Goal, processor: str, bound: float, figures: Figures) -> Claim:
    value = math.nan
    if figures:
        value = geometric_mean(figures.values()) if goal.mean else max(figures.values())
    statement = Statement(goal.name, exact(value, len(figures)), "≤", bound)
    ordered = sorted(figures, key=figures.__getitem__)
    details = {
        "processor": processor,
        "bound": bound,
        "statistic": "geometric mean" if goal.mean else "worst",
        "value": value,
        "ends": [(name, figures[name]) for name in dict.fromkeys((*ordered[:1], *ordered[-1:]))],
    }
    return Claim(goal.name, (statement.verdict,), details)


def _ratios(
    names: Collection[str] = (), families: Collection[str] = ()
) -> Callable[[Results], Figures]:
    """Return ratios of times to the target, with focal loss and with cross-entropy."""

    def figures(results: Results) -> Figures:
        found = {
            f"{table['table']}, {ours.removeprefix('skfocal, ')}": ratio(table, ours)
            for table in results["target"]
            if table["table"] in names or table["family"] in families
            for ours in OURS
        }
        return {name: each for name, each in found.items() if each is not None}

    return figures


def _growth(results: Results) -> Figures:
    per_row = {
        table["name"]: table["solvers"][FOCAL_OURS]["median_seconds"] / table["n_samples"]
        for table in results["fits"]
    }
    many, few = (per_row.get(f"{n} x 10") for n in ("10,000,000", "100,000"))
    return {"10,000,000 x 10": many / few} if many and few else {}


def _memory(results: Results) -> Figures:
    return {
        table["name"]: table["megabytes"]
        for table in results["fits"]
        if table["megabytes"] is not None and table["family"] != "sparse"
    }


def _predictions(results: Results) -> Figures:
    return {
        one["table"]: one["calls"]["predict_proba"]["median_seconds"]
        / one["calls"]["X @ coef"]["median_seconds"]
        for one in results["predictions"]
    }


def _boosting(libraries: Collection[str], table: str) -> Callable[[Results], Figures]:
    """Return ratios of the training time with focal loss to that with the library's log loss."""

    def figures(results: Results) -> Figures:
        return {
            one["library"]: one["calls"]["focal loss"]["median_seconds"]
            / one["calls"]["log loss"]["median_seconds"]
            for one in results["boosting"]
            if one["library"] in libraries and one["table"] == table
        }

    return figures


def _searches(others: str) -> Callable[[Results], Figures]:
    """Return ratios of the time of our search to that of the fastest other of a kind."""

    def figures(results: Results) -> Figures:
        found = {}
        for one in results["searches"]:
            times = {name: each["median_seconds"] for name, each in one["calls"].items()}
            rivals = [each for name, each in times.items() if name.startswith(others)]
            if rivals:
                found[one["table"]] = times[SEARCH] / min(rivals)
        return found

    return figures


def _both(wide: float, avx2: float) -> dict[str, float]:
    return {"AVX-512": wide, "AVX2": avx2}


MILLION = ("1,000,000 x 30", "1,000,000 x 100")
SOME_COLUMNS = ("100,000 x 300", "10,000 x 1,000")
TEN_CLASSES = ("100,000 x 30, 10 classes", "10,000 x 300, 10 classes")
GOALS = (
    Goal("real mean", _both(0.5, 0.6), _ratios(families={"real"}), mean=True),
    Goal("real worst", _both(1.0, 1.2), _ratios(families={"real"})),
    Goal("small", _both(1.0, 1.0), _ratios(families={"small"})),
    Goal("10,000 x 30", _both(0.5, 0.6), _ratios({"10,000 x 30"})),
    Goal("100,000 x 30", _both(0.2, 0.25), _ratios({"100,000 x 30"})),
    Goal("million", _both(0.15, 0.18), _ratios(MILLION)),
    Goal("some columns", _both(0.45, 0.5), _ratios(SOME_COLUMNS)),
    Goal("10,000 x 3,000", _both(0.8, 0.8), _ratios({"10,000 x 3,000"})),
    Goal("hard", _both(0.15, 0.2), _ratios(families={"unscaled or correlated"}), mean=True),
    Goal("sparse", _both(0.5, 0.5), _ratios(families={"sparse"})),
    Goal("ten classes", _both(0.35, 0.4), _ratios(TEN_CLASSES)),
    Goal("predictions", _both(2.0, 2.5), _predictions),
    Goal("search", _both(0.7, 0.8), _searches("LogisticRegressionCV")),
    Goal("focal search", _both(0.08, 0.1), _searches("GridSearchCV")),
    Goal("boosting", _both(1.3, 1.3), _boosting(("xgboost", "lightgbm"), "200,000 x 30")),
    Goal("boosting, CatBoost", _both(2.5, 2.5), _boosting(("catboost",), "200,000 x 30")),
    Goal(
        "boosting, ten classes",
        _both(1.5, 1.5),
        _boosting(("xgboost", "lightgbm"), "200,000 x 30, 10 classes"),
    ),
    Goal("growth", {"AVX-512": 1.25}, _growth),
    Goal("memory", {"AVX-512": 64}, _memory),
)
