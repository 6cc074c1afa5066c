"""Dot plots with one row per method: ranks, scores and ratios."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd

from skfocal.comparison.report.figures.axes import MARGIN, WIDTH, Tick, nice_ticks
from skfocal.comparison.statistics.differences import indistinguishable_runs

__all__ = ["DotBar", "DotPanel", "DotRow", "rank_panel", "ratio_panel", "score_panel"]

ROW_HEIGHT = 26
BAR_WIDTH = 7


@dataclass(frozen=True)
class DotRow:
    """A method with its value and interval, in pixels and in words."""

    method: str
    label_y: float
    x: float
    low: float
    high: float
    y: float
    words: str


@dataclass(frozen=True)
class DotBar:
    """A bar beside methods of which no two differ significantly."""

    x: float
    top: float
    bottom: float
    words: str


@dataclass(frozen=True)
class DotPanel:
    """One value for every method, in rows."""

    kind: ClassVar[str] = "dots"
    small: ClassVar[bool] = False
    folded: ClassVar[bool] = False

    label: str
    height: float
    ticks: list[Tick]
    rows: list[DotRow]
    bars: list[DotBar] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Title for screen readers."""
        return f"{self.label} of every method"


def rank_panel(label: str, ranks: pd.DataFrame, differing: Container[frozenset[str]]) -> DotPanel:
    """Draw mean ranks, with a bar beside every run of methods of which no two differ.

    Parameters
    ----------
    label : str
        Label of the metric.
    ranks : DataFrame
        Columns value, low and high; the index is the methods.
    differing : container of frozenset of str
        The pairs that differ significantly.

    Returns
    -------
    DotPanel
        A critical-difference diagram, the best method at the top.
    """
    ranks = ranks.sort_values("value", kind="stable")
    order = [str(method) for method in ranks.index]
    runs = indistinguishable_runs(order, differing)
    right = WIDTH - MARGIN - BAR_WIDTH * (len(runs) + 1)
    place = _linear_scale(1, max(len(order), 2), right)
    rows = _rows(ranks, place, "mean rank {:.1f}".format)
    bars = [
        DotBar(
            x=WIDTH - MARGIN - BAR_WIDTH * (len(runs) - 1 - column),
            top=rows[run[0]].y - 7,
            bottom=rows[run[-1]].y + 3,
            words=f"no two differ from {order[run[0]]} to {order[run[-1]]}",
        )
        for column, run in enumerate(runs)
    ]
    values = nice_ticks(1, max(len(order), 2), 4)
    ticks = [Tick(place(value), f"{value:g}", value) for value in values]
    return DotPanel(label, ROW_HEIGHT * len(order) + 4, ticks, rows, bars)


def score_panel(label: str, values: pd.DataFrame) -> DotPanel:
    """Draw scores with their intervals, in the order of the rows.

    Parameters
    ----------
    label : str
        Label of the metric.
    values : DataFrame
        Columns value, low and high; the index is the methods. Rows without a value are left out.
    """
    values = values.dropna(subset="value")
    known = values.to_numpy(np.float64)
    low, high = (np.nanmin(known), np.nanmax(known)) if known.size else (0.0, 1.0)
    padding = 0.05 * (high - low) or 0.05
    low, high = low - padding, high + padding
    place = _linear_scale(low, high, WIDTH - MARGIN)
    ticks = [Tick(place(value), f"{value:g}", value) for value in nice_ticks(low, high, 4)]
    rows = _rows(values, place, "{:.3f}".format)
    return DotPanel(label, ROW_HEIGHT * len(rows) + 4, ticks, rows)


def ratio_panel(label: str, values: pd.DataFrame) -> DotPanel:
    """Draw ratios to the baseline on a logarithmic axis; columns as in `score_panel`."""
    logs = values.dropna(subset="value").apply(np.log2)
    known = logs.to_numpy(np.float64)  # empty if the baseline always failed
    low, high = np.nanmin(known, initial=-1.0), np.nanmax(known, initial=1.0)
    place = _linear_scale(low, high, WIDTH - MARGIN)
    step = max(1, round((high - low) / 4))
    powers = range(int(np.ceil(low / step)) * step, int(np.floor(high)) + 1, step)
    ticks = [Tick(place(power), f"{2.0**power:.3g}×", power) for power in powers]
    rows = _rows(logs, place, lambda power: f"{2.0**power:.2g} times the baseline")
    return DotPanel(label, ROW_HEIGHT * len(rows) + 4, ticks, rows)


def _linear_scale(low: float, high: float, right: float) -> Callable[[float], float]:
    def place(value: float) -> float:
        return float(round(MARGIN + (value - low) / (high - low) * (right - MARGIN), 1))

    return place


def _rows(
    values: pd.DataFrame, place: Callable[[float], float], in_words: Callable[[float], str]
) -> list[DotRow]:
    """Lay out one row per method; without an interval, both of its ends are the value."""
    rows = []
    for index, (method, value) in enumerate(values.iterrows()):
        known = not np.isnan(value["low"])
        ends: Sequence[float] = (value["low"], value["high"]) if known else (value["value"],) * 2
        between = f" ({in_words(ends[0])} to {in_words(ends[1])})" if known else ""
        rows.append(
            DotRow(
                method=str(method),
                label_y=ROW_HEIGHT * index + 12,
                x=place(value["value"]),
                low=place(ends[0]),
                high=place(ends[1]),
                y=ROW_HEIGHT * index + 19,
                words=in_words(value["value"]) + between,
            )
        )
    return rows
