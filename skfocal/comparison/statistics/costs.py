"""Running times of the methods relative to the baseline."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["running_times"]


def running_times(scores: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Compute the times of a fit and a prediction relative to the baseline.

    Returns
    -------
    DataFrame
        One row per method. The ratios fit_ratio and predict_ratio are geometric means over data
        sets, NaN if the method always failed; their _low and _high are quartiles over data sets
        or, with a single one, over its folds. fit_seconds is the median over all folds and
        tuning_seconds the sum.
    """
    groups = scores.groupby("method")
    fitting = _ratios(scores, baseline, "fit_seconds").add_prefix("fit_ratio")
    predicting = _ratios(scores, baseline, "predict_seconds").add_prefix("predict_ratio")
    return fitting.join(predicting).assign(
        fit_seconds=groups["fit_seconds"].median(), tuning_seconds=groups["tuning_seconds"].sum()
    )


def _ratios(scores: pd.DataFrame, baseline: str, column: str) -> pd.DataFrame:
    def log_ratios(*index: str) -> pd.DataFrame:
        seconds = scores.pivot_table(
            index=list(index), columns="method", values=column, aggfunc="mean", dropna=False
        )
        return seconds.div(seconds[baseline], axis=0).apply(np.log)

    each = log_ratios("data_set")
    spread = each if len(each) > 1 else log_ratios("repeat", "fold")
    logs = {"": each.mean(), "_low": spread.quantile(0.25), "_high": spread.quantile(0.75)}
    return pd.DataFrame(logs).apply(np.exp)
