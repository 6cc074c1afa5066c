"""The objective and the gradient at a solution, computed in double precision for all solvers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import StandardScaler

from skfocal import FocalLoss


class Solution(NamedTuple):
    """A linear model: one row of coefficients for two classes, else one per class."""

    coef: NDArray[Any]
    intercept: NDArray[Any]


class Precision(NamedTuple):
    """The objective ``||w||^2 / 2 + sum_i FL_i``, and the largest component of its gradient.

    The gradient is that of the objective divided by the number of rows, in standardised columns,
    as `tol` of `FocalLogisticRegression` bounds it.
    """

    objective: float
    gradient: float


class Judge:
    """Measures the precision of solutions for one table at C=1."""

    def __init__(self, X: Any, y: NDArray[np.int64]) -> None:
        self.X, self.y = X, y
        columns = StandardScaler(with_mean=False).fit(X)
        self.mean, self.scale = columns.mean_, np.sqrt(columns.var_)

    def precision(self, solution: Solution, gamma: float) -> Precision:
        """Return the precision of a solution for focal loss with this gamma."""
        loss = FocalLoss(gamma)
        coef, intercept = (np.asarray(part, dtype=np.float64) for part in solution)
        logits = self.X @ coef.T + intercept
        logits = logits[:, 0] if len(coef) == 1 else logits
        objective = 0.5 * float(np.vdot(coef, coef)) + float(loss.value(self.y, logits).sum())
        slopes = loss.gradient(self.y, logits).reshape(len(self.y), -1)
        by_intercept = slopes.sum(axis=0)
        by_coef = coef + slopes.T @ self.X - np.outer(by_intercept, self.mean)
        varies = self.scale > np.finfo(float).eps * np.abs(self.mean)
        by_coef = by_coef[:, varies] / self.scale[varies]
        largest = max(np.abs(by_coef).max(), np.abs(by_intercept).max())
        return Precision(objective, float(largest) / len(self.y))
