"""Fit a classifier with each setting on the same rows."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import ParameterGrid

from skfocal._typing import Floats
from skfocal.comparison.methods.oversampling import OversampledLogisticRegression
from skfocal.comparison.methods.plain import PlainLogisticRegression
from skfocal.linear_model import FocalLogisticRegression
from skfocal.model_selection._grid import Grid
from skfocal.model_selection._together import fit_together

__all__ = ["Candidates"]

# Linear models that differ in these are trained together.
_TOGETHER = frozenset({"gamma", "alpha", "C"})


class Candidates(BaseEstimator):  # type: ignore[misc]  # scikit-learn's base class is untyped
    """Fit a classifier for each setting on the same rows, so that these are prepared once.

    Linear models with focal loss or cross-entropy are trained together.

    Parameters
    ----------
    classifier : estimator
        The classifier, unfitted.
    settings : sequence of dict
        Parameters of each candidate.

    Attributes
    ----------
    models_ : list of estimator
        The fitted candidates.
    class_counts_ : list of ndarray of shape (n_classes,)
        Number of rows of each class that each of them was fitted on.
    """

    def __init__(self, classifier: Any, settings: Sequence[Mapping[str, Any]]) -> None:
        self.classifier = classifier
        self.settings = settings

    def fit(self, X: Floats, y: NDArray[np.intp]) -> Self:
        """Fit all candidates."""
        self.models_ = _fit_together(self.classifier, self.settings, X, y)
        if self.models_ is None:
            self.models_ = _fit_in_turn(self.classifier, self.settings, X, y)
        counts = np.bincount(y)
        # A classifier that samples rows itself has their numbers.
        self.class_counts_ = [getattr(one, "sampled_counts_", counts) for one in self.models_]
        return self


def _fit_in_turn(
    classifier: Any, settings: Sequence[Mapping[str, Any]], X: Floats, y: NDArray[np.intp]
) -> list[Any]:
    models: list[Any] = []
    for setting in settings:
        model = clone(classifier)
        if models and _starts_warm(models[-1]):
            model = copy.deepcopy(models[-1])  # some update `coef_` in place
        models.append(model.set_params(**setting).fit(X, y))
    return models


def _starts_warm(model: Any) -> bool:
    """Whether a fitted model is linear and starts its next fit from its coefficients."""
    return getattr(model, "warm_start", False) is True and hasattr(model, "coef_")


def _fit_together(
    classifier: Any, settings: Sequence[Mapping[str, Any]], X: Floats, y: NDArray[np.intp]
) -> list[Any] | None:
    """Train linear models on one grid for each value of the other parameters.

    None for other classifiers, and for settings that are no grid.
    """
    if len(settings) < 2 or not _is_linear(classifier):
        return None
    groups: dict[tuple[tuple[str, Any], ...], list[int]] = {}
    for position, setting in enumerate(settings):
        others = tuple((name, value) for name, value in setting.items() if name not in _TOGETHER)
        groups.setdefault(others, []).append(position)
    grids = []
    for others, positions in groups.items():
        model = clone(classifier).set_params(**dict(others))
        grid = _grid(model, [settings[position] for position in positions])
        if grid is None:
            return None
        grids.append((model, grid, positions))
    models: list[Any] = [None] * len(settings)
    for model, grid, positions in grids:
        focal, weights = _focal_model(model, y)
        for position, fitted in zip(
            positions, fit_together(focal, grid, X, y, weights), strict=True
        ):
            if weights is not None:
                fitted.sampled_counts_ = np.bincount(y, weights).astype(np.intp)
            models[position] = fitted
    return models


def _is_linear(classifier: Any) -> bool:
    """Whether a classifier minimises focal loss or cross-entropy with an L2 penalty."""
    kinds = FocalLogisticRegression, PlainLogisticRegression, OversampledLogisticRegression
    return type(classifier) in kinds and classifier.l1_ratio == 0


def _focal_model(model: Any, y: NDArray[np.intp]) -> tuple[FocalLogisticRegression, Floats | None]:
    """Return the focal model with the same minimum, and the weights of the rows."""
    if isinstance(model, OversampledLogisticRegression):
        return model.as_focal(), model.draw(y)
    return model.as_focal() if isinstance(model, PlainLogisticRegression) else model, None


def _grid(model: Any, settings: Sequence[Mapping[str, Any]]) -> Grid | None:
    """Return the grid whose candidates have these settings, in this order.

    None if they are no grid, and with an L1 penalty.
    """
    if not _is_linear(model):
        return None
    names = sorted(_TOGETHER & settings[0].keys())
    values: dict[str, list[Any]] = {name: [] for name in names}
    for setting in settings:
        if setting.keys() != settings[0].keys():
            return None
        for name in names:
            if not any(setting[name] is one for one in values[name]):
                values[name].append(setting[name])
    in_order = list(ParameterGrid(values))
    is_grid = len(in_order) == len(settings) and all(
        setting[name] is expected[name]
        for setting, expected in zip(settings, in_order, strict=True)
        for name in names
    )
    if not is_grid:
        return None
    alpha = getattr(model, "class_weight", model.alpha)
    return Grid(
        values.get("gamma", [model.gamma]), values.get("alpha", [alpha]), values.get("C", [model.C])
    )
