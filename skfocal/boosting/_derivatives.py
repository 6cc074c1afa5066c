"""Gradient and curvature of focal loss in the margins, as boosting needs them.

Notes
-----
Boosting libraries take Newton steps with one curvature per margin, which must be positive: a
negative one makes them grow empty trees or stop. The second derivative of focal loss is negative
for badly misclassified rows. With ``f_k`` the loss of a row of class ``k`` and ``P`` the weighted
posterior that belongs to the margins, the choices are

- "expected": ``sum_k P_k d^2 f_k / dz^2``. The margins minimise the expected loss under ``P``, so
  this is the curvature at a minimum, which is positive. It does not depend on the label of the
  row, like ``p (1 - p)`` of log loss, to which it reduces for ``gamma = 0``.
- "exact": the second derivative of the row's loss, and with it the Hessian of several classes, made
  positive semidefinite by leaving out its one negative term.
- "gradient": the absolute value of the gradient.

The first two are nearly zero, or negative, for confident mistakes. A leaf of such rows would take
a step of any length, so that a row's curvature is at least its absolute gradient divided by
`MAX_STEP`. Log loss (``gamma = 0``) is left as the libraries compute it.

All terms are products of ``p``, ``1 - p`` and ``-log p``, each of which is exact to rounding for
any margin. For `K` classes with ``r = 1 - p``, ``b = r - gamma p log p``, ``a = r^gamma b`` and
``k = r (1 + 2 gamma) - gamma log p ((1 + gamma) p - 1)``, the gradient of a row of class `y` is
``a_y (p / r_y)``, but ``-a_y`` at `y`. The posterior is proportional to ``p r / a``, and the
powers cancel in its products with ``a`` and with the second derivative ``r^gamma p k``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from skfocal._typing import Floats, Integers
from skfocal.losses._powers import power

__all__ = [
    "CURVATURES",
    "FLOOR",
    "LEAST_ODDS",
    "MAX_STEP",
    "Curvature",
    "Map",
    "binary_derivatives",
    "is_focal",
    "softmax_derivatives",
]

Curvature: TypeAlias = Literal["expected", "exact", "gradient"]
Map: TypeAlias = Callable[..., Iterable[Any]]
CURVATURES = ("expected", "exact", "gradient")

FLOOR = 1e-16
"""Smallest curvature of a row. It is that of XGBoost's own log loss."""

MAX_STEP = 10.0
"""Longest Newton step of a row."""

# Smaller odds against the largest class are rounded up, so that their inverse, times 1 + gamma,
# is finite in double or single precision, of 8 or 4 bytes.
LEAST_ODDS = {8: 1e-300, 4: 1e-32}
# Margins of a block. Its temporary arrays fit into the processor's cache.
_BLOCK = 2**15


def binary_derivatives(
    is_positive: NDArray[np.bool],
    margins: Floats,
    gamma: float | Floats,
    row_weight: Floats | None,
    curvature: Curvature,
    map_: Map = map,
) -> tuple[Floats, Floats]:
    """Return gradient and curvature of the loss of each row of two classes.

    Parameters
    ----------
    is_positive : ndarray of shape (n_samples,)
        Whether a row is of class 1.
    margins : ndarray of shape (n_samples,)
        Margins, whose sigmoid is the model's probability of class 1.
    gamma : float or ndarray of shape (2,)
        Focusing parameter.
    row_weight : ndarray of shape (n_samples,) or None
        Weight of each row, that of its class included.
    curvature : {"expected", "exact", "gradient"}
        Which curvature.
    map_ : callable, default=map
        Calls a function for each block of rows.

    Returns
    -------
    gradient, curvature : ndarray of shape (n_samples,)
        In the precision of `margins`.
    """
    gradient, curvatures = np.empty_like(margins), np.empty_like(margins)

    def compute(rows: slice) -> None:
        _binary_block(
            is_positive[rows], margins[rows], gamma, curvature, gradient[rows], curvatures[rows]
        )
        if row_weight is not None:
            gradient[rows] *= row_weight[rows]
            curvatures[rows] *= row_weight[rows]

    deque(map_(compute, _blocks(len(margins), 1)), maxlen=0)
    return gradient, curvatures


