"""Focal loss as a function of labels and logits."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from skfocal._checks import check_choice, check_row_weights
from skfocal.losses._checks import check_targets_and_logits
from skfocal.losses._focal import FocalLoss
from skfocal.losses._gamma import check_gamma

__all__ = ["focal_loss"]


def focal_loss(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: ArrayLike = 2.0,
    alpha: ArrayLike | None = None,
    sample_weight: ArrayLike | None = None,
    reduction: Literal["mean", "sum", "none"] = "mean",
) -> Any:
    """Focal loss.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Index of the true class of each sample, from 0 to ``n_classes - 1``.
    logits : array-like of shape (n_samples,) or (n_samples, n_classes)
        Logits. For binary classification, those of class 1 (the link is the sigmoid). Otherwise
        those of all classes (the link is the softmax).
    gamma : float or array-like of shape (n_classes,), default=2.0
        Focusing parameter, >= 0. 0 gives cross-entropy. An array holds one value per class; the
        loss of a sample uses the value of its true class.
    alpha : float or array-like of shape (n_classes,), default=None
        Class weights. None gives every class the weight 1. A float in (0, 1) is for two classes
        only: class 1 has the weight `alpha`, class 0 the weight ``1 - alpha``.
    sample_weight : float or array-like of shape (n_samples,), default=None
        Sample weights, >= 0. A single number is the weight of every sample. None gives every
        sample the weight 1.
    reduction : {"mean", "sum", "none"}, default="mean"
        "mean" is the average weighted by `sample_weight`. It divides by the sum of `sample_weight`;
        `alpha` is not part of the divisor. "sum" is the weighted sum. "none" returns the weighted
        loss of each sample.

    Returns
    -------
    loss : float or ndarray of shape (n_samples,)
        Focal loss, in nats. An array if ``reduction="none"``.

    Raises
    ------
    TypeError
        If `gamma` or `alpha` is of the wrong type.
    ValueError
        If a parameter is not as described above.

    See Also
    --------
    FocalLoss : Loss, gradient and Hessian of each sample.
    focal_breakdown : The factors of the loss of one prediction.
    focal_posterior : Posterior probabilities from logits that minimise this loss.

    Notes
    -----
    See `FocalLoss` for the formula [1]_.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal loss for dense object
       detection", ICCV 2017, pp. 2999-3007. https://doi.org/10.1109/ICCV.2017.324

    Examples
    --------
    >>> from skfocal import focal_loss
    >>> float(focal_loss([0], [[4.0, 1.0, -1.0]], gamma=2.0).round(9))
    0.000157387
    >>> focal_loss([1, 0], [-1000.0, 0.0], gamma=0.5, reduction="none").round(4)
    array([1.000e+03, 4.901e-01])
    """
    check_choice("reduction", reduction, ("mean", "sum", "none"))
    y_true, logits = check_targets_and_logits(y_true, logits)
    weights = check_row_weights(sample_weight, len(logits))
    loss = FocalLoss(check_gamma(gamma), alpha).value(y_true, logits)
    weighted = loss.astype(np.float64) if weights is None else loss * weights
    if reduction == "none":
        return weighted.astype(loss.dtype)
    total = weighted.sum()
    if reduction == "mean":
        total /= len(loss) if weights is None else weights.sum()
    return total.astype(loss.dtype)
