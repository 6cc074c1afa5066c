"""Run every cell, one method on one outer fold of one table, in any number of processes."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from skfocal.comparison.scoring import METRICS, confidence, score_fold
from skfocal.comparison.tuning import FittedMethod, fit_method

if TYPE_CHECKING:
    from skfocal.comparison.methods import Method
    from skfocal.comparison.splits import Split
    from skfocal.comparison.tables import Table

__all__ = ["Cell", "CellResult", "Predictions", "Progress", "make_cells", "run_cell", "run_cells"]


@dataclass(frozen=True, eq=False)
class Cell:
    """One method on one outer fold of one table."""

    table: Table
    method: Method
    split: Split

    @property
    def work(self) -> float:
        """Rough share of the running time, for the order of the cells and the time left."""
        n_candidates = math.prod(len(values) for values in self.method.grid.values())
        n_rows, n_columns = self.table.X.shape
        return (40 + n_candidates) * (5000 + n_rows * (1 + n_columns / 50))


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions for one test fold: the probability of an event, and whether it happened."""

    data_set: str
    method: str
    event: NDArray[np.bool_]
    probability: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CellResult:
    """Rows of the score table, one per view of the method, and the predictions they rest on."""

    rows: list[dict[str, Any]]
    predictions: list[Predictions]


Progress: TypeAlias = Callable[[int, int, float], None]
"""Called with the cells done, all cells, and the share of the work that is done."""


def make_cells(
    tables: Sequence[Table], splits: Sequence[Sequence[Split]], methods: Sequence[Method]
) -> list[Cell]:
    """List all cells in the order in which the scores are reported."""
    return [
        Cell(table, method, split)
        for table, table_splits in zip(tables, splits, strict=True)
        for method in methods
        for split in table_splits
    ]


def run_cells(
    cells: Sequence[Cell], *, n_jobs: int | None, progress: Progress | None
) -> list[CellResult]:
    """Run the cells, the longest first, and return the results in the order of the cells."""
    order = sorted(range(len(cells)), key=lambda index: -cells[index].work)
    all_work = sum(cell.work for cell in cells)
    results: dict[int, CellResult] = {}
    work_done = 0.0
    parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered")
    finished: Iterable[tuple[int, CellResult]] = parallel(
        delayed(_run_numbered)(index, cells[index]) for index in order
    )
    for index, result in finished:
        results[index] = result
        work_done += cells[index].work
        if progress is not None:
            progress(len(results), len(cells), work_done / all_work)
    return [results[index] for index in range(len(cells))]


def run_cell(cell: Cell) -> CellResult:
    """Tune, fit and score one cell; a failure is a result too, recorded with its reason."""
    # One thread each: several cells run side by side, and sums stay the same for any `n_jobs`.
    with warnings.catch_warnings(record=True) as caught, threadpool_limits(limits=1):
        warnings.simplefilter("always")
        try:
            rows, predictions = _evaluate(cell)
        except Exception as error:  # noqa: BLE001  # whatever a method raises is its result
            failure = f"{type(error).__name__}: {error}".strip()
            rows, predictions = [_row(cell, view, failure) for view in cell.method.reported], []
    told = "; ".join(sorted({f"{one.category.__name__}: {one.message}" for one in caught}))
    return CellResult([{**row, "warnings": told} for row in rows], predictions)


def _run_numbered(index: int, cell: Cell) -> tuple[int, CellResult]:
    return index, run_cell(cell)


def _evaluate(cell: Cell) -> tuple[list[dict[str, Any]], list[Predictions]]:
    table, split = cell.table, cell.split
    fitted = fit_method(cell.method, table, split.train, split.inner, split.seed)
    X, y = table.X.iloc[split.test], table.y[split.test]
    predicted = fitted.predict(X)
    rows, predictions = [], []
    for name, view in cell.method.reported.items():
        log_proba = fitted.log_probabilities(X, view)
        scores = score_fold(y, log_proba, predicted, fitted.thresholds.get(name))
        rows.append({**_row(cell, name), **scores, **_cost(fitted)})
        predictions.append(Predictions(table.name, name, *confidence(y, log_proba)))
    return rows, predictions


def _cost(fitted: FittedMethod) -> dict[str, Any]:
    return {
        "params": json.dumps(fitted.params, sort_keys=True),
        "fit_seconds": fitted.fit_seconds,
        "tuning_seconds": fitted.tuning_seconds,
    }


def _row(cell: Cell, view: str, failure: str = "") -> dict[str, Any]:
    """Return a row with nothing measured yet."""
    table, split = cell.table, cell.split
    is_rare = table.y[split.test] == 1
    return {
        "data_set": table.name,
        "method": view,
        "repeat": split.repeat,
        "fold": split.fold,
        "n_train": len(split.train),
        "n_test": len(split.test),
        "n_classes": table.n_classes,
        "prevalence": float(is_rare.mean()) if table.n_classes == 2 else np.nan,
        **dict.fromkeys([*METRICS, "threshold"], np.nan),
        "params": "",
        "fit_seconds": np.nan,
        "tuning_seconds": np.nan,
        "warnings": "",
        "failure": failure,
    }
