"""From settings to cells, and from cells to a comparison."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from skfocal._typing import Floats
from skfocal.comparison.comparison import Comparison
from skfocal.comparison.data.descriptions import describe_tables
from skfocal.comparison.data.splits import Split, limit_tuning_rows, make_splits
from skfocal.comparison.data.tables import Table
from skfocal.comparison.errors import DataError, SettingError
from skfocal.comparison.methods.catalogue import BASELINE, resolve_methods
from skfocal.comparison.methods.class_sizes import check_class_sizes
from skfocal.comparison.methods.method import Method
from skfocal.comparison.names import check_goal
from skfocal.comparison.run.cell import Cell, make_cells
from skfocal.comparison.run.cluster import ClusterExecutor, active_client
from skfocal.comparison.run.local import LocalExecutor
from skfocal.comparison.run.schedule import Executor, Progress, run_cells
from skfocal.comparison.scoring.metric import Metric
from skfocal.comparison.scoring.metrics import METRICS, resolve_metrics
from skfocal.comparison.scoring.threshold_rules import DEFAULT_RULE, parse_threshold
from skfocal.comparison.settings import ComparisonSettings
from skfocal.comparison.statistics.repeats import default_repeats
from skfocal.comparison.storage.cells import read_cells, write_cell
from skfocal.comparison.storage.environment import new_origin, versions
from skfocal.comparison.storage.keys import cell_keys, content_hash
from skfocal.comparison.storage.runs import StoredRun, check_directory, write_run

__all__ = [
    "Backend",
    "ComparisonPlan",
    "check_output",
    "check_seconds",
    "make_plan",
    "run_plan",
]

Backend: TypeAlias = Literal["local", "dask"]
"""Where cells run: in processes of this machine, or on the cluster of the active Dask client."""


@dataclass(frozen=True, eq=False)
class ComparisonPlan:
    """A comparison that passed every check, before anything is run.

    Attributes
    ----------
    tables : sequence of Table
        The tables.
    methods : sequence of Method
        The methods.
    metrics : sequence of Metric
        The metrics to rank by.
    settings : ComparisonSettings
        All other settings.
    cells : sequence of Cell
        One for each table, method, repeat and fold.
    rates : mapping of str to float, default=None
        The seconds per `Cell.work` on each table, if a budget needed them.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import make_plan, make_table
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> plan = make_plan([make_table(X, y, name="toy")], methods=["smote"], cv=2, repeats=1)
    >>> len(plan.cells)
    4
    """

    tables: Sequence[Table]
    methods: Sequence[Method]
    metrics: Sequence[Metric]
    settings: ComparisonSettings
    cells: Sequence[Cell]
    rates: Mapping[str, float] | None = None

    @cached_property
    def keys(self) -> list[str]:
        """The key of each cell."""
        return cell_keys(cell.content for cell in self.cells)


def make_plan(  # noqa: PLR0913  # one keyword for each setting
    tables: Sequence[Table],
    *,
    methods: Sequence[str | Method] | None = None,
    cv: int = 5,
    repeats: int | None = None,
    inner_cv: int = 3,
    random_state: int = 0,
    baseline: str = BASELINE,
    metrics: Sequence[str | Metric] | None = None,
    threshold: str = DEFAULT_RULE,
    goal: str | None = None,
    tuning_rows: int | None = None,
    half_grids: bool = False,
    budget: float | None = None,
    requested_cv: int | None = None,
    requested_repeats: int | None = None,
    reductions: Sequence[str] = (),
    repeats_reason: str = "",
) -> ComparisonPlan:
    """Plan a comparison; the errors are those of `compare_tables`.

    Parameters
    ----------
    tables : sequence of Table
        Made by `make_table`.
    methods, cv, repeats, inner_cv, random_state, baseline, metrics, threshold, goal
        As in `compare`.
    tuning_rows, half_grids, budget, requested_cv, requested_repeats, reductions, repeats_reason
        As in `ComparisonSettings`.

    Returns
    -------
    ComparisonPlan
        The plan, which `run_plan` runs.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import make_plan, make_table
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> plan = make_plan([make_table(X, y, name="toy")], methods=["smote"], cv=2, repeats=1)
    >>> [method.name for method in plan.methods]
    ['logistic', 'smote']
    """
    _check_least("cv", cv, 2)
    _check_least("repeats", repeats, 1)
    _check_least("inner_cv", inner_cv, 2)
    _check_least("tuning_rows", tuning_rows, 1)
    if goal is not None:
        check_goal(goal)
    _check_names(tables)
    if repeats is None:
        repeats, repeats_reason = default_repeats(tables, cv)
    chosen = resolve_methods(methods, baseline)
    if half_grids:
        chosen = [method.with_half_grid() for method in chosen]
    rule = parse_threshold(threshold)
    ranked_by = resolve_metrics(metrics, rule)
    _check_classes(tables, ranked_by, threshold)
    _check_columns(tables)
    folds = {"cv": cv, "repeats": repeats, "inner_cv": inner_cv, "seed": random_state}
    splits = [_make_splits(table, chosen, folds, tuning_rows) for table in tables]
    settings = ComparisonSettings(
        cv=cv,
        repeats=repeats,
        inner_cv=inner_cv,
        random_state=random_state,
        baseline=baseline,
        metrics=tuple(metric.name for metric in ranked_by),
        threshold=threshold,
        goal=goal,
        tuning_rows=tuning_rows,
        half_grids=half_grids,
        budget=budget,
        requested_cv=requested_cv,
        requested_repeats=requested_repeats,
        reductions=tuple(reductions),
        repeats_reason=repeats_reason,
    )
    own = [metric for metric in ranked_by if metric.name not in METRICS]
    cells = make_cells(tables, splits, chosen, rule, own)
    return ComparisonPlan(tables, chosen, ranked_by, settings, cells)


def _check_least(parameter: str, value: int | None, least: int) -> None:
    if value is not None and value < least:
        raise SettingError(parameter, f"must be an integer of at least {least}; got {value!r}.")


def _check_names(tables: Sequence[Table]) -> None:
    names = [table.name for table in tables]
    if len(set(names)) < len(names):
        raise DataError(f"tables must have unique names; got {', '.join(names)}")


def _make_splits(
    table: Table, methods: Sequence[Method], folds: Mapping[str, int], tuning_rows: int | None
) -> list[Split]:
    """Split a table, and check that every method can be fitted on the splits."""
    splits = make_splits(table, **folds)
    check_class_sizes(table, splits, methods, **folds)
    if tuning_rows is None:
        return splits
    return [limit_tuning_rows(split, table.y, tuning_rows) for split in splits]


def _check_classes(tables: Sequence[Table], metrics: Sequence[Metric], threshold: str) -> None:
    """Refuse settings that need two classes for tables that have more."""
    many = [table for table in tables if table.n_classes > 2]
    if not many:
        return
    found = f"{many[0].name!r} has {many[0].n_classes} classes"
    if threshold != DEFAULT_RULE:
        raise DataError(f"threshold {threshold} needs a binary target; {found}")
    if not any(metric.applies_to(many[0].n_classes) for metric in metrics):
        names = ", ".join(metric.name for metric in metrics)
        raise DataError(f"{names} needs a binary target; {found}")


def _check_columns(tables: Sequence[Table]) -> None:
    for table in tables:
        if all(_is_constant(values.to_numpy()) for _, values in table.X.items()):
            raise DataError(
                f"every column of {table.name!r} is constant, so that nothing can be predicted; "
                "add columns that vary"
            )


def _is_constant(values: Floats) -> bool:
    return np.array_equal(values, np.broadcast_to(values[0], values.shape), equal_nan=True)


def run_plan(
    plan: ComparisonPlan,
    *,
    backend: Backend = "local",
    n_jobs: int | None = None,
    timeout: float | None = None,
    directory: str | Path | None = None,
    resume: bool = True,
    command: str | None = None,
    source: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Run a plan; the errors are those of `compare_tables`.

    Parameters
    ----------
    plan : ComparisonPlan
        What `make_plan` returns.
    backend, n_jobs, timeout, directory, resume, progress
        As in `compare`.
    command : str, default=None
        Command line, recorded to show how to repeat the comparison.
    source : mapping of str to object, default=None
        How the table was read, recorded as well: the file, the target and the other settings of
        `read_table`.

    Returns
    -------
    Comparison
        The results.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from skfocal.comparison import make_plan, make_table, run_plan
    >>> X, y = make_classification(n_samples=200, weights=[0.9], random_state=0)
    >>> table = make_table(X, y, name="toy")
    >>> plan = make_plan([table], methods=["class_weight"], cv=2, repeats=1)
    >>> len(run_plan(plan).scores)
    4
    """
    executor = _make_executor(plan, backend, n_jobs, timeout)
    data_sets = _describe_data(plan)
    needed = {method.needs: method.needed_version for method in plan.methods if method.needs}
    ran = {"backend": backend, "needed": needed, "source": dict(source or {})}
    origin = {**new_origin(command), **ran}
    run = partial(run_cells, plan.cells, executor=executor, progress=progress)
    if directory is None:
        results = run()
    else:
        store = Path(directory)
        stored = _to_store(plan, data_sets, origin)
        check_directory(store, stored)
        write_run(store, stored)
        results = run(
            stored=read_cells(store, plan.keys) if resume else {},
            on_result=lambda index, result: write_cell(store, plan.keys[index], result),
        )
    return Comparison(
        results,
        data_sets=data_sets,
        methods=plan.methods,
        metrics=plan.metrics,
        settings=plan.settings,
        origin=origin,
    )


