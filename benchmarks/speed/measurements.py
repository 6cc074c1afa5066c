"""The measurements on one table: our fits, times to a precision, searches and predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.model_selection import GridSearchCV

from benchmarks.speed.boosting import boosting
from benchmarks.speed.memory import megabytes_above_table
from benchmarks.speed.precision import Judge, Solution
from benchmarks.speed.profiles import profiles
from benchmarks.speed.solvers import OURS, Solver
from benchmarks.speed.tables import TableSpec, make_data
from benchmarks.speed.timing import time_call, time_interleaved
from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV

TARGET = 1e-6
"""Relative suboptimality at which solvers are compared."""
LADDER_SECONDS = 20.0
"""No tighter settings are tried after those of a solver have taken so long in total."""
GAMMAS, ALPHAS, N_CS, FOLDS = [0.0, 0.5, 1.0, 2.0, 3.0, 5.0], [None, "balanced"], 10, 5
MAX_GRID_ROWS = 20_000
"""On a longer table a grid search takes minutes."""
Solvers = Mapping[str, Solver]
Labels = NDArray[np.int64]
Records = list[dict[str, Any]]


def fits(solvers: Solvers, spec: TableSpec, rounds: int) -> Records:
    """Time our fits at default settings, and measure their suboptimality and memory."""
    X, y = make_data(spec)
    judge = Judge(X, y)
    ours = {name: each for name, each in solvers.items() if name in OURS}
    timings = time_interleaved(
        {name: partial(each.fit, X, y) for name, each in ours.items()}, rounds=rounds
    )
    found = {
        name: {
            **timing.summary(),
            "suboptimality": judge.objective(timing.result, ours[name].gamma)
            / _least(judge, ours[name].gamma)
            - 1,
        }
        for name, timing in timings.items()
    }
    shape = dict(zip(("n_samples", "n_features"), X.shape, strict=True))
    del X, timings, judge
    about = {"name": spec.name, "family": spec.family, **shape, "n_classes": int(y.max()) + 1}
    megabytes = megabytes_above_table(FocalLogisticRegression(), spec)
    return [{**about, "solvers": found, "megabytes": megabytes}]


def _least(judge: Judge, gamma: float) -> float:
    """Return the objective of our fit at a small tolerance."""
    model = FocalLogisticRegression(gamma, tol=1e-8, max_iter=1_000).fit(judge.X, judge.y)
    return judge.objective(Solution(model.coef_, model.intercept_), gamma)


def target(solvers: Solvers, spec: TableSpec, rounds: int) -> Records:
    """Time fits at the loosest settings that reach the target, separately for each gamma.

    Settings are tried from loose to tight, each fit from scratch, until the target is reached or
    the fits have taken `LADDER_SECONDS`. All solvers of the table are then timed in turn.
    """
    X, y = make_data(spec)
    judge = Judge(X, y)
    not_run = {name: reason for name, each in solvers.items() if (reason := each.exclusion(spec))}
    present = {name: each for name, each in solvers.items() if name not in not_run}
    least = {gamma: _least(judge, gamma) for gamma in {each.gamma for each in present.values()}}
    tried = {name: _try_settings(each, judge, least[each.gamma]) for name, each in present.items()}
    for name, objectives in tried.items():
        gamma = present[name].gamma
        least[gamma] = min([least[gamma], *objectives])
    gaps = {
        name: min(each) / least[present[name].gamma] - 1 for name, each in tried.items() if each
    }
    calls = {
        name: partial(present[name].fit, X, y, **present[name].settings[len(tried[name]) - 1])
        for name, gap in gaps.items()
        if gap <= TARGET
    }
    timings = time_interleaved(calls, rounds=rounds)
    not_run |= dict.fromkeys(present.keys() - gaps.keys(), "failed")
    found = {
        name: {
            "gamma": present[name].gamma,
            "suboptimality": gap,
            **(timings[name].summary() if name in timings else {"median_seconds": None}),
        }
        for name, gap in gaps.items()
    }
    shape = dict(zip(("n_samples", "n_features"), X.shape, strict=True))
    about = {"table": spec.name, "family": spec.family, **shape}
    return [{**about, "solvers": found, "not_run": not_run}]


def _try_settings(solver: Solver, judge: Judge, least: float) -> list[float]:
    """Return the objectives at tighter and tighter settings."""
    objectives: list[float] = []
    total = 0.0
    for settings in solver.settings:
        seconds, solution, _ = time_call(partial(solver.fit, judge.X, judge.y, **settings))
        total += seconds
        if isinstance(solution, Exception):
            break
        objectives.append(judge.objective(solution, solver.gamma))
        if objectives[-1] <= least * (1 + TARGET) or total > LADDER_SECONDS:
            break
    return objectives


def searches(_: Solvers, spec: TableSpec, rounds: int) -> Records:
    """Time searches with the same folds and the same number of candidates."""
    X, y = make_data(spec)
    Cs = np.logspace(-4, 4, N_CS).tolist()
    # In place of gamma there are more values of C.
    grid = {"C": np.logspace(-4, 4, N_CS * len(GAMMAS)), "class_weight": ALPHAS}
    scored = {"cv": FOLDS, "scoring": "neg_log_loss"}
    cross_entropy = {
        "FocalLogisticRegressionCV": FocalLogisticRegressionCV((0,), (None,), Cs, cv=FOLDS),
        **{
            f"LogisticRegressionCV, {solver}": LogisticRegressionCV(Cs=Cs, solver=solver, **scored)
            for solver in ("lbfgs", "newton-cholesky")
        },
    }
    focal = {
        "FocalLogisticRegressionCV": FocalLogisticRegressionCV(GAMMAS, ALPHAS, Cs, cv=FOLDS),
        "GridSearchCV(LogisticRegression)": GridSearchCV(LogisticRegression(), grid, **scored),
    }
    kinds: list[tuple[int, Mapping[str, Any]]] = [(N_CS, cross_entropy)]
    if len(y) <= MAX_GRID_ROWS:
        kinds.append((len(GAMMAS) * len(ALPHAS) * N_CS, focal))
    records = []
    for n_candidates, models in kinds:
        calls = {name: partial(model.fit, X, y) for name, model in models.items()}
        found = {"n_candidates": n_candidates, "n_folds": FOLDS, **_timed(spec, calls, rounds)}
        records.append(found)
    return records


def predictions(_: Solvers, spec: TableSpec, rounds: int) -> Records:
    """Time `predict_proba` and the product that it needs."""
    X, y = make_data(spec)
    model = FocalLogisticRegression().fit(X, y)
    calls = {"X @ coef": lambda: X @ model.coef_.T, "predict_proba": lambda: model.predict_proba(X)}
    return [_timed(spec, calls, rounds)]


def _timed(spec: TableSpec, calls: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, Any]:
    timings = time_interleaved(calls, rounds=rounds)
    return {"table": spec.name, "calls": {name: one.summary() for name, one in timings.items()}}


MEASUREMENTS = {
    each.__name__: each for each in (fits, target, searches, predictions, profiles, boosting)
}
"""By the use of a table, in the order of a run."""
