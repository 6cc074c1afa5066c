"""Changes of variables in which the Hessian of the training objective is nearly the identity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky
from scipy.linalg.blas import strsv
from scipy.linalg.lapack import dtrtri, spotrf

from skfocal._solver import heuristics
from skfocal._solver.matrices import parts
from skfocal._solver.objective import FocalObjective
from skfocal._solver.row_blocks import ArrayBlocks
from skfocal._typing import Floats

__all__ = [
    "Change",
    "ChangeOfVariables",
    "SingleChangeOfVariables",
    "centre",
    "centred_parameters",
    "diagonal_scales",
    "fits_double_factor",
    "fits_full_factor",
    "is_factored_in_single",
    "precondition",
    "precondition_diagonally",
    "raised_diagonal",
]

_ALL, _INTERCEPT = slice(None), slice(-1, None)
# Relative to the diagonal, they keep a factor of a singular matrix finite in either precision.
_JITTER = 1e-10
# Tried in this order, until the factor in single precision exists.
_SINGLE_JITTERS = (1e-6, 1e-5, 1e-4, 1e-3)
# Smaller diagonal entries of a factor in single precision have lost their digits.
_LEAST_PIVOT = 1e-2
# Smaller numbers, and their squares, are beyond the range of single precision.
_LEAST_CURVATURE, _LEAST_SCALE = 1e-30, 1e-18


@dataclass(frozen=True)
class ChangeOfVariables:
    """Parameters as a linear function of variables in which the Hessian is nearly the identity.

    With ``L`` the Cholesky factor of the curvature, the parameters are ``inv(L)^T`` times the
    variables. If a full factor would be too large, only the diagonal of the curvature is used.
    """

    inverse_factors: Floats
    """``inv(L)`` for each row of the parameters, of shape (n_rows, n_parameters, n_parameters), or
    its diagonals, of shape (n_rows, n_parameters)."""
    parameters_shape: tuple[int, ...]
    centred: slice
    """Parameters whose sum over the classes stays zero."""

    @property
    def is_diagonal(self) -> bool:
        """Return whether only the diagonal of the curvature is used."""
        return self.inverse_factors.ndim == 2

    def forward(self, variables: Floats) -> Floats:
        """Return a step in the parameters for one in the variables, which is flat."""
        rows = variables.reshape(len(self.inverse_factors), -1)
        if self.is_diagonal:
            rows = self.inverse_factors * rows
        else:
            rows = (rows[:, np.newaxis] @ self.inverse_factors)[:, 0]
        return centre(rows, self.centred).reshape(self.parameters_shape)

    def adjoint(self, gradient: Floats) -> Floats:
        """Return the gradient in the variables, flat, for one in the parameters."""
        rows = centre(gradient.reshape(len(self.inverse_factors), -1), self.centred)
        if self.is_diagonal:
            return (self.inverse_factors * rows).ravel()
        return (self.inverse_factors @ rows[..., np.newaxis]).ravel()


@dataclass(frozen=True)
class SingleChangeOfVariables:
    """`ChangeOfVariables` with large factors, in half the memory and time.

    The curvature is scaled to a unit diagonal before it is rounded to single precision, so that
    columns may have any unit. The factors are not inverted, which would take as long as computing
    them.
    """

    factors: NDArray[np.float32]
    """``L^T`` for each row of the parameters, in the upper triangles, of shape (n_rows,
    n_parameters, n_parameters)."""
    scales: Floats
    """Scales that make the diagonals one, of shape (n_rows, n_parameters)."""
    parameters_shape: tuple[int, ...]
    centred: slice
    """Parameters whose sum over the classes stays zero."""

    is_diagonal: ClassVar[bool] = False

    def forward(self, variables: Floats) -> Floats:
        """Return a step in the parameters for one in the variables, which is flat."""
        rows = self._solved(variables.reshape(self.scales.shape), transposed=True)
        return centre(rows * self.scales, self.centred).reshape(self.parameters_shape)

    def adjoint(self, gradient: Floats) -> Floats:
        """Return the gradient in the variables, flat, for one in the parameters."""
        rows = centre(gradient.reshape(self.scales.shape), self.centred)
        return self._solved(rows * self.scales, transposed=False).ravel()

    def _solved(self, rows: Floats, *, transposed: bool) -> Floats:
        """Solve with ``L``, or with its transpose."""
        pairs = zip(self.factors, rows.astype(np.float32), strict=True)
        return np.array(
            [strsv(factor.T, row, lower=True, trans=transposed) for factor, row in pairs],
            dtype=np.float64,
        )


Change: TypeAlias = ChangeOfVariables | SingleChangeOfVariables
"""A change of variables in double or in single precision."""


def centre(rows: Floats, centred: slice) -> Floats:
    """Make the sum of parameters over the classes of a softmax, which the loss ignores, zero.

    Parameters
    ----------
    rows : ndarray of shape (..., n_rows, n_parameters)
        One row for each class, or a single one for two classes.
    centred : slice
        Which parameters.
    """
    if rows.shape[-2] == 1:
        return rows
    result = rows.copy()
    result[..., centred] -= rows[..., centred].mean(axis=-2, keepdims=True)
    return result


def centred_parameters(objective: FocalObjective) -> slice:
    """Return the parameters whose best values sum to zero over the classes."""
    return _ALL if objective.penalty.is_centred else _INTERCEPT


def fits_double_factor(parameters_shape: tuple[int, ...]) -> bool:
    """Return whether Cholesky factors, one for each row of the parameters, are small enough."""
    return _factor_floats(parameters_shape) <= heuristics.MAX_FACTOR_FLOATS


def is_factored_in_single(objective: FocalObjective) -> bool:
    """Return whether an objective's factors are computed in single precision."""
    n_floats = _factor_floats(objective.parameters_shape)
    return (
        heuristics.MIN_SINGLE_FLOATS < n_floats <= heuristics.MAX_SINGLE_FLOATS
        and isinstance(objective.blocks, ArrayBlocks)
        and not objective.blocks.is_sparse
    )


