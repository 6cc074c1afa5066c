"""The class shares that a classifier was effectively trained on.

Class weights, sample weights and resampling change the shares of the classes in the objective. They
are read from public parameters and from samplers, which are run again on the training data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV
from sklearn.svm import SVC, NuSVC
from sklearn.utils.class_weight import compute_class_weight

from skfocal._checks import check_row_weights
from skfocal._classes import is_neutral
from skfocal._typing import Floats

__all__ = ["effective_totals"]

Labels = NDArray[Any]
"""Class labels of shape (n_samples,)."""


def effective_totals(
    estimator: Any, X: Any, y: Labels, classes: Labels, sample_weight: Any = None
) -> Floats:
    """Return the positive total weight of each class in the objective of a fitted classifier.

    Parameters
    ----------
    estimator : estimator
        Classifier or pipeline, fitted to `X` and `y`.
    X : array-like of shape (n_samples, n_features)
        Training data. They are used only by samplers.
    y : ndarray of shape (n_samples,)
        Labels of the training data.
    classes : ndarray of shape (n_classes,)
        Class labels, sorted.
    sample_weight : array-like of shape (n_samples,), default=None
        Sample weights that the final estimator was fitted with.

    Returns
    -------
    totals : ndarray of shape (n_classes,)
        Total weights, up to a constant factor.

    Raises
    ------
    ValueError
        If the shares cannot be found, or if a class has none.
    """
    totals = _totals_of(estimator, X, y, classes, sample_weight)
    if not (totals > 0).all():
        label = classes[totals <= 0].tolist()[0]
        _fail(
            estimator, f"sample_weight, class weights or samplers leave nothing of class {label!r}"
        )
    return totals


def _totals_of(estimator: Any, X: Any, y: Labels, classes: Labels, sample_weight: Any) -> Floats:
    if isinstance(estimator, FrozenEstimator):
        _fail(estimator, "its training data are not known")
    if hasattr(estimator, "effective_prior_"):  # a classifier of this package that changed them
        return np.asarray(estimator.prior_)
    if hasattr(estimator, "best_estimator_"):
        return _totals_of(estimator.best_estimator_, X, y, classes, sample_weight)
    if isinstance(estimator, FixedThresholdClassifier | TunedThresholdClassifierCV):
        return _totals_of(estimator.estimator_, X, y, classes, sample_weight)
    if hasattr(estimator, "steps"):
        return _pipeline_totals(estimator, X, y, classes, sample_weight)
    _refuse_inner_shifts(estimator)
    counts = _totals(y, classes, check_row_weights(sample_weight, len(y)))
    parameters = estimator.get_params(deep=False)
    shares = _fixed_shares(parameters, len(classes))
    if shares is not None:
        return shares
    is_weighted = sample_weight is not None
    weights = _class_weights(estimator, parameters, y, classes, is_weighted=is_weighted)
    if "sampling_strategy" in parameters:  # imbalanced-learn's ensembles, which sample inside
        counts = _totals(_resample_inside(estimator, y), classes, None)
    return counts * weights


def _pipeline_totals(
    pipeline: Any, X: Any, y: Labels, classes: Labels, sample_weight: Any
) -> Floats:
    """Repeat the resampling of a fitted pipeline, and continue with its last step."""
    steps = [step for _, step in pipeline.steps[:-1] if hasattr(step, "fit")]  # or "passthrough"
    samplers = [at for at, step in enumerate(steps) if hasattr(step, "fit_resample")]
    if samplers and sample_weight is not None:
        _fail(pipeline, "sample_weight cannot be followed through a sampler")
    for step in steps[: samplers[-1] + 1] if samplers else []:
        if hasattr(step, "fit_resample"):
            X, y = clone(step).fit_resample(X, y)
        else:
            X = step.transform(X)
    return _totals_of(pipeline.steps[-1][1], X, np.asarray(y), classes, sample_weight)


def _resample_inside(ensemble: Any, y: Labels) -> Labels:
    """Return the labels that imbalanced-learn's ensembles draw for one of their members."""
    if getattr(ensemble, "sampler", None) is not None:
        sampler = ensemble.sampler
    else:
        member = getattr(ensemble, "samplers_", ensemble.estimators_)[0]
        sampler = member.steps[0][1] if hasattr(member, "steps") else member
    sampler = clone(sampler).set_params(sampling_strategy=ensemble.sampling_strategy)
    return np.asarray(sampler.fit_resample(np.zeros((len(y), 1)), y)[1])


def _totals(y: Labels, classes: Labels, sample_weight: Floats | None) -> Floats:
    return np.bincount(np.searchsorted(classes, y), sample_weight, len(classes)).astype(np.float64)


