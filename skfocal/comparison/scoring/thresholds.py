"""The best threshold by a rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.metrics import roc_curve

from skfocal._typing import Floats
from skfocal.comparison.scoring.threshold_rules import ThresholdRule

__all__ = ["find_threshold"]


def find_threshold(rule: ThresholdRule, y_true: NDArray[np.intp], score: Floats) -> float:
    """Return the best threshold on the log-odds; the lowest of several that are equally good.

    Parameters
    ----------
    rule : ThresholdRule
        How to choose it.
    y_true : ndarray of shape (n_samples,)
        Class indices, 0 and 1.
    score : ndarray of shape (n_samples,)
        Log-odds of the positive class.

    Returns
    -------
    float
        Rows with at least these log-odds are positive. Infinite if it is best to have none.
    """
    if rule.kind == "fixed":
        return float(logit(rule.probability))
    false_positive_rate, true_positive_rate, thresholds = roc_curve(
        y_true, score, drop_intermediate=False
    )
    n_positive = np.count_nonzero(y_true)
    n_negative = len(y_true) - n_positive
    tp, fp = np.rint(true_positive_rate * n_positive), np.rint(false_positive_rate * n_negative)
    fn, tn = n_positive - tp, n_negative - fp
    if rule.kind == "f1":
        merit = 2 * tp / (2 * tp + fp + fn)
    elif rule.kind == "mcc":
        sides = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        merit = (tp * tn - fp * fn) / np.sqrt(np.maximum(sides, 1))
    else:
        merit = -(rule.false_positive * fp + rule.false_negative * fn)
    return float(thresholds[np.flatnonzero(merit == merit.max())[-1]])
