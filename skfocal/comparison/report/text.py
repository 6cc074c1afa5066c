"""The ranking as plain text."""

from __future__ import annotations

import numpy as np

from skfocal.comparison.report.answer import answer, describe_focusing, join_names
from skfocal.comparison.results import Results
from skfocal.comparison.scoring.metrics import Metric

__all__ = ["ranking_text"]

MAX_COLUMNS = 7
"""With more metrics, those of low prominence have no column."""


def ranking_text(results: Results) -> str:
    """Write the ranking and the answer for a terminal.

    The numbers are mean ranks over data sets or, with a single one, mean scores over its folds.
    """
    is_single = results.is_single
    value = "mean_score" if is_single else "mean_rank"
    wide = results.summary().pivot_table(
        index="method", columns="metric", values=value, dropna=False
    )
    metrics = [metric for metric in results.metrics if metric.name in wide]
    if len(metrics) > MAX_COLUMNS:
        metrics = [metric for metric in metrics if metric.prominence != "low"]
    decimals = 3 if is_single else 1
    ratio = results.running_times()["fit_ratio"]
    rows = [
        [
            method,
            *(_cell(wide[metric.name][method], decimals) for metric in metrics),
            _cell(ratio[method], 1, unit="x"),
        ]
        for method in results.method_order()
    ]
    head = ["method", *(metric.short_label or metric.name for metric in metrics), "fit time"]
    statements = [f"{part.subject}: {part.text}" for part in answer(results)]
    if describe_focusing(results):
        statements.append(f"Focusing: {describe_focusing(results)}")
    return "\n".join([_title(results, metrics), "", *_align([head, *rows]), "", *statements, ""])


def _title(results: Results, metrics: list[Metric]) -> str:
    if not results.is_single:
        return f"Mean ranks over {len(results.data_sets)} data sets; 1 is best"
    lower = [metric.label.lower() for metric in metrics if not metric.greater_is_better]
    direction = f"; lower is better for {join_names(lower)}" if lower else ""
    return f"Mean scores over test folds{direction}"


def _cell(value: float, decimals: int, *, unit: str = "") -> str:
    return "failed" if np.isnan(value) else f"{value:.{decimals}f}{unit}"


def _align(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
