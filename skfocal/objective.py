"""The training objective of a linear model: focal loss, row blocks, ridge penalty, intercept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skfocal._typing import Floats, Integers
from skfocal.blocks import Matrix, RowBlocks, Terms
from skfocal.losses import FocalLoss

__all__ = ["FocalObjective"]


@dataclass(frozen=True)
class FocalObjective:
    """Mean focal loss of a linear model plus a ridge penalty, as a function of its parameters.

    The parameters are an array of shape (n_features + 1,) for two classes and (n_classes,
    n_features + 1) for more. The last one of a row is the intercept, which is not penalised.

    Notes
    -----
    With ``S`` the total sample weight, the objective is
    ``sum_i s_i alpha_i FL_i / S + penalty ||w||^2 / 2``.
    """

    blocks: RowBlocks
    codes: Integers
    """Class index of each row, of shape (n_samples,)."""
    n_classes: int
    loss: FocalLoss
    penalty: float
    class_weight: Floats | None = None
    """Weights of the classes, of shape (n_classes,), or None for 1."""
    sample_weight: Floats | None = None
    """Weights of the rows, of shape (n_samples,), or None for 1."""
    total_weight: float = 1.0

    @property
    def parameters_shape(self) -> tuple[int, ...]:
        """Return the shape of the parameters."""
        n_parameters = self.blocks.shape[1] + 1
        return (n_parameters,) if self.n_classes == 2 else (self.n_classes, n_parameters)

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the objective and its gradient. Reads the table once."""

        def terms(block: Matrix, rows: slice) -> Terms:
            block = in_float64(block)
            logits = linear_scores(block, parameters)
            value, slopes = self.loss.value_and_gradient(self.codes[rows], logits)
            weights = self._row_weights(rows)
            if weights is None:
                return value.sum(), slopes.T @ block, slopes.sum(axis=0)
            slopes *= weights if slopes.ndim == 1 else weights[:, np.newaxis]
            return value @ weights, slopes.T @ block, slopes.sum(axis=0)

        value, by_coef, by_intercept = self.blocks.sum(terms, parameters.size)
        coef = parameters[..., :-1]
        gradient = np.concatenate([by_coef, by_intercept[..., np.newaxis]], axis=-1)
        gradient /= self.total_weight
        gradient[..., :-1] += self.penalty * coef
        ridge = 0.5 * self.penalty * float(np.vdot(coef, coef))
        return float(value) / self.total_weight + ridge, gradient

    def row_curvatures(self, block: Matrix, rows: slice, parameters: Floats) -> Floats:
        """Return the weighted second derivatives of rows of a block, each in its own logit.

        Negative ones, which badly missed rows have, are taken as 0.

        Returns
        -------
        curvatures : ndarray of shape (n_rows,) or (n_rows, n_classes)
            Non-negative, and divided by the total weight.
        """
        logits = linear_scores(in_float64(block), parameters)
        curvatures = self.loss.hessian_diagonal(self.codes[rows], logits)
        np.maximum(curvatures, 0, out=curvatures)
        weights = self._row_weights(rows)
        if weights is not None:
            curvatures *= weights if curvatures.ndim == 1 else weights[:, np.newaxis]
        curvatures /= self.total_weight
        return curvatures

    def _row_weights(self, rows: slice) -> Floats | None:
        if self.class_weight is None:
            return None if self.sample_weight is None else self.sample_weight[rows]
        weights = self.class_weight.take(self.codes[rows])
        if self.sample_weight is not None:
            weights *= self.sample_weight[rows]
        return weights


def linear_scores(block: Matrix, parameters: Floats) -> Floats:
    """Return the logits of a block."""
    logits: Floats = block @ parameters[..., :-1].T
    logits += parameters[..., -1]
    return logits


def in_float64(block: Matrix) -> Matrix:
    """Return a block in double precision: a copy only if it is not, small enough for the cache."""
    return block if block.dtype == np.float64 else block.astype(np.float64)
