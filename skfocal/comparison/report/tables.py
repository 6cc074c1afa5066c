"""The cells of the report's tables."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from skfocal.comparison.report.answer import SIGNIFICANT, format_difference, format_p
from skfocal.comparison.report.standings import measured_metrics, shown_first
from skfocal.comparison.report.templating import EN_DASH, number
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.statistics.differences import data_set_scores

if TYPE_CHECKING:
    from skfocal.comparison.comparison import Comparison

__all__ = [
    "PairCell",
    "RankingCell",
    "class_recall_tables",
    "data_set_tables",
    "description_texts",
    "failure_counts",
    "pair_tables",
    "ranking_cells",
    "sensitivity_rows",
    "spread_rows",
    "warning_counts",
]


class RankingCell(NamedTuple):
    """A method's standing by one metric."""

    main: str
    """Mean rank or, with a single data set, mean score."""
    interval: str
    """Where that lies, in 95 % of cases."""
    detail: str
    """Wins, ties and losses or, with a single data set, the difference from the baseline."""
    verdict: str
    """better, worse or nothing."""
    best: bool
    """Whether no method stands higher."""
    p: str
    """The p-value in words."""


class PairCell(NamedTuple):
    """A method's standing against another one."""

    record: str
    """Wins, ties and losses."""
    verdict: str
    """better, worse or nothing."""
    p: str
    """The p-value in words."""


def ranking_cells(comparison: Comparison) -> dict[str, dict[str, RankingCell]]:
    """Return the cells of the ranking table by method and metric."""
    cells: dict[str, dict[str, RankingCell]] = {}
    summary = comparison.summary()
    best_rank = summary.groupby("metric")["mean_rank"].min()
    single = len(comparison.data_sets) == 1
    for row in summary.to_dict("records"):
        main, interval, detail = _of_scores(row) if single else _of_ranks(row)
        is_baseline = row["method"] == comparison.settings.baseline
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
    if not row["p_holm"] < SIGNIFICANT:
        return ""
    return "better" if row["direction"] > 0 else "worse"


def pair_tables(comparison: Comparison, order: list[str]) -> list[dict[str, Any]]:
    """Return, for the metrics shown first, each method (row) against each other one (column)."""
    pairs = comparison.pairwise()
    tables = []
    for key in shown_first(comparison):
        cells: dict[tuple[str, str], PairCell] = {}
        for row in pairs[pairs["metric"] == key].to_dict("records"):
            turned = {
                **row,
                "wins": row["losses"],
                "losses": row["wins"],
                "direction": -row["direction"],
            }
            p = format_p(row["p_holm"])
            cells[row["method"], row["other"]] = PairCell(_record(row), _verdict(row), p)
            cells[row["other"], row["method"]] = PairCell(_record(turned), _verdict(turned), p)
        if cells:
            rows = [
                {"method": method, "cells": [cells.get((method, other)) for other in order]}
                for method in order
            ]
            tables.append({"metric": METRICS[key], "rows": rows})
    return tables


def description_texts(comparison: Comparison) -> dict[str, list[str]]:
    """Return the texts of the table of descriptions by method."""
    medians = comparison.descriptions().set_index("method")
    return {str(method): [number(value) for value in row] for method, row in medians.iterrows()}


def data_set_tables(comparison: Comparison, order: list[str]) -> list[dict[str, Any]]:
    """Return the scores of every method (column) on every data set (row), metric by metric."""
    tables = []
    for metric in measured_metrics(comparison):
        scores = data_set_scores(comparison.scores, metric)[order]
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


def class_recall_tables(comparison: Comparison, order: list[str]) -> list[dict[str, Any]]:
    """Return the recalls of every class of the data sets with more than two."""
    recalls = comparison.class_recalls()
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
            comparison.data_sets["data_set"], comparison.data_sets["n_classes"], strict=True
        )
        if n_classes > 2 and data_set in wide.index
    ]


def spread_rows(comparison: Comparison, order: list[str]) -> list[dict[str, Any]]:
    """Return the spread over seeds and over folds by method, for the metrics shown first."""
    cells = {
        (row["method"], row["metric"]): (_small(row["over_seeds"]), _small(row["over_folds"]))
        for row in comparison.seed_spread().to_dict("records")
    }
    keys = shown_first(comparison)
    return [{"method": method, "cells": [cells[method, key] for key in keys]} for method in order]


def sensitivity_rows(comparison: Comparison) -> list[dict[str, Any]]:
    """Return what each value of each hyperparameter would have cost, the dearest first."""
    found = comparison.sensitivity()
    rows = [
        {
            "method": method,
            "parameter": parameter,
            "worst": float(losses["worst"].iloc[0]),
            "text": _small(losses["worst"].iloc[0]),
            "values": [
                f"{_value(value)}: {_small(loss)}"
                for value, loss in zip(losses["value"], losses["loss"], strict=True)
            ],
        }
        for (method, parameter), losses in found.groupby(["method", "parameter"], sort=False)
    ]
    return sorted(rows, key=lambda row: -row["worst"])


def failure_counts(comparison: Comparison) -> list[dict[Hashable, Any]]:
    """Count the folds of each data set on which a method failed for the same reason."""
    columns = ["data_set", "method", "failure"]
    counts = comparison.failures.groupby(columns, sort=False, as_index=False).size()
    return counts.rename(columns={"size": "n_folds"}).to_dict("records")


def warning_counts(comparison: Comparison) -> list[dict[Hashable, Any]]:
    """Count the cells in which each method warned of the same thing."""
    told = comparison.scores[comparison.scores["warnings"] != ""]
    counts = told.groupby(["method", "warnings"], sort=False, as_index=False).size()
    renamed = counts.rename(columns={"warnings": "text", "size": "n_folds"})
    return renamed.to_dict("records")


def _small(value: float) -> str:
    return EN_DASH if np.isnan(value) else f"{value:.4f}".removeprefix("0")


def _value(text: str) -> str:
    return text.removesuffix(".0")
