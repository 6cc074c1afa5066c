"""From settings to cells, and from cells to a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from skfocal.comparison.comparison import Comparison
from skfocal.comparison.data.descriptions import describe_tables
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.data.tables import Table
from skfocal.comparison.errors import DataError, SettingError
from skfocal.comparison.methods.catalogue import BASELINE, resolve_methods
from skfocal.comparison.methods.class_sizes import check_class_sizes
from skfocal.comparison.methods.method import Method
from skfocal.comparison.names import check_goal
from skfocal.comparison.run.cell import Cell, make_cells
from skfocal.comparison.run.schedule import Progress, run_cells
from skfocal.comparison.scoring.metrics import METRICS, Metric, resolve_metrics
from skfocal.comparison.scoring.threshold_rules import DEFAULT_RULE, parse_threshold
from skfocal.comparison.settings import ComparisonSettings
from skfocal.comparison.storage.cells import read_cells, write_cell
from skfocal.comparison.storage.environment import new_origin
from skfocal.comparison.storage.keys import cell_keys, content_hash
from skfocal.comparison.storage.runs import StoredRun, check_directory, write_run

__all__ = ["ComparisonPlan", "make_plan", "run_plan"]


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
    """

    tables: Sequence[Table]
    methods: Sequence[Method]
    metrics: Sequence[Metric]
    settings: ComparisonSettings
    cells: Sequence[Cell]

    @cached_property
    def keys(self) -> list[str]:
        """The key of each cell."""
        return cell_keys(cell.content for cell in self.cells)


def make_plan(  # one keyword for each setting
    tables: Sequence[Table],
    *,
    methods: Sequence[str | Method] | None = None,
    cv: int = 5,
    repeats: int = 5,
    inner_cv: int = 3,
    random_state: int = 0,
    baseline: str = BASELINE,
    metrics: Sequence[str | Metric] | None = None,
    threshold: str = DEFAULT_RULE,
    goal: str | None = None,
) -> ComparisonPlan:
    """Plan a comparison; the parameters and errors are those of `compare_tables`."""
    for parameter, value, least in (
        ("cv", cv, 2),
        ("repeats", repeats, 1),
        ("inner_cv", inner_cv, 2),
    ):
        if value < least:
            raise SettingError(parameter, f"must be an integer of at least {least}; got {value!r}.")
    if goal is not None:
        check_goal(goal)
    names = [table.name for table in tables]
    if len(set(names)) < len(names):
        raise DataError(f"tables must have unique names; got {', '.join(names)}")
    chosen = resolve_methods(methods, baseline)
    rule = parse_threshold(threshold)
    ranked_by = resolve_metrics(metrics, rule)
    _check_classes(tables, ranked_by, threshold)
    _check_columns(tables)
    splits = [
        make_splits(table, cv=cv, repeats=repeats, inner_cv=inner_cv, seed=random_state)
        for table in tables
    ]
    for table, table_splits in zip(tables, splits, strict=True):
        check_class_sizes(
            table,
            table_splits,
            chosen,
            cv=cv,
            repeats=repeats,
            inner_cv=inner_cv,
            seed=random_state,
        )
    metric_names = tuple(metric.name for metric in ranked_by)
    settings = ComparisonSettings(
        cv, repeats, inner_cv, random_state, baseline, metric_names, threshold, goal
    )
    own = [metric for metric in ranked_by if metric.name not in METRICS]
    cells = make_cells(tables, splits, chosen, rule, own)
    return ComparisonPlan(tables, chosen, ranked_by, settings, cells)


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
        if (table.X.nunique(dropna=False) == 1).all():
            raise DataError(
                f"every column of {table.name!r} is constant, so that nothing can be predicted; "
                "add columns that vary"
            )


def run_plan(
    plan: ComparisonPlan,
    *,
    n_jobs: int | None = None,
    timeout: float | None = None,
    directory: str | Path | None = None,
    resume: bool = True,
    command: str | None = None,
    source: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Run a plan; the parameters and errors are those of `compare_tables`.

    The command line `command` is recorded to show how to repeat the comparison, and so is
    `source`, how its table was read: the file, the target and the other settings of `read_table`.
    """
    if timeout is not None and not timeout > 0:
        raise SettingError(
            "timeout", f"must be a positive number of seconds, or None; got {timeout!r}."
        )
    data_sets = describe_tables(plan.tables).assign(**_hashes(plan))
    needed = {method.needs: method.needed_version for method in plan.methods if method.needs}
    origin = {**new_origin(command), "needed": needed, "source": dict(source or {})}
    run = partial(run_cells, plan.cells, n_jobs=n_jobs, timeout=timeout, progress=progress)
    if directory is None:
        results = run()
    else:
        store = Path(directory)
        keys = {cell.place: key for cell, key in zip(plan.cells, plan.keys, strict=True)}
        records = data_sets.to_dict("records")
        stored = StoredRun(origin, plan.settings, plan.methods, plan.metrics, records, keys)
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
