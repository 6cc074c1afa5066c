"""Log-probabilities of any classifier, by one rule."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import log_expit, log_softmax

from skfocal._typing import Floats

__all__ = ["MIN_LOG_PROBABILITY", "log_odds", "log_probabilities"]

MIN_LOG_PROBABILITY = float(np.log(np.nextafter(0.0, 1.0)))
"""Logarithm of the smallest positive double, -744.44: no positive probability is below it."""
AGREEMENT = 1e-9
"""Largest difference between probabilities that are the same up to rounding."""


def log_probabilities(classifier: Any, X: Any) -> Floats:
    """Return the log-probabilities of the classes, finite for every classifier.

    Parameters
    ----------
    classifier : estimator
        A fitted classifier with `predict_proba`, alone or in a pipeline.
    X : array-like of shape (n_samples, n_features)
        Rows.

    Returns
    -------
    ndarray of shape (n_samples, n_classes)
        Each at least `MIN_LOG_PROBABILITY` and at most 0.

    Notes
    -----
    One rule holds for all classifiers:

    1. The log-probabilities are those of `predict_log_proba`, if the classifier computes them by
       itself, as naive Bayes and `FocalLogisticRegression` do.
    2. If it has no `predict_log_proba`, or one that only takes the logarithm of `predict_proba`,
       they are computed from the logits, provided that the sigmoid or softmax of
       `decision_function` gives the same probabilities up to rounding. Many classifiers, such as
       scikit-learn's logistic regression, round a probability to 0 from a logit of -37 on, while
       the logit itself is exact.
    3. Otherwise they are the logarithms of `predict_proba`.

    A log-probability below `MIN_LOG_PROBABILITY` is replaced by it. A probability of 0, such as
    that of a leaf without rows of a class, has an infinite log loss if that class occurs; 744.44
    is used in its place. A larger bound would favour classifiers that are wrongly certain. The mean
    probability of an ensemble may round to a number above 1, which is replaced by 1.
    """
    proba = np.asarray(classifier.predict_proba(X), dtype=np.float64)
    with np.errstate(divide="ignore"):
        log_proba = np.log(proba)
        if hasattr(classifier, "predict_log_proba"):
            own = np.asarray(classifier.predict_log_proba(X), dtype=np.float64)
            if not np.array_equal(own, log_proba):
                return _clip(own)
    if hasattr(classifier, "decision_function"):
        exact = _from_logits(np.asarray(classifier.decision_function(X), dtype=np.float64))
        if exact.shape == proba.shape and np.allclose(np.exp(exact), proba, rtol=0, atol=AGREEMENT):
            log_proba = exact
    return _clip(log_proba)


def _clip(log_proba: Floats) -> Floats:
    return np.asarray(np.clip(log_proba, MIN_LOG_PROBABILITY, 0.0))


def log_odds(log_proba: Floats) -> Floats:
    """Log-odds of the positive class, by which rows are ranked; they never round to a tie at 1."""
    return log_proba[:, 1] - log_proba[:, 0]


def _from_logits(logits: Floats) -> Floats:
    if logits.ndim == 1:
        return np.column_stack([log_expit(-logits), log_expit(logits)])
    return np.asarray(log_softmax(logits, axis=1))
