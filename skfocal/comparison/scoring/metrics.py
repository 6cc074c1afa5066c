"""The built-in metrics."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from scipy.special import expit
from sklearn.metrics import average_precision_score, matthews_corrcoef, roc_auc_score

from skfocal.comparison.errors import SettingError
from skfocal.comparison.names import check_costs, check_metric
from skfocal.comparison.scoring.fold_predictions import Decisions, FoldPredictions
from skfocal.comparison.scoring.metric import Measure, Metric
from skfocal.comparison.scoring.threshold_rules import ThresholdRule
from skfocal.metrics import calibration_error, calibration_intercept_slope

__all__ = ["DESCRIPTIONS", "METRICS", "N_BINS", "resolve_metrics", "score_fold"]

N_BINS = 10
DecisionFunction: TypeAlias = Callable[[Decisions], float]


def _average_precision(predictions: FoldPredictions) -> float:
    return float(average_precision_score(predictions.y_true, predictions.y_score))


def _roc_auc(predictions: FoldPredictions) -> float:
    return float(roc_auc_score(predictions.y_true, predictions.y_score, multi_class="ovr"))


def _log_loss(predictions: FoldPredictions) -> float:
    rows = np.arange(len(predictions.y_true))
    return float(-predictions.log_proba[rows, predictions.y_true].mean())


def _brier_score(predictions: FoldPredictions) -> float:
    n_classes = predictions.n_classes
    is_class = np.eye(n_classes)[predictions.y_true]
    squared = np.sum((predictions.proba - is_class) ** 2, axis=1) / (2 if n_classes == 2 else 1)
    return float(squared.mean())


def _calibration_error(predictions: FoldPredictions) -> float:
    return float(calibration_error(*predictions.event, n_bins=N_BINS))


def _squared_calibration_error(predictions: FoldPredictions) -> float:
    return float(calibration_error(*predictions.event, n_bins=N_BINS, form="debiased"))


def _recalibration(predictions: FoldPredictions, part: str) -> float:
    try:
        found = calibration_intercept_slope(*predictions.event)
    except ValueError:  # a threshold separates the outcomes: no finite slope exists
        return float("nan")
    return float(getattr(found, part))


def _precision(decisions: Decisions) -> float:
    return _macro_mean(decisions, decisions.by_class[0])


def _recall(decisions: Decisions) -> float:
    return _macro_mean(decisions, decisions.by_class[1])


def _f1(decisions: Decisions) -> float:
    return _macro_mean(decisions, decisions.by_class[2])


def _balanced_accuracy(decisions: Decisions) -> float:
    return _mean_of_defined(decisions.by_class[1])


def _mcc(decisions: Decisions) -> float:
    return float(matthews_corrcoef(decisions.y_true, decisions.y_pred))


def _g_mean(decisions: Decisions) -> float:
    recall = decisions.by_class[1]
    return float(np.nanprod(recall) ** (1 / len(recall)))


def _macro_mean(decisions: Decisions, by_class: Any) -> float:
    """Value of the positive class; with more than two classes, the mean over classes."""
    return _mean_of_defined(by_class[1] if decisions.n_classes == 2 else by_class)


def _mean_of_defined(values: Any) -> float:
    """Mean of the values that are no NaN; NaN if there is none."""
    defined = np.asarray(values)[~np.isnan(values)]
    return float(defined.mean()) if defined.size else float("nan")


def _cost(decisions: Decisions) -> float:
    rule, y_true, y_pred = decisions.rule, decisions.y_true, decisions.y_pred
    if rule.kind != "cost":
        return float("nan")
    costs = rule.false_positive * (y_pred > y_true) + rule.false_negative * (y_pred < y_true)
    return float(costs.mean())


def _of_default(predictions: FoldPredictions, function: DecisionFunction) -> float:
    return function(predictions.default)


def _of_tuned(predictions: FoldPredictions, function: DecisionFunction) -> float:
    return float("nan") if predictions.tuned is None else function(predictions.tuned)


def _decision_metrics(
    name: str,
    label: str,
    function: DecisionFunction,
    *,
    description: str,
    needs_costs: bool = False,
    tuned: Mapping[str, Any] = MappingProxyType({}),
    **settings: Any,
) -> tuple[Metric, Metric]:
    """Make a metric of the default decision and one of the decision at the tuned threshold."""
    settings = {
        "aspect": "decisions",
        "greater_is_better": not needs_costs,
        "needs_costs": needs_costs,
        "bounds": (0.0, math.inf) if needs_costs else (0.0, 1.0),
        "prominence": "low",
        **settings,
    }
    default = Metric(
        f"{name}_default",
        f"{label} at the default decision",
        partial(_of_default, function=function),
        **{
            **settings,
            "binary_only": needs_costs,
            "description": f"{description} for the decisions of the model's predict.",
        },
    )
    at_threshold = Metric(
        f"{name}_tuned",
        f"{label} at the tuned threshold",
        partial(_of_tuned, function=function),
        **{
            **settings,
            **tuned,
            "binary_only": True,
            "description": f"{description} at the threshold that the same rule chooses for every "
            "method.",
        },
    )
    return default, at_threshold


_METRICS = (
    Metric(
        "average_precision",
        "Average precision",
        _average_precision,
        aspect="ranking",
        greater_is_better=True,
        bounds=(0.0, 1.0),
        description="How far up the positive rows are ranked; chance level is the prevalence.",
        short_label="AP",
        headline=1,
    ),
    Metric(
        "roc_auc",
        "ROC AUC",
        _roc_auc,
        aspect="ranking",
        greater_is_better=True,
        bounds=(0.0, 1.0),
        description="Probability that a positive row is ranked above a negative one.",
        short_label="AUC",
        prominence="medium",
    ),
    Metric(
        "log_loss",
        "Log loss",
        _log_loss,
        aspect="probabilities",
        greater_is_better=False,
        bounds=(0.0, math.inf),
        description="Mean of −log of the probability of the true class.",
        short_label="log loss",
        headline=1,
    ),
    Metric(
        "brier_score",
        "Brier score",
        _brier_score,
        aspect="probabilities",
        greater_is_better=False,
        bounds=(0.0, 2.0),
        description="Mean squared difference between the probabilities and the outcome.",
        prominence="low",
    ),
    Metric(
        "calibration_error",
        "Calibration error",
        _calibration_error,
        aspect="probabilities",
        greater_is_better=False,
        bounds=(0.0, 1.0),
        description=f"Mean absolute difference between probability and frequency in {N_BINS} bins "
        "with equal numbers of rows; above 0 by chance in small folds.",
        short_label="cal. error",
    ),
    Metric(
        "squared_calibration_error",
        "Debiased squared calibration error",
        _squared_calibration_error,
        aspect="probabilities",
        greater_is_better=False,
        bounds=(-math.inf, 1.0),
        description="Mean squared difference between probability and frequency, minus its "
        "expectation under perfect calibration; it may be negative.",
        prominence="low",
    ),
    *_decision_metrics(
        "f1",
        "F1",
        _f1,
        description="F1 of the positive class",
        short_label="F1 default",
        prominence="medium",
        headline=1,
        tuned={"short_label": "F1 tuned", "prominence": "high"},
    ),
    *_decision_metrics(
        "balanced_accuracy",
        "Balanced accuracy",
        _balanced_accuracy,
        description="Mean recall of the classes",
    ),
    *_decision_metrics(
        "mcc",
        "MCC",
        _mcc,
        bounds=(-1.0, 1.0),
        description="Matthews correlation of predicted and true class",
    ),
    *_decision_metrics(
        "g_mean", "G-mean", _g_mean, description="Geometric mean of the recalls of the classes"
    ),
    *_decision_metrics(
        "cost",
        "Cost",
        _cost,
        description="Mean cost per row, for the given costs of false positives and negatives,",
        needs_costs=True,
        headline=2,
        tuned={"short_label": "cost", "prominence": "high"},
    ),
)
METRICS: Mapping[str, Metric] = MappingProxyType({metric.name: metric for metric in _METRICS})
"""The built-in metrics by name."""

_DESCRIPTIONS = (
    Measure(
        "calibration_intercept",
        "Calibration intercept",
        partial(_recalibration, part="intercept"),
    ),
    Measure("calibration_slope", "Calibration slope", partial(_recalibration, part="slope")),
    *(
        Measure(
            f"{name}_{which}",
            f"{label} at the {where}",
            partial(decide, function=function),
            binary_only=which == "tuned",
        )
        for name, label, function in (
            ("precision", "Precision", _precision),
            ("recall", "Recall", _recall),
        )
        for which, where, decide in (
            ("default", "default decision", _of_default),
            ("tuned", "tuned threshold", _of_tuned),
        )
    ),
    Measure(
        "threshold",
        "Tuned threshold",
        lambda fold: np.nan if fold.threshold is None else expit(fold.threshold),
        binary_only=True,
    ),
)
DESCRIPTIONS: Mapping[str, Measure] = MappingProxyType({one.name: one for one in _DESCRIPTIONS})
"""Measures that make no method better or worse by themselves, and therefore rank none."""


def score_fold(predictions: FoldPredictions, metrics: Iterable[Metric] = ()) -> dict[str, float]:
    """Score the predictions for one test fold.

    Parameters
    ----------
    predictions : FoldPredictions
        The predictions.
    metrics : iterable of Metric, default=()
        Metrics to compute in addition to all built-in ones.

    Returns
    -------
    dict of str to float
        A value for every key of `METRICS` and `DESCRIPTIONS` and for every additional metric. With
        more than two classes they are macro averages of one class against the rest, and NaN if
        they need a threshold.
    """
    measures: Sequence[Measure] = (*METRICS.values(), *DESCRIPTIONS.values(), *metrics)
    return {one.name: one.measure(predictions) for one in measures}


def resolve_metrics(
    metrics: Sequence[str | Metric] | None, rule: ThresholdRule
) -> tuple[Metric, ...]:
    """Look up metrics by name; by default all that the rule provides for.

    Raises
    ------
    SettingError
        If a name is unknown or used twice, or a metric needs costs that the rule does not have.
    """
    has_costs = rule.kind == "cost"
    if metrics is None:
        return tuple(one for one in METRICS.values() if has_costs or not one.needs_costs)
    chosen = tuple(map(_look_up, metrics))
    names = [one.name for one in chosen]
    for metric in chosen:
        if names.count(metric.name) > 1:
            raise SettingError("metrics", f"must be unique; got {metric.name!r} twice.")
        check_costs(metric.name, needed=metric.needs_costs, given=has_costs)
        if metric != METRICS.get(metric.name, metric) or metric.name in DESCRIPTIONS:
            raise SettingError(
                "metrics", f"got a metric named {metric.name!r}, which is a built-in name"
            )
    if not chosen:
        raise SettingError("metrics", "must have at least one metric; got none.")
    return chosen


def _look_up(metric: str | Metric) -> Metric:
    if isinstance(metric, Metric):
        return metric
    check_metric(metric)
    return METRICS[metric]
