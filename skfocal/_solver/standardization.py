"""Standardised columns without a copy of the table."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils import assert_all_finite

from skfocal._solver.matrices import Matrix, csr_of, parts, weighted_row_sums
from skfocal._solver.row_blocks import Block, RowBlocks, Terms
from skfocal._solver.threads import Map
from skfocal._typing import Floats

__all__ = ["Standardization", "check_finite", "standardize"]

# A column whose standard deviation is below this share of its mean is constant up to rounding.
_CONSTANT = 1e-15
# The largest ratio of mean to standard deviation at which products of raw columns can be centred:
# its square times the rounding error is below the jitter of a preconditioner.
_FAR = 30
# Its square is finite in single precision.
_FARTHEST = 1e18


@dataclass(frozen=True)
class Standardization:
    """Centred columns of unit variance, whose coefficients are linear in the raw ones.

    A constant column has an inverse scale of 0 if there is an intercept: its coefficient stays 0.
    """

    mean: Floats
    """Column means, of shape (n_features,); zero without an intercept."""
    inverse_scale: Floats
    """One over the standard deviations; without an intercept, over the root mean squares."""
    fit_intercept: bool

    def take(self, chosen: NDArray[np.intp]) -> Standardization:
        """Return some of the columns."""
        return Standardization(self.mean[chosen], self.inverse_scale[chosen], self.fit_intercept)

    def raw_parameters(self, parameters: Floats) -> Floats:
        """Return the parameters of the raw columns for those of the standardised ones."""
        raw = np.empty_like(parameters)
        raw[..., :-1] = parameters[..., :-1] * self.inverse_scale
        raw[..., -1] = parameters[..., -1] * self.fit_intercept - raw[..., :-1] @ self.mean
        return raw

    def standardized_parameters(self, raw: Floats) -> Floats:
        """Return the parameters of the standardised columns for those of the raw ones."""
        used = self.inverse_scale > 0
        parameters = np.zeros_like(raw)
        np.divide(raw[..., :-1], self.inverse_scale, out=parameters[..., :-1], where=used)
        parameters[..., -1] = raw[..., -1] * self.fit_intercept + raw[..., :-1] @ self.mean
        return parameters

    def gradient(self, by_coef: Floats, by_intercept: Floats) -> Floats:
        """Return the gradient in the standardised parameters for derivatives in the raw ones."""
        by_intercept = np.asarray(by_intercept)[..., np.newaxis]
        gradient = np.empty((*by_coef.shape[:-1], by_coef.shape[-1] + 1))
        np.subtract(by_coef, by_intercept * self.mean, out=gradient[..., :-1])
        gradient[..., :-1] *= self.inverse_scale
        gradient[..., -1:] = by_intercept * self.fit_intercept
        return gradient

    def gram(self, block: Matrix, weights: Floats) -> Floats:
        """Return the weighted sum over a block's rows of their outer products, standardised.

        Parameters
        ----------
        block : ndarray or sparse array of shape (n_block, n_features)
            Raw rows.
        weights : ndarray of shape (n_block,)
            Their weights, >= 0.

        Returns
        -------
        gram : ndarray of shape (n_features + 1, n_features + 1)
            The last row and column are those of the intercept.
        """
        roots = np.sqrt(weights)[:, np.newaxis]
        if np.abs(self.mean * self.inverse_scale).max() < _FAR:
            return self._centred(_products(block, roots))
        if sparse.issparse(block):
            return reduce(
                add,
                (self.gram(block[rows].toarray(), weights[rows]) for rows in parts(len(weights))),
                np.zeros((block.shape[1] + 1, block.shape[1] + 1)),  # of no rows
            )
        design = self.design(block)
        design *= roots
        return design.T @ design

    def design(self, block: Matrix) -> Floats:
        """Return a block's standardised columns and a column of ones."""
        design = np.empty((block.shape[0], block.shape[1] + 1))
        dense = block.toarray() if sparse.issparse(block) else block
        np.subtract(dense, self.mean, out=design[:, :-1])
        design[:, :-1] *= self.inverse_scale
        design[:, -1] = self.fit_intercept
        return design

    def single_design(self, block: Matrix, map_: Map) -> NDArray[np.float32]:
        """Return a dense block's standardised columns and a column of ones, in float32."""
        design = np.empty((block.shape[0], block.shape[1] + 1), np.float32)
        design[:, -1] = self.fit_intercept

        def fill(part: slice) -> None:
            deviations = block[:, part] - self.mean[part]
            deviations *= self.inverse_scale[part]
            # Such rows have zero curvature, and infinity times zero would be nan.
            np.clip(
                deviations, -_FARTHEST, _FARTHEST, out=design[:, :-1][:, part], casting="same_kind"
            )

        deque(map_(fill, parts(block.shape[1])), maxlen=0)
        return design

    def _centred(self, products: Floats) -> Floats:
        """Turn products of raw columns and of ones, in place, into those of standardised columns.

        Columns whose mean is large compared with their spread would lose all digits.
        """
        first, total = products[:-1, -1].copy(), products[-1, -1]
        centred_first = first - self.mean * total
        left = np.column_stack([first, self.mean])
        right = np.vstack([self.mean, centred_first])
        # By parts, because an array of the whole size would take too much memory.
        for part in parts(len(first)):
            products[part, :-1] -= left[part] @ right
        products[:-1, :-1] *= self.inverse_scale
        products[:-1, :-1] *= self.inverse_scale[:, np.newaxis]
        by_intercept = centred_first * self.inverse_scale * self.fit_intercept
        products[-1, :-1] = products[:-1, -1] = by_intercept
        products[-1, -1] = total * self.fit_intercept
        return products


