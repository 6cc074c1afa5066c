"""The ranking as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from skfocal.comparison.recommendation.recommendation import Recommendation
from skfocal.comparison.report.advice import recommendation_of
from skfocal.comparison.report.answer import answer, describe_edges, describe_focusing, join_names
from skfocal.comparison.report.table_cells import leading_metrics
from skfocal.comparison.results import Results
from skfocal.comparison.scoring.metric import Metric

__all__ = ["WIDTH", "ranking_text", "recommendation_text"]

WIDTH = 80
"""Number of characters in a line of the table."""
MAX_NAME, MAX_HEADING = 28, 12
GAP = "  "
PROMINENCE = ("high", "medium", "low")
Column: TypeAlias = tuple[list[str], Sequence[str]]
"""The lines of a heading, and the cells below it."""


def ranking_text(results: Results) -> str:
    """Write the ranking and the answer for a terminal.

    The numbers are mean ranks over data sets or, with a single one, mean scores over its folds.
    Metrics that do not fit in the width of a terminal are left out.
    """
    is_single = results.is_single
    value = "mean_score" if is_single else "mean_rank"
    wide = results.summary().pivot_table(
        index="method", columns="metric", values=value, dropna=False
    )
    order = results.method_order()
    ratio = results.running_times()["fit_ratio"]
    names = _column("method", list(map(_cut, order)))
    times = _column("fit time", [_cell(ratio[method], 1, unit="x") for method in order])
    decimals = 3 if is_single else 1
    measured = {
        metric: _column(
            metric.short_label or metric.name,
            [_cell(wide[metric.name][method], decimals) for method in order],
        )
        for metric in leading_metrics([one for one in results.metrics if one.name in wide])
    }
    metrics = _that_fit(measured, names, times)
    statements = [f"{part.subject}: {part.text}" for part in answer(results)]
    if describe_focusing(results):
        statements.append(f"Focusing: {describe_focusing(results)}")
    if describe_edges(results):
        statements.append(f"Grids: {describe_edges(results)}")
    table = _align([names, *(measured[metric] for metric in metrics), times])
    return "\n".join([*_advice(results), _title(results, metrics), "", *table, "", *statements, ""])


def _advice(results: Results) -> list[str]:
    recommended = recommendation_of(results)
    if recommended is None:
        return []
    return [f"Recommendation for {recommended.goal}", "", recommendation_text(recommended), ""]


def recommendation_text(recommendation: Recommendation) -> str:
    """Write each part of a recommendation on lines of its own."""
    return "\n".join(textwrap.fill(part, WIDTH) for part in recommendation.words if part)


def _title(results: Results, metrics: Sequence[Metric]) -> str:
    if not results.is_single:
        return f"Mean ranks over {len(results.data_sets)} data sets; 1 is best"
    lower = [metric.label.lower() for metric in metrics if not metric.greater_is_better]
    direction = f"; lower is better for {join_names(lower)}" if lower else ""
    return textwrap.fill(f"Mean scores over test folds{direction}", WIDTH)


def _cell(value: float, decimals: int, *, unit: str = "") -> str:
    return "failed" if np.isnan(value) else f"{value:.{decimals}f}{unit}"


def _cut(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"


def _that_fit(measured: Mapping[Metric, Column], *others: Column) -> list[Metric]:
    """Return the metrics whose columns fit beside the others, the most prominent ones first."""
    chosen: list[Metric] = []
    for metric in sorted(measured, key=lambda one: PROMINENCE.index(one.prominence)):
        columns = [measured[one] for one in (*chosen, metric)]
        if _width([*others, *columns]) <= WIDTH:
            chosen.append(metric)
    return [metric for metric in measured if metric in chosen]


def _column(heading: str, cells: Sequence[str]) -> Column:
    """Return the lines of the heading, as wide as the cells if possible, and the cells."""
    width = max(len(cell) for cell in cells)
    words = max(map(len, heading.split()))
    return textwrap.wrap(heading, max(width, min(words, MAX_HEADING))), cells


def _width(columns: Sequence[Column]) -> int:
    return sum(map(_column_width, columns)) + len(GAP) * (len(columns) - 1)


def _column_width(column: Column) -> int:
    heading, cells = column
    return max(map(len, [*heading, *cells]))


def _align(columns: Sequence[Column]) -> list[str]:
    """Return the lines of the table; the first column is to the left, the others to the right."""
    height = max(len(heading) for heading, _ in columns)
    aligned = []
    for place, column in enumerate(columns):
        heading, cells = column
        width = _column_width(column)
        lines = [*[""] * (height - len(heading)), *heading, *cells]
        aligned.append([line.rjust(width) if place else line.ljust(width) for line in lines])
    return [GAP.join(line).rstrip() for line in zip(*aligned, strict=True)]
