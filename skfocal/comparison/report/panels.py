"""All figures of a comparison, laid out for the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from skfocal.comparison.report.answer import SIGNIFICANT
from skfocal.comparison.report.curves import precision_curves, roc_curves, threshold_curves
from skfocal.comparison.report.figures import (
    DifferencePanel,
    RowPanel,
    SquarePanel,
    difference_panels,
    rank_panel,
    reliability_panels,
    row_panel,
    share_panels,
    threshold_panels,
    times_panel,
)
from skfocal.comparison.report.standings import cost, ranking_order, shown_first
from skfocal.comparison.scoring.metrics import METRICS
from skfocal.comparison.scoring.thresholds import parse_threshold
from skfocal.comparison.statistics.corp import Corp

if TYPE_CHECKING:
    from skfocal.comparison.comparison import Comparison
    from skfocal.comparison.run.cell import Predictions

__all__ = [
    "cost_figures",
    "difference_figures",
    "precision_figures",
    "ranking_figures",
    "reliability_figures",
    "roc_figures",
    "threshold_figures",
]


def ranking_figures(comparison: Comparison) -> list[RowPanel]:
    """Lay out mean ranks with what does not differ or, of a single data set, mean scores."""
    lay_out = _scores_by if len(comparison.data_sets) == 1 else _ranks_by
    return [lay_out(comparison, key) for key in shown_first(comparison)]


def _ranks_by(comparison: Comparison, key: str) -> RowPanel:
    pairs = comparison.pairwise()
    found = pairs[(pairs["metric"] == key) & (pairs["p_holm"] < SIGNIFICANT)]
    differing = set(map(frozenset, zip(found["method"], found["other"], strict=True)))
    ranks = _with_ends(comparison, key, "mean_rank", "rank")
    return rank_panel(key, METRICS[key].label, ranks, differing)


def _scores_by(comparison: Comparison, key: str) -> RowPanel:
    scores = _with_ends(comparison, key, "mean_score", "score")
    ascending = not METRICS[key].greater_is_better
    ordered = scores.sort_values("value", ascending=ascending, kind="stable")
    return row_panel(key, METRICS[key].label, ordered)


def _with_ends(comparison: Comparison, key: str, value: str, ends: str) -> pd.DataFrame:
    summary = comparison.summary()
    rows = summary[summary["metric"] == key].set_index("method")
    names = {value: "value", f"{ends}_low": "low", f"{ends}_high": "high"}
    return rows.rename(columns=names)[list(names.values())]


def difference_figures(comparison: Comparison) -> list[DifferencePanel]:
    """Differences from the baseline on every data set, by every metric."""
    return list(difference_panels(comparison.differences))


def roc_figures(comparison: Comparison) -> list[SquarePanel]:
    """ROC curves, where there are data sets of two classes."""
    curves = roc_curves(_of_two_classes(comparison), ranking_order(comparison))
    baseline = comparison.settings.baseline
    return list(share_panels(curves, baseline, "false positive rate", "true positive rate"))


def precision_figures(comparison: Comparison) -> list[SquarePanel]:
    """Precision-recall curves, where there are data sets of two classes."""
    curves = precision_curves(_of_two_classes(comparison), ranking_order(comparison))
    return list(share_panels(curves, comparison.settings.baseline, "recall", "precision"))


def threshold_figures(comparison: Comparison) -> list[SquarePanel]:
    """Score against threshold, where there are data sets of two classes."""
    rule = parse_threshold(comparison.settings.threshold)
    curves = threshold_curves(_of_two_classes(comparison), ranking_order(comparison), rule)
    medians = comparison.scores.groupby("method")["threshold"].median()
    chosen = {str(method): float(median) for method, median in medians.items()}
    return list(threshold_panels(curves, comparison.settings.baseline, chosen))


def reliability_figures(comparison: Comparison) -> list[tuple[SquarePanel, Corp]]:
    """Reliability diagrams with what they rest on."""
    return list(reliability_panels(comparison.first_predictions, ranking_order(comparison)))


def cost_figures(comparison: Comparison) -> list[RowPanel]:
    """Lay out times of a fit and of predicting as multiples of the baseline's."""
    costs = cost(comparison).loc[ranking_order(comparison)]
    names = {"times_baseline": "Time of a fit", "predicting": "Time of predicting"}
    return [
        times_panel(
            key,
            label,
            costs.rename(columns={key: "value", f"{key}_low": "low", f"{key}_high": "high"})[
                ["value", "low", "high"]
            ],
        )
        for key, label in names.items()
    ]


def _of_two_classes(comparison: Comparison) -> list[Predictions]:
    counts = comparison.data_sets.set_index("data_set")["n_classes"]
    return [one for one in comparison.first_predictions if counts[one.data_set] == 2]
