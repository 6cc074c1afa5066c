"""Which methods and metrics come first, and what each method costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skfocal.comparison.scoring.metrics import METRICS, Metric

if TYPE_CHECKING:
    from skfocal.comparison.comparison import Comparison

__all__ = ["cost", "measured_metrics", "ranking_order", "shown_first"]

FIRST_METRICS = ("average_precision", "log_loss", "calibration_error", "f1_tuned", "cost_tuned")


def ranking_order(comparison: Comparison) -> list[str]:
    """Methods by mean rank in the first metric, the best first."""
    summary = comparison.summary()
    rows = summary[summary["metric"] == summary["metric"].iloc[0]]
    return list(rows.sort_values("mean_rank", kind="stable")["method"])


def measured_metrics(comparison: Comparison) -> list[Metric]:
    """Return the metrics that some data set has a score by."""
    measured = set(comparison.summary()["metric"])
    return [metric for metric in METRICS.values() if metric.key in measured]


def shown_first(comparison: Comparison) -> list[str]:
    """Return the metrics whose figures need no click: of many some, of a few all."""
    measured = [metric.key for metric in measured_metrics(comparison)]
    return [key for key in FIRST_METRICS if key in measured] or measured


def cost(comparison: Comparison) -> pd.DataFrame:
    """Return times of a fit and of predicting beside the baseline's, and all tuning's seconds.

    Returns
    -------
    DataFrame
        One row per method. Multiples of the baseline's time, times_baseline of a fit and
        predicting, are geometric means over data sets, NaN if the method failed throughout; their
        _low and _high are quartiles over data sets or, of a single one, over its folds.
        fit_seconds is the median of all folds, tuning the sum.
    """
    groups = comparison.scores.groupby("method")
    fitting = _times_baseline(comparison, "fit_seconds").add_prefix("times_baseline")
    predicting = _times_baseline(comparison, "predict_seconds").add_prefix("predicting")
    return fitting.join(predicting).assign(
        fit_seconds=groups["fit_seconds"].median(), tuning=groups["tuning_seconds"].sum()
    )


def _times_baseline(comparison: Comparison, column: str) -> pd.DataFrame:
    def log_ratios(*index: str) -> pd.DataFrame:
        seconds = comparison.scores.pivot_table(
            index=list(index), columns="method", values=column, aggfunc="mean", dropna=False
        )
        return seconds.div(seconds[comparison.settings.baseline], axis=0).apply(np.log)

    each = log_ratios("data_set")
    spread = each if len(each) > 1 else log_ratios("repeat", "fold")
    logs = {"": each.mean(), "_low": spread.quantile(0.25), "_high": spread.quantile(0.75)}
    return pd.DataFrame(logs).apply(np.exp)
