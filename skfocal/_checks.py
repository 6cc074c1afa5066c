"""Parameter validation. Every error names the parameter, its valid values and the value it got."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skfocal._typing import Floats

__all__ = [
    "check_boolean",
    "check_choice",
    "check_integer",
    "check_l1_ratio",
    "check_labels",
    "check_number",
    "check_probabilities",
    "check_row_sums",
    "check_row_weights",
    "nonnegative_weights",
]

# Means of probabilities that classifiers compute in float32 may be off by this much.
_ROUNDING = 1e-6


def check_number(
    name: str,
    value: Any,
    expected: str,
    *,
    above: float,
    closed: bool = False,
    finite: bool = True,
) -> float:
    """Return `value` as a float if it is a number above a lower bound.

    Parameters
    ----------
    name : str
        Name of the parameter.
    value : object
        Value of the parameter.
    expected : str
        Description of the valid values, for the error message.
    above : float
        Lower bound.
    closed : bool, default=False
        Whether `value` may be equal to the bound.
    finite : bool, default=True
        Whether `value` must be finite.

    Returns
    -------
    number : float
        The value.

    Raises
    ------
    TypeError
        If `value` is not a real number.
    ValueError
        If `value` is nan or below the bound, or infinite although `finite` is true.
    """
    if not isinstance(value, Real) or isinstance(value, bool | np.bool):
        raise TypeError(_message(name, value, expected))
    number = float(value)
    above_bound = number >= above if closed else number > above
    if not above_bound or (finite and math.isinf(number)):
        raise ValueError(_message(name, value, expected))
    return number


def check_integer(
    name: str, value: Any, expected: str, minimum: int, maximum: float = math.inf
) -> int:
    """Return `value` as an int if it is an integer from `minimum` to `maximum`.

    Raises
    ------
    TypeError
        If `value` is not an integer.
    ValueError
        If `value` is out of range.
    """
    if not isinstance(value, Integral) or isinstance(value, bool | np.bool):
        raise TypeError(_message(name, value, expected))
    number = int(value)
    if not minimum <= number <= maximum:
        raise ValueError(_message(name, value, expected))
    return number


def check_l1_ratio(name: str, value: Any, expected: str = "a number from 0 to 1") -> float:
    """Return the share of an L1 penalty as a float.

    Raises
    ------
    TypeError
        If `value` is not a number.
    ValueError
        If `value` is outside [0, 1].
    """
    ratio = check_number(name, value, expected, above=0, closed=True)
    if ratio > 1:
        raise ValueError(_message(name, value, expected))
    return ratio


def check_boolean(name: str, value: Any) -> bool:
    """Return `value` as a bool, or raise TypeError if it is not one."""
    if not isinstance(value, bool | np.bool):
        raise TypeError(_message(name, value, "True or False"))
    return bool(value)


def check_choice(name: str, value: Any, choices: tuple[str, ...]) -> str:
    """Return `value`, or raise ValueError if it is not in `choices`."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(_message(name, value, f"one of {', '.join(map(repr, choices))}"))
    return value


def check_labels(name: str, labels: ArrayLike) -> NDArray[Any]:
    """Return labels as an array.

    Raises
    ------
    ValueError
        If one of them is missing.
    """
    array = np.asarray(labels)
    # A single None in place of the array is for scikit-learn's own message.
    if array.dtype == object and array.ndim and any(map(_is_missing, array.ravel())):
        msg = (
            f"{name} must not hold missing values; drop those rows, or give the missing label a "
            "name."
        )
        raise ValueError(msg)
    return array


def _is_missing(label: Any) -> bool:
    """Return whether a label is None, NaN, NaT or pandas.NA, which alone has no truth value."""
    try:
        return label is None or bool(label != label)  # noqa: PLR0124 - NaN differs from itself
    except TypeError:
        return True


def check_probabilities(name: str, probabilities: ArrayLike) -> NDArray[np.float64]:
    """Return probabilities as a float64 array in [0, 1].

    Raises
    ------
    ValueError
        If one is outside by more than the rounding of float32.
    """
    try:
        array = np.asarray(probabilities, dtype=np.float64)
    except (TypeError, ValueError) as error:
        msg = f"{name} must hold numbers in [0, 1]; got {probabilities!r}."
        raise ValueError(msg) from error
    outside = ~((array >= -_ROUNDING) & (array <= 1 + _ROUNDING))
    if outside.any():
        msg = f"{name} must lie in [0, 1]; got {float(array[outside][0])!r}."
        raise ValueError(msg)
    return np.clip(array, 0, 1)


def check_row_sums(name: str, probabilities: Floats) -> None:
    """Raise ValueError if the probabilities of the classes do not sum to 1 in each row."""
    total = probabilities.sum(axis=1)
    # The tolerance allows for classifiers that compute in float32.
    off = np.abs(total - 1) > 1e-5
    if off.any():
        msg = f"{name} must sum to 1 for each sample; got a sum of {float(total[off][0])}."
        raise ValueError(msg)


def check_row_weights(sample_weight: ArrayLike | None, n_samples: int) -> Floats | None:
    """Return sample weights as a float64 array of shape (n_samples,), or None.

    Raises
    ------
    ValueError
        If `sample_weight` does not hold one finite number >= 0 per sample, or if all are zero.
    """
    if sample_weight is None:
        return None
    weights = nonnegative_weights(sample_weight, n_samples)
    if not weights.any():
        msg = f"{_expected_weights(n_samples)}, and at least one number > 0; got only zeros."
        raise ValueError(msg)
    return weights


def nonnegative_weights(sample_weight: ArrayLike, n_samples: int) -> Floats:
    """Return sample weights, which may all be zero, as a float64 array of shape (n_samples,).

    Raises
    ------
    ValueError
        If `sample_weight` does not hold one finite number >= 0 per sample.
    """
    weights = np.asarray(sample_weight)
    if weights.ndim == 0:
        weights = np.full(n_samples, weights)
    expected = _expected_weights(n_samples)
    if weights.shape != (n_samples,) or weights.dtype.kind not in "biufO":
        msg = f"{expected}; got an array of shape {weights.shape} and dtype {weights.dtype}."
        raise ValueError(msg)
    weights = weights.astype(np.float64, copy=False)
    if not np.isfinite(weights).all():
        msg = f"{expected}; got NaN or infinity."
        raise ValueError(msg)
    if weights.min(initial=0) < 0:
        msg = f"{expected}; got negative values, the lowest is {weights.min()}."
        raise ValueError(msg)
    return weights


def _expected_weights(n_samples: int) -> str:
    return f"sample_weight must hold {n_samples} finite numbers >= 0, one for each sample"


def _message(name: str, value: Any, expected: str) -> str:
    return f"{name} must be {expected}; got {value!r} of type {type(value).__name__}."