def fits_full_factor(objective: FocalObjective) -> bool:
    """Return whether an objective's factors are small enough, in double or single precision."""
    return is_factored_in_single(objective) or fits_double_factor(objective.parameters_shape)


def _factor_floats(parameters_shape: tuple[int, ...]) -> int:
    return math.prod(parameters_shape) * parameters_shape[-1]


def precondition(objective: FocalObjective, parameters: Floats) -> Change:
    """Return variables in which the Hessian at given parameters is nearly the identity."""
    in_double = fits_double_factor(parameters.shape)
    if is_factored_in_single(objective):
        change = _precondition_in_single(objective, parameters, careful=in_double)
        if change is not None:
            return change
    if not in_double:
        return precondition_diagonally(objective, parameters)
    curvatures = objective.curvature(parameters)
    penalties = objective.penalty_curvature(parameters)
    for curvature, penalty in zip(curvatures, penalties, strict=True):
        curvature[:] = _inverse_cholesky(curvature, penalty)
    return ChangeOfVariables(curvatures, parameters.shape, centred_parameters(objective))


def precondition_diagonally(objective: FocalObjective, parameters: Floats) -> ChangeOfVariables:
    """Return variables in which the diagonal of the Hessian is nearly one."""
    scales = diagonal_scales(objective, parameters)
    return ChangeOfVariables(scales, parameters.shape, centred_parameters(objective))


def diagonal_scales(objective: FocalObjective, parameters: Floats) -> Floats:
    """Return one over the roots of the diagonal of the Hessian, of shape (n_rows, n_columns)."""
    return _scales(objective, objective.curvature_diagonal(parameters), parameters)


def _scales(objective: FocalObjective, diagonals: Floats, parameters: Floats) -> Floats:
    """Return one over the roots of the curvature of loss and penalty in each parameter."""
    penalties = objective.penalty_curvature(parameters)
    return np.stack(
        [
            1 / np.sqrt(raised_diagonal(diagonal, penalty))
            for diagonal, penalty in zip(diagonals, penalties, strict=True)
        ]
    )


def _precondition_in_single(
    objective: FocalObjective, parameters: Floats, *, careful: bool
) -> SingleChangeOfVariables | None:
    """Return variables in single precision, or None if that precision does not suffice.

    With `careful`, nearly collinear columns do not suffice either.
    """
    curvatures = objective.curvature_in_single(parameters)
    diagonals = np.einsum("kii->ki", curvatures).astype(np.float64)
    scales = _scales(objective, diagonals, parameters)
    if diagonals.max(axis=1).min() < _LEAST_CURVATURE or scales.min() < _LEAST_SCALE:
        return None
    jitters = _SINGLE_JITTERS[:1] if careful else _SINGLE_JITTERS
    for curvature, scale in zip(curvatures, scales.astype(np.float32), strict=True):
        if not _factorized(curvature, scale, jitters):
            return None
        if careful and np.diag(curvature).min() < _LEAST_PIVOT:
            return None
    centred = centred_parameters(objective)
    return SingleChangeOfVariables(curvatures, scales, parameters.shape, centred)


def _factorized(
    matrix: NDArray[np.float32], scale: NDArray[np.float32], jitters: Sequence[float]
) -> bool:
    """Scale a matrix given by its lower triangle; write its factor to the upper one.

    The diagonal becomes one plus the smallest of the jitters that makes the factorisation succeed.

    Returns
    -------
    success : bool
        Whether the matrix is positive definite.
    """
    matrix *= scale
    matrix *= scale[:, np.newaxis]
    for jitter in jitters:
        _mirror(matrix)
        np.fill_diagonal(matrix, 1 + jitter)
        # The transpose is in Fortran order, so LAPACK works in place.
        if spotrf(matrix.T, lower=True, clean=False, overwrite_a=True)[1] == 0:
            return True
    return False


def _mirror(matrix: NDArray[np.float32]) -> None:
    """Copy the lower triangle of a matrix to the upper one, band by band."""
    for band in parts(len(matrix)):
        matrix[: band.start, band] = matrix[band, : band.start].T
        square = matrix[band, band]
        square[:] = np.tril(square) + np.tril(square, -1).T


def _inverse_cholesky(curvature: Floats, penalty: Floats) -> Floats:
    """Return the inverse of the Cholesky factor of a matrix, which is overwritten."""
    np.fill_diagonal(curvature, raised_diagonal(np.diag(curvature), penalty))
    # The transpose is the same matrix in Fortran order, so LAPACK works in place.
    factor = cholesky(curvature.T, lower=True, overwrite_a=True, check_finite=False)
    inverse: Floats = dtrtri(factor, lower=True, overwrite_c=True)[0]
    return inverse


def raised_diagonal(diagonal: Floats, penalty: Floats) -> Floats:
    """Add the penalty to a diagonal, raised so that the matrix is not singular.

    The floor is for columns that are almost constant in the sample on which they are measured.
    """
    typical = diagonal.max() or 1.0
    raised: Floats = (
        np.maximum(diagonal, heuristics.CURVATURE_FLOOR * typical) * (1 + _JITTER) + penalty
    )
    return raised
