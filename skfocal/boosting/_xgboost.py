"""Focal loss for XGBoost's classifier."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit
from sklearn.utils import Tags

from skfocal._typing import Alpha, Floats, Gamma, ProbabilityMode
from skfocal.boosting._classifier import (
    OWN_PARAMETERS,
    FocalBoostingMixin,
    FocalProblem,
    block_map,
    check_loss_parameters,
    replaced_attributes,
)
from skfocal.boosting._derivatives import Curvature, Map
from skfocal.boosting._libraries import extra
from skfocal.boosting._metrics import (
    LOG_LOSS_NAMES,
    metric_list,
    metric_probabilities,
)
from skfocal.boosting._native import softmax_factor

with extra("xgboost"):
    import xgboost

__all__ = ["FocalXGBClassifier"]

_OBJECTIVES = ("binary:logistic", "multi:softmax", "multi:softprob")
# What XGBoost computes correctly from the margins of two classes.
_MARGIN_METRICS = ("auc", "aucpr", "error")
# The attribute of a booster that holds the parameters of the loss.
_ATTRIBUTE = "skfocal"


class FocalXGBClassifier(FocalBoostingMixin, xgboost.XGBClassifier):
    """Gradient-boosted trees of XGBoost, trained with focal loss.

    Focal loss gives less weight to samples that the model already classifies well. The sigmoid or
    softmax of its margins is therefore not the class probability. ``predict_proba`` recovers the
    class probabilities in closed form.

    Parameters
    ----------
    focal_gamma : float, mapping or array-like of shape (n_classes,), default=2.0
        Focusing parameter, >= 0. With 0 and ``focal_alpha=None`` the library's own log loss is
        trained. A mapping from class label to number, or an array in the order of ``classes_``,
        sets one value per class.
    focal_alpha : None, float, "balanced", mapping or array-like of shape (n_classes,), default=None
        Class weights, as `alpha` of `FocalLogisticRegression`. A float in (0, 1) is valid for two
        classes: it is the weight of ``classes_[1]``, and ``1 - focal_alpha`` is the weight of
        ``classes_[0]``. "balanced" sets weights that are inversely proportional to the total sample
        weight of each class.
    focal_curvature : {"expected", "exact", "gradient"}, default="expected"
        Second derivative for the Newton steps; see Notes.
    probability : {"posterior", "weighted", "link"}, default="posterior"
        What ``predict_proba`` returns. "posterior" is the class probability, which inverts the
        effect of `focal_gamma` and `focal_alpha`. "weighted" inverts the effect of `focal_gamma`
        only. "link" is the sigmoid or softmax of the margins, which for ``focal_gamma > 0`` is
        closer to uniform than the class probability.
    **kwargs : object
        Parameters of ``xgboost.XGBClassifier``. `objective` and `scale_pos_weight` must keep
        their defaults. `eval_metric` may be None or "logloss" for the log loss of the posterior,
        for two classes "auc", "aucpr" or "error", or a function of labels and probabilities. With
        `base_score` training starts there.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted.
    class_weight_ : ndarray of shape (n_classes,)
        Resolved class weights.
    Further attributes are those of ``xgboost.XGBClassifier``.

    See Also
    --------
    focal_objective : The loss for the training functions of the libraries.
    constant_start : The margins where training starts.
    skfocal.FocalLogisticRegression : A linear model trained with focal loss.

    Notes
    -----
    The second derivative of focal loss [1]_ is negative for badly misclassified rows, from which
    boosting cannot learn. `focal_curvature` chooses a positive one. "expected" is the expectation
    of the second derivative under the weighted posterior of the margins. "exact" is the second
    derivative itself. Both are at least a tenth of the absolute gradient, so that the Newton step
    of no row is longer than 10. "gradient" is the absolute gradient. On public data sets "expected"
    and "exact" reached about the same log loss, and "expected" a lower one for large
    `focal_gamma`. "gradient" needs fewer trees and overfits sooner. See the page on boosted trees
    of the documentation.

    Training starts at `constant_start`, the optimum of a constant. ``predict_proba`` uses
    `focal_posterior` [2]_.

    XGBoost itself does not know focal loss: a ``Booster`` that is taken from this class, or loads
    its file, applies the sigmoid or softmax. Ask it for margins (``output_margin=True``) and pass
    them to `focal_posterior`. ``load_model`` of this class restores everything. Evaluation metrics
    are computed in Python after every tree.

    References
    ----------
    .. [1] T.-Y. Lin, P. Goyal, R. Girshick, K. He and P. Dollár, "Focal loss for dense object
       detection", ICCV 2017, pp. 2999-3007. https://doi.org/10.1109/ICCV.2017.324

    .. [2] N. Charoenphakdee, J. Vongkulbhisal, N. Chairatanakul and M. Sugiyama, "On focal loss
       for class-posterior probability estimation: a theoretical perspective", CVPR 2021,
       pp. 5202-5211. https://doi.org/10.1109/CVPR46437.2021.00516

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.boosting import FocalXGBClassifier
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> model = FocalXGBClassifier(n_estimators=10, max_depth=3)
    >>> model.fit(X, y).predict_proba(X).shape
    (100, 2)
    """

    def __init__(
        self,
        *,
        focal_gamma: Gamma = 2.0,
        focal_alpha: Alpha = None,
        focal_curvature: Curvature = "expected",
        probability: ProbabilityMode = "posterior",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.focal_gamma = focal_gamma
        self.focal_alpha = focal_alpha
        self.focal_curvature = focal_curvature
        self.probability = probability

    def fit(
        self,
        X: Any,
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        eval_set: Any = None,
        **fit_params: Any,
    ) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training data, in any form that XGBoost accepts.
        y : array-like of shape (n_samples,)
            Class labels: strings, booleans or integers.
        sample_weight : float or array-like of shape (n_samples,), default=None
            Sample weights, >= 0. A number is the weight of every sample. None means 1.
        eval_set : list of tuples (X, y), default=None
            Evaluation sets. Early stopping uses the last one.
        **fit_params : object
            Further parameters of ``XGBClassifier.fit``. With `base_margin` or `xgb_model` training
            starts there.

        Returns
        -------
        self : FocalXGBClassifier
            The fitted estimator.

        Raises
        ------
        TypeError
            If a parameter is of the wrong type.
        ValueError
            If a parameter is not valid, or is one for which `focal_alpha` or the loss itself
            stands.
        """
        check_loss_parameters(
            self.get_params(), ["objective"], ["scale_pos_weight"], defaults=_OBJECTIVES
        )
        problem = self._focal_problem(y, sample_weight)
        self._forget_labels()
        eval_sets = problem.encoded_sets(eval_set, X, y)
        is_continued = any(
            fit_params.get(name) is not None for name in ("base_margin", "xgb_model")
        )
        with (
            block_map(self.n_jobs) as map_,
            replaced_attributes(
                self, self._training_attributes(problem, map_, is_continued=is_continued)
            ),
        ):
            super().fit(
                X,
                problem.codes.astype(np.int32),
                sample_weight=problem.sample_weight,
                eval_set=eval_sets,
                **fit_params,
            )
        self._remember(problem)
        self.get_booster().set_attr(**{_ATTRIBUTE: self._focal_state()})
        return self

    def predict(self, X: Any, *, output_margin: bool = False, **options: Any) -> NDArray[Any]:
        """Predict class labels, or margins.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Data.
        output_margin : bool, default=False
            Whether to return margins, as ``decision_function`` does.
        **options : object
            Options of XGBoost's own prediction.

        Returns
        -------
        ndarray
            Class labels of shape (n_samples,), or margins.
        """
        if output_margin:
            return self.decision_function(X, **options)
        return super().predict(X, **options)

    def __sklearn_tags__(self) -> Tags:
        """Return the tags of XGBoost's class, without support for several labels per sample."""
        tags: Tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = False
        return tags

    def get_xgb_params(self) -> dict[str, Any]:
        """Return the parameters for XGBoost's own training function."""
        params = super().get_xgb_params()
        # `set_params` of a fitted model sets them on the booster, whose objective must stay.
        unwanted = (*OWN_PARAMETERS, "objective") if "_labels" in vars(self) else OWN_PARAMETERS
        return {name: value for name, value in params.items() if name not in unwanted}

    def load_model(self, fname: Any) -> None:
        """Load a model that was saved by ``save_model``.

        The class labels and the parameters of the loss are read from the file. The parameters of
        the estimator stay as they are.

        Parameters
        ----------
        fname : str, path, bytes or bytearray
            File, or its content.

        Raises
        ------
        ValueError
            If the file was not saved by this class.
        """
        kept = {name: getattr(self, name) for name in ("objective", "base_score")}
        self._forget_labels()
        super().load_model(fname)
        self.__dict__.update(kept)
        self._restore(self.get_booster().attr(_ATTRIBUTE), "The file")

    def _margins(self, X: Any, **options: Any) -> Floats:
        # Not `super()`: between this class and XGBModel are methods that compute probabilities.
        margins: Floats = xgboost.XGBModel.predict(self, X, output_margin=True, **options)
        return margins

    def _training_attributes(
        self, problem: FocalProblem, map_: Map, *, is_continued: bool
    ) -> dict[str, Any]:
        """Return the parameters that XGBoost trains with, in place of those of the user."""
        metrics = metric_list(self.eval_metric, _MARGIN_METRICS if problem.n_classes == 2 else ())
        if problem.is_plain:
            return {"objective": "binary:logistic"}
        evaluations = [_evaluation(one, problem) for one in metrics]
        attributes = {
            "objective": _objective(problem, map_),
            "eval_metric": evaluations if len(evaluations) > 1 else evaluations[0],
            "kwargs": {**vars(self).get("kwargs", {}), "disable_default_eval_metric": True},
        }
        if self.base_score is None and not is_continued:
            attributes["base_score"] = _base_score(problem.start)
        return attributes


