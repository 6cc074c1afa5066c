"""Covariance of the parameters at a minimum."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from skfocal._solver.objective import FocalObjective
from skfocal._solver.row_blocks import Block, Terms
from skfocal._typing import Floats

__all__ = ["Covariance", "covariance_at"]

# The smallest eigenvalue of a Hessian that determines all parameters, relative to the largest one.
_LEAST_EIGENVALUE = 1e-13


@dataclass(frozen=True)
class Covariance:
    """Covariances of the raw parameters at a point near a minimum."""

    sandwich: Floats
    """Of shape (n_all, n_all), for parameters of shape (n_rows, n_features + 1) in C order."""
    model: Floats
    """The inverse of the summed Hessian, of the same shape."""
    is_fixed: NDArray[np.bool]
    """Parameters that the table says nothing about, of shape (n_features + 1,): coefficients of
    constant columns, and the intercept of a model without one."""
    error: float
    """Estimate of the relative error of the objective at the point, as a root."""


def covariance_at(objective: FocalObjective, parameters: Floats) -> Covariance | None:
    """Return the covariances of the parameters, or None if the Hessian is not positive definite.

    Parameters
    ----------
    objective : FocalObjective
        An objective with a smooth penalty. A sample weight counts as that many rows.
    parameters : ndarray
        Parameters of the standardised columns.

    Notes
    -----
    With ``H`` the Hessian of the objective and ``S`` the covariance of the slopes of a row,
    summed over the rows, the sandwich is ``inv(H) S inv(H)``. For a softmax both are restricted to
    parameters that sum to zero over the classes.
    """
    is_fixed = np.append(objective.columns.inverse_scale == 0, not objective.columns.fit_intercept)
    n_rows = np.atleast_2d(parameters).shape[0]
    basis = np.kron(_contrasts(n_rows), np.eye(len(is_fixed))[:, ~is_fixed])
    hessian = basis.T @ objective.hessian(parameters) @ basis * objective.total_weight
    eigenvalues, vectors = linalg.eigh(hessian)
    if eigenvalues[0] <= _LEAST_EIGENVALUE * eigenvalues[-1]:
        return None
    inverse = vectors / eigenvalues @ vectors.T
    value, gradient = objective.value_and_gradient(parameters)
    slopes = basis.T @ gradient.ravel() * objective.total_weight
    excess = 0.5 * float(slopes @ inverse @ slopes)
    bread = _to_raw(objective, n_rows) @ basis @ inverse
    meat = basis.T @ _slope_covariance(objective, parameters) @ basis
    return Covariance(
        sandwich=bread @ meat @ bread.T,
        model=bread @ hessian @ bread.T,
        is_fixed=is_fixed,
        error=float(np.sqrt(excess / (value * objective.total_weight))) if excess else 0.0,
    )


def _contrasts(n_rows: int) -> Floats:
    """Return an orthonormal basis of the vectors over the classes that sum to zero."""
    if n_rows == 1:
        return np.ones((1, 1))
    return np.asarray(linalg.null_space(np.ones((1, n_rows))))


def _to_raw(objective: FocalObjective, n_rows: int) -> Floats:
    """Return the matrix from the parameters of the standardised columns to the raw ones."""
    unit = np.eye(objective.parameters_shape[-1])
    return np.asarray(np.kron(np.eye(n_rows), objective.columns.raw_parameters(unit).T))


def _slope_covariance(objective: FocalObjective, parameters: Floats) -> Floats:
    """Return the covariance of the slopes of the loss of a row, summed over the rows."""
    n_rows, n_columns = np.atleast_2d(parameters).shape

    def terms(block: Block) -> Terms:
        slopes = objective.row_slopes(block, parameters).reshape(-1, n_rows)
        weights = np.ones(len(slopes)) if block.weights is None else block.weights
        design = objective.columns.design(block.X)
        products = np.empty((n_rows, n_columns, n_rows, n_columns))
        for k, j in combinations_with_replacement(range(n_rows), 2):
            by_row = weights * slopes[:, k] * slopes[:, j]
            gram = (design * by_row[:, np.newaxis]).T @ design
            products[k, :, j] = products[j, :, k] = gram
        first = (weights[:, np.newaxis] * slopes).T @ design
        return products.reshape(parameters.size, -1), first.ravel(), weights.sum()

    products, first, total = objective.blocks.sum(terms, parameters.size**2)
    return np.asarray(products - np.outer(first, first) / total)
