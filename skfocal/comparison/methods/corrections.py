"""Maps from a model's log-probabilities to better ones, learned from training rows alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_expit, log_softmax, logit, logsumexp
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

__all__ = [
    "Correction",
    "CorrectionLearner",
    "isotonic",
    "platt",
    "restore_shares",
    "temperature",
    "undo_balance",
]

LARGEST_TEMPERATURE = 100.0

Floats: TypeAlias = NDArray[np.float64]
Correction: TypeAlias = Callable[[Floats], Floats]
"""Map log-probabilities of shape (n_samples, n_classes) to others."""
CorrectionLearner: TypeAlias = Callable[[NDArray[np.intp], Floats, NDArray[np.intp]], Correction]
"""Learn a correction from class indices and the log-probabilities of the same, held-out rows, and
from how many rows of each class the classifier was fitted on, after sampling."""
_ScoreMap: TypeAlias = Callable[[Floats], Floats]


def restore_shares(
    y: NDArray[np.intp], _log_proba: Floats, class_counts: NDArray[np.intp]
) -> Correction:
    """Undo that a model was fitted on classes of other shares than they have.

    References
    ----------
    M. Saerens, P. Latinne, C. Decaestecker (2002). "Adjusting the Outputs of a Classifier to New
    a Priori Probabilities." Neural Computation 14(1), 21-41. doi:10.1162/089976602753284446
    """
    change = np.log(np.bincount(y) / len(y)) - np.log(class_counts / class_counts.sum())
    return lambda log_proba: np.asarray(log_softmax(log_proba + change, axis=1))


def undo_balance(
    y: NDArray[np.intp], log_proba: Floats, class_counts: NDArray[np.intp]
) -> Correction:
    """Undo class weights that gave every class the same weight in all; see `restore_shares`."""
    return restore_shares(y, log_proba, np.ones_like(class_counts))


def temperature(
    y: NDArray[np.intp], log_proba: Floats, _class_counts: NDArray[np.intp]
) -> Correction:
    """Divide the logits by one number, the temperature, that minimises log loss.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger (2017). "On Calibration of Modern Neural Networks."
    Proceedings of Machine Learning Research 70, 1321-1330. arXiv:1706.04599
    """
    rows = np.arange(len(y))

    def loss(log_temperature: float) -> float:
        return -float(_divided(log_proba, log_temperature)[rows, y].mean())

    limit = np.log(LARGEST_TEMPERATURE)
    search = minimize_scalar(loss, bounds=(-limit, limit), options={"xatol": 1e-7})
    best = search.x
    return lambda log_proba: _divided(log_proba, best)


def platt(y: NDArray[np.intp], log_proba: Floats, _class_counts: NDArray[np.intp]) -> Correction:
    """Regress the class on its log-odds; with more than two classes each against the rest.

    References
    ----------
    J. C. Platt (1999). "Probabilistic Outputs for Support Vector Machines and Comparisons to
    Regularized Likelihood Methods." Advances in Large Margin Classifiers, MIT Press, 61-74.
    """
    return _class_by_class(_platt_map, y, log_proba)


def isotonic(y: NDArray[np.intp], log_proba: Floats, _class_counts: NDArray[np.intp]) -> Correction:
    """Fit the share of the class by steps that rise with its log-odds; as `platt` otherwise.

    No step is nearer to 0 or 1 than Laplace's rule of succession allows for the number of rows.

    References
    ----------
    B. Zadrozny, C. Elkan (2002). "Transforming Classifier Scores into Accurate Multiclass
    Probability Estimates." KDD 2002, 694-699. doi:10.1145/775047.775151
    """
    return _class_by_class(_isotonic_map, y, log_proba)


def _divided(log_proba: Floats, log_temperature: float) -> Floats:
    return np.asarray(log_softmax(log_proba / np.exp(log_temperature), axis=1))


def _platt_map(event: NDArray[np.bool_], score: Floats) -> _ScoreMap:
    n_with, n_without = np.count_nonzero(event), np.count_nonzero(~event)
    # Platt's targets: just short of 0 and 1, so that scores that separate have a finite slope.
    target = np.where(event, (n_with + 1) / (n_with + 2), 1 / (n_without + 2))
    model = LogisticRegression(C=1e9, solver="newton-cholesky", tol=1e-8)
    model.fit(
        np.tile(score, 2)[:, np.newaxis],
        np.repeat([1, 0], len(score)),
        sample_weight=np.concatenate([target, 1 - target]),
    )
    return lambda score: np.asarray(model.decision_function(score[:, np.newaxis]))


def _isotonic_map(event: NDArray[np.bool_], score: Floats) -> _ScoreMap:
    least = 1 / (len(event) + 2)
    steps = IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip")
    steps.fit(score, event)
    return lambda score: np.asarray(logit(steps.predict(score)))


def _class_by_class(
    learn: Callable[[NDArray[np.bool_], Floats], _ScoreMap],
    y: NDArray[np.intp],
    log_proba: Floats,
) -> Correction:
    """Learn a map of log-odds for class 1 of two, or for each of more classes."""
    n_classes = log_proba.shape[1]
    classes = (1,) if n_classes == 2 else range(n_classes)
    maps = {index: learn(y == index, _against_rest(log_proba, index)) for index in classes}

    def correct(log_proba: Floats) -> Floats:
        logits = np.column_stack(
            [score_map(_against_rest(log_proba, index)) for index, score_map in maps.items()]
        )
        if n_classes == 2:
            return np.hstack([log_expit(-logits), log_expit(logits)])
        return np.asarray(log_softmax(log_expit(logits), axis=1))

    return correct


def _against_rest(log_proba: Floats, index: int) -> Floats:
    """Log-odds of one class against all others together."""
    rest = logsumexp(np.delete(log_proba, index, axis=1), axis=1)
    return np.asarray(log_proba[:, index] - rest)
