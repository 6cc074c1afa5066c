"""Fit the plan of a comparison into a time."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from joblib import effective_n_jobs

from skfocal.comparison.data.tables import Table
from skfocal.comparison.errors import SettingError, StoreError
from skfocal.comparison.plan import ComparisonPlan, check_seconds, make_plan
from skfocal.comparison.run.costs import method_cost, table_work
from skfocal.comparison.run.forecast import (
    expected_seconds,
    measure_rates,
    note_of_unknown_times,
)
from skfocal.comparison.run.remaining_time import format_seconds
from skfocal.comparison.statistics.repeats import default_repeats
from skfocal.comparison.storage.runs import read_run

__all__ = ["PlanSize", "plan_within"]

MIN_FOLDS = 3
MIN_TUNING_ROWS = 2_000
MIN_TUNING_CLASS_ROWS = 50
"""Rows of the rarest class that candidates are trained on."""


@dataclass(frozen=True)
class PlanSize:
    """How much is run; the names are those of `ComparisonSettings`."""

    cv: int
    repeats: int
    tuning_rows: int | None = None
    half_grids: bool = False


def plan_within(
    budget: float | None,
    tables: Sequence[Table],
    *,
    n_jobs: int | None,
    directory: str | Path | None = None,
    **settings: Any,
) -> ComparisonPlan:
    """Plan a comparison that takes at most about a time.

    Until it does, it reduces in this order: the repeats, the rows that candidates are trained on,
    the candidates, and the folds.

    Parameters
    ----------
    budget : float or None
        Seconds; None for any time.
    tables : sequence of Table
        The tables.
    n_jobs : int or None
        Number of processes.
    directory : str or Path, default=None
        Where a comparison may be stored. If it was made of the same methods, with the same budget,
        folds, repeats and seed, it is continued with the same reductions.
    **settings : object
        Other parameters of `make_plan`.

    Returns
    -------
    ComparisonPlan

    Raises
    ------
    SettingError
        If the smallest plan takes longer.
    """
    check_seconds("budget", budget)
    if budget is None:
        return make_plan(tables, **settings)
    once = make_plan(tables, **{**settings, "repeats": 1})
    repeats, reason = settings.get("repeats"), ""
    if repeats is None:
        repeats, reason = default_repeats(tables, once.settings.cv)
    whole = PlanSize(once.settings.cv, repeats)
    unknown = note_of_unknown_times(once.methods)
    if unknown:
        warnings.warn(unknown, stacklevel=2)
    size = None if directory is None else _stored_size(Path(directory), whole, once, budget)
    rates = None
    if size is None:
        measured = measure_rates(once.tables, once.settings)
        size = _largest_size(whole, once, budget, n_jobs, measured)
        rates = {name: rate * _larger_folds(size, once) for name, rate in measured.items()}
    plan = make_plan(
        tables,
        **{**settings, **asdict(size)},
        budget=budget,
        requested_cv=whole.cv,
        requested_repeats=whole.repeats,
        reductions=tuple(_describe(whole, size)),
        repeats_reason=reason if size.repeats == whole.repeats else "",
    )
    return replace(plan, rates=rates)


def _stored_size(
    directory: Path, whole: PlanSize, once: ComparisonPlan, budget: float
) -> PlanSize | None:
    """Return the size of a stored comparison if it was forecast for the same settings."""
    try:
        run = read_run(directory)
    except StoreError:
        return None
    found, now = run.settings, once.settings
    same = (
        (found.budget, found.requested_cv, found.requested_repeats)
        == (budget, whole.cv, whole.repeats)
        and (found.inner_cv, found.random_state) == (now.inner_cv, now.random_state)
        and {one.name for one in run.methods} == {one.name for one in once.methods}
    )
    return (
        PlanSize(**{one.name: getattr(found, one.name) for one in fields(PlanSize)})
        if same
        else None
    )


def _largest_size(
    whole: PlanSize,
    once: ComparisonPlan,
    budget: float,
    n_jobs: int | None,
    rates: Mapping[str, float],
) -> PlanSize:
    """Return the first of ever smaller sizes whose expected time is within the budget."""
    n_processes = effective_n_jobs(n_jobs)
    for size in _smaller_sizes(whole, once):
        seconds = expected_seconds(_seconds_of_cells(size, once, rates), n_processes)
        if seconds <= budget:
            return size
    raise SettingError(
        "budget",
        f"must be at least about {format_seconds(seconds)} for this comparison; got "
        f"{format_seconds(budget)}. Choose fewer methods or a larger budget.",
    )


def _smaller_sizes(whole: PlanSize, plan: ComparisonPlan) -> Iterator[PlanSize]:
    size = whole
    yield size
    for repeats in range(whole.repeats - 1, 0, -1):
        size = replace(size, repeats=repeats)
        yield size
    n_rows = {table.name: _tuning_rows(table, size, plan) for table in plan.tables}
    fewest = max(min(_fewest_rows(table), n_rows[table.name]) for table in plan.tables)
    limit = max(n_rows.values()) // 2
    while limit >= fewest:
        size = replace(size, tuning_rows=limit)
        yield size
        limit //= 2
    size = replace(size, half_grids=True)
    yield size
    if size.cv > MIN_FOLDS:
        yield replace(size, cv=MIN_FOLDS)


def _tuning_rows(table: Table, size: PlanSize, plan: ComparisonPlan) -> int:
    """Return the number of rows that candidates are trained on if it is not limited."""
    return int(len(table.y) * (1 - 1 / size.cv) * (1 - 1 / plan.settings.inner_cv))


def _fewest_rows(table: Table) -> int:
    """Return the smallest number of rows that candidates may be trained on."""
    rarest = np.bincount(table.y).min() / len(table.y)
    return max(MIN_TUNING_ROWS, int(MIN_TUNING_CLASS_ROWS / rarest))


def _seconds_of_cells(
    size: PlanSize, plan: ComparisonPlan, rates: Mapping[str, float]
) -> list[float]:
    """Return the expected seconds of every cell."""
    methods = [one.with_half_grid() for one in plan.methods] if size.half_grids else plan.methods
    seconds = []
    for table in plan.tables:
        n_rows = _tuning_rows(table, size, plan)
        share = min((size.tuning_rows or n_rows) / n_rows, 1.0)
        rate = rates[table.name] * table_work(table) * _larger_folds(size, plan)
        seconds += [rate * method_cost(method, table, share) for method in methods]
    return seconds * (size.cv * size.repeats)


def _larger_folds(size: PlanSize, plan: ComparisonPlan) -> float:
    """Return the number of training rows of a fold relative to the folds of a plan."""
    return (1 - 1 / size.cv) / (1 - 1 / plan.settings.cv)


def _describe(whole: PlanSize, size: PlanSize) -> Iterator[str]:
    if size.repeats < whole.repeats:
        yield f"{size.repeats} of {whole.repeats} repeats"
    if size.tuning_rows is not None:
        yield f"candidates trained on at most {size.tuning_rows:,} rows"
    if size.half_grids:
        yield "about half of the candidates"
    if size.cv < whole.cv:
        yield f"{size.cv} of {whole.cv} folds"
