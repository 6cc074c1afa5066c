"""Run one cell: one method on one outer fold of one table."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import recall_score
from threadpoolctl import threadpool_limits

from skfocal.comparison.data.splits import Split
from skfocal.comparison.data.tables import Table
from skfocal.comparison.methods.method import Method
from skfocal.comparison.run.costs import method_cost, table_work
from skfocal.comparison.run.prepared_folds import PreparedFolds
from skfocal.comparison.run.tuning import FittedMethod, fit_method
from skfocal.comparison.scoring.cell_results import CellResult, EventPredictions, empty_row
from skfocal.comparison.scoring.fold_predictions import FoldPredictions
from skfocal.comparison.scoring.metric import Metric
from skfocal.comparison.scoring.metrics import score_fold
from skfocal.comparison.scoring.threshold_rules import BEST_F1, ThresholdRule

__all__ = ["Cell", "failed_cell", "make_cells", "run_cell"]


@dataclass(frozen=True, eq=False)
class Cell:
    """One method on one outer fold of one table.

    Attributes
    ----------
    table : Table
        The data.
    method : Method
        The method.
    split : Split
        The fold.
    rule : ThresholdRule
        How the threshold is chosen.
    metrics : sequence of Metric
        Metrics to compute in addition to all built-in ones.
    """

    table: Table
    method: Method
    split: Split
    rule: ThresholdRule = BEST_F1
    metrics: Sequence[Metric] = ()

    @property
    def place(self) -> tuple[str, str, int, int]:
        """Data set, method, repeat and fold."""
        return self.table.name, self.method.name, self.split.repeat, self.split.fold

    @property
    def label(self) -> str:
        """Name in messages, counted from 1."""
        data_set, method, repeat, fold = self.place
        return f"{data_set}: {method}, repeat {repeat + 1}, fold {fold + 1}"

    @property
    def content(self) -> tuple[Any, ...]:
        """All that its scores depend on, besides the code and the versions."""
        return (
            self.table,
            self.method,
            self.method.needed_version,
            self.split,
            self.rule,
            tuple(self.metrics),
        )

    @property
    def n_fits(self) -> int:
        """Number of fits: every candidate of the grid on every inner fold, and the final one."""
        return self.method.n_candidates * len(self.split.inner) + 1

    @property
    def n_extra_fits(self) -> int:
        """Largest number of fits beyond the edges of the grid."""
        return self.method.n_extra_candidates * len(self.split.inner)

    @property
    def table_work(self) -> float:
        """Rough time of logistic regression relative to other tables."""
        return table_work(self.table)

    @property
    def cost(self) -> float:
        """Rough time relative to logistic regression on the same table."""
        return method_cost(self.method, self.table, self.split.tuning_share)

    @property
    def work(self) -> float:
        """Rough time relative to other cells, to estimate the time that is left."""
        return self.table_work * self.cost


def make_cells(
    tables: Sequence[Table],
    splits: Sequence[Sequence[Split]],
    methods: Sequence[Method],
    rule: ThresholdRule = BEST_F1,
    metrics: Sequence[Metric] = (),
) -> list[Cell]:
    """List all cells in the order in which the scores are reported."""
    return [
        Cell(table, method, split, rule, metrics)
        for table, table_splits in zip(tables, splits, strict=True)
        for method in methods
        for split in table_splits
    ]


def run_cell(cell: Cell, prepared: PreparedFolds | None = None) -> CellResult:
    """Tune, fit and score one cell; an error is recorded as the failure of the method.

    The inner folds that it encodes are kept in `prepared` for the next methods.
    """
    # One thread each: cells run side by side, and sums do not depend on `n_jobs`.
    with (
        warnings.catch_warnings(record=True) as caught,
        threadpool_limits(limits=1),
    ):
        warnings.simplefilter("always")
        try:
            rows, predictions = _evaluate(cell, prepared)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # any error is a result
            failure = f"{type(error).__name__}: {error}".strip()
            rows, predictions = failed_cell(cell, failure).rows, []
    messages = "; ".join(sorted({f"{one.category.__name__}: {one.message}" for one in caught}))
    return CellResult([{**row, "warnings": messages} for row in rows], predictions)


def failed_cell(cell: Cell, failure: str) -> CellResult:
    """Return the result of a cell that failed, with the reason."""
    return CellResult([_row(cell, name, failure) for name in cell.method.reported], [])


def _evaluate(
    cell: Cell, prepared: PreparedFolds | None
) -> tuple[list[dict[str, Any]], list[EventPredictions]]:
    table, split = cell.table, cell.split
    fitted = fit_method(
        cell.method, table, split.train, split.inner, split.seed, cell.rule, prepared
    )
    y = table.y[split.test]
    start = time.perf_counter()
    X = fitted.prepare(table.X.iloc[split.test])
    y_pred = fitted.predict(X)
    predict_seconds = time.perf_counter() - start
    measured = {
        "class_recalls": json.dumps(_class_recalls(table.classes, y, y_pred)),
        **_tuning_record(fitted),
        "predict_seconds": predict_seconds,
    }
    rows, predictions = [], []
    for name, view in cell.method.reported.items():
        log_proba = fitted.log_probabilities(X, name, view)
        # Corrected probabilities no longer agree with the decision of the classifier.
        decided = log_proba.argmax(axis=1) if name in fitted.corrections else y_pred
        threshold = fitted.thresholds.get(name)
        fold = FoldPredictions(y, log_proba, decided, threshold, cell.rule)
        scores = score_fold(fold, cell.metrics)
        rows.append({**_row(cell, name), **scores, **measured})
        predictions.append(EventPredictions(table.name, name, *fold.event))
    return rows, predictions


def _class_recalls(
    classes: Sequence[str], y_true: NDArray[np.intp], y_pred: NDArray[np.intp]
) -> dict[str, float]:
    recalls = recall_score(y_true, y_pred, average=None)
    return {label: float(recall) for label, recall in zip(classes, recalls, strict=True)}


def _tuning_record(fitted: FittedMethod) -> dict[str, Any]:
    return {
        "params": json.dumps(fitted.params, sort_keys=True),
        "at_edge": json.dumps(fitted.edges, sort_keys=True),
        "tuning_profiles": json.dumps(fitted.profiles, sort_keys=True),
        "fit_seconds": fitted.fit_seconds,
        "tuning_seconds": fitted.tuning_seconds,
    }


def _row(cell: Cell, name: str, failure: str = "") -> dict[str, Any]:
    """Return a row without scores."""
    table, split = cell.table, cell.split
    row = empty_row(table.name, name, split.repeat, split.fold, table.n_classes, cell.metrics)
    positive = table.y[split.test] == 1
    return {
        **row,
        "n_train": len(split.train),
        "n_test": len(split.test),
        "prevalence": float(positive.mean()) if table.n_classes == 2 else np.nan,
        "failure": failure,
    }
