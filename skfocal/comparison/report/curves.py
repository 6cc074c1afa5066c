"""Curves of each method over data sets: ROC, precision and recall, score against threshold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.metrics import precision_recall_curve, roc_curve

from skfocal.comparison.scoring.thresholds import ThresholdRule

if TYPE_CHECKING:
    from skfocal.comparison.run.cell import Predictions

__all__ = [
    "Curve",
    "place_of_threshold",
    "precision_curves",
    "roc_curves",
    "score_of_threshold",
    "threshold_curves",
]

Floats: TypeAlias = NDArray[np.float64]
Events: TypeAlias = NDArray[np.bool_]
FALSE_POSITIVE_RATES = np.linspace(0, 1, 61) ** 2
RECALLS = np.linspace(0.01, 1, 67)
LOG_ODDS = np.linspace(-7, 7, 71)
ROUNDING = 1e-9


class Curve(NamedTuple):
    """A method's curve, and how far it spreads."""

    method: str
    x: Floats
    """Where it is known."""
    y: Floats
    """Mean over data sets or, of a single one, over its folds."""
    low: Floats
    """Lower quartile over data sets or, with a single one, the lowest of its folds."""
    high: Floats
    """Upper quartile over data sets or, with a single one, the highest of its folds."""


def roc_curves(predictions: Sequence[Predictions], methods: Sequence[str]) -> list[Curve]:
    """Set true against false positive rate, averaged at equal false positive rates."""

    def of_fold(event: Events, probability: Floats) -> Floats:
        false_positive, true_positive, _ = roc_curve(event, probability)
        return np.asarray(np.interp(FALSE_POSITIVE_RATES, false_positive, true_positive))

    return list(_averaged(predictions, methods, FALSE_POSITIVE_RATES, of_fold))


def precision_curves(predictions: Sequence[Predictions], methods: Sequence[str]) -> list[Curve]:
    """Set precision against recall, averaged at equal recalls, without interpolation."""

    def of_fold(event: Events, probability: Floats) -> Floats:
        precision, recall, _ = precision_recall_curve(event, probability)
        first = np.searchsorted(recall[::-1], RECALLS - ROUNDING)
        return np.asarray(precision[::-1][first])

    return list(_averaged(predictions, methods, RECALLS, of_fold))


def threshold_curves(
    predictions: Sequence[Predictions], methods: Sequence[str], rule: ThresholdRule
) -> list[Curve]:
    """Score every threshold, over the pooled folds of each data set, by what the rule maximises."""

    def of_rows(event: Events, probability: Floats) -> Floats:
        return score_of_threshold(rule, event, probability, expit(LOG_ODDS))

    return list(_averaged(predictions, methods, LOG_ODDS, of_rows, pooled=True))


def score_of_threshold(
    rule: ThresholdRule, event: Events, probability: Floats, thresholds: Floats
) -> Floats:
    """Score the decisions at each of several thresholds.

    Parameters
    ----------
    rule : ThresholdRule
        MCC where the rule maximises it, the mean cost of a row where it has costs, else F1.
    event : ndarray of bool of shape (n_samples,)
        Whether the row is positive.
    probability : ndarray of shape (n_samples,)
        Predicted probability of that.
    thresholds : ndarray of shape (n_thresholds,)
        Probabilities from which on a row is called positive.

    Returns
    -------
    ndarray of shape (n_thresholds,)
        F1 and MCC are 0 where they are not defined.
    """
    ordered = np.sort(probability)
    positive = np.sort(probability[event])
    called = len(ordered) - np.searchsorted(ordered, thresholds)
    true_positive = len(positive) - np.searchsorted(positive, thresholds)
    false_positive = called - true_positive
    false_negative = len(positive) - true_positive
    if rule.kind == "cost":
        total = rule.false_positive * false_positive + rule.false_negative * false_negative
        return np.asarray(total / len(event))
    if rule.kind == "mcc":
        true_negative = len(event) - called - false_negative
        product = called * len(positive) * (len(event) - len(positive)) * (len(event) - called)
        covariance = true_positive * true_negative - false_positive * false_negative
        return np.asarray(covariance / np.sqrt(np.maximum(product.astype(np.float64), 1)))
    return np.asarray(2 * true_positive / np.maximum(called + len(positive), 1))


def _averaged(
    predictions: Sequence[Predictions],
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
        yield Curve(method, x, means.mean(axis=0), low, high)


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
    """Return the log-odds of a threshold, within those of the curves."""
    return float(np.clip(logit(probability), LOG_ODDS[0], LOG_ODDS[-1]))
