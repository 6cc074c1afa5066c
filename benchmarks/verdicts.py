"""Verdicts on statements: each follows from an estimate, its 95 % interval and a bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from benchmarks.harness import median_interval

__all__ = [
    "Claim",
    "Estimate",
    "Statement",
    "Verdict",
    "above",
    "at_most",
    "below",
    "combine",
    "exact",
    "median",
    "proportion",
    "within",
]

CONFIDENCE = 0.95


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
    """A statement about one estimate."""

    text: str
    estimate: Estimate
    verdict: Verdict


@dataclass(frozen=True)
class Claim:
    """A claim, and the verdicts of the statements or cases that it consists of."""

    text: str
    verdicts: tuple[Verdict, ...]
    details: Any = None
    """What the page shows beside the verdict."""

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
    if not found:
        return Verdict.NOT_SHOWN
    if len(found) == 1:
        return found.pop()
    if found & {Verdict.HOLDS, Verdict.IN_PART}:
        return Verdict.IN_PART
    return Verdict.FAILS


def above(text: str, estimate: Estimate, bound: float = 0.0) -> Statement:
    """State that a value is above a bound."""
    return Statement(text, estimate, _judge(estimate.low > bound, estimate.high <= bound))


def below(text: str, estimate: Estimate, bound: float = 0.0) -> Statement:
    """State that a value is below a bound."""
    return Statement(text, estimate, _judge(estimate.high < bound, estimate.low >= bound))


def at_most(text: str, estimate: Estimate, bound: float) -> Statement:
    """State that a value is not above a bound."""
    return Statement(text, estimate, _judge(estimate.high <= bound, estimate.low > bound))


def within(text: str, estimate: Estimate, bound: float) -> Statement:
    """State that the absolute value is below a bound."""
    inside = -bound < estimate.low and estimate.high < bound
    return Statement(
        text, estimate, _judge(inside, estimate.low >= bound or estimate.high <= -bound)
    )


def _judge(holds: bool, fails: bool) -> Verdict:  # noqa: FBT001 - the two halves of one rule
    if holds:
        return Verdict.HOLDS
    return Verdict.FAILS if fails else Verdict.NOT_SHOWN


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
    return Estimate(
        float(np.median(known)),
        -np.inf if np.isnan(low) else low,
        np.inf if np.isnan(high) else high,
        len(known),
    )


def proportion(count: int, total: int) -> Estimate:
    """Return a proportion with the interval of Clopper and Pearson."""
    if total == 0:
        return Estimate(np.nan, 0.0, 1.0, 0)
    ends = stats.binomtest(count, total).proportion_ci(CONFIDENCE, method="exact")
    return Estimate(count / total, float(ends.low), float(ends.high), total)
