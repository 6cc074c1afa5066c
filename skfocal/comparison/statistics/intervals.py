"""Intervals of mean ranks, median differences and mean scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import quantile_test

from skfocal.comparison.scoring.metric import Metric
from skfocal.comparison.statistics.differences import corrected_difference

__all__ = ["mean_rank_intervals", "median_interval", "median_intervals", "score_intervals"]

N_RESAMPLES = 5000


def mean_rank_intervals(ranks: pd.DataFrame) -> pd.DataFrame:
    """95 % intervals of mean ranks, by a bootstrap over data sets.

    Parameters
    ----------
    ranks : DataFrame of shape (n_data_sets, n_methods)
        Rank of each method on each data set.

    Returns
    -------
    DataFrame of shape (n_methods, 2)
        Columns rank_low and rank_high; NaN with fewer than two data sets.

    References
    ----------
    B. Efron (1979). "Bootstrap Methods: Another Look at the Jackknife." Annals of Statistics 7(1),
    1-26. doi:10.1214/aos/1176344552
    """
    ends = np.full((2, ranks.shape[1]), np.nan)
    if len(ranks) > 1:
        rng = np.random.default_rng(0)
        weights = rng.multinomial(len(ranks), np.full(len(ranks), 1 / len(ranks)), N_RESAMPLES)
        means = weights @ ranks.to_numpy(np.float64) / len(ranks)
        ends = np.quantile(means, [0.025, 0.975], axis=0)
    return pd.DataFrame({"rank_low": ends[0], "rank_high": ends[1]}, index=ranks.columns)


def median_interval(values: ArrayLike) -> tuple[float, float]:
    """95 % interval of a median, from order statistics.

    Parameters
    ----------
    values : array-like of shape (n_values,)
        The values.

    Returns
    -------
    tuple of float
        NaN with fewer than six values.

    Examples
    --------
    >>> from skfocal.comparison import median_interval
    >>> low, high = median_interval(range(20))
    >>> float(low), float(high)
    (5.0, 14.0)
    """
    found = quantile_test(np.asarray(values, dtype=np.float64), p=0.5)
    interval = found.confidence_interval(confidence_level=0.95)
    return float(interval.low), float(interval.high)


def median_intervals(table: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """95 % intervals of the median difference from the baseline over data sets.

    Parameters
    ----------
    table : DataFrame of shape (n_data_sets, n_methods)
        One score each; data sets on which one of the two failed are ignored.
    baseline : str
        The method to compare with.

    Returns
    -------
    DataFrame
        Columns difference_low and difference_high, a row for each other method.
    """
    gaps = table.drop(columns=baseline).sub(table[baseline], axis=0)
    ends = {
        method: median_interval(gap.dropna()) if gap.notna().any() else (np.nan, np.nan)
        for method, gap in gaps.items()
    }
    columns = ["difference_low", "difference_high"]
    return pd.DataFrame.from_dict(ends, orient="index", columns=columns)


def score_intervals(scores: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    """95 % intervals of the mean score of every method on a single data set.

    Returns
    -------
    DataFrame
        Columns score_low and score_high, with the variance of `corrected_difference`, clipped to
        the range of the metric; NaN where the method failed on a fold.
    """
    ends = {}
    for method, rows in scores.groupby("method", sort=False):
        values = rows[metric.name].to_numpy(np.float64)
        ends[method] = (np.nan, np.nan)
        if not np.isnan(values).any():
            ratio = float(rows["n_test"].mean() / rows["n_train"].mean())
            low, high = corrected_difference(values, ratio)[1:3]
            ends[method] = tuple(np.clip([low, high], *metric.bounds).tolist())
    return pd.DataFrame.from_dict(ends, orient="index", columns=["score_low", "score_high"])
