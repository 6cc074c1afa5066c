"""SciPy's L-BFGS in variables of the caller's choice, stopped by the caller's measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy import optimize

from skfocal._typing import Floats

__all__ = ["LinearMap", "Minimum", "minimize"]

_MAX_LINE_SEARCH_STEPS = 10
# Only the caller's measure is to end a search.
_NO_OTHER_MEASURE = {"ftol": 0.0, "gtol": 0.0}


class LinearMap(Protocol):
    """A change of variables."""

    def forward(self, variables: Floats) -> Floats:
        """Turn a step in the variables, flat, into one in the parameters."""

    def adjoint(self, gradient: Floats) -> Floats:
        """Turn a gradient in the parameters into one in the variables, flat."""


@dataclass(frozen=True)
class Minimum:
    """Where a minimisation ended."""

    parameters: Floats
    value: float
    gradient: Floats
    n_iter: int

    @property
    def gradient_norm(self) -> float:
        """Return the largest absolute component of the gradient."""
        return float(np.abs(self.gradient).max())


def minimize(
    value_and_gradient: Callable[[Floats], tuple[float, Floats]],
    start: Floats,
    variables: LinearMap,
    *,
    tol: float,
    max_iter: int,
    n_pairs: int = 10,
    first_step: float = 1.0,
    by_gradient: bool = False,
    callback: Callable[[Minimum], None] | None = None,
) -> Minimum:
    """Minimise a smooth function.

    Parameters
    ----------
    value_and_gradient : callable
        The function and its gradient at given parameters.
    start : ndarray
        Where to begin.
    variables : LinearMap
        Variables in which the function is nearly round; their origin is `start`.
    tol : float
        How small every component of the gradient in the parameters is to be.
    max_iter : int
        The most iterations.
    n_pairs : int, default=10
        How many steps to remember. More of them make up for variables that are less round.
    first_step : float, default=1.0
        Length of the first step that is tried, as a share of Newton's.
    by_gradient : bool, default=False
        Whether to measure descent by the gradient alone, with the trapezoidal rule from `start`.
        Near a minimum that finds descent which rounding hides in the values; farther away it is
        inexact.
    callback : callable, default=None
        Called after each iteration with the point that it led to.

    Returns
    -------
    minimum : Minimum
        The last point that was accepted: converged, or `max_iter` was reached, or rounding allows
        no further descent.
    """
    search = _Search(
        value_and_gradient,
        start,
        variables,
        tol,
        first_step=first_step,
        by_gradient=by_gradient,
        callback=callback,
    )
    if search.accepted.gradient_norm <= tol or search.unit == 0 or max_iter == 0:
        return search.accepted
    result = optimize.minimize(
        search.change,
        np.zeros(start.size),
        jac=search.slopes,
        method="L-BFGS-B",
        callback=search.accept,
        options={
            "maxcor": n_pairs,
            "maxiter": max_iter,
            "maxfun": _MAX_LINE_SEARCH_STEPS * max_iter,
            "maxls": _MAX_LINE_SEARCH_STEPS,
            **_NO_OTHER_MEASURE,
        },
    )
    # SciPy leaves its callables in a cycle, and so in memory for a while, with all that they hold.
    del search.variables
    return replace(search.accepted, n_iter=int(result.nit))


class _Search:
    """What SciPy asks for, in steps from the start, and the last point that it accepted."""

    def __init__(
        self,
        value_and_gradient: Callable[[Floats], tuple[float, Floats]],
        start: Floats,
        variables: LinearMap,
        tol: float,
        *,
        first_step: float,
        by_gradient: bool,
        callback: Callable[[Minimum], None] | None,
    ) -> None:
        self.value_and_gradient = value_and_gradient
        self.variables = variables
        self.tol = tol
        self.by_gradient = by_gradient
        self.callback = callback
        self.start = Minimum(start, *value_and_gradient(start), n_iter=0)
        self.accepted = self.start
        # SciPy's first step is of length one. In units of the first gradient's length, and of its
        # square for the value, that is Newton's step wherever the variables are round.
        newton_step = float(np.linalg.norm(variables.adjoint(self.start.gradient)))
        self.unit = first_step * newton_step
        self._steps: Floats = np.zeros(start.size)
        self._evaluated = self.start

    def change(self, steps: Floats) -> float:
        """Return by how much the function differs from its value at the start."""
        point = self._evaluate(steps)
        if self.by_gradient:
            slope = 0.5 * (point.gradient + self.start.gradient)
            change = float(np.vdot(slope, point.parameters - self.start.parameters))
        else:
            change = point.value - self.start.value
        return change / self.unit**2

    def slopes(self, steps: Floats) -> Floats:
        """Return the gradient of `change`."""
        return self.variables.adjoint(self._evaluate(steps).gradient) / self.unit

    # SciPy lets only a callback with an argument of this name stop the search.
    def accept(self, intermediate_result: optimize.OptimizeResult) -> None:
        """Note a point that SciPy accepted, and stop if it is a minimum."""
        self.accepted = self._evaluate(intermediate_result.x)
        if self.callback is not None:
            self.callback(self.accepted)
        if self.accepted.gradient_norm <= self.tol:
            raise StopIteration

    def _evaluate(self, steps: Floats) -> Minimum:
        # The operator, because `array_equal` takes as long as an evaluation of a small table.
        if not (steps == self._steps).all():
            self._steps = steps.copy()
            step = self.variables.forward(self.unit * steps)
            parameters = self.start.parameters + step
            self._evaluated = Minimum(parameters, *self.value_and_gradient(parameters), n_iter=0)
        return self._evaluated
