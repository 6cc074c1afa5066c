"""Predictions of a fitted linear model under focal loss."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, log_softmax, softmax
from sklearn.base import ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.extmath import safe_sparse_dot
from sklearn.utils.validation import check_is_fitted, validate_data

from skfocal._checks import check_choice
from skfocal._typing import Floats
from skfocal.posterior import posterior_logits

__all__ = ["FocalClassifierMixin", "check_probability"]


class FocalClassifierMixin(ClassifierMixin):
    """Labels, logits and probabilities, for estimators that have fitted coefficients.

    They have the parameter `probability` and the attributes `coef_`, `intercept_`, `classes_`,
    `class_weight_` and `_fitted_gamma`.
    """

    def decision_function(self, X: Any) -> Floats:
        """Compute the logits.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Table.

        Returns
        -------
        logits : ndarray of shape (n_samples,) or (n_samples, n_classes)
            One for each row if there are two classes, that of ``classes_[1]``.
        """
        check_is_fitted(self)
        X = validate_data(
            self,
            X,
            accept_sparse=("csr", "csc"),
            dtype=[np.float64, np.float32],
            reset=False,
        )
        logits: Floats = safe_sparse_dot(X, self.coef_.T, dense_output=True) + self.intercept_
        return logits[:, 0] if logits.shape[1] == 1 else logits

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict the class of each row: that of the largest logit.

        It minimises the risk weighted by `alpha`. With weights, the class of the largest true
        probability, which ``predict_proba`` tells by default, may be another one.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Table.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Class labels.
        """
        logits = self.decision_function(X)
        chosen = (logits > 0).astype(np.intp) if logits.ndim == 1 else logits.argmax(axis=1)
        labels: NDArray[Any] = self.classes_.take(chosen)
        return labels

    def predict_proba(self, X: Any) -> Floats:
        """Predict the probabilities of the classes, of the kind that `probability` names.

        By default `alpha` is undone, so that the likeliest class may not be the one that
        ``predict`` chooses; with ``probability="weighted"`` it is.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Table.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        scores = self._probability_scores(X)
        if scores.ndim == 1:
            return np.asarray(expit(_both_signs(scores)))
        return np.asarray(softmax(scores, axis=1))

    def predict_log_proba(self, X: Any) -> Floats:
        """Predict the logarithms of the probabilities, exact however small these are.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Table.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        scores = self._probability_scores(X)
        if scores.ndim == 1:
            return np.asarray(log_expit(_both_signs(scores)))
        return np.asarray(log_softmax(scores, axis=1))

    def __sklearn_tags__(self) -> Tags:
        """Say what the estimator takes."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _probability_scores(self, X: Any) -> Floats:
        """Return scores whose sigmoid or softmax is the probability asked for."""
        check_probability(self.probability)
        logits = self.decision_function(X)
        if self.probability == "link":
            return logits
        undone = self.class_weight_ if self.probability == "posterior" else None
        return posterior_logits(logits, self._fitted_gamma, undone)


def _both_signs(scores: Floats) -> Floats:
    return np.column_stack([-scores, scores])


def check_probability(probability: Any) -> None:
    """Raise ValueError if `probability` names no kind of probability."""
    check_choice("probability", probability, ("posterior", "weighted", "link"))
