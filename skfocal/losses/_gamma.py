"""Focusing parameters from the `gamma` parameter."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

from skfocal._checks import check_number
from skfocal._typing import Floats

__all__ = ["check_gamma", "class_gammas"]


def check_gamma(gamma: Any) -> float | Floats:
    """Return `gamma` as a float, or as an array if it has one value per class.

    An array of equal values is returned as a float, since the loss is the same.

    Parameters
    ----------
    gamma : float or array-like of shape (n_classes,)
        Focusing parameter, >= 0.

    Returns
    -------
    float or ndarray of shape (n_classes,)
        The focusing parameter.

    Raises
    ------
    TypeError
        If `gamma` is neither a number nor an array of numbers.
    ValueError
        If a value is negative or not finite.

    Examples
    --------
    >>> from skfocal.losses import check_gamma
    >>> check_gamma([2, 2])
    2.0
    """
    is_array = isinstance(gamma, list | tuple) or hasattr(gamma, "__array__")
    if isinstance(gamma, Real) or not is_array:
        expected = "a finite number >= 0, or an array of one for each class"
        return check_number("gamma", gamma, expected, above=0, closed=True)
    try:
        values = np.asarray(gamma)
    except ValueError:
        values = np.asarray("ragged")
    # NumPy turns a list of numbers and booleans into numbers.
    is_boolean = any(isinstance(value, bool | np.bool) for value in np.asarray(gamma, object).flat)
    if values.dtype.kind not in "iuf" or values.ndim != 1 or len(values) < 2 or is_boolean:
        msg = f"gamma must be a number, or an array of one number for each class; got {gamma!r}."
        raise TypeError(msg)
    if not (np.isfinite(values) & (values >= 0)).all():
        msg = f"gamma, as an array, must hold finite numbers >= 0; got {gamma!r}."
        raise ValueError(msg)
    values = values.astype(np.float64)
    return float(values[0]) if (values == values[0]).all() else values


def class_gammas(gamma: float | Floats, n_classes: int) -> float | Floats:
    """Return the result of `check_gamma` after checking its length.

    Parameters
    ----------
    gamma : float or ndarray of shape (n_classes,)
        What `check_gamma` returns.
    n_classes : int
        Number of classes.

    Returns
    -------
    float or ndarray of shape (n_classes,)
        The focusing parameter.

    Raises
    ------
    ValueError
        If `gamma` is an array whose length is not `n_classes`.

    Examples
    --------
    >>> from skfocal.losses import check_gamma, class_gammas
    >>> class_gammas(check_gamma([0, 2]), n_classes=2)
    array([0., 2.])
    """
    if not isinstance(gamma, float) and len(gamma) != n_classes:
        msg = (
            f"gamma, as an array, must hold one number for each of the {n_classes} classes; "
            f"got {len(gamma)} numbers."
        )
        raise ValueError(msg)
    return gamma
