"""Reliability by the CORP approach, and how far chance moves the frequencies in bins."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import isotonic_regression

from skfocal.metrics._checks import check_forecast
from skfocal.metrics._reliability import bin_rows, curve_of_bins

__all__ = ["Bin", "Corp", "consistency_bins", "corp"]

N_DRAWS = 1000
N_CHUNKS = 32
"""Rows of a bin are drawn in so many groups of nearly equal probability."""

Floats = NDArray[np.float64]


class Corp(NamedTuple):
    """What `corp` returns; the Brier score is miscalibration - discrimination + uncertainty."""

    probability: Floats
    """ndarray of shape (n_distinct,): the distinct predicted probabilities, ascending."""
    recalibrated: Floats
    """ndarray of shape (n_distinct,): the frequency of the event that belongs to each."""
    miscalibration: float
    """What recalibration takes from the Brier score; 0 for reliable probabilities."""
    discrimination: float
    """How much better the recalibrated probabilities are than the share of events."""
    uncertainty: float
    """Brier score of the share of events."""


def corp(event: NDArray[np.bool_], probability: Floats) -> Corp:
    """Recalibrate by isotonic regression, without bins to choose, and split the Brier score.

    Parameters
    ----------
    event : ndarray of bool of shape (n_samples,)
        Whether the event happened.
    probability : ndarray of shape (n_samples,)
        Predicted probability of the event.

    Returns
    -------
    Corp

    References
    ----------
    T. Dimitriadis, T. Gneiting, A. I. Jordan (2021). "Stable Reliability Diagrams for
    Probabilistic Classifiers." PNAS 118(8), e2016191118. doi:10.1073/pnas.2016191118

    Examples
    --------
    >>> import numpy as np
    >>> from skfocal.comparison.statistics.corp import corp
    >>> found = corp(np.array([False, True, False, True]), np.array([0.1, 0.2, 0.3, 0.9]))
    >>> found.recalibrated.tolist(), found.uncertainty
    ([0.0, 0.5, 0.5, 1.0], 0.25)
    """
    distinct, group = np.unique(probability, return_inverse=True)
    n_rows = np.bincount(group).astype(np.float64)
    frequency = np.bincount(group, weights=event) / n_rows
    recalibrated = isotonic_regression(frequency, sample_weight=n_rows, y_min=0, y_max=1)
    share = float(event.mean())
    brier = float(np.mean((probability - event) ** 2))
    best = float(np.mean((recalibrated[group] - event) ** 2))
    uncertainty = share * (1 - share)
    return Corp(distinct, recalibrated, brier - best, uncertainty - best, uncertainty)


class Bin(NamedTuple):
    """Rows of similar probability."""

    probability: float
    """Mean predicted probability."""
    frequency: float
    """Share of rows where the event happened."""
    low: float
    """Lower end of where the frequency lies in 95 % of cases if the probabilities are right."""
    high: float
    """Upper end."""


def consistency_bins(event: NDArray[np.bool_], probability: Floats, n_bins: int) -> list[Bin]:
    """Set frequency against probability in bins of equal mass, with consistency bars.

    Events are drawn from the predicted probabilities themselves, always with the same seed. These
    stay as they are, where the reference draws them again too: the bars are those of the bins seen.

    References
    ----------
    J. Bröcker, L. A. Smith (2007). "Increasing the Reliability of Reliability Diagrams." Weather
    and Forecasting 22(3), 651-661. doi:10.1175/WAF993.1
    """
    forecast = check_forecast(event, probability, None, None)
    bin_of = bin_rows(forecast, n_bins, "quantile")
    curve = curve_of_bins(forecast, bin_of)
    rng = np.random.default_rng(0)
    bins = []
    for index, (predicted, seen) in enumerate(zip(curve.probability, curve.frequency, strict=True)):
        rows = np.sort(probability[bin_of == index])
        chunks = np.array_split(rows, min(N_CHUNKS, len(rows)))
        sizes = [len(chunk) for chunk in chunks]
        means = [float(chunk.mean()) for chunk in chunks]
        drawn = rng.binomial(sizes, np.clip(means, 0, 1), (N_DRAWS, len(chunks))).sum(axis=1)
        low, high = np.quantile(drawn / len(rows), [0.025, 0.975])
        bins.append(Bin(float(predicted), float(seen), float(low), float(high)))
    return bins
