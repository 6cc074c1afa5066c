"""Proximal quasi-Newton descent, for a penalty with absolute values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from scipy import linalg

from skfocal._solver import heuristics
from skfocal._solver.l1_quadratic import minimize_l1_quadratic
from skfocal._solver.lbfgs import Minimum, Tolerance
from skfocal._solver.matrices import parts
from skfocal._solver.objective import FocalObjective
from skfocal._solver.preconditioning import raised_diagonal
from skfocal._solver.refresh import Refresh, factor_passes
from skfocal._solver.sampling import subsample
from skfocal._typing import Floats

__all__ = ["descend_by_proximal_newton", "fits_metric", "l1_point"]

# A step has to achieve this share of the descent that its slope predicts.
_SUFFICIENT = 1e-4
# Shorter steps, 1e-9 of the first, are lost in rounding.
_MAX_HALVINGS = 30
# A smaller descent, relative to the value, is hidden by rounding.
_HIDDEN = 30 * float(np.finfo(np.float64).eps)
# Where values are hidden, a step has to divide the estimated excess by this factor.
_HIDDEN_PROGRESS = 2
# A change of the gradient along a step, relative to both lengths, that is not only rounding.
_LEAST_COSINE = 1e-10
# Relative to the diagonal, it makes a singular matrix that is not negative definite.
_JITTER = 1e-10


def l1_point(objective: FocalObjective, parameters: Floats, n_iter: int = 0) -> Minimum:
    """Return a point with the value of the whole objective and the gradient of its smooth part."""
    value, gradient = objective.value_and_gradient(parameters)
    return Minimum(parameters, value + objective.l1_value(parameters), gradient, n_iter)


def fits_metric(objective: FocalObjective) -> bool:
    """Return whether a matrix over all parameters is small enough."""
    return math.prod(objective.parameters_shape) ** 2 <= heuristics.MAX_METRIC_FLOATS


def descend_by_proximal_newton(
    objective: FocalObjective,
    point: Minimum,
    tol: Tolerance,
    max_iter: int,
    callback: Callable[[Minimum], None] | None,
    sample: FocalObjective | None = None,
) -> Minimum:
    """Minimise a small smooth objective plus weighted absolute values.

    Parameters
    ----------
    objective : FocalObjective
        The objective. Its parameters have to fit a matrix.
    point : Minimum
        Where to begin.
    tol : Tolerance
        Bound on the estimated difference of the objective from its minimum.
    max_iter : int
        Maximum number of iterations, those that led to `point` included.
    callback : callable or None
        Called after each iteration with the point that it led to.
    sample : FocalObjective, default=None
        The objective on a sample of the rows, on which the curvature is measured first.

    Returns
    -------
    minimum : Minimum
        Where the search converged, reached `max_iter`, or found no further descent.

    Notes
    -----
    Each step leads to the minimum of a model: the gradient, a matrix for the curvature, and the
    absolute values as they are. The descent that the model predicts is the estimate of what is
    left; it is zero if and only if the point is stationary. The matrix is measured on some of the
    rows, and each step corrects it by the formula of Broyden, Fletcher, Goldfarb and Shanno. It is
    measured again, on more rows, when that costs less than more iterations.
    """
    is_stuck = False
    for metric_at, refresh in _metrics(objective, tol, sample):
        search = _Search(objective, point, metric_at(point.parameters), tol, callback)
        point = search.run(max_iter, refresh)
        if tol.is_met(point) or point.n_iter >= max_iter:
            break
        was_stuck, is_stuck = is_stuck, not refresh.is_due
        if is_stuck and was_stuck:
            break
    return point


class _Search:
    """A point, and a matrix that approximates the curvature there."""

    def __init__(
        self,
        objective: FocalObjective,
        point: Minimum,
        metric: Floats,
        tol: Tolerance,
        callback: Callable[[Minimum], None] | None,
    ) -> None:
        self.objective, self.point, self.metric = objective, point, metric
        self.tol = tol
        self.callback = callback
        self.l1 = objective.l1.ravel()

    def run(self, max_iter: int, refresh: Refresh) -> Minimum:
        """Search until the tolerance is met, no step descends, or the metric should be new."""
        lengths: list[float] = []
        least_hidden = math.inf
        while True:
            target, slope = self._target()
            point = self.point
            if self.tol.is_met(point) or point.n_iter >= max_iter:
                break
            lengths.append(math.sqrt(2 * point.excess))
            if refresh(point, lengths):
                break
            is_hidden = point.excess <= _HIDDEN * abs(point.value)
            if is_hidden and point.excess > least_hidden / _HIDDEN_PROGRESS:
                break
            if is_hidden:
                least_hidden = point.excess
            moved = self._moved(target, slope, is_hidden=is_hidden)
            if moved is not None:
                self._correct_metric(moved)
                self._accept(moved)
                continue
            moved = None if is_hidden else self._damped_step()
            if moved is not None:
                self._accept(moved)
                refresh.is_due = True
            break
        return self.point

    def _accept(self, moved: Minimum) -> None:
        self.point = moved
        if self.callback is not None:
            self.callback(moved)

    def _damped_step(self) -> Minimum | None:
        """Return a lower point where the curvature is so small that the model's minimum is far.

        Where the loss is not convex the matrix is nearly singular, and all of the shorter steps
        from its minimum are still too long.
        """
        point = self.point
        np.einsum("ii->i", self.metric)[:] += np.diag(self.metric).max()
        target, slope = self._target()
        self.point = point
        return self._moved(target, slope, is_hidden=False)

    def _target(self) -> tuple[Floats, float]:
        """Return the minimum of the model, and the slope of the objective towards it."""
        here, gradient = self.point.parameters.ravel(), self.point.gradient.ravel()
        target = minimize_l1_quadratic(self.metric, gradient - self.metric @ here, self.l1, here)
        step = target - here
        slope = float(gradient @ step + self.l1 @ (np.abs(target) - np.abs(here)))
        excess = -slope - 0.5 * float(step @ self.metric @ step)
        self.point = replace(self.point, excess=max(excess, 0.0))
        return target, slope

    def _moved(self, target: Floats, slope: float, *, is_hidden: bool) -> Minimum | None:
        """Return the first point on the way back from the target that is low enough."""
        here = self.point.parameters.ravel()
        length = 1.0
        for _ in range(_MAX_HALVINGS):
            flat = target if length == 1 else here + length * (target - here)
            moved = l1_point(
                self.objective, flat.reshape(self.point.parameters.shape), self.point.n_iter + 1
            )
            if is_hidden or moved.value <= self.point.value + _SUFFICIENT * length * slope:
                return moved
            length /= 2
        return None

    def _correct_metric(self, moved: Minimum) -> None:
        """Make the metric exact along a step, if the curvature along it is positive."""
        step = (moved.parameters - self.point.parameters).ravel()
        change = (moved.gradient - self.point.gradient).ravel()
        product = float(step @ change)
        if product <= _LEAST_COSINE * float(np.linalg.norm(step) * np.linalg.norm(change)):
            return
        known = self.metric @ step
        left = np.column_stack([change / product, -known / float(step @ known)])
        right = np.vstack([change, known])
        for part in parts(len(step)):
            self.metric[part] += left[part] @ right


def _metrics(
    objective: FocalObjective, tol: Tolerance, sample: FocalObjective | None
) -> Iterator[tuple[Callable[[Floats], Floats], Refresh]]:
    """Yield functions that measure the curvature, and when to go on to the next."""
    n_samples, n_parameters = objective.blocks.shape[0], objective.parameters_shape[-1]
    cost_per_row = factor_passes(objective) / n_samples
    n_rows = max(heuristics.FACTOR_ROWS, heuristics.FACTOR_ROWS_PER_PARAMETER * n_parameters)
    if sample is not None:
        n_rows = sample.blocks.shape[0]
    if objective.blocks.is_sparse:
        # A sample would have few entries of a column, and all rows cost little more than a pass.
        n_rows = n_samples
    n_rows = min(n_rows, n_samples)
    while True:
        if sample is None:
            sample = subsample(objective, n_rows) if n_rows <= n_samples // 2 else objective
        n_rows = min(heuristics.FACTOR_GROWTH * n_rows, n_samples)
        refresh = Refresh(n_rows * cost_per_row, tol, heuristics.MIN_ITERATIONS_PER_FACTOR)
        yield partial(_metric, sample), refresh
        sample = None


def _metric(objective: FocalObjective, parameters: Floats) -> Floats:
    """Return a positive definite approximation of the curvature of the smooth part."""
    metric: Floats
    if parameters.ndim == 1:
        (metric,) = objective.curvature(parameters)
        penalty = objective.penalty_curvature(parameters)[0]
        np.fill_diagonal(metric, raised_diagonal(np.diag(metric), penalty))
        return metric
    metric = objective.hessian(parameters)
    _make_regular(metric, parameters.shape)
    if _is_positive_definite(metric):
        return metric
    metric[:] = 0
    by_class = metric.reshape(*parameters.shape, *parameters.shape)
    curvatures = objective.curvature(parameters)
    penalties = objective.penalty_curvature(parameters)
    for k, (curvature, penalty) in enumerate(zip(curvatures, penalties, strict=True)):
        np.fill_diagonal(curvature, raised_diagonal(np.diag(curvature), penalty))
        by_class[k, :, k] = curvature
    return metric


def _make_regular(metric: Floats, shape: tuple[int, ...]) -> None:
    """Raise a matrix where the loss is constant: intercepts of a softmax, constant columns."""
    n_classes, n_columns = shape
    diagonal = np.einsum("ii->i", metric).reshape(shape)
    largest = diagonal.max(axis=1, keepdims=True)
    diagonal[:] = np.maximum(diagonal, heuristics.CURVATURE_FLOOR * largest) * (1 + _JITTER)
    by_class = metric.reshape(n_classes, n_columns, n_classes, n_columns)
    by_class[:, -1, :, -1] += largest.max() / n_classes


def _is_positive_definite(matrix: Floats) -> bool:
    try:
        linalg.cholesky(matrix, check_finite=False)
    except linalg.LinAlgError:
        return False
    return True
