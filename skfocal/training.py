"""Minimisation of the training objective: first on samples, then on the whole table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skfocal._typing import Floats
from skfocal.lbfgs import Minimum, minimize
from skfocal.objective import FocalObjective
from skfocal.preconditioning import Standardization, fits_full_factor, precondition
from skfocal.sampling import subsample

__all__ = ["gradient_norm", "train"]

_SAMPLE_ROWS = 2048
_SAMPLE_ROWS_PER_FEATURE = 16
_SAMPLE_GROWTH = 8
_MAX_SAMPLE_FLOATS = 2**22
_SAMPLE_TOL = 3e-4
_ITERATIONS_PER_FACTOR = 30


def train(
    objective: FocalObjective,
    columns: Standardization,
    start: Floats,
    *,
    tol: float,
    max_iter: int,
    start_is_good: bool = False,
) -> Minimum:
    """Minimise an objective.

    Parameters
    ----------
    objective : FocalObjective
        That of the whole table.
    columns : Standardization
        Its columns.
    start : ndarray
        Raw parameters to begin with.
    tol : float
        What `gradient_norm` is to fall below.
    max_iter : int
        The most L-BFGS iterations over the whole table.
    start_is_good : bool, default=False
        Whether `start` comes from a similar fit, so that samples could only lead away from it.

    Notes
    -----
    The minimum on a sample is near that of the table, and the curvature measured there makes the
    objective nearly round: the table itself is then read a few times only.
    """
    curved = objective
    for n_rows in _sample_sizes(objective):
        sample = subsample(objective, n_rows)
        if not start_is_good:
            curved = sample if curved is objective else curved
            sample_tol = max(tol, _SAMPLE_TOL)
            start = _descend(sample, curved, columns, start, sample_tol, max_iter).parameters
        curved = sample
    return _descend(objective, curved, columns, start, tol, max_iter)


def gradient_norm(columns: Standardization, gradient: Floats) -> float:
    """Return the largest absolute component of a gradient in the standardised parameters."""
    return float(np.abs(columns.gradient(gradient)).max())


def _sample_sizes(objective: FocalObjective) -> list[int]:
    n_samples, n_features = objective.blocks.shape
    if not fits_full_factor(objective.parameters_shape):
        return []
    largest = min(n_samples // 4, _MAX_SAMPLE_FLOATS // n_features)
    size = max(_SAMPLE_ROWS, _SAMPLE_ROWS_PER_FEATURE * n_features)
    sizes: list[int] = []
    while size <= largest and len(sizes) < 2:
        sizes.append(size)
        size *= _SAMPLE_GROWTH
    return sizes


def _descend(
    objective: FocalObjective,
    curved: FocalObjective,
    columns: Standardization,
    parameters: Floats,
    tol: float,
    max_iter: int,
) -> Minimum:
    """Minimise from `parameters`, measuring the curvature of `curved` anew every so often."""

    def is_converged(gradient: Floats) -> bool:
        return gradient_norm(columns, gradient) <= tol

    n_iter, by_gradient = 0, False
    while True:
        most = min(max_iter - n_iter, _ITERATIONS_PER_FACTOR)
        minimum = minimize(
            objective.value_and_gradient,
            parameters,
            precondition(curved, columns, parameters),
            is_converged=is_converged,
            max_iter=most,
            by_gradient=by_gradient,
        )
        n_iter += minimum.n_iter
        out_of_descent = minimum.n_iter < most
        if is_converged(minimum.gradient) or n_iter >= max_iter or (out_of_descent and by_gradient):
            return replace(minimum, n_iter=n_iter)
        by_gradient = out_of_descent
        parameters = minimum.parameters
