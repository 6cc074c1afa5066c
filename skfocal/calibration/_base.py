"""What the classifiers that adjust probabilities to a prior have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin, MetaEstimatorMixin
from sklearn.utils import Tags, get_tags
from sklearn.utils.metadata_routing import MetadataRouter
from sklearn.utils.validation import check_is_fitted

from skfocal._checks import check_choice
from skfocal._typing import Floats
from skfocal.calibration._effective import effective_totals
from skfocal.calibration._inner import (
    check_y,
    copy_features,
    copy_tags,
    fit_inner,
    log_probabilities_of,
    make_router,
)
from skfocal.calibration._prior import adjust_log_probabilities, adjust_probabilities, check_prior
from skfocal.linear_model._pickling import VersionedEstimator

__all__ = ["PriorAdjustedClassifier"]

DECISIONS = ("corrected", "estimator")


class PriorAdjustedClassifier(MetaEstimatorMixin, ClassifierMixin, VersionedEstimator):
    """Base of classifiers that change the class shares for which probabilities hold.

    Subclasses set the attribute `prior_` in `_set_prior`.
    """

    estimator: Any
    effective_prior: Any
    decision: str

    def fit(self, X: Any, y: ArrayLike, **params: Any) -> Self:
        """Fit the classifier, and find the class shares that it was effectively trained on.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training data.
        y : array-like of shape (n_samples,)
            Class labels.
        **params : dict
            Parameters of the ``fit`` method of `estimator`, routed if metadata routing is enabled.
            Sample weights are passed as `sample_weight`, or as ``STEP__sample_weight`` to a step of
            a pipeline. They count as weights to undo.

        Returns
        -------
        self : object
            The fitted classifier.

        Raises
        ------
        TypeError, ValueError
            If a parameter is not as described above, or if the class shares that the classifier was
            effectively trained on cannot be found.
        """
        check_choice("decision", self.decision, DECISIONS)
        labels = check_y(y)
        self.estimator_ = fit_inner(self, X, y, params)
        self.classes_ = np.asarray(self.estimator_.classes_)
        self.effective_prior_ = self._find_effective_prior(X, labels, params)
        self._set_prior(labels)
        copy_features(self.estimator_, self)
        return self

    def predict_proba(self, X: Any) -> Floats:
        """Predict class probabilities for the shares `prior_`.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.

        Raises
        ------
        ValueError
            If a sample has probability 0 for every class with a positive share in `prior_`.
        """
        check_is_fitted(self)
        given = np.asarray(self.estimator_.predict_proba(X), dtype=np.float64)
        return adjust_probabilities(given, self.effective_prior_, self.prior_)

    def predict_log_proba(self, X: Any) -> Floats:
        """Predict the logarithms of class probabilities for the shares `prior_`.

        They are as accurate as ``predict_log_proba`` of the inner classifier.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.

        Raises
        ------
        ValueError
            If a sample has probability 0 for every class with a positive share in `prior_`.
        """
        check_is_fitted(self)
        given = log_probabilities_of(self.estimator_, X)
        return adjust_log_probabilities(given, self.effective_prior_, self.prior_)

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict class labels, as set by `decision`.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Class labels.
        """
        check_is_fitted(self)
        if check_choice("decision", self.decision, DECISIONS) == "estimator":
            return np.asarray(self.estimator_.predict(X)).reshape(-1)
        labels: NDArray[Any] = self.classes_.take(self.predict_proba(X).argmax(axis=1))
        return labels

    def get_metadata_routing(self) -> MetadataRouter:
        """Get the metadata routing of this object.

        Returns
        -------
        routing : MetadataRouter
            Routing to the inner classifier.
        """
        return make_router(self)

    def __sklearn_tags__(self) -> Tags:
        """Return the tags of the inner classifier that concern its input and its classes."""
        tags = super().__sklearn_tags__()
        copy_tags(get_tags(self.estimator), tags)
        return tags

    def _find_effective_prior(
        self, X: Any, labels: NDArray[Any], params: Mapping[str, Any]
    ) -> Floats:
        prior, n_classes = self.effective_prior, len(self.classes_)
        if isinstance(prior, str):
            check_choice("effective_prior", prior, ("auto", "balanced"))
            if prior == "balanced":
                return np.full(n_classes, 1 / n_classes)
            weight = sample_weight_of(params)
            prior = effective_totals(self.estimator_, X, labels, self.classes_, weight)
        return check_prior(
            "effective_prior", prior, n_classes, classes=self.classes_, positive=True
        )

    def _training_prior(self, labels: NDArray[Any]) -> Floats:
        """Return the class shares of the training data, where every sample counts once."""
        counts = np.bincount(np.searchsorted(self.classes_, labels), minlength=len(self.classes_))
        return np.asarray(counts / counts.sum())

    def _set_prior(self, labels: NDArray[Any]) -> None:
        raise NotImplementedError


def sample_weight_of(params: Mapping[str, Any]) -> Any:
    """Return the sample weights among the parameters of ``fit``, or None."""
    given = [
        value
        for name, value in params.items()
        if name.rpartition("__")[2] == "sample_weight" and value is not None
    ]
    return given[0] if given else None
