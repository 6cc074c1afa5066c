"""How the arms stand over data sets, from the figures that are kept."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.quality.results import Results
from skfocal.comparison.methods.catalogue import BASELINE
from skfocal.comparison.scoring.folds import METRICS
from skfocal.comparison.statistics.differences import (
    against_baseline,
    data_set_ranks,
    every_pair,
    holm,
    indistinct_runs,
)

__all__ = ["LARGE", "MORE_CLASSES", "SIGNIFICANT", "TWO_CLASSES", "indistinct", "standing"]

SIGNIFICANT = 0.05
TWO_CLASSES = ("binary", "wide")
MORE_CLASSES = ("multiclass", "long")
LARGE = ("large",)
_RESAMPLES = 2_000


def standing(results: Results, suites: tuple[str, ...], metric: str) -> pd.DataFrame:
    """Rank the arms over the data sets of some suites, the best first.

    Returns
    -------
    DataFrame
        One row per arm: its mean rank with the ends of a 95 % interval (`rank_low`, `rank_high`)
        by drawing data sets anew; against plain logistic regression wins, ties and losses, the
        median difference, direction (1 better, -1 worse), the p-value of the signed-rank test and
        `p_holm`; and on how many data sets the interval of the difference excludes zero on
        the better and on the worse side (`better`, `worse`).
    """
    table = results.scores(suites, metric)
    greater = METRICS[metric].greater_is_better
    ranks = data_set_ranks(table, greater_is_better=greater)
    versus = against_baseline(table, greater_is_better=greater, baseline=BASELINE)
    low, high = _rank_interval(ranks)
    frame = pd.DataFrame({"mean_rank": ranks.mean(), "rank_low": low, "rank_high": high})
    frame = frame.join(versus.assign(p_holm=holm(versus["p_value"])))
    above = (results.scores(suites, metric, "low") > 0).sum()
    below = (results.scores(suites, metric, "high") < 0).sum()
    frame["better"], frame["worse"] = (above, below) if greater else (below, above)
    return frame.sort_values("mean_rank", kind="stable")


def indistinct(results: Results, suites: tuple[str, ...], metric: str) -> list[list[str]]:
    """Return the runs of arms, by mean rank, of which no two differ significantly."""
    table = results.scores(suites, metric)
    greater = METRICS[metric].greater_is_better
    pairs = every_pair(table, greater_is_better=greater)
    differing = {
        frozenset((str(pair["method"]), str(pair["other"])))
        for pair in pairs[pairs["p_holm"] < SIGNIFICANT].to_dict("records")
    }
    ranks = data_set_ranks(table, greater_is_better=greater).mean().sort_values(kind="stable")
    order = [str(arm) for arm in ranks.index]
    return [order[run.start : run.stop] for run in indistinct_runs(order, differing)]


def _rank_interval(ranks: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(ranks), size=(_RESAMPLES, len(ranks)))
    means = ranks.to_numpy()[drawn].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return pd.Series(low, ranks.columns), pd.Series(high, ranks.columns)
