"""Interleaved timings of contenders, and how well each has solved its problem."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import ConvergenceWarning

from skfocal import FocalLoss

__all__ = ["Timing", "gradient_norm", "time_fits"]

_WARM_UP_ROWS = 200
_HOPELESS = 3.0
_MAX_ROUNDS = 200


@dataclass(frozen=True)
class Timing:
    """What one contender did on one table."""

    seconds: list[float]
    warned: bool
    gradient_norm: float

    @property
    def median(self) -> float:
        """Return the median fit time in seconds."""
        return median(self.seconds)


def time_fits(
    ours: Mapping[str, BaseEstimator],
    rivals: Mapping[str, BaseEstimator],
    X: NDArray[np.float64],
    y: NDArray[np.int64],
    *,
    seconds: float,
) -> dict[str, Timing]:
    """Time fits of all contenders in turn, for about so many seconds and at least three rounds.

    A fit of a few rows is everyone's warm-up. A rival who then takes more than three times as
    long as the quickest rival cannot be the best of them, and is not run again: its single time
    stands.
    """
    contenders = {**ours, **rivals}
    times, warned, norms = {}, {}, {}
    for name, contender in contenders.items():
        _fit_quietly(contender, X[:_WARM_UP_ROWS], y[:_WARM_UP_ROWS])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ConvergenceWarning)
            elapsed, fitted = _timed_fit(contender, X, y)
        times[name], warned[name] = [elapsed], bool(caught)
        norms[name] = gradient_norm(fitted, X, y)
    bound = _HOPELESS * min(times[name][0] for name in rivals)
    in_play = [name for name in contenders if name in ours or times[name][0] <= bound]
    n_rounds = int(seconds / sum(times[name][0] for name in in_play))
    for name in in_play:
        times[name] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for _ in range(min(max(n_rounds, 3), _MAX_ROUNDS)):
            for name in in_play:
                times[name].append(_timed_fit(contenders[name], X, y)[0])
    return {name: Timing(times[name], warned[name], norms[name]) for name in contenders}


def _fit_quietly(contender: BaseEstimator, X: NDArray[np.float64], y: NDArray[np.int64]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        clone(contender).fit(X, y)


def _timed_fit(
    contender: BaseEstimator, X: NDArray[np.float64], y: NDArray[np.int64]
) -> tuple[float, Any]:
    estimator = clone(contender)
    start = time.perf_counter()
    estimator.fit(X, y)
    return time.perf_counter() - start, estimator


def gradient_norm(model: Any, X: NDArray[np.float64], y: NDArray[np.int64]) -> float:
    """Return the largest absolute gradient component of a binary model's own objective.

    As `FocalLogisticRegression` measures it for `tol`: the objective divided by C and the number
    of rows, the columns standardised.
    """
    loss = FocalLoss(getattr(model, "gamma", 0.0))
    slopes = loss.gradient(y, X @ model.coef_[0] + model.intercept_[0]) / len(y)
    by_coef = slopes @ X + model.coef_[0] / (model.C * len(y))
    by_intercept = slopes.sum()
    by_standardized = (by_coef - by_intercept * X.mean(axis=0)) / X.std(axis=0)
    return float(max(np.abs(by_standardized).max(), abs(by_intercept)))
