"""Recalibration by isotonic regression (CORP), and bins with consistency bars."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from sklearn.isotonic import isotonic_regression

from skfocal._typing import Floats
from skfocal.metrics._checks import Forecast
from skfocal.metrics._reliability import bin_rows, curve_of_bins

__all__ = ["Bin", "Corp", "consistency_bins", "corp"]

N_DRAWS = 1000
"""Random draws of a consistency bar, whose level then has a standard error of 0.5 %."""
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


def corp(forecast: Forecast) -> Corp:
    """Recalibrate by isotonic regression and decompose the Brier score.

    Parameters
    ----------
    forecast : Forecast
        Predicted probabilities of an event, and its outcomes.

    Returns
    -------
    Corp

    References
    ----------
    T. Dimitriadis, T. Gneiting, A. I. Jordan (2021). "Stable Reliability Diagrams for
    Probabilistic Classifiers." PNAS 118(8), e2016191118. doi:10.1073/pnas.2016191118

    Examples
    --------
    >>> from skfocal.metrics._checks import check_forecast
    >>> from skfocal.metrics._corp import corp
    >>> found = corp(check_forecast([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.9], None, None))
    >>> found.recalibrated.tolist(), found.uncertainty
    ([0.0, 0.5, 0.5, 1.0], 0.25)
    """
    event, probability, weight = forecast
    distinct, group = np.unique(probability, return_inverse=True)
    total = np.bincount(group, weights=weight)
    frequency = np.bincount(group, weights=weight * event) / total
    recalibrated = isotonic_regression(frequency, sample_weight=total, y_min=0, y_max=1)
    share = float(np.average(event, weights=weight))
    brier = float(np.average((probability - event) ** 2, weights=weight))
    best = float(np.average((recalibrated[group] - event) ** 2, weights=weight))
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


def consistency_bins(forecast: Forecast, n_bins: int) -> list[Bin]:
    """Compute the frequency in bins of equal mass, with consistency bars.

    Events are drawn from the predicted probabilities with a fixed seed. The probabilities are not
    resampled, as they are in the reference, so that the bars belong to the observed bins. Weighted
    rows are drawn as the number of equal ones whose mean has the same variance.

    References
    ----------
    J. Bröcker, L. A. Smith (2007). "Increasing the Reliability of Reliability Diagrams." Weather
    and Forecasting 22(3), 651-661. doi:10.1175/WAF993.1
    """
    bin_of = bin_rows(forecast, n_bins, "quantile")
    curve = curve_of_bins(forecast, bin_of)
    rng = np.random.default_rng(0)
    bins = []
    for index, (predicted, observed) in enumerate(
        zip(curve.probability, curve.frequency, strict=True)
    ):
        inside = bin_of == index
        drawn = _drawn_frequencies(forecast.probability[inside], forecast.weight[inside], rng)
        low, high = np.quantile(drawn, [0.025, 0.975])
        bins.append(Bin(float(predicted), float(observed), float(low), float(high)))
    return bins


def _drawn_frequencies(probability: Floats, weight: Floats, rng: np.random.Generator) -> Floats:
    """Draw the weighted frequency of calibrated rows, `N_DRAWS` times."""
    n_chunks = min(N_CHUNKS, len(probability))
    chunks = np.array_split(np.argsort(probability, kind="stable"), n_chunks)
    total = np.array([weight[rows].sum() for rows in chunks])
    squares = np.array([(weight[rows] ** 2).sum() for rows in chunks])
    means = [float(np.average(probability[rows], weights=weight[rows])) for rows in chunks]
    sizes = np.rint(total**2 / squares).astype(np.int64)
    events = rng.binomial(sizes, np.clip(means, 0, 1), (N_DRAWS, n_chunks))
    drawn: Floats = events @ (total / total.sum() / sizes)
    return drawn
