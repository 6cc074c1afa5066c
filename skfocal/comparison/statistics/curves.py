"""Curves averaged over data sets: ROC, precision-recall, and score against threshold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.metrics import precision_recall_curve, roc_curve

from skfocal._typing import Floats
from skfocal.comparison.scoring.cell_results import EventPredictions
from skfocal.comparison.scoring.threshold_rules import ThresholdRule

__all__ = [
    "Curve",
    "place_of_threshold",
    "precision_curves",
    "roc_curves",
    "score_of_threshold",
    "threshold_curves",
]

Events: TypeAlias = NDArray[np.bool_]
FALSE_POSITIVE_RATES = np.linspace(0, 1, 61) ** 2
RECALLS = np.linspace(0.01, 1, 67)
LOG_ODDS = np.linspace(-7, 7, 71)
ROUNDING = 1e-9


class Curve(NamedTuple):
    """The mean curve of a method, and its spread."""

    method: str
    x: Floats
    """Positions, the same for every method."""
    y: Floats
    """Mean over data sets; with a single one, over its folds."""
    low: Floats
    """Lower quartile over data sets; with a single one, the lowest of its folds."""
    high: Floats
    """Upper quartile over data sets; with a single one, the highest of its folds."""
    n_data_sets: int
    """Number of data sets with predictions of the method."""


def roc_curves(predictions: Sequence[EventPredictions], methods: Sequence[str]) -> list[Curve]:
    """ROC curves, averaged at equal false positive rates."""

    def of_fold(event: Events, probability: Floats) -> Floats:
        false_positive, true_positive, _ = roc_curve(event, probability)
        return np.asarray(np.interp(FALSE_POSITIVE_RATES, false_positive, true_positive))

    return list(_average(predictions, methods, FALSE_POSITIVE_RATES, of_fold))


def precision_curves(
    predictions: Sequence[EventPredictions], methods: Sequence[str]
) -> list[Curve]:
    """Precision-recall curves, averaged at equal recalls, without interpolation."""

    def of_fold(event: Events, probability: Floats) -> Floats:
        precision, recall, _ = precision_recall_curve(event, probability)
        first = np.searchsorted(recall[::-1], RECALLS - ROUNDING)
        return np.asarray(precision[::-1][first])

    return list(_average(predictions, methods, RECALLS, of_fold))


def threshold_curves(
    predictions: Sequence[EventPredictions], methods: Sequence[str], rule: ThresholdRule
) -> list[Curve]:
    """Score that the rule optimises at every threshold, over the pooled folds of a data set."""

    def of_rows(event: Events, probability: Floats) -> Floats:
        return score_of_threshold(rule, event, probability, expit(LOG_ODDS))

    return list(_average(predictions, methods, LOG_ODDS, of_rows, pooled=True))


def score_of_threshold(
    rule: ThresholdRule, event: Events, probability: Floats, thresholds: Floats
) -> Floats:
    """Score the decisions at each of several thresholds.

    Parameters
    ----------
    rule : ThresholdRule
        MCC if the rule maximises it, the mean cost per row if it has costs, F1 otherwise.
    event : ndarray of bool of shape (n_samples,)
        Whether the row is positive.
    probability : ndarray of shape (n_samples,)
        Predicted probability of the positive class.
    thresholds : ndarray of shape (n_thresholds,)
        Rows with at least this probability are predicted positive.

    Returns
    -------
    ndarray of shape (n_thresholds,)
        F1 and MCC are 0 where they are not defined.
    """
    ordered = np.sort(probability)
    positive = np.sort(probability[event])
    predicted = len(ordered) - np.searchsorted(ordered, thresholds)
    true_positive = len(positive) - np.searchsorted(positive, thresholds)
    false_positive = predicted - true_positive
    false_negative = len(positive) - true_positive
    if rule.kind == "cost":
        total = rule.false_positive * false_positive + rule.false_negative * false_negative
        return np.asarray(total / len(event))
    if rule.kind == "mcc":
        true_negative = len(event) - predicted - false_negative
        product = (
            predicted * len(positive) * (len(event) - len(positive)) * (len(event) - predicted)
        )
        covariance = true_positive * true_negative - false_positive * false_negative
        return np.asarray(covariance / np.sqrt(np.maximum(product.astype(np.float64), 1)))
    return np.asarray(2 * true_positive / np.maximum(predicted + len(positive), 1))


def _average(
    predictions: Sequence[EventPredictions],
    methods: Sequence[str],
    x: Floats,
    curve_of: Callable[[Events, Floats], Floats],
    *,
    pooled: bool = False,
) -> Iterator[Curve]:
    for method in methods:
        own = [one for one in predictions if one.method == method]
        names = list(dict.fromkeys(one.data_set for one in own))
        if not names:
            continue
        folds = {
            name: [(one.event, one.probability) for one in own if one.data_set == name]
            for name in names
        }
        means = np.array([_of_data_set(parts, curve_of, pooled=pooled) for parts in folds.values()])
        if len(names) > 1:
            low, high = np.quantile(means, [0.25, 0.75], axis=0)
        else:
            each = np.array([curve_of(*fold) for fold in folds[names[0]]])
            low, high = each.min(axis=0), each.max(axis=0)
        yield Curve(method, x, means.mean(axis=0), low, high, len(names))


def _of_data_set(
    folds: Sequence[tuple[Events, Floats]],
    curve_of: Callable[[Events, Floats], Floats],
    *,
    pooled: bool,
) -> Floats:
    if pooled:
        events, probabilities = zip(*folds, strict=True)
        return curve_of(np.concatenate(events), np.concatenate(probabilities))
    return np.asarray(np.mean([curve_of(*fold) for fold in folds], axis=0))


def place_of_threshold(probability: float) -> float:
    """Return the log-odds of a threshold, clipped to the range of the curves."""
    return float(np.clip(logit(probability), LOG_ODDS[0], LOG_ODDS[-1]))
