"""Minimisation of the training objective: on a sample or in the row space, then on the table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import numpy as np

from skfocal._solver import heuristics
from skfocal._solver.lbfgs import Minimum, minimize
from skfocal._solver.objective import FocalObjective, constant_parameters
from skfocal._solver.preconditioning import (
    Change,
    Preconditioner,
    fits_full_factor,
    is_factored_in_single,
    precondition,
    precondition_diagonally,
)
from skfocal._solver.row_space import is_wide, row_space
from skfocal._solver.sampling import subsample
from skfocal._typing import Floats

__all__ = ["Callback", "Iteration", "train"]


class Iteration(NamedTuple):
    """The state of a minimisation after an iteration."""

    stage: str
    """What was minimised: the objective on a "sample", in the "row space" or on the "table"."""
    parameters: Floats
    """Parameters of the objective on the table."""
    value: float
    """The objective of the stage."""
    gradient_norm: float
    """The largest absolute component of its gradient."""


Callback: TypeAlias = Callable[[Iteration], None]


def train(
    objective: FocalObjective,
    *,
    tol: float,
    max_iter: int,
    start: Floats | None = None,
    callback: Callback | None = None,
) -> Minimum:
    """Minimise an objective.

    Parameters
    ----------
    objective : FocalObjective
        The objective on the whole table.
    tol : float
        Bound on the largest absolute component of the gradient. Where the gradient is small from
        the start, as with a rare class or a large gamma, the bound is smaller in proportion.
    max_iter : int
        Maximum number of L-BFGS iterations, of all stages together.
    start : ndarray, default=None
        Parameters to start from, such as the minimum of a similar objective. None starts from the
        class frequencies.
    callback : callable, default=None
        Called with an `Iteration` after each iteration.

    Returns
    -------
    minimum : Minimum
        The minimum found; its ``n_iter`` counts the iterations of all stages.

    Notes
    -----
    The minimum on a sample is near that of a long table, and the curvature measured there is a
    good preconditioner, so the table itself is read only a few times. From a given start there is
    no fit of a sample, which could only lead away. A wide table is minimised in its row space,
    which is exact.
    """
    constant = constant_parameters(objective)
    if np.count_nonzero(objective.class_totals) == 1 and objective.columns.fit_intercept:
        # The minimum is at infinity, and rounding cannot tell this from it.
        return Minimum(constant, *objective.value_and_gradient(constant), n_iter=0)
    tol *= min(1, heuristics.SLOPES_PER_TOL * _mean_slope(objective, constant))
    if is_wide(objective):
        first = constant if start is None else start
        return _descend_in_row_space(objective, first, tol, max_iter, callback)
    size = _sample_size(objective)
    if size is None:
        first = constant if start is None else start
        curved = _curved(objective)
        return _descend(objective, curved, first, tol, max_iter, _report("table", callback))
    sample = subsample(objective, size)
    n_iter = 0
    if start is None:
        rough = max(tol, heuristics.SAMPLE_TOL)
        on_sample = _report("sample", callback)
        found = _descend(sample, sample, constant, rough, max_iter, on_sample)
        start, n_iter = found.parameters, found.n_iter
    left = max_iter - n_iter
    minimum = _descend(objective, sample, start, tol, left, _report("table", callback))
    return replace(minimum, n_iter=n_iter + minimum.n_iter)


def _mean_slope(objective: FocalObjective, constant: Floats) -> float:
    """Return the mean absolute derivative of the loss in the logit of the true class at a start."""
    classes = np.arange(objective.n_classes)
    logits = np.broadcast_to(constant[..., -1], (objective.n_classes, *constant.shape[:-1]))
    slopes = np.abs(objective.loss.value_and_gradient(classes, logits)[1])
    of_true_class = slopes if slopes.ndim == 1 else slopes.diagonal()
    totals = objective.class_totals
    return float(totals @ of_true_class / totals.sum())


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
        callback(Iteration(stage, parameters, point.value, point.gradient_norm))

    return report


def _sample_size(objective: FocalObjective) -> int | None:
    """Return how many rows to begin with, or None where that would not pay."""
    n_samples, n_parameters = objective.blocks.shape[0], objective.parameters_shape[-1]
    size = max(
        heuristics.MIN_SAMPLE_ROWS,
        heuristics.SAMPLE_ROWS_PER_PARAMETER * n_parameters,
        int(heuristics.SAMPLE_FRACTION * n_samples),
    )
    passes = size / n_samples * heuristics.SAMPLE_EVALUATIONS + 2 * _factor_passes(objective, size)
    pays = fits_full_factor(objective) and passes <= heuristics.MAX_SAMPLE_PASSES
    return size if pays else None


def _curved(objective: FocalObjective) -> FocalObjective:
    """Return the objective on as many rows as its curvature is worth being measured on."""
    n_samples, n_parameters = objective.blocks.shape[0], objective.parameters_shape[-1]
    in_these_passes = int(
        heuristics.FACTOR_PASSES * n_samples / _factor_passes(objective, n_samples)
    )
    size = max(heuristics.FACTOR_ROWS_PER_PARAMETER * n_parameters, in_these_passes)
    spares = size <= n_samples // 2 and fits_full_factor(objective)
    return subsample(objective, size) if spares else objective


def _factor_passes(objective: FocalObjective, n_rows: int) -> float:
    """Return what a full factor from so many rows costs, in passes over the table."""
    n_samples, n_parameters = objective.blocks.shape[0], objective.parameters_shape[-1]
    in_single = is_factored_in_single(objective)
    in_a_pass = heuristics.GRAM_ROWS_PER_PASS_SINGLE if in_single else heuristics.GRAM_ROWS_PER_PASS
    return n_rows / n_samples * n_parameters / in_a_pass


def _descend_in_row_space(
    objective: FocalObjective,
    start: Floats,
    tol: float,
    max_iter: int,
    callback: Callback | None,
) -> Minimum:
    """Minimise in the row space, then remove on the table what rounding has left."""
    space = row_space(objective)
    start = space.project(start)
    in_space = _report("row space", callback, space.lift)
    within = _descend(space.reduced, space.reduced, start, space.tol(tol), max_iter, in_space)
    start, left = space.lift(within.parameters), max_iter - within.n_iter
    minimum = _descend(objective, objective, start, tol, left, _report("table", callback))
    return replace(minimum, n_iter=within.n_iter + minimum.n_iter)


def _descend(
    objective: FocalObjective,
    curved: FocalObjective,
    parameters: Floats,
    tol: float,
    max_iter: int,
    callback: Callable[[Minimum], None] | None,
) -> Minimum:
    """Minimise from `parameters`; measure the curvature of `curved` again from time to time."""
    n_iter, first_step, by_gradient = 0, 1.0, False
    for preconditioner, stretch in _stretches(objective, curved):
        most = min(max_iter - n_iter, stretch)
        variables = preconditioner(curved, parameters)
        minimum = minimize(
            objective.value_and_gradient,
            parameters,
            variables,
            tol=tol,
            max_iter=most,
            n_pairs=_n_pairs(variables),
            first_step=first_step,
            by_gradient=by_gradient,
            callback=callback,
        )
        # Freed before the next are measured: they are most of a fit's memory.
        del variables
        n_iter += minimum.n_iter
        out_of_descent = minimum.n_iter < most
        if minimum.gradient_norm <= tol or n_iter >= max_iter or (out_of_descent and by_gradient):
            break
        # Where the loss is far from its parabola a whole step may be too long for any search.
        too_long = minimum.n_iter == 0 and first_step == 1
        first_step = heuristics.SHORT_STEP if too_long else 1.0
        by_gradient = out_of_descent and not too_long
        parameters = minimum.parameters
    return replace(minimum, n_iter=n_iter)


def _stretches(
    objective: FocalObjective, curved: FocalObjective
) -> Iterator[tuple[Preconditioner, int]]:
    """Yield how to measure the curvature, and for how many iterations to trust it.

    A factor that costs many passes may be spared by as many iterations without it, and half as
    many again, since it serves best where it is measured near the minimum. The first factor may
    be measured far from it, and is trusted least.
    """
    full = fits_full_factor(objective)
    factor_passes = _factor_passes(objective, curved.blocks.shape[0])
    if full and factor_passes > heuristics.EXPENSIVE_FACTOR_PASSES:
        yield (
            precondition_diagonally,
            round(heuristics.DIAGONAL_ITERATIONS_PER_FACTOR_PASS * factor_passes),
        )
    elif full:
        yield precondition, heuristics.FIRST_ITERATIONS
    while True:
        yield (
            precondition,
            heuristics.ITERATIONS_PER_FACTOR if full else heuristics.ITERATIONS_PER_DIAGONAL,
        )


def _n_pairs(variables: Change) -> int:
    """Return how many steps L-BFGS is to remember: more where only the diagonal is made one."""
    if not variables.is_diagonal:
        return heuristics.PAIRS
    n_parameters = math.prod(variables.parameters_shape)
    return max(
        heuristics.PAIRS,
        min(heuristics.PAIRS_OF_DIAGONAL, heuristics.MAX_FLOATS_OF_PAIRS // n_parameters),
    )
