"""ROC and precision-recall curves, as figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skfocal._typing import Floats
from skfocal.comparison.report.figures.axes import nice_limit
from skfocal.comparison.report.figures.figure import ReportFigure
from skfocal.comparison.report.figures.square_plots import (
    BINARY_PREDICTIONS,
    SHARES,
    SquarePanel,
    band_path,
    curve_path,
    describe_band,
    halves,
    horizontal,
    ticks,
    vertical,
)
from skfocal.comparison.results import Results
from skfocal.comparison.statistics.curves import Curve

__all__ = ["FIGURES"]

DESCRIBED = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0)
"""Positions at which the curve is described in words."""


def _draw_roc(curves: Sequence[Curve], baseline: str) -> list[SquarePanel]:
    names = ("ROC curve", "false positive rate", "true positive rate")
    return [_panel(curve, curves, baseline, names, diagonal=True) for curve in curves]


def _draw_precision_recall(curves: Sequence[Curve], baseline: str) -> list[SquarePanel]:
    names = ("Precision-recall curve", "recall", "precision")
    # The first few rows often reach a precision near 1, far above the rest of the curve.
    highest = max((float(one.y[one.x >= DESCRIBED[0]].max()) for one in curves), default=1.0)
    top = min(nice_limit(highest), 1.0)
    return [_panel(curve, curves, baseline, names, diagonal=False, top=top) for curve in curves]


def _panel(
    curve: Curve,
    curves: Sequence[Curve],
    baseline: str,
    names: tuple[str, str, str],
    *,
    diagonal: bool,
    top: float = 1.0,
) -> SquarePanel:
    title, x, y = names
    places = np.searchsorted(curve.x, DESCRIBED).clip(max=len(curve.x) - 1)
    others = [other for other in curves if other.method == baseline != curve.method]
    return SquarePanel(
        title=f"{title} of {curve.method}",
        method=curve.method,
        curve=curve_path(curve.x, _scale(curve.y, top)),
        baseline="".join(curve_path(other.x, _scale(other.y, top)) for other in others),
        band=band_path(curve.x, _scale(curve.low, top), _scale(curve.high, top)),
        words="; ".join(f"{y} {curve.y[at]:.2f} at {x} {curve.x[at]:.2f}" for at in places),
        x_label=x,
        y_label=y,
        legend={
            "curve": f"mean of the {'data sets' if curve.n_data_sets > 1 else 'folds'}",
            "band": describe_band(curve),
            "baseline": f"baseline: {baseline}",
            "diagonal": "chance level",
        },
        diagonal=diagonal,
        x_ticks=ticks(SHARES, horizontal),
        y_ticks=ticks(halves(top), vertical),
    )


def _scale(share: Floats, top: float) -> Floats:
    """Return the height of a share on an axis that ends at `top`."""
    return np.asarray(np.minimum(share / top, 1))


FIGURES = (
    ReportFigure(
        "roc", "ROC curves", "curves", Results.roc_curves, _draw_roc, needs=BINARY_PREDICTIONS
    ),
    ReportFigure(
        "precision_recall",
        "Precision and recall",
        "curves",
        Results.precision_recall_curves,
        _draw_precision_recall,
        needs=BINARY_PREDICTIONS,
    ),
)
