"""Paired differences within a data set, and ranks and tests over data sets."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from skfocal.comparison.scoring.metric import Metric

__all__ = [
    "PairedDifference",
    "compare_all_pairs",
    "compare_with_baseline",
    "corrected_difference",
    "data_set_ranks",
    "data_set_scores",
    "holm",
    "indistinguishable_runs",
    "paired_differences",
]

DECIMALS = 9
"""Scores that agree to this number of decimals differ by rounding only."""


class PairedDifference(NamedTuple):
    """Mean of paired differences, with its uncertainty."""

    mean: float
    """Mean difference."""
    low: float
    """Lower end of its 95 % interval."""
    high: float
    """Upper end of its 95 % interval."""
    p_value: float
    """Two-sided p-value of no difference."""


_UNKNOWN = PairedDifference(np.nan, np.nan, np.nan, np.nan)


def corrected_difference(differences: ArrayLike, test_to_train: float) -> PairedDifference:
    r"""Mean difference over the folds of repeated cross-validation, with its uncertainty.

    Parameters
    ----------
    differences : array-like of shape (n_folds * n_repeats,)
        Difference between two methods on each test fold.
    test_to_train : float
        Number of test rows divided by the number of training rows.

    Returns
    -------
    PairedDifference
        With an interval and p-value from Student's t with n_folds * n_repeats - 1 degrees of
        freedom.

    Notes
    -----
    Training sets overlap, so that the folds are not independent. The variance of the mean of
    :math:`J` differences with variance :math:`s^2` is estimated as [1]_

    .. math:: \left(\frac{1}{J} + \frac{n_\text{test}}{n_\text{train}}\right) s^2.

    References
    ----------
    .. [1] C. Nadeau, Y. Bengio (2003). "Inference for the Generalization Error." Machine
       Learning 52, 239-281. doi:10.1023/A:1024068626366
    """
    values = np.asarray(differences, dtype=np.float64)
    n_values, mean = len(values), float(values.mean())
    error = float(np.sqrt((1 / n_values + test_to_train) * values.var(ddof=1)))
    if round(error, DECIMALS) == 0:  # the same difference on every fold
        same = round(mean, DECIMALS)
        return PairedDifference(same, same, same, float(same == 0))
    half_width = float(stats.t.ppf(0.975, n_values - 1)) * error
    p_value = 2 * float(stats.t.sf(abs(mean) / error, n_values - 1))
    return PairedDifference(mean, mean - half_width, mean + half_width, p_value)


def paired_differences(
    scores: pd.DataFrame, metrics: Iterable[Metric], baseline: str
) -> pd.DataFrame:
    """Difference of every method from the baseline, for each data set and metric.

    Returns
    -------
    DataFrame
        Columns data_set, method, metric, mean, low, high and p_value; NaN where one of the two
        failed on a fold. Intervals are clipped to the range of differences of the metric. Metrics
        that do not apply to a data set have no row for it.
    """
    records = []
    for data_set, rows in scores.groupby("data_set", sort=False):
        folds = rows.set_index(["method", "repeat", "fold"])
        base = folds.loc[baseline]
        ratio = float(base["n_test"].mean() / base["n_train"].mean())
        for method, metric in product(rows["method"].unique(), metrics):
            if method == baseline or not metric.applies_to(int(rows["n_classes"].iloc[0])):
                continue
            gap = (folds.loc[method][metric.name] - base[metric.name]).to_numpy(np.float64)
            difference = _UNKNOWN if np.isnan(gap).any() else corrected_difference(gap, ratio)
            widest = metric.bounds[1] - metric.bounds[0]
            low, high = np.clip([difference.low, difference.high], -widest, widest).tolist()
            difference = difference._replace(low=low, high=high)
            record = {"data_set": data_set, "method": method, "metric": metric.name}
            records.append({**record, **difference._asdict()})
    return pd.DataFrame(records, columns=["data_set", "method", "metric", *_UNKNOWN._fields])


def data_set_scores(scores: pd.DataFrame, metric: Metric) -> pd.DataFrame:
    """One score per data set and method: the mean over folds.

    Returns
    -------
    DataFrame of shape (n_data_sets, n_methods)
        NaN where the method failed on any fold. Data sets to which the metric does not apply have
        no row.
    """
    applicable = scores[scores["n_classes"].map(metric.applies_to)]
    groups = applicable.groupby(["data_set", "method"], sort=False)[metric.name]
    complete = groups.count() == groups.size()
    means = groups.mean().where(complete).reset_index()
    table = means.pivot_table(index="data_set", columns="method", values=metric.name, dropna=False)
    return table.reindex(index=applicable["data_set"].unique(), columns=scores["method"].unique())


def data_set_ranks(table: pd.DataFrame, *, greater_is_better: bool) -> pd.DataFrame:
    """Rank of each method on each data set; 1 is best, ties share a rank, failures are last."""
    return table.round(DECIMALS).rank(
        axis=1, ascending=not greater_is_better, method="average", na_option="bottom"
    )


def compare_with_baseline(
    table: pd.DataFrame, *, greater_is_better: bool, baseline: str
) -> pd.DataFrame:
    """Compare every method with the baseline over data sets.

    Parameters
    ----------
    table : DataFrame of shape (n_data_sets, n_methods)
        One score each; NaN for a failure, which loses against any score.
    greater_is_better : bool
        Direction of the score.
    baseline : str
        The method to compare with.

    Returns
    -------
    DataFrame
        For each other method: wins, ties and losses, the median difference (over data sets on
        which neither failed), the direction (1 better, -1 worse, 0 equal) and p_value of the
        Wilcoxon signed-rank test (NaN with a single data set).
    """
    sign = 1 if greater_is_better else -1
    others = [method for method in table.columns if method != baseline]
    records = [
        {
            **_compare_pair(sign * table[method], sign * table[baseline]),
            "difference": _median_gap(table, method, baseline),
        }
        for method in others
    ]
    columns = ["wins", "ties", "losses", "difference", "direction", "p_value"]
    return pd.DataFrame(records, index=others, columns=columns)


def compare_all_pairs(table: pd.DataFrame, *, greater_is_better: bool) -> pd.DataFrame:
    """Compare every pair of methods over data sets.

    Parameters
    ----------
    table : DataFrame of shape (n_data_sets, n_methods)
        One score each; NaN for a failure, which loses against any score.
    greater_is_better : bool
        Direction of the score.

    Returns
    -------
    DataFrame
        One row per pair: method and other; wins, ties and losses of the first; the direction (1
        if it is better, -1 worse, 0 equal); p_value of the Wilcoxon signed-rank test, and p_holm,
        adjusted for the number of pairs.

    Examples
    --------
    >>> import pandas as pd
    >>> from skfocal.comparison import compare_all_pairs
    >>> scores = pd.DataFrame({"a": [0.9, 0.8, 0.7], "b": [0.8, 0.7, 0.6]})
    >>> pairs = compare_all_pairs(scores, greater_is_better=True)
    >>> pairs[["method", "other", "wins", "losses"]].values.tolist()
    [['a', 'b', 3, 0]]
    """
    sign = 1 if greater_is_better else -1
    records = [
        {
            "method": method,
            "other": other,
            **_compare_pair(sign * table[method], sign * table[other]),
        }
        for method, other in combinations(table.columns, 2)
    ]
    columns = ["method", "other", "wins", "ties", "losses", "direction", "p_value"]
    pairs = pd.DataFrame(records, columns=columns)
    return pairs.assign(p_holm=holm(pairs["p_value"]))


def indistinguishable_runs(
    order: Sequence[str], differing: Container[frozenset[str]]
) -> list[range]:
    """Find the runs of neighbours of which no two differ, for a critical-difference diagram.

    Parameters
    ----------
    order : sequence of str
        Methods by mean rank.
    differing : container of frozenset of str
        The pairs that differ significantly.

    Returns
    -------
    list of range
        Positions in `order` of two or more methods; no run lies within another.
    """
    runs: list[range] = []
    end = 0
    for start in range(len(order)):
        longest = end
        while longest < len(order) and not any(
            frozenset((order[longest], other)) in differing for other in order[start:longest]
        ):
            longest += 1
        if longest > end and longest - start > 1:
            runs.append(range(start, longest))
        end = longest
    return runs


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjust p-values for multiple tests by Holm's step-down method; NaN stays NaN.

    References
    ----------
    S. Holm (1979). "A Simple Sequentially Rejective Multiple Test Procedure." Scandinavian
    Journal of Statistics 6, 65-70. https://www.jstor.org/stable/4615733
    """
    values = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full_like(values, np.nan)
    order = np.argsort(values)[: int((~np.isnan(values)).sum())]
    remaining = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(values[order] * remaining), 1)
    return adjusted


