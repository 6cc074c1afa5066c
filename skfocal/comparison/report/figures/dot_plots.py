"""Figures of one row per method: ranks, scores, seconds."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from skfocal.comparison.report.figures.axes import MARGIN, WIDTH, Tick, nice_ticks
from skfocal.comparison.statistics.differences import indistinct_runs

__all__ = ["Bar", "Row", "RowPanel", "rank_panel", "row_panel", "times_panel"]

ROW = 26
BAR = 7


@dataclass(frozen=True)
class Row:
    """A method, its value and the interval of it, in pixels and in words."""

    method: str
    label_y: float
    x: float
    low: float
    high: float
    y: float
    words: str


@dataclass(frozen=True)
class Bar:
    """A bar beside methods of which no two differ."""

    x: float
    top: float
    bottom: float
    words: str


@dataclass(frozen=True)
class RowPanel:
    """One value of every method, the first at the top."""

    key: str
    label: str
    height: float
    ticks: list[Tick]
    rows: list[Row]
    bars: list[Bar] = field(default_factory=list)


def rank_panel(
    key: str, label: str, ranks: pd.DataFrame, differing: Container[frozenset[str]]
) -> RowPanel:
    """Lay out mean ranks, and a bar beside every run of methods of which no two differ.

    Parameters
    ----------
    key, label : str
        What the ranks are by.
    ranks : DataFrame
        Columns value, low and high, the index the methods.
    differing : container of frozenset of str
        The pairs that differ significantly.

    Returns
    -------
    RowPanel
        A critical-difference diagram.
    """
    ranks = ranks.sort_values("value", kind="stable")
    order = [str(method) for method in ranks.index]
    runs = indistinct_runs(order, differing)
    right = WIDTH - MARGIN - BAR * (len(runs) + 1)
    place = _linear(1, max(len(order), 2), right)
    rows = _rows(ranks, place, "mean rank {:.1f}".format)
    bars = [
        Bar(
            x=WIDTH - MARGIN - BAR * (len(runs) - 1 - column),
            top=rows[run[0]].y - 7,
            bottom=rows[run[-1]].y + 3,
            words=f"no two differ from {order[run[0]]} to {order[run[-1]]}",
        )
        for column, run in enumerate(runs)
    ]
    ticks = [Tick(place(value), f"{value:g}") for value in nice_ticks(1, max(len(order), 2), 4)]
    return RowPanel(key, label, ROW * len(order) + 4, ticks, rows, bars)


def row_panel(key: str, label: str, values: pd.DataFrame) -> RowPanel:
    """Lay out scores with their intervals, in the order of the rows.

    Parameters
    ----------
    key, label : str
        What the scores are called.
    values : DataFrame
        Columns value, low and high, the index the methods.
    """
    values = values.dropna(subset="value")
    known = values.to_numpy(np.float64)
    low, high = (np.nanmin(known), np.nanmax(known)) if known.size else (0.0, 1.0)
    padding = 0.05 * (high - low) or 0.05
    low, high = low - padding, high + padding
    place = _linear(low, high, WIDTH - MARGIN)
    ticks = [Tick(place(value), f"{value:g}") for value in nice_ticks(low, high, 4)]
    rows = _rows(values, place, "{:.3f}".format)
    return RowPanel(key, label, ROW * len(rows) + 4, ticks, rows)


def times_panel(key: str, label: str, values: pd.DataFrame) -> RowPanel:
    """Lay out multiples of the baseline on a logarithmic axis; columns as in `row_panel`."""
    logs = values.dropna(subset="value").apply(np.log2)
    known = logs.to_numpy(np.float64)  # nothing where the baseline failed throughout
    low, high = np.nanmin(known, initial=-1.0), np.nanmax(known, initial=1.0)
    place = _linear(low, high, WIDTH - MARGIN)
    step = max(1, round((high - low) / 4))
    powers = range(int(np.ceil(low / step)) * step, int(np.floor(high)) + 1, step)
    ticks = [Tick(place(power), f"{2.0**power:.3g}×") for power in powers]
    rows = _rows(logs, place, lambda power: f"{2.0**power:.2g} times the baseline")
    return RowPanel(key, label, ROW * len(rows) + 4, ticks, rows)


def _linear(low: float, high: float, right: float) -> Callable[[float], float]:
    def place(value: float) -> float:
        return float(round(MARGIN + (value - low) / (high - low) * (right - MARGIN), 1))

    return place


def _rows(
    values: pd.DataFrame, place: Callable[[float], float], in_words: Callable[[float], str]
) -> list[Row]:
    """Lay out one row per method; without an interval both of its ends are the value."""
    rows = []
    for index, (method, value) in enumerate(values.iterrows()):
        known = not np.isnan(value["low"])
        ends: Sequence[float] = (value["low"], value["high"]) if known else (value["value"],) * 2
        between = f" ({in_words(ends[0])} to {in_words(ends[1])})" if known else ""
        rows.append(
            Row(
                method=str(method),
                label_y=ROW * index + 12,
                x=place(value["value"]),
                low=place(ends[0]),
                high=place(ends[1]),
                y=ROW * index + 19,
                words=in_words(value["value"]) + between,
            )
        )
    return rows
