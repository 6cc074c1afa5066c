"""A classifier with probabilities calibrated by focal temperature scaling."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin, MetaEstimatorMixin
from sklearn.model_selection import cross_val_predict
from sklearn.utils import Tags, get_tags
from sklearn.utils.metadata_routing import MetadataRouter
from sklearn.utils.validation import check_is_fitted

from skfocal._typing import Floats
from skfocal.calibration._inner import (
    check_y,
    copy_features,
    copy_tags,
    fit_inner,
    log_probabilities_of,
    make_router,
)
from skfocal.calibration._temperature import Scaling, fit_focal_temperature
from skfocal.linear_model._pickling import VersionedEstimator

__all__ = ["FocalTemperatureClassifier"]


class FocalTemperatureClassifier(MetaEstimatorMixin, ClassifierMixin, VersionedEstimator):
    r"""Classifier with probabilities calibrated by focal temperature scaling.

    The logits of the inner classifier are divided by a temperature, and the softmax is passed
    through the focal calibration map, the inverse of the distortion that focal loss causes [1]_.
    The two parameters minimise the log loss of predictions for held-out samples. The order of the
    classes by their probability does not change.

    Parameters
    ----------
    estimator : estimator
        Classifier with ``predict_proba``. A clone of it is fitted to all data. If it is in a
        `FrozenEstimator`, it is used as it is, and all data serve for calibration.
    cv : int, cross-validation generator or iterable, default=None
        Splits of the data into samples to fit the classifier to, and held-out samples to calibrate
        it with, as in `cross_val_predict`. None means 5 folds.
    n_jobs : int, default=None
        Number of folds to fit in parallel. None means 1.

    Attributes
    ----------
    estimator_ : estimator
        The inner classifier, fitted to all data.
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    temperature_ : float
        Divisor of the logits, from 0.01 to 100.
    gamma_ : float
        Parameter of the focal calibration map, from -0.5 to 5. With 0 this is temperature scaling.
    n_features_in_ : int
        Number of features seen during ``fit``, if the inner classifier has it.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during ``fit``, if the inner classifier has them.

    See Also
    --------
    focal_posterior : The focal calibration map.
    sklearn.calibration.CalibratedClassifierCV : Sigmoid, isotonic and temperature scaling.

    Notes
    -----
    With :math:`q = \operatorname{softmax}(z / T)` the calibrated probability of class `k` is
    proportional to

    .. math::
        h(q_k) = \frac{q_k}{(1 - q_k)^\gamma - \gamma q_k (1 - q_k)^{\gamma - 1} \log q_k}.

    The map cannot undo a shift of the class shares; see `PriorCorrectedClassifier`. Sample weights
    are used in fits only, not for the temperature.

    References
    ----------
    .. [1] V. Komisarenko and M. Kull, "Improving calibration by relating focal loss, temperature
       scaling, and properness", ECAI 2024, pp. 1535-1542. https://doi.org/10.3233/FAIA240658

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.metrics import log_loss
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from skfocal.calibration import FocalTemperatureClassifier
    >>> X, y = make_classification(2000, n_features=30, n_redundant=20, random_state=0)
    >>> X_new, y_new = X[1000:], y[1000:]
    >>> plain = GaussianNB().fit(X[:1000], y[:1000])
    >>> calibrated = FocalTemperatureClassifier(GaussianNB()).fit(X[:1000], y[:1000])
    >>> round(log_loss(y_new, plain.predict_proba(X_new)), 2)
    0.31
    >>> round(log_loss(y_new, calibrated.predict_proba(X_new)), 2)
    0.07
    """

    def __init__(self, estimator: Any, *, cv: Any = None, n_jobs: int | None = None) -> None:
        self.estimator = estimator
        self.cv = cv
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: ArrayLike, **params: Any) -> Self:
        """Fit the classifier, and calibrate it with predictions for held-out samples.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training data.
        y : array-like of shape (n_samples,)
            Class labels.
        **params : dict
            Parameters of the ``fit`` method of `estimator`, routed if metadata routing is enabled.

        Returns
        -------
        self : FocalTemperatureClassifier
            The fitted classifier.

        Raises
        ------
        TypeError, ValueError
            If a parameter is not as described above.
        """
        labels = check_y(y)
        self.estimator_ = fit_inner(self, X, y, params)
        self.classes_ = np.asarray(self.estimator_.classes_)
        self.temperature_, self.gamma_ = 1.0, 0.0
        if len(self.classes_) > 1:
            codes = np.searchsorted(self.classes_, labels)
            held_out = self._held_out(X, labels, params)
            self.temperature_, self.gamma_ = fit_focal_temperature(codes, held_out)
        copy_features(self.estimator_, self)
        return self

    def predict_proba(self, X: Any) -> Floats:
        """Predict calibrated class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        return np.asarray(np.exp(self.predict_log_proba(X)))

    def predict_log_proba(self, X: Any) -> Floats:
        """Predict the logarithms of calibrated class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Data.

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
            In the order of ``classes_``.
        """
        check_is_fitted(self)
        scaling = Scaling(self.temperature_, self.gamma_)
        return scaling.apply(log_probabilities_of(self.estimator_, X))

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict class labels: those of the largest probability.

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
        # The map keeps the order of the classes, up to rounding.
        labels: NDArray[Any] = self.classes_.take(
            log_probabilities_of(self.estimator_, X).argmax(axis=1)
        )
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

    def _held_out(self, X: Any, labels: NDArray[Any], params: dict[str, Any]) -> Floats:
        """Return log-probabilities of each sample from a fit without it."""
        has_logs = hasattr(self.estimator_, "predict_log_proba")
        with np.errstate(divide="ignore"):
            held_out = np.asarray(
                cross_val_predict(
                    self.estimator,
                    X,
                    labels,
                    cv=self.cv,
                    n_jobs=self.n_jobs,
                    params=params or None,
                    method="predict_log_proba" if has_logs else "predict_proba",
                ),
                dtype=np.float64,
            )
            return held_out if has_logs else np.log(held_out)
