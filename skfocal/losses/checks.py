"""Checks of what users pass to the functions of the logits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from skfocal._checks import check_number
from skfocal._typing import Floats, Integers

__all__ = ["check_gamma", "check_logits", "check_targets_and_logits"]


def check_gamma(gamma: Any) -> float:
    """Return `gamma` as a float, or raise an error that says what it may be."""
    return check_number("gamma", gamma, "a finite number >= 0", above=0, closed=True)


def check_targets_and_logits(y_true: ArrayLike, logits: ArrayLike) -> tuple[Integers, Floats]:
    """Return class indices and logits as arrays that fit each other.

    Raises
    ------
    ValueError
        If a shape, an index or a logit is not what `FocalLoss.value` describes.
    """
    logits = check_logits(logits)
    y_true = np.asarray(y_true)
    n_classes = 2 if logits.ndim == 1 else logits.shape[1]
    if y_true.shape != logits.shape[:1]:
        msg = (
            "y_true must be of shape (n_samples,), one class index for each row of logits; "
            f"got shape {y_true.shape} for logits of shape {logits.shape}."
        )
        raise ValueError(msg)
    if y_true.dtype.kind not in "biu":
        integers = y_true.astype(np.intp) if y_true.dtype.kind == "f" else None
        if integers is None or not np.array_equal(integers, y_true):
            msg = f"y_true must hold class indices, integers from 0; got dtype {y_true.dtype}."
            raise ValueError(msg)
        y_true = integers
    if y_true.dtype.kind == "b":
        y_true = y_true.astype(np.intp)
    if y_true.size and not (y_true.min() >= 0 and y_true.max() < n_classes):
        msg = (
            f"y_true must hold class indices from 0 to {n_classes - 1}, for logits of shape "
            f"{logits.shape}; got {y_true.min()} to {y_true.max()}."
        )
        raise ValueError(msg)
    return y_true, logits


def check_logits(logits: ArrayLike) -> Floats:
    """Return logits as a float32 or float64 array of one or two dimensions.

    Raises
    ------
    ValueError
        If they are not finite numbers of shape (n_samples,) or (n_samples, n_classes).
    """
    array = np.asarray(logits)
    if array.dtype != np.float32:
        array = array.astype(np.float64)
    if array.ndim not in (1, 2) or (array.ndim == 2 and array.shape[1] < 2):
        msg = (
            "logits must be of shape (n_samples,) for two classes or (n_samples, n_classes) with "
            f"at least two classes; got shape {array.shape}."
        )
        raise ValueError(msg)
    if not np.isfinite(array).all():
        msg = "logits must be finite; got nan or infinite values."
        raise ValueError(msg)
    return array
