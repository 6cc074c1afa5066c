"""Running times relative to the baseline, as a figure."""

from __future__ import annotations

import pandas as pd

from skfocal.comparison.report.figures.dot_plots import DotPanel, ratio_panel
from skfocal.comparison.report.figures.figure import ReportFigure
from skfocal.comparison.results import Results

__all__ = ["FIGURES"]

LABELS = {"fit_ratio": "Time of a fit", "predict_ratio": "Time of a prediction"}


def _data(results: Results) -> pd.DataFrame:
    return results.running_times().loc[results.method_order()]


def _draw(times: pd.DataFrame, _baseline: str) -> list[DotPanel]:
    panels = []
    for key, label in LABELS.items():
        columns = {key: "value", f"{key}_low": "low", f"{key}_high": "high"}
        panels.append(ratio_panel(label, times.rename(columns=columns)[list(columns.values())]))
    return panels


FIGURES = (ReportFigure("cost", "Time relative to the baseline", "cost", _data, _draw),)
