"""Geometry of the report's figures; the template draws them, so that they follow its colours."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skfocal.comparison.measures import METRICS, Metric
from skfocal.comparison.statistics import indistinct_runs
from skfocal.metrics import reliability_curve

if TYPE_CHECKING:
    from skfocal.comparison.runner import Predictions

__all__ = [
    "DifferencePanel",
    "Interval",
    "RankBar",
    "RankPanel",
    "RankRow",
    "ReliabilityPanel",
    "Strip",
    "Tick",
    "difference_panels",
    "nice_ticks",
    "rank_panel",
    "reliability_panels",
]

WIDTH = 300
MARGIN = 8
ROW = 5
LABEL = 21
RANK_ROW = 26
BAR = 7
SQUARE = 150


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    position: float
    label: str


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


@dataclass(frozen=True)
class DifferencePanel:
    """Differences from the baseline by one metric; right of `zero` is better."""

    metric: Metric
    height: float
    zero: float
    ticks: list[Tick]
    strips: list[Strip]
    n_cut: int


@dataclass(frozen=True)
class ReliabilityPanel:
    """Observed frequency against predicted probability for one method."""

    method: str
    points: list[tuple[float, float]]
    words: str


@dataclass(frozen=True)
class RankRow:
    """A method and its mean rank."""

    method: str
    label_y: float
    x: float
    y: float
    words: str


@dataclass(frozen=True)
class RankBar:
    """A bar beside methods of which no two differ."""

    x: float
    top: float
    bottom: float
    words: str


@dataclass(frozen=True)
class RankPanel:
    """Mean ranks by one metric, the best at the top: a critical-difference diagram."""

    metric: Metric
    height: float
    ticks: list[Tick]
    rows: list[RankRow]
    bars: list[RankBar]


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers between two bounds, about `count` of them."""
    rough = (high - low) / count
    magnitude = 10.0 ** np.floor(np.log10(rough))
    step = next(unit * magnitude for unit in (1, 2, 5, 10) if unit * magnitude >= rough * 0.999)
    first = np.ceil(low / step - 1e-9)
    last = np.floor(high / step + 1e-9)
    return [float(round(index * step, 12)) for index in np.arange(first, last + 1)]


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

    def place(value: float) -> float:
        share = (np.clip(value, left, right) - left) / (right - left)
        return float(round(MARGIN + share * (WIDTH - 2 * MARGIN), 1))

    strips, top = [], 0.0
    for method, rows in gains.groupby("method", sort=False):
        first = top + LABEL + 3
        intervals = [
            Interval(
                y=first + ROW * index,
                low=place(row["low"]),
                middle=place(row["mean"]),
                high=place(row["high"]),
                kind="better" if row["low"] > 0 else "worse" if row["high"] < 0 else "unclear",
                words=f"{row['data_set']}: {_signed(row['mean'])} "
                f"({_signed(row['low'])} to {_signed(row['high'])})",
            )
            for index, row in enumerate(rows.to_dict("records"))
        ]
        strips.append(Strip(str(method), top + LABEL - 4, intervals))
        top = first + ROW * len(intervals) + 4
    ticks = [Tick(place(value), _signed(value)) for value in nice_ticks(left, right, 4)]
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


def _signed(value: float) -> str:
    decimals = 3 if abs(value) < 0.0995 else 2
    text = f"{value:+.{decimals}f}"
    return "0" if float(text) == 0 else text.replace("-", "−").replace("0.", ".")


def rank_panel(
    metric: Metric, ranks: pd.Series[float], differing: Container[frozenset[str]]
) -> RankPanel:
    """Lay out mean ranks, and a bar beside every run of methods of which no two differ."""
    ranks = ranks.sort_values(kind="stable")
    order = [str(method) for method in ranks.index]
    runs = indistinct_runs(order, differing)
    right = WIDTH - MARGIN - BAR * (len(runs) + 1)

    def place(rank: float) -> float:
        return float(round(MARGIN + (rank - 1) / (len(order) - 1) * (right - MARGIN), 1))

    rows = [
        RankRow(
            method=str(method),
            label_y=RANK_ROW * index + 12,
            x=place(rank),
            y=RANK_ROW * index + 19,
            words=f"mean rank {rank:.1f}",
        )
        for index, (method, rank) in enumerate(ranks.items())
    ]
    bars = [
        RankBar(
            x=WIDTH - MARGIN - BAR * (len(runs) - 1 - column),
            top=rows[run[0]].y - 7,
            bottom=rows[run[-1]].y + 3,
            words=f"no two differ from {order[run[0]]} to {order[run[-1]]}",
        )
        for column, run in enumerate(runs)
    ]
    ticks = [Tick(place(value), f"{value:g}") for value in nice_ticks(1, len(order), 4)]
    return RankPanel(metric, RANK_ROW * len(order) + 4, ticks, rows, bars)


def reliability_panels(
    predictions: Sequence[Predictions], methods: Sequence[str], n_bins: int = 12
) -> Iterator[ReliabilityPanel]:
    """Pool each method's test predictions and set frequency against probability."""
    for method in methods:
        own = [one for one in predictions if one.method == method]
        if not own:
            continue
        event = np.concatenate([one.event for one in own])
        probability = np.concatenate([one.probability for one in own])
        curve = reliability_curve(event, probability, n_bins=n_bins)
        points = [
            (round(SQUARE * predicted, 1), round(SQUARE * (1 - seen), 1))
            for predicted, seen in zip(curve.probability, curve.frequency, strict=True)
        ]
        words = "; ".join(
            f"predicted {predicted:.2f}, seen {seen:.2f}"
            for predicted, seen in zip(curve.probability, curve.frequency, strict=True)
        )
        yield ReliabilityPanel(method, points, words)
