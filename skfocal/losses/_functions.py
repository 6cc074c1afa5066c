"""Focal loss of labels and logits, with a reduction over rows."""

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
    """Compute the focal loss of logits.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Index of the true class of each row, from 0.
    logits : array-like of shape (n_samples,) or (n_samples, n_classes)
        Scores: of class 1 of two (sigmoid link), or of all classes (softmax link).
    gamma : float or array-like of shape (n_classes,), default=2.0
        Focusing parameter, >= 0; zero gives cross-entropy. An array holds one for each class: a
        row's loss has that of its own class.
    alpha : float or array-like of shape (n_classes,), default=None
        Weights of the classes. A float in (0, 1), for two classes, weighs class 1, and one minus
        it weighs class 0. None weighs every class 1.
    sample_weight : float or array-like of shape (n_samples,), default=None
        Non-negative weights of the rows; a single number weighs all. None weighs every row 1.
    reduction : {"mean", "sum", "none"}, default="mean"
        "mean" is the average weighted by `sample_weight` (`alpha` does not enter the divisor),
        "sum" the weighted sum, and "none" returns the weighted loss of each row.

    Returns
    -------
    loss : float or ndarray of shape (n_samples,)
        The loss in nats; an array for ``reduction="none"``.

    Raises
    ------
    TypeError
        If `gamma` or `alpha` is of the wrong type.
    ValueError
        If a parameter or a shape is not what is described above.

    See Also
    --------
    FocalLoss : Value, gradient and Hessian.
    focal_posterior : True probabilities from logits that minimise this loss.

    Notes
    -----
    The formula and its computation are those of `FocalLoss` [1]_.

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
