"""Class labels encoded as integers, and parameters resolved to one value per class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import assert_all_finite, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

from skfocal._checks import check_labels, check_number
from skfocal._typing import Alpha, Floats, Gamma, Integers
from skfocal.losses import check_gamma, class_gammas, class_weights

__all__ = [
    "class_totals",
    "effective_number_alpha",
    "encode",
    "is_neutral",
    "resolve_alpha",
    "resolve_gamma",
    "values_by_class",
]

# Labels are processed in chunks of this length, since NumPy sorts and counts temporary copies.
_CHUNK = 2**16
# Up to this number of classes, counting one class at a time is faster than `bincount`.
_FEW_CLASSES = 8

Labels: TypeAlias = list[NDArray[Any]]
Lookup: TypeAlias = Callable[[NDArray[Any]], NDArray[np.intp]]


def is_neutral(value: Any) -> bool:
    """Return whether another library's parameter that weights the classes weights them equally."""
    is_number = isinstance(value, Real) and not isinstance(value, bool | np.bool)
    return value is None or value is False or (is_number and value == 1)


def encode(y: NDArray[Any]) -> tuple[NDArray[Any], Integers]:
    """Return the sorted classes and each sample's class index.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Class labels.

    Returns
    -------
    classes : ndarray of shape (n_classes,)
        Class labels, sorted.
    codes : ndarray of shape (n_samples,)
        Index of each sample's class, in the smallest signed integer type that can hold it.

    Raises
    ------
    ValueError
        If `y` does not hold class labels, or holds fewer than two classes.
    """
    if len(y) == 0:
        msg = "y must hold at least two classes; got no samples."
        raise ValueError(msg)
    assert_all_finite(y, input_name="y")
    chunks = [y[i : i + _CHUNK] for i in range(0, len(y), _CHUNK)]
    if y.dtype.kind in "iu" and int(y.max()) - int(y.min()) < _CHUNK:
        classes, position_of = _integer_classes(chunks, y.min(), y.max())
    else:
        classes, position_of = _sorted_classes(chunks)
    if y.dtype == object and isinstance(classes[0], bool | int | np.bool | np.integer):
        kind = type(classes[0]).__name__
        msg = f"Unknown label type: y holds {kind} as objects. Convert it: y.astype({kind})."
        raise ValueError(msg)
    if y.dtype.kind not in "biuU" or len(classes) > len(y) // 2:
        # The check rejects labels that are nearly all unique as a regression target. For a long
        # `y` it is done on the classes, each repeated twice so that they are not unique.
        check_classification_targets(y if len(chunks) == 1 else classes.repeat(2))
    if len(classes) < 2:
        msg = f"y must hold at least two classes; got only one class, {classes.tolist()[0]!r}."
        raise ValueError(msg)
    small = np.min_scalar_type(-len(classes))
    return classes, np.concatenate([position_of(chunk).astype(small) for chunk in chunks])


def _integer_classes(chunks: Labels, lowest: Any, highest: Any) -> tuple[NDArray[Any], Lookup]:
    """Return the classes of integer labels with a small range, and a lookup. Nothing is sorted."""

    def above_lowest(chunk: NDArray[Any]) -> NDArray[np.intp]:
        # The cast wraps around, so the difference cannot overflow.
        above: NDArray[np.intp] = np.subtract(chunk, lowest, dtype=np.intp, casting="unsafe")
        return above

    is_present = np.zeros(int(highest) - int(lowest) + 1, dtype=bool)
    for chunk in chunks:
        is_present[above_lowest(chunk)] = True
    classes = np.flatnonzero(is_present).astype(lowest.dtype) + lowest
    positions = np.cumsum(is_present) - 1
    return classes, lambda chunk: positions.take(above_lowest(chunk))


