"""Focal loss of a margin: all of the two-class case, and the scalar part of the softmax case.

The margin is ``m = z`` for rows of class 1 and ``m = -z`` for rows of class 0, so that
``p_t = 1 / (1 + exp(-m))`` is the probability that the model gives to the true class.

Notes
-----
Nothing here is computed from a rounded probability. With the softplus
``sp(m) = log(1 + exp(m))``,

- ``-log p_t = sp(-m)`` and ``-log(1 - p_t) = sp(m)``;
- value: ``exp(-gamma sp(m)) sp(-m)``;
- first derivative: ``-exp(-gamma sp(m)) [(1 - p_t) + gamma p_t sp(-m)]``;
- second derivative: ``exp(-gamma sp(m)) p_t [(1 - p_t) (1 + 2 gamma)
  + gamma sp(-m) ((1 + gamma) p_t - 1)]``,

with ``p_t = exp(-sp(-m))`` and ``1 - p_t = exp(-sp(m))``. The value and the first derivative have
terms of one sign only and are exact to rounding for any margin. The second derivative changes sign
once: focal loss is not convex for ``gamma > 0``.
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
    hit = positive_part - margin
    hit += log1p_exp
    log1p_exp += positive_part
    return hit, log1p_exp


def value_and_derivative(margin: Floats, gamma: float | Floats) -> tuple[Floats, Floats]:
    """Return the loss and minus its first derivative, both positive.

    The hot path of every fit: in-place operations, so that a block of rows stays in cache.
    """
    hit, miss = cross_entropies(margin)
    slope = np.exp(-hit)
    slope *= hit
    slope *= gamma
    slope += np.exp(-miss)
    miss *= -gamma
    modulating_factor = np.exp(miss, out=miss)
    slope *= modulating_factor
    hit *= modulating_factor
    return hit, slope


def first_derivative(margin: Floats, gamma: float | Floats) -> Floats:
    """Return the first derivative of the loss in the margin, which is never positive."""
    return -value_and_derivative(margin, gamma)[1]


def second_derivative(margin: Floats, gamma: float | Floats) -> Floats:
    """Return the second derivative of the loss in the margin, negative for badly missed rows."""
    hit, miss = cross_entropies(margin)
    p_true = np.exp(-hit)
    bracket = np.exp(-miss) * (1 + 2 * gamma) + gamma * hit * ((1 + gamma) * p_true - 1)
    curvature: Floats = np.exp(-gamma * miss) * p_true * bracket
    return curvature