def softmax_derivatives(
    codes: Integers,
    margins: Floats,
    gamma: float | Floats,
    row_weight: Floats | None,
    curvature: Curvature,
    factor: float = 1.0,
    map_: Map = map,
) -> tuple[Floats, Floats]:
    """Return gradient and diagonal curvature of the loss of each row of several classes.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,)
        Index of the class of each row.
    margins : ndarray of shape (n_samples, n_classes)
        Margins, whose softmax is the model's probability.
    gamma : float or ndarray of shape (n_classes,)
        Focusing parameter.
    row_weight : ndarray of shape (n_samples,) or None
        Weight of each row, that of its class included.
    curvature : {"expected", "exact", "gradient"}
        Which curvature.
    factor : float, default=1.0
        Factor of the expected and the exact curvature.
    map_ : callable, default=map
        Calls a function for each block of rows.

    Returns
    -------
    gradient, curvature : ndarray of shape (n_samples, n_classes)
        In the precision and the memory order of `margins`.
    """
    gradient, curvatures = np.empty_like(margins), np.empty_like(margins)
    has_focus = is_focal(gamma)
    gamma = gamma if isinstance(gamma, float) else gamma[:, np.newaxis].astype(margins.dtype)

    def compute(rows: slice) -> None:
        # With the classes along the first axis, sums over them are vectorised over the rows.
        terms = _SoftmaxTerms(np.ascontiguousarray(margins[rows].T), codes[rows], gamma)
        slopes = terms.gradient()
        if curvature == "gradient":
            bends = np.abs(slopes)
        else:
            bends = terms.expected() if curvature == "expected" else terms.exact()
            bends *= factor
            if has_focus:
                np.maximum(bends, np.abs(slopes) / MAX_STEP, out=bends)
        np.maximum(bends, FLOOR, out=bends)
        if row_weight is not None:
            slopes *= row_weight[rows]
            bends *= row_weight[rows]
        gradient[rows], curvatures[rows] = slopes.T, bends.T

    deque(map_(compute, _blocks(*margins.shape)), maxlen=0)
    return gradient, curvatures


def is_focal(gamma: float | Floats) -> bool:
    """Return whether the loss is not log loss."""
    return gamma > 0 if isinstance(gamma, float) else bool(gamma.any())