def _fixed_shares(parameters: Mapping[str, Any], n_classes: int) -> Floats | None:
    """Return the shares that discriminant analysis and naive Bayes take as a parameter, if any."""
    for name in ("priors", "class_prior"):
        if parameters.get(name) is not None:
            return np.asarray(parameters[name], dtype=np.float64)
    return np.ones(n_classes) if parameters.get("fit_prior") is False else None


def _class_weights(
    estimator: Any, parameters: Mapping[str, Any], y: Labels, classes: Labels, *, is_weighted: bool
) -> Floats:
    """Return the product of all class weights of a fitted classifier."""
    if isinstance(estimator, SVC | NuSVC):
        return np.ones(len(classes))  # its probabilities are calibrated without the weights
    weights = np.ones(len(classes))
    for name, weights_of in _WEIGHTS.items():
        value = parameters.get(name)
        if is_neutral(value):
            continue
        if is_weighted and (isinstance(value, str) or value is True):
            _fail(estimator, f"{name}={value!r} may or may not count sample_weight")
        weights = weights * weights_of(value, y, classes)
    return weights * _focal_weights(estimator, parameters, len(classes))


def _focal_weights(estimator: Any, parameters: Mapping[str, Any], n_classes: int) -> Floats:
    """Return the class weights that are left in the probabilities of a model with focal loss."""
    probability = parameters.get("probability")
    if probability == "link":
        _fail(estimator, "probability='link' keeps the effect of gamma; use 'posterior'")
    kept = probability == "weighted" and hasattr(estimator, "class_weight_")
    return np.asarray(estimator.class_weight_) if kept else np.ones(n_classes)


def _from_class_weight(value: Any, y: Labels, classes: Labels) -> Floats:
    """Return the weights of scikit-learn's parameter, which LightGBM has, too."""
    if isinstance(value, str):
        return _balanced(y, classes)  # forests also have "balanced_subsample"
    return np.asarray(compute_class_weight(value, classes=classes, y=y), dtype=np.float64)


def _balanced(y: Labels, classes: Labels, power: float = 1.0) -> Floats:
    counts = _totals(y, classes, None)
    weights = np.zeros(len(classes))
    np.power(counts, -power, out=weights, where=counts > 0)
    return weights


def _from_list(value: Any, _y: Labels, classes: Labels) -> Floats:
    """Return the weights of CatBoost's parameter, a mapping or in the order of the classes."""
    if isinstance(value, Mapping):
        return np.array([value.get(label, 1.0) for label in classes.tolist()], dtype=np.float64)
    return np.asarray(value, dtype=np.float64)


def _from_auto(value: str, y: Labels, classes: Labels) -> Floats:
    powers = {"Balanced": 1.0, "SqrtBalanced": 0.5, "None": 0.0}
    return _balanced(y, classes, powers[value])


def _from_unbalance(_value: Any, y: Labels, classes: Labels) -> Floats:
    """Return the weights of LightGBM's parameter, which is used for two classes only."""
    return _balanced(y, classes) if len(classes) == 2 else np.ones(len(classes))


def _of_second_class(value: float, _y: Labels, classes: Labels) -> Floats:
    """Return the weights of a parameter that the libraries use for two classes only."""
    return np.array([1.0, value]) if len(classes) == 2 else np.ones(len(classes))


_WEIGHTS: Mapping[str, Callable[[Any, Labels, Labels], Floats]] = {
    "class_weight": _from_class_weight,  # scikit-learn, LightGBM
    "scale_pos_weight": _of_second_class,  # XGBoost, LightGBM, CatBoost
    "is_unbalance": _from_unbalance,  # LightGBM
    "unbalance": _from_unbalance,  # another name of it
    "unbalanced_sets": _from_unbalance,  # another name of it
    "class_weights": _from_list,  # CatBoost
    "auto_class_weights": _from_auto,  # CatBoost
}
"""Parameters that set class weights, and the functions that return the weights."""


def _refuse_inner_shifts(estimator: Any) -> None:
    """Raise ValueError if an estimator inside another one weights or resamples the classes.

    Whether the outer one undoes that, as `CalibratedClassifierCV` does, is not known.
    """
    for name, value in estimator.get_params(deep=True).items():
        _, is_inner, parameter = name.rpartition("__")
        if not is_inner:
            continue
        has_weights = parameter in _WEIGHTS and not is_neutral(value)
        if has_weights or hasattr(value, "fit_resample"):
            _fail(estimator, f"{name}={value!r} changes the class shares inside it")


def _fail(estimator: Any, reason: str) -> NoReturn:
    raise ValueError(
        f"effective_prior='auto' cannot find the class shares that {type(estimator).__name__} was "
        f"trained on: {reason}. Set effective_prior to these shares."
    )
