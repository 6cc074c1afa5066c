"""What is aimed at, and what a run measured of it; the bounds stand here and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import geometric_mean
from typing import Any

from benchmarks.speed.contenders import FOCAL_OURS, LOGISTIC_GROUPS
from benchmarks.speed.to_target import TARGET

__all__ = ["GOALS", "Goal", "Measured", "quickest", "ratio"]

_SCIKIT_LEARN = "scikit-learn"
_TORCH = "PyTorch L-BFGS"
_NARROWEST = 30
# The default of `tol`, but for the rounding of another way to sum the gradient.
_TOL = 1.001e-6

Report = Mapping[str, Any]
"""What a run wrote as JSON."""


@dataclass(frozen=True)
class Measured:
    """A figure, what it is made of, and whether a condition beside its bound is kept."""

    value: float
    detail: str
    kept: bool = True


@dataclass(frozen=True)
class Goal:
    """A figure that should not exceed a bound."""

    what: str
    bound: float
    measure: Callable[[Report], Measured | None]
    """None if the run did not measure it."""
    unit: str = ""

    def reached(self, measured: Measured) -> bool:
        """Say whether a figure keeps the bound."""
        return measured.kept and measured.value <= self.bound


def quickest(table: Mapping[str, Any], library: str | None = None) -> str | None:
    """Return the name of the quickest rival at cross-entropy, if one of a library took part."""
    rivals = {
        name: each["median_seconds"]
        for name, each in table["contenders"].items()
        if each["group"] in LOGISTIC_GROUPS and library in {None, each["library"]}
    }
    return min(rivals, key=rivals.__getitem__, default=None)


def ratio(table: Mapping[str, Any], library: str | None = None) -> float | None:
    """Return the time of focal loss over that of the quickest rival at cross-entropy."""
    rival = quickest(table, library)
    if rival is None:
        return None
    ours = table["contenders"][FOCAL_OURS]["median_seconds"]
    return float(ours / table["contenders"][rival]["median_seconds"])


def _ratios(
    report: Report, families: Iterable[str], library: str | None = None
) -> dict[str, float]:
    found = {
        table["name"]: ratio(table, library)
        for table in report["tables"]
        if table["family"] in families
    }
    return {name: each for name, each in found.items() if each is not None}


def _worst(figures: Mapping[str, float]) -> Measured | None:
    if not figures:
        return None
    best, worst = (choose(figures, key=figures.__getitem__) for choose in (min, max))
    detail = f"{figures[worst]:.2f} at {worst}"
    if len(figures) > 1:
        detail = f"{figures[best]:.2f} at {best} to {detail}"
    return Measured(figures[worst], detail)


def _mean(figures: Mapping[str, float], note: str = "") -> Measured | None:
    worst = _worst(figures)
    return worst and Measured(geometric_mean(figures.values()), worst.detail + note)


def _dense_mean(report: Report) -> Measured | None:
    figures = _ratios(report, {"small", "dense"}, _SCIKIT_LEARN)
    large = _ratios(report, {"dense"}, _SCIKIT_LEARN)
    note = f"; {geometric_mean(large.values()):.2f} from 10,000 rows on" if large else ""
    return _mean(figures, note)


def _hard_mean(report: Report) -> Measured | None:
    family = {"unscaled or correlated"}
    measured = _mean(_ratios(report, family, _SCIKIT_LEARN))
    if measured is None:
        return None
    ours = {
        table["name"]: table["contenders"][FOCAL_OURS]
        for table in report["tables"]
        if table["family"] in family
    }
    short = [name for name, each in ours.items() if each["warned"] or each["gradient"] > _TOL]
    note = f"; not converged: {', '.join(short)}" if short else "; all converged"
    return Measured(measured.value, measured.detail + note, kept=not short)


def _ten_classes(report: Report) -> Measured | None:
    tables = [table for table in report["tables"] if table["n_classes"] == 10]
    return _worst(_ratios({"tables": tables}, {"many classes"}))


def _beside_torch(report: Report) -> Measured | None:
    figures, stopped, behind = {}, [], []
    for climb in report["to_target"]:
        contenders = climb["contenders"]
        if FOCAL_OURS not in contenders or _TORCH not in contenders:
            continue
        ours, theirs = (contenders[name]["seconds_to_target"] for name in (FOCAL_OURS, _TORCH))
        if ours is None:
            behind.append(climb["table"])
            continue
        if theirs is None:
            stopped.append(climb["table"])
            theirs = max(seconds for seconds, _ in contenders[_TORCH]["points"])
        figures[climb["table"]] = ours / theirs
    measured = _worst(figures)
    if measured is None:
        return Measured(math.inf, f"not there at {' and '.join(behind)}") if behind else None
    note = f"; not there at {' and '.join(behind)}" if behind else ""
    if stopped:
        note += f"; at most, since PyTorch was stopped before it was there: {', '.join(stopped)}"
    return Measured(measured.value, measured.detail + note, kept=not behind)


def _kernels(above: Iterable[str], below: Iterable[str]) -> Callable[[Report], Measured | None]:
    def measure(report: Report) -> Measured | None:
        return _worst(
            {
                kernel["table"]: sum(kernel["seconds"][name] for name in above)
                / sum(kernel["seconds"][name] for name in below)
                for kernel in report["kernels"]
                if kernel["n_features"] >= _NARROWEST
            }
        )

    return measure


def _per_row(report: Report) -> Measured | None:
    each = {
        table["n_samples"]: table["contenders"][FOCAL_OURS]["median_seconds"] / table["n_samples"]
        for table in report["tables"]
        if table["name"] in {"10,000,000 x 10", "100,000 x 10"}
    }
    if len(each) < 2:
        return None
    few, many = (each[n_rows] for n_rows in sorted(each))
    return Measured(many / few, f"{many * 1e9:.0f} ns a row and {few * 1e9:.0f} ns, 10 columns")


def _memory(report: Report) -> Measured | None:
    taken = {
        table["name"]: table["megabytes"]
        for table in report["tables"]
        if table["megabytes"] is not None and table["family"] != "sparse"
    }
    return _worst(taken)


def _threads(report: Report) -> Measured | None:
    times = report["threads"]
    if not times:
        return None
    seconds = times["seconds"]
    one, all_ = seconds["one thread"], seconds["all threads"]
    at_best = seconds["two products"] / (2 * seconds["one product"])
    detail = f"{all_:.2f} s and {one:.2f} s; independent products of matrices: {at_best:.2f}"
    return Measured(all_ / one, detail)


def _search(grid: str) -> Callable[[Report], Measured | None]:
    def measure(report: Report) -> Measured | None:
        return _worst({name: each["ratio"][grid] for name, each in report["search"].items()})

    return measure


GOALS: dict[str, Goal] = {
    "dense mean": Goal(
        "focal γ=2 at defaults / scikit-learn's quickest solver at defaults on cross-entropy, "
        "dense shapes, geometric mean",
        0.20,
        _dense_mean,
    ),
    "dense worst": Goal(
        "the worst single dense shape of 10,000 rows or more",
        0.50,
        lambda report: _worst(_ratios(report, {"dense"}, _SCIKIT_LEARN)),
    ),
    "unscaled": Goal(
        "the mean on unscaled or correlated columns, every one converged", 0.15, _hard_mean
    ),
    "small": Goal(
        "the worst of small tables, 300 to 2,000 rows, and of wide 200 x 20,000",
        1.0,
        lambda report: _worst(_ratios(report, {"small", "wide"}, _SCIKIT_LEARN)),
    ),
    "sparse": Goal(
        "sparse, two and 50 classes, the worse, against the quickest of all libraries",
        0.5,
        lambda report: _worst(_ratios(report, {"sparse"})),
    ),
    "ten classes": Goal(
        "dense, 10 classes, the worst, against the quickest of all libraries", 0.35, _ten_classes
    ),
    "PyTorch": Goal(
        f"time to a suboptimality of {TARGET:.0e} / that of PyTorch's L-BFGS on the same focal "
        "objective, the worst",
        0.1,
        _beside_torch,
    ),
    "pass": Goal(
        "one pass for value and gradient / the products X @ w and r @ X, 30 columns or more, "
        "the worst",
        1.0,
        _kernels(["pass, γ=2"], ["X @ w", "r @ X"]),
    ),
    "gamma": Goal(
        "a pass at γ=2 / at γ=0, 30 columns or more, the worst",
        1.05,
        _kernels(["pass, γ=2"], ["pass, γ=0"]),
    ),
    "any gamma": Goal(
        "a pass at γ=1.7 / at γ=2, the worst", 1.15, _kernels(["pass, γ=1.7"], ["pass, γ=2"])
    ),
    "growth": Goal("time per row at 10,000,000 rows / at 100,000 rows", 1.25, _per_row),
    "memory": Goal("memory above X, dense, the most", 64, _memory, "MB"),
    "threads": Goal("a fit with two threads / with one, 1,000,000 x 100", 0.65, _threads),
    "predict": Goal(
        "predict_proba / X @ coef, 30 columns or more, the worst",
        1.3,
        _kernels(["predict_proba"], ["X @ coef"]),
    ),
    "search": Goal(
        "FocalLogisticRegressionCV / GridSearchCV over FocalLogisticRegression, the worst",
        0.2,
        _search("focal"),
    ),
    "search and scikit-learn": Goal(
        "FocalLogisticRegressionCV / GridSearchCV over as many candidates of scikit-learn's "
        "LogisticRegression, the worst",
        0.1,
        _search("scikit-learn"),
    ),
}
"""By a short name, in the order of the report."""
