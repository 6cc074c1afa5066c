"""The ranking of the methods by one metric, with tests and intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from skfocal.comparison.scoring.metric import Metric
from skfocal.comparison.statistics.differences import (
    compare_with_baseline,
    data_set_ranks,
    data_set_scores,
    holm,
)
from skfocal.comparison.statistics.intervals import (
    mean_rank_intervals,
    median_intervals,
    score_intervals,
)

__all__ = ["rank_methods", "summarize_metric"]


def rank_methods(table: pd.DataFrame, *, greater_is_better: bool, baseline: str) -> pd.DataFrame:
    """Rank methods over data sets.

    Parameters
    ----------
    table : DataFrame of shape (n_data_sets, n_methods)
        One score each; NaN for a failure, which has the worst rank.
    greater_is_better : bool
        Direction of the score.
    baseline : str
        The method to compare with.

    Returns
    -------
    DataFrame
        One row per method: mean_rank with its interval rank_low to rank_high; against the baseline
        the columns of `compare_with_baseline`, the interval difference_low to difference_high of
        the median difference, and p_holm, adjusted for the number of methods. NaN for the
        baseline.

    Examples
    --------
    >>> import pandas as pd
    >>> from skfocal.comparison import rank_methods
    >>> scores = pd.DataFrame({"a": [0.9, 0.8, 0.7], "b": [0.8, 0.7, 0.8]})
    >>> rank_methods(scores, greater_is_better=True, baseline="a")["mean_rank"].round(2).to_dict()
    {'a': 1.33, 'b': 1.67}
    """
    ranks = data_set_ranks(table, greater_is_better=greater_is_better)
    frame = pd.DataFrame({"mean_rank": ranks.mean()}).join(mean_rank_intervals(ranks))
    versus = compare_with_baseline(table, greater_is_better=greater_is_better, baseline=baseline)
    versus = versus.join(median_intervals(table, baseline))
    return frame.join(versus.assign(p_holm=holm(versus["p_value"])))


def summarize_metric(
    scores: pd.DataFrame, differences: pd.DataFrame, metric: Metric, baseline: str
) -> pd.DataFrame:
    """Rank methods by one metric over data sets or, with a single one, over its folds.

    Parameters
    ----------
    scores : DataFrame
        One row per data set, method, repeat and fold.
    differences : DataFrame
        The paired differences from the baseline within each data set.
    metric : Metric
        The metric.
    baseline : str
        The method to compare with.

    Returns
    -------
    DataFrame
        One row per method; empty if the metric applies to no data set.
    """
    table = data_set_scores(scores, metric)
    better = metric.greater_is_better
    ranks = rank_methods(table, greater_is_better=better, baseline=baseline)
    frame = ranks.assign(score_low=np.nan, score_high=np.nan)
    if len(table) == 1:
        within = differences[differences["metric"] == metric.name].set_index("method")
        frame["p_value"] = within["p_value"]
        frame[["difference_low", "difference_high"]] = within[["low", "high"]]
        frame["p_holm"] = holm(frame["p_value"])
        frame[["score_low", "score_high"]] = score_intervals(scores, metric)
    frame.insert(0, "mean_score", table.mean(skipna=False))
    frame = frame.rename_axis("method").reset_index()
    frame.insert(0, "metric", metric.name)
    return frame if len(table) else frame.iloc[:0]
