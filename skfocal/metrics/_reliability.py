"""Predicted probability and observed frequency, bin by bin."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skfocal._checks import check_choice, check_integer
from skfocal.metrics._checks import Forecast, check_forecast

__all__ = ["BinStrategy", "ReliabilityCurve", "bin_rows", "curve_of_bins", "reliability_curve"]

BinStrategy: TypeAlias = Literal["quantile", "uniform"]


class ReliabilityCurve(NamedTuple):
    """What `reliability_curve` returns: one entry per bin, in the order of the probabilities."""

    probability: NDArray[np.float64]
    """ndarray of shape (n_bins,): mean predicted probability in the bin."""
    frequency: NDArray[np.float64]
    """ndarray of shape (n_bins,): share of rows in the bin where the event happened."""
    n_samples: NDArray[np.intp]
    """ndarray of shape (n_bins,): number of rows in the bin whose weight is above 0."""
    weight: NDArray[np.float64]
    """ndarray of shape (n_bins,): share of the total sample weight that they have."""


def reliability_curve(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    pos_label: Any = None,
    n_bins: int = 10,
    strategy: BinStrategy = "quantile",
) -> ReliabilityCurve:
    """Mean prediction and observed frequency in bins of the probability.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        What happened: one of two labels for each row.
    y_prob : array-like of shape (n_samples,)
        Predicted probability of the event, from 0 to 1.
    sample_weight : float or array-like of shape (n_samples,), default=None
        Weights of the rows, >= 0. None weighs every row 1.
    pos_label : int, float, bool or str, default=None
        Label of the event. None takes 1, and `y_true` may then hold 0 and 1, or booleans, only.
    n_bins : int, default=10
        Number of bins wanted, >= 1.
    strategy : {"quantile", "uniform"}, default="quantile"
        "quantile" makes bins of equal mass, which hold the same total weight. Rows of equal
        probability always share a bin, so there are fewer, and less equal, bins where
        probabilities repeat. "uniform" makes bins of equal width, closed on the right, and leaves
        out those without a row.

    Returns
    -------
    ReliabilityCurve
        Named tuple of the mean `probability`, the `frequency`, `n_samples` and the share of
        the `weight` of every bin that holds a row.

    Raises
    ------
    TypeError
        If `n_bins` is not an integer.
    ValueError
        If the lengths differ, if `y_true` holds labels that are not described above, if `y_prob`
        leaves [0, 1], if a weight is negative or all are 0, if `n_bins` is below 1, or if
        `strategy` is unknown.

    See Also
    --------
    calibration_error : The gap between the two in one number.
    sklearn.calibration.CalibrationDisplay : A picture of the same, for rows of equal weight.

    Examples
    --------
    >>> from skfocal.metrics import reliability_curve
    >>> curve = reliability_curve([0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.6, 0.8, 0.9], n_bins=2)
    >>> curve.probability.round(2).tolist(), curve.frequency.tolist(), curve.n_samples.tolist()
    ([0.2, 0.77], [0.0, 1.0], [3, 3])
    """
    forecast = check_forecast(y_true, y_prob, sample_weight, pos_label)
    return curve_of_bins(forecast, bin_rows(forecast, n_bins, strategy))


def bin_rows(forecast: Forecast, n_bins: int, strategy: BinStrategy) -> NDArray[np.intp]:
    """Return the index of each row's bin, among the bins that hold a row."""
    check_integer("n_bins", n_bins, "an integer >= 1", 1)
    check_choice("strategy", strategy, get_args(BinStrategy))
    if strategy == "uniform":
        edges = np.linspace(0, 1, n_bins + 1)
        bins = np.searchsorted(edges[1:-1], forecast.probability)
    else:
        # The middle of the weight that rows of one probability take up is the same for all of
        # them, and for any order of the rows.
        _, group = np.unique(forecast.probability, return_inverse=True)
        weight = np.bincount(group, weights=forecast.weight)
        middle = (np.cumsum(weight) - weight / 2) / weight.sum()
        # Where a middle falls on the edge of two bins, rounding must not choose between them.
        bins = np.floor(np.round(n_bins * middle, 9)).clip(max=n_bins - 1)[group]
    return np.unique(bins, return_inverse=True)[1]


def curve_of_bins(forecast: Forecast, bins: NDArray[np.intp]) -> ReliabilityCurve:
    """Return the means over each bin."""
    event, probability, weight = forecast
    total = np.bincount(bins, weights=weight).astype(np.float64, copy=False)
    return ReliabilityCurve(
        probability=np.bincount(bins, weights=weight * probability) / total,
        frequency=np.bincount(bins, weights=weight * event) / total,
        n_samples=np.bincount(bins),
        weight=total / total.sum(),
    )
