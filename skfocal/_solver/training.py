"""Minimisation of the training objective: on a sample or in the row space, then on the table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from skfocal._solver import heuristics
from skfocal._solver.lbfgs import Minimum, minimize
from skfocal._solver.objective import FocalObjective
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

__all__ = ["train"]

Watch: TypeAlias = Callable[[Floats], None]

# Costs are counted in passes over the table, which is what an evaluation of the objective takes.
# In the time of one, the outer products of this number of rows, over the columns, are summed.


# With one row in fifty in a class, or more, `tol` is what it says.


def train(
    objective: FocalObjective,
    class_totals: Floats,
    *,
    tol: float,
    max_iter: int,
    similar: Floats | None = None,
    watch: Watch | None = None,
) -> Minimum:
    """Minimise an objective.

    Parameters
    ----------
    objective : FocalObjective
        That of the whole table.
    class_totals : ndarray of shape (n_classes,)
        Total weight of each class, `alpha` included.
    tol : float
        How small every component of the gradient is to be. Where it is small from the start, as
        with a rare class or a large gamma, the search goes on to a bound in proportion.
    max_iter : int
        The most L-BFGS iterations over the whole table.
    similar : ndarray, default=None
        Parameters that minimise a similar objective, to begin with. None begins with those that
        ignore the table.
    watch : callable, default=None
        Told the parameters after each iteration over the whole table, or over its row space.

    Notes
    -----
    The minimum on a sample is near that of a long table, and the curvature measured there makes
    the objective nearly round: the table itself is then read a few times only. From a similar
    minimum samples could only lead away. Of a wide table the row space, which is exact, is
    searched.
    """
    prior = _prior_parameters(objective, class_totals)
    tol *= min(1, heuristics.SLOPES_PER_TOL * _typical_slope(objective, class_totals, prior))
    start = prior if similar is None else similar
    if is_wide(objective):
        return _descend_in_row_space(objective, start, tol, max_iter, watch)
    size = _sample_size(objective)
    if size is None:
        return _descend(objective, _curved(objective), start, tol, max_iter, watch)
    sample = subsample(objective, size)
    if similar is None:
        start = _descend(
            sample, sample, start, max(tol, heuristics.SAMPLE_TOL), max_iter
        ).parameters
    return _descend(objective, sample, start, tol, max_iter, watch)


def _prior_parameters(objective: FocalObjective, class_totals: Floats) -> Floats:
    """Return no coefficients, and about the intercepts that are best without any.

    At a minimum of focal loss logits shrink like ``1 / (1 + gamma)``.
    """
    parameters = np.zeros(objective.parameters_shape)
    if objective.columns.fit_intercept:
        logits = np.log(class_totals) / (1 + objective.loss.gamma)
        two_classes = parameters.ndim == 1
        parameters[..., -1] = logits[1] - logits[0] if two_classes else logits - logits.mean()
    return parameters


def _typical_slope(objective: FocalObjective, class_totals: Floats, prior: Floats) -> float:
    """Return the mean size of the loss's derivative in the logit of the true class, at first."""
    classes = np.arange(objective.n_classes)
    logits = np.broadcast_to(prior[..., -1], (objective.n_classes, *prior.shape[:-1]))
    slopes = np.abs(objective.loss.value_and_gradient(classes, logits)[1])
    of_true_class = slopes if slopes.ndim == 1 else slopes.diagonal()
    return float(class_totals @ of_true_class / class_totals.sum())


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
    objective: FocalObjective, start: Floats, tol: float, max_iter: int, watch: Watch | None
) -> Minimum:
    """Minimise in the row space, and from there what rounding has left on the table itself."""
    space = row_space(objective)
    start = space.project(start)
    lifted = None if watch is None else lambda parameters: watch(space.lift(parameters))
    within = _descend(space.reduced, space.reduced, start, space.tol(tol), max_iter, lifted)
    start = space.lift(within.parameters)
    minimum = _descend(objective, objective, start, tol, max_iter - within.n_iter, watch)
    return replace(minimum, n_iter=within.n_iter + minimum.n_iter)


def _descend(
    objective: FocalObjective,
    curved: FocalObjective,
    parameters: Floats,
    tol: float,
    max_iter: int,
    watch: Watch | None = None,
) -> Minimum:
    """Minimise from `parameters`, measuring the curvature of `curved` anew every so often."""
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
            watch=watch,
        )
        # Before the next are measured: they are the most of a fit's memory.
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
