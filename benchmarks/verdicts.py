"""Verdicts on statements, computed from an estimate, its 95 % interval and a bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from skfocal.comparison import median_interval


class Verdict(StrEnum):
    """What measurements show about a statement."""

    HOLDS = "holds"
    IN_PART = "holds in part"
    NOT_SHOWN = "not shown"
    FAILS = "does not hold"


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval, from `n` data sets, folds or runs."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Statement:
    """A statement that relates a value to a bound; "±" is for the absolute value."""

    text: str
    estimate: Estimate
    relation: Literal[">", "<", "≤", "±"]
    bound: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """HOLDS or FAILS if that is so in the whole interval, else NOT_SHOWN."""
        low, high, bound = self.estimate.low, self.estimate.high, self.bound
        holds, fails = {
            ">": (low > bound, high <= bound),
            "<": (high < bound, low >= bound),
            "≤": (high <= bound, low > bound),
            "±": (-bound < low and high < bound, low >= bound or high <= -bound),
        }[self.relation]
        return Verdict.HOLDS if holds else Verdict.FAILS if fails else Verdict.NOT_SHOWN


@dataclass(frozen=True)
class Claim:
    """A claim, the verdicts on its statements or cases, and what a page shows of them."""

    name: str
    verdicts: tuple[Verdict, ...]
    details: Any = None

    @property
    def verdict(self) -> Verdict:
        """The verdict on the whole claim."""
        return combine(self.verdicts)

    def count(self, verdict: str) -> int:
        """Return how many of the verdicts are this one."""
        return self.verdicts.count(Verdict(verdict))


def combine(verdicts: Iterable[Verdict]) -> Verdict:
    """Combine verdicts: a claim holds if all its parts do, and in part if any of them does."""
    found = set(verdicts)
    if len(found) < 2:
        return found.pop() if found else Verdict.NOT_SHOWN
    return Verdict.IN_PART if found & {Verdict.HOLDS, Verdict.IN_PART} else Verdict.FAILS


def exact(value: float, n: int = 1) -> Estimate:
    """Return a value that has no uncertainty."""
    return Estimate(value, value, value, n)


def median(values: ArrayLike) -> Estimate:
    """Return the median of the values that are not NaN, with the interval of `Comparison`.

    With fewer than six values the interval is unbounded.
    """
    known = np.asarray(values, dtype=np.float64)
    known = known[~np.isnan(known)]
    if len(known) == 0:
        return Estimate(np.nan, -np.inf, np.inf, 0)
    low, high = median_interval(known)
    if np.isnan(low):
        low, high = -np.inf, np.inf
    return Estimate(float(np.median(known)), low, high, len(known))


def proportion(count: int, total: int) -> Estimate:
    """Return a proportion with the interval of Clopper and Pearson."""
    if total == 0:
        return Estimate(np.nan, 0.0, 1.0, 0)
    ends = stats.binomtest(count, total).proportion_ci(0.95, method="exact")
    return Estimate(count / total, float(ends.low), float(ends.high), total)
