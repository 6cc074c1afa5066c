"""The training objective of a linear model: the mean focal loss plus a penalty."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations_with_replacement, product
from operator import iadd
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from skfocal._solver.matrices import Matrix, linear_map, parts, weighted_row_sums
from skfocal._solver.penalties import Penalty, make_penalty
from skfocal._solver.row_blocks import ArrayBlocks, Block, RowBlocks, Terms
from skfocal._solver.standardization import Standardization
from skfocal._solver.threads import Map
from skfocal._typing import Floats
from skfocal.losses import FocalLoss

__all__ = ["FocalObjective", "constant_parameters"]

RowsOfGrams: TypeAlias = Callable[[Block], Iterator[tuple[NDArray[np.intp] | None, Floats]]]

# Rows whose squares are formed at a time, so that they take less memory than the block.
_SQUARED_ROWS = 64


@dataclass(frozen=True)
class FocalObjective:
    """Mean focal loss of a linear model plus a penalty, as a function of its parameters.

    The parameters are the coefficients of the standardised columns and a last one for the
    intercept, in an array of shape (n_features + 1,) for two classes and (n_classes,
    n_features + 1) for more. The penalty is on the coefficients of the raw columns.

    Notes
    -----
    With ``w`` the raw coefficients, ``s_i`` the sample weights and ``alpha_i`` the weight of the
    class of row i, the objective is
    ``sum_i s_i alpha_i FL_i / sum_i s_i alpha_i + penalty(w)``.
    """

    blocks: RowBlocks
    columns: Standardization
    class_totals: Floats
    """Total weight of the rows of each class, of shape (n_classes,), class weights included."""
    loss: FocalLoss
    penalty: Penalty
    total_weight: float
    class_weight: Floats | None = None
    """Weights of the classes, of shape (n_classes,), or None for 1."""

    @property
    def n_classes(self) -> int:
        """Return the number of classes."""
        return len(self.class_totals)

    @property
    def parameters_shape(self) -> tuple[int, ...]:
        """Return the shape of the parameters."""
        n_parameters = self.blocks.shape[1] + 1
        return (n_parameters,) if self.n_classes == 2 else (self.n_classes, n_parameters)

    def with_columns(self, chosen: NDArray[np.intp]) -> FocalObjective:
        """Return the objective as a function of the parameters of some of the columns."""
        columns = self.columns.take(chosen)
        return replace(
            self,
            blocks=self.blocks.take_columns(chosen),
            columns=columns,
            penalty=self.penalty.with_columns(columns),
        )

    def weighted(self, class_weight: Floats, C: float, l1_ratio: float = 0.0) -> FocalObjective:
        """Return an unweighted objective with class weights and a penalty.

        Parameters
        ----------
        class_weight : ndarray of shape (n_classes,)
            Weights of the classes.
        C : float
            Inverse strength of the penalty.
        l1_ratio : float, default=0
            Share of the absolute values in the penalty.

        Raises
        ------
        ValueError
            If the total weight or the strength of the penalty is not a positive finite number.
        """
        with np.errstate(over="ignore", divide="ignore"):
            total_weight = class_weight @ self.class_totals
            strength = 1 / (C * total_weight)
        if not (np.isfinite(total_weight) and np.isfinite(strength)):
            msg = (
                "sample_weight, alpha and C must have a product that is a finite number and not "
                f"zero; got a total weight of {total_weight} and C={C!r}."
            )
            raise ValueError(msg)
        return replace(
            self,
            class_totals=class_weight * self.class_totals,
            penalty=make_penalty(float(strength), self.columns, l1_ratio),
            total_weight=float(total_weight),
            class_weight=None if (class_weight == 1).all() else class_weight,
        )

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the smooth part of the objective and its gradient. Reads the table once."""
        logits_of = self._linear_map(parameters)

        def terms(block: Block) -> Terms:
            value, slopes = self.loss.value_and_gradient(block.codes, logits_of(block.X))
            weights = self._row_weights(block)
            if weights is None:
                return value.sum(), weighted_row_sums(slopes.T, block.X), slopes.sum(axis=0)
            slopes *= weights if slopes.ndim == 1 else weights[:, np.newaxis]
            return value @ weights, weighted_row_sums(slopes.T, block.X), slopes.sum(axis=0)

        value, by_coef, by_intercept = self.blocks.sum(terms, parameters.size)
        gradient = self.columns.gradient(by_coef, by_intercept)
        gradient /= self.total_weight
        penalty, slope = self.penalty.value_and_gradient(parameters)
        gradient += slope
        return float(value / self.total_weight + penalty), gradient

    def row_slopes(self, block: Block, parameters: Floats) -> Floats:
        """Return the slopes of the loss in the logits of each row, without sample weights."""
        slopes = self.loss.value_and_gradient(block.codes, self._linear_map(parameters)(block.X))[1]
        if self.class_weight is not None:
            slopes *= self.class_weight.take(block.codes).reshape(-1, *(1,) * (slopes.ndim - 1))
        return slopes

    def curvature(self, parameters: Floats) -> Floats:
        """Return the loss's Hessian blocks on the diagonal, one for each row of the parameters.

        Rows whose loss has a negative second derivative, because they are badly misclassified,
        count as zero. The penalty is left out.

        Returns
        -------
        curvature : ndarray of shape (n_rows, n_features + 1, n_features + 1)
            Positive semidefinite matrices.
        """
        rows_of_grams = self._rows_of_grams(parameters)
        shape = np.atleast_2d(parameters).shape

        def terms(block: Block) -> Terms:
            # Filled one at a time: a list of all of them would take twice the memory.
            grams = np.empty((*shape, shape[-1]))
            for gram, (rows, weights) in zip(grams, rows_of_grams(block), strict=True):
                # SciPy copies all rows of a sparse matrix, too.
                gram[:] = self.columns.gram(block.X if rows is None else block.X[rows], weights)
            return (grams,)

        (curvature,) = self.blocks.sum(terms, parameters.size * parameters.shape[-1])
        self._combine_grams(curvature, parameters)
        return np.asarray(curvature)

    def curvature_in_single(self, parameters: Floats) -> NDArray[np.float32]:
        """Return the lower triangles of `curvature` of a dense table, in single precision.

        They take half the time, and their memory once for any number of threads.
        """
        if not isinstance(self.blocks, ArrayBlocks):
            msg = f"Single precision needs the rows in an array; got {type(self.blocks).__name__}."
            raise TypeError(msg)
        rows_of_grams = self._rows_of_grams(parameters)
        shape = np.atleast_2d(parameters).shape
        curvature = np.zeros((*shape, shape[-1]), np.float32)
        tiles = list(product(range(shape[0]), parts(shape[-1])))

        def add_block(block: Block, map_: Map) -> None:
            design = self.columns.single_design(block.X, map_)
            rows_and_weights = list(rows_of_grams(block))

            # Each with rows of its own of the one array.
            def add(tile: tuple[int, slice]) -> None:
                k, part = tile
                rows, weights = rows_and_weights[k]
                some = (design if rows is None else design[rows])[:, : part.stop]
                weighted = some[:, part] * weights.astype(np.float32)[:, np.newaxis]
                curvature[k, part, : part.stop] += weighted.T @ some

            deque(map_(add, tiles), maxlen=0)

        self.blocks.in_turn(add_block)
        self._combine_grams(curvature, parameters)
        return curvature

    def curvature_diagonal(self, parameters: Floats) -> Floats:
        """Return the diagonals of `curvature` without forming it, (n_rows, n_features + 1)."""
        logits_of = self._linear_map(parameters)

        def terms(block: Block) -> Terms:
            curvatures = self._row_curvatures(logits_of(block.X), block)
            total = curvatures.sum(axis=1, keepdims=True)
            if self.blocks.is_sparse:
                return total, curvatures @ block.X, curvatures @ block.X.power(2)
            squares = (
                curvatures[:, part] @ np.square(block.X[part])
                for part in parts(block.X.shape[0], _SQUARED_ROWS)
            )
            return total, curvatures @ block.X, reduce(iadd, squares)

        total, first, second = self.blocks.sum(terms, parameters.size)
        mean = self.columns.mean
        about_mean = np.maximum(second - 2 * mean * first + mean**2 * total, 0)
        by_coef = about_mean * self.columns.inverse_scale**2
        return np.hstack([by_coef, total * self.columns.fit_intercept])

    def hessian(self, parameters: Floats) -> Floats:
        """Return the exact Hessian in all parameters, of shape (n_all, n_all).

        For small tables: it takes as much memory as a block times the square of the logits.
        """
        logits_of = self._linear_map(parameters)
        n_rows, n_columns = np.atleast_2d(parameters).shape

        def terms(block: Block) -> Terms:
            hessians = self.loss.hessian(block.codes, logits_of(block.X))
            hessians = hessians.reshape(-1, n_rows, n_rows) / self.total_weight
            weights = self._row_weights(block)
            if weights is not None:
                hessians *= weights[:, np.newaxis, np.newaxis]
            design = self.columns.design(block.X)
            products = np.empty((n_rows, n_columns, n_rows, n_columns))
            for k, j in combinations_with_replacement(range(n_rows), 2):
                gram = (design * hessians[:, k, j, np.newaxis]).T @ design
                products[k, :, j] = products[j, :, k] = gram
            return (products,)

        (hessian,) = self.blocks.sum(terms, parameters.size**2)
        hessian = hessian.reshape(parameters.size, parameters.size)
        hessian[np.diag_indices(parameters.size)] += self.penalty_curvature(parameters).ravel()
        return np.asarray(hessian)

    def penalty_curvature(self, parameters: Floats) -> Floats:
        """Return the curvature of the penalty, of shape (n_rows, n_features + 1)."""
        curvature = self.penalty.curvature(parameters)
        return np.broadcast_to(curvature, np.atleast_2d(parameters).shape)

    @property
    def l1(self) -> Floats:
        """Return the weights of the absolute values of the parameters, in their shape."""
        l1 = self.penalty.l1
        return np.broadcast_to(0.0 if l1 is None else l1, self.parameters_shape)

    def l1_value(self, parameters: Floats) -> float:
        """Return the part of the penalty that is not smooth."""
        return float(np.vdot(self.l1, np.abs(parameters)))

    def _linear_map(self, parameters: Floats) -> Callable[[Matrix], Floats]:
        raw = self.columns.raw_parameters(parameters)
        return linear_map(raw[..., :-1], raw[..., -1], is_sparse=self.blocks.is_sparse)

    def _rows_of_grams(self, parameters: Floats) -> RowsOfGrams:
        """Return which rows of a block each Gram matrix of a curvature sums, and their weights.

        None means all rows.

        Where all logits are constant, rows of one class have the same curvatures, so each Gram
        matrix is that of a class, and `_combine_grams` adds them up. That takes one pass over the
        rows for all classes of a softmax.
        """
        if _is_constant(parameters):
            return self._rows_of_classes
        logits_of = self._linear_map(parameters)

        def all_rows(block: Block) -> Iterator[tuple[None, Floats]]:
            for weights in self._row_curvatures(logits_of(block.X), block):
                yield None, weights

        return all_rows

    def _rows_of_classes(self, block: Block) -> Iterator[tuple[NDArray[np.intp], Floats]]:
        for k in range(self.n_classes):
            rows = np.flatnonzero(block.codes == k)
            weights = np.ones(len(rows)) if block.weights is None else block.weights[rows]
            yield rows, weights / self.total_weight

    def _combine_grams(self, grams: NDArray[Any], parameters: Floats) -> None:
        """Turn the Gram matrices of the classes into the curvature of each logit, in place."""
        if not _is_constant(parameters):
            return
        intercepts = self.columns.raw_parameters(parameters)[:, -1]
        logits = np.broadcast_to(intercepts, (self.n_classes, self.n_classes))
        one_of_each = Block(logits, slice(None), np.arange(self.n_classes), None)
        curvatures = self._row_curvatures(logits, one_of_each) * self.total_weight
        curvatures = curvatures.astype(grams.dtype)
        for part in parts(grams.shape[1]):
            grams[:, part] = np.tensordot(curvatures, grams[:, part], axes=1)

    def _row_curvatures(self, logits: Floats, block: Block) -> Floats:
        """Return weighted second derivatives in the logits, >= 0, of shape (n_rows, n_block)."""
        curvatures = self.loss.hessian_diagonal(block.codes, logits)
        np.maximum(curvatures, 0, out=curvatures)
        curvatures = curvatures.reshape(len(curvatures), -1).T
        weights = self._row_weights(block)
        if weights is not None:
            curvatures *= weights
        curvatures /= self.total_weight
        return curvatures

    def _row_weights(self, block: Block) -> Floats | None:
        if self.class_weight is None:
            return block.weights
        weights = self.class_weight.take(block.codes)
        if block.weights is not None:
            weights *= block.weights
        return weights


def _is_constant(parameters: Floats) -> bool:
    """Return whether the logits of a softmax are the same for all rows."""
    return parameters.ndim == 2 and not parameters[:, :-1].any()


def constant_parameters(objective: FocalObjective) -> Floats:
    """Return zero coefficients, and about the intercepts that are best without any.

    At a minimum of focal loss logits shrink about like ``1 / (1 + gamma)``. A class without
    weight, whose best intercept is minus infinity, gets a share that is zero up to rounding.
    """
    parameters = np.zeros(objective.parameters_shape)
    if objective.columns.fit_intercept:
        totals = objective.class_totals
        shares = np.maximum(totals / totals.sum(), np.finfo(totals.dtype).eps)
        logits = np.log(shares) / (1 + objective.loss.gamma)
        two_classes = parameters.ndim == 1
        parameters[..., -1] = logits[1] - logits[0] if two_classes else logits - logits.mean()
    return parameters
