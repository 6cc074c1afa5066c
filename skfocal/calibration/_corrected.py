"""A classifier whose probabilities do not depend on class weights and resampling."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from numpy.typing import ArrayLike, NDArray

from skfocal.calibration._base import PriorAdjustedClassifier
from skfocal.calibration._prior import check_prior

__all__ = ["PriorCorrectedClassifier"]


class PriorCorrectedClassifier(PriorAdjustedClassifier):
    r"""Classifier whose probabilities do not depend on class weights and resampling.

    Class weights, `scale_pos_weight`, over- and under-sampling change the shares of the classes
    that a classifier is trained on, and so its probabilities. This meta-estimator fits any
    classifier or imbalanced-learn pipeline, finds the shares that it was effectively trained on,
    and returns probabilities for the shares of the data that was given to ``fit``, or for given
    shares.

    Parameters
    ----------
    estimator : estimator
        Classifier with ``predict_proba``, or a pipeline that ends with one and may contain
        samplers. A clone of it is fitted.
    prior : "train", float, array-like of shape (n_classes,) or mapping, default="train"
        Class shares for which the probabilities shall hold. "train" means the shares of the data
        given to ``fit``, where every sample counts once. A number is the share of ``classes_[1]``
        of two classes. An array holds the shares in the order of ``classes_``; it is divided by its
        sum. A mapping has the class labels as keys.
    effective_prior : "auto", "balanced", float, array-like or mapping, default="auto"
        Class shares that `estimator` is effectively trained on, > 0. "auto" finds them, see Notes.
        "balanced" means equal shares. The other forms are those of `prior`.
    decision : {"corrected", "estimator"}, default="corrected"
        Whether ``predict`` returns the class of the largest corrected probability, or what the
        inner classifier predicts. The latter keeps the decisions that class weights and resampling
        are used for.

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
    n_features_in_ : int
        Number of features seen during ``fit``, if the inner classifier has it.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during ``fit``, if the inner classifier has them.

    See Also
    --------
    adjust_prior : The correction as a function of probabilities.
    PriorShiftClassifier : Classifier for data with other class shares.
    sklearn.model_selection.TunedThresholdClassifierCV : Tunes the threshold of decisions.

    Notes
    -----
    With effective shares :math:`\tilde\pi_k` and shares :math:`\pi_k` of the training data,
    the corrected probability of class `k` is proportional to :math:`\tilde P(k \mid x) \,
    \pi_k / \tilde\pi_k`. This is exact for weights and for random over- and under-sampling, if
    the classifier estimates the probabilities of its training data well. It is an approximation for
    SMOTE and other samplers that change the distribution within a class, and for boosted or bagged
    ensembles whose probabilities are not calibrated in the first place.

    With ``effective_prior="auto"`` the effective shares are the product of

    - the class counts after all samplers of the pipeline, which are run a second time on the
      training data, or after the sampling inside imbalanced-learn's ensembles;
    - the sample weights passed to ``fit``;
    - the class weights of the last step: `class_weight` (scikit-learn, LightGBM),
      `scale_pos_weight` (XGBoost, LightGBM, CatBoost), `is_unbalance` (LightGBM), `class_weights`
      and `auto_class_weights` (CatBoost), `priors` and `class_prior` (discriminant analysis and
      naive Bayes), and `alpha` of focal loss with ``probability="weighted"``.

    The best estimator of a search and the estimator of a threshold classifier are looked into. An
    error is raised if the shares are not known, for example for an estimator that was frozen, or
    that contains another one with class weights. Set `effective_prior` then.

    Sample weights count as a correction of imbalance, not as frequencies. If they are frequencies,
    set `prior` to the weighted shares: ``np.bincount(y, sample_weight)``.

    References
    ----------
    .. [1] C. Elkan, "The foundations of cost-sensitive learning", IJCAI 2001, pp. 973-978.
    .. [2] A. Dal Pozzolo, O. Caelen, R. A. Johnson and G. Bontempi, "Calibrating probability with
       undersampling for unbalanced classification", SSCI 2015, pp. 159-166.
       https://doi.org/10.1109/SSCI.2015.33

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skfocal.calibration import PriorCorrectedClassifier
    >>> X, y = make_classification(n_samples=5000, weights=[0.95], random_state=0)
    >>> weighted = LogisticRegression(class_weight="balanced").fit(X, y)
    >>> corrected = PriorCorrectedClassifier(weighted).fit(X, y)
    >>> corrected.effective_prior_
    array([0.5, 0.5])
    >>> weighted.predict_proba(X)[:, 1].mean().round(3)
    np.float64(0.175)
    >>> corrected.predict_proba(X)[:, 1].mean().round(3), y.mean()
    (np.float64(0.047), np.float64(0.055))
    """

    def __init__(
        self,
        estimator: Any,
        *,
        prior: str | float | ArrayLike | Mapping[Hashable, float] = "train",
        effective_prior: str | float | ArrayLike | Mapping[Hashable, float] = "auto",
        decision: str = "corrected",
    ) -> None:
        self.estimator = estimator
        self.prior = prior
        self.effective_prior = effective_prior
        self.decision = decision

    def _set_prior(self, labels: NDArray[Any]) -> None:
        if isinstance(self.prior, str) and self.prior == "train":
            self.prior_ = self._training_prior(labels)
        else:
            n_classes = len(self.classes_)
            self.prior_ = check_prior("prior", self.prior, n_classes, classes=self.classes_)
