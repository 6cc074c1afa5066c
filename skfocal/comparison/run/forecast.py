"""How long cells will take, from a trial on some rows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.data.tables import Table
from skfocal.comparison.errors import DataError
from skfocal.comparison.methods.catalogue import BASELINE, METHODS, ON_REQUEST
from skfocal.comparison.methods.method import Method
from skfocal.comparison.run.cell import Cell, run_cell
from skfocal.comparison.run.prepared_folds import MAX_KEPT_FLOATS, PreparedFolds
from skfocal.comparison.settings import ComparisonSettings

__all__ = [
    "expected_seconds",
    "forecast_seconds",
    "measure_rates",
    "note_of_unknown_times",
]

TRIAL_ROWS = 5_000, 20_000
"""Numbers of rows of the trials. The larger one takes a second or two."""
MIN_CLASS_ROWS = 30
"""Number of rows of a rare class that a trial has, if there are so many."""
LONG_ENOUGH = 2.0
"""A first trial that took less seconds is repeated, because it also loads libraries."""
START_SECONDS = 4.0
"""Time that processes take to start."""


def forecast_seconds(
    cells: Sequence[Cell],
    n_processes: int,
    settings: ComparisonSettings,
    rates: Mapping[str, float] | None = None,
) -> float:
    """Forecast the time of cells, from a trial of logistic regression on each table.

    Parameters
    ----------
    cells : sequence of Cell
        The cells.
    n_processes : int
        Number of cells that run at the same time.
    settings : ComparisonSettings
        Those of the comparison, for its folds.
    rates : mapping of str to float, default=None
        What `measure_rates` has returned for their tables. None means that it is called.

    Returns
    -------
    float

    Raises
    ------
    DataError
        If logistic regression fails on a table.
    """
    if rates is None:
        rates = measure_rates({cell.table.name: cell.table for cell in cells}.values(), settings)
    return expected_seconds([cell.work * rates[cell.table.name] for cell in cells], n_processes)


def measure_rates(tables: Iterable[Table], settings: ComparisonSettings) -> dict[str, float]:
    """Return the seconds per `Cell.work` on each table, by name.

    Raises
    ------
    DataError
        If logistic regression fails on a table.
    """
    folds = {"cv": settings.cv, "inner_cv": settings.inner_cv, "seed": settings.random_state}
    return {table.name: seconds_per_work(table, **folds) for table in tables}


def expected_seconds(seconds: Sequence[float], n_processes: int) -> float:
    """Return the time of cells that take so many seconds, in processes that have to start."""
    if not seconds:
        return 0.0
    start = START_SECONDS if n_processes > 1 else 0.0
    return max(sum(seconds) / n_processes, *seconds) + start


def note_of_unknown_times(methods: Sequence[Method]) -> str:
    """Say which methods a forecast knows nothing about, if there are any."""
    names = [one.name for one in methods if one.name not in {**METHODS, **ON_REQUEST}]
    if not names:
        return ""
    times = "time" if len(names) == 1 else "times"
    return (
        f"the {times} of {', '.join(names)} cannot be forecast; each is counted as logistic "
        "regression with as many candidates"
    )


def seconds_per_work(table: Table, *, cv: int, inner_cv: int, seed: int) -> float:
    """Return the seconds that a fold of logistic regression takes, per `Cell.work`.

    The costs of all methods are relative to it. A large table has a trial with few and one with
    more rows, because a part of the time does not depend on their number.
    """

    def trial_of(part: Table) -> Cell:
        split = make_splits(part, cv=cv, repeats=1, inner_cv=inner_cv, seed=seed)[0]
        return Cell(part, METHODS[BASELINE], split)

    try:
        trials = [trial_of(part) for part in _parts(table)]
    except DataError:  # too few groups in a part
        trials = [trial_of(table)]
    n_rows = [len(trial.table.y) for trial in trials]
    # A trial keeps its encoded folds if the whole table does.
    kept = [MAX_KEPT_FLOATS * n_part / len(table.y) for n_part in n_rows]
    seconds = [_time(trial, max_floats) for trial, max_floats in zip(trials, kept, strict=True)]
    if seconds[0] <= LONG_ENOUGH:
        seconds[0] = _time(trials[0], kept[0])
    whole = replace(trials[-1], table=table)
    return _extrapolate(n_rows, seconds, len(table.y)) / whole.work


def _parts(table: Table) -> list[Table]:
    """Draw the rows of the trials."""
    few, more = TRIAL_ROWS
    n_all = len(table.y)
    return [_some_rows(table, n_rows) for n_rows in sorted({min(few, n_all), min(more, n_all)})]


def _some_rows(table: Table, n_rows: int) -> Table:
    """Draw rows in proportion to the classes, but more of a rare class."""
    rng = np.random.default_rng(0)
    share = n_rows / len(table.y)
    drawn = []
    for code in range(table.n_classes):
        members = np.flatnonzero(table.y == code)
        wanted = max(round(share * len(members)), MIN_CLASS_ROWS)
        drawn.append(rng.choice(members, min(wanted, len(members)), replace=False))
    rows = np.sort(np.concatenate(drawn))
    groups = None if table.groups is None else table.groups[rows]
    return replace(table, X=table.X.iloc[rows], y=table.y[rows], groups=groups)


def _extrapolate(n_rows: Sequence[int], seconds: Sequence[float], n_all: int) -> float:
    """Return the time for all rows, on the line through the last two trials.

    Times are noisy, so it is at least that of the last trial and at most in proportion to it.
    """
    in_proportion = seconds[-1] * n_all / n_rows[-1]
    if len(seconds) == 1:
        return in_proportion
    slope = (seconds[-1] - seconds[-2]) / (n_rows[-1] - n_rows[-2])
    return float(np.clip(seconds[-1] + slope * (n_all - n_rows[-1]), seconds[-1], in_proportion))


def _time(cell: Cell, max_floats: float) -> float:
    start = time.perf_counter()
    result = run_cell(cell, PreparedFolds(max_floats))
    seconds = time.perf_counter() - start
    if result.failed:
        raise DataError(
            f"no time can be forecast for {cell.table.name!r}, because {cell.method.name} failed "
            f"on it ({result.rows[0]['failure']}); run the comparison without a budget to see "
            "which methods fail"
        )
    return seconds
