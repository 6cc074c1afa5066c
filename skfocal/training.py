"""Minimisation of the training objective: first on samples, then on the whole table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skfocal._typing import Floats
from skfocal.lbfgs import Minimum, minimize
from skfocal.objective import FocalObjective
from skfocal.preconditioning import fits_full_factor, precondition
from skfocal.sampling import subsample

__all__ = ["train"]

_SAMPLE_ROWS = 2048
_SAMPLE_ROWS_PER_FEATURE = 32
_SAMPLE_GROWTH = 8
_SAMPLE_TOL = 3e-4
_ITERATIONS_PER_FACTOR = 30


def train(
    objective: FocalObjective,
    class_totals: Floats,
    *,
    tol: float,
    max_iter: int,
    similar: Floats | None = None,
) -> Minimum:
    """Minimise an objective.

    Parameters
    ----------
    objective : FocalObjective
        That of the whole table.
    class_totals : ndarray of shape (n_classes,)
        Total weight of each class, `alpha` included.
    tol : float
        How small every component of the gradient is to be.
    max_iter : int
        The most L-BFGS iterations over the whole table.
    similar : ndarray, default=None
        Parameters that minimise a similar objective, to begin with. None begins with those that
        ignore the table.

    Notes
    -----
    The minimum on a sample is near that of the table, and the curvature measured there makes the
    objective nearly round: the table itself is then read a few times only. From a similar
    minimum samples could only lead away.
    """
    sizes = _sample_sizes(objective)
    if similar is not None:
        curved = subsample(objective, sizes[-1]) if sizes else objective
        return _descend(objective, curved, similar, tol, max_iter)
    samples = [subsample(objective, size) for size in sizes]
    curved = samples[0] if samples else objective
    start = _prior_parameters(objective, class_totals)
    for sample in samples:
        start = _descend(sample, curved, start, max(tol, _SAMPLE_TOL), max_iter).parameters
        curved = sample
    return _descend(objective, curved, start, tol, max_iter)


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


def _sample_sizes(objective: FocalObjective) -> list[int]:
    n_samples, n_features = objective.blocks.shape
    if not fits_full_factor(objective.parameters_shape):
        return []
    smallest = max(_SAMPLE_ROWS, _SAMPLE_ROWS_PER_FEATURE * n_features)
    sizes = (smallest, _SAMPLE_GROWTH * smallest)
    return [size for size in sizes if size <= n_samples // 4]


def _descend(
    objective: FocalObjective,
    curved: FocalObjective,
    parameters: Floats,
    tol: float,
    max_iter: int,
) -> Minimum:
    """Minimise from `parameters`, measuring the curvature of `curved` anew every so often."""
    n_iter, by_gradient = 0, False
    while True:
        most = min(max_iter - n_iter, _ITERATIONS_PER_FACTOR)
        minimum = minimize(
            objective.value_and_gradient,
            parameters,
            precondition(curved, parameters),
            tol=tol,
            max_iter=most,
            by_gradient=by_gradient,
        )
        n_iter += minimum.n_iter
        out_of_descent = minimum.n_iter < most
        if minimum.gradient_norm <= tol or n_iter >= max_iter or (out_of_descent and by_gradient):
            return replace(minimum, n_iter=n_iter)
        by_gradient = out_of_descent
        parameters = minimum.parameters
