"""Newton's method on tables with few rows for their parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy import linalg

from skfocal._solver import heuristics
from skfocal._solver.lbfgs import Minimum
from skfocal._solver.objective import FocalObjective
from skfocal._solver.preconditioning import centred_parameters
from skfocal._typing import Floats

__all__ = ["descend_by_newton", "is_small"]

# A step is taken if it shortens the gradient at least by this factor.
_SHORTER = 0.1
# The relative error, as a root, at which there is nothing left to gain.
_ERROR = 1e-12
# Relative to the diagonal, it keeps a factor of a singular matrix finite.
_JITTER = 1e-12


def is_small(objective: FocalObjective) -> bool:
    """Return whether there are few rows for each parameter, and the Hessian is small."""
    size = int(np.prod(objective.parameters_shape))
    few_rows = objective.blocks.shape[0] <= heuristics.NEWTON_ROWS_PER_PARAMETER * size
    return few_rows and size <= heuristics.MAX_NEWTON_PARAMETERS


def descend_by_newton(
    objective: FocalObjective,
    point: Minimum,
    max_iter: int,
    callback: Callable[[Minimum], None] | None,
) -> Minimum:
    """Take Newton's steps from a point near the minimum, as far as rounding allows.

    Where few rows determine many parameters, a small difference from the minimum can still be a
    large one in the parameters.
    """
    solve = _solver_at(objective, point.parameters)
    is_new = True
    while solve is not None and point.n_iter < max_iter:
        step = -solve(point.gradient)
        point = replace(point, excess=-0.5 * float(np.vdot(step, point.gradient)))
        if point.excess <= _ERROR**2 * abs(point.value):
            break
        parameters = point.parameters + step
        value, gradient = objective.value_and_gradient(parameters)
        if np.linalg.norm(gradient) <= _SHORTER * np.linalg.norm(point.gradient):
            excess = 0.5 * float(np.vdot(solve(gradient), gradient))
            point = Minimum(parameters, value, gradient, point.n_iter + 1, excess)
            is_new = False
            if callback is not None:
                callback(point)
        elif is_new:
            break
        else:
            solve = _solver_at(objective, point.parameters)
            is_new = True
    return point


def _solver_at(objective: FocalObjective, parameters: Floats) -> Callable[[Floats], Floats] | None:
    """Return a function that solves with the Hessian, or None where that is not positive."""
    hessian = objective.hessian(parameters)
    diagonal = np.einsum("ii->i", hessian)
    largest = diagonal.max()
    diagonal += _JITTER * largest
    n_rows, n_columns = np.atleast_2d(parameters).shape
    if n_rows > 1:
        # The loss ignores what all classes have in common, and the gradient of it is zero.
        by_class = hessian.reshape(n_rows, n_columns, n_rows, n_columns)
        for column in range(n_columns)[centred_parameters(objective)]:
            by_class[:, column, :, column] += largest / n_rows
    try:
        factor = linalg.cho_factor(hessian, overwrite_a=True, check_finite=False)
    except linalg.LinAlgError:
        return None
    return lambda gradient: linalg.cho_solve(factor, gradient.ravel()).reshape(gradient.shape)
