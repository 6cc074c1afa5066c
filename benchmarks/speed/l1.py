"""Fits and paths with an L1 penalty, ours and those of other libraries."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module, metadata
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.utils.fixes import parse_version

from benchmarks.speed.precision import Solution
from benchmarks.speed.tables import TableSpec, make_data
from benchmarks.speed.timing import time_call, time_interleaved
from skfocal import FocalLogisticRegression, FocalLoss
from skfocal.linear_model import l1_min_c

L1: dict[str, Any] = {"l1_ratio": 1.0}
"""The parameters of scikit-learn's L1 penalty."""
if parse_version(sklearn.__version__) < parse_version("1.8"):
    L1 = {"penalty": "l1"}

TARGET = 1e-6
"""Relative suboptimality at which solvers are compared."""
LADDER_SECONDS = 30.0
"""No smaller tolerances are tried after fits with those of a solver have taken so long."""
PENALTY_SHARE = 20
"""The penalty of a fit is the one that gives zeros only, divided by this."""
PATH_LENGTH, PATH_SHARE = 30, 100
"""A path leads down to the largest penalty divided by this."""
TOLERANCES = tuple(10 ** (-k / 2) for k in range(2, 21))
MANY_ITERATIONS = 10_000
OURS = "skfocal, γ=0"
FOCAL_OURS = "skfocal, γ=2"
GAMMAS = {OURS: 0.0, FOCAL_OURS: 2.0}
Labels = NDArray[np.int64]
Make = Callable[[float, float, int, bool], Any]
"""Returns an estimator for a tolerance, C, the number of rows and whether it has an intercept."""


@dataclass(frozen=True)
class Solver:
    """A linear model with an L1 penalty, and which intercepts it can have."""

    make: Make
    library: str
    intercepts: tuple[bool, ...] = (True, False)
    dense_order: str = "C"
    """The order of dense arrays that the library needs no copy of."""
    has_warm_start: bool = True
    max_columns: float = math.inf
    """Number of columns from which on the library needs more memory than the machine has."""

    @property
    def version(self) -> str | None:
        """The version of the library, None if it is not installed."""
        try:
            return metadata.version(self.library)
        except metadata.PackageNotFoundError:
            return None


def _ours(gamma: float) -> Make:
    def make(tol: float, C: float, _: int, fit_intercept: bool) -> Any:  # noqa: FBT001 - as others
        return FocalLogisticRegression(
            gamma,
            C=C,
            l1_ratio=1.0,
            fit_intercept=fit_intercept,
            tol=tol,
            max_iter=MANY_ITERATIONS,
        )

    return make


def _scikit_learn(solver: str) -> Make:
    def make(tol: float, C: float, _: int, fit_intercept: bool) -> Any:  # noqa: FBT001 - as others
        return LogisticRegression(
            C=C,
            **L1,
            solver=solver,
            fit_intercept=fit_intercept,
            tol=tol,
            max_iter=MANY_ITERATIONS,
        )

    return make


def _skglm(tol: float, C: float, n_samples: int, fit_intercept: bool) -> Any:  # noqa: FBT001 - as others
    return import_module("skglm").SparseLogisticRegression(
        1 / (C * n_samples), tol=tol, max_iter=MANY_ITERATIONS, fit_intercept=fit_intercept
    )


def _celer(tol: float, C: float, _: int, fit_intercept: bool) -> Any:  # noqa: FBT001 - as others
    return import_module("celer").LogisticRegression(
        C, tol=tol, max_iter=MANY_ITERATIONS, fit_intercept=fit_intercept
    )


def _glum(tol: float, C: float, n_samples: int, fit_intercept: bool) -> Any:  # noqa: FBT001 - as others
    return import_module("glum").GeneralizedLinearRegressor(
        alpha=1 / (C * n_samples),
        l1_ratio=1.0,
        family="binomial",
        gradient_tol=tol,
        max_iter=MANY_ITERATIONS,
        fit_intercept=fit_intercept,
    )


SOLVERS: Mapping[str, Solver] = {
    OURS: Solver(_ours(0.0), "skfocal"),
    FOCAL_OURS: Solver(_ours(2.0), "skfocal"),
    "scikit-learn saga": Solver(_scikit_learn("saga"), "scikit-learn"),
    # Its intercept is penalised.
    "scikit-learn liblinear": Solver(
        _scikit_learn("liblinear"), "scikit-learn", (False,), has_warm_start=False
    ),
    # In releases after 1.9; before them it fails and is left out.
    "scikit-learn newton-cd": Solver(_scikit_learn("newton-cd"), "scikit-learn"),
    "skglm": Solver(_skglm, "skglm", dense_order="F"),
    "celer": Solver(_celer, "celer", (False,), dense_order="F"),
    # It stores several matrices of columns by columns: 24 GB for 20,000.
    "glum": Solver(_glum, "glum", max_columns=10_000),
}


