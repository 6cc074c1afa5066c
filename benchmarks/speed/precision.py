"""The objective at a solution, computed in double precision for all solvers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skfocal import FocalLoss


class Solution(NamedTuple):
    """A linear model: one row of coefficients for two classes, else one per class."""

    coef: NDArray[Any]
    intercept: NDArray[Any]


class Judge:
    """Measures the objective ``||w||^2 / 2 + sum_i FL_i`` of solutions for one table."""

    def __init__(self, X: Any, y: NDArray[np.int64]) -> None:
        self.X, self.y = X, y

    def objective(self, solution: Solution, gamma: float) -> float:
        """Return the objective of a solution for focal loss with this gamma."""
        coef, intercept = (np.asarray(part, dtype=np.float64) for part in solution)
        logits = self.X @ coef.T + intercept
        logits = logits[:, 0] if len(coef) == 1 else logits
        losses = FocalLoss(gamma).value(self.y, logits)
        return 0.5 * float(np.vdot(coef, coef)) + float(losses.sum())
