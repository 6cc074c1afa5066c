"""Newton's method on tables with few rows for their parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from scipy import linalg

from skfocal._solver import heuristics
from skfocal._solver.lbfgs import Minimum
from skfocal._solver.objective import FocalObjective
from skfocal._solver.preconditioning import centred_parameters
from skfocal._typing import Floats

__all__ = ["descend_by_newton", "is_small"]

NewtonSteps: TypeAlias = Callable[[Floats], tuple[Floats, float]]
"""Returns the step for a gradient, and the descent that it predicts."""

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
    step_at = None
    while point.n_iter < max_iter:
        is_new = step_at is None
        if step_at is None:
            step_at = _newton_steps(objective, point.parameters)
            if step_at is None:
                break
            step, excess = step_at(point.gradient)
            point = replace(point, excess=excess)
        if point.excess <= _ERROR**2 * abs(point.value):
            break
        parameters = point.parameters + step
        value, gradient = objective.value_and_gradient(parameters)
        if np.linalg.norm(gradient) <= _SHORTER * np.linalg.norm(point.gradient):
            step, excess = step_at(gradient)
            point = Minimum(parameters, value, gradient, point.n_iter + 1, excess)
            if callback is not None:
                callback(point)
        elif is_new:
            break
        else:
            step_at = None
    return point


def _newton_steps(objective: FocalObjective, parameters: Floats) -> NewtonSteps | None:
    """Return Newton's steps with the Hessian at some parameters, or None if it is not positive."""
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

    def step_at(gradient: Floats) -> tuple[Floats, float]:
        step = -linalg.cho_solve(factor, gradient.ravel(), check_finite=False)
        return step.reshape(gradient.shape), -0.5 * float(step @ gradient.ravel())

    return step_at
