"""Focal loss of a row of logits with K classes.

Notes
-----
For the true class ``y`` the leave-one-out margin is ``m = z_y - logsumexp(z_j, j != y)``, so that
``1 - p_y`` is never formed by subtraction. With it the value is that of the two-class case, and
with the shares ``v_j = p_j / (1 - p_y)`` for ``j != y``, ``v_y = 0``, and ``u = v - e_y``,

- gradient: ``-f'(m) u``;
- Hessian: ``f''(m) u u^T - f'(m) (diag(v) - v v^T)``,

``f`` being the two-class loss of a margin. The Hessian is positive semidefinite exactly when
``f''(m) >= 0``. Between two classes that are not the true one it is
``(f''(m) + f'(m)) v_i v_j``, where the sum is

``exp(-gamma sp(m)) {(1 - q) [2 gamma q - (1 - q)] + gamma q sp(-m) [(1 + gamma) q - 2]}``

with ``q = p_y``: a form that does not cancel as ``q`` goes to 1.
"""

from __future__ import annotations

import numpy as np

from skfocal._typing import Floats, Integers
from skfocal.losses._binary import cross_entropies, second_derivative, value_and_derivative

__all__ = ["complement", "gradient_from_shares", "hessian", "hessian_diagonal", "leave_one_out"]


def complement(shares: Floats) -> Floats:
    """Return ``1 - shares`` along the last axis, exact where a share rounds to 1.

    Parameters
    ----------
    shares : ndarray of shape (n_samples, n_classes)
        Non-negative numbers of which each row sums to 1.
    """
    rows, largest = np.arange(len(shares)), shares.argmax(axis=1)
    rest = shares.copy()
    rest[rows, largest] = 0
    result: Floats = 1 - shares
    result[rows, largest] = rest.sum(axis=1)
    return result


def leave_one_out(logits: Floats, y_true: Integers) -> tuple[Floats, Floats]:
    """Return the margin of the true class, and how the others share what is left to them.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        Scores of the classes.
    y_true : ndarray of shape (n_samples,)
        Index of the true class.

    Returns
    -------
    margin : ndarray of shape (n_samples,)
        ``log p_t - log(1 - p_t)``.
    shares : ndarray of shape (n_samples, n_classes)
        ``p_j / (1 - p_t)``, zero for the true class. Each row sums to 1.
    """
    rows = np.arange(len(logits))
    # One class after the other in memory: reductions over the classes then run along the rows,
    # vectorised, which for few classes is several times quicker.
    shares = logits.copy(order="F")
    shares[rows, y_true] = -np.inf
    # Shifting by the largest other logit, not by the largest of all, keeps the shares exact where
    # the true class towers over the others.
    shift = shares.max(axis=1)
    shares -= shift[:, np.newaxis]
    np.exp(shares, out=shares)
    total = shares.sum(axis=1)
    shares /= total[:, np.newaxis]
    margin = (logits[rows, y_true] - shift) - np.log(total)
    return margin, shares


def gradient_from_shares(shares: Floats, y_true: Integers, slope: Floats) -> Floats:
    """Turn `shares` in place into the gradient; `slope` is minus the derivative in the margin."""
    shares[np.arange(len(shares)), y_true] = -1
    shares *= slope[:, np.newaxis]
    return shares


def hessian_diagonal(logits: Floats, y_true: Integers, gamma: float | Floats) -> Floats:
    """Return the diagonals of the Hessians in the logits, of shape (n_samples, n_classes)."""
    margin, shares = leave_one_out(logits, y_true)
    curvature = second_derivative(margin, gamma)
    slope = value_and_derivative(margin, gamma)[1]
    result = shares * (curvature[:, None] * shares + slope[:, None] * complement(shares))
    result[np.arange(len(shares)), y_true] = curvature
    return result


def hessian(logits: Floats, y_true: Integers, gamma: float | Floats) -> Floats:
    """Return the Hessian in the logits, of shape (n_samples, n_classes, n_classes)."""
    margin, shares = leave_one_out(logits, y_true)
    hit, miss = cross_entropies(margin)
    q, rest = np.exp(-hit), np.exp(-miss)
    mixed = rest * (2 * gamma * q - rest) + gamma * q * hit * ((1 + gamma) * q - 2)
    mixed *= np.exp(-gamma * miss)
    curvature = second_derivative(margin, gamma)[:, np.newaxis]

    rows, classes = np.arange(len(shares)), np.arange(shares.shape[1])
    result: Floats = mixed[:, None, None] * (shares[:, :, None] * shares[:, None, :])
    result[rows, y_true] = result[rows, :, y_true] = -curvature * shares
    result[:, classes, classes] = hessian_diagonal(logits, y_true, gamma)
    return result
