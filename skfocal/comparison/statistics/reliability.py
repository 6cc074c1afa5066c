"""Reliability diagrams of methods, over all their predictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from skfocal.comparison.scoring.cell_results import EventPredictions
from skfocal.comparison.scoring.metrics import N_BINS
from skfocal.metrics._checks import check_forecast
from skfocal.metrics._corp import Bin, Corp, consistency_bins, corp

__all__ = ["Reliability", "pooled_reliability"]


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
            forecast = check_forecast(event, probability, None, None)
            bins = consistency_bins(forecast, N_BINS)
            found.append(Reliability(method, corp(forecast), bins))
    return found
