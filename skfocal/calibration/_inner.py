"""The inner classifier of a meta-estimator: fitting, predictions, tags and metadata routing."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn import get_config
from sklearn.base import clone
from sklearn.utils import Tags, assert_all_finite, column_or_1d, indexable
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.multiclass import check_classification_targets

from skfocal._checks import check_labels
from skfocal._typing import Floats

__all__ = [
    "check_y",
    "copy_features",
    "copy_tags",
    "fit_inner",
    "log_probabilities_of",
    "make_router",
]


def make_router(classifier: Any) -> MetadataRouter:
    """Return the routing of a meta-estimator whose ``fit`` fits its `estimator`."""
    return MetadataRouter(owner=classifier).add(
        estimator=classifier.estimator,
        method_mapping=MethodMapping().add(caller="fit", callee="fit"),
    )


def copy_features(inner: Any, outer: Any) -> None:
    """Copy the number and the names of the features that a fitted classifier has seen."""
    for name in ("n_features_in_", "feature_names_in_"):
        if hasattr(inner, name):
            setattr(outer, name, getattr(inner, name))


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


def log_probabilities_of(classifier: Any, X: Any) -> Floats:
    """Return the log-probabilities of a fitted classifier, also if it has only probabilities."""
    with np.errstate(divide="ignore"):
        if hasattr(classifier, "predict_log_proba"):
            return np.asarray(classifier.predict_log_proba(X), dtype=np.float64)
        return np.log(np.asarray(classifier.predict_proba(X), dtype=np.float64))
