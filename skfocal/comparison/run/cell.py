"""Run one cell: one method on one outer fold of one table."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from threadpoolctl import threadpool_limits

from skfocal.comparison.run.tuning import FittedMethod, fit_method
from skfocal.comparison.scoring.folds import class_recalls, confidence, score_fold
from skfocal.comparison.scoring.metrics import DESCRIPTIONS, METRICS
from skfocal.comparison.scoring.thresholds import BEST_F1, ThresholdRule

if TYPE_CHECKING:
    from skfocal.comparison.data.splits import Split
    from skfocal.comparison.data.tables import Table
    from skfocal.comparison.methods.catalogue import Method

__all__ = [
    "Cell",
    "CellResult",
    "Predictions",
    "empty_row",
    "failed_cell",
    "make_cells",
    "run_cell",
]


@dataclass(frozen=True, eq=False)
class Cell:
    """One method on one outer fold of one table, with the rule for its threshold."""

    table: Table
    method: Method
    split: Split
    rule: ThresholdRule = BEST_F1

    @property
    def place(self) -> tuple[str, str, int, int]:
        """Data set, method, repeat and fold."""
        return self.table.name, self.method.name, self.split.repeat, self.split.fold

    @property
    def label(self) -> str:
        """What messages call it, counted from 1."""
        data_set, method, repeat, fold = self.place
        return f"{data_set}: {method}, repeat {repeat + 1}, fold {fold + 1}"

    @property
    def n_fits(self) -> int:
        """Number of models fitted: every candidate on every inner fold, and the last one."""
        return self.method.n_candidates * len(self.split.inner) + 1

    @property
    def work(self) -> float:
        """Rough share of the running time, for the order of the cells and the time left."""
        n_rows, n_columns = self.table.X.shape
        return (40 + self.method.n_candidates) * (5000 + n_rows * (1 + n_columns / 50))


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

    @property
    def failed(self) -> bool:
        """Whether the method failed."""
        return any(row["failure"] for row in self.rows)


def make_cells(
    tables: Sequence[Table],
    splits: Sequence[Sequence[Split]],
    methods: Sequence[Method],
    rule: ThresholdRule = BEST_F1,
) -> list[Cell]:
    """List all cells in the order in which the scores are reported."""
    return [
        Cell(table, method, split, rule)
        for table, table_splits in zip(tables, splits, strict=True)
        for method in methods
        for split in table_splits
    ]


def run_cell(cell: Cell) -> CellResult:
    """Tune, fit and score one cell; a failure is a result too, recorded with its reason."""
    # One thread each: several cells run side by side, and sums stay the same for any `n_jobs`.
    with (
        warnings.catch_warnings(record=True) as caught,
        threadpool_limits(limits=1),
        config_context(skip_parameter_validation=True),  # of a hundred models a cell
    ):
        warnings.simplefilter("always")
        try:
            rows, predictions = _evaluate(cell)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever it raises is its result
            failure = f"{type(error).__name__}: {error}".strip()
            rows, predictions = failed_cell(cell, failure).rows, []
    told = "; ".join(sorted({f"{one.category.__name__}: {one.message}" for one in caught}))
    return CellResult([{**row, "warnings": told} for row in rows], predictions)


def failed_cell(cell: Cell, failure: str) -> CellResult:
    """Return the result of a cell that came to nothing, with the reason."""
    return CellResult([_row(cell, view, failure) for view in cell.method.reported], [])


def _evaluate(cell: Cell) -> tuple[list[dict[str, Any]], list[Predictions]]:
    table, split = cell.table, cell.split
    fitted = fit_method(cell.method, table, split.train, split.inner, split.seed, cell.rule)
    y = table.y[split.test]
    start = time.perf_counter()
    X = fitted.prepare(table.X.iloc[split.test])
    predicted = fitted.predict(X)
    seconds = {**_cost(fitted), "predict_seconds": time.perf_counter() - start}
    recalls = dict(zip(table.classes, class_recalls(y, predicted), strict=True))
    rows, predictions = [], []
    for name, view in cell.method.reported.items():
        log_proba = fitted.log_probabilities(X, name, view)
        # A correction moves the probabilities away from the classifier's own decision.
        decided = log_proba.argmax(axis=1) if name in fitted.corrections else predicted
        scores = score_fold(y, log_proba, decided, fitted.thresholds.get(name), cell.rule)
        told = {"class_recalls": json.dumps(recalls)}
        rows.append({**_row(cell, name), **scores, **told, **seconds})
        predictions.append(Predictions(table.name, name, *confidence(y, log_proba)))
    return rows, predictions


def _cost(fitted: FittedMethod) -> dict[str, Any]:
    return {
        "params": json.dumps(fitted.params, sort_keys=True),
        "tuning_profiles": json.dumps(fitted.profiles, sort_keys=True),
        "fit_seconds": fitted.fit_seconds,
        "tuning_seconds": fitted.tuning_seconds,
    }


def _row(cell: Cell, view: str, failure: str = "") -> dict[str, Any]:
    """Return a row with nothing measured yet."""
    table, split = cell.table, cell.split
    is_rare = table.y[split.test] == 1
    return {
        **empty_row(table.name, view, split.repeat, split.fold, table.n_classes),
        "n_train": len(split.train),
        "n_test": len(split.test),
        "prevalence": float(is_rare.mean()) if table.n_classes == 2 else np.nan,
        "failure": failure,
    }


def empty_row(data_set: str, view: str, repeat: int, fold: int, n_classes: int) -> dict[str, Any]:
    """Return a row of the scores of which nothing is known but its place."""
    return {
        "data_set": data_set,
        "method": view,
        "repeat": repeat,
        "fold": fold,
        "n_train": np.nan,
        "n_test": np.nan,
        "n_classes": n_classes,
        "prevalence": np.nan,
        **dict.fromkeys([*METRICS, *DESCRIPTIONS], np.nan),
        "class_recalls": "",
        "params": "",
        "tuning_profiles": "",
        "fit_seconds": np.nan,
        "tuning_seconds": np.nan,
        "predict_seconds": np.nan,
        "warnings": "",
        "failure": "",
    }
