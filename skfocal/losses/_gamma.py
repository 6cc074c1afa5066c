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

    Raises
    ------
    TypeError
        If `gamma` is neither a number nor an array of numbers.
    ValueError
        If a value is negative or not finite.
    """
    if isinstance(gamma, Real) or not isinstance(gamma, list | tuple | np.ndarray):
        return check_number("gamma", gamma, "a finite number >= 0", above=0, closed=True)
    try:
        values = np.asarray(gamma)
    except ValueError:
        values = np.asarray("ragged")
    if values.dtype.kind not in "iuf" or values.ndim != 1 or len(values) < 2:
        msg = f"gamma must be a number, or an array of one number for each class; got {gamma!r}."
        raise TypeError(msg)
    if not (np.isfinite(values) & (values >= 0)).all():
        msg = f"gamma, as an array, must hold finite numbers >= 0; got {gamma!r}."
        raise ValueError(msg)
    values = values.astype(np.float64)
    return float(values[0]) if (values == values[0]).all() else values


def class_gammas(gamma: float | Floats, n_classes: int) -> float | Floats:
    """Return the result of `check_gamma` after checking its length.

    Raises
    ------
    ValueError
        If `gamma` is an array whose length is not `n_classes`.
    """
    if not isinstance(gamma, float) and len(gamma) != n_classes:
        msg = (
            f"gamma, as an array, must hold one number for each of the {n_classes} classes; "
            f"got {len(gamma)} numbers."
        )
        raise ValueError(msg)
    return gamma
