"""The score that the threshold rule optimises against the threshold, as a figure."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from skfocal._typing import Floats
from skfocal.comparison.report.figures.axes import Point, nice_limit
from skfocal.comparison.report.figures.figure import ReportFigure
from skfocal.comparison.report.figures.square_plots import (
    BINARY_PREDICTIONS,
    SquarePanel,
    band_path,
    curve_path,
    describe_band,
    halves,
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
    heights = [*(float(curve.y.max()) for curve in data.curves), *data.scores.values()]
    top = nice_limit(max((one for one in heights if not np.isnan(one)), default=1.0))
    lines = {
        curve.method: curve_path(_share(curve.x), _scale(curve.y, top)) for curve in data.curves
    }
    return [_panel(curve, data, top, lines, baseline) for curve in data.curves]


def _panel(
    curve: Curve,
    data: ThresholdCurves,
    top: float,
    lines: dict[str, str],
    baseline: str,
) -> SquarePanel:
    threshold, score = data.thresholds[curve.method], data.scores[curve.method]
    place = place_of_threshold(threshold)
    at_half = float(np.interp(0, curve.x, curve.y))
    best = int(curve.y.argmax() if data.greater_is_better else curve.y.argmin())
    x = _share(curve.x)
    return SquarePanel(
        title=f"{data.label} against threshold of {curve.method}",
        method=curve.method,
        curve=lines[curve.method],
        baseline=lines.get(baseline, "") if curve.method != baseline else "",
        band=band_path(x, _scale(curve.low, top), _scale(curve.high, top)),
        dots=[] if np.isnan(score) else [_dot(place, score, top)],
        words=f"{data.label} {score:.2f} at the tuned threshold {threshold:.3f}; "
        f"{at_half:.2f} at .5; {data.optimum} {curve.y[best]:.2f} at {expit(curve.x[best]):.3f}",
        x_label="threshold",
        y_label=data.label,
        legend={
            "curve": "mean of the data sets" if curve.n_data_sets > 1 else "pooled folds",
            "band": describe_band(curve),
            "baseline": f"baseline: {baseline}",
            "dots": "tuned threshold",
        },
        x_ticks=ticks(
            [
                (float(_share(logit(one))), f"{one:g}".lstrip("0"), float(logit(one)))
                for one in TICKS
            ],
            horizontal,
        ),
        y_ticks=ticks(halves(top), vertical),
    )


def _dot(place: float, score: float, top: float) -> Point:
    return point((place - LEFT) / (RIGHT - LEFT), max(score, 0) / top)


def _share(log_odds: Floats) -> Floats:
    return np.asarray((log_odds - LEFT) / (RIGHT - LEFT))


def _scale(score: Floats, top: float) -> Floats:
    return np.asarray(np.clip(score / top, 0, 1))


FIGURES = (
    ReportFigure(
        "threshold",
        "Score against threshold",
        "curves",
        Results.threshold_curves,
        _draw,
        needs=BINARY_PREDICTIONS,
    ),
)
