"""SciPy's L-BFGS in variables that the caller chooses, stopped by the descent that is left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from scipy import optimize

from skfocal._typing import Floats

__all__ = ["LinearMap", "Minimum", "Tolerance", "minimize"]

# With steps this many times halved even a far too long first step is shortened enough.
_MAX_LINE_SEARCH_STEPS = 30
# SciPy's own stopping rules are off.
_NO_OTHER_MEASURE = {"ftol": 0.0, "gtol": 0.0}
# The line search compares values, so the descent that is left has to be this many times larger
# than their rounding.
_ROUNDINGS = 30
# Columns far from zero hide more. Where no more than this share of the value is left, the function
# is a parabola, and a search by values that cannot descend is repeated by gradients.
_NEAR = 1e-8


class LinearMap(Protocol):
    """A change of variables."""

    def forward(self, variables: Floats) -> Floats:
        """Return a step in the parameters for one in the variables, which is flat."""

    def adjoint(self, gradient: Floats) -> Floats:
        """Return the gradient in the variables, flat, for one in the parameters."""


@dataclass(frozen=True)
class Minimum:
    """A point of a minimisation, with its value and gradient."""

    parameters: Floats
    value: float
    gradient: Floats
    n_iter: int
    excess: float = np.inf
    """Estimate of the difference of the value from its minimum, by Newton's step."""


@dataclass(frozen=True)
class Tolerance:
    """The bound ``relative * abs(value) + absolute`` on the excess of a value over the minimum."""

    relative: float = 0.0
    absolute: float = 0.0
    zero: float = -np.inf
    """Up to this value there is no bound."""

    def at(self, value: float) -> float:
        """Return the bound at a value."""
        return np.inf if value <= self.zero else self.relative * abs(value) + self.absolute

    def is_met(self, point: Minimum) -> bool:
        """Return whether a point is a minimum up to this tolerance."""
        return point.excess <= self.at(point.value)


def minimize(
    value_and_gradient: Callable[[Floats], tuple[float, Floats]],
    start: Minimum,
    variables: LinearMap,
    *,
    tol: Tolerance,
    max_iter: int,
    n_pairs: int,
    stop: Callable[[Minimum, Sequence[float]], bool],
    callback: Callable[[Minimum], None] | None,
) -> Minimum:
    """Minimise a smooth function.

    Parameters
    ----------
    value_and_gradient : callable
        The function and its gradient at given parameters.
    start : Minimum
        The point to start from, with its value and gradient.
    variables : LinearMap
        Variables in which the Hessian is nearly the identity; their origin is `start`.
    tol : Tolerance
        Bound on the estimated difference of the function from its minimum.
    max_iter : int
        Maximum number of iterations, those that led to `start` included.
    n_pairs : int
        Number of past steps that L-BFGS uses. More of them make up for worse variables.
    stop : callable
        Called after each iteration with the point that it led to, and the lengths of the gradients
        in the variables so far; returns whether to stop, because other variables are better.
    callback : callable or None
        Called after each iteration with the point that it led to.

    Returns
    -------
    minimum : Minimum
        Where the search converged, reached `max_iter`, or found no further descent. Its ``n_iter``
        counts on from that of `start`.

    Notes
    -----
    Half the squared length of the gradient in the variables estimates the descent that is left, and
    so does the step that L-BFGS tries next, times the gradient: its past steps know of curvature
    that the variables miss. The larger of the two decides, before that step is evaluated.

    Near the minimum the descent that is left is smaller than the rounding of the values. From
    there on descent is measured by the gradients alone, with the trapezoidal rule. It is exact for
    a parabola, which the function is there, and rounding hides far less of it. Where the Hessian is
    nearly singular rounding can still mislead the line search, so any point that it tries ends the
    search if it is within `tol`.
    """
    minimum = start
    for _ in range(2):
        search = _Search(
            value_and_gradient,
            minimum,
            variables,
            tol,
            by_gradient=minimum is not start,
            stop=stop,
            callback=callback,
        )
        minimum = search.run(max_iter, n_pairs)
        if search.by_gradient or search.is_stopped or minimum.n_iter == max_iter:
            break
        is_far = minimum.excess > _NEAR * abs(minimum.value)
        if tol.is_met(minimum) or (is_far and minimum.n_iter == start.n_iter):
            break
    return minimum


class _ConvergedError(Exception):
    """Ends a search within an iteration."""


