"""The cells of the report's tables."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from skfocal.comparison.report.answer import format_difference, format_p
from skfocal.comparison.report.templating import EN_DASH, number
from skfocal.comparison.results import SIGNIFICANCE, Results
from skfocal.comparison.scoring.metric import Metric
from skfocal.comparison.statistics.differences import data_set_scores

__all__ = [
    "PairCell",
    "RankingCell",
    "class_recall_tables",
    "description_cells",
    "failure_counts",
    "leading_metrics",
    "pair_tables",
    "ranking_cells",
    "score_tables",
    "sensitivity_rows",
    "spread_rows",
    "warning_counts",
]


MAX_COLUMNS = 7
"""With more metrics, those of low prominence are not in the main table."""


class RankingCell(NamedTuple):
    """The result of a method by one metric."""

    main: str
    """Mean rank; with a single data set, mean score."""
    interval: str
    """Its 95 % interval."""
    detail: str
    """Wins, ties and losses; with a single data set, the difference from the baseline."""
    verdict: str
    """better, worse or empty."""
    best: bool
    """Whether no method has a better rank."""
    p: str
    """The formatted p-value."""


class PairCell(NamedTuple):
    """The result of a method against another one."""

    record: str
    """Wins, ties and losses."""
    verdict: str
    """better, worse or empty."""
    p: str
    """The formatted p-value."""


def leading_metrics(metrics: Sequence[Metric]) -> list[Metric]:
    """Return the metrics of the main table: all, or without those of low prominence if many."""
    if len(metrics) <= MAX_COLUMNS:
        return list(metrics)
    return [metric for metric in metrics if metric.prominence != "low"]


def ranking_cells(results: Results) -> dict[str, dict[str, RankingCell]]:
    """Return the cells of the ranking table by method and metric."""
    cells: dict[str, dict[str, RankingCell]] = {}
    summary = results.summary()
    best_rank = summary.groupby("metric")["mean_rank"].min()
    for row in summary.to_dict("records"):
        main, interval, detail = _of_scores(row) if results.is_single else _of_ranks(row)
        is_baseline = row["method"] == results.settings.baseline
        cells.setdefault(row["method"], {})[row["metric"]] = RankingCell(
            main=main,
            interval=interval,
            detail="baseline" if is_baseline else detail,
            verdict=_verdict(row),
            best=bool(row["mean_rank"] <= best_rank[row["metric"]] + 1e-9),
            p="" if pd.isna(row["p_holm"]) else format_p(row["p_holm"]),
        )
    return cells


def _of_ranks(row: dict[Any, Any]) -> tuple[str, str, str]:
    interval = f"{row['rank_low']:.1f} to {row['rank_high']:.1f}"
    unknown = np.isnan(row["rank_low"])
    return f"{row['mean_rank']:.1f}", "" if unknown else interval, _record(row)


def _of_scores(row: dict[Any, Any]) -> tuple[str, str, str]:
    interval = f"{number(row['score_low'])} to {number(row['score_high'])}"
    unknown = np.isnan(row["score_low"])
    detail = format_difference(row["difference"])
    return number(row["mean_score"]), "" if unknown else interval, detail


def _record(row: dict[Any, Any]) -> str:
    return EN_DASH.join(f"{row[key]:.0f}" for key in ("wins", "ties", "losses"))


def _verdict(row: dict[Any, Any]) -> str:
    if not row["p_holm"] < SIGNIFICANCE:
        return ""
    return "better" if row["direction"] > 0 else "worse"


def pair_tables(results: Results, order: list[str]) -> list[dict[str, Any]]:
    """Return each method (row) against each other one (column), for the prominent metrics."""
    pairs = results.pairwise()
    tables = []
    for metric in results.prominent_metrics():
        cells: dict[tuple[str, str], PairCell] = {}
        for row in pairs[pairs["metric"] == metric.name].to_dict("records"):
            reversed_row = {
                **row,
                "wins": row["losses"],
                "losses": row["wins"],
                "direction": -row["direction"],
            }
            p = format_p(row["p_holm"])
            cells[row["method"], row["other"]] = PairCell(_record(row), _verdict(row), p)
            cells[row["other"], row["method"]] = PairCell(
                _record(reversed_row), _verdict(reversed_row), p
            )
        if cells:
            rows = [
                {"method": method, "cells": [cells.get((method, other)) for other in order]}
                for method in order
            ]
            tables.append({"metric": metric, "rows": rows})
    return tables


def description_cells(results: Results) -> dict[str, list[str]]:
    """Return the cells of the table of descriptions by method."""
    medians = results.descriptions().set_index("method")
    return {str(method): [number(value) for value in row] for method, row in medians.iterrows()}


def score_tables(results: Results, order: list[str]) -> list[dict[str, Any]]:
    """Return for each metric the scores of each method (column) on each data set (row)."""
    tables = []
    for metric in results.measured_metrics():
        scores = data_set_scores(results.scores, metric)[order]
        best = scores.max(axis=1) if metric.greater_is_better else scores.min(axis=1)
        rows = [
            {
                "data_set": data_set,
                "cells": [
                    {
                        "text": number(value),
                        "best": round(value - best[data_set], 6) == 0,
                        "failed": bool(np.isnan(value)),
                    }
                    for value in scores.loc[data_set]
                ],
            }
            for data_set in scores.index
        ]
        tables.append({"metric": metric, "rows": rows})
    return tables


def class_recall_tables(results: Results, order: list[str]) -> list[dict[str, Any]]:
    """Return the recalls of every class, for data sets with more than two."""
    recalls = results.class_recalls()
    wide = recalls.pivot_table(index=["data_set", "class"], columns="method", values="recall")
    wide = wide.reindex(columns=order)
    return [
        {
            "data_set": data_set,
            "rows": [
                {"class": label, "cells": [number(recall) for recall in row]}
                for label, row in wide.loc[data_set].iterrows()
            ],
        }
        for data_set, n_classes in zip(
            results.data_sets["data_set"], results.data_sets["n_classes"], strict=True
        )
        if n_classes > 2 and data_set in wide.index
    ]


def spread_rows(results: Results, order: list[str]) -> list[dict[str, Any]]:
    """Return the spread over seeds and folds by method, for the prominent metrics."""
    cells = {
        (row["method"], row["metric"]): (
            _format_small(row["over_seeds"]),
            _format_small(row["over_folds"]),
        )
        for row in results.seed_spread().to_dict("records")
    }
    names = [metric.name for metric in results.prominent_metrics()]
    return [
        {"method": method, "cells": [cells[method, name] for name in names]} for method in order
    ]


def sensitivity_rows(results: Results) -> list[dict[str, Any]]:
    """Return the loss at each value of each hyperparameter, the largest first."""
    found = results.sensitivity()
    rows = [
        {
            "method": method,
            "parameter": parameter,
            "worst": float(losses["worst"].iloc[0]),
            "text": _format_small(losses["worst"].iloc[0]),
            "values": [
                f"{_format_value(value)}: {_format_small(loss)}"
                for value, loss in zip(losses["value"], losses["loss"], strict=True)
            ],
        }
        for (method, parameter), losses in found.groupby(["method", "parameter"], sort=False)
    ]
    return sorted(rows, key=lambda row: -row["worst"])


def failure_counts(results: Results) -> list[dict[Hashable, Any]]:
    """Count the folds of each data set on which a method failed with the same error."""
    columns = ["data_set", "method", "failure"]
    counts = results.failures.groupby(columns, sort=False, as_index=False).size()
    return counts.rename(columns={"size": "n_folds"}).to_dict("records")


def warning_counts(results: Results) -> list[dict[Hashable, Any]]:
    """Count the folds in which each method gave the same warnings."""
    warned = results.scores[results.scores["warnings"] != ""]
    counts = warned.groupby(["method", "warnings"], sort=False, as_index=False).size()
    renamed = counts.rename(columns={"warnings": "text", "size": "n_folds"})
    return renamed.to_dict("records")


def _format_small(value: float) -> str:
    return EN_DASH if np.isnan(value) else f"{value:.4f}".removeprefix("0")


def _format_value(text: str) -> str:
    return text.removesuffix(".0")
