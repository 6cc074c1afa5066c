"""What is measured on a test fold."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, log_softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    average_precision_score,
    matthews_corrcoef,
    precision_recall_fscore_support,
    recall_score,
    roc_auc_score,
)

from skfocal.comparison.methods.boosting import BoostedTrees
from skfocal.comparison.scoring.metrics import DESCRIPTIONS, METRICS, N_BINS
from skfocal.comparison.scoring.thresholds import BEST_F1, ThresholdRule
from skfocal.linear_model import FocalLogisticRegression
from skfocal.metrics import calibration_error, calibration_intercept_slope

__all__ = [
    "class_recalls",
    "confidence",
    "log_odds",
    "log_probabilities",
    "score_fold",
]


def log_probabilities(classifier: Any, X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-probabilities of the classes, finite also where a probability rounds to 0.

    scikit-learn's logistic regression takes the logarithm of rounded probabilities; its logits
    give the same numbers without that, and focal loss and the boosted trees have them to the last
    digit. Of any other classifier a probability below the machine epsilon counts as that.
    """
    if isinstance(classifier, FocalLogisticRegression | BoostedTrees):
        return np.asarray(classifier.predict_log_proba(X), dtype=np.float64)
    if not isinstance(classifier, LogisticRegression):
        proba = np.asarray(classifier.predict_proba(X), dtype=np.float64)
        return np.asarray(np.log(proba.clip(min=np.finfo(np.float64).eps)))
    logits = classifier.decision_function(X)
    if logits.ndim == 1:
        return np.column_stack([log_expit(-logits), log_expit(logits)])
    return np.asarray(log_softmax(logits, axis=1))


def log_odds(log_proba: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds of the positive class: the score by which rows are ranked, never rounded to 1."""
    return log_proba[:, 1] - log_proba[:, 0]


def confidence(
    y_true: NDArray[np.intp], log_proba: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Event and probability whose calibration is judged.

    With two classes the event is the positive class; with more it is that the class with the
    highest probability is the true one (top-label calibration).
    """
    if log_proba.shape[1] == 2:
        return y_true == 1, np.exp(log_proba[:, 1])
    return y_true == log_proba.argmax(axis=1), np.exp(log_proba.max(axis=1))


def class_recalls(y_true: NDArray[np.intp], predicted: NDArray[np.intp]) -> list[float]:
    """Return the recall of every class."""
    return [float(recall) for recall in recall_score(y_true, predicted, average=None)]


def score_fold(
    y_true: NDArray[np.intp],
    log_proba: NDArray[np.float64],
    predicted: NDArray[np.intp],
    threshold: float | None,
    rule: ThresholdRule = BEST_F1,
) -> dict[str, float]:
    """Score the predictions for one test fold.

    With more than two classes the figures are macro averages over one class against the rest,
    and those that need a threshold are NaN.

    Parameters
    ----------
    y_true : ndarray of shape (n_samples,)
        Class indices.
    log_proba : ndarray of shape (n_samples, n_classes)
        Log-probabilities.
    predicted : ndarray of shape (n_samples,)
        Class indices by the default decision.
    threshold : float or None
        Log-odds from which on a row is called positive.
    rule : ThresholdRule, default=BEST_F1
        Where the costs of wrong decisions are from, if it has any.

    Returns
    -------
    dict of str to float
        One value for every key of `METRICS` and `DESCRIPTIONS`, the threshold as a probability.
    """
    binary = log_proba.shape[1] == 2
    probability = np.exp(log_proba)
    is_class = np.eye(log_proba.shape[1])[y_true]
    squared_error = np.sum((probability - is_class) ** 2, axis=1) / (2 if binary else 1)
    rank_score = log_odds(log_proba) if binary else probability
    event, event_probability = confidence(y_true, log_proba)
    scores = {
        "average_precision": average_precision_score(y_true, rank_score),
        "roc_auc": roc_auc_score(y_true, rank_score, multi_class="ovr"),
        "log_loss": -log_proba[np.arange(len(y_true)), y_true].mean(),
        "brier_score": squared_error.mean(),
        "calibration_error": calibration_error(event, event_probability, n_bins=N_BINS),
        "squared_calibration_error": calibration_error(
            event, event_probability, n_bins=N_BINS, form="debiased"
        ),
        **_recalibration(event, event_probability),
        **_decisions("default", y_true, predicted, log_proba.shape[1]),
        "cost_default": _cost(rule, y_true, predicted),
    }
    if threshold is not None:
        positive = (log_odds(log_proba) >= threshold).astype(np.intp)
        scores |= _decisions("tuned", y_true, positive, 2)
        scores |= {"cost_tuned": _cost(rule, y_true, positive), "threshold": expit(threshold)}
    return {name: float(scores.get(name, np.nan)) for name in (*METRICS, *DESCRIPTIONS)}


def _decisions(
    kind: str, y_true: NDArray[np.intp], predicted: NDArray[np.intp], n_classes: int
) -> dict[str, float]:
    """Score decisions; every figure but one follows from those of the single classes."""
    precision, recall, f1, _ = precision_recall_fscore_support(
        y_true, predicted, labels=[0, 1] if n_classes == 2 else None, zero_division=np.nan
    )
    event = 1 if n_classes == 2 else slice(None)
    scores = {
        "f1": _known_mean(f1[event]),
        "balanced_accuracy": _known_mean(recall),
        "mcc": matthews_corrcoef(y_true, predicted),
        "g_mean": np.nanprod(recall) ** (1 / len(recall)),
        "precision": _known_mean(precision[event]),
        "recall": _known_mean(recall[event]),
    }
    return {f"{name}_{kind}": score for name, score in scores.items()}


def _cost(rule: ThresholdRule, y_true: NDArray[np.intp], predicted: NDArray[np.intp]) -> float:
    if rule.kind != "cost":
        return float("nan")
    false_positive, false_negative = predicted > y_true, predicted < y_true
    costs = rule.false_positive * false_positive + rule.false_negative * false_negative
    return float(costs.mean())


def _known_mean(values: Any) -> float:
    """Mean of the numbers among the values; NaN if there is none."""
    known = np.asarray(values)[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def _recalibration(event: NDArray[np.bool_], probability: NDArray[np.float64]) -> dict[str, float]:
    try:
        found = calibration_intercept_slope(event, probability)
    except ValueError:  # some threshold separates the outcomes: no finite slope exists
        return {}
    return {"calibration_intercept": found.intercept, "calibration_slope": found.slope}
