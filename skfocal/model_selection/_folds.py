"""What a fold contributes to a search: its candidates, trained and scored."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skfocal._classes import class_totals, resolve_alpha
from skfocal._solver import heuristics
from skfocal._solver.objective import FocalObjective
from skfocal._solver.path import Paths
from skfocal._solver.row_blocks import RowBlocks
from skfocal._solver.row_space import is_wide, row_space
from skfocal._solver.standardization import check_finite, standardize
from skfocal._solver.threads import Map
from skfocal._solver.training_data import Table, check_class_totals, weighed
from skfocal._typing import Floats
from skfocal.losses import FocalLoss
from skfocal.model_selection._grid import Grid

__all__ = ["FoldFits", "Settings", "fit_fold"]

# An evaluation keeps several arrays of all logits of a block, which are to stay in the cache.
# Up to here a copy of the fold's rows is worth its memory: it spares gathering them in each pass.
# With fewer of them threads wait for each other's turn for longer than they compute.

Step = Callable[[], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Settings:
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
    class_weight: dict[int, Floats]
    """What alpha came to, by the index of the pair."""
    errors: dict[int, str]
    """Why a pair could not be trained, by its index."""
    n_unconverged: int


def fit_fold(
    table: Table,
    rows: NDArray[np.intp],
    grid: Grid,
    settings: Settings,
    map_: Map,
    step: Step,
) -> FoldFits:
    """Train every candidate on some rows of a table.

    Parameters
    ----------
    table : Table
        The whole of it.
    rows : ndarray of shape (n_rows,)
        Indices of the rows to train on.
    grid : Grid
        The candidates.
    settings : Settings
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
    present, base, totals = _fold_objective(table, rows, grid, settings, map_)
    space = row_space(base) if is_wide(base) else None
    searched = base if space is None else space.reduced
    objectives: dict[int, FocalObjective] = {}
    class_weights: dict[int, Floats] = {}
    errors: dict[int, str] = {}
    for pair, (alpha, C) in enumerate(grid.pairs):
        try:
            class_weight = resolve_alpha(grid.alphas[alpha], table.classes[present], totals)
            objectives[pair] = weighed(searched, totals, class_weight, grid.Cs[C])
            class_weights[pair] = class_weight
        except ValueError as error:
            errors[pair] = str(error)
    if not objectives:
        raise ValueError(errors[0])
    raw: dict[tuple[int, int], Floats] = {}
    paths = Paths(
        list(objectives.values()),
        [(grid.pairs[pair][0], grid.Cs[grid.pairs[pair][1]]) for pair in objectives],
        totals,
        tol=settings.tol if space is None else space.tol(settings.tol),
        max_iter=settings.max_iter,
    )
    for index in np.argsort(grid.gammas, kind="stable").tolist():
        with step():
            minima = paths.advance(grid.gammas[index])
        for pair, found in zip(objectives, minima, strict=True):
            parameters = found if space is None else space.lift(found)
            raw[index, pair] = base.columns.raw_parameters(parameters)
    return FoldFits(present, raw, class_weights, errors, paths.n_unconverged)


def _fold_objective(
    table: Table, rows: NDArray[np.intp], grid: Grid, settings: Settings, map_: Map
) -> tuple[NDArray[np.intp], FocalObjective, Floats]:
    """Return which classes the rows hold, an objective on them, and each class's total weight."""
    codes = table.codes[rows]
    weights = None if table.sample_weight is None else table.sample_weight[rows]
    present = np.flatnonzero(class_totals(codes, len(table.classes)))
    if len(present) < 2:
        msg = "y must hold at least two classes; the training rows of a fold hold one class only."
        raise ValueError(msg)
    if len(present) < len(table.classes):
        codes = np.searchsorted(present, codes)
    totals = class_totals(codes, len(present), weights)
    check_class_totals(totals, table.classes[present])
    n_logits = 1 if len(present) == 2 else len(present)
    n_outputs = heuristics.OUTPUTS_PER_LOGIT * n_logits * len(grid.pairs)
    if len(rows) * n_logits * len(grid.pairs) < heuristics.MIN_LOGITS_FOR_THREADS:
        map_ = map
    if table.X.size <= heuristics.MAX_FOLD_COPY_FLOATS:
        blocks = RowBlocks(table.X[rows], map_, n_outputs=n_outputs)
    else:
        blocks = RowBlocks(table.X, map_, rows, n_outputs)
    columns = standardize(blocks, weights, fit_intercept=settings.fit_intercept)
    check_finite(table.X, columns, "FocalLogisticRegressionCV")
    objective = FocalObjective(
        blocks,
        columns,
        codes,
        n_classes=len(present),
        loss=FocalLoss(),
        penalty=0.0,
        total_weight=1.0,
        sample_weight=weights,
    )
    return present, objective, totals
