"""Figures of the differences from the baseline on every data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skfocal.comparison.report.figures.axes import MARGIN, WIDTH, Tick, nice_ticks, signed
from skfocal.comparison.scoring.metrics import METRICS, Metric

__all__ = ["DifferencePanel", "Interval", "Strip", "difference_panels"]

LABEL = 21
ROW = 5
FEW = 12
"""More data sets than these move together, in the order of their differences."""
NARROW_ROW = 2
KINDS = ("unclear", "better", "worse")


@dataclass(frozen=True)
class Interval:
    """One data set's difference, in pixels and in words."""

    y: float
    low: float
    middle: float
    high: float
    kind: str
    words: str


@dataclass(frozen=True)
class Strip:
    """A method's differences on all data sets."""

    method: str
    label_y: float
    intervals: list[Interval]

    @property
    def lines(self) -> dict[str, str]:
        """One path for all intervals of each kind."""
        return self._paths(lambda one: f"M{one.low:g} {one.y:g}H{one.high:g}")

    @property
    def dots(self) -> dict[str, str]:
        """One path for the middles of all intervals of each kind: lines without length."""
        return self._paths(lambda one: f"M{one.middle:g} {one.y:g}h0")

    @property
    def words(self) -> str:
        """How many data sets speak for the method, against it, or neither."""
        counts = [sum(one.kind == kind for one in self.intervals) for kind in KINDS]
        return f"{self.method} {counts[1]} better, {counts[2]} worse, {counts[0]} unclear"

    def _paths(self, draw: Callable[[Interval], str]) -> dict[str, str]:
        drawn = {
            kind: "".join(draw(one) for one in self.intervals if one.kind == kind) for kind in KINDS
        }
        return {kind: path for kind, path in drawn.items() if path}


@dataclass(frozen=True)
class DifferencePanel:
    """Differences from the baseline by one metric; right of `zero` is better."""

    metric: Metric
    height: float
    zero: float
    ticks: list[Tick]
    strips: list[Strip]
    n_cut: int


def difference_panels(differences: pd.DataFrame) -> Iterator[DifferencePanel]:
    """Lay out one panel per metric, oriented so that better lies to the right."""
    for key, rows in differences.groupby("metric", sort=False):
        metric = METRICS[str(key)]
        gains = rows.dropna(subset=["mean"]).copy()
        if not metric.greater_is_better:
            gains[["mean", "low", "high"]] = -gains[["mean", "high", "low"]].to_numpy()
        if len(gains):
            yield _difference_panel(metric, gains)


def _difference_panel(metric: Metric, gains: pd.DataFrame) -> DifferencePanel:
    left, right = _range_of(gains)
    order = gains["method"].unique()
    few = gains["data_set"].nunique() <= FEW
    row_height = ROW if few else NARROW_ROW
    gains = gains if few else gains.sort_values("mean", kind="stable", ascending=False)

    def place(value: float) -> float:
        share = (np.clip(value, left, right) - left) / (right - left)
        return float(round(MARGIN + share * (WIDTH - 2 * MARGIN), 1))

    strips, top = [], 0.0
    for method in order:
        rows = gains[gains["method"] == method]
        first = top + LABEL + 3
        intervals = [
            Interval(
                y=first + row_height * index,
                low=place(row["low"]),
                middle=place(row["mean"]),
                high=place(row["high"]),
                kind="better" if row["low"] > 0 else "worse" if row["high"] < 0 else "unclear",
                words=f"{row['data_set']}: {signed(row['mean'])} "
                f"({signed(row['low'])} to {signed(row['high'])})",
            )
            for index, row in enumerate(rows.to_dict("records"))
        ]
        strips.append(Strip(str(method), top + LABEL - 4, intervals))
        top = first + row_height * len(intervals) + 4
    ticks = [Tick(place(value), signed(value)) for value in nice_ticks(left, right, 4)]
    n_cut = int(((gains["low"] < left) | (gains["high"] > right)).sum())
    return DifferencePanel(metric, top, place(0.0), ticks, strips, n_cut)


def _range_of(gains: pd.DataFrame) -> tuple[float, float]:
    """Bounds that hold every difference and most intervals; wide ones are cut at the edge."""
    ends = np.concatenate(
        [gains["mean"], gains["low"].quantile([0.1]), gains["high"].quantile([0.9])]
    )
    low, high = min(ends.min(), 0.0), max(ends.max(), 0.0)
    padding = 0.06 * (high - low) or 0.01
    return low - padding, high + padding
