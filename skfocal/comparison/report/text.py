"""The ranking as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from skfocal.comparison.report.answer import findings, focusing
from skfocal.comparison.report.standings import cost, ranking_order
from skfocal.comparison.scoring.metrics import METRICS

if TYPE_CHECKING:
    from skfocal.comparison.comparison import Comparison

__all__ = ["ranking_text"]

COLUMNS = {
    "average_precision": "AP",
    "roc_auc": "AUC",
    "log_loss": "log loss",
    "calibration_error": "calibration",
    "f1_default": "F1 default",
    "f1_tuned": "F1 threshold",
    "cost_tuned": "cost",
}
"""Short names of the metrics shown of many."""


def ranking_text(comparison: Comparison) -> str:
    """Lay out the ranking and the answer for a terminal.

    Mean ranks over data sets or, with a single one, mean scores over folds.
    """
    single = len(comparison.data_sets) == 1
    value = "mean_score" if single else "mean_rank"
    wide = comparison.summary().pivot_table(
        index="method", columns="metric", values=value, dropna=False
    )
    many = len(wide.columns) > len(COLUMNS)
    keys = [key for key in (COLUMNS if many else comparison.settings.metrics) if key in wide]
    decimals = 3 if single else 1
    rows = [
        [method, *(_cell(wide[key][method], decimals) for key in keys)]
        for method in ranking_order(comparison)
    ]
    ratio = cost(comparison)["times_baseline"]
    head = ["method", *(COLUMNS.get(key, key) for key in keys), "fit time"]
    lines = _aligned([head, *([*row, _cell(ratio[row[0]], 1, unit="x")] for row in rows)])
    if single:
        worse = [METRICS[key].label.lower() for key in keys if not METRICS[key].greater_is_better]
        title = f"Mean scores over test folds; of {' and '.join(worse)} lower is better"
    else:
        title = f"Mean ranks over {len(comparison.data_sets)} data sets, 1 the best"
    answer = [f"{finding.subject}: {finding.text}" for finding in findings(comparison)]
    if focusing(comparison):
        answer.append(f"Focusing: {focusing(comparison)}")
    return "\n".join([title, "", *lines, "", *answer, ""])


def _cell(value: float, decimals: int, *, unit: str = "") -> str:
    return "failed" if np.isnan(value) else f"{value:.{decimals}f}{unit}"


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