def _compare_pair(method: pd.Series[float], other: pd.Series[float]) -> dict[str, Any]:
    """Compare two methods over data sets, by scores for which greater is better."""
    gain = _gains(method, other)
    return {
        "wins": int((gain > 0).sum()),
        "ties": int((gain == 0).sum()),
        "losses": int((gain < 0).sum()),
        "direction": _direction(gain),
        "p_value": _signed_rank_p(gain),
    }


def _gains(method: pd.Series[float], baseline: pd.Series[float]) -> NDArray[np.float64]:
    """Difference per data set, above 0 where the method is better."""
    gain = np.array((method - baseline).round(DECIMALS), dtype=np.float64)
    failed, baseline_failed = method.isna().to_numpy(), baseline.isna().to_numpy()
    # The tests use ranks only, so that a failure is any value beyond every difference.
    beyond = 1 + np.nanmax(np.abs(gain), initial=0)
    gain[failed] = -beyond
    gain[baseline_failed] = beyond
    gain[failed & baseline_failed] = 0
    return gain


def _median_gap(table: pd.DataFrame, method: str, baseline: str) -> float:
    gaps = (table[method] - table[baseline]).dropna()
    return float(gaps.median()) if len(gaps) else float("nan")


def _direction(gain: NDArray[np.float64]) -> int:
    """Sign of the sum of signed ranks."""
    return int(np.sign(np.sum(np.sign(gain) * stats.rankdata(np.abs(gain)))))


def _signed_rank_p(gain: NDArray[np.float64]) -> float:
    """Two-sided p-value of the Wilcoxon signed-rank test, exact with ties and zeros too.

    Under the null hypothesis both signs of a gain are equally likely. The distribution of the sum
    of ranks is built by adding one rank at a time; SciPy tries all signs if there are ties.
    """
    if len(gain) < 2:
        return float("nan")
    ranks = stats.rankdata(np.abs(gain))[gain != 0]
    distribution = np.ones(1)
    for twice in np.rint(2 * ranks).astype(np.intp):  # ties have mean ranks: multiples of 1/2
        zeros = np.zeros(twice)
        distribution = (np.append(distribution, zeros) + np.append(zeros, distribution)) / 2
    observed = round(2 * ranks[gain[gain != 0] > 0].sum())
    return float(
        min(1.0, 2 * min(distribution[: observed + 1].sum(), distribution[observed:].sum()))
    )
