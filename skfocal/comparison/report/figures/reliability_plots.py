"""Reliability diagrams, as a figure."""

from __future__ import annotations

from collections.abc import Sequence

from skfocal.comparison.report.figures.axes import nice_limit, svg_path
from skfocal.comparison.report.figures.figure import ReportFigure
from skfocal.comparison.report.figures.square_plots import (
    SquarePanel,
    curve_path,
    halves,
    horizontal,
    point,
    ticks,
    vertical,
)
from skfocal.comparison.results import Results
from skfocal.comparison.statistics.reliability import Reliability

__all__ = ["FIGURES"]


def _draw(diagrams: Sequence[Reliability], _baseline: str) -> list[SquarePanel]:
    return [_panel(diagram) for diagram in diagrams]


def _panel(diagram: Reliability) -> SquarePanel:
    bins, recalibrated = diagram.bins, diagram.corp
    limit = min(nice_limit(max(max(one.probability, one.frequency, one.high) for one in bins)), 1.0)
    inside = (recalibrated.probability <= limit) & (recalibrated.recalibrated <= limit)
    n_outside = sum(not one.low <= one.frequency <= one.high for one in bins)
    values = "; ".join(
        f"predicted {one.probability:.2f}, observed {one.frequency:.2f}" for one in bins
    )
    return SquarePanel(
        title=f"Reliability of {diagram.method}",
        method=diagram.method,
        curve=curve_path(
            recalibrated.probability[inside] / limit, recalibrated.recalibrated[inside] / limit
        ),
        bars="".join(
            svg_path([point(one.probability / limit, end / limit) for end in (one.low, one.high)])
            for one in bins
        ),
        dots=[point(one.probability / limit, one.frequency / limit) for one in bins],
        words=f"{values}; {n_outside} of {len(bins)} bins outside their 95 % bars",
        diagonal=True,
        x_ticks=ticks(halves(limit), horizontal),
        y_ticks=ticks(halves(limit), vertical),
    )


FIGURES = (ReportFigure("reliability", "Reliability", "reliability", Results.reliability, _draw),)