def _products(block: Matrix, roots: Floats) -> Floats:
    """Return the weighted products of a block's columns and a column of ones."""
    n_block, n_features = block.shape
    if not sparse.issparse(block):
        design = np.empty((n_block, n_features + 1))
        np.multiply(block, roots, out=design[:, :-1])
        design[:, -1:] = roots
        return design.T @ design
    weighted = block.multiply(roots).tocsr()
    of_columns = (weighted.T @ weighted).tocsr()
    products = np.empty((n_features + 1, n_features + 1))
    for part in parts(n_features):
        products[part, :-1] = of_columns[part].toarray()
    products[-1, :-1] = products[:-1, -1] = (weighted.T @ roots)[:, 0]
    products[-1, -1] = np.vdot(roots, roots)
    return products


def standardize(blocks: RowBlocks, *, fit_intercept: bool) -> Standardization:
    """Measure the columns in one pass.

    The inverse scale of a column is nan if a value in it is not finite, or its square is not.

    Notes
    -----
    Deviations are taken from a rough centre, so that a column whose mean is far larger than its
    spread keeps its digits.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        centre, spread = blocks.rough_moments()
        # Zero is as good a centre, and needs no copy of the column.
        centre[np.abs(centre) <= _FAR * spread] = 0
    far = np.flatnonzero(centre)

    def terms(block: Block) -> Terms:
        # Inside, not as a decorator: a function is sent to other machines.
        with np.errstate(over="ignore", invalid="ignore"):
            X, weights = block.X, block.weights
            if blocks.is_sparse:
                return _sparse_moments(X, weights, centre)
            if far.size == len(centre):
                return _moments(X - centre, weights)
            total, first, second = _moments(X, weights)
            if far.size:
                _, first[far], second[far] = _moments(X[:, far] - centre[far], weights)
            return total, first, second

    with np.errstate(over="ignore", invalid="ignore"):
        total, first, second = blocks.sum(terms, 2 * blocks.shape[1])
        offset = first / total
        mean = centre + offset
        variance = np.maximum(second / total - offset**2, 0)
        scale = np.sqrt(variance if fit_intercept else variance + mean**2)
        constant = scale <= _CONSTANT * np.abs(mean)
        inverse_scale = np.divide(1.0, scale, out=np.zeros_like(scale), where=~constant)
        inverse_scale[~np.isfinite(scale)] = np.nan
    if not fit_intercept:
        mean = np.zeros_like(mean)
    return Standardization(mean, inverse_scale, fit_intercept)


def _moments(deviations: Floats, weights: Floats | None) -> Terms:
    """Return the total weight and the weighted sums of the rows and of their squares."""
    if weights is None:
        ones = np.ones(len(deviations))
        squares = np.einsum("ij,ij->j", deviations, deviations)
        return ones.sum(), weighted_row_sums(ones, deviations), squares
    squares = np.einsum("i,ij,ij->j", weights, deviations, deviations)
    return weights.sum(), weighted_row_sums(weights, deviations), squares


def _sparse_moments(block: Matrix, weights: Floats | None, centre: Floats) -> Terms:
    """Return the total weight and moments about a centre, from a block's stored entries."""
    if weights is None:
        weights = np.ones(block.shape[0])

    def weighted_sum(data: Floats) -> Floats:
        return np.asarray(weights @ csr_of(data, block.indices, block.indptr, len(centre)))

    total = weights.sum()
    if not centre.any():  # the usual case, and half of the work
        return total, weighted_sum(block.data), weighted_sum(block.data**2)
    deviations = block.data - centre[block.indices]
    missing = total - weighted_sum(np.ones_like(deviations))
    first = weighted_sum(deviations) - missing * centre
    return total, first, weighted_sum(deviations**2) + missing * centre**2


def check_finite(X: Matrix, columns: Standardization, estimator_name: str) -> None:
    """Raise ValueError if a value of a table, or the square of one, is not a finite number."""
    beyond = np.flatnonzero(np.isnan(columns.inverse_scale))
    if len(beyond) == 0:
        return
    assert_all_finite(X, input_name="X", estimator_name=estimator_name)
    msg = (
        "X must hold values whose squares are finite numbers, but the column of index "
        f"{beyond[0]} does not. Rescale it."
    )
    raise ValueError(msg)
