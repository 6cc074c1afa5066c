"""Weights of the classes, from what users write as alpha."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from skfocal._typing import Floats

__all__ = ["class_weights"]


def class_weights(alpha: Any, n_classes: int) -> Floats:
    """Return one positive weight for each class.

    Parameters
    ----------
    alpha : None, float or array-like of shape (n_classes,)
        A float in (0, 1), for two classes, weighs class 1, and one minus it weighs class 0. None
        weighs every class 1.
    n_classes : int
        How many classes there are.

    Returns
    -------
    weights : ndarray of shape (n_classes,)
        In float64.

    Raises
    ------
    TypeError
        If `alpha` is neither None, a number nor an array of numbers.
    ValueError
        If a float lies outside (0, 1) or stands for more than two classes, or an array is of
        another length or holds anything but positive finite numbers.
    """
    if alpha is None:
        return np.ones(n_classes)
    if isinstance(alpha, Real) and not isinstance(alpha, bool):
        return _weights_of_two(float(alpha), n_classes)
    expected = f"one positive finite weight for each of the {n_classes} classes"
    try:
        weights = np.asarray(alpha)
    except ValueError:
        weights = np.asarray("ragged")
    if weights.dtype.kind not in "iuf" or weights.ndim != 1:
        msg = (
            f"alpha must be None, a float in (0, 1) for two classes, or an array of {expected}; "
            f"got {alpha!r}."
        )
        raise TypeError(msg)
    if weights.shape != (n_classes,) or not (np.isfinite(weights) & (weights > 0)).all():
        msg = f"alpha, as an array, must hold {expected}; got {alpha!r}."
        raise ValueError(msg)
    return weights.astype(np.float64)


def _weights_of_two(alpha: float, n_classes: int) -> Floats:
    if n_classes != 2:
        msg = (
            f"alpha must be an array of {n_classes} weights, one for each class; a single number, "
            f"here {alpha!r}, can only weigh two classes."
        )
        raise ValueError(msg)
    if not 0 < alpha < 1:
        msg = (
            "alpha, as a number, must lie in (0, 1): it weighs class 1, and one minus it class 0; "
            f"got {alpha!r}."
        )
        raise ValueError(msg)
    return np.array([1 - alpha, alpha])
