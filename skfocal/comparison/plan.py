"""From settings to cells, and from cells to a comparison, with what is stored in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path

from skfocal.comparison.comparison import Comparison, Settings
from skfocal.comparison.data.descriptions import describe_tables
from skfocal.comparison.data.splits import make_splits
from skfocal.comparison.data.tables import DataError, Table
from skfocal.comparison.methods.catalogue import BASELINE, Method, resolve_methods
from skfocal.comparison.run.cell import Cell, make_cells
from skfocal.comparison.run.schedule import Progress, run_cells
from skfocal.comparison.scoring.metrics import METRICS, resolve_metrics
from skfocal.comparison.scoring.thresholds import DEFAULT_RULE, parse_threshold
from skfocal.comparison.storage.cells import read_cells, write_cell
from skfocal.comparison.storage.environment import new_origin
from skfocal.comparison.storage.keys import cell_keys, content_hash
from skfocal.comparison.storage.runs import Run, write_run

__all__ = ["Plan", "make_plan", "run_plan"]


@dataclass(frozen=True, eq=False)
class Plan:
    """A comparison that has passed every check, and of which nothing has been run.

    Attributes
    ----------
    tables : sequence of Table
        What to compare on.
    methods : sequence of Method
        What to compare.
    settings : Settings
        How to compare.
    cells : sequence of Cell
        One for each table, method, repeat and fold.
    """

    tables: Sequence[Table]
    methods: Sequence[Method]
    settings: Settings
    cells: Sequence[Cell]

    @cached_property
    def keys(self) -> list[str]:
        """The key of each cell."""
        return cell_keys(self.cells)


def make_plan(
    tables: Sequence[Table],
    *,
    methods: Sequence[str | Method] | None = None,
    cv: int = 5,
    repeats: int = 5,
    inner_cv: int = 3,
    random_state: int = 0,
    baseline: str = BASELINE,
    metrics: Sequence[str] | None = None,
    threshold: str = DEFAULT_RULE,
) -> Plan:
    """Plan a comparison; the parameters and errors are those of `compare_tables`."""
    for parameter, value, least in (
        ("cv", cv, 2),
        ("repeats", repeats, 1),
        ("inner_cv", inner_cv, 2),
    ):
        if value < least:
            raise ValueError(f"{parameter} must be a whole number from {least}; got {value!r}.")
    names = [table.name for table in tables]
    if len(set(names)) < len(names):
        raise DataError(f"tables must have different names; they are {', '.join(names)}")
    chosen = resolve_methods(methods, baseline)
    rule = parse_threshold(threshold)
    measured = resolve_metrics(metrics, rule)
    _check_classes(tables, measured, threshold)
    _check_columns(tables)
    splits = [
        make_splits(table, cv=cv, repeats=repeats, inner_cv=inner_cv, seed=random_state)
        for table in tables
    ]
    settings = Settings(cv, repeats, inner_cv, random_state, baseline, measured, threshold)
    return Plan(tables, chosen, settings, make_cells(tables, splits, chosen, rule))


def _check_classes(tables: Sequence[Table], metrics: Sequence[str], threshold: str) -> None:
    """Refuse what needs two classes for tables that have more."""
    many = [table for table in tables if table.n_classes > 2]
    if not many:
        return
    held = f"{many[0].name!r} has {many[0].n_classes} classes"
    if threshold != DEFAULT_RULE:
        raise DataError(f"threshold {threshold} needs a target of two classes; {held}")
    if not any(METRICS[key].suits(many[0].n_classes) for key in metrics):
        raise DataError(f"{', '.join(metrics)} needs a target of two classes; {held}")


def _check_columns(tables: Sequence[Table]) -> None:
    for table in tables:
        if (table.X.nunique(dropna=False) == 1).all():
            raise DataError(
                f"every column of {table.name!r} holds one and the same value: there is "
                "nothing to predict from; add columns that differ"
            )


def run_plan(
    plan: Plan,
    *,
    n_jobs: int | None = None,
    timeout: float | None = None,
    directory: str | Path | None = None,
    resume: bool = True,
    command: str | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Run a plan; the parameters and errors are those of `compare_tables`."""
    if timeout is not None and not timeout > 0:
        raise ValueError(f"timeout must be a number of seconds above 0, or None; got {timeout!r}.")
    data_sets = describe_tables(plan.tables).assign(**_hashes(plan))
    needed = {method.needs: version(method.needs) for method in plan.methods if method.needs}
    origin = {**new_origin(command), "needed": needed}
    run = partial(run_cells, plan.cells, n_jobs=n_jobs, timeout=timeout, progress=progress)
    if directory is None:
        results = run()
    else:
        store = Path(directory)
        keys = {cell.place: key for cell, key in zip(plan.cells, plan.keys, strict=True)}
        records = data_sets.to_dict("records")
        write_run(store, Run(origin, plan.settings, plan.methods, records, keys))
        results = run(
            stored=read_cells(store, plan.keys) if resume else {},
            on_result=lambda index, result: write_cell(store, plan.keys[index], result),
        )
    return Comparison(results, data_sets, plan.methods, plan.settings, origin)


def _hashes(plan: Plan) -> dict[str, list[str]]:
    """Return what tells whether a repetition has the same data and the same splits."""
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
