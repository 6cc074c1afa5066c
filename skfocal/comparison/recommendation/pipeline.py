"""The recommended method as a plain pipeline of scikit-learn or imbalanced-learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from imblearn.over_sampling import SMOTENC
from imblearn.pipeline import Pipeline as SamplingPipeline
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import Pipeline

from skfocal.comparison.data.preparation import Layout, column_encoder, one_hot_encoder
from skfocal.comparison.errors import SettingError
from skfocal.comparison.methods.method import Method, with_seed
from skfocal.comparison.methods.oversampling import changes_counts

__all__ = ["plain_pipeline"]

CALIBRATIONS = {"platt": "sigmoid", "isotonic": "isotonic", "temperature": "temperature"}
"""Corrections that scikit-learn has, too."""


def plain_pipeline(  # one for each part of the pipeline
    method: Method,
    name: str,
    params: Mapping[str, Any],
    layout: Layout,
    *,
    seed: int,
    inner_cv: int,
    class_counts: tuple[int, int] | None,
) -> Any:
    """Make an unfitted pipeline that scikit-learn or imbalanced-learn can fit.

    Parameters
    ----------
    method : Method
        The method.
    name : str
        Its reported name.
    params : mapping of str to object
        The chosen parameters of the sampler and the classifier.
    layout : Layout
        Names of the numeric and categorical columns, and of those with missing values.
    seed : int
        Seed of the sampler.
    inner_cv : int
        Number of folds to learn a correction of the probabilities on.
    class_counts : tuple of int or None
        Number of rows of each of two classes, for which samplers take a ratio; None if there are
        more classes. A sampler that would change nothing is left out.

    Returns
    -------
    Pipeline or CalibratedClassifierCV

    Raises
    ------
    SettingError
        If the classifier is not known, as that of a user in a comparison that was loaded, or
        scikit-learn has no such correction.
    """
    if method.classifier is None:
        raise SettingError(
            "method",
            f"got {method.name!r}, a user's estimator that the stored comparison does not hold; "
            "run the comparison again in Python",
        )
    if name in method.corrections and name not in CALIBRATIONS:
        raise SettingError(
            "method",
            f"got {name!r}, whose correction of probabilities scikit-learn does not have; use "
            "`skfocal fit`",
        )
    setting = {key: params[key] for key in method.grid}
    classifier = clone(method.classifier).set_params(**setting, **method.reported[name])
    steps = [
        *_preparation(method, params, layout, seed, class_counts),
        *_classification(classifier, seed, class_counts),
    ]
    samples = any(hasattr(step, "fit_resample") for _, step in steps)
    pipeline = (SamplingPipeline if samples else Pipeline)(steps)
    if name in method.corrections:
        return CalibratedClassifierCV(
            pipeline, method=CALIBRATIONS[name], cv=inner_cv, ensemble=False
        )
    return pipeline


def _preparation(
    method: Method,
    params: Mapping[str, Any],
    layout: Layout,
    seed: int,
    class_counts: tuple[int, int] | None,
) -> Sequence[tuple[str, Any]]:
    steps: list[tuple[str, Any]] = [("encode", column_encoder(layout))]
    sampling = {key: params[key] for key in method.sampler_grid}
    ratio = sampling.get("ratio")
    changes = class_counts is None or ratio is None or changes_counts(class_counts, ratio)
    if method.sampler is not None and changes:
        most = max(int(sampling.get("k_neighbors", 1)), 1)
        sampler = method.sampler(layout, most, seed, **sampling)
        if class_counts is not None and ratio is not None:
            sampler.set_params(sampling_strategy=ratio)
        if isinstance(sampler, SMOTENC):
            sampler.set_params(categorical_encoder=None)  # imbalanced-learn's own decodes the same
        steps.append(("sample", sampler))
    return [*steps, ("one_hot", one_hot_encoder(layout))]


def _classification(
    classifier: Any, seed: int, class_counts: tuple[int, int] | None
) -> Sequence[tuple[str, Any]]:
    """Return the steps of a classifier: scikit-learn's own, after a sampler if it has one."""
    if not hasattr(classifier, "as_scikit_learn"):
        return [("classify", clone(classifier))]
    plain = with_seed(classifier, seed).as_scikit_learn(class_counts)
    return plain.steps if isinstance(plain, SamplingPipeline) else [("classify", plain)]
