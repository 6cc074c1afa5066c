"""Minimum of a quadratic function plus weighted absolute values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotrs

from skfocal._typing import Floats

__all__ = ["minimize_l1_quadratic"]

# Relative to the diagonal, they keep a factor of a singular matrix finite.
_JITTERS = (1e-10, 1e-7, 1e-4, 1.0)
# What is left to gain, relative to what was gained, at which a minimum is precise enough.
_SHARE_LEFT = 1e-6
# Hard problems took about a hundred.
_MAX_ROUNDS = 1000
# At most so many parameters leave zero at once, and at most this share of those that are not
# zero. Where parameters are dependent, most of many new ones would have to become zero again.
_FEWEST_NEW, _NEW_SHARE = 10, 0.25
# Shorter steps are tried before the one that stops at the first change of a sign.
_SHORTENINGS = (1.0, 0.5, 0.25)


def minimize_l1_quadratic(matrix: Floats, slopes: Floats, l1: Floats, start: Floats) -> Floats:
    """Minimise ``slopes @ z + z @ matrix @ z / 2 + l1 @ abs(z)``.

    Parameters
    ----------
    matrix : ndarray of shape (n, n)
        Symmetric and positive semidefinite, with a positive diagonal.
    slopes : ndarray of shape (n,)
        Linear part.
    l1 : ndarray of shape (n,)
        Weights of the absolute values, >= 0.
    start : ndarray of shape (n,)
        Where to begin, such as the minimum of a similar function.

    Returns
    -------
    minimum : ndarray of shape (n,)
        The minimum, with exact zeros.

    Notes
    -----
    Two kinds of steps alternate, both of which decrease the function. A proximal gradient step,
    scaled by the diagonal, lets parameters leave zero. A Newton step then minimises the function
    over the parameters that are not zero, for their signs; a parameter whose sign it would change
    becomes zero instead. There are finitely many patterns of signs, and none occurs twice.
    """
    search = _Search(matrix, slopes, l1, start)
    first = search.value
    for _ in range(_MAX_ROUNDS):
        search.descend_with_signs()
        is_precise = search.left_at_zero() <= _SHARE_LEFT * (first - search.value)
        if is_precise or not search.leave_zero():
            break
    return search.z


class _Search:
    """A point with its gradient and value."""

    def __init__(self, matrix: Floats, slopes: Floats, l1: Floats, start: Floats) -> None:
        self.matrix, self.slopes, self.l1 = matrix, slopes, l1
        self.diagonal = np.diag(matrix)
        self.is_penalised = l1 > 0
        self.z = start
        self.gradient: Floats = slopes + matrix @ start
        self.value = self._value(start, self.gradient)

    def _value(self, z: Floats, gradient: Floats) -> float:
        return float(0.5 * ((self.slopes + gradient) @ z) + self.l1 @ np.abs(z))

    def _gains(self) -> Floats:
        """Return what each parameter at zero can gain alone by leaving it."""
        held = np.where(self.z == 0, self.l1, np.inf)
        excess = np.maximum(np.abs(self.gradient) - held, 0)
        return np.asarray(0.5 * excess**2 / self.diagonal)

    def left_at_zero(self) -> float:
        """Estimate the decrease that is possible because parameters should leave zero."""
        return float(self._gains().sum())

    def leave_zero(self) -> bool:
        """Take a proximal step, as far along as the function decreases.

        Returns
        -------
        decreases : bool
            Whether there is such a step, up to rounding.
        """
        gains = self._gains()
        n_new = max(_FEWEST_NEW, int(_NEW_SHARE * np.count_nonzero(self.z)))
        if n_new < np.count_nonzero(gains):
            gains[np.argpartition(-gains, n_new)[n_new:]] = 0
        moving = (self.z != 0) | (gains > 0)
        moved = np.where(moving, self.z - self.gradient / self.diagonal, 0)
        shrunk = np.sign(moved) * np.maximum(np.abs(moved) - self.l1 / self.diagonal, 0)
        step = shrunk - self.z
        # The absolute values are convex, so along the step they are below their chord.
        slope = self.gradient @ step + self.l1 @ (np.abs(shrunk) - np.abs(self.z))
        curvature = step @ self.matrix @ step
        if slope >= 0 or curvature <= 0:
            return False
        length = min(1.0, -slope / curvature)
        self.z = np.asarray(shrunk if length == 1 else self.z + length * step)
        self.gradient = self.slopes + self.matrix @ self.z
        self.value = self._value(self.z, self.gradient)
        return True

    def descend_with_signs(self) -> None:
        """Minimise over the parameters that are not zero, some of which become zero."""
        free = np.flatnonzero((self.z != 0) | ~self.is_penalised)
        while len(free):
            signs = np.sign(self.z[free]) * self.is_penalised[free]
            slopes = self.gradient[free] + self.l1[free] * signs
            # Without the checks of `cho_solve`, which take as long as a small system.
            step = -dpotrs(self._factor(free), slopes, lower=True)[0]
            n_free = len(free)
            self._move(free, signs, step)
            free = free[(self.z[free] != 0) | ~self.is_penalised[free]]
            if len(free) == n_free:
                break

    def _factor(self, free: NDArray[np.intp]) -> Floats:
        """Return the Cholesky factor for some parameters, in the lower triangle."""
        part = self.matrix[np.ix_(free, free)]
        diagonal = self.diagonal[free]
        for jitter in _JITTERS:
            np.fill_diagonal(part, diagonal * (1 + jitter))
            factor, info = dpotrf(part, lower=True, clean=False)
            if info == 0:
                break
        return np.asarray(factor)

    def _move(self, free: NDArray[np.intp], signs: Floats, step: Floats) -> None:
        """Move along a step; parameters whose sign would change become zero."""
        here = self.z[free]
        crosses = signs * (here + step) < 0
        if not crosses.any():
            self._set(free, here + step)
            return
        with np.errstate(divide="ignore", invalid="ignore"):
            lengths = np.where(crosses, -here / step, np.inf)
        first = float(lengths.min())
        before = self.z, self.gradient, self.value
        for length in _SHORTENINGS:
            if length <= first:
                break
            moved = here + length * step
            moved[signs * moved < 0] = 0
            self._set(free, moved)
            if self.value < before[2]:
                return
            self.z, self.gradient, self.value = before
        moved = here + first * step
        moved[lengths == first] = 0
        self._set(free, moved)

    def _set(self, free: NDArray[np.intp], values: Floats) -> None:
        self.z = self.z.copy()
        self.z[free] = values
        self.gradient = self.slopes + self.matrix @ self.z
        self.value = self._value(self.z, self.gradient)
