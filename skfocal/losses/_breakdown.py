"""Factors of the focal loss of one prediction."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, softmax

from skfocal._checks import check_integer
from skfocal._typing import Floats
from skfocal.losses._alpha import class_weights
from skfocal.losses._binary import cross_entropies, modulating_factor
from skfocal.losses._checks import check_logits
from skfocal.losses._focal import FocalLoss
from skfocal.losses._gamma import check_gamma, class_gammas
from skfocal.losses._softmax import leave_one_out

__all__ = ["FocalBreakdown", "focal_breakdown"]


class FocalBreakdown(NamedTuple):
    """The factors of ``focal_loss = alpha_t * modulating_factor * cross_entropy``.

    Examples
    --------
    >>> from skfocal import focal_breakdown
    >>> breakdown = focal_breakdown(0.0, true_class=1, gamma=2.0)
    >>> breakdown.p_t, breakdown.modulating_factor
    (0.5, 0.25)
    """

    probabilities: Floats
    """ndarray of shape (n_classes,): sigmoid or softmax of the logits."""
    p_t: float
    """Sigmoid or softmax of the true class."""
    cross_entropy: float
    """``-log p_t``, in nats."""
    modulating_factor: float
    """``(1 - p_t)^gamma``."""
    alpha_t: float
    """Class weight of the true class."""
    focal_loss: float
    """Product of `alpha_t`, `modulating_factor` and `cross_entropy`, in nats."""


def focal_breakdown(
    logits: ArrayLike,
    true_class: int,
    *,
    gamma: ArrayLike = 2.0,
    alpha: ArrayLike | None = None,
) -> FocalBreakdown:
    """Factors of the focal loss of one prediction.

    Parameters
    ----------
    logits : float or array-like of shape (n_classes,)
        The logit of class 1 for binary classification, or the logits of all classes.
    true_class : int
        Index of the true class, from 0 to ``n_classes - 1``.
    gamma : float or array-like of shape (n_classes,), default=2.0
        Focusing parameter, >= 0, as in `focal_loss`.
    alpha : float or array-like of shape (n_classes,), default=None
        Class weights, as in `focal_loss`.

    Returns
    -------
    breakdown : FocalBreakdown
        Named tuple with the fields ``probabilities``, ``p_t``, ``cross_entropy``,
        ``modulating_factor``, ``alpha_t`` and ``focal_loss``.

    Raises
    ------
    TypeError
        If `gamma`, `alpha` or `true_class` is of the wrong type.
    ValueError
        If a parameter is not as described above.

    See Also
    --------
    focal_loss : Focal loss of many samples.

    Notes
    -----
    See `FocalLoss` for the formula [1]_.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal loss for dense object
       detection", ICCV 2017, pp. 2999-3007. https://doi.org/10.1109/ICCV.2017.324

    Examples
    --------
    >>> from skfocal import focal_breakdown
    >>> breakdown = focal_breakdown([4.0, 1.0, -1.0], true_class=0, gamma=2.0)
    >>> breakdown.probabilities.round(4)
    array([0.9465, 0.0471, 0.0064])
    >>> round(breakdown.cross_entropy, 5), round(breakdown.modulating_factor, 5)
    (0.05499, 0.00286)
    >>> round(breakdown.focal_loss, 9)
    0.000157387
    """
    scores = check_logits(np.atleast_1d(logits))
    if scores.ndim != 1 or np.shape(logits) == (1,):
        msg = (
            "logits must be a number, or of shape (n_classes,) with at least two classes; "
            f"got shape {np.shape(logits)}."
        )
        raise ValueError(msg)
    row = scores if np.ndim(logits) == 0 else scores[np.newaxis]
    n_classes = max(len(scores), 2)
    expected = f"an integer from 0 to {n_classes - 1}"
    true_class = check_integer("true_class", true_class, expected, 0, n_classes - 1)
    if row.ndim == 1:
        probabilities = expit(np.append(-row, row))
        margin = row if true_class == 1 else -row
    else:
        probabilities = softmax(scores)
        margin = leave_one_out(row, np.array([true_class]))[0]
    neg_log_p, _ = cross_entropies(margin)
    gamma = class_gammas(check_gamma(gamma), n_classes)
    gamma_t = gamma if isinstance(gamma, float) else gamma[true_class]
    return FocalBreakdown(
        probabilities=probabilities,
        p_t=float(np.exp(-neg_log_p[0])),
        cross_entropy=float(neg_log_p[0]),
        modulating_factor=float(modulating_factor(margin, float(gamma_t))[0]),
        alpha_t=float(class_weights(alpha, n_classes)[true_class]),
        focal_loss=float(FocalLoss(gamma, alpha).value([true_class], row)[0]),
    )
