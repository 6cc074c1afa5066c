"""Where the time of our fits goes, for the reasons of goals that are missed."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from benchmarks.speed.tables import TableSpec, make_data
from benchmarks.speed.timing import time_interleaved
from skfocal import FocalLogisticRegression

SECONDS = 0.5
"""A profile is of as many fits as take so long."""
CHECKS, STATISTICS, EVALUATIONS, CURVATURE = "checks", "statistics", "evaluations", "curvature"
SCIPY, OTHER = "SciPy", "other"
STEPS = (CHECKS, STATISTICS, EVALUATIONS, CURVATURE, SCIPY, OTHER)
FUNCTIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    CHECKS: (("sklearn/utils/validation.py", "validate_data"),),
    STATISTICS: (("_solver/standardization.py", "standardize"),),
    EVALUATIONS: (("_solver/objective.py", "value_and_gradient"),),
    CURVATURE: (
        ("_solver/preconditioning.py", "precondition"),
        ("_solver/preconditioning.py", "precondition_diagonally"),
        ("_solver/newton.py", "_solver_at"),
    ),
}
"""The functions of each step, by the end of their file. None calls another."""
SEARCH, EVALUATE = ("optimize/_lbfgsb_py.py", "_minimize_lbfgsb"), ("_solver/lbfgs.py", "_evaluate")
"""SciPy's minimisation, and what it calls to evaluate."""


def profiles(_: Mapping[str, Any], spec: TableSpec, rounds: int) -> list[dict[str, Any]]:
    """Measure the shares of the steps of a fit, and the products of a matrix that it needs.

    A profile makes short Python functions look slower than they are.
    """
    X, y = make_data(spec)
    n_classes = int(y.max()) + 1
    logits = (n_classes,) if n_classes > 2 else ()
    records = []
    for gamma in (0.0, 2.0):
        model = FocalLogisticRegression(gamma)
        weights, residuals = np.ones((X.shape[1], *logits)), np.ones((len(y), *logits))
        calls: dict[str, Callable[[], Any]] = {
            "fit": partial(model.fit, X, y),
            "checks": partial(validate_data, model, X, y, accept_sparse="csr"),
            "products": partial(_products, X, weights, residuals),
        }
        times = {
            name: timing.summary()["median_seconds"]
            for name, timing in time_interleaved(calls, rounds=rounds).items()
        }
        n_fits = max(1, round(SECONDS / times["fit"]))
        records.append(
            {
                "table": spec.name,
                "gamma": gamma,
                "seconds": times,
                "passes": float(np.sum(model.n_passes_)),
                "shares": shares(partial(model.fit, X, y), n_fits),
            }
        )
    return records


def _products(X: Any, weights: Any, residuals: Any) -> None:
    """Compute the products that each evaluation needs."""
    X @ weights
    X.T @ residuals


def shares(call: Callable[[], Any], n_calls: int) -> dict[str, float]:
    """Return the share of the profiled time that each step takes, called functions included."""
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(n_calls):
        call()
    profile.disable()
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # not in its stub
    total = float(sum(own for _, _, own, _, _ in stats.values()))

    def share(function: tuple[str, str]) -> float:
        end, name = function
        times = [
            float(each[3])
            for (path, _, found), each in stats.items()
            if found == name and path.replace("\\", "/").endswith(end)
        ]
        return sum(times) / total

    found = {step: sum(map(share, functions)) for step, functions in FUNCTIONS.items()}
    found[SCIPY] = share(SEARCH) - share(EVALUATE)
    return {**found, OTHER: 1 - sum(found.values())}
