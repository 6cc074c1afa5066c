"""The recommended method as a plain pipeline of scikit-learn or imbalanced-learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from imblearn.pipeline import Pipeline as SamplingPipeline
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import Pipeline

from skfocal.comparison.data.preparation import Layout, column_encoder, one_hot_encoder
from skfocal.comparison.errors import SettingError
from skfocal.comparison.methods.method import Method

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
    binary: bool,
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
    binary : bool
        Whether there are two classes, for which samplers take a ratio.

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
    plain = getattr(classifier, "as_scikit_learn", clone(classifier))
    steps = [*_preparation(method, params, layout, seed, binary=binary)]
    steps.append(("classify", plain() if callable(plain) else plain))
    pipeline = (SamplingPipeline if method.sampler else Pipeline)(steps)
    if name in method.corrections:
        return CalibratedClassifierCV(
            pipeline, method=CALIBRATIONS[name], cv=inner_cv, ensemble=False
        )
    return pipeline


def _preparation(
    method: Method, params: Mapping[str, Any], layout: Layout, seed: int, *, binary: bool
) -> Sequence[tuple[str, Any]]:
    steps: list[tuple[str, Any]] = [("encode", column_encoder(layout))]
    if method.sampler is not None:
        sampling = {key: params[key] for key in method.sampler_grid}
        most = max(int(sampling.get("k_neighbors", 1)), 1)
        sampler = method.sampler(layout, most, seed, **sampling)
        if binary and "ratio" in sampling:
            sampler.set_params(sampling_strategy=sampling["ratio"])
        steps.append(("sample", sampler))
    return [*steps, ("one_hot", one_hot_encoder(layout))]
