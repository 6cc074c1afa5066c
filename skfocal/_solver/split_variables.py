"""L-BFGS-B on the positive and negative parts of the coefficients, for a penalty with L1."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import numpy as np
from scipy import optimize

from skfocal._solver import heuristics
from skfocal._solver.lbfgs import Minimum, Tolerance
from skfocal._solver.objective import FocalObjective
from skfocal._solver.preconditioning import diagonal_scales
from skfocal._typing import Floats

__all__ = ["descend_with_split_variables"]

# SciPy's default is 20.
_MAX_LINE_SEARCH_STEPS = 30
# SciPy's own stopping rules are off.
_NO_OTHER_MEASURE = {"ftol": 0.0, "gtol": 0.0}


def descend_with_split_variables(
    objective: FocalObjective,
    point: Minimum,
    tol: Tolerance,
    max_iter: int,
    callback: Callable[[Minimum], None] | None,
) -> Minimum:
    """Minimise an objective whose parameters are too many for a matrix over all of them.

    Parameters
    ----------
    objective : FocalObjective
        The objective, with weighted absolute values.
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
    A parameter is the difference of two variables >= 0, whose sum takes the place of the absolute
    value. Variables are scaled to a curvature of about one. The difference from the minimum is
    estimated by half the squared length of the projected gradient, or by the descent that the next
    step predicts, whichever is larger.
    """
    while not tol.is_met(point) and point.n_iter < max_iter:
        before = point
        search = _Search(objective, point, tol, callback)
        point = search.run(max_iter)
        if not point.value < before.value:
            break
    return point


class _ConvergedError(Exception):
    """Ends a search within an iteration."""


class _Search:
    """The functions that SciPy calls, and the last accepted point."""

    def __init__(
        self,
        objective: FocalObjective,
        start: Minimum,
        tol: Tolerance,
        callback: Callable[[Minimum], None] | None,
    ) -> None:
        self.objective, self.tol, self.callback = objective, tol, callback
        self.scales = diagonal_scales(objective, start.parameters).ravel()
        self.l1 = objective.l1.ravel() * self.scales
        self.accepted = start
        here = start.parameters.ravel() / self.scales
        is_penalised = self.l1 > 0
        self._split = np.concatenate(
            [
                np.where(is_penalised, np.maximum(here, 0), here),
                np.where(is_penalised, np.maximum(-here, 0), 0),
            ]
        )
        self._bounds = optimize.Bounds(
            np.concatenate([np.where(is_penalised, 0, -np.inf), np.zeros_like(here)]),
            np.concatenate([np.full_like(here, np.inf), np.where(is_penalised, np.inf, 0)]),
        )
        self._evaluate(self._split)

    def run(self, max_iter: int) -> Minimum:
        """Search until `max_iter` iterations in all, and return the last accepted point."""
        n_left = max_iter - self.accepted.n_iter
        with suppress(_ConvergedError):
            optimize.minimize(
                self._value_and_slopes,
                self._split,
                jac=True,
                method="L-BFGS-B",
                bounds=self._bounds,
                callback=self._accept,
                options={
                    "maxcor": heuristics.PAIRS_OF_DIAGONAL,
                    "maxiter": n_left,
                    "maxfun": _MAX_LINE_SEARCH_STEPS * n_left,
                    "maxls": _MAX_LINE_SEARCH_STEPS,
                    **_NO_OTHER_MEASURE,
                },
            )
        return self.accepted

    def _value_and_slopes(self, split: Floats) -> tuple[float, Floats]:
        if not np.array_equal(split, self._split):
            if self._evaluated is self.accepted:
                self._stop_at_minimum(split - self._split)
            self._evaluate(split)
        return self._evaluated.value, self._slopes

    def _evaluate(self, split: Floats) -> None:
        self._split = split.copy()
        positive, negative = np.split(split, 2)
        parameters = (self.scales * (positive - negative)).reshape(self.objective.parameters_shape)
        value, gradient = self.objective.value_and_gradient(parameters)
        slopes = self.scales * gradient.ravel()
        self._slopes = np.concatenate([slopes + self.l1, self.l1 - slopes])
        value += float(self.l1 @ (positive + negative))
        self._evaluated = Minimum(parameters, value, gradient, n_iter=0)

    # SciPy lets only a callback with an argument of this name stop the search.
    def _accept(self, intermediate_result: optimize.OptimizeResult) -> None:
        self._value_and_slopes(intermediate_result.x)
        projected = self._split - np.clip(
            self._split - self._slopes, self._bounds.lb, self._bounds.ub
        )
        excess = 0.5 * float(projected @ projected)
        self._evaluated = replace(self._evaluated, n_iter=self.accepted.n_iter + 1, excess=excess)
        self.accepted = self._evaluated
        if self.callback is not None:
            self.callback(self.accepted)

    def _stop_at_minimum(self, next_step: Floats) -> None:
        """Stop at the accepted point if the next step, too, predicts little descent."""
        predicted = -0.5 * float(self._slopes @ next_step)
        self.accepted = replace(self.accepted, excess=max(self.accepted.excess, predicted))
        if self.tol.is_met(self.accepted):
            raise _ConvergedError
        self._evaluated = self.accepted
