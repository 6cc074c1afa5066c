"""The ranking of the methods, as a figure."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from skfocal.comparison.report.figures.dot_plots import DotPanel, rank_panel, score_panel
from skfocal.comparison.report.figures.figure import ReportFigure
from skfocal.comparison.results import SIGNIFICANCE, Results
from skfocal.comparison.scoring.metric import Metric

__all__ = ["FIGURES"]


@dataclass(frozen=True)
class _Ranking:
    """Ranks or, with a single data set, scores of the methods by one metric."""

    metric: Metric
    frame: pd.DataFrame
    """Columns value, low and high; the index is the methods."""
    differing: set[frozenset[str]]
    """Pairs that differ significantly over data sets."""
    is_single: bool


def _data(results: Results) -> list[_Ranking]:
    summary, pairs = results.summary(), results.pairwise()
    significant = pairs[pairs["p_holm"] < SIGNIFICANCE]
    kind = "score" if results.is_single else "rank"
    columns = {f"mean_{kind}": "value", f"{kind}_low": "low", f"{kind}_high": "high"}
    rankings = []
    for metric in results.prominent_metrics():
        rows = summary[summary["metric"] == metric.name].set_index("method")
        differing = significant[significant["metric"] == metric.name]
        rankings.append(
            _Ranking(
                metric,
                rows.rename(columns=columns)[list(columns.values())],
                set(map(frozenset, zip(differing["method"], differing["other"], strict=True))),
                results.is_single,
            )
        )
    return rankings


def _draw(rankings: list[_Ranking], _baseline: str) -> list[DotPanel]:
    return [_score_panel(one) if one.is_single else _rank_panel(one) for one in rankings]


def _rank_panel(ranking: _Ranking) -> DotPanel:
    return rank_panel(ranking.metric.label, ranking.frame, ranking.differing)


def _score_panel(ranking: _Ranking) -> DotPanel:
    ascending = not ranking.metric.greater_is_better
    ordered = ranking.frame.sort_values("value", ascending=ascending, kind="stable")
    return score_panel(ranking.metric.label, ordered)


FIGURES = (ReportFigure("ranking", "Ranking", "ranking", _data, _draw),)
