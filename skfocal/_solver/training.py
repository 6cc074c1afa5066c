"""Minimisation of the training objective: on a sample or in the row space, then on the table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple, TypeAlias

import numpy as np

from skfocal._solver import heuristics
from skfocal._solver.lbfgs import Minimum, Tolerance, minimize
from skfocal._solver.minimum_norm import shortest
from skfocal._solver.newton import descend_by_newton, is_small
from skfocal._solver.objective import FocalObjective, constant_parameters
from skfocal._solver.preconditioning import (
    Change,
    fits_full_factor,
    precondition,
    precondition_diagonally,
)
from skfocal._solver.proximal_newton import (
    descend_by_proximal_newton,
    fits_metric,
    l1_point,
)
from skfocal._solver.refresh import Refresh, factor_passes
from skfocal._solver.row_space import is_wide, row_space
from skfocal._solver.sampling import subsample
from skfocal._solver.working_sets import descend_on_working_sets
from skfocal._typing import Floats

__all__ = [
    "Callback",
    "Iteration",
    "Solution",
    "has_one_class",
    "sample_size",
    "tolerance_of",
    "train",
]

# Two evaluations of the same value differ by less than this share of it.
_ROUNDING = 1e-14
# The square of a smaller tolerance is zero.
_LEAST_TOL = 1e-150
# Relative to the loss of the best constant, a smaller one counts as zero.
_LEAST_LOSS = 1e-12


class Iteration(NamedTuple):
    """The state of a minimisation after an iteration."""

    stage: str
    """What was minimised: the objective on a "sample", in the "row space" or on the "table"."""
    parameters: Floats
    """Parameters of the objective on the table."""
    value: float
    """The objective of the stage."""
    error: float
    """Estimate of its relative error, as a root; see `train`."""


Callback: TypeAlias = Callable[[Iteration], None]


class Solution(NamedTuple):
    """The end of a minimisation."""

    parameters: Floats
    value: float
    error: float
    """Estimate of the relative error of the value, as a root; see `train`."""
    n_iter: int
    is_converged: bool


def train(
    objective: FocalObjective,
    *,
    tol: float,
    max_iter: int,
    start: Floats | None = None,
    callback: Callback | None = None,
) -> Solution:
    """Minimise an objective.

    Parameters
    ----------
    objective : FocalObjective
        The objective on the whole table.
    tol : float
        Bound on the root of the estimated relative difference of the objective from its minimum.
    max_iter : int
        Maximum number of L-BFGS iterations, of all stages together.
    start : ndarray, default=None
        Parameters to start from, such as the minimum of a similar objective. None starts from the
        class frequencies.
    callback : callable, default=None
        Called with an `Iteration` after each iteration.

    Returns
    -------
    solution : Solution
        The minimum found; its ``n_iter`` counts the iterations of all stages.

    Notes
    -----
    The minimum on a sample is near that of a long table, and the curvature measured there is a
    good preconditioner, so the table itself is read only a few times. From a given start there is
    no fit of a sample, which could only lead away. A wide table is minimised in its row space,
    which is exact. Without a penalty collinear columns have many minima, of which the one with the
    shortest coefficients is returned.
    """
    constant = constant_parameters(objective)
    tolerance = tolerance_of(objective, tol, constant)
    has_l1 = objective.penalty.l1 is not None
    if has_one_class(objective):
        # The minimum is at infinity, and this equals it up to rounding.
        minimum = replace(_point(objective, constant), excess=0.0)
    else:
        first = constant if start is None else start
        descend = _descend_with_l1 if has_l1 else _minimum
        minimum = descend(objective, first, tolerance, max_iter, callback, is_cold=start is None)
        if has_l1:
            minimum = replace(minimum, parameters=_centred(objective, minimum.parameters))
        elif not objective.penalty_curvature(minimum.parameters).any():
            minimum = _moved(objective, minimum, shortest(objective, minimum.parameters))
    return Solution(
        minimum.parameters,
        minimum.value,
        _error(minimum),
        minimum.n_iter,
        tolerance.is_met(minimum),
    )


def has_one_class(objective: FocalObjective) -> bool:
    """Return whether only one class has weight, and an intercept can fit it without a limit."""
    return bool(np.count_nonzero(objective.class_totals) == 1 and objective.columns.fit_intercept)


def tolerance_of(objective: FocalObjective, tol: float, constant: Floats) -> Tolerance:
    """Return the bound on the difference of an objective from its minimum.

    Without a penalty the minimum for separable classes is zero, at infinity. The search for it ends
    near zero.
    """
    classes = np.arange(objective.n_classes)
    logits = np.broadcast_to(constant[..., -1], (objective.n_classes, *constant.shape[:-1]))
    losses, _ = objective.loss.value_and_gradient(classes, logits)
    loss = float(objective.class_totals @ losses / objective.class_totals.sum())
    relative = max(tol, _LEAST_TOL) ** 2 / heuristics.EXCESS_FACTOR
    return Tolerance(relative=relative, zero=_LEAST_LOSS * loss)


def _error(point: Minimum) -> float:
    """Return the root of the estimated relative difference of a value from the minimum."""
    excess = heuristics.EXCESS_FACTOR * point.excess
    return math.sqrt(excess / abs(point.value)) if excess else 0.0


def _minimum(
    objective: FocalObjective,
    first: Floats,
    tol: Tolerance,
    max_iter: int,
    callback: Callback | None,
    *,
    is_cold: bool,
) -> Minimum:
    if is_wide(objective):
        return _descend_in_row_space(objective, first, tol, max_iter, callback)
    size = sample_size(objective)
    sample = None if size is None else subsample(objective, size)
    n_iter = 0
    if is_cold and sample is not None:
        rough = replace(tol, relative=max(tol.relative, heuristics.SAMPLE_TOL**2))
        on_sample = _report("sample", callback)
        found = _descend(sample, _point(sample, first), rough, max_iter, on_sample)
        first, n_iter = found.parameters, found.n_iter
    point = _point(objective, first, n_iter)
    return _descend(objective, point, tol, max_iter, _report("table", callback), sample)


def _descend_with_l1(
    objective: FocalObjective,
    first: Floats,
    tol: Tolerance,
    max_iter: int,
    callback: Callback | None,
    *,
    is_cold: bool,
) -> Minimum:
    report = _report("table", callback)
    if objective.blocks.shape[1] > heuristics.MAX_COLUMNS_AT_ONCE or not fits_metric(objective):
        point = l1_point(objective, first)
        return descend_on_working_sets(objective, point, tol, max_iter, report)
    size = sample_size(objective)
    sample = None if size is None else subsample(objective, size)
    n_iter = 0
    if is_cold and sample is not None:
        rough = replace(tol, relative=max(tol.relative, heuristics.SAMPLE_TOL**2))
        found = descend_by_proximal_newton(
            sample, l1_point(sample, first), rough, max_iter, _report("sample", callback)
        )
        first, n_iter = found.parameters, found.n_iter
    point = l1_point(objective, first, n_iter)
    return descend_by_proximal_newton(objective, point, tol, max_iter, report, sample)


def _centred(objective: FocalObjective, parameters: Floats) -> Floats:
    """Make the raw intercepts of a softmax sum to zero, which does not change the loss."""
    columns = objective.columns
    if parameters.ndim == 1 or not columns.fit_intercept:
        return parameters
    centred = parameters.copy()
    centred[:, -1] -= columns.raw_parameters(parameters)[:, -1].mean()
    return centred


def _report(
    stage: str,
    callback: Callback | None,
    to_table: Callable[[Floats], Floats] = lambda parameters: parameters,
) -> Callable[[Minimum], None] | None:
    """Return a function that passes the points of a stage to a callback, or None."""
    if callback is None:
        return None

    def report(point: Minimum) -> None:
        parameters = to_table(point.parameters)
        callback(Iteration(stage, parameters, point.value, _error(point)))

    return report


def sample_size(objective: FocalObjective) -> int | None:
    """Return the number of rows of the sample to start with, or None for a short table."""
    n_samples, n_parameters = objective.blocks.shape[0], objective.parameters_shape[-1]
    size = max(heuristics.SAMPLE_ROWS, heuristics.SAMPLE_ROWS_PER_PARAMETER * n_parameters)
    is_long = size <= heuristics.MAX_SAMPLE_SHARE * n_samples
    return size if is_long and fits_full_factor(objective) else None


def _descend_in_row_space(
    objective: FocalObjective,
    start: Floats,
    tol: Tolerance,
    max_iter: int,
    callback: Callback | None,
) -> Minimum:
    """Minimise in the row space, then remove on the table what rounding has left."""
    space = row_space(objective)
    in_space = _report("row space", callback, space.lift)
    projected = _point(space.reduced, space.project(start))
    found = _descend(space.reduced, projected, tol, max_iter, in_space)
    lifted = _moved(objective, found, space.lift(found.parameters))
    return _descend(objective, lifted, tol, max_iter, _report("table", callback))


def _moved(objective: FocalObjective, point: Minimum, parameters: Floats) -> Minimum:
    """Return a point at other parameters that have the same value up to rounding."""
    if parameters is point.parameters:
        return point
    moved = _point(objective, parameters, point.n_iter)
    increase = moved.value - point.value - _ROUNDING * abs(point.value)
    return replace(moved, excess=point.excess + max(0, increase))


def _point(objective: FocalObjective, parameters: Floats, n_iter: int = 0) -> Minimum:
    return Minimum(parameters, *objective.value_and_gradient(parameters), n_iter=n_iter)


def _descend(
    objective: FocalObjective,
    point: Minimum,
    tol: Tolerance,
    max_iter: int,
    callback: Callable[[Minimum], None] | None,
    sample: FocalObjective | None = None,
) -> Minimum:
    """Minimise from a point, and reach what rounding allows on a small table."""
    point = _descend_by_lbfgs(objective, point, tol, max_iter, callback, sample)
    is_exact = tol.relative <= heuristics.NEWTON_TOL**2 / heuristics.EXCESS_FACTOR
    if is_exact and is_small(objective) and tol.is_met(point):
        point = descend_by_newton(objective, point, max_iter, callback)
    return point


def _descend_by_lbfgs(
    objective: FocalObjective,
    point: Minimum,
    tol: Tolerance,
    max_iter: int,
    callback: Callable[[Minimum], None] | None,
    sample: FocalObjective | None,
) -> Minimum:
    """Minimise from a point.

    The curvature is measured again after some iterations, since a factor serves best near the
    point where it is measured, and every time on more rows: the nearer the minimum, the more
    precise it has to be. The first one may be measured on a `sample`.
    """
    is_stuck = False
    for precondition_at, refresh in _preconditioners(objective, tol, sample):
        if tol.is_met(point) or point.n_iter >= max_iter:
            break
        variables = precondition_at(point.parameters)
        point = minimize(
            objective.value_and_gradient,
            point,
            variables,
            tol=tol,
            max_iter=max_iter,
            n_pairs=_n_pairs(variables),
            stop=refresh,
            callback=callback,
        )
        # Freed before the next are measured: they are most of a fit's memory.
        del variables
        was_stuck, is_stuck = is_stuck, not refresh.is_due
        if is_stuck and was_stuck:
            break
    return point


def _preconditioners(
    objective: FocalObjective, tol: Tolerance, sample: FocalObjective | None
) -> Iterator[tuple[Callable[[Floats], Change], Refresh]]:
    """Yield functions that measure the curvature, and when to go on to the next."""
    n_samples, n_parameters = objective.blocks.shape[0], objective.parameters_shape[-1]
    if not fits_full_factor(objective):
        while True:
            yield partial(precondition_diagonally, objective), Refresh(math.inf, tol, math.inf)
    cost_per_row = factor_passes(objective) / n_samples
    n_rows = max(heuristics.FACTOR_ROWS, heuristics.FACTOR_ROWS_PER_PARAMETER * n_parameters)
    if sample is not None:
        n_rows = sample.blocks.shape[0]
    n_rows = min(n_rows, n_samples)
    cost = n_rows * cost_per_row
    if cost > heuristics.EXPENSIVE_FACTOR_PASSES:
        patience = heuristics.DIAGONAL_ITERATIONS_PER_FACTOR_PASS * cost
        yield partial(precondition_diagonally, objective), Refresh(cost, tol, patience)
    while True:
        if sample is None:
            sample = subsample(objective, n_rows) if n_rows <= n_samples // 2 else objective
        n_rows = min(heuristics.FACTOR_GROWTH * n_rows, n_samples)
        refresh = Refresh(n_rows * cost_per_row, tol, heuristics.MIN_ITERATIONS_PER_FACTOR)
        yield partial(precondition, sample), refresh
        sample = None


def _n_pairs(variables: Change) -> int:
    """Return the number of steps that L-BFGS uses: more with the diagonal alone."""
    if not variables.is_diagonal:
        return heuristics.PAIRS
    n_parameters = math.prod(variables.parameters_shape)
    fitting = heuristics.MAX_FLOATS_OF_PAIRS // n_parameters
    return max(heuristics.PAIRS, min(heuristics.PAIRS_OF_DIAGONAL, fitting))
