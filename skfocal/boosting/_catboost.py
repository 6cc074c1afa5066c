"""Focal loss for CatBoost's classifier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import accuracy_score

from skfocal._predictions import best_classes, decision_scores, log_probabilities, probabilities
from skfocal._typing import Alpha, Floats, Gamma, ProbabilityMode
from skfocal.boosting._catboost_training import (
    check_metrics,
    check_parameters,
    training_parameters,
)
from skfocal.boosting._classifier import OWN_PARAMETERS, FocalBoostingMixin, replaced_attributes
from skfocal.boosting._derivatives import Curvature
from skfocal.boosting._libraries import extra

with extra("catboost"):
    import catboost

__all__ = ["FocalCatBoostClassifier"]

_RAW = "RawFormulaVal"
# The entry of a model's metadata that holds the parameters of the loss.
_KEY = "skfocal"


def _refusal(name: str) -> Any:
    """Return a method in place of one that trains models with a loss of CatBoost."""

    def method(*_: Any, **__: Any) -> NoReturn:
        msg = (
            f"{name} trains with CatBoost's log loss, not with focal loss. Use scikit-learn's "
            "GridSearchCV, RandomizedSearchCV or RFECV."
        )
        raise NotImplementedError(msg)

    method.__name__ = name
    method.__doc__ = "Raise NotImplementedError: it would train with log loss."
    return method


class FocalCatBoostClassifier(FocalBoostingMixin, catboost.CatBoostClassifier):
    """Gradient-boosted trees of CatBoost, trained with focal loss.

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
        Parameters of ``catboost.CatBoostClassifier``. `loss_function`, `class_names`,
        `class_weights`, `auto_class_weights` and `scale_pos_weight` must keep their defaults.
        `eval_metric` may be None or "Logloss" for the log loss of the posterior, for two classes
        "AUC", "PRAUC" or "NormalizedGini", or an object with the methods of a custom metric. With
        ``boost_from_average=False`` training starts at zero.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted.
    class_weight_ : ndarray of shape (n_classes,)
        Resolved class weights.
    Further attributes are those of ``catboost.CatBoostClassifier``.

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

    CatBoost's own loss ``Focal`` is not used. It is for two classes of one gamma > 0, starts at
    zero, and does not bound its second derivative.

    With more than two classes CatBoost calls for the derivatives one row at a time, which takes
    tens of microseconds for each row and tree: up to a hundred times as long as its own loss. The
    other two libraries do not have this cost. CatBoost chooses the learning rate by itself only
    for its own losses; here the default is 0.03. A GPU cannot be used for ``focal_gamma > 0``.

    The start is stored as the bias of the model, and the parameters of the loss as metadata, so
    that files written by ``save_model`` as cbm or json are complete.

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
    >>> from skfocal.boosting import FocalCatBoostClassifier
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> model = FocalCatBoostClassifier(iterations=10, verbose=0, allow_writing_files=False)
    >>> model.fit(X, y).predict_proba(X).shape
    (100, 2)
    """

    _init_params: dict[str, Any]

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
        cat_features: Any = None,
        *,
        sample_weight: ArrayLike | None = None,
        eval_set: Any = None,
        **fit_params: Any,
    ) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training data, in any form that CatBoost accepts but a ``Pool``.
        y : array-like of shape (n_samples,)
            Class labels: strings, booleans or integers.
        cat_features : list of int or str, default=None
            Categorical columns.
        sample_weight : float or array-like of shape (n_samples,), default=None
            Sample weights, >= 0. A number is the weight of every sample. None means 1.
        eval_set : tuple (X, y) or list of those, default=None
            Evaluation sets. Early stopping uses the last one.
        **fit_params : object
            Further parameters of ``CatBoostClassifier.fit``. With `baseline` or `init_model`
            training starts there.

        Returns
        -------
        self : FocalCatBoostClassifier
            The fitted estimator.

        Raises
        ------
        TypeError
            If a parameter is of the wrong type.
        ValueError
            If a parameter is not valid, or focal loss takes its place.
        """
        if isinstance(X, catboost.Pool):
            msg = (
                "X must hold the features only, because labels are encoded first; got a Pool. Pass "
                "X, y, cat_features and sample_weight instead."
            )
            raise TypeError(msg)
        check_parameters(self._init_params)
        problem = self._focal_problem(y, sample_weight)
        self._forget_labels()
        starts_elsewhere = self._init_params.get("boost_from_average") is False or any(
            fit_params.get(name) is not None for name in ("baseline", "init_model")
        )
        start = 0.0 if starts_elsewhere or problem.is_plain else problem.start
        if isinstance(fit_params.get("init_model"), catboost.CatBoost):
            # CatBoost drops the bias of a model whose bias was set, unless it was copied since.
            fit_params["init_model"] = fit_params["init_model"].copy()
        eval_sets = problem.encoded_sets(eval_set, X, y)
        attributes: dict[str, Any] = {}
        if not problem.is_plain:
            params = training_parameters(
                self._init_params, problem, start, has_eval_set=bool(eval_sets)
            )
            attributes = {"_init_params": params, "_canonized_params": None}
        with replaced_attributes(self, attributes):
            super().fit(
                X,
                problem.codes.astype(np.int32),
                cat_features,
                sample_weight=problem.row_weight,
                eval_set=eval_sets,
                **fit_params,
            )
        if np.any(start):
            scale, bias = self.get_scale_and_bias()
            self.set_scale_and_bias(scale, (np.asarray(bias) + start).tolist())
        self._remember(problem)
        self.get_metadata()[_KEY] = self._focal_state()
        return self

    grid_search = _refusal("grid_search")
    randomized_search = _refusal("randomized_search")
    select_features = _refusal("select_features")

    def predict(self, X: Any, prediction_type: str = "Class", **options: Any) -> NDArray[Any]:
        """Predict class labels, or what `prediction_type` asks for instead.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Data, in any form that CatBoost accepts.
        prediction_type : str, default="Class"
            As in CatBoost: also "RawFormulaVal", "Probability" or "LogProbability", for
            ``decision_function``, ``predict_proba`` and ``predict_log_proba``.
        **options : object
            Options of CatBoost's own prediction.

        Returns
        -------
        predictions : ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        methods = {
            "Class": super().predict,
            "Probability": self.predict_proba,
            "LogProbability": self.predict_log_proba,
            _RAW: self.decision_function,
        }
        if prediction_type not in methods:
            msg = (
                f"prediction_type must be one of {', '.join(map(repr, methods))}; got "
                f"{prediction_type!r}."
            )
            raise ValueError(msg)
        result: NDArray[Any] = methods[prediction_type](X, **options)
        return result

    def staged_predict(
        self, X: Any, prediction_type: str = "Class", **options: Any
    ) -> Iterator[NDArray[Any]]:
        """Predict class labels or margins after each tree.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Data.
        prediction_type : str, default="Class"
            "Class", "RawFormulaVal", "Probability" or "LogProbability".
        **options : object
            Options of CatBoost's own prediction, such as `eval_period`.

        Yields
        ------
        predictions : ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        stages = super().staged_predict(X, prediction_type=_RAW, **options)
        for margins in stages:
            yield self._from_raw(np.asarray(margins), prediction_type)

    def staged_predict_proba(self, X: Any, **options: Any) -> Iterator[Floats]:
        """Predict class probabilities after each tree; see ``staged_predict``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Data.
        **options : object
            Options of CatBoost's own prediction, such as `eval_period`.

        Returns
        -------
        iterator of ndarray of shape (n_samples, n_classes)
            Class probabilities.
        """
        return self.staged_predict(X, "Probability", **options)

    def staged_predict_log_proba(self, X: Any, **options: Any) -> Iterator[Floats]:
        """Predict log-probabilities after each tree; see ``staged_predict``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Data.
        **options : object
            Options of CatBoost's own prediction, such as `eval_period`.

        Returns
        -------
        iterator of ndarray of shape (n_samples, n_classes)
            Log-probabilities.
        """
        return self.staged_predict(X, "LogProbability", **options)

    def score(self, X: Any, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the accuracy.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Data.
        y : array-like of shape (n_samples,)
            Class labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.

        Returns
        -------
        accuracy : float
        """
        return float(accuracy_score(y, self.predict(X), sample_weight=sample_weight))

    def eval_metrics(self, data: Any, metrics: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Compute metrics of CatBoost after each tree.

        Parameters
        ----------
        data : catboost.Pool
            Data, with class indices as labels.
        metrics : list of str
            For two classes "AUC", "PRAUC" or "NormalizedGini". CatBoost would compute others from
            the sigmoid or softmax of the margins. With ``focal_gamma=0`` and ``focal_alpha=None``
            every metric of CatBoost is valid.
        *args, **options : object
            As for CatBoost's ``eval_metrics``.

        Returns
        -------
        values : dict
            List of values of each metric.

        Raises
        ------
        ValueError
            If CatBoost would compute a metric from wrong probabilities.
        """
        is_plain = not np.any(self._fitted_gamma) and (self.class_weight_ == 1).all()
        if not is_plain:
            check_metrics(metrics, len(self.classes_))
        values: dict[str, Any] = super().eval_metrics(data, metrics, *args, **options)
        return values

    def get_params(self, **options: Any) -> dict[str, Any]:
        """Return the parameters of the loss and those of CatBoost that were set.

        Parameters
        ----------
        **options : object
            `deep`, which has no effect.

        Returns
        -------
        params : dict
        """
        own = {name: getattr(self, name) for name in OWN_PARAMETERS}
        return {**super().get_params(**options), **own}

    def load_model(self, *args: Any, **options: Any) -> Self:
        """Load a model that was saved by ``save_model`` as cbm or json.

        The class labels and the parameters of the loss are read from the file. The parameters of
        the estimator stay as they are.

        Parameters
        ----------
        *args, **options : object
            As for CatBoost's ``load_model``.

        Returns
        -------
        self : FocalCatBoostClassifier
            The fitted estimator.

        Raises
        ------
        ValueError
            If the file was not saved by this class.
        """
        kept = self._init_params
        self._forget_labels()
        super().load_model(*args, **options)
        self._init_params, self._canonized_params = kept, None
        self._restore(dict(self.get_metadata().items()).get(_KEY), "The file")
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Return the state to pickle: that of CatBoost and the parameters of the loss."""
        own = {name: getattr(self, name) for name in OWN_PARAMETERS}
        return {**super().__getstate__(), _KEY: own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore a pickled state."""
        state = dict(state)
        self.__dict__.update(state.pop(_KEY))
        super().__setstate__(state)
        if self.is_fitted():
            self._restore(dict(self.get_metadata().items()).get(_KEY), "The model")

    def _margins(self, X: Any, **options: Any) -> Floats:
        # Not `super()`: between this class and CatBoostClassifier are methods that return labels.
        margins = catboost.CatBoostClassifier.predict(self, X, prediction_type=_RAW, **options)
        return np.asarray(margins)

    def _from_raw(self, margins: Floats, prediction_type: str) -> NDArray[Any]:
        """Return predictions of a stage from its margins."""
        if prediction_type == _RAW:
            return margins
        if prediction_type == "Class":
            codes = best_classes(decision_scores(margins, self._fitted_gamma))
            labels: NDArray[Any] = self.classes_.take(codes)
            return labels
        function = probabilities if prediction_type == "Probability" else log_probabilities
        return function(margins, self._fitted_gamma, self.class_weight_, self.probability)
