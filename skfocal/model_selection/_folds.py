"""Fits of all candidates to the training set of a fold."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skfocal._classes import resolve_alpha, resolve_gamma
from skfocal._solver import (
    FocalObjective,
    Map,
    Paths,
    TrainingData,
    in_precision,
    objective_on_fold,
)
from skfocal._typing import Floats
from skfocal.linear_model import FocalLogisticRegression
from skfocal.losses import check_gamma
from skfocal.model_selection._grid import Grid

__all__ = ["FitSettings", "FoldFits", "fit_candidates", "fit_fold", "fitted_model"]

Step = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class FitSettings:
    """Parameters that are the same for all candidates."""

    fit_intercept: bool
    tol: float
    max_iter: int


@dataclass(frozen=True)
class FoldFits:
    """Candidates fitted to the training set of a fold."""

    present: NDArray[np.intp]
    """Indices of the classes in the training set, of shape (n_present,)."""
    raw: dict[tuple[int, int], Floats]
    """Parameters of the columns of `X`, by the indices of gamma and of the setting."""
    gammas: list[float | Floats]
    """Resolved focusing parameters, by the index of gamma."""
    class_weight: dict[int, Floats]
    """Resolved class weights, by the index of the setting."""
    errors: dict[int, str]
    """Error messages of settings that could not be fitted, by their index."""
    n_unconverged: int
    """Number of fits that did not converge."""


def fit_fold(
    data: TrainingData,
    rows: NDArray[np.intp],
    grid: Grid,
    settings: FitSettings,
    map_: Map,
    step: Step,
) -> FoldFits:
    """Fit every candidate to the training set of a fold.

    Parameters
    ----------
    data : TrainingData
        All data.
    rows : ndarray of shape (n_rows,)
        Indices of the training samples.
    grid : Grid
        Candidates.
    settings : FitSettings
        Parameters that are the same for all candidates.
    map_ : callable
        Ordered map, which may use threads.
    step : callable
        Returns the context manager in which the candidates of one gamma are fitted.

    Returns
    -------
    fits : FoldFits
        Fitted candidates.

    Raises
    ------
    ValueError
        If no candidate can be fitted to these samples.
    """
    present, base = objective_on_fold(
        data,
        rows,
        map_,
        n_candidates=len(grid.settings),
        fit_intercept=settings.fit_intercept,
        estimator_name="FocalLogisticRegressionCV",
    )
    return fit_candidates(base, present, data.classes, grid, settings, step)


def fit_candidates(
    base: FocalObjective,
    present: NDArray[np.intp],
    classes: NDArray[Any],
    grid: Grid,
    settings: FitSettings,
    step: Step = nullcontext,
) -> FoldFits:
    """Fit every candidate to the rows of an objective.

    Parameters
    ----------
    base : FocalObjective
        Objective without class weights and penalty.
    present : ndarray of shape (n_present,)
        Indices of the classes that its rows hold.
    classes : ndarray of shape (n_classes,)
        All class labels.
    grid, settings, step : object
        As in `fit_fold`.

    Returns
    -------
    fits : FoldFits
        Fitted candidates.

    Raises
    ------
    ValueError
        If no candidate can be fitted.
    """
    objectives: dict[int, FocalObjective] = {}
    class_weights: dict[int, Floats] = {}
    errors: dict[int, str] = {}
    for index, setting in enumerate(grid.settings):
        try:
            class_weight = resolve_alpha(
                grid.alphas[setting.alpha], classes[present], base.class_totals
            )
            objectives[index] = base.weighted(class_weight, setting.C, setting.l1_ratio)
            class_weights[index] = class_weight
        except ValueError as error:
            errors[index] = str(error)
    if not objectives:
        raise ValueError(errors[0])
    raw: dict[tuple[int, int], Floats] = {}
    paths = Paths(
        list(objectives.values()),
        [grid.settings[index] for index in objectives],
        tol=settings.tol,
        max_iter=settings.max_iter,
    )
    gammas = [_for_present(resolve_gamma(gamma, classes), present) for gamma in grid.gammas]
    for index in np.argsort([np.mean(gamma) for gamma in gammas], kind="stable").tolist():
        with step():
            minima = paths.advance(gammas[index])
        raw |= {(index, each): minimum for each, minimum in zip(objectives, minima, strict=True)}
    return FoldFits(present, raw, gammas, class_weights, errors, paths.n_unconverged)


def fitted_model(
    fits: FoldFits,
    data: TrainingData,
    index: tuple[int, int],
    grid: Grid,
    model: FocalLogisticRegression,
) -> FocalLogisticRegression:
    """Return a candidate as a fitted estimator.

    Parameters
    ----------
    fits : FoldFits
        Fitted candidates.
    data : TrainingData
        All data.
    index : tuple of (int, int)
        Indices of gamma and of the setting.
    grid : Grid
        Candidates.
    model : FocalLogisticRegression
        Unfitted model with the parameters that are the same for all candidates.
    """
    fitted: FocalLogisticRegression = copy(model)
    fitted.set_params(**grid.parameters(*index))
    raw = in_precision(np.atleast_2d(fits.raw[index]), data.X.dtype)
    fitted.coef_, fitted.intercept_ = raw[:, :-1], raw[:, -1]
    fitted.classes_ = data.classes[fits.present]
    fitted.class_weight_ = fits.class_weight[index[1]]
    fitted.n_features_in_ = data.X.shape[1]
    fitted._fitted_gamma = fits.gammas[index[0]]  # noqa: SLF001 - an attribute of the mixin
    return fitted


def _for_present(gamma: float | Floats, present: NDArray[np.intp]) -> float | Floats:
    """Return gamma of the classes in the training set."""
    return gamma if isinstance(gamma, float) else check_gamma(gamma[present])