def check_output(plan: ComparisonPlan, directory: Path) -> None:
    """Refuse a directory with finished cells of other data or settings, as `run_plan` does.

    Raises
    ------
    SettingError
        If the directory holds another comparison.
    """
    if directory.exists():
        check_directory(directory, _to_store(plan, _describe_data(plan), {}))


def _describe_data(plan: ComparisonPlan) -> pd.DataFrame:
    return describe_tables(plan.tables).assign(**_hashes(plan))


def _to_store(
    plan: ComparisonPlan, data_sets: pd.DataFrame, origin: Mapping[str, Any]
) -> StoredRun:
    keys = {cell.place: key for cell, key in zip(plan.cells, plan.keys, strict=True)}
    records = data_sets.to_dict("records")
    return StoredRun(origin, plan.settings, plan.methods, plan.metrics, records, keys)


def check_seconds(parameter: str, value: object) -> None:
    """Refuse what is neither None nor a positive number of seconds."""
    if value is None or (isinstance(value, Real) and 0 < float(value) < math.inf):
        return
    raise SettingError(parameter, f"must be a positive number of seconds, or None; got {value!r}.")


def _make_executor(
    plan: ComparisonPlan, backend: Backend, n_jobs: int | None, timeout: float | None
) -> Executor:
    """Check the settings of where and how long cells run."""
    check_seconds("timeout", timeout)
    if n_jobs is not None and (not isinstance(n_jobs, Integral) or n_jobs == 0):
        raise SettingError("n_jobs", f"must be an integer other than 0, or None; got {n_jobs!r}.")
    if backend == "local":
        return LocalExecutor(n_jobs, timeout)
    if backend != "dask":
        raise SettingError("backend", f"must be 'local' or 'dask'; got {backend!r}.")
    if n_jobs not in (None, -1):
        raise SettingError(
            "n_jobs",
            f"must be None or -1 with backend='dask', which uses all threads of the workers; got "
            f"{n_jobs!r}.",
        )
    needed = sorted({method.needs for method in plan.methods if method.needs})
    return ClusterExecutor(active_client(), partial(versions, needed), timeout)


def _hashes(plan: ComparisonPlan) -> dict[str, list[str]]:
    """Return hashes that identify the data and the splits of every table."""
    splits = {
        table.name: {
            (cell.split.repeat, cell.split.fold): cell.split
            for cell in plan.cells
            if cell.table is table
        }
        for table in plan.tables
    }
    return {
        "data_hash": [content_hash(table) for table in plan.tables],
        "split_hash": [content_hash(list(splits[table.name].values())) for table in plan.tables],
    }
