"""Changes of variables in which the training objective is nearly round."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.linalg import cholesky, solve_triangular

from skfocal._typing import Floats
from skfocal.blocks import Matrix, RowBlocks
from skfocal.objective import FocalObjective

__all__ = [
    "ChangeOfVariables",
    "Standardization",
    "fits_full_factor",
    "precondition",
    "standardize",
]

_MAX_FACTOR_FLOATS = 2**21
# Relative to the rounding of the values themselves: what varies less does not vary.
_CONSTANT = 1e-15
_FLOOR = 0.05
_JITTER = 1e-10


@dataclass(frozen=True)
class Standardization:
    """Columns centred and of unit variance, whose coefficients are linear in the raw ones.

    A constant column beside an intercept has an inverse scale of 0: its coefficient stays 0.
    """

    mean: Floats
    """Column means, of shape (n_features,); zero without an intercept."""
    inverse_scale: Floats
    """One over the standard deviations; without an intercept, over the root mean squares."""
    fit_intercept: bool

    def raw_parameters(self, parameters: Floats) -> Floats:
        """Turn parameters of the standardised columns into those of the raw ones."""
        raw = np.empty_like(parameters)
        raw[..., :-1] = parameters[..., :-1] * self.inverse_scale
        raw[..., -1] = parameters[..., -1] * self.fit_intercept - raw[..., :-1] @ self.mean
        return raw

    def gradient(self, raw_gradient: Floats) -> Floats:
        """Turn a gradient in the raw parameters into one in the standardised ones."""
        gradient = np.empty_like(raw_gradient)
        centred = raw_gradient[..., :-1] - raw_gradient[..., -1:] * self.mean
        gradient[..., :-1] = centred * self.inverse_scale
        gradient[..., -1] = raw_gradient[..., -1] * self.fit_intercept
        return gradient

    def design(self, block: Matrix) -> Floats:
        """Return the standardised columns of a block, and a last one for the intercept."""
        design = np.empty((block.shape[0], block.shape[1] + 1))
        design[:, :-1] = block.toarray() if sparse.issparse(block) else block
        design[:, :-1] -= self.mean
        design[:, :-1] *= self.inverse_scale
        design[:, -1] = self.fit_intercept
        return design


def standardize(
    blocks: RowBlocks, sample_weight: Floats | None, *, fit_intercept: bool
) -> Standardization:
    """Measure the columns in one pass. The means are finite if and only if the table is.

    Notes
    -----
    Deviations are taken from a rough centre, so that a column whose mean is far larger than its
    spread keeps its digits. A sparse table has its centre at zero.
    """
    centre = blocks.rough_centre()

    def terms(block: Matrix, rows: slice) -> tuple[float, Floats, Floats]:
        weights = np.ones(block.shape[0]) if sample_weight is None else sample_weight[rows]
        if sparse.issparse(block):
            return weights.sum(), weights @ block, weights @ block.power(2)
        deviations = block - centre
        first = weights @ deviations
        np.square(deviations, out=deviations)
        return weights.sum(), first, weights @ deviations

    with np.errstate(over="ignore", invalid="ignore"):
        total, first, second = blocks.sum(terms, 2 * blocks.shape[1])
        offset = first / total
        mean = centre + offset
        variance = np.maximum(second / total - offset**2, 0)
        scale = np.sqrt(variance if fit_intercept else variance + mean**2)
        used = scale > _CONSTANT * np.abs(mean)
        inverse_scale = np.divide(1.0, scale, out=np.zeros_like(scale), where=used)
    if not fit_intercept:
        mean = np.zeros_like(mean)
    return Standardization(mean, inverse_scale, fit_intercept)


@dataclass(frozen=True)
class ChangeOfVariables:
    """Raw parameters as a linear function of variables in which the curvature is nearly one.

    With ``L`` the Cholesky factor of the curvature in the standardised parameters, these are
    ``inv(L)^T`` times the variables. Where a full factor would be too large, its diagonal serves.
    """

    columns: Standardization
    parameters_shape: tuple[int, ...]
    inverse_factors: Floats
    """``inv(L)`` for each row of the parameters, of shape (n_rows, n_features + 1,
    n_features + 1), or its diagonals, of shape (n_rows, n_features + 1)."""

    def forward(self, variables: Floats) -> Floats:
        """Turn a step in the variables, flat, into one in the raw parameters."""
        rows = variables.reshape(len(self.inverse_factors), -1)
        if self.inverse_factors.ndim == 2:
            rows = self.inverse_factors * rows
        else:
            rows = (rows[:, np.newaxis] @ self.inverse_factors)[:, 0]
        return self.columns.raw_parameters(_centre(rows).reshape(self.parameters_shape))

    def adjoint(self, gradient: Floats) -> Floats:
        """Turn a gradient in the raw parameters into one in the variables, flat."""
        rows = self.columns.gradient(gradient).reshape(len(self.inverse_factors), -1)
        rows = _centre(rows)
        if self.inverse_factors.ndim == 2:
            return (self.inverse_factors * rows).ravel()
        return (self.inverse_factors @ rows[..., np.newaxis]).ravel()


def _centre(rows: Floats) -> Floats:
    """Keep the sum over the classes of a softmax, which only the penalty holds, at zero."""
    return rows if len(rows) == 1 else rows - rows.mean(axis=0)


def fits_full_factor(parameters_shape: tuple[int, ...]) -> bool:
    """Say whether full Cholesky factors, one for each row of the parameters, are small enough."""
    return math.prod(parameters_shape) * parameters_shape[-1] <= _MAX_FACTOR_FLOATS


def precondition(
    objective: FocalObjective, columns: Standardization, parameters: Floats
) -> ChangeOfVariables:
    """Build variables in which the objective has nearly unit curvature at given parameters.

    Parameters
    ----------
    objective : FocalObjective
        That of the table, or of a sample of it.
    columns : Standardization
        The columns of the whole table.
    parameters : ndarray
        Raw parameters at which to measure the curvature.
    """
    penalty = np.append(objective.penalty * columns.inverse_scale**2, 0.0)
    full = fits_full_factor(parameters.shape)
    measure, invert = (_gram, _inverse_cholesky) if full else (_gram_diagonal, _inverse_root)
    curvatures = measure(objective, columns, parameters)
    inverse_factors = np.stack([invert(curvature, penalty) for curvature in curvatures])
    return ChangeOfVariables(columns, parameters.shape, inverse_factors)


def _gram(objective: FocalObjective, columns: Standardization, parameters: Floats) -> Floats:
    """Return the curvature of each row of the parameters, (n_rows, n_parameters, n_parameters)."""

    def terms(block: Matrix, rows: slice) -> tuple[Floats]:
        curvatures = objective.row_curvatures(block, rows, parameters)
        roots = np.sqrt(curvatures).reshape(len(curvatures), -1)
        design = columns.design(block)
        grams = [(weighted := design * root[:, np.newaxis]).T @ weighted for root in roots.T]
        return (np.stack(grams),)

    gram: Floats = objective.blocks.sum(terms, parameters.size * parameters.shape[-1])[0]
    return gram


def _gram_diagonal(
    objective: FocalObjective, columns: Standardization, parameters: Floats
) -> Floats:
    """Return the diagonals of `_gram` without forming it, (n_rows, n_parameters)."""

    def terms(block: Matrix, rows: slice) -> tuple[Floats, Floats, Floats]:
        curvatures = objective.row_curvatures(block, rows, parameters)
        curvatures = curvatures.reshape(len(curvatures), -1).T
        squares = block.power(2) if sparse.issparse(block) else np.square(block, dtype=np.float64)
        return curvatures.sum(axis=1, keepdims=True), curvatures @ block, curvatures @ squares

    total, first, second = objective.blocks.sum(terms, parameters.size)
    about_mean = second - 2 * columns.mean * first + columns.mean**2 * total
    by_column = np.maximum(about_mean, 0) * columns.inverse_scale**2
    return np.hstack([by_column, total * columns.fit_intercept])


def _inverse_cholesky(curvature: Floats, penalty: Floats) -> Floats:
    raised = curvature.copy()
    np.fill_diagonal(raised, _raised(np.diag(curvature), penalty))
    factor = cholesky(raised, lower=True, overwrite_a=True, check_finite=False)
    inverse: Floats = solve_triangular(factor, np.eye(len(factor)), lower=True, check_finite=False)
    return inverse


def _inverse_root(curvature: Floats, penalty: Floats) -> Floats:
    return 1 / np.sqrt(_raised(curvature, penalty))


def _raised(diagonal: Floats, penalty: Floats) -> Floats:
    """Add the penalty to a diagonal, and what keeps the factor from being singular."""
    typical = diagonal.max() or 1.0
    # A column that is rare in the table may be absent from the sample.
    raised: Floats = np.maximum(diagonal, _FLOOR * typical) * (1 + _JITTER) + penalty
    return raised