class Problem:
    """A table with a penalty, in the array orders that libraries need no copy of."""

    def __init__(self, spec: TableSpec, *, fit_intercept: bool) -> None:
        X, self.y = make_data(spec)
        is_dense = isinstance(X, np.ndarray)
        self._tables = {"C": X, "F": np.asfortranarray(X) if is_dense else X.tocsc()}
        self.fit_intercept = fit_intercept
        self.largest = {
            gamma: l1_min_c(X, self.y, gamma=gamma, fit_intercept=fit_intercept)
            for gamma in GAMMAS.values()
        }

    def smallest_c(self, name: str) -> float:
        """Return the C below which a solver has zeros only."""
        return self.largest[GAMMAS.get(name, 0.0)]

    def table(self, solver: Solver) -> Any:
        """Return the columns in the order that a solver needs no copy of."""
        return self._tables[solver.dense_order]

    def objective(self, solution: Solution, C: float, gamma: float) -> float:
        """Return the objective divided by C."""
        coef, intercept = (np.asarray(part, dtype=np.float64) for part in solution)
        logits = (self._tables["C"] @ coef.T + intercept)[:, 0]
        losses = FocalLoss(gamma).value(self.y, logits)
        return float(np.abs(coef).sum() / C + losses.sum())


def fit_path(
    solver: Solver, problem: Problem, Cs: Sequence[float] | NDArray[np.float64], tol: float
) -> list[Solution]:
    """Fit from the largest penalty downwards, each fit from the solution of the last."""
    X, y = problem.table(solver), problem.y
    solutions = []
    model = solver.make(tol, Cs[0], len(y), problem.fit_intercept)
    if solver.has_warm_start and len(Cs) > 1:
        model.set_params(warm_start=True)
    for C in Cs:
        strength = solver.make(tol, C, len(y), problem.fit_intercept).get_params()
        model.set_params(**{name: strength[name] for name in ("C", "alpha") if name in strength})
        if solver.library == "skfocal":
            model.set_params(alpha=None)
        model.fit(X, y)
        intercept = np.atleast_1d(model.intercept_).copy()
        solutions.append(Solution(np.atleast_2d(model.coef_).copy(), intercept))
    return solutions


def l1(names: Sequence[str], spec: TableSpec, rounds: int) -> list[dict[str, Any]]:
    """Time fits at the largest tolerances that reach the target, with and without intercept."""
    return [
        _measure(names, spec, rounds, np.array([PENALTY_SHARE]), fit_intercept=fit_intercept)
        for fit_intercept in (True, False)
    ]


def l1_path(names: Sequence[str], spec: TableSpec, rounds: int) -> list[dict[str, Any]]:
    """Time paths of penalties, each at the largest tolerance that reaches the target everywhere."""
    shares = np.geomspace(1, PATH_SHARE, PATH_LENGTH + 1)[1:]
    return [
        _measure(names, spec, rounds, shares, fit_intercept=fit_intercept)
        for fit_intercept in (True, False)
    ]


def _measure(
    names: Sequence[str],
    spec: TableSpec,
    rounds: int,
    shares: NDArray[np.float64],
    *,
    fit_intercept: bool,
) -> dict[str, Any]:
    problem = Problem(spec, fit_intercept=fit_intercept)
    present = {
        name: SOLVERS[name]
        for name in names
        if fit_intercept in SOLVERS[name].intercepts
        and spec.n_features <= SOLVERS[name].max_columns
    }
    best = {name: _best(problem, name, shares) for name in GAMMAS if name in present}
    found: dict[str, dict[str, Any]] = {}
    calls = {}
    for name, solver in present.items():
        least = best[name] if name in GAMMAS else best[OURS]
        tol, gap = _loosest(problem, name, solver, shares, least)
        found[name] = {"tol": tol, "suboptimality": gap, "median_seconds": None}
        if tol is not None:
            Cs = problem.smallest_c(name) * shares
            calls[name] = partial(fit_path, solver, problem, Cs, tol)
    for name, timing in time_interleaved(calls, rounds=rounds).items():
        found[name] |= timing.summary()
    shape = dict(zip(("n_samples", "n_features"), problem.table(SOLVERS[OURS]).shape, strict=True))
    return {
        "table": spec.name,
        **shape,
        "fit_intercept": fit_intercept,
        "n_penalties": len(shares),
        "solvers": found,
    }


def _objectives(
    problem: Problem, name: str, shares: NDArray[np.float64], solutions: Sequence[Solution]
) -> NDArray[np.float64]:
    gamma = GAMMAS.get(name, 0.0)
    Cs = problem.smallest_c(name) * shares
    return np.array(
        [problem.objective(one, C, gamma) for one, C in zip(solutions, Cs, strict=True)]
    )


def _best(problem: Problem, name: str, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the objectives of our fits at a small tolerance."""
    Cs = problem.smallest_c(name) * shares
    return _objectives(problem, name, shares, fit_path(SOLVERS[name], problem, Cs, 1e-7))


def _loosest(
    problem: Problem,
    name: str,
    solver: Solver,
    shares: NDArray[np.float64],
    least: NDArray[np.float64],
) -> tuple[float | None, float | None]:
    """Return the largest tolerance that reaches the target, and the worst gap with it."""
    total, gap = 0.0, None
    Cs = problem.smallest_c(name) * shares
    for tol in TOLERANCES:
        seconds, solutions, _ = time_call(partial(fit_path, solver, problem, Cs, tol))
        if isinstance(solutions, Exception):
            break
        total += seconds
        gap = float((_objectives(problem, name, shares, solutions) / least - 1).max())
        if gap <= TARGET:
            return tol, gap
        if total > LADDER_SECONDS:
            break
    return None, gap


L1_MEASUREMENTS = {each.__name__: each for each in (l1, l1_path)}
