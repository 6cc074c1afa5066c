"""Predictions of a fitted linear model under focal loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import log_softmax
from sklearn.base import ClassifierMixin
from sklearn.utils import Tags, assert_all_finite
from sklearn.utils.validation import check_is_fitted, validate_data

from skfocal._checks import check_choice
from skfocal._solver import ArrayBlocks, Block, linear_map, ordered_map
from skfocal._typing import Floats
from skfocal.posterior import posterior_logits, sigmoid

__all__ = ["FocalClassifierMixin", "check_probability"]


class FocalClassifierMixin(ClassifierMixin):
    """Labels, logits and probabilities, for estimators that have fitted coefficients.

    They have the parameter `probability` and the attributes `coef_`, `intercept_`, `classes_`,
    `class_weight_` and `_fitted_gamma`.
    """

    def decision_function(self, X: Any) -> Floats:
        """Compute the scores by which ``predict`` decides.

        With one `gamma` for all classes they are the logits. With a `gamma` for each class the
        largest logit need not be the best decision, and the scores are the log-odds of the
        weighted posterior for two classes, and its logarithms for more.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Table.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
            One for each row if there are two classes, that of ``classes_[1]``.
        """
        return self._by_blocks(X, self._decision_scores)

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict the class of each row.

        It is the class of the largest score, which minimises the risk weighted by `alpha`. With
        weights, the class of the largest true probability, which ``predict_proba`` returns by
        default, may be another one.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Table.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Class labels.
        """
        chosen = self._by_blocks(
            X, lambda logits: _position_of_largest(self._decision_scores(logits))
        )
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
        check_probability(self.probability)
        return self._by_blocks(X, lambda logits: _probabilities(self._probability_scores(logits)))

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
        check_probability(self.probability)
        return self._by_blocks(
            X, lambda logits: _log_probabilities(self._probability_scores(logits))
        )

    def __sklearn_tags__(self) -> Tags:
        """Say what the estimator takes."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _decision_scores(self, logits: Floats) -> Floats:
        """Return scores of which the largest is that of the decision."""
        if isinstance(self._fitted_gamma, float):
            return logits
        scores = posterior_logits(logits, self._fitted_gamma)
        return scores if scores.ndim == 1 else np.asarray(log_softmax(scores, axis=1))

    def _probability_scores(self, logits: Floats) -> Floats:
        """Return scores whose sigmoid or softmax is the probability asked for."""
        if self.probability == "link":
            return logits
        undone = self.class_weight_ if self.probability == "posterior" else None
        return posterior_logits(logits, self._fitted_gamma, undone)

    def _by_blocks(self, X: Any, of_logits: Callable[[Floats], NDArray[Any]]) -> NDArray[Any]:
        """Return a function of the logits, worked out while a block of them is in the cache."""
        check_is_fitted(self)
        X = validate_data(
            self,
            X,
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            reset=False,
            # Checked below, where a value that is not finite shows in the logits.
            ensure_all_finite=False,
        )
        coef, intercept = self.coef_.astype(np.float64), self.intercept_.astype(np.float64)
        unseen = np.flatnonzero(~coef.any(axis=0))
        n_logits = len(coef)
        if n_logits == 1:
            coef, intercept = coef[0], intercept[0]
        logits_of = linear_map(coef, intercept, is_sparse=sparse.issparse(X))
        none = of_logits(np.empty((0, *coef.shape[:-1])))
        dtype = np.result_type(X.dtype, self.coef_) if none.dtype.kind == "f" else none.dtype
        result = np.empty((X.shape[0], *none.shape[1:]), dtype)

        @np.errstate(over="ignore", invalid="ignore")
        def predict_rows(block: Block) -> bool:
            logits = logits_of(block.X)
            result[block.rows] = of_logits(logits)
            hidden = block.X.data if blocks.is_sparse else block.X[:, unseen]
            return bool(np.isfinite(logits.sum() + (hidden.sum() if unseen.size else 0)))

        with ordered_map() as map_:
            blocks = ArrayBlocks(X, ordered_map=map_, n_outputs=n_logits)
            if not all(blocks.each(predict_rows)):
                assert_all_finite(X, input_name="X", estimator_name=type(self).__name__)
        return result


def check_probability(probability: Any) -> None:
    """Raise ValueError if `probability` names no kind of probability."""
    check_choice("probability", probability, ("posterior", "weighted", "link"))


def _position_of_largest(logits: Floats) -> NDArray[np.intp]:
    return (logits > 0).astype(np.intp) if logits.ndim == 1 else logits.argmax(axis=1)


def _probabilities(scores: Floats) -> Floats:
    """Return the sigmoid, for both classes, or the softmax."""
    if scores.ndim == 2:
        probabilities: Floats = scores - scores.max(axis=1, keepdims=True)
        np.exp(probabilities, out=probabilities)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        return probabilities
    return sigmoid(np.column_stack([-scores, scores]))


def _log_probabilities(scores: Floats) -> Floats:
    if scores.ndim == 1:
        margins = np.column_stack([-scores, scores])
        return np.minimum(margins, 0) - np.log1p(np.exp(-np.abs(margins)))
    return np.asarray(log_softmax(scores, axis=1))
