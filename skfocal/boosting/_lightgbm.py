"""Focal loss for LightGBM's classifier."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

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

with extra("lightgbm"):
    import lightgbm

__all__ = ["FocalLGBMClassifier"]

# What LightGBM computes correctly from the margins of two classes.
_MARGIN_METRICS = ("auc", "average_precision")
# Parameters with which LightGBM weights the classes of its own losses.
_CLASS_WEIGHTS = (
    "is_unbalance",
    "scale_pos_weight",
    "unbalance",
    "unbalanced_sets",
)
# Names of the same parameter in LightGBM.
_OBJECTIVE = ("objective", "objective_type", "app", "application", "loss")
_METRIC = ("metric", "metrics", "metric_types")
_LINEAR_TREE = ("linear_tree", "linear_trees")
# Since LightGBM 4.7 evaluation sets are passed in two arguments.
_SPLITS_EVAL_SET = "eval_X" in signature(lightgbm.LGBMClassifier.fit).parameters


class FocalLGBMClassifier(FocalBoostingMixin, lightgbm.LGBMClassifier):
    """Gradient-boosted trees of LightGBM, trained with focal loss.

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
        Parameters of ``lightgbm.LGBMClassifier``. `objective`, `is_unbalance` and
        `scale_pos_weight` must keep their defaults, and `linear_tree` must be False. `class_weight`
        multiplies `focal_alpha`.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels, sorted.
    class_weight_ : ndarray of shape (n_classes,)
        Resolved class weights.
    Further attributes are those of ``lightgbm.LGBMClassifier``.

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

    The start is added to the leaves of the first tree of each class, as LightGBM does for its own
    losses. ``booster_`` therefore predicts and explains whole margins, also after its model was
    saved and loaded. Pass them to `focal_posterior` for probabilities.

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
    >>> from skfocal.boosting import FocalLGBMClassifier
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> model = FocalLGBMClassifier(n_estimators=10, num_leaves=7, verbosity=-1)
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
        sample_weight: ArrayLike | None = None,
        *,
        eval_set: Any = None,
        eval_metric: Any = None,
        **fit_params: Any,
    ) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training data, in any form that LightGBM accepts.
        y : array-like of shape (n_samples,)
            Class labels: strings, booleans or integers.
        sample_weight : float or array-like of shape (n_samples,), default=None
            Sample weights, >= 0. A number is the weight of every sample. None means 1.
        eval_set : list of tuples (X, y), default=None
            Evaluation sets for the callbacks.
        eval_metric : str, callable or list of those, default=None
            Metrics of the evaluation sets. None means the log loss of the posterior. A callable
            gets probabilities: of the second class of two, or of all classes.
        **fit_params : object
            Further parameters of ``LGBMClassifier.fit``. With `init_score` or `init_model` training
            starts there.

        Returns
        -------
        self : FocalLGBMClassifier
            The fitted estimator.

        Raises
        ------
        TypeError
            If a parameter is of the wrong type.
        ValueError
            If a parameter is not valid, or focal loss takes its place.
        """
        self._check_library_parameters()
        problem = self._focal_problem(y, sample_weight, self.class_weight)
        self._has_names = hasattr(X, "columns") or hasattr(X, "column_names")
        self._forget_labels()
        starts_elsewhere = any(
            fit_params.get(name) is not None for name in ("init_score", "init_model")
        )
        start = 0.0 if starts_elsewhere else problem.start
        if eval_set is None:
            eval_set = _pairs(fit_params.pop("eval_X", None), fit_params.pop("eval_y", None))
        eval_sets = problem.encoded_sets(eval_set, X, y)
        arguments = {
            **fit_params,
            **_evaluation_arguments(eval_sets),
            "sample_weight": problem.sample_weight,
            "eval_metric": eval_metric,
        }
        if problem.is_plain:
            with replaced_attributes(self, {"objective": None}):
                super().fit(X, problem.codes, **arguments)
        else:
            arguments["eval_metric"] = self._evaluations(eval_metric, problem, start)
            with (
                block_map(self.n_jobs) as map_,
                replaced_attributes(self, self._training_attributes(problem, start, map_)),
            ):
                super().fit(X, problem.codes, **arguments)
            # The name of no objective of LightGBM: the booster returns margins.
            self._objective = "custom"
            _add_to_first_trees(self.booster_, start)
        self._remember(problem)
        return self

    def predict(
        self,
        X: Any,
        *,
        raw_score: bool = False,
        pred_leaf: bool = False,
        pred_contrib: bool = False,
        **options: Any,
    ) -> NDArray[Any]:
        """Predict class labels, or what one of LightGBM's options asks for instead.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Data.
        raw_score : bool, default=False
            Whether to return margins, as ``decision_function`` does.
        pred_leaf : bool, default=False
            Whether to return the leaf of each tree.
        pred_contrib : bool, default=False
            Whether to return the contributions of the features to the margins.
        **options : object
            Options of LightGBM's own prediction.

        Returns
        -------
        ndarray
            Class labels of shape (n_samples,), or what was asked for.
        """
        if raw_score or pred_leaf or pred_contrib:
            return self._raw(
                X, raw_score=raw_score, pred_leaf=pred_leaf, pred_contrib=pred_contrib, **options
            )
        return super().predict(X, **options)

    @property
    def feature_names_in_(self) -> NDArray[Any]:
        """Names of the columns; defined only if the training data had names."""
        # LightGBM 4.6 makes names up, and then warns of data without names.
        if not self.__dict__.get("_has_names", True):
            msg = "feature_names_in_ is not defined, because X had no column names."
            raise AttributeError(msg)
        names: NDArray[Any] = super().feature_names_in_
        return names

    @feature_names_in_.deleter
    def feature_names_in_(self) -> None:
        """Do nothing: scikit-learn deletes the names where a fit has none."""

    def _process_params(self, stage: str) -> dict[str, Any]:
        params: dict[str, Any] = super()._process_params(stage)
        return {name: value for name, value in params.items() if name not in OWN_PARAMETERS}

    def _raw(self, X: Any, **options: Any) -> NDArray[Any]:
        # Not `super()`: LGBMClassifier turns the result into labels.
        result: NDArray[Any] = lightgbm.LGBMModel.predict(self, X, **options)
        return result

    def _margins(self, X: Any, **options: Any) -> Floats:
        return self._raw(X, raw_score=True, **options)

    def _check_library_parameters(self) -> None:
        params = self.get_params()
        check_loss_parameters(params, _OBJECTIVE, _CLASS_WEIGHTS)
        for name in _LINEAR_TREE:
            if params.get(name):
                msg = (
                    f"{name} must be False: the start of focal loss cannot be stored in linear "
                    "trees; got True."
                )
                raise ValueError(msg)

    def _training_attributes(self, problem: FocalProblem, start: Any, map_: Map) -> dict[str, Any]:
        """Return the attributes that LightGBM trains with, in place of those of the user."""
        objective = _objective(problem, start, map_)
        return {
            "objective": objective,
            "_objective": objective,
            # The weights of the classes are part of the objective.
            "class_weight": None,
            "_class_weight": None,
            # LightGBM fails if the filter drops every column, as it does in a small table.
            "_other_params": {"feature_pre_filter": False, **self._other_params, "metric": "None"},
        }

    def _evaluations(self, eval_metric: Any, problem: FocalProblem, start: Any) -> list[Any]:
        if eval_metric is None:
            params = self.get_params()
            eval_metric = next((params[name] for name in _METRIC if params.get(name)), None)
        metrics = metric_list(eval_metric, _MARGIN_METRICS if problem.n_classes == 2 else ())
        return [_evaluation(one, problem, start) for one in metrics]


def _objective(
    problem: FocalProblem, start: Any, map_: Map
) -> Callable[..., tuple[Floats, Floats]]:
    """Return the objective as the scikit-learn interface of LightGBM calls it."""
    factor = softmax_factor("lightgbm", problem.n_classes)

    def derivatives(_: Floats, margins: Floats, weight: Floats | None) -> tuple[Floats, Floats]:
        return problem.loss.derivatives(problem.codes, margins + start, weight, factor, map_)

    return derivatives


def _evaluation(metric: Any, problem: FocalProblem, start: Any) -> Any:
    """Return a metric as the scikit-learn interface of LightGBM calls it, with margins."""
    loss = problem.loss
    if callable(metric):

        @wraps(metric)
        def on_probabilities(labels: Floats, margins: Floats, *others: Any) -> Any:
            return metric(labels, metric_probabilities(loss, margins + start), *others)

        return on_probabilities
    if metric.lower() not in LOG_LOSS_NAMES:
        return metric
    name = "binary_logloss" if problem.n_classes == 2 else "multi_logloss"

    def logloss(labels: Floats, margins: Floats, weight: Floats | None) -> tuple[str, float, bool]:
        return name, loss.mean_log_loss(labels, margins + start, weight), False

    return logloss


def _pairs(eval_X: Any, eval_y: Any) -> Any:
    """Return evaluation sets in the form of `eval_set`."""
    if eval_X is None:
        return None
    return list(zip(eval_X, eval_y, strict=True)) if isinstance(eval_X, tuple) else (eval_X, eval_y)


def _evaluation_arguments(eval_sets: Any) -> dict[str, Any]:
    """Return evaluation sets as arguments of LightGBM's own `fit`."""
    if not _SPLITS_EVAL_SET or not eval_sets:
        return {"eval_set": eval_sets}
    eval_X, eval_y = zip(*eval_sets, strict=True)
    return {"eval_X": eval_X, "eval_y": eval_y}


def _add_to_first_trees(booster: Any, start: Any) -> None:
    """Add the start to the leaves of the first tree of each class, as LightGBM's own losses do.

    The booster then predicts the whole margin, also after it was saved, and explains it.
    """
    if not np.any(start):
        return
    trees = booster.dump_model(num_iteration=1)["tree_info"]
    for tree, value in zip(trees, np.atleast_1d(start), strict=True):
        index = tree["tree_index"]
        for leaf in range(tree["num_leaves"]):
            booster.set_leaf_output(index, leaf, booster.get_leaf_output(index, leaf) + value)
