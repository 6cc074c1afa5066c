"""Geometry of the report's figures; the templates draw them, so that they follow its colours."""

from skfocal.comparison.report.figures.axes import Tick, nice_ticks
from skfocal.comparison.report.figures.curves import (
    SquarePanel,
    reliability_panels,
    share_panels,
    threshold_panels,
)
from skfocal.comparison.report.figures.differences import (
    DifferencePanel,
    Interval,
    difference_panels,
)
from skfocal.comparison.report.figures.dot_plots import (
    Bar,
    Row,
    RowPanel,
    rank_panel,
    row_panel,
    times_panel,
)

__all__ = [
    "Bar",
    "DifferencePanel",
    "Interval",
    "Row",
    "RowPanel",
    "SquarePanel",
    "Tick",
    "difference_panels",
    "nice_ticks",
    "rank_panel",
    "reliability_panels",
    "row_panel",
    "share_panels",
    "threshold_panels",
    "times_panel",
]
