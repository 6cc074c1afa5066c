"""Descent on few of many columns at a time, where most coefficients are zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from skfocal._solver import heuristics
from skfocal._solver.lbfgs import Minimum, Tolerance
from skfocal._solver.objective import FocalObjective, constant_parameters
from skfocal._solver.proximal_newton import descend_by_proximal_newton, fits_metric, l1_point
from skfocal._solver.split_variables import descend_with_split_variables
from skfocal._typing import Floats

__all__ = ["descend_on_working_sets"]

# The columns outside a set may contribute this share of the excess that a set is solved to.
_INNER_SHARE = 0.1


def descend_on_working_sets(
    objective: FocalObjective,
    point: Minimum,
    tol: Tolerance,
    max_iter: int,
    callback: Callable[[Minimum], None] | None,
) -> Minimum:
    """Minimise an objective with weighted absolute values on sets of columns.

    Parameters
    ----------
    objective : FocalObjective
        The objective.
    point : Minimum
        Where to begin.
    tol : Tolerance
        Bound on the estimated difference of the objective from its minimum.
    max_iter : int
        Maximum number of iterations, those that led to `point` included.
    callback : callable or None
        Called after each iteration with the point that it led to.

    Returns
    -------
    minimum : Minimum
        Where the search converged, reached `max_iter`, or found no further descent.

    Notes
    -----
    A set has the columns with coefficients that are not zero, and those that gain most by leaving
    zero. Between two sets one pass over all columns finds what they gain; the sum over the columns
    outside a set, added to the excess on the set, is the estimate of what is left.
    """
    inner_excess, share = np.inf, _INNER_SHARE
    curvature = _curvature_of_constant(objective)
    while True:
        gains = _gains(objective, point, curvature)
        point = replace(point, excess=inner_excess + float(gains.sum()))
        if tol.is_met(point) or point.n_iter >= max_iter:
            return point
        chosen = _chosen(point.parameters, gains)
        absolute = max(0.5 * tol.at(point.value), share * float(gains.max()))
        inner = _Inner(objective, chosen)
        found = inner.descend(point, Tolerance(absolute=absolute), max_iter, callback)
        is_stuck = found.n_iter == point.n_iter
        if is_stuck and share == 0:
            return point
        share = 0.0 if is_stuck else _INNER_SHARE
        curvature = inner.curvature(found.parameters)
        inner_excess = found.excess
        point = l1_point(objective, inner.lift(found.parameters), found.n_iter)


class _Inner:
    """The objective on a set of columns."""

    def __init__(self, objective: FocalObjective, chosen: NDArray[np.intp]) -> None:
        self.whole = objective
        self.objective = objective.with_columns(chosen)
        self.positions = np.append(chosen, objective.parameters_shape[-1] - 1)

    def descend(
        self,
        point: Minimum,
        tol: Tolerance,
        max_iter: int,
        callback: Callable[[Minimum], None] | None,
    ) -> Minimum:
        """Minimise on the set, from a point of the whole objective."""
        start = replace(
            point,
            parameters=point.parameters[..., self.positions],
            gradient=point.gradient[..., self.positions],
            excess=np.inf,
        )
        report = callback and (lambda at: callback(self._lifted(at)))
        descend = (
            descend_by_proximal_newton
            if fits_metric(self.objective)
            else descend_with_split_variables
        )
        return descend(self.objective, start, tol, max_iter, report)

    def lift(self, parameters: Floats) -> Floats:
        """Return the parameters of all columns, zero outside the set."""
        lifted = np.zeros(self.whole.parameters_shape)
        lifted[..., self.positions] = parameters
        return lifted

    def curvature(self, parameters: Floats) -> Floats:
        """Return the typical curvature of the loss in a coefficient, of shape (n_rows, 1)."""
        diagonal = self.objective.curvature_diagonal(parameters)
        return np.asarray(diagonal.mean(axis=1, where=diagonal > 0, keepdims=True))

    def _lifted(self, point: Minimum) -> Minimum:
        return replace(point, parameters=self.lift(point.parameters))


def _gains(objective: FocalObjective, point: Minimum, curvature: Floats) -> Floats:
    """Estimate what each column can gain by leaving zero, of shape (n_features,)."""
    held = np.where(point.parameters == 0, objective.l1, np.inf)
    excess = np.atleast_2d(np.maximum(np.abs(point.gradient) - held, 0))
    curvature = curvature + objective.penalty_curvature(point.parameters)
    gains = 0.5 * np.divide(excess**2, curvature, out=np.zeros_like(excess), where=excess > 0)
    return np.asarray(gains[:, :-1].sum(axis=0))


def _chosen(parameters: Floats, gains: Floats) -> NDArray[np.intp]:
    """Return the columns of a set: those that are not zero, and those that gain most."""
    used = np.flatnonzero(np.atleast_2d(parameters)[:, :-1].any(axis=0))
    gaining = np.flatnonzero(gains)
    n_new = max(heuristics.FEWEST_NEW_COLUMNS, len(used))
    if n_new < len(gaining):
        gaining = gaining[np.argpartition(-gains[gaining], n_new)[:n_new]]
    # A set of none would have no table.
    return np.union1d(used, gaining) if len(used) + len(gaining) else np.zeros(1, dtype=np.intp)


def _curvature_of_constant(objective: FocalObjective) -> Floats:
    """Return the typical curvature of the loss in a coefficient at the best constant."""
    constant = constant_parameters(objective)
    logits = np.broadcast_to(constant[..., -1], (objective.n_classes, *constant.shape[:-1]))
    curvatures = objective.loss.hessian_diagonal(np.arange(objective.n_classes), logits)
    by_class = curvatures.reshape(objective.n_classes, -1)
    weighted = objective.class_totals @ np.maximum(by_class, 0) / objective.total_weight
    return np.asarray(weighted)[:, np.newaxis]