def _sorted_classes(chunks: Labels) -> tuple[NDArray[Any], Lookup]:
    """Return the classes of labels of any type, found by sorting, and a lookup."""
    try:
        # `return_counts` makes NumPy sort instead of hash, which is several times faster here.
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
    """Return the total sample weight of each class, of shape (n_classes,).

    Without `sample_weight` this is the number of samples of each class.
    """
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
    """Resolve `alpha` to one positive weight per class.

    Parameters
    ----------
    alpha : None, float, "balanced", mapping or array-like of shape (n_classes,)
        Class weights, as in `FocalLogisticRegression`.
    classes : ndarray of shape (n_classes,)
        Class labels, sorted.
    totals : ndarray of shape (n_classes,)
        Total sample weight of each class.

    Returns
    -------
    weights : ndarray of shape (n_classes,)
        Class weights, of dtype float64.

    Raises
    ------
    TypeError
        If `alpha` is of the wrong type.
    ValueError
        If `alpha` is not as described above, or does not match the classes.
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
        alpha = values_by_class("alpha", alpha, classes)
    return class_weights(alpha, len(classes))


def resolve_gamma(gamma: Gamma, classes: NDArray[Any]) -> float | Floats:
    """Resolve `gamma` to one focusing parameter for all classes, or one per class.

    Parameters
    ----------
    gamma : float, mapping or array-like of shape (n_classes,)
        Focusing parameter, as in `FocalLogisticRegression`.
    classes : ndarray of shape (n_classes,)
        Class labels, sorted.

    Returns
    -------
    gamma : float or ndarray of shape (n_classes,)
        Focusing parameter.

    Raises
    ------
    TypeError
        If `gamma` is of the wrong type.
    ValueError
        If `gamma` is not as described above, or does not match the classes.
    """
    if isinstance(gamma, Mapping):
        gamma = values_by_class("gamma", gamma, classes)
    return class_gammas(check_gamma(gamma), len(classes))


def values_by_class(name: str, values: Mapping[Any, Any], classes: NDArray[Any]) -> list[Any]:
    """Return the values of a mapping from label to value, in the order of `classes`."""
    labels = classes.tolist()
    missing = [label for label in labels if label not in values]
    unknown = [label for label in values if label not in labels]
    if missing or unknown:
        problems = [
            f"{problem}: {[_plain(label) for label in some]!r}"
            for problem, some in (("missing", missing), ("unknown", unknown))
            if some
        ]
        msg = (
            f"{name}, as a mapping, must have exactly the classes {labels!r} as keys; "
            f"{', '.join(problems)}."
        )
        raise ValueError(msg)
    return [values[label] for label in labels]


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def effective_number_alpha(y: ArrayLike, beta: float) -> Floats:
    """Class weights from the effective number of samples.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Class labels.
    beta : float
        Overlap of the samples, in [0, 1). With 0 all classes have the same weight. As `beta`
        approaches 1, the weights become inversely proportional to the class sizes. Published
        values are between 0.9 and 0.9999.

    Returns
    -------
    alpha : ndarray of shape (n_classes,)
        Class weights in the order of the sorted labels, with a mean of 1. They can be passed as
        `alpha` to `FocalLogisticRegression` and `focal_loss`.

    Raises
    ------
    TypeError
        If `beta` is not a number.
    ValueError
        If `beta` is outside [0, 1) or `y` holds fewer than two classes.

    See Also
    --------
    FocalLogisticRegression : Logistic regression with focal loss.

    Notes
    -----
    The weight of a class of ``n`` samples is proportional to ``(1 - beta) / (1 - beta^n)``, the
    inverse of its effective number of samples [1]_.

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
    classes, codes = encode(column_or_1d(check_labels("y", y)))
    if beta == 0:
        return np.ones(len(classes))
    # `expm1` keeps 1 - beta^n exact for beta close to 1.
    weights: Floats = -1 / np.expm1(class_totals(codes, len(classes)) * np.log(beta))
    weights *= len(weights) / weights.sum()
    return weights
