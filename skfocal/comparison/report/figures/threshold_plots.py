"""The score that the threshold rule optimises against the threshold, as a figure."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from skfocal._typing import Floats
from skfocal.comparison.report.figures.axes import nice_ticks
from skfocal.comparison.report.figures.figure import ReportFigure
from skfocal.comparison.report.figures.square_plots import (
    SquarePanel,
    band_path,
    curve_path,
    horizontal,
    point,
    ticks,
    vertical,
)
from skfocal.comparison.results import Results, ThresholdCurves
from skfocal.comparison.statistics.curves import LOG_ODDS, Curve, place_of_threshold

__all__ = ["FIGURES"]

TICKS = (0.001, 0.1, 0.9, 0.999)
LEFT, RIGHT = LOG_ODDS[0], LOG_ODDS[-1]


def _draw(data: ThresholdCurves, baseline: str) -> list[SquarePanel]:
    top = max([1.0, *(float(curve.high.max()) for curve in data.curves)])
    lines = {
        curve.method: curve_path(_share(curve.x), _scale(curve.y, top)) for curve in data.curves
    }
    return [
        _panel(curve, data.thresholds[curve.method], top, lines, baseline) for curve in data.curves
    ]


def _panel(
    curve: Curve, threshold: float, top: float, lines: dict[str, str], baseline: str
) -> SquarePanel:
    place = place_of_threshold(threshold)
    at_threshold = float(np.interp(place, curve.x, curve.y))
    at_half = float(np.interp(0, curve.x, curve.y))
    best = int(curve.y.argmax())
    x = _share(curve.x)
    return SquarePanel(
        title=f"Score against threshold of {curve.method}",
        method=curve.method,
        curve=lines[curve.method],
        baseline=lines.get(baseline, "") if curve.method != baseline else "",
        band=band_path(x, _scale(curve.low, top), _scale(curve.high, top)),
        dots=[point((place - LEFT) / (RIGHT - LEFT), max(at_threshold, 0) / top)],
        words=f"{at_threshold:.2f} at the tuned threshold {threshold:.3f}; {at_half:.2f} at .5; "
        f"maximum {curve.y[best]:.2f} at {expit(curve.x[best]):.3f}",
        x_ticks=ticks(
            [(float(logit(one) - LEFT) / (RIGHT - LEFT), f"{one:g}".lstrip("0")) for one in TICKS],
            horizontal,
        ),
        y_ticks=ticks([(value / top, f"{value:g}") for value in nice_ticks(0, top, 2)], vertical),
    )


def _share(log_odds: Floats) -> Floats:
    return np.asarray((log_odds - LEFT) / (RIGHT - LEFT))


def _scale(score: Floats, top: float) -> Floats:
    return np.asarray(np.clip(score, 0, None) / top)


FIGURES = (
    ReportFigure("threshold", "Score against threshold", "curves", Results.threshold_curves, _draw),
)