def _objective(problem: FocalProblem, map_: Map) -> Callable[..., tuple[Floats, Floats]]:
    """Return the objective as the scikit-learn interface of XGBoost calls it."""
    factor = softmax_factor("xgboost", problem.n_classes)

    def derivatives(
        _: Floats, margins: Floats, sample_weight: Floats | None = None
    ) -> tuple[Floats, Floats]:
        return problem.loss.derivatives(problem.codes, margins, sample_weight, factor, map_)

    return derivatives


def _evaluation(metric: Any, problem: FocalProblem) -> Any:
    """Return a metric as the scikit-learn interface of XGBoost calls it, with margins."""
    loss = problem.loss
    if callable(metric):

        @wraps(metric)
        def on_probabilities(labels: Floats, margins: Floats, **weights: Floats) -> float:
            return float(metric(labels, metric_probabilities(loss, margins), **weights))

        return on_probabilities
    if metric.lower() not in LOG_LOSS_NAMES:
        return metric

    def logloss(labels: Floats, margins: Floats, sample_weight: Floats | None = None) -> float:
        return loss.mean_log_loss(labels, margins, sample_weight)

    logloss.__name__ = "logloss" if problem.n_classes == 2 else "mlogloss"
    return logloss


def _base_score(start: Any) -> float | list[float]:
    """Return the start as XGBoost's parameter: a probability for two classes, else margins."""
    if isinstance(start, float):
        # In single precision it must not round to 0 or 1.
        precision = np.finfo(np.float32).eps
        return float(np.clip(expit(start), precision, 1 - precision))
    return [float(one) for one in start]
