"""Estimates with 95 % intervals, and the verdicts that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

__all__ = ["Estimate", "Verdict", "above", "below", "combined", "share", "typical", "within"]

CONFIDENCE = 0.95


class Verdict(StrEnum):
    """What a measurement says of a statement."""

    HOLDS = "holds"
    IN_PART = "holds in part"
    NOT_SHOWN = "not shown"
    FAILS = "does not hold"


@dataclass(frozen=True)
class Estimate:
    """A figure and the ends of its 95 % interval."""

    value: float
    low: float
    high: float
    count: int
    """Number of data sets, folds or rounds that it rests on."""


def typical(values: ArrayLike) -> Estimate:
    """Estimate the centre of values by Hodges and Lehmann, from the mean of every pair.

    The interval holds the centres that Wilcoxon's signed-rank test does not reject; with too few
    values to reject any, it has no ends.

    References
    ----------
    J. L. Hodges, E. L. Lehmann (1963). "Estimates of Location Based on Rank Tests." Annals of
    Mathematical Statistics 34(2), 598-611. doi:10.1214/aoms/1177704172
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    count = len(known)
    if count == 0:
        return Estimate(np.nan, -np.inf, np.inf, 0)
    rows, columns = np.triu_indices(count)
    means = np.sort((known[rows] + known[columns]) / 2)
    cut = _critical_sum(count)
    low, high = (means[cut], means[-1 - cut]) if cut >= 0 else (-np.inf, np.inf)
    return Estimate(float(np.median(means)), float(low), float(high), count)


def share(count: int, total: int) -> Estimate:
    """Estimate a probability from a count, with the interval of Clopper and Pearson."""
    if total == 0:
        return Estimate(np.nan, 0.0, 1.0, 0)
    interval = stats.binomtest(count, total).proportion_ci(CONFIDENCE, method="exact")
    return Estimate(count / total, float(interval.low), float(interval.high), total)


def above(estimate: Estimate, bound: float) -> Verdict:
    """Judge that a figure lies above a bound."""
    if estimate.low > bound:
        return Verdict.HOLDS
    return Verdict.FAILS if estimate.high <= bound else Verdict.NOT_SHOWN


def below(estimate: Estimate, bound: float) -> Verdict:
    """Judge that a figure lies below a bound."""
    if estimate.high < bound:
        return Verdict.HOLDS
    return Verdict.FAILS if estimate.low >= bound else Verdict.NOT_SHOWN


def within(estimate: Estimate, bound: float) -> Verdict:
    """Judge that a figure is nearer to zero than a bound."""
    if -bound < estimate.low and estimate.high < bound:
        return Verdict.HOLDS
    outside = estimate.low >= bound or estimate.high <= -bound
    return Verdict.FAILS if outside else Verdict.NOT_SHOWN


def combined(verdicts: Iterable[Verdict]) -> Verdict:
    """Judge a claim by its parts: it holds in part as soon as one of them does."""
    found = set(verdicts)
    if len(found) == 1:
        return found.pop()
    if found & {Verdict.HOLDS, Verdict.IN_PART}:
        return Verdict.IN_PART
    return Verdict.FAILS


def _critical_sum(count: int) -> int:
    """Return the largest sum of ranks so small that it occurs in 2.5 % of the cases; -1 if none."""
    chances: Sequence[float] | np.ndarray = np.ones(1)
    for rank in range(1, count + 1):
        chances = np.append(chances, np.zeros(rank)) + np.append(np.zeros(rank), chances)
        chances = chances / 2
    return int(np.searchsorted(np.cumsum(chances), (1 - CONFIDENCE) / 2, side="right")) - 1
