"""Focal loss as a function of the margin.

The binary loss is this function. The multiclass loss uses it for its scalar part.

Notes
-----
The margin ``m`` is ``z`` for samples of class 1 and ``-z`` for samples of class 0, where ``z`` is
the logit. The model's probability of the true class is then ``p_t = 1 / (1 + exp(-m))``.

All terms are computed from the softplus ``sp(m) = log(1 + exp(m))`` and not from a rounded
probability. With ``-log p_t = sp(-m)`` and ``-log(1 - p_t) = sp(m)``,

- value: ``exp(-gamma sp(m)) sp(-m)``;
- first derivative: ``-exp(-gamma sp(m)) [(1 - p_t) + gamma p_t sp(-m)]``;
- second derivative: ``exp(-gamma sp(m)) p_t [(1 - p_t) (1 + 2 gamma)
  + gamma sp(-m) ((1 + gamma) p_t - 1)]``.

All terms of the value and of the first derivative have the same sign, so both are exact to
rounding for any margin. The second derivative changes sign once: focal loss is not convex for
``gamma > 0``.
"""

from __future__ import annotations

import numpy as np

from skfocal._typing import Floats
from skfocal.losses._powers import is_product, power

__all__ = [
    "cross_entropies",
    "first_derivative",
    "modulating_factor",
    "second_derivative",
    "value_and_derivative",
]

# The exponential of a larger one is infinite in double or single precision, of 8 or 4 bytes.
_LARGEST_EXPONENT = {8: 709.0, 4: 88.0}


def cross_entropies(margin: Floats) -> tuple[Floats, Floats]:
    """Return ``(-log p_t, -log(1 - p_t))``, exact to rounding for any finite margin."""
    positive_part = np.maximum(margin, 0)
    log1p_exp = np.abs(margin)
    np.negative(log1p_exp, out=log1p_exp)
    np.exp(log1p_exp, out=log1p_exp)
    np.log1p(log1p_exp, out=log1p_exp)
    neg_log_p = positive_part - margin
    neg_log_p += log1p_exp
    log1p_exp += positive_part
    return neg_log_p, log1p_exp


def value_and_derivative(margin: Floats, gamma: float | Floats) -> tuple[Floats, Floats]:
    """Return the loss and minus its first derivative, both non-negative.

    Every fit spends much of its time here: one exponential and one logarithm, in place so that a
    block of rows stays in the processor's cache.
    """
    p, rest, log1p_exp = _probabilities(margin)
    factor = _power(margin, gamma, rest, log1p_exp)
    neg_log_p = _add_part(log1p_exp, margin, -1)
    p *= neg_log_p
    p *= gamma
    p += rest
    p *= factor
    neg_log_p *= factor
    return neg_log_p, p


def modulating_factor(margin: Floats, gamma: float | Floats) -> Floats:
    """Return ``(1 - p_t)^gamma``."""
    _, rest, log1p_exp = _probabilities(margin)
    return _power(margin, gamma, rest, log1p_exp)


def first_derivative(margin: Floats, gamma: float | Floats) -> Floats:
    """Return the first derivative of the loss with respect to the margin. It is never positive."""
    return -value_and_derivative(margin, gamma)[1]


def second_derivative(margin: Floats, gamma: float | Floats) -> Floats:
    """Return the second derivative of the loss with respect to the margin.

    It is negative for badly misclassified samples if ``gamma > 0``.
    """
    exp = np.exp(-np.abs(margin))
    log1p_exp = np.log1p(exp)
    likely = 1 / (1 + exp)
    exp *= likely
    p, rest = np.where(margin > 0, [likely, exp], [exp, likely])
    curvature = _power(margin, gamma, rest, log1p_exp)
    neg_log_p = _add_part(log1p_exp, margin, -1)
    curvature *= p
    curvature *= rest * (1 + 2 * gamma) + gamma * neg_log_p * ((1 + gamma) * p - 1)
    return curvature


@np.errstate(divide="ignore", over="ignore")
def _probabilities(margin: Floats) -> tuple[Floats, Floats, Floats]:
    """Return ``p_t``, ``1 - p_t`` and ``log(1 + exp(-|m|))`` from one exponential.

    They are exact to rounding, but for a ``p_t`` below the smallest normal number.
    """
    odds = np.negative(margin)  # of 1 - p_t
    np.minimum(odds, _LARGEST_EXPONENT[margin.dtype.itemsize], out=odds)
    np.exp(odds, out=odds)
    total = odds + 1
    rest = odds / total
    p = np.divide(1, total, out=total)
    log1p_exp = np.divide(1, odds)
    np.minimum(odds, log1p_exp, out=log1p_exp)
    return p, rest, np.log1p(log1p_exp, out=log1p_exp)


def _power(margin: Floats, gamma: float | Floats, rest: Floats, log1p_exp: Floats) -> Floats:
    """Return ``(1 - p_t)^gamma``, by products and a root where `gamma` is a multiple of 1/2."""
    if is_product(gamma):
        return power(rest, gamma)
    neg_log_rest = _add_part(log1p_exp.copy(), margin, 1)
    neg_log_rest *= -gamma
    return np.exp(neg_log_rest, out=neg_log_rest)


def _add_part(log1p_exp: Floats, margin: Floats, sign: int) -> Floats:
    """Add ``max(sign m, 0)`` in place: ``-log(1 - p_t)`` for 1, ``-log p_t`` for -1."""
    part = margin * sign
    np.maximum(part, 0, out=part)
    log1p_exp += part
    return log1p_exp
