"""Changes of variables in which the training objective is nearly round."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.linalg import cholesky
from scipy.linalg.lapack import dtrtri

from skfocal._typing import Floats
from skfocal.objective import FocalObjective

__all__ = [
    "ChangeOfVariables",
    "Preconditioner",
    "fits_full_factor",
    "precondition",
    "precondition_diagonally",
]

_MAX_FACTOR_FLOATS = 2**20
_FLOOR = 0.05
_JITTER = 1e-10


@dataclass(frozen=True)
class ChangeOfVariables:
    """Parameters as a linear function of variables in which the curvature is nearly one.

    With ``L`` the Cholesky factor of the curvature, the parameters are ``inv(L)^T`` times the
    variables. Where a full factor would be too large, its diagonal serves.
    """

    inverse_factors: Floats
    """``inv(L)`` for each row of the parameters, of shape (n_rows, n_parameters, n_parameters), or
    its diagonals, of shape (n_rows, n_parameters)."""
    parameters_shape: tuple[int, ...]

    @property
    def is_diagonal(self) -> bool:
        """Say whether the diagonal serves."""
        return self.inverse_factors.ndim == 2

    def forward(self, variables: Floats) -> Floats:
        """Turn a step in the variables, flat, into one in the parameters."""
        rows = variables.reshape(len(self.inverse_factors), -1)
        if self.is_diagonal:
            rows = self.inverse_factors * rows
        else:
            rows = (rows[:, np.newaxis] @ self.inverse_factors)[:, 0]
        return _centre(rows).reshape(self.parameters_shape)

    def adjoint(self, gradient: Floats) -> Floats:
        """Turn a gradient in the parameters into one in the variables, flat."""
        rows = _centre(gradient.reshape(len(self.inverse_factors), -1))
        if self.is_diagonal:
            return (self.inverse_factors * rows).ravel()
        return (self.inverse_factors @ rows[..., np.newaxis]).ravel()


Preconditioner: TypeAlias = Callable[[FocalObjective, Floats], ChangeOfVariables]
"""Measures the curvature of an objective at given parameters."""


def _centre(rows: Floats) -> Floats:
    """Keep the sum over the classes of a softmax, which only the penalty holds, at zero."""
    return rows if len(rows) == 1 else rows - rows.mean(axis=0)


def fits_full_factor(parameters_shape: tuple[int, ...]) -> bool:
    """Say whether full Cholesky factors, one for each row of the parameters, are small enough."""
    return math.prod(parameters_shape) * parameters_shape[-1] <= _MAX_FACTOR_FLOATS


def precondition(objective: FocalObjective, parameters: Floats) -> ChangeOfVariables:
    """Build variables in which an objective has nearly unit curvature at given parameters."""
    if not fits_full_factor(parameters.shape):
        return precondition_diagonally(objective, parameters)
    curvatures = objective.curvature(parameters)
    for curvature in curvatures:
        curvature[:] = _inverse_cholesky(curvature, objective.ridge)
    return ChangeOfVariables(curvatures, parameters.shape)


def precondition_diagonally(objective: FocalObjective, parameters: Floats) -> ChangeOfVariables:
    """Build variables in which the diagonal of the curvature is nearly one."""
    diagonals = objective.curvature_diagonal(parameters)
    inverse_factors = [1 / np.sqrt(_raised(each, objective.ridge)) for each in diagonals]
    return ChangeOfVariables(np.stack(inverse_factors), parameters.shape)


def _inverse_cholesky(curvature: Floats, ridge: Floats) -> Floats:
    """Return the inverse of the Cholesky factor of a matrix, which is overwritten."""
    np.fill_diagonal(curvature, _raised(np.diag(curvature), ridge))
    # A symmetric matrix is its own transpose, and in that order LAPACK works in place.
    factor = cholesky(curvature.T, lower=True, overwrite_a=True, check_finite=False)
    inverse: Floats = dtrtri(factor, lower=True, overwrite_c=True)[0]
    return inverse


def _raised(diagonal: Floats, ridge: Floats) -> Floats:
    """Add the penalty to a diagonal, and what keeps its matrix from being singular.

    A column that is rare in the table may hardly show in the sample that was measured.
    """
    typical = diagonal.max() or 1.0
    raised: Floats = np.maximum(diagonal, _FLOOR * typical) * (1 + _JITTER) + ridge
    return raised