class _Search:
    """The functions that SciPy calls, in steps from the start, and the last accepted point."""

    def __init__(
        self,
        value_and_gradient: Callable[[Floats], tuple[float, Floats]],
        start: Minimum,
        variables: LinearMap,
        tol: Tolerance,
        *,
        by_gradient: bool,
        stop: Callable[[Minimum, Sequence[float]], bool],
        callback: Callable[[Minimum], None] | None,
    ) -> None:
        self.value_and_gradient = value_and_gradient
        self.variables = variables
        self.tol = tol
        self.stop, self.is_stopped = stop, False
        self.callback = callback
        self._slopes = variables.adjoint(start.gradient)
        # SciPy's first step has length one. In units of the length of the first gradient, and of
        # its square for the value, that is Newton's step where the Hessian is the identity.
        self.unit = float(np.linalg.norm(self._slopes))
        self._lengths = [self.unit]
        self.start = self.accepted = self._evaluated = replace(start, excess=0.5 * self.unit**2)
        self.by_gradient = by_gradient or self._is_hidden(self.start)
        self._steps: Floats = np.zeros(start.parameters.size)
        self._n_iter = start.n_iter

    def run(self, max_iter: int, n_pairs: int) -> Minimum:
        """Search until `max_iter` iterations in all, and return the last accepted point."""
        n_left = max_iter - self._n_iter
        if n_left > 0 and not self.tol.is_met(self.start):
            # SciPy raises what its callables raise.
            with suppress(_ConvergedError):
                optimize.minimize(
                    self.change,
                    self._steps,
                    jac=self.slopes,
                    method="L-BFGS-B",
                    callback=self.accept,
                    options={
                        "maxcor": n_pairs,
                        "maxiter": n_left,
                        "maxfun": _MAX_LINE_SEARCH_STEPS * n_left,
                        "maxls": _MAX_LINE_SEARCH_STEPS,
                        **_NO_OTHER_MEASURE,
                    },
                )
        # SciPy leaves its callables in a cycle, and so in memory for a while, with all they hold.
        del self.variables
        return replace(self.accepted, n_iter=self._n_iter)

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
        self._evaluate(steps)
        return self._slopes / self.unit

    # SciPy lets only a callback with an argument of this name stop the search.
    def accept(self, intermediate_result: optimize.OptimizeResult) -> None:
        """Note a point that SciPy accepted, and stop where values no longer help."""
        point = self._evaluate(intermediate_result.x)
        self._accept(point)
        self._lengths.append(float(np.linalg.norm(self._slopes)))
        if not self.by_gradient and self._is_hidden(point):
            raise StopIteration
        self.is_stopped = not self.tol.is_met(point) and self.stop(point, self._lengths)
        if self.is_stopped:
            raise StopIteration

    def _accept(self, point: Minimum) -> None:
        self.accepted = point
        self._n_iter += 1
        if self.callback is not None:
            self.callback(point)

    def _evaluate(self, steps: Floats) -> Minimum:
        # The operator, because `array_equal` takes as long as an evaluation of a small table.
        if not (steps == self._steps).all():
            # Rounding hides the changes of the gradient, too, where it hides those of the value.
            if self._evaluated is self.accepted and not self.by_gradient:
                self._stop_at_minimum(steps - self._steps)
            self._steps = steps.copy()
            step = self.variables.forward(self.unit * steps)
            parameters = self.start.parameters + step
            value, gradient = self.value_and_gradient(parameters)
            self._slopes = self.variables.adjoint(gradient)
            excess = 0.5 * float(np.vdot(self._slopes, self._slopes))
            self._evaluated = Minimum(parameters, value, gradient, n_iter=0, excess=excess)
            if self.by_gradient and self.tol.is_met(self._evaluated):
                self._accept(self._evaluated)
                raise _ConvergedError
        return self._evaluated

    def _stop_at_minimum(self, next_step: Floats) -> None:
        """Stop at the accepted point if L-BFGS's next step, too, predicts little descent."""
        predicted = -0.5 * self.unit * float(np.vdot(self._slopes, next_step))
        self.accepted = replace(self.accepted, excess=max(self.accepted.excess, predicted))
        if self.tol.is_met(self.accepted):
            raise _ConvergedError

    def _is_hidden(self, point: Minimum) -> bool:
        """Return whether rounding of the value hides the descent that is left at a point."""
        rounding = float(np.finfo(np.float64).eps) * abs(point.value)
        return point.excess <= _ROUNDINGS * rounding
