"""How long cells will take, from a trial on some rows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.data.tables import Table
from skfocal.comparison.errors import DataError
from skfocal.comparison.methods.catalogue import BASELINE, METHODS
from skfocal.comparison.run.cell import Cell, run_cell

__all__ = ["expected_seconds", "forecast_seconds", "seconds_per_work"]

TRIAL_ROWS = 10_000
"""Largest number of rows of a trial, which then takes a second or two for linear models."""
MIN_CLASS_ROWS = 30
"""Number of rows of a rare class that a trial has, if there are so many."""
LONG_ENOUGH = 2.0
"""A trial that took less seconds is repeated, because the first one loads libraries."""
START_SECONDS = 4.0
"""Time that processes take to start."""


def forecast_seconds(cells: Sequence[Cell], n_processes: int) -> float:
    """Forecast the time of cells, from a trial of logistic regression on each table.

    Parameters
    ----------
    cells : sequence of Cell
        The cells.
    n_processes : int
        Number of cells that run at the same time.

    Returns
    -------
    float

    Raises
    ------
    DataError
        If logistic regression fails on a table.
    """
    one_of_each = {cell.table.name: cell for cell in cells}
    rates = {
        name: seconds_per_work(
            cell.table,
            cv=max(round(len(cell.table.y) / len(cell.split.test)), 2),
            inner_cv=len(cell.split.inner),
            seed=cell.split.seed,
        )
        for name, cell in one_of_each.items()
    }
    return expected_seconds([cell.work * rates[cell.table.name] for cell in cells], n_processes)


def expected_seconds(seconds: Sequence[float], n_processes: int) -> float:
    """Return the time of cells that take so many seconds, in processes that have to start."""
    if not seconds:
        return 0.0
    start = START_SECONDS if n_processes > 1 else 0.0
    return max(sum(seconds) / n_processes, *seconds) + start


def seconds_per_work(table: Table, *, cv: int, inner_cv: int, seed: int) -> float:
    """Run logistic regression on a fold of some rows, and return its seconds per `Cell.work`.

    The costs of all methods are relative to it, while those of a user's estimator are not known.
    """
    folds = {"cv": cv, "repeats": 1, "inner_cv": inner_cv, "seed": seed}
    try:
        part = _some_rows(table)
        split = make_splits(part, **folds)[0]
    except DataError:  # too few groups in the part
        part = table
        split = make_splits(part, **folds)[0]
    trial = Cell(part, METHODS[BASELINE], split)
    seconds = _time(trial)
    return (seconds if seconds > LONG_ENOUGH else _time(trial)) / trial.work


def _some_rows(table: Table) -> Table:
    """Draw rows in proportion to the classes, but more of a rare class."""
    if len(table.y) <= TRIAL_ROWS:
        return table
    rng = np.random.default_rng(0)
    share = TRIAL_ROWS / len(table.y)
    drawn = []
    for code in range(table.n_classes):
        members = np.flatnonzero(table.y == code)
        wanted = max(round(share * len(members)), MIN_CLASS_ROWS)
        drawn.append(rng.choice(members, min(wanted, len(members)), replace=False))
    rows = np.sort(np.concatenate(drawn))
    groups = None if table.groups is None else table.groups[rows]
    return replace(table, X=table.X.iloc[rows], y=table.y[rows], groups=groups)


def _time(cell: Cell) -> float:
    start = time.perf_counter()
    result = run_cell(cell)
    seconds = time.perf_counter() - start
    if result.failed:
        raise DataError(
            f"no time can be forecast for {cell.table.name!r}, because {cell.method.name} failed "
            f"on it ({result.rows[0]['failure']}); run the comparison without a budget to see "
            "which methods fail"
        )
    return seconds
