"""Ranks and differences over the data sets, with the statistics of `Comparison`."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from benchmarks.publishing import MeasuredTable
from benchmarks.quality.results import scores
from benchmarks.quality.shared_fits import BASELINE
from skfocal.comparison import compare_all_pairs, rank_methods

SIGNIFICANT = 0.05
TWO_CLASSES = ("binary", "wide")
MORE_CLASSES = ("multiclass", "long")


def rank(results: MeasuredTable, suites: Sequence[str], metric: str) -> pd.DataFrame:
    """Rank the methods over the data sets of some suites, the best first."""
    frame = rank_methods(
        scores(results, suites, metric),
        greater_is_better=_greater_is_better(results, metric),
        baseline=BASELINE,
    )
    frame = frame.sort_values("mean_rank", kind="stable")
    return frame.join(clear_counts(results, suites, metric))


def clear_counts(results: MeasuredTable, suites: Sequence[str], metric: str) -> pd.DataFrame:
    """Count the data sets on which each method is clearly better, and clearly worse."""
    above = (scores(results, suites, metric, "low") > 0).sum()
    below = (scores(results, suites, metric, "high") < 0).sum()
    better, worse = (above, below) if _greater_is_better(results, metric) else (below, above)
    return pd.DataFrame({"better": better, "worse": worse})


def differing_pairs(
    results: MeasuredTable, suites: Sequence[str], metric: str
) -> set[frozenset[str]]:
    """Return the pairs of methods that differ significantly over the data sets."""
    table = scores(results, suites, metric)
    pairs = compare_all_pairs(table, greater_is_better=_greater_is_better(results, metric))
    found = pairs[pairs["p_holm"] < SIGNIFICANT]
    return {frozenset(pair) for pair in zip(found["method"], found["other"], strict=True)}


def _greater_is_better(results: MeasuredTable, metric: str) -> bool:
    return bool(results.info["metrics"][metric]["greater_is_better"])
