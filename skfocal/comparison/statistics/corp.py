"""Reliability diagrams by the CORP approach, and bins with consistency bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import isotonic_regression

from skfocal._typing import Floats
from skfocal.comparison.scoring.cell_results import EventPredictions
from skfocal.comparison.scoring.metrics import N_BINS
from skfocal.metrics._checks import check_forecast
from skfocal.metrics._reliability import bin_rows, curve_of_bins

__all__ = ["Bin", "Corp", "Reliability", "consistency_bins", "corp", "pooled_reliability"]

N_DRAWS = 1000
N_CHUNKS = 32
"""Number of groups of similar probability in which the rows of a bin are drawn."""


class Corp(NamedTuple):
    """Recalibrated probabilities and the parts of the Brier score.

    The Brier score is miscalibration - discrimination + uncertainty.
    """

    probability: Floats
    """ndarray of shape (n_distinct,): the distinct predicted probabilities, ascending."""
    recalibrated: Floats
    """ndarray of shape (n_distinct,): the recalibrated probability for each of them."""
    miscalibration: float
    """How much recalibration reduces the Brier score; 0 for calibrated probabilities."""
    discrimination: float
    """Brier score of the prevalence minus that of the recalibrated probabilities."""
    uncertainty: float
    """Brier score of the prevalence."""


def corp(event: NDArray[np.bool_], probability: Floats) -> Corp:
    """Recalibrate by isotonic regression and decompose the Brier score.

    Parameters
    ----------
    event : ndarray of bool of shape (n_samples,)
        Whether the event occurred.
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
    """Observed frequency of the event."""
    low: float
    """Lower end of the 95 % interval of the frequency if the probabilities are calibrated."""
    high: float
    """Upper end."""


def consistency_bins(event: NDArray[np.bool_], probability: Floats, n_bins: int) -> list[Bin]:
    """Compute the frequency in bins of equal mass, with consistency bars.

    Events are drawn from the predicted probabilities with a fixed seed. The probabilities are not
    resampled, as they are in the reference, so that the bars belong to the observed bins.

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
    for index, (predicted, observed) in enumerate(
        zip(curve.probability, curve.frequency, strict=True)
    ):
        rows = np.sort(probability[bin_of == index])
        chunks = np.array_split(rows, min(N_CHUNKS, len(rows)))
        sizes = [len(chunk) for chunk in chunks]
        means = [float(chunk.mean()) for chunk in chunks]
        drawn = rng.binomial(sizes, np.clip(means, 0, 1), (N_DRAWS, len(chunks))).sum(axis=1)
        low, high = np.quantile(drawn / len(rows), [0.025, 0.975])
        bins.append(Bin(float(predicted), float(observed), float(low), float(high)))
    return bins


class Reliability(NamedTuple):
    """The reliability diagram of a method."""

    method: str
    corp: Corp
    """Recalibrated probabilities."""
    bins: list[Bin]
    """Bins of equal mass with consistency bars."""


def pooled_reliability(
    predictions: Sequence[EventPredictions], methods: Iterable[str]
) -> list[Reliability]:
    """Pool the predictions of each method over folds and data sets.

    Parameters
    ----------
    predictions : sequence of EventPredictions
        Predictions in which each row occurs once for each method.
    methods : iterable of str
        Methods in the order of the result; those without predictions are skipped.
    """
    found = []
    for method in methods:
        folds = [one for one in predictions if one.method == method]
        if folds:
            event = np.concatenate([one.event for one in folds])
            probability = np.concatenate([one.probability for one in folds])
            bins = consistency_bins(event, probability, N_BINS)
            found.append(Reliability(method, corp(event, probability), bins))
    return found
