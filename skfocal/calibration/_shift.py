"""A classifier for data whose class shares differ from those of the training data."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from skfocal.calibration._base import PriorAdjustedClassifier
from skfocal.calibration._estimation import PriorEstimate, estimate_prior
from skfocal.calibration._prior import check_prior

__all__ = ["PriorShiftClassifier"]


class PriorShiftClassifier(PriorAdjustedClassifier):
    """Classifier for data whose class shares differ from those of the training data.

    The new shares are given, or estimated from unlabelled data by ``adapt``. The samples of each
    class must be distributed as in the training data, and the inner classifier must be calibrated.

    Parameters
    ----------
    estimator : estimator
        Classifier with ``predict_proba``, or a pipeline that ends with one and may contain
        samplers. A clone of it is fitted.
    new_prior : "estimate", float, array-like of shape (n_classes,) or mapping, default="estimate"
        Class shares where the classifier is used. "estimate" means those of the unlabelled data
        that were last passed to ``adapt``, and until then the shares of the training data. The
        other forms are those of `prior` of `PriorCorrectedClassifier`.
    effective_prior : "auto", "balanced", float, array-like or mapping, default="auto"
        Class shares that `estimator` is effectively trained on, as in `PriorCorrectedClassifier`.
    decision : {"corrected", "estimator"}, default="corrected"
        Whether ``predict`` returns the class of the largest adjusted probability, or what the inner
        classifier predicts.
    random_state : int, RandomState instance or None, default=None
        Seed of the bootstrap intervals of ``adapt``.

    Attributes
    ----------
    estimator_ : estimator
        The fitted inner classifier.
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    effective_prior_ : ndarray of shape (n_classes,)
        Class shares that the inner classifier was effectively trained on.
    prior_ : ndarray of shape (n_classes,)
        Class shares for which the probabilities hold.
    prior_estimate_ : PriorEstimate
        Result of `estimate_prior` with the intervals. Defined after ``adapt``.
    n_features_in_ : int
        Number of features seen during ``fit``, if the inner classifier has it.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during ``fit``, if the inner classifier has them.

    See Also
    --------
    estimate_prior : The estimate as a function of probabilities.
    PriorCorrectedClassifier : Classifier that undoes class weights and resampling.

    Notes
    -----
    The estimate is made by ``adapt`` and not by ``predict_proba``, so that the prediction for a
    sample does not depend on the samples that are predicted together with it.

    References
    ----------
    .. [1] M. Saerens, P. Latinne and C. Decaestecker, "Adjusting the outputs of a classifier to new
       a priori probabilities: a simple procedure", Neural Computation 14 (2002), pp. 21-41.
       https://doi.org/10.1162/089976602753284446

    Examples
    --------
    One sample in ten is positive in the training data, and one in two where the model is used:

    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skfocal.calibration import PriorShiftClassifier
    >>> rng = np.random.default_rng(0)
    >>> y, y_new = rng.random(5000) < 0.1, rng.random(1000) < 0.5
    >>> X, X_new = (rng.normal(2.0 * labels[:, np.newaxis]) for labels in (y, y_new))
    >>> model = PriorShiftClassifier(LogisticRegression(), random_state=0).fit(X, y)
    >>> model.score(X_new, y_new)
    0.736
    >>> model.adapt(X_new).score(X_new, y_new)
    0.85
    >>> model.prior_.round(2), model.prior_estimate_.low.round(2)
    (array([0.52, 0.48]), array([0.47, 0.45]))
    """

    def __init__(
        self,
        estimator: Any,
        *,
        new_prior: str | float | ArrayLike | Mapping[Hashable, float] = "estimate",
        effective_prior: str | float | ArrayLike | Mapping[Hashable, float] = "auto",
        decision: str = "corrected",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.estimator = estimator
        self.new_prior = new_prior
        self.effective_prior = effective_prior
        self.decision = decision
        self.random_state = random_state

    def adapt(self, X: Any) -> Self:
        """Estimate the class shares of unlabelled data, and predict for them from now on.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Unlabelled data with the class shares to predict for.

        Returns
        -------
        self : PriorShiftClassifier
            The classifier, with `prior_` and `prior_estimate_` set.

        Raises
        ------
        NotFittedError
            If the classifier is not fitted.
        ValueError
            If `new_prior` is not "estimate", or if the shares cannot be estimated.

        Warns
        -----
        ConvergenceWarning
            If the estimate did not converge.
        """
        check_is_fitted(self)
        if not self._is_estimated():
            msg = (
                f"adapt needs new_prior='estimate'; got {self.new_prior!r}, which it would replace."
            )
            raise ValueError(msg)
        self.prior_estimate_: PriorEstimate = estimate_prior(
            self.estimator_.predict_proba(X), self.effective_prior_, random_state=self.random_state
        )
        self.prior_ = self.prior_estimate_.prior
        return self

    def _is_estimated(self) -> bool:
        return isinstance(self.new_prior, str) and self.new_prior == "estimate"

    def _set_prior(self, labels: NDArray[Any]) -> None:
        if hasattr(self, "prior_estimate_"):
            del self.prior_estimate_
        if self._is_estimated():
            self.prior_ = self._training_prior(labels)
        else:
            n_classes = len(self.classes_)
            self.prior_ = check_prior("new_prior", self.new_prior, n_classes, classes=self.classes_)
