"""Time of a search over gamma, alpha and C beside that of `GridSearchCV`."""

from __future__ import annotations

import warnings
from time import perf_counter
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, ParameterGrid

from benchmarks.speed.tables import TableSpec, make_table
from skfocal import FocalLogisticRegression
from skfocal.model_selection import FocalLogisticRegressionCV

__all__ = ["measure_search"]

_TABLES = (TableSpec(10_000, 20), TableSpec(100_000, 50))
_GAMMAS, _ALPHAS, _N_CS = (0.0, 0.5, 1.0, 2.0, 3.0, 5.0), (None, "balanced"), 10
_CV = 5
_ROUNDS = 3
_MAX_SECONDS = 30.0

Candidates = list[dict[str, Any]]


def measure_search(*, quick: bool = False) -> dict[str, Any]:
    """Time the searches in turn, on the same tables, candidates and folds.

    Parameters
    ----------
    quick : bool, default=False
        Whether to take the smaller table only, and three values of C.

    Returns
    -------
    results : dict
        For each table the seconds of every contender, which share of the candidates the grid
        searches were timed on if they would have taken too long, and the ratios.
    """
    tables, n_Cs = (_TABLES[:1], 3) if quick else (_TABLES, _N_CS)
    return {spec.name: _measure_table(spec, n_Cs) for spec in tables}


def _measure_table(spec: TableSpec, n_Cs: int) -> dict[str, Any]:
    X, y = make_table(spec)
    Cs = np.logspace(-4, 4, n_Cs)
    grids = {
        "focal": ParameterGrid({"C": Cs, "alpha": _ALPHAS, "gamma": _GAMMAS}),
        # As many candidates: in place of gamma, finer steps of C.
        "scikit-learn": ParameterGrid(
            {"C": np.logspace(-4, 4, n_Cs * len(_GAMMAS)), "class_weight": _ALPHAS}
        ),
    }
    estimators = {"focal": FocalLogisticRegression(), "scikit-learn": LogisticRegression()}
    shares = {name: _affordable(estimators[name], list(grids[name]), X, y) for name in grids}
    seconds: dict[str, list[float]] = {"search": [], "focal": [], "scikit-learn": []}
    for round_ in range(_ROUNDS):
        search = FocalLogisticRegressionCV(_GAMMAS, _ALPHAS, Cs, cv=_CV)
        seconds["search"].append(_seconds(search, X, y))
        for name, share in shares.items():
            candidates = share[round_::_ROUNDS]
            per_candidate = _grid_seconds(estimators[name], candidates, X, y) / len(candidates)
            seconds[name].append(per_candidate * len(grids[name]))
    medians = {name: float(np.median(each)) for name, each in seconds.items()}
    return {
        "n_candidates": len(grids["focal"]),
        "n_folds": _CV,
        "seconds": medians,
        "rounds": seconds,
        "share_timed": {name: len(share) / len(grids[name]) for name, share in shares.items()},
        "ratio": {name: medians["search"] / medians[name] for name in grids},
    }


def _affordable(estimator: BaseEstimator, candidates: Candidates, X: Any, y: Any) -> Candidates:
    """Return all candidates, or as many of them, evenly spread, as the time allows."""
    # The middle one also warms the libraries up.
    each = _grid_seconds(estimator, candidates[len(candidates) // 2 :][:1], X, y)
    n_affordable = int(np.clip(_MAX_SECONDS / each, _ROUNDS, len(candidates)))
    chosen = np.linspace(0, len(candidates) - 1, n_affordable).astype(int)
    return [candidates[index] for index in chosen]


def _grid_seconds(estimator: BaseEstimator, candidates: Candidates, X: Any, y: Any) -> float:
    """Return the time of a grid search over some candidates, without the last fit."""
    grid = [{name: [value] for name, value in each.items()} for each in candidates]
    search = GridSearchCV(estimator, grid, cv=_CV, scoring="neg_log_loss", refit=False)
    return _seconds(search, X, y)


def _seconds(search: BaseEstimator, X: Any, y: Any) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        start = perf_counter()
        search.fit(X, y)
        return perf_counter() - start
