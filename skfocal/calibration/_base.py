"""What the classifiers that adjust probabilities to a prior have in common."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn import get_config
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils import Tags, assert_all_finite, column_or_1d, get_tags, indexable
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from skfocal._checks import check_choice, check_labels
from skfocal._typing import Floats
from skfocal.calibration._effective import effective_totals
from skfocal.calibration._prior import adjust_log_probabilities, adjust_probabilities, check_prior

__all__ = ["PriorAdjustedClassifier", "check_y", "fit_inner", "log_probabilities_of"]

DECISIONS = ("corrected", "estimator")


class PriorAdjustedClassifier(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
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
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(self.estimator_, name):
                setattr(self, name, getattr(self.estimator_, name))
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
        return MetadataRouter(owner=self).add(
            estimator=self.estimator,
            method_mapping=MethodMapping().add(caller="fit", callee="fit"),
        )

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


def log_probabilities_of(classifier: Any, X: Any) -> Floats:
    """Return the log-probabilities of a fitted classifier, also if it has only probabilities."""
    with np.errstate(divide="ignore"):
        if hasattr(classifier, "predict_log_proba"):
            return np.asarray(classifier.predict_log_proba(X), dtype=np.float64)
        return np.log(np.asarray(classifier.predict_proba(X), dtype=np.float64))


def copy_tags(inner: Tags, outer: Tags) -> None:
    """Copy the tags of an inner classifier that concern its input and its classes."""
    outer.input_tags = deepcopy(inner.input_tags)
    if inner.classifier_tags is not None:
        outer.classifier_tags = replace(inner.classifier_tags, multi_label=False)


def check_y(y: ArrayLike) -> NDArray[Any]:
    """Return class labels as an array of shape (n_samples,)."""
    labels = column_or_1d(check_labels("y", y), warn=True)
    assert_all_finite(labels, input_name="y")
    check_classification_targets(labels)
    return np.asarray(labels)


def fit_inner(classifier: Any, X: Any, y: ArrayLike, params: Mapping[str, Any]) -> Any:
    """Return a fitted clone of the inner classifier.

    Raises
    ------
    TypeError
        If it has no ``predict_proba``.
    """
    if not hasattr(classifier.estimator, "predict_proba"):
        name = type(classifier.estimator).__name__
        msg = (
            f"estimator must be a classifier with predict_proba; got {name}. Wrap it: "
            f"CalibratedClassifierCV({name}(...))."
        )
        raise TypeError(msg)
    X, y = indexable(X, y)
    if get_config()["enable_metadata_routing"]:
        params = process_routing(classifier, "fit", **params).estimator.fit
    return clone(classifier.estimator).fit(X, y, **params)


def sample_weight_of(params: Mapping[str, Any]) -> Any:
    """Return the sample weights among the parameters of ``fit``, or None."""
    given = [
        value
        for name, value in params.items()
        if name.rpartition("__")[2] == "sample_weight" and value is not None
    ]
    return given[0] if given else None
