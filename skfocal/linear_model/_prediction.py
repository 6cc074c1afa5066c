"""Predictions of linear models trained with focal loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import ClassifierMixin
from sklearn.utils import Tags, assert_all_finite
from sklearn.utils.validation import check_is_fitted, validate_data

from skfocal._predictions import (
    best_classes,
    check_probability,
    decision_scores,
    log_probabilities,
    probabilities,
)
from skfocal._solver import ArrayBlocks, Block, linear_map, ordered_map
from skfocal._typing import Floats
from skfocal.linear_model._sparse_coef import dense_coef

__all__ = ["FocalClassifierMixin"]


class FocalClassifierMixin(ClassifierMixin):
    """Mixin that adds the prediction methods to a linear classifier.

    The estimator must have the parameter `probability` and the fitted attributes `coef_`,
    `intercept_`, `classes_`, `class_weight_` and `_fitted_gamma`.
    """

    def decision_function(self, X: Any) -> Floats:
        """Compute the decision scores of samples.

        If `gamma` is the same for all classes, the scores are the logits. If it differs, the class
        with the largest logit may not be the best decision. The scores are then the log-odds of
        the weighted posterior for two classes, and its logarithms for more.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data.

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
            Scores of ``classes_[1]`` if there are two classes, else of all classes.
        """
        return self._apply_to_logits(X, lambda logits: decision_scores(logits, self._fitted_gamma))

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict class labels.

        The predicted class has the largest score, which minimises the risk with the class weights
        `alpha`. If `alpha` is not None, the class with the largest ``predict_proba`` may be
        another one, because ``predict_proba`` inverts the effect of `alpha` by default.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Class labels.
        """
        codes = self._apply_to_logits(
            X, lambda logits: best_classes(decision_scores(logits, self._fitted_gamma))
        )
        labels: NDArray[Any] = self.classes_.take(codes)
        return labels

    def predict_proba(self, X: Any) -> Floats:
        """Predict class probabilities, as set by `probability`.

        With the default ``probability="posterior"`` the most probable class may not be the class
        that ``predict`` returns. With ``probability="weighted"`` it is.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        check_probability(self.probability)
        return self._apply_to_logits(
            X,
            lambda logits: probabilities(
                logits, self._fitted_gamma, self.class_weight_, self.probability
            ),
        )

    def predict_log_proba(self, X: Any) -> Floats:
        """Predict log-probabilities, which are accurate also where probabilities underflow.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        check_probability(self.probability)
        return self._apply_to_logits(
            X,
            lambda logits: log_probabilities(
                logits, self._fitted_gamma, self.class_weight_, self.probability
            ),
        )

    def __sklearn_tags__(self) -> Tags:
        """Return the tags of the estimator, with support for sparse `X`."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _apply_to_logits(self, X: Any, function: Callable[[Floats], NDArray[Any]]) -> NDArray[Any]:
        """Return a function of the logits, computed while each block of them is in cache."""
        check_is_fitted(self)
        X = validate_data(
            self,
            X,
            accept_sparse="csr",
            dtype=[np.float64, np.float32],
            reset=False,
            # Checked below: a value that is not finite makes a logit not finite.
            ensure_all_finite=False,
        )
        coef, intercept = dense_coef(self).astype(np.float64), self.intercept_.astype(np.float64)
        # These columns do not affect the logits.
        unused = np.flatnonzero(~coef.any(axis=0))
        n_logits, is_sparse = len(coef), bool(sparse.issparse(X))
        if n_logits == 1:
            coef, intercept = coef[0], intercept[0]
        logits_of = linear_map(coef, intercept, is_sparse=is_sparse)
        empty = function(np.empty((0, *coef.shape[:-1])))
        dtype = (
            np.result_type(X.dtype, self.coef_.dtype) if empty.dtype.kind == "f" else empty.dtype
        )
        result = np.empty((X.shape[0], *empty.shape[1:]), dtype)

        @np.errstate(over="ignore", invalid="ignore")
        def predict_rows(block: Block) -> bool:
            logits = logits_of(block.X)
            result[block.rows] = function(logits)
            others = block.X.data if is_sparse else block.X[:, unused]
            return bool(np.isfinite(logits.sum() + (others.sum() if unused.size else 0)))

        with ordered_map() as map_:
            blocks = ArrayBlocks(X, ordered_map=map_, n_outputs=n_logits)
            if not all(blocks.each(predict_rows)):
                assert_all_finite(X, input_name="X", estimator_name=type(self).__name__)
        return result
