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

__all__ = ["cross_entropies", "first_derivative", "second_derivative", "value_and_derivative"]


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

    Every fit spends much of its time here. The operations work in place so that a block of rows
    stays in the processor's cache.
    """
    neg_log_p, neg_log_1mp = cross_entropies(margin)
    slope = np.exp(-neg_log_p)
    slope *= neg_log_p
    slope *= gamma
    slope += np.exp(-neg_log_1mp)
    neg_log_1mp *= -gamma
    modulating_factor = np.exp(neg_log_1mp, out=neg_log_1mp)
    slope *= modulating_factor
    neg_log_p *= modulating_factor
    return neg_log_p, slope


def first_derivative(margin: Floats, gamma: float | Floats) -> Floats:
    """Return the first derivative of the loss with respect to the margin. It is never positive."""
    return -value_and_derivative(margin, gamma)[1]


def second_derivative(margin: Floats, gamma: float | Floats) -> Floats:
    """Return the second derivative of the loss with respect to the margin.

    It is negative for badly misclassified samples if ``gamma > 0``.
    """
    neg_log_p, neg_log_1mp = cross_entropies(margin)
    p_t = np.exp(-neg_log_p)
    bracket = np.exp(-neg_log_1mp) * (1 + 2 * gamma) + gamma * neg_log_p * ((1 + gamma) * p_t - 1)
    curvature: Floats = np.exp(-gamma * neg_log_1mp) * p_t * bracket
    return curvature
