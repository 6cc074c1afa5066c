"""The margins that minimise focal loss without features, where boosting starts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from sklearn.utils import column_or_1d

from skfocal._checks import check_labels, check_row_weights
from skfocal._classes import class_totals, encode
from skfocal._typing import Alpha, Floats, Gamma
from skfocal.boosting._parameters import resolve_parameters
from skfocal.losses._binary import cross_entropies
from skfocal.posterior import posterior_logits

__all__ = ["constant_start", "start_at"]

# The sigmoid of a higher margin rounds to 1.
_HIGHEST = 40.0
# A root is accurate to rounding.
_TOLERANCES = {"xtol": 1e-14, "rtol": 4 * np.finfo(np.float64).eps}


def constant_start(
    y: ArrayLike,
    focal_gamma: Gamma = 2.0,
    focal_alpha: Alpha = None,
    sample_weight: ArrayLike | None = None,
) -> Any:
    """Margins that minimise focal loss without features.

    A boosted model should start there, and not at zero: the first trees would otherwise only learn
    the class frequencies. The estimators of this module do.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Class labels.
    focal_gamma : float, mapping or array-like of shape (n_classes,), default=2.0
        Focusing parameter, as in `FocalXGBClassifier`.
    focal_alpha : None, float, "balanced", mapping or array-like of shape (n_classes,), \
default=None
        Class weights, as in `FocalXGBClassifier`.
    sample_weight : float or array-like of shape (n_samples,), default=None
        Sample weights, >= 0. None means 1.

    Returns
    -------
    start : float or ndarray of shape (n_classes,)
        Margin of the second class of two, or margins of all classes, which sum to zero.

    Raises
    ------
    TypeError
        If a parameter is of the wrong type.
    ValueError
        If a parameter is not as described above.

    See Also
    --------
    focal_objective : The loss for the training functions of the libraries.
    skfocal.focal_posterior : Class probabilities from margins.

    Notes
    -----
    At the minimum ``h_k(q_k)`` is proportional to ``alpha_k`` times the frequency of class ``k``,
    with ``q`` the sigmoid or softmax of the margins and ``h_k`` as in `focal_posterior`. So
    `focal_posterior` of the start returns the class frequencies. With ``focal_gamma=0`` the start
    is their log-odds or centred logarithms.

    Examples
    --------
    >>> from skfocal import focal_posterior
    >>> from skfocal.boosting import constant_start
    >>> start = constant_start([0] * 90 + [1] * 10, focal_gamma=2.0)
    >>> round(start, 4)
    -0.8199
    >>> focal_posterior([start], gamma=2.0).round(6)
    array([0.1])
    """
    classes, codes = encode(column_or_1d(check_labels("y", y)))
    totals = class_totals(codes, len(classes), check_row_weights(sample_weight, len(codes)))
    return start_at(totals, *resolve_parameters(focal_gamma, focal_alpha, classes, totals))


def start_at(totals: Floats, gamma: float | Floats, class_weight: Floats) -> Any:
    """Return the start for the total weight of each class, of shape (n_classes,).

    A class without weight, whose best margin is minus infinity, gets a share that is zero up to
    rounding.
    """
    shares = totals * class_weight
    shares = np.maximum(shares, np.finfo(np.float64).eps * shares.sum())
    log_shares: Floats = np.log(shares / shares.sum())
    gammas = np.broadcast_to(gamma, len(shares)).astype(np.float64)
    if len(shares) == 2:
        return _binary_start(log_shares[1] - log_shares[0], gamma)
    # The larger the shift, the larger each q_k. They sum to 1 at the root.
    shift = _increasing_root(lambda value: np.exp(_log_q(log_shares + value, gammas)).sum() - 1)
    start = _log_q(log_shares + shift, gammas)
    return start - start.mean()


def _binary_start(log_odds: float, gamma: float | Floats) -> float:
    """Return the margin whose posterior has the given log-odds."""
    return _increasing_root(
        lambda margin: float(posterior_logits(np.array([margin]), gamma)[0]) - log_odds
    )


def _log_q(log_h: Floats, gammas: Floats) -> Floats:
    """Return ``log q`` from ``log h(q)``, one for each class."""
    margins = [
        _increasing_root(partial(_log_h, gamma=gamma, shift=value))
        for value, gamma in zip(log_h, gammas, strict=True)
    ]
    return -cross_entropies(np.array(margins))[0]


def _log_h(margin: float, gamma: float, shift: float) -> float:
    """Return ``log h(q)`` at ``q = sigmoid(margin)``, less `shift`."""
    neg_log_q, neg_log_r = cross_entropies(np.array([margin]))
    ratio = np.exp(margin + np.log(neg_log_q))  # at most 1
    return float((gamma * neg_log_r - neg_log_q - np.log1p(gamma * ratio))[0] - shift)


def _increasing_root(function: Callable[[float], float]) -> float:
    """Return the root of an increasing function, or `_HIGHEST` if it is negative up to there."""
    if function(_HIGHEST) <= 0:
        return _HIGHEST
    low = -1.0
    while function(low) > 0:
        low *= 2
    return float(brentq(function, low, _HIGHEST, **_TOLERANCES))
