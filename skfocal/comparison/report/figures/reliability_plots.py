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

LEGEND = {
    "curve": "isotonic regression (CORP)",
    "dots": "bins of equal size",
    "bars": "95 % interval if calibrated",
    "diagonal": "calibrated",
}


def _draw(diagrams: Sequence[Reliability], _baseline: str) -> list[SquarePanel]:
    return [_panel(diagram) for diagram in diagrams]


def _panel(diagram: Reliability) -> SquarePanel:
    bins, line = diagram.bins, diagram.corp
    limit = _limit(diagram)
    n_outside = sum(not one.low <= one.frequency <= one.high for one in bins)
    values = "; ".join(
        f"predicted {one.probability:.2f}, observed {one.frequency:.2f}" for one in bins
    )
    return SquarePanel(
        title=f"Reliability of {diagram.method}",
        method=diagram.method,
        curve=curve_path(line.probability / limit, line.recalibrated / limit),
        bars="".join(
            svg_path([point(one.probability / limit, end / limit) for end in (one.low, one.high)])
            for one in bins
        ),
        dots=[point(one.probability / limit, one.frequency / limit) for one in bins],
        words=f"{values}; {n_outside} of {len(bins)} bins outside their 95 % bars",
        x_label="predicted probability",
        y_label="observed frequency",
        legend=LEGEND,
        diagonal=True,
        x_ticks=ticks(halves(limit), horizontal),
        y_ticks=ticks(halves(limit), vertical),
    )


def _limit(diagram: Reliability) -> float:
    """Return where both axes end: beyond the bins with their bars, and beyond the line."""
    ends = [end for one in diagram.bins for end in (one.probability, one.frequency, one.high)]
    # Both columns of the line are ascending.
    ends += [float(diagram.corp.probability[-1]), float(diagram.corp.recalibrated[-1])]
    return min(nice_limit(max(ends)), 1.0)


FIGURES = (ReportFigure("reliability", "Reliability", "reliability", Results.reliability, _draw),)
