"""Differences from the baseline on every data set, as a figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from skfocal.comparison.report.figures.axes import (
    MARGIN,
    WIDTH,
    Tick,
    format_signed,
    signed_ticks,
)
from skfocal.comparison.report.figures.figure import ReportFigure
from skfocal.comparison.results import Results
from skfocal.comparison.scoring.metric import Metric

__all__ = ["FIGURES", "DifferencePanel", "DifferenceStrip", "Interval"]

LABEL_HEIGHT = 21
ROW_HEIGHT, NARROW_ROW_HEIGHT = 5, 2
MAX_WIDE_ROWS = 12
"""More data sets have narrow rows, ordered by their differences."""
KINDS = ("unclear", "better", "worse")


@dataclass(frozen=True)
class Interval:
    """The difference on one data set, in pixels and in words."""

    y: float
    low: float
    middle: float
    high: float
    kind: str
    words: str


@dataclass(frozen=True)
class DifferenceStrip:
    """The differences of a method on all data sets."""

    method: str
    label_y: float
    intervals: list[Interval]

    @property
    def lines(self) -> dict[str, str]:
        """One path for all intervals of each kind."""
        return self._paths(lambda one: f"M{one.low:g} {one.y:g}H{one.high:g}")

    @property
    def dots(self) -> dict[str, str]:
        """One path for the centres of all intervals of each kind: lines without length."""
        return self._paths(lambda one: f"M{one.middle:g} {one.y:g}h0")

    @property
    def words(self) -> str:
        """Number of data sets on which the method is better, worse, or neither."""
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

    kind: ClassVar[str] = "differences"
    small: ClassVar[bool] = False

    metric: Metric
    title: str
    folded: bool
    height: float
    zero: float
    ticks: list[Tick]
    strips: list[DifferenceStrip]
    n_cut: int


@dataclass(frozen=True)
class _Gains:
    """Differences from the baseline by one metric."""

    metric: Metric
    gains: pd.DataFrame
    """Columns data_set, method, mean, low and high, above 0 where the method is better."""
    prominent: bool


def _data(results: Results) -> list[_Gains]:
    prominent = [metric.name for metric in results.prominent_metrics()]
    found = []
    for metric in results.measured_metrics():
        differences = results.differences[results.differences["metric"] == metric.name]
        gains = differences.dropna(subset=["mean"]).copy()
        if not metric.greater_is_better:
            gains[["mean", "low", "high"]] = -gains[["mean", "high", "low"]].to_numpy()
        if len(gains):
            found.append(_Gains(metric, gains, metric.name in prominent))
    return found


def _draw(data: list[_Gains], baseline: str) -> list[DifferencePanel]:
    return [_panel(one.metric, one.gains, baseline, folded=not one.prominent) for one in data]


def _panel(metric: Metric, gains: pd.DataFrame, baseline: str, *, folded: bool) -> DifferencePanel:
    left, right = _range_of(gains)
    order = gains["method"].unique()
    wide = gains["data_set"].nunique() <= MAX_WIDE_ROWS
    row_height = ROW_HEIGHT if wide else NARROW_ROW_HEIGHT
    gains = gains if wide else gains.sort_values("mean", kind="stable", ascending=False)

    def place(value: float) -> float:
        share = (np.clip(value, left, right) - left) / (right - left)
        return float(round(MARGIN + share * (WIDTH - 2 * MARGIN), 1))

    strips, top = [], 0.0
    for method in order:
        rows = gains[gains["method"] == method]
        first = top + LABEL_HEIGHT + 3
        intervals = [
            Interval(
                y=first + row_height * index,
                low=place(row["low"]),
                middle=place(row["mean"]),
                high=place(row["high"]),
                kind="better" if row["low"] > 0 else "worse" if row["high"] < 0 else "unclear",
                words=f"{row['data_set']}: {format_signed(row['mean'])} "
                f"({format_signed(row['low'])} to {format_signed(row['high'])})",
            )
            for index, row in enumerate(rows.to_dict("records"))
        ]
        strips.append(DifferenceStrip(str(method), top + LABEL_HEIGHT - 4, intervals))
        top = first + row_height * len(intervals) + 4
    ticks = signed_ticks(left, right, place)
    n_cut = int(((gains["low"] < left) | (gains["high"] > right)).sum())
    title = f"{metric.label}: difference of each method from {baseline}; right is better"
    return DifferencePanel(metric, title, folded, top, place(0.0), ticks, strips, n_cut)


def _range_of(gains: pd.DataFrame) -> tuple[float, float]:
    """Limits that contain every difference and most intervals; wide ones are cut off."""
    ends = np.concatenate(
        [gains["mean"], gains["low"].quantile([0.1]), gains["high"].quantile([0.9])]
    )
    low, high = min(ends.min(), 0.0), max(ends.max(), 0.0)
    padding = 0.06 * (high - low) or 0.01
    return low - padding, high + padding


FIGURES = (
    ReportFigure("differences", "Differences from the baseline", "differences", _data, _draw),
)
