"""Validation of labels and logits."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from skfocal._checks import check_labels
from skfocal._typing import Floats, Integers

__all__ = ["check_logits", "check_targets_and_logits"]


def check_targets_and_logits(y_true: ArrayLike, logits: ArrayLike) -> tuple[Integers, Floats]:
    """Return class indices and logits as arrays of consistent shapes.

    Raises
    ------
    ValueError
        If `y_true` or `logits` is not as described in `FocalLoss.value`.
    """
    logits = check_logits(logits)
    targets = check_labels("y_true", y_true)
    n_classes = 2 if logits.ndim == 1 else logits.shape[1]
    if targets.shape != logits.shape[:1]:
        msg = (
            "y_true must be of shape (n_samples,), one class index for each row of logits; "
            f"got shape {targets.shape} for logits of shape {logits.shape}."
        )
        raise ValueError(msg)
    is_index = np.isin(targets, np.arange(n_classes))
    if not is_index.all():
        msg = (
            f"y_true must hold class indices, integers from 0 to {n_classes - 1}, for logits of "
            f"shape {logits.shape}; got {targets[~is_index].tolist()[0]!r} of dtype "
            f"{targets.dtype}."
        )
        raise ValueError(msg)
    return targets.astype(np.intp), logits


def check_logits(logits: ArrayLike) -> Floats:
    """Return logits as a float32 or float64 array with one or two dimensions.

    Parameters
    ----------
    logits : array-like of shape (n_samples,) or (n_samples, n_classes)
        Logits.

    Returns
    -------
    ndarray of the same shape
        The logits.

    Raises
    ------
    ValueError
        If they are not finite numbers of shape (n_samples,) or (n_samples, n_classes).

    Examples
    --------
    >>> from skfocal.losses import check_logits
    >>> check_logits([1, 2])
    array([1., 2.])
    """
    array = np.asarray(logits)
    if array.dtype.kind not in "biuf":
        msg = f"logits must be real numbers; got an array of dtype {array.dtype}."
        raise ValueError(msg)
    if array.dtype != np.float32:
        array = array.astype(np.float64, copy=False)
    if array.ndim not in (1, 2) or len(array) == 0 or (array.ndim == 2 and array.shape[1] < 2):
        msg = (
            "logits must be of shape (n_samples,) for two classes, or (n_samples, n_classes) with "
            f"at least two classes, and hold at least one sample; got shape {array.shape}."
        )
        raise ValueError(msg)
    if not np.isfinite(array).all():
        msg = "logits must be finite; got nan or infinite values."
        raise ValueError(msg)
    return array
