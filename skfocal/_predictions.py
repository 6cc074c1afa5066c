"""Class labels and probabilities from logits that minimise focal loss."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.utils.validation import check_is_fitted

from skfocal._checks import check_choice
from skfocal._typing import Floats, ProbabilityMode
from skfocal.posterior import posterior_logits, posterior_probabilities

__all__ = [
    "best_classes",
    "check_probability",
    "decision_scores",
    "fitted_gamma",
    "log_probabilities",
    "probabilities",
]


def check_probability(probability: Any) -> None:
    """Raise ValueError if `probability` is not a valid option."""
    check_choice("probability", probability, ("posterior", "weighted", "link"))


def fitted_gamma(name: str, model: Any) -> float | Floats:
    """Return the focusing parameter of the fit of a classifier with focal loss.

    Raises
    ------
    NotFittedError
        If the classifier is not fitted.
    TypeError
        If it is not one with focal loss.
    """
    check_is_fitted(model)
    if not hasattr(model, "_fitted_gamma"):
        msg = (
            f"{name} must be a classifier with focal loss, such as FocalLogisticRegression; got "
            f"{type(model).__name__}. Of a pipeline, pass the last step."
        )
        raise TypeError(msg)
    gamma: float | Floats = model._fitted_gamma  # noqa: SLF001 - an estimator of this package
    return gamma


def decision_scores(logits: Floats, gamma: float | Floats) -> Floats:
    """Return scores whose maximum is at the class of the lowest risk.

    Those are the logits if `gamma` is the same for all classes. If it differs, they are the
    log-odds of the weighted posterior for two classes, and its logarithms for more.
    """
    if isinstance(gamma, float):
        return logits
    scores = posterior_logits(logits, gamma)
    return scores if scores.ndim == 1 else np.asarray(log_softmax(scores, axis=1))


def best_classes(scores: Floats) -> NDArray[np.intp]:
    """Return the index of the class with the largest score, of shape (n_samples,)."""
    return (scores > 0).astype(np.intp) if scores.ndim == 1 else scores.argmax(axis=1)


def probabilities(
    logits: Floats, gamma: float | Floats, class_weight: Floats, probability: ProbabilityMode
) -> Floats:
    """Return the requested probabilities of all classes, of shape (n_samples, n_classes)."""
    if probability == "link":
        return posterior_probabilities(logits, 0.0)
    weights = class_weight if probability == "posterior" else None
    return posterior_probabilities(logits, gamma, weights)


def log_probabilities(
    logits: Floats, gamma: float | Floats, class_weight: Floats, probability: ProbabilityMode
) -> Floats:
    """Return logarithms of the requested probabilities, which do not underflow."""
    scores = logits
    if probability != "link":
        weights = class_weight if probability == "posterior" else None
        scores = posterior_logits(logits, gamma, weights)
    if scores.ndim == 2:
        return np.asarray(log_softmax(scores, axis=1))
    margins = np.column_stack([-scores, scores])
    return np.minimum(margins, 0) - np.log1p(np.exp(-np.abs(margins)))
