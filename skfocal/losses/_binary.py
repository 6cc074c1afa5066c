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
    odds = _odds(-margin)
    total = odds + 1
    rest = odds / total
    neg_log_p, factor = _loss_and_factor(margin, gamma, _log1p_exp(odds), rest)
    if factor is None:
        return neg_log_p, rest
    p = np.divide(1, total, out=total)
    p *= neg_log_p
    p *= gamma
    p += rest
    p *= factor
    neg_log_p *= factor
    return neg_log_p, p


def modulating_factor(margin: Floats, gamma: float | Floats) -> Floats:
    """Return ``(1 - p_t)^gamma``."""
    odds = _odds(-margin)
    rest = odds / (odds + 1)
    _, factor = _loss_and_factor(margin, gamma, _log1p_exp(odds), rest)
    return np.ones_like(margin) if factor is None else factor


def first_derivative(margin: Floats, gamma: float | Floats) -> Floats:
    """Return the first derivative of the loss with respect to the margin. It is never positive."""
    return -value_and_derivative(margin, gamma)[1]


def second_derivative(margin: Floats, gamma: float | Floats) -> Floats:
    """Return the second derivative of the loss with respect to the margin.

    It is negative for badly misclassified samples if ``gamma > 0``.
    """
    # From the odds of p_t: those of 1 - p_t are clipped, which would make a small p_t too large.
    odds = _odds(margin.copy())
    total = odds + 1
    rest = 1 / total
    p = np.divide(odds, total, out=total)
    neg_log_p, factor = _loss_and_factor(margin, gamma, _log1p_exp(odds), rest)
    if factor is None:
        p *= rest
        return p
    bend = (1 + gamma) * p
    bend -= 1
    bend *= neg_log_p
    bend *= gamma
    rest *= 1 + 2 * gamma
    bend += rest
    bend *= p
    bend *= factor
    return bend


def _odds(log_odds: Floats) -> Floats:
    """Overwrite the argument with its exponential, clipped so that it stays finite."""
    np.minimum(log_odds, _LARGEST_EXPONENT[log_odds.dtype.itemsize], out=log_odds)
    return np.exp(log_odds, out=log_odds)


@np.errstate(divide="ignore", over="ignore")
def _log1p_exp(odds: Floats) -> Floats:
    """Overwrite the odds with ``log(1 + exp(-|m|))``."""
    # Where the logarithm is not vectorised it takes longer beyond 2.
    np.minimum(odds, 1 / odds, out=odds)
    return np.log1p(odds, out=odds)


def _loss_and_factor(
    margin: Floats, gamma: float | Floats, log1p_exp: Floats, rest: Floats
) -> tuple[Floats, Floats | None]:
    """Return ``-log p_t``, and ``(1 - p_t)^gamma`` or None for 1. `log1p_exp` is overwritten.

    Where `gamma` is a multiple of 1/2 the power is by products and a root.
    """
    neg_part = np.minimum(margin, 0)
    if is_product(gamma):
        log1p_exp -= neg_part
        return log1p_exp, None if gamma == 0 else power(rest, gamma)
    neg_log_p = np.subtract(log1p_exp, neg_part, out=neg_part)
    neg_log_rest = np.maximum(margin, 0)
    neg_log_rest += log1p_exp
    neg_log_rest *= -gamma
    return neg_log_p, np.exp(neg_log_rest, out=neg_log_rest)
