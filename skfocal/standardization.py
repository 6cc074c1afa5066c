"""Columns centred and of unit variance, without a copy of the table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.utils import assert_all_finite

from skfocal._typing import Floats
from skfocal.blocks import Matrix, RowBlocks, Terms

__all__ = ["Standardization", "check_finite", "standardize"]

# Relative to the rounding of the values themselves: what varies less does not vary.
_CONSTANT = 1e-15


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

    def standardized_parameters(self, raw: Floats) -> Floats:
        """Turn parameters of the raw columns into those of the standardised ones."""
        used = self.inverse_scale > 0
        parameters = np.zeros_like(raw)
        np.divide(raw[..., :-1], self.inverse_scale, out=parameters[..., :-1], where=used)
        parameters[..., -1] = raw[..., -1] * self.fit_intercept + raw[..., :-1] @ self.mean
        return parameters

    def gradient(self, by_coef: Floats, by_intercept: Floats) -> Floats:
        """Turn derivatives in the raw parameters into a gradient in the standardised ones."""
        by_intercept = np.asarray(by_intercept)[..., np.newaxis]
        gradient = np.empty((*by_coef.shape[:-1], by_coef.shape[-1] + 1))
        np.subtract(by_coef, by_intercept * self.mean, out=gradient[..., :-1])
        gradient[..., :-1] *= self.inverse_scale
        gradient[..., -1:] = by_intercept * self.fit_intercept
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
    """Measure the columns in one pass.

    The inverse scale of a column is nan if a value in it is not finite, or its square is not.

    Notes
    -----
    Deviations are taken from a rough centre, so that a column whose mean is far larger than its
    spread keeps its digits. A sparse table has its centre at zero.
    """
    centre = blocks.rough_centre()

    @np.errstate(over="ignore", invalid="ignore")
    def terms(block: Matrix, rows: slice) -> Terms:
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
        constant = scale <= _CONSTANT * np.abs(mean)
        inverse_scale = np.divide(1.0, scale, out=np.zeros_like(scale), where=~constant)
        inverse_scale[~np.isfinite(scale)] = np.nan
    if not fit_intercept:
        mean = np.zeros_like(mean)
    return Standardization(mean, inverse_scale, fit_intercept)


def check_finite(X: Matrix, columns: Standardization, estimator_name: str) -> None:
    """Raise ValueError if a value of a table, or the square of one, is not a finite number."""
    beyond = np.flatnonzero(np.isnan(columns.inverse_scale))
    if len(beyond) == 0:
        return
    assert_all_finite(X, input_name="X", estimator_name=estimator_name)
    msg = (
        "X must hold values whose squares are finite numbers; rescale its column of index "
        f"{beyond[0]}, for one."
    )
    raise ValueError(msg)
