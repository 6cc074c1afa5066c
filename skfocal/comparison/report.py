"""Render a comparison as one HTML file that needs neither network nor scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from skfocal.comparison.answer import (
    SIGNIFICANT,
    chosen_values,
    findings,
    format_difference,
    format_p,
    join_names,
)
from skfocal.comparison.figures import (
    RankPanel,
    difference_panels,
    rank_panel,
    reliability_panels,
)
from skfocal.comparison.measures import DESCRIPTIONS, METRICS, Metric
from skfocal.comparison.statistics import data_set_scores
from skfocal.comparison.thresholds import parse_threshold

if TYPE_CHECKING:
    from skfocal.comparison.result import Comparison

__all__ = ["cost", "ranking_order", "render"]

EN_DASH = "\N{EN DASH}"
FIRST_METRICS = ("average_precision", "log_loss", "calibration_error", "f1_tuned", "cost_tuned")


class RankingCell(NamedTuple):
    """A method's standing by one metric."""

    main: str
    """Mean rank or, with a single data set, mean score."""
    detail: str
    """Wins, ties and losses or, with a single data set, the difference from the baseline."""
    verdict: str
    """better, worse or nothing."""
    best: bool
    """Whether no method stands higher."""
    p: str
    """The p-value in words."""


def render(comparison: Comparison, *, command: str | None = None) -> str:
    """Render the report."""
    environment = Environment(
        loader=PackageLoader("skfocal.comparison"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": _percent, "ratio": _ratio}
    order = ranking_order(comparison)
    panels = list(difference_panels(comparison.differences))
    shown = _shown_first(comparison)
    context = {
        "title": _title(comparison),
        "findings": findings(comparison),
        "comparison": comparison,
        "settings": comparison.settings,
        "manifest": comparison.manifest(command=command),
        "metrics": _measured(comparison),
        "order": order,
        "ranking": _ranking(comparison),
        "single": len(comparison.data_sets) == 1,
        "cost": cost(comparison),
        "rank_panels": _rank_panels(comparison),
        "description_labels": list(DESCRIPTIONS.values()),
        "descriptions": _descriptions(comparison),
        "panels": [panel for panel in panels if panel.metric.key in shown],
        "more_panels": [panel for panel in panels if panel.metric.key not in shown],
        "reliability": list(reliability_panels(comparison.predictions, order)),
        "tables": _data_set_tables(comparison, order),
        "recalls": _class_recalls(comparison, order),
        "chosen": {name: chosen_values(comparison, name) for name in ("gamma", "alpha")},
        "data_sets": comparison.data_sets.to_dict("records"),
        "multiclass": bool((comparison.data_sets["n_classes"] > 2).any()),
        "failures": comparison.failures.to_dict("records"),
        "warnings": _warnings(comparison),
        "threshold_rule": str(parse_threshold(comparison.settings.threshold)),
        "budget": _budget(comparison),
    }
    return environment.get_template("report.html").render(context)


def ranking_order(comparison: Comparison) -> list[str]:
    """Methods by mean rank in the first metric, the best first."""
    summary = comparison.summary()
    rows = summary[summary["metric"] == summary["metric"].iloc[0]]
    return list(rows.sort_values("mean_rank", kind="stable")["method"])


def cost(comparison: Comparison) -> pd.DataFrame:
    """Return times of a fit and of predicting beside the baseline's, and all tuning's seconds.

    Multiples of the baseline are geometric means over data sets, NaN if the method failed
    throughout.
    """
    tuning = comparison.scores.groupby("method")["tuning_seconds"].sum()
    return pd.DataFrame(
        {
            "times_baseline": _times_baseline(comparison, "fit_seconds"),
            "predicting": _times_baseline(comparison, "predict_seconds"),
            "tuning": tuning,
        }
    )


def _times_baseline(comparison: Comparison, column: str) -> pd.Series[float]:
    seconds = comparison.scores.pivot_table(
        index="data_set", columns="method", values=column, aggfunc="mean", dropna=False
    )
    ratios = seconds.div(seconds[comparison.settings.baseline], axis=0)
    multiples: pd.Series[float] = np.exp(np.log(ratios).mean())
    return multiples


def _title(comparison: Comparison) -> str:
    names = list(comparison.data_sets["data_set"])
    return names[0] if len(names) == 1 else f"{len(names)} data sets"


def _measured(comparison: Comparison) -> list[Metric]:
    measured = set(comparison.summary()["metric"])
    return [metric for metric in METRICS.values() if metric.key in measured]


def _shown_first(comparison: Comparison) -> list[str]:
    """Return the metrics whose figures need no click: of many some, of a few all."""
    measured = [metric.key for metric in _measured(comparison)]
    return [key for key in FIRST_METRICS if key in measured] or measured


def _ranking(comparison: Comparison) -> dict[str, dict[str, RankingCell]]:
    """Return the cells of the ranking table by method and metric."""
    cells: dict[str, dict[str, RankingCell]] = {}
    single = len(comparison.data_sets) == 1
    summary = comparison.summary()
    best_rank = summary.groupby("metric")["mean_rank"].min()
    for row in summary.to_dict("records"):
        if single:
            main = _number(row["mean_score"])
            detail = format_difference(row["difference"])
        else:
            main = f"{row['mean_rank']:.1f}"
            detail = EN_DASH.join(f"{row[key]:.0f}" for key in ("wins", "ties", "losses"))
        is_baseline = row["method"] == comparison.settings.baseline
        significant = row["p_holm"] < SIGNIFICANT
        cells.setdefault(row["method"], {})[row["metric"]] = RankingCell(
            main=main,
            detail="baseline" if is_baseline else detail,
            verdict=("better" if row["direction"] > 0 else "worse") if significant else "",
            best=bool(row["mean_rank"] <= best_rank[row["metric"]] + 1e-9),
            p="" if pd.isna(row["p_holm"]) else f"p {format_p(row['p_holm'])}",
        )
    return cells


def _rank_panels(comparison: Comparison) -> list[RankPanel]:
    summary, pairs = comparison.summary(), comparison.pairwise()
    measured = set(pairs["metric"])
    panels = []
    for key in _shown_first(comparison):
        if key not in measured:
            continue
        ranks = summary[summary["metric"] == key].set_index("method")["mean_rank"]
        found = pairs[(pairs["metric"] == key) & (pairs["p_holm"] < SIGNIFICANT)]
        differing = set(map(frozenset, zip(found["method"], found["other"], strict=True)))
        panels.append(rank_panel(METRICS[key], ranks, differing))
    return panels


def _descriptions(comparison: Comparison) -> dict[str, list[str]]:
    """Return the texts of the table of descriptions by method."""
    medians = comparison.descriptions().set_index("method")
    return {str(method): [_number(value) for value in row] for method, row in medians.iterrows()}


def _data_set_tables(comparison: Comparison, order: list[str]) -> list[dict[str, Any]]:
    tables = []
    for metric in _measured(comparison):
        scores = data_set_scores(comparison.scores, metric)[order]
        best = scores.max(axis=1) if metric.greater_is_better else scores.min(axis=1)
        rows = [
            {
                "data_set": data_set,
                "cells": [
                    {
                        "text": _number(value),
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


def _class_recalls(comparison: Comparison, order: list[str]) -> list[dict[str, Any]]:
    """Return the recalls of every class of the data sets with more than two."""
    recalls = comparison.class_recalls()
    wide = recalls.pivot_table(index=["data_set", "class"], columns="method", values="recall")
    wide = wide.reindex(columns=order)
    return [
        {
            "data_set": data_set,
            "rows": [
                {"class": label, "cells": [_number(recall) for recall in row]}
                for label, row in wide.loc[data_set].iterrows()
            ],
        }
        for data_set, n_classes in zip(
            comparison.data_sets["data_set"], comparison.data_sets["n_classes"], strict=True
        )
        if n_classes > 2 and data_set in wide.index
    ]


def _warnings(comparison: Comparison) -> list[dict[str, Any]]:
    """Count the cells in which each method warned of the same thing."""
    told = comparison.scores[comparison.scores["warnings"] != ""]
    counts = told.groupby(["method", "warnings"], sort=False, as_index=False).size()
    return [
        {"method": row["method"], "text": row["warnings"], "n_folds": row["size"]}
        for row in counts.to_dict("records")
    ]


def _budget(comparison: Comparison) -> str:
    """Say among how many candidates each method chooses."""
    numbers = {method.name: method.n_candidates for method in comparison.methods}
    if len(set(numbers.values())) == 1:
        return f"Every method chooses among {numbers.popitem()[1]} candidates"
    told = join_names([f"{name} {number}" for name, number in numbers.items()])
    return f"The methods choose among unequal numbers of candidates ({told})"


def _number(value: float) -> str:
    return EN_DASH if np.isnan(value) else f"{value:z.3f}".replace("-", "−")


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _ratio(value: float) -> str:
    return EN_DASH if np.isnan(value) else f"{value:.1f}"
