"""Measures of calibration that scikit-learn lacks."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata
from sklearn.utils.validation import check_consistent_length, column_or_1d

__all__ = ["CalibrationForm", "ReliabilityCurve", "calibration_error", "reliability_curve"]

CalibrationForm: TypeAlias = Literal["absolute", "debiased"]


class ReliabilityCurve(NamedTuple):
    """What `reliability_curve` returns: one entry per bin, in the order of the probabilities."""

    probability: NDArray[np.float64]
    """ndarray of shape (n_bins,): mean predicted probability in the bin."""
    frequency: NDArray[np.float64]
    """ndarray of shape (n_bins,): share of rows in the bin where the event happened."""
    n_samples: NDArray[np.intp]
    """ndarray of shape (n_bins,): number of rows in the bin."""


def reliability_curve(
    y_true: ArrayLike, y_prob: ArrayLike, *, n_bins: int = 10
) -> ReliabilityCurve:
    """Mean prediction and observed frequency in bins that hold equally many rows.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Whether the event happened: 0 and 1, or booleans.
    y_prob : array-like of shape (n_samples,)
        Predicted probability of the event, from 0 to 1.
    n_bins : int, default=10
        Number of bins wanted. Rows of equal probability always share a bin, so there are fewer,
        and less equal, bins where probabilities repeat.

    Returns
    -------
    ReliabilityCurve
        Named tuple of the mean `probability`, the `frequency` and `n_samples` of every bin that
        holds a row.

    Raises
    ------
    ValueError
        If the lengths differ, if `y_true` holds anything but 0 and 1, if `y_prob` leaves [0, 1],
        or if `n_bins` is below 1.

    Examples
    --------
    >>> from skfocal.metrics import reliability_curve
    >>> curve = reliability_curve([0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.6, 0.8, 0.9], n_bins=2)
    >>> curve.probability.round(2).tolist(), curve.frequency.tolist(), curve.n_samples.tolist()
    ([0.2, 0.77], [0.0, 1.0], [3, 3])
    """
    outcome, probability = _check(y_true, y_prob, n_bins)
    # The middle rank is the same for all rows of one probability, and for any order of the rows;
    # twice the rank is a whole number, so that the floor is exact.
    twice_below = 2 * rankdata(probability, method="average") - 1
    _, bins = np.unique(twice_below * n_bins // (2 * len(probability)), return_inverse=True)
    count = np.bincount(bins)
    return ReliabilityCurve(
        probability=np.bincount(bins, weights=probability) / count,
        frequency=np.bincount(bins, weights=outcome) / count,
        n_samples=count,
    )


def calibration_error(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    n_bins: int = 10,
    form: CalibrationForm = "absolute",
) -> float:
    r"""Calibration error over bins that hold equally many rows.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Whether the event happened: 0 and 1, or booleans.
    y_prob : array-like of shape (n_samples,)
        Predicted probability of the event, from 0 to 1.
    n_bins : int, default=10
        Number of bins; rows of equal probability always share one.
    form : {"absolute", "debiased"}, default="absolute"
        "absolute" is the mean absolute gap, in units of probability; it is above 0 in small
        samples even for perfect probabilities. "debiased" estimates the squared gap less what
        chance alone adds to it; it may fall below 0.

    Returns
    -------
    float
        The calibration error; 0 is perfect.

    Raises
    ------
    ValueError
        If the lengths differ, if `y_true` holds anything but 0 and 1, if `y_prob` leaves [0, 1],
        if `n_bins` is below 1, or if `form` is unknown.

    Notes
    -----
    With :math:`n_b` rows in bin :math:`b`, their mean probability :math:`\bar p_b` and the share
    of events :math:`\bar y_b`, the two forms are [1]_

    .. math::
        \sum_b \frac{n_b}{n} |\bar p_b - \bar y_b|
        \quad\text{and}\quad
        \sum_b \frac{n_b}{n} \Big[(\bar p_b - \bar y_b)^2
        - \frac{\bar y_b (1 - \bar y_b)}{n_b - 1}\Big].

    A bin of a single row says nothing about its own variance and is left uncorrected.

    References
    ----------
    .. [1] A. Kumar, P. Liang, T. Ma (2019). "Verified Uncertainty Calibration." Advances in
       Neural Information Processing Systems 32. doi:10.48550/arXiv.1909.10155

    Examples
    --------
    >>> from skfocal.metrics import calibration_error
    >>> y_true = [0, 0, 0, 1, 0, 1, 1, 1]
    >>> y_prob = [0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9]
    >>> round(calibration_error(y_true, y_prob), 3)
    0.15
    >>> round(calibration_error(y_true, y_prob, form="debiased"), 3)
    -0.04
    """
    if form not in get_args(CalibrationForm):
        raise ValueError(f"form must be 'absolute' or 'debiased'; got {form!r}.")
    probability, frequency, count = reliability_curve(y_true, y_prob, n_bins=n_bins)
    gap = np.abs(probability - frequency)
    if form == "debiased":
        gap = gap**2 - frequency * (1 - frequency) / np.maximum(count - 1, 1)
    return float(np.average(gap, weights=count))


def _check(
    y_true: ArrayLike, y_prob: ArrayLike, n_bins: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    outcome: NDArray[Any] = column_or_1d(y_true)
    probability = np.asarray(column_or_1d(y_prob), dtype=np.float64)
    check_consistent_length(outcome, probability)
    if not np.isin(outcome, (0, 1)).all():
        unknown = next(value for value in outcome.tolist() if value not in (0, 1))
        raise ValueError(f"y_true must hold 0 and 1 only; got {unknown!r}.")
    outside = ~((probability >= 0) & (probability <= 1))
    if outside.any():
        raise ValueError(f"y_prob must lie in [0, 1]; got {float(probability[outside][0])!r}.")
    if n_bins < 1:
        raise ValueError(f"n_bins must be at least 1; got {n_bins!r}.")
    if not len(outcome):
        raise ValueError("y_true must hold at least one row; got none.")
    return outcome.astype(np.float64), probability
