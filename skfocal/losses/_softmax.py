"""Focal loss of multiclass logits.

Notes
-----
For the true class ``y`` the leave-one-out margin is ``m = z_y - logsumexp(z_j, j != y)``. It avoids
computing ``1 - p_y`` by subtraction. Let ``f`` be the binary loss as a function of the margin,
``v_j = p_j / (1 - p_y)`` for ``j != y`` (the shares), ``v_y = 0``, and ``u = v - e_y``. Then

- value: ``f(m)``;
- gradient: ``-f'(m) u``;
- Hessian: ``f''(m) u u^T - f'(m) (diag(v) - v v^T)``.

The Hessian is positive semidefinite if and only if ``f''(m) >= 0``. Its entry for two different
classes ``i`` and ``j``, neither of them ``y``, is ``(f''(m) + f'(m)) v_i v_j``. With ``q = p_y``,
the first factor is computed as

``exp(-gamma sp(m)) {(1 - q) [2 gamma q - (1 - q)] + gamma q sp(-m) [(1 + gamma) q - 2]}``,

which does not cancel as ``q`` approaches 1.
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
        Non-negative numbers. Each row sums to 1.
    """
    rows, largest = np.arange(len(shares)), shares.argmax(axis=1)
    rest = shares.copy()
    rest[rows, largest] = 0
    result: Floats = 1 - shares
    result[rows, largest] = rest.sum(axis=1)
    return result


def leave_one_out(logits: Floats, y_true: Integers) -> tuple[Floats, Floats]:
    """Return the margin of the true class and the shares of the other classes.

    Parameters
    ----------
    logits : ndarray of shape (n_samples, n_classes)
        Logits of all classes.
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
    # In Fortran order, reductions over the classes are vectorised over the samples. With few
    # classes this is several times faster.
    shares = logits.copy(order="F")
    shares[rows, y_true] = -np.inf
    # The shift is the largest logit of the other classes, not of all classes. This keeps the
    # shares exact if the logit of the true class is much larger than the others.
    shift = shares.max(axis=1)
    shares -= shift[:, np.newaxis]
    np.exp(shares, out=shares)
    total = shares.sum(axis=1)
    shares /= total[:, np.newaxis]
    margin = (logits[rows, y_true] - shift) - np.log(total)
    return margin, shares


def gradient_from_shares(shares: Floats, y_true: Integers, slope: Floats) -> Floats:
    """Overwrite `shares` with the gradient and return it.

    `slope` is minus the derivative of the loss with respect to the margin.
    """
    shares[np.arange(len(shares)), y_true] = -1
    shares *= slope[:, np.newaxis]
    return shares


def hessian_diagonal(logits: Floats, y_true: Integers, gamma: float | Floats) -> Floats:
    """Return the diagonal of each sample's Hessian, of shape (n_samples, n_classes)."""
    margin, shares = leave_one_out(logits, y_true)
    curvature = second_derivative(margin, gamma)
    slope = value_and_derivative(margin, gamma)[1]
    result = shares * (curvature[:, None] * shares + slope[:, None] * complement(shares))
    result[np.arange(len(shares)), y_true] = curvature
    return result


def hessian(logits: Floats, y_true: Integers, gamma: float | Floats) -> Floats:
    """Return the Hessian of each sample, of shape (n_samples, n_classes, n_classes)."""
    margin, shares = leave_one_out(logits, y_true)
    neg_log_p, neg_log_1mp = cross_entropies(margin)
    q, rest = np.exp(-neg_log_p), np.exp(-neg_log_1mp)
    mixed = rest * (2 * gamma * q - rest) + gamma * q * neg_log_p * ((1 + gamma) * q - 2)
    mixed *= np.exp(-gamma * neg_log_1mp)
    curvature = second_derivative(margin, gamma)[:, np.newaxis]

    rows, classes = np.arange(len(shares)), np.arange(shares.shape[1])
    result: Floats = mixed[:, None, None] * (shares[:, :, None] * shares[:, None, :])
    result[rows, y_true] = result[rows, :, y_true] = -curvature * shares
    result[:, classes, classes] = hessian_diagonal(logits, y_true, gamma)
    return result
