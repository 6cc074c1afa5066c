"""The objective and the gradient at a solution, computed in double precision for all solvers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.sparsefuncs import mean_variance_axis

from skfocal import FocalLoss

__all__ = ["Judge", "Precision", "Solution"]

_CHUNK_FLOATS = 2**22


class Solution(NamedTuple):
    """A linear model: one row of coefficients for two classes, else one per class."""

    coef: NDArray[Any]
    """Of shape (1, n_features) or (n_classes, n_features)."""
    intercept: NDArray[Any]
    """Of shape (1,) or (n_classes,)."""


class Precision(NamedTuple):
    """The precision of a solution.

    Attributes
    ----------
    objective : float
        ``||w||^2 / 2 + sum_i FL_i``.
    gradient : float
        Largest absolute component of the gradient, as `tol` of `FocalLogisticRegression` bounds
        it: of the objective divided by the number of rows, in standardised columns.
    """

    objective: float
    gradient: float


@dataclass
class Judge:
    """A table, to measure the precision of solutions at C=1."""

    X: Any
    y: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Compute means and scales of the columns."""
        if sparse.issparse(self.X):
            self.mean, variance = mean_variance_axis(self.X, axis=0)
            self.scale = np.sqrt(variance)
        else:
            self.mean = self.X.mean(axis=0, dtype=np.float64)
            squares = sum(((X - self.mean) ** 2).sum(axis=0) for X, _ in self._chunks())
            self.scale = np.sqrt(squares / len(self.y))

    def precision(self, solution: Solution, gamma: float) -> Precision:
        """Return the precision of a solution for focal loss with this gamma."""
        loss = FocalLoss(gamma)
        coef, intercept = (np.asarray(part, dtype=np.float64) for part in solution)
        objective = 0.5 * float(np.vdot(coef, coef))
        by_coef, by_intercept = coef.copy(), np.zeros_like(intercept)
        for X, y in self._chunks():
            logits = X @ coef.T + intercept
            logits = logits[:, 0] if len(coef) == 1 else logits
            objective += float(loss.value(y, logits).sum())
            slopes = loss.gradient(y, logits).reshape(len(y), -1)
            by_coef += slopes.T @ X
            by_intercept += slopes.sum(axis=0)
        by_coef -= np.outer(by_intercept, self.mean)
        varies = self.scale > np.finfo(float).eps * np.abs(self.mean)
        by_coef = by_coef[:, varies] / self.scale[varies]
        largest = max(np.abs(by_coef).max(), np.abs(by_intercept).max())
        return Precision(objective, float(largest) / len(self.y))

    def _chunks(self) -> Any:
        step = max(1, _CHUNK_FLOATS // self.X.shape[1])
        if sparse.issparse(self.X):
            step = len(self.y)
        for start in range(0, len(self.y), step):
            rows = self.X[start : start + step]
            yield rows.astype(np.float64, copy=False), self.y[start : start + step]
