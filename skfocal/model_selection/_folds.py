"""What a fold contributes to a search: its candidates, trained and scored."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skfocal._classes import resolve_alpha, resolve_gamma
from skfocal._solver import FocalObjective, Map, Paths, TrainingData, objective_on_fold
from skfocal._typing import Floats
from skfocal.losses import check_gamma
from skfocal.model_selection._grid import Grid

__all__ = ["FitSettings", "FoldFits", "fit_fold"]

Step = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class FitSettings:
    """What all candidates have in common."""

    fit_intercept: bool
    tol: float
    max_iter: int


@dataclass(frozen=True)
class FoldFits:
    """Candidates that were trained on the rows of a fold."""

    present: NDArray[np.intp]
    """Indices of the classes that these rows hold, of shape (n_present,)."""
    raw: dict[tuple[int, int], Floats]
    """Parameters of the raw columns, by the index of gamma and that of the pair."""
    gammas: list[float | Floats]
    """Resolved focusing parameters, by the index of gamma."""
    class_weight: dict[int, Floats]
    """Resolved class weights, by the index of the pair."""
    errors: dict[int, str]
    """Why a pair could not be trained, by its index."""
    n_unconverged: int


def fit_fold(
    data: TrainingData,
    rows: NDArray[np.intp],
    grid: Grid,
    settings: FitSettings,
    map_: Map,
    step: Step,
) -> FoldFits:
    """Train every candidate on some rows of a table.

    Parameters
    ----------
    data : TrainingData
        The whole table.
    rows : ndarray of shape (n_rows,)
        Indices of the rows to train on.
    grid : Grid
        The candidates.
    settings : FitSettings
        What they have in common.
    map_ : callable
        An ordered map, perhaps in threads.
    step : callable
        Returns a context for each gamma to be trained in.

    Raises
    ------
    ValueError
        If no candidate could be trained on these rows.
    """
    present, base = objective_on_fold(
        data,
        rows,
        map_,
        n_candidates=len(grid.pairs),
        fit_intercept=settings.fit_intercept,
        estimator_name="FocalLogisticRegressionCV",
    )
    objectives: dict[int, FocalObjective] = {}
    class_weights: dict[int, Floats] = {}
    errors: dict[int, str] = {}
    for pair, (alpha, C) in enumerate(grid.pairs):
        try:
            class_weight = resolve_alpha(
                grid.alphas[alpha], data.classes[present], base.class_totals
            )
            objectives[pair] = base.weighted(class_weight, grid.Cs[C])
            class_weights[pair] = class_weight
        except ValueError as error:
            errors[pair] = str(error)
    if not objectives:
        raise ValueError(errors[0])
    raw: dict[tuple[int, int], Floats] = {}
    paths = Paths(
        list(objectives.values()),
        [(grid.pairs[pair][0], grid.Cs[grid.pairs[pair][1]]) for pair in objectives],
        tol=settings.tol,
        max_iter=settings.max_iter,
    )
    gammas = [_of_present(resolve_gamma(each, data.classes), present) for each in grid.gammas]
    for index in np.argsort([np.mean(each) for each in gammas], kind="stable").tolist():
        with step():
            minima = paths.advance(gammas[index])
        raw |= {(index, pair): found for pair, found in zip(objectives, minima, strict=True)}
    return FoldFits(present, raw, gammas, class_weights, errors, paths.n_unconverged)


def _of_present(gamma: float | Floats, present: NDArray[np.intp]) -> float | Floats:
    return gamma if isinstance(gamma, float) else check_gamma(gamma[present])
