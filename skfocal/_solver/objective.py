"""The training objective of a linear model: focal loss, row blocks, ridge penalty, intercept."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import product
from operator import iadd

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skfocal._solver.row_blocks import (
    Matrix,
    RowBlocks,
    Terms,
    in_float64,
    linear_map,
    parts,
    weighted_row_sums,
)
from skfocal._solver.standardization import Standardization
from skfocal._solver.threads import Map
from skfocal._typing import Floats, Integers
from skfocal.losses import FocalLoss

__all__ = ["FocalObjective"]

_MAX_RIDGE = 1e300
_SQUARED_ROWS = 64


@dataclass(frozen=True)
class FocalObjective:
    """Mean focal loss of a linear model plus a ridge penalty, as a function of its parameters.

    The parameters are the coefficients of the standardised columns and a last one for the
    intercept, in an array of shape (n_features + 1,) for two classes and (n_classes,
    n_features + 1) for more. The penalty is on the coefficients of the raw columns.

    Notes
    -----
    With ``w`` the raw coefficients the objective is
    ``sum_i s_i alpha_i FL_i / sum_i s_i alpha_i + penalty ||w||^2 / 2``.
    """

    blocks: RowBlocks
    columns: Standardization
    codes: Integers
    """Class index of each row, of shape (n_samples,)."""
    n_classes: int
    loss: FocalLoss
    penalty: float
    total_weight: float
    class_weight: Floats | None = None
    """Weights of the classes, of shape (n_classes,), or None for 1."""
    sample_weight: Floats | None = None
    """Weights of the rows, of shape (n_samples,), or None for 1."""

    @property
    def parameters_shape(self) -> tuple[int, ...]:
        """Return the shape of the parameters."""
        n_parameters = self.blocks.shape[1] + 1
        return (n_parameters,) if self.n_classes == 2 else (self.n_classes, n_parameters)

    @cached_property
    def ridge(self) -> Floats:
        """Return the penalty's curvature in each parameter, of shape (n_features + 1,)."""
        # A column of next to no spread has a coefficient of next to nothing, not one of nan.
        with np.errstate(over="ignore"):
            ridge = np.square(np.sqrt(self.penalty) * self.columns.inverse_scale)
        return np.append(np.minimum(ridge, _MAX_RIDGE), 0.0)

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the objective and its gradient. Reads the table once."""
        logits_of = self._linear_map(parameters)

        def terms(block: Matrix, rows: slice) -> Terms:
            block = in_float64(block)
            value, slopes = self.loss.value_and_gradient(self.codes[rows], logits_of(block))
            weights = self._row_weights(rows)
            if weights is None:
                return value.sum(), weighted_row_sums(slopes.T, block), slopes.sum(axis=0)
            slopes *= weights if slopes.ndim == 1 else weights[:, np.newaxis]
            return value @ weights, weighted_row_sums(slopes.T, block), slopes.sum(axis=0)

        value, by_coef, by_intercept = self.blocks.sum(terms, parameters.size)
        gradient = self.columns.gradient(by_coef, by_intercept)
        gradient /= self.total_weight
        pull = self.ridge * parameters
        gradient += pull
        return float(value / self.total_weight + 0.5 * np.vdot(pull, parameters)), gradient

    def curvature(self, parameters: Floats) -> Floats:
        """Return the loss's Hessian blocks on the diagonal, one for each row of the parameters.

        Rows of the table whose loss curves downwards, because they are badly missed, count as
        straight. The penalty, whose curvature is `ridge`, is left out.

        Returns
        -------
        curvature : ndarray of shape (n_rows, n_features + 1, n_features + 1)
            Positive semidefinite matrices.
        """
        logits_of = self._linear_map(parameters)

        def terms(block: Matrix, rows: slice) -> Terms:
            curvatures = self._row_curvatures(logits_of(in_float64(block)), rows)
            if len(curvatures) == 1:
                return (self.columns.gram(block, curvatures[0])[np.newaxis],)
            # One after the other, since a list of all would be their memory twice.
            grams = np.empty((*parameters.shape, parameters.shape[-1]))
            for gram, weights in zip(grams, curvatures, strict=True):
                gram[:] = self.columns.gram(block, weights)
            return (grams,)

        (curvature,) = self.blocks.sum(terms, parameters.size * parameters.shape[-1])
        return np.asarray(curvature)

    def curvature_in_single(self, parameters: Floats) -> NDArray[np.float32]:
        """Return the lower triangles of `curvature` of a dense table, in single precision.

        They take half the time, and memory but once, for however many threads.
        """
        logits_of = self._linear_map(parameters)
        shape = np.atleast_2d(parameters).shape
        curvature = np.zeros((*shape, shape[-1]), np.float32)
        tiles = list(product(range(shape[0]), parts(shape[-1])))

        def add_block(block: Matrix, rows: slice, map_: Map) -> None:
            block = in_float64(block)
            weights = self._row_curvatures(logits_of(block), rows).astype(np.float32)
            design = self.columns.design(block, map_)

            # Each with rows of its own of the one array.
            def add(tile: tuple[int, slice]) -> None:
                k, part = tile
                weighted = design[:, part] * weights[k, :, np.newaxis]
                curvature[k, part, : part.stop] += weighted.T @ design[:, : part.stop]

            deque(map_(add, tiles), maxlen=0)

        self.blocks.in_turn(add_block)
        return curvature

    def curvature_diagonal(self, parameters: Floats) -> Floats:
        """Return the diagonals of `curvature` without forming it, (n_rows, n_features + 1)."""
        logits_of = self._linear_map(parameters)

        def terms(block: Matrix, rows: slice) -> Terms:
            block = in_float64(block)
            curvatures = self._row_curvatures(logits_of(block), rows)
            total = curvatures.sum(axis=1, keepdims=True)
            if sparse.issparse(block):
                return total, curvatures @ block, curvatures @ block.power(2)
            # By parts, because all squares would be as large as the block.
            squares = (
                curvatures[:, part] @ np.square(block[part])
                for part in parts(block.shape[0], _SQUARED_ROWS)
            )
            return total, curvatures @ block, reduce(iadd, squares)

        total, first, second = self.blocks.sum(terms, parameters.size)
        mean = self.columns.mean
        about_mean = np.maximum(second - 2 * mean * first + mean**2 * total, 0)
        by_coef = about_mean * self.columns.inverse_scale**2
        return np.hstack([by_coef, total * self.columns.fit_intercept])

    def _linear_map(self, parameters: Floats) -> Callable[[Matrix], Floats]:
        raw = self.columns.raw_parameters(parameters)
        return linear_map(raw[..., :-1], raw[..., -1], is_sparse=self.blocks.is_sparse)

    def _row_curvatures(self, logits: Floats, rows: slice) -> Floats:
        """Return weighted second derivatives in the logits, >= 0, of shape (n_rows, n_block)."""
        curvatures = self.loss.hessian_diagonal(self.codes[rows], logits)
        np.maximum(curvatures, 0, out=curvatures)
        curvatures = curvatures.reshape(len(curvatures), -1).T
        weights = self._row_weights(rows)
        if weights is not None:
            curvatures *= weights
        curvatures /= self.total_weight
        return curvatures

    def _row_weights(self, rows: slice) -> Floats | None:
        if self.class_weight is None:
            return None if self.sample_weight is None else self.sample_weight[rows]
        weights = self.class_weight.take(self.codes[rows])
        if self.sample_weight is not None:
            weights *= self.sample_weight[rows]
        return weights
