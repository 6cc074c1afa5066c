"""Class weights from the `alpha` parameter."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from skfocal._typing import Floats

__all__ = ["class_weights"]


def class_weights(alpha: Any, n_classes: int) -> Floats:
    """Return one positive weight per class.

    Parameters
    ----------
    alpha : None, float or array-like of shape (n_classes,)
        Class weights. None gives every class the weight 1. A float in (0, 1) is for two classes
        only: class 1 has the weight `alpha`, class 0 the weight ``1 - alpha``.
    n_classes : int
        Number of classes.

    Returns
    -------
    weights : ndarray of shape (n_classes,)
        Class weights, of dtype float64.

    Raises
    ------
    TypeError
        If `alpha` is neither None, a number nor an array of numbers.
    ValueError
        If a float is outside (0, 1) or there are more than two classes, or if an array has the
        wrong length or holds a value that is not positive and finite.

    Examples
    --------
    >>> from skfocal.losses import class_weights
    >>> class_weights(0.25, n_classes=2)
    array([0.75, 0.25])
    """
    if alpha is None:
        return np.ones(n_classes)
    if isinstance(alpha, Real) and not isinstance(alpha, bool):
        return _binary_weights(float(alpha), n_classes)
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


def _binary_weights(alpha: float, n_classes: int) -> Floats:
    if n_classes != 2:
        msg = (
            f"alpha must be an array of {n_classes} weights, one for each class; got the number "
            f"{alpha!r}, which is only allowed for two classes."
        )
        raise ValueError(msg)
    if not 0 < alpha < 1:
        msg = (
            "alpha, as a number, must lie in (0, 1): class 1 has the weight alpha, class 0 the "
            f"weight 1 - alpha; got {alpha!r}."
        )
        raise ValueError(msg)
    return np.array([1 - alpha, alpha])
