"""SciPy's L-BFGS in variables of the caller's choice, stopped by the caller's measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import optimize

from skfocal._typing import Floats

__all__ = ["LinearMap", "Minimum", "minimize"]

_MAX_LINE_SEARCH_STEPS = 10


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
    by_gradient: bool = False,
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
    by_gradient : bool, default=False
        Whether to measure descent by the gradient alone, with the trapezoidal rule from `start`.
        Near a minimum that finds descent which rounding hides in the values; farther away it is
        inexact.

    Returns
    -------
    minimum : Minimum
        The last point that was accepted: converged, or `max_iter` was reached, or rounding allows
        no further descent.
    """
    value, gradient = value_and_gradient(start)
    accepted = evaluated = Minimum(start, value, gradient, n_iter=0)
    # SciPy's first step is of length one. In units of the first gradient's length, and of its
    # square for the value, that is Newton's step wherever the variables are round.
    unit = float(np.linalg.norm(variables.adjoint(gradient)))
    if accepted.gradient_norm <= tol or unit == 0 or max_iter == 0:
        return accepted

    at: Floats = np.zeros(start.size)

    def evaluate(steps: Floats) -> Minimum:
        nonlocal at, evaluated
        if not np.array_equal(steps, at):
            at = steps.copy()
            parameters = start + variables.forward(unit * steps)
            evaluated = Minimum(parameters, *value_and_gradient(parameters), n_iter=0)
        return evaluated

    def change(steps: Floats) -> float:
        point = evaluate(steps)
        if by_gradient:
            slope = 0.5 * (point.gradient + gradient)
            return float(np.vdot(slope, point.parameters - start)) / unit**2
        return (point.value - value) / unit**2

    def slopes(steps: Floats) -> Floats:
        return variables.adjoint(evaluate(steps).gradient) / unit

    # SciPy lets only a callback with an argument of this name stop the search.
    def accept(intermediate_result: optimize.OptimizeResult) -> None:
        nonlocal accepted
        accepted = evaluate(intermediate_result.x)
        if accepted.gradient_norm <= tol:
            raise StopIteration

    result = optimize.minimize(
        change,
        at,
        jac=slopes,
        method="L-BFGS-B",
        callback=accept,
        options={
            "maxiter": max_iter,
            "maxfun": _MAX_LINE_SEARCH_STEPS * max_iter,
            "maxls": _MAX_LINE_SEARCH_STEPS,
            "ftol": 0.0,
            "gtol": 0.0,
        },
    )
    return Minimum(accepted.parameters, accepted.value, accepted.gradient, int(result.nit))
