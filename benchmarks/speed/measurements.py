"""The measurements on one table: fits, times to a precision, searches and predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from benchmarks.speed.memory import megabytes_above_table
from benchmarks.speed.precision import Judge, Solution
from benchmarks.speed.solvers import OURS, Solver
from benchmarks.speed.tables import TableSpec, make_data
from benchmarks.speed.timing import TIME_LIMIT, time_call, time_interleaved
from skfocal import FocalLogisticRegression, FocalLogisticRegressionCV

LONGEST_FIT = 60.0
"""Seconds; a solver is not run on a table where it is expected to take longer."""
WARM_UP_FRACTION, WARM_UP_ROWS = 0.1, 200
TARGET = 1e-6
"""Relative suboptimality at which solvers are compared at equal precision."""
GAMMAS, ALPHAS, N_CS, FOLDS = [0.0, 0.5, 1.0, 2.0, 3.0, 5.0], [None, "balanced"], 10, 5
Solvers = Mapping[str, Solver]
Labels = NDArray[np.int64]
Records = list[dict[str, Any]]


def fits(solvers: Solvers, spec: TableSpec, rounds: int) -> Records:
    """Time fits at default settings, and measure their precision and our memory."""
    X, y = make_data(spec)
    not_run = {name: reason for name, each in solvers.items() if (reason := each.exclusion(spec))}
    calls: dict[str, Callable[[], Any]] = {}
    for name in solvers.keys() - not_run.keys():
        seconds, result = _expect(solvers[name], X, y)
        if isinstance(result, Exception):
            not_run[name] = _failure(result)
        elif seconds > LONGEST_FIT and name not in OURS:
            not_run[name] = f"would take about {seconds:.0f} s"
        else:
            calls[name] = partial(solvers[name].fit, X, y)
    timings = time_interleaved(calls, rounds=rounds)
    not_run |= {name: _failure(each.result) for name, each in timings.items() if each.failed}
    judge = Judge(X, y)
    found = {
        name: {
            "gamma": solver.gamma,
            "library": solver.library,
            **timings[name].summary(),
            **judge.precision(timings[name].result, solver.gamma)._asdict(),
        }
        for name, solver in solvers.items()
        if name not in not_run
    }
    shape = dict(zip(("n_samples", "n_features"), X.shape, strict=True))
    del X, calls, timings, judge
    about = {"name": spec.name, "family": spec.family, **shape, "n_classes": int(y.max()) + 1}
    megabytes = megabytes_above_table(FocalLogisticRegression(), spec)
    return [{**about, "solvers": found, "not_run": not_run, "megabytes": megabytes}]


def _expect(solver: Solver, X: Any, y: Labels) -> tuple[float, Any]:
    """Extrapolate the time of a fit from a tenth of the rows; a first fit there is a warm-up."""
    rows = first_rows(y, max(WARM_UP_FRACTION, WARM_UP_ROWS / len(y)))
    some = partial(solver.fit, X[rows], y[rows])
    time_call(some)
    seconds, result, _ = time_call(some)
    return seconds * len(y) / len(rows), result


def first_rows(y: Labels, fraction: float) -> NDArray[np.intp]:
    """Return the first rows of each class: this fraction of them, and at least two."""
    by_class = [np.flatnonzero(y == code) for code in np.unique(y)]
    return np.sort(np.concatenate([rows[: max(2, int(fraction * len(rows)))] for rows in by_class]))


def _failure(error: Any) -> str:
    return f"failed: {(str(error) or type(error).__name__).splitlines()[0]}"


def target(solvers: Solvers, spec: TableSpec, rounds: int) -> Records:
    """Time fits at the loosest settings that reach the target, separately for each gamma.

    Settings are tried from loose to tight, each fit from scratch, until the target is reached or
    the fits have taken `TIME_LIMIT`.
    """
    X, y = make_data(spec)
    judge = Judge(X, y)
    present = {name: s for name, s in solvers.items() if s.settings and not s.exclusion(spec)}
    records = []
    for gamma in sorted({each.gamma for each in present.values()}):
        reference = FocalLogisticRegression(gamma, tol=1e-10, max_iter=1_000).fit(X, y)
        best = judge.precision(Solution(reference.coef_, reference.intercept_), gamma).objective
        tried = {
            name: _try_settings(each, X, y, judge, best)
            for name, each in present.items()
            if each.gamma == gamma
        }
        best = min([best, *(objective for each in tried.values() for objective in each)])
        gaps = {name: min(each) / best - 1 for name, each in tried.items() if each}
        calls = {
            name: partial(present[name].fit, X, y, **present[name].settings[len(tried[name]) - 1])
            for name, gap in gaps.items()
            if gap <= TARGET
        }
        times = {
            name: one.summary() for name, one in time_interleaved(calls, rounds=rounds).items()
        }
        found = {
            name: {"suboptimality": gap, **times.get(name, {"median_seconds": None})}
            for name, gap in gaps.items()
        }
        records.append({"table": spec.name, "gamma": gamma, "solvers": found})
    return records


def _try_settings(solver: Solver, X: Any, y: Labels, judge: Judge, best: float) -> list[float]:
    """Return the objectives at tighter and tighter settings."""
    objectives: list[float] = []
    total = 0.0
    for settings in solver.settings:
        seconds, solution, _ = time_call(partial(solver.fit, X, y, **settings))
        total += seconds
        if isinstance(solution, Exception):
            break
        objectives.append(judge.precision(solution, solver.gamma).objective)
        if objectives[-1] <= best * (1 + TARGET) or total > TIME_LIMIT:
            break
    return objectives


def searches(_: Solvers, spec: TableSpec, rounds: int) -> Records:
    """Time searches with the same folds and the same number of candidates."""
    Cs = np.logspace(-4, 4, N_CS).tolist()
    own = {"C": Cs, "alpha": ALPHAS, "gamma": GAMMAS}
    # In place of gamma there are more values of C.
    other = {"C": np.logspace(-4, 4, N_CS * len(GAMMAS)), "class_weight": ALPHAS}
    grid = partial(GridSearchCV, cv=FOLDS, scoring="neg_log_loss")
    models = {
        "FocalLogisticRegressionCV": FocalLogisticRegressionCV(GAMMAS, ALPHAS, Cs, cv=FOLDS),
        "GridSearchCV(FocalLogisticRegression)": grid(FocalLogisticRegression(), own),
        "GridSearchCV(LogisticRegression)": grid(LogisticRegression(), other),
    }
    X, y = make_data(spec)
    calls = {name: partial(model.fit, X, y) for name, model in models.items()}
    n_candidates = len(GAMMAS) * len(ALPHAS) * N_CS
    return [{"n_candidates": n_candidates, "n_folds": FOLDS, **_timed(spec, calls, rounds)}]


def predictions(_: Solvers, spec: TableSpec, rounds: int) -> Records:
    """Time `predict_proba` and the product that it needs."""
    X, y = make_data(spec)
    model = FocalLogisticRegression().fit(X, y)
    calls = {"X @ coef": lambda: X @ model.coef_.T, "predict_proba": lambda: model.predict_proba(X)}
    return [_timed(spec, calls, rounds)]


def _timed(spec: TableSpec, calls: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, Any]:
    timings = time_interleaved(calls, rounds=rounds)
    return {"table": spec.name, "calls": {name: one.summary() for name, one in timings.items()}}


MEASUREMENTS = {each.__name__: each for each in (fits, target, searches, predictions)}
"""By the use of a table, in the order of a run."""
