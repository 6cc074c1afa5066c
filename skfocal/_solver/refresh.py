"""When to measure the curvature again."""

from __future__ import annotations

import math
from collections.abc import Sequence

from skfocal._solver import heuristics
from skfocal._solver.lbfgs import Minimum, Tolerance
from skfocal._solver.objective import FocalObjective
from skfocal._solver.preconditioning import is_factored_in_single

__all__ = ["Refresh", "factor_passes"]

# Where there is no progress any cost pays.
_LEAST_LOG_RATE = 1e-3


class Refresh:
    """Stops a search when measuring the curvature again costs less than going on.

    Parameters
    ----------
    cost : float
        The cost of the measurement, in passes over the table.
    tol : Tolerance
        Where the search ends.
    min_iter : float
        Number of iterations before the comparison.
    """

    def __init__(self, cost: float, tol: Tolerance, min_iter: float) -> None:
        self.cost = cost
        self.tol = tol
        self.min_iter = min_iter
        self.is_due = False

    def __call__(self, point: Minimum, lengths: Sequence[float]) -> bool:
        """Compare the iterations left at the present rate with those of a new factor."""
        n_iter = len(lengths) - 1
        if n_iter >= self.min_iter:
            left = math.log(lengths[-1] / math.sqrt(2 * self.tol.at(point.value)))
            # A factor gets worse with the distance from where it was measured, and single lengths
            # are no measure, so the rate is that of the later half of the iterations.
            n_last = max(int(self.min_iter), n_iter // 2)
            log_rate = math.log(lengths[-1 - n_last] / lengths[-1]) / n_last
            log_rate = max(log_rate, _LEAST_LOG_RATE)
            saved = left / log_rate - left / heuristics.LOG_RATE_OF_NEW_FACTOR
            self.is_due = saved > self.cost
        return self.is_due


def factor_passes(objective: FocalObjective) -> float:
    """Return the cost of a factor from all rows, in passes over the table."""
    key = objective.n_classes > 2, is_factored_in_single(objective)
    n_columns = heuristics.FACTOR_COLUMNS_PER_PASS[key]
    return heuristics.FACTOR_OVERHEAD + objective.parameters_shape[-1] / n_columns