def _blocks(n_rows: int, n_columns: int) -> list[slice]:
    step = max(_BLOCK // n_columns, 1)
    return [slice(start, start + step) for start in range(0, n_rows, step)]


def _binary_block(
    is_positive: NDArray[np.bool],
    margins: Floats,
    gamma: float | Floats,
    curvature: Curvature,
    gradient: Floats,
    curvatures: Floats,
) -> None:
    """Write gradient and curvature of a block of rows.

    The likely class is the one with a probability of at least 1/2. Both probabilities are computed
    from the absolute margin, so that they are exact to rounding.
    """
    sign = is_positive.astype(margins.dtype)
    sign *= -2
    sign += 1
    is_wrong = sign * margins > 0
    gamma_likely, gamma_unlikely = _gammas_by_side(margins, gamma)
    magnitude = np.abs(margins)
    odds = np.exp(-magnitude)
    likely = 1 / (1 + odds)
    unlikely = odds * likely
    log1p_odds = np.log1p(odds, out=odds)
    magnitude += log1p_odds
    likely_power, likely_slope, likely_bend = _one_class(
        likely, unlikely, log1p_odds, gamma_likely, curvature
    )
    unlikely_power, unlikely_slope, unlikely_bend = _one_class(
        unlikely, likely, magnitude, gamma_unlikely, curvature
    )
    likely_steep = likely_power * likely_slope
    unlikely_steep = unlikely_power * unlikely_slope
    steep = np.where(is_wrong, unlikely_steep, likely_steep)
    np.multiply(steep, sign, out=gradient)
    if curvature == "gradient":
        np.maximum(steep, FLOOR, out=curvatures)
        return
    if curvature == "exact":
        likely_bend *= likely_power
        unlikely_bend *= unlikely_power
        bend = np.where(is_wrong, unlikely_bend, likely_bend)
    else:
        # The posterior of a class is proportional to the slope of the other one.
        likely_bend *= unlikely_slope
        unlikely_bend *= likely_slope
        likely_bend += unlikely_bend
        likely_bend *= likely_power
        likely_bend *= unlikely_power
        likely_steep += unlikely_steep
        bend = np.divide(likely_bend, likely_steep, out=likely_bend)
    if is_focal(gamma):
        steep *= 1 / MAX_STEP
        np.maximum(bend, steep, out=bend)
    np.maximum(bend, FLOOR, out=curvatures)


def _gammas_by_side(margins: Floats, gamma: float | Floats) -> tuple[Any, Any]:
    """Return the focusing parameters of the likely and the unlikely class of each row."""
    if isinstance(gamma, float):
        return gamma, gamma
    gamma = gamma.astype(margins.dtype)
    codes = (margins > 0).astype(np.intp)
    return gamma[codes], gamma[1 - codes]


def _one_class(
    p: Floats, r: Floats, neg_log_p: Floats, gamma: Any, curvature: Curvature
) -> tuple[Floats, Floats, Any]:
    """Return ``r^gamma``, and minus slope and bend of a class's loss without that factor."""
    surprise = gamma * neg_log_p
    slope = p * surprise
    slope += r
    bend = None
    if curvature != "gradient":
        bend = (1 + gamma) * p
        bend -= 1
        bend *= surprise
        bend += (1 + 2 * gamma) * r
        bend *= p
    return power(r, gamma), slope, bend


class _SoftmaxTerms:
    """Terms of the derivatives of a block of rows, of shape (n_classes, n_samples).

    The entries of one class per row are read and written by their positions in the flat arrays,
    which takes a fraction of the time of two indices.
    """

    def __init__(self, margins: Floats, codes: Integers, gamma: float | Floats) -> None:
        n_rows = margins.shape[1]
        rows = np.arange(n_rows)
        self.own = codes * n_rows + rows
        self.largest = largest = margins.argmax(axis=0) * n_rows + rows
        shifted = margins - margins.take(largest)
        p = np.exp(shifted)
        p.reshape(-1)[largest] = 0
        others = np.maximum(p.sum(axis=0), LEAST_ODDS[p.dtype.itemsize])
        p.reshape(-1)[largest] = 1
        total = others + 1
        p /= total
        r = 1 - p
        # Only the largest probability can be so close to 1 that 1 - p loses precision.
        r.reshape(-1)[largest] = others / total
        surprise = np.subtract(np.log1p(others), shifted, out=shifted)
        surprise *= gamma
        self.p, self.r = p, r
        self.power = power(r, gamma)
        self.slope = p * surprise
        self.slope += r
        bend = (1 + gamma) * p
        bend -= 1
        bend *= surprise
        bend += (1 + 2 * gamma) * r
        self.bend = bend

    def gradient(self) -> Floats:
        """Return the gradient."""
        steep = self.power.take(self.own) * self.slope.take(self.own)
        gradient: Floats = self.p * (steep / self.r.take(self.own))
        gradient.reshape(-1)[self.own] = -steep
        return gradient

    def exact(self) -> Floats:
        """Return the diagonal of the Hessian, made positive semidefinite."""
        power_of_y, p_of_y = self.power.take(self.own), self.p.take(self.own)
        shares = self.p / self.r.take(self.own)
        shares.reshape(-1)[self.own] = 0
        bend = np.maximum(power_of_y * p_of_y * self.bend.take(self.own), 0)
        steep = power_of_y * self.slope.take(self.own)
        diagonal: Floats = shares * (bend * shares + steep * np.maximum(1 - shares, 0))
        diagonal.reshape(-1)[self.own] = bend
        return diagonal

    def expected(self) -> Floats:
        """Return the diagonal of the Hessian's expectation under the posterior.

        The class of the largest probability is left out of the sums, and added where it belongs:
        its terms have the divisor ``r``, and would cancel in the entry of the class itself. This is
        the last use of the terms.
        """
        p, r, largest = self.p, self.r, self.largest
        odds = p / r
        share = p * r
        share /= self.slope  # of the posterior, times r^gamma
        own = self.bend
        own *= share
        own *= p
        by_square = own / r
        by_square /= r
        squares = _sums_without_own(by_square, largest)
        squares -= _sums_without_own(odds, largest)
        squares *= p
        squares += r
        squares *= p
        squares += own
        power_of_largest, share_of_largest = self.power.take(largest), share.take(largest)
        self.power.reshape(-1)[largest] = 1
        share /= self.power
        share.reshape(-1)[largest] = 0
        squares *= power_of_largest / (share_of_largest + power_of_largest * share.sum(axis=0))
        return squares


def _sums_without_own(terms: Floats, largest: NDArray[np.intp]) -> Floats:
    """Return the sum over the other classes, for each class. Overwrites `terms`."""
    of_largest = terms.take(largest)
    terms.reshape(-1)[largest] = 0
    without_largest = terms.sum(axis=0)
    sums: Floats = np.subtract(without_largest + of_largest, terms, out=terms)
    sums.reshape(-1)[largest] = without_largest
    return sums
