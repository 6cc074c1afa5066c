"""The goals for speed and memory, with their bounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from statistics import geometric_mean
from typing import Any

from benchmarks.speed.solvers import FOCAL_OURS
from benchmarks.verdicts import Claim, Statement, exact

SCIKIT_LEARN, TORCH, SEARCH = "scikit-learn", "PyTorch L-BFGS", "FocalLogisticRegressionCV"
Results = Mapping[str, Any]
Figures = dict[str, float]


def fastest(table: Mapping[str, Any], library: str | None = None) -> str | None:
    """Return the fastest other solver of cross-entropy, of any library or of one."""
    times = {
        name: each["median_seconds"]
        for name, each in table["solvers"].items()
        if each["gamma"] == 0 and each["library"] != "skfocal"
        if library in {None, each["library"]}
    }
    return min(times, key=times.__getitem__, default=None)


def ratio(table: Mapping[str, Any], library: str | None = None) -> float | None:
    """Return the time of focal loss at γ = 2 relative to the fastest other solver."""
    other = fastest(table, library)
    if other is None:
        return None
    ours = table["solvers"][FOCAL_OURS]
    return float(ours["median_seconds"] / table["solvers"][other]["median_seconds"])


@dataclass(frozen=True)
class Goal:
    """Figures by table whose maximum, or geometric mean, has a bound."""

    name: str
    bound: float
    figures: Callable[[Results], Figures]
    mean: bool = False


def judge_goals(results: Results) -> list[Claim]:
    """Judge each goal by the results of a run."""
    return [_judge(goal, goal.figures(results)) for goal in GOALS]


def _judge(goal: Goal, figures: Figures) -> Claim:
    value = math.nan
    if figures:
        value = geometric_mean(figures.values()) if goal.mean else max(figures.values())
    statement = Statement(goal.name, exact(value, len(figures)), "≤", goal.bound)
    ordered = sorted(figures, key=figures.__getitem__)
    details = {
        "bound": goal.bound,
        "statistic": "geometric mean" if goal.mean else "worst",
        "value": value,
        "ends": [(name, figures[name]) for name in dict.fromkeys((*ordered[:1], *ordered[-1:]))],
    }
    return Claim(goal.name, (statement.verdict,), details)


def _ratios(families: Collection[str], library: str | None = None) -> Callable[[Results], Figures]:
    """Return ratios of fits at default settings; infinite where ours did not converge."""

    def figures(results: Results) -> Figures:
        found = {
            table["name"]: math.inf
            if table["solvers"][FOCAL_OURS]["warned"]
            else ratio(table, library)
            for table in results["fits"]
            if table["family"] in families
        }
        return {name: each for name, each in found.items() if each is not None}

    return figures


def _ten_classes(results: Results) -> Figures:
    ten = {table["name"] for table in results["fits"] if table["n_classes"] == 10}
    return {name: each for name, each in _ratios({"many classes"})(results).items() if name in ten}


def _torch(results: Results) -> Figures:
    """Return ratios at equal precision, where PyTorch reaches it; infinite where ours does not."""
    figures = {}
    for one in results["target"]:
        if {FOCAL_OURS, TORCH} <= one["solvers"].keys():
            ours, other = (one["solvers"][name]["median_seconds"] for name in (FOCAL_OURS, TORCH))
            if other is not None:
                figures[one["table"]] = math.inf if ours is None else ours / other
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


def _calls(use: str, ours: str, other: str) -> Callable[[Results], Figures]:
    """Return ratios of the times of two calls."""
    return lambda results: {
        one["table"]: one["calls"][ours]["median_seconds"] / one["calls"][other]["median_seconds"]
        for one in results[use]
    }


GOALS = (
    Goal("dense mean", 0.2, _ratios({"small", "dense"}, SCIKIT_LEARN), mean=True),
    Goal("dense worst", 0.5, _ratios({"dense"}, SCIKIT_LEARN)),
    Goal("hard", 0.15, _ratios({"unscaled or correlated"}, SCIKIT_LEARN), mean=True),
    Goal("small and wide", 1.0, _ratios({"small", "wide"}, SCIKIT_LEARN)),
    Goal("sparse", 0.5, _ratios({"sparse"})),
    Goal("ten classes", 0.35, _ten_classes),
    Goal("to target", 0.1, _torch),
    Goal("growth", 1.25, _growth),
    Goal("memory", 64, _memory),
    Goal("predictions", 1.3, _calls("predictions", "predict_proba", "X @ coef")),
    Goal("search", 0.2, _calls("searches", SEARCH, "GridSearchCV(FocalLogisticRegression)")),
    Goal(
        "search and scikit-learn",
        0.1,
        _calls("searches", SEARCH, "GridSearchCV(LogisticRegression)"),
    ),
)
