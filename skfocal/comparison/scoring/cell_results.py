"""The result of a cell: rows of the score table, and the predictions they are based on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skfocal._typing import Floats
from skfocal.comparison.scoring.metric import Metric
from skfocal.comparison.scoring.metrics import DESCRIPTIONS, METRICS

__all__ = ["CellResult", "EventPredictions", "empty_row"]


@dataclass(frozen=True, eq=False)
class EventPredictions:
    """Predicted probabilities of an event on one test fold, and whether it occurred.

    The event is the positive class; with more than two classes, that the most probable class is
    the true one.
    """

    data_set: str
    method: str
    event: NDArray[np.bool_]
    probability: Floats


@dataclass(frozen=True, eq=False)
class CellResult:
    """Rows of the score table, one per reported name of the method, with their predictions."""

    rows: list[dict[str, Any]]
    predictions: list[EventPredictions]

    @property
    def failed(self) -> bool:
        """Whether the method failed."""
        return any(row["failure"] for row in self.rows)


def empty_row(  # the place of the row in the score table
    data_set: str,
    method: str,
    repeat: int,
    fold: int,
    n_classes: int,
    metrics: Iterable[Metric] = (),
) -> dict[str, Any]:
    """Return a row of the score table without any measurement.

    Parameters
    ----------
    data_set, method : str
        Names.
    repeat, fold : int
        Positions, from 0.
    n_classes : int
        Number of classes.
    metrics : iterable of Metric, default=()
        Metrics beside the built-in ones.
    """
    names = [*METRICS, *DESCRIPTIONS, *(metric.name for metric in metrics)]
    return {
        "data_set": data_set,
        "method": method,
        "repeat": repeat,
        "fold": fold,
        "n_train": np.nan,
        "n_test": np.nan,
        "n_classes": n_classes,
        "prevalence": np.nan,
        **dict.fromkeys(names, np.nan),
        "class_recalls": "",
        "params": "",
        "at_edge": "",
        "tuning_profiles": "",
        "fit_seconds": np.nan,
        "tuning_seconds": np.nan,
        "predict_seconds": np.nan,
        "warnings": "",
        "failure": "",
    }
