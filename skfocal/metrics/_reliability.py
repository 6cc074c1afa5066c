"""Reliability curve: mean predicted probability and observed frequency in bins."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skfocal._checks import check_choice, check_integer
from skfocal.metrics._checks import Forecast, check_forecast

__all__ = ["BinStrategy", "ReliabilityCurve", "bin_rows", "curve_of_bins", "reliability_curve"]

BinStrategy: TypeAlias = Literal["quantile", "uniform"]
"""Bins with equally many probabilities, or of equal width."""


class ReliabilityCurve(NamedTuple):
    """Result of `reliability_curve`: one entry per bin, in increasing order of probability.

    Examples
    --------
    >>> from skfocal.metrics import reliability_curve
    >>> reliability_curve([0, 1, 1], [0.2, 0.6, 0.7], n_bins=2).n_samples.tolist()
    [1, 2]
    """

    probability: NDArray[np.float64]
    """ndarray of shape (n_bins,): mean predicted probability in the bin."""
    frequency: NDArray[np.float64]
    """ndarray of shape (n_bins,): weighted fraction of the bin's samples in the positive class."""
    n_samples: NDArray[np.intp]
    """ndarray of shape (n_bins,): number of samples of positive weight in the bin."""
    weight: NDArray[np.float64]
    """ndarray of shape (n_bins,): the bin's fraction of the total sample weight."""


def reliability_curve(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    pos_label: Any = None,
    n_bins: int = 10,
    strategy: BinStrategy = "quantile",
) -> ReliabilityCurve:
    """Mean predicted probability and observed frequency in bins.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        True labels, of two classes.
    y_prob : array-like of shape (n_samples,)
        Predicted probabilities of the positive class, in [0, 1].
    sample_weight : float or array-like of shape (n_samples,), default=None
        Sample weights, >= 0. None gives every sample the weight 1.
    pos_label : int, float, bool or str, default=None
        Label of the positive class. None means 1 and requires `y_true` to hold only 0 and 1, or
        booleans.
    n_bins : int, default=10
        Maximum number of bins, >= 1. Empty bins are dropped.
    strategy : {"quantile", "uniform"}, default="quantile"
        "quantile" makes bins of equal total sample weight. Samples with the same probability are
        always in the same bin, so repeated probabilities lead to fewer and less equal bins.
        "uniform" makes bins of equal width that include their right edge.

    Returns
    -------
    ReliabilityCurve
        Named tuple with the fields `probability`, `frequency`, `n_samples` and `weight`.

    Raises
    ------
    TypeError
        If `n_bins` is not an integer.
    ValueError
        If `y_true` and `y_prob` have different lengths, or if a parameter is not as described
        above.

    See Also
    --------
    calibration_error : Mean difference between the two.
    sklearn.calibration.CalibrationDisplay : Plot of the unweighted curve.

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
    """Return the index of each sample's bin among the non-empty bins."""
    check_integer("n_bins", n_bins, "an integer >= 1", 1)
    check_choice("strategy", strategy, get_args(BinStrategy))
    if strategy == "uniform":
        edges = np.linspace(0, 1, n_bins + 1)
        bins = np.searchsorted(edges[1:-1], forecast.probability)
    else:
        # The bin depends on the midpoint of the cumulative weight of all samples with the same
        # probability, so it does not depend on the order of the samples.
        _, group = np.unique(forecast.probability, return_inverse=True)
        weight = np.bincount(group, weights=forecast.weight)
        middle = (np.cumsum(weight) - weight / 2) / weight.sum()
        # A midpoint on the edge between two bins must not be assigned by rounding error.
        bins = np.floor(np.round(n_bins * middle, 9)).clip(max=n_bins - 1)[group]
    return np.unique(bins, return_inverse=True)[1]


def curve_of_bins(forecast: Forecast, bins: NDArray[np.intp]) -> ReliabilityCurve:
    """Return the reliability curve of the given bins."""
    event, probability, weight = forecast
    total = np.bincount(bins, weights=weight).astype(np.float64, copy=False)
    return ReliabilityCurve(
        probability=np.bincount(bins, weights=weight * probability) / total,
        frequency=np.bincount(bins, weights=weight * event) / total,
        n_samples=np.bincount(bins),
        weight=total / total.sum(),
    )
