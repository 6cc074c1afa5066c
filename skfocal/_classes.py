"""Class labels as small integers, what each class weighs in total, and alpha resolved to that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import assert_all_finite, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from skfocal._checks import check_number
from skfocal._typing import Alpha, Floats, Gamma, Integers
from skfocal.losses import check_gamma, class_gammas, class_weights

__all__ = ["class_totals", "effective_number_alpha", "encode", "resolve_alpha", "resolve_gamma"]

# NumPy sorts and widens copies of what it counts: by chunks, these stay small.
_CHUNK = 2**16
# Each counted by itself they take less time than all of them by `bincount`.
_FEW_CLASSES = 8

Labels: TypeAlias = list[NDArray[Any]]
Lookup: TypeAlias = Callable[[NDArray[Any]], NDArray[np.intp]]


def encode(y: NDArray[Any]) -> tuple[NDArray[Any], Integers]:
    """Return the sorted classes, and the index of each row's class in as few bytes as hold it.

    Raises
    ------
    ValueError
        If `y` does not hold class labels, or only one class.
    """
    if len(y) == 0:
        msg = "y must hold at least two classes; got no rows."
        raise ValueError(msg)
    assert_all_finite(y, input_name="y")
    chunks = [y[i : i + _CHUNK] for i in range(0, len(y), _CHUNK)]
    if y.dtype.kind in "iu" and int(y.max()) - int(y.min()) < _CHUNK:
        classes, position_of = _near_integers(chunks, y.min(), y.max())
    else:
        classes, position_of = _any_labels(chunks)
    if y.dtype.kind not in "biuU" or len(classes) > len(y) // 2:
        # Twice each class stands for a long `y`: once would look like the target of a regression.
        check_classification_targets(y if len(chunks) == 1 else classes.repeat(2))
    if len(classes) < 2:
        msg = f"y must hold at least two classes; got one class only, {classes.tolist()[0]!r}."
        raise ValueError(msg)
    small = np.min_scalar_type(-len(classes))
    return classes, np.concatenate([position_of(chunk).astype(small) for chunk in chunks])


def _near_integers(chunks: Labels, lowest: Any, highest: Any) -> tuple[NDArray[Any], Lookup]:
    """Return the classes of integers that lie near each other, found without sorting."""

    def above_lowest(chunk: NDArray[Any]) -> NDArray[np.intp]:
        # Modulo the integers' range, so that nothing overflows.
        above: NDArray[np.intp] = np.subtract(chunk, lowest, dtype=np.intp, casting="unsafe")
        return above

    is_present = np.zeros(int(highest) - int(lowest) + 1, dtype=bool)
    for chunk in chunks:
        is_present[above_lowest(chunk)] = True
    classes = np.flatnonzero(is_present).astype(lowest.dtype) + lowest
    positions = np.cumsum(is_present) - 1
    return classes, lambda chunk: positions.take(above_lowest(chunk))


def _any_labels(chunks: Labels) -> tuple[NDArray[Any], Lookup]:
    """Return the classes of labels of one type, which are sorted for it."""
    try:
        # Asked for counts, NumPy sorts, which is several times as quick here as its hashing.
        distinct = [np.unique(chunk, return_counts=True)[0] for chunk in chunks]
        classes = np.unique(np.concatenate(distinct))
    except TypeError as error:
        kinds = ", ".join(
            sorted({type(label).__name__ for chunk in chunks for label in chunk.tolist()})
        )
        msg = f"y must hold labels of one type; got {kinds}."
        raise ValueError(msg) from error
    return classes, lambda chunk: np.searchsorted(classes, chunk)


def class_totals(
    codes: Integers, n_classes: int, sample_weight: NDArray[Any] | None = None
) -> Floats:
    """Return the total weight of each class, of shape (n_classes,); how many rows if unweighted."""
    totals = np.zeros(n_classes)
    for start in range(0, len(codes), _CHUNK):
        rows = slice(start, start + _CHUNK)
        if sample_weight is not None:
            totals += np.bincount(codes[rows], sample_weight[rows], n_classes)
        elif n_classes <= _FEW_CLASSES:
            totals += [np.count_nonzero(codes[rows] == k) for k in range(n_classes)]
        else:
            totals += np.bincount(codes[rows], minlength=n_classes)
    return totals


def resolve_alpha(alpha: Alpha, classes: NDArray[Any], totals: Floats) -> Floats:
    """Return one positive weight for each class.

    Parameters
    ----------
    alpha : None, float, "balanced", mapping or array-like of shape (n_classes,)
        As `FocalLogisticRegression` takes it.
    classes : ndarray of shape (n_classes,)
        Sorted labels.
    totals : ndarray of shape (n_classes,)
        Total weight of each class.

    Raises
    ------
    TypeError, ValueError
        If `alpha` is none of these, or does not fit the classes.
    """
    if isinstance(alpha, str):
        if alpha != "balanced":
            msg = f"alpha, as a string, must be 'balanced'; got {alpha!r}."
            raise ValueError(msg)
        # A class without weight has no part in the objective, whatever its class weight.
        balanced: Floats = np.ones_like(totals)
        np.divide(totals.sum(), len(totals) * totals, out=balanced, where=totals > 0)
        return balanced
    if isinstance(alpha, Mapping):
        alpha = _in_order("alpha", alpha, classes)
    return class_weights(alpha, len(classes))


def resolve_gamma(gamma: Gamma, classes: NDArray[Any]) -> float | Floats:
    """Return one focusing parameter for all classes, or an array of one for each.

    Parameters
    ----------
    gamma : float, mapping or array-like of shape (n_classes,)
        As `FocalLogisticRegression` takes it.
    classes : ndarray of shape (n_classes,)
        Sorted labels.

    Raises
    ------
    TypeError, ValueError
        If `gamma` is none of these, or does not fit the classes.
    """
    if isinstance(gamma, Mapping):
        gamma = _in_order("gamma", gamma, classes)
    return class_gammas(check_gamma(gamma), len(classes))


def _in_order(name: str, values: Mapping[Any, Any], classes: NDArray[Any]) -> list[Any]:
    """Return the values of a mapping from label to value in the order of the classes."""
    labels = classes.tolist()
    missing = [label for label in labels if label not in values]
    unknown = [label for label in values if label not in labels]
    if missing or unknown:
        msg = (
            f"{name}, as a mapping, must give a number to each of the classes {labels!r} and "
            f"to nothing else; missing: {missing!r}, unknown: {unknown!r}."
        )
        raise ValueError(msg)
    return [values[label] for label in labels]


def effective_number_alpha(y: ArrayLike, beta: float) -> Floats:
    """Compute class-balanced weights from the effective number of samples.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Class labels.
    beta : float
        In [0, 1). Zero weighs all classes alike; towards one, classes are weighed by the inverse
        of their size. Published values lie between 0.9 and 0.9999.

    Returns
    -------
    alpha : ndarray of shape (n_classes,)
        One weight for each class in sorted order, with a mean of 1.

    Raises
    ------
    TypeError
        If `beta` is not a number.
    ValueError
        If `beta` lies outside [0, 1) or `y` holds fewer than two classes.

    Notes
    -----
    A class of ``n`` rows has the effective number ``(1 - beta^n) / (1 - beta)``, and its weight is
    proportional to the inverse [1]_.

    References
    ----------
    .. [1] Y. Cui, M. Jia, T.-Y. Lin, Y. Song and S. Belongie, "Class-balanced loss based on
       effective number of samples", CVPR 2019, pp. 9260-9269.
       https://doi.org/10.1109/CVPR.2019.00949

    Examples
    --------
    >>> from skfocal import effective_number_alpha
    >>> effective_number_alpha(["rare"] * 10 + ["usual"] * 1000, beta=0.999).round(3)
    array([1.969, 0.031])
    """
    expected = "a number in [0, 1)"
    beta = check_number("beta", beta, expected, above=0, closed=True)
    if beta >= 1:
        msg = f"beta must be {expected}; got {beta!r}."
        raise ValueError(msg)
    classes, codes = encode(column_or_1d(y))
    if beta == 0:
        return np.ones(len(classes))
    # 1 - beta^n, exact for beta near 1.
    weights: Floats = -1 / np.expm1(class_totals(codes, len(classes)) * np.log(beta))
    weights *= len(weights) / weights.sum()
    return weights
