"""The report's figures one at a time, for notebooks and files."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from skfocal.comparison.report import panels
from skfocal.comparison.report.standings import shown_first
from skfocal.comparison.report.templating import template
from skfocal.comparison.storage.files import write_text

if TYPE_CHECKING:
    from skfocal.comparison.comparison import Comparison

__all__ = [
    "Figure",
    "plot_cost",
    "plot_differences",
    "plot_precision_recall",
    "plot_ranking",
    "plot_reliability",
    "plot_roc",
    "plot_thresholds",
]


@dataclass(frozen=True)
class Figure:
    """Drawings on a page of their own, which needs no network; notebooks show them.

    Attributes
    ----------
    page : str
        The page, HTML with inline SVG.
    """

    page: str

    def save(self, path: str | Path) -> Path:
        """Write the page to a file."""
        return write_text(Path(path), self.page)

    def _repr_html_(self) -> str:
        """Show the page in a frame, whose styles leave the notebook's alone."""
        style = "width: 100%; height: 40rem; border: 0"
        return f'<iframe srcdoc="{html.escape(self.page)}" style="{style}"></iframe>'


def plot_ranking(comparison: Comparison) -> Figure:
    """Draw mean ranks or, of a single data set, mean scores."""
    return _draw(comparison, "Ranking", "rows", panels.ranking_figures(comparison))


def plot_differences(comparison: Comparison) -> Figure:
    """Draw differences from the baseline by the metrics that are shown first."""
    first = shown_first(comparison)
    drawn = [one for one in panels.difference_figures(comparison) if one.metric.key in first]
    return _draw(comparison, "Differences from the baseline", "differences", drawn)


def plot_roc(comparison: Comparison) -> Figure:
    """Draw ROC curves."""
    return _draw(comparison, "ROC curve", "squares", panels.roc_figures(comparison))


def plot_precision_recall(comparison: Comparison) -> Figure:
    """Draw precision-recall curves."""
    drawn = panels.precision_figures(comparison)
    return _draw(comparison, "Precision and recall", "squares", drawn)


def plot_reliability(comparison: Comparison) -> Figure:
    """Draw reliability diagrams."""
    drawn = [panel for panel, _ in panels.reliability_figures(comparison)]
    return _draw(comparison, "Reliability", "squares", drawn)


def plot_thresholds(comparison: Comparison) -> Figure:
    """Draw the score against the threshold."""
    drawn = panels.threshold_figures(comparison)
    return _draw(comparison, "Score against threshold", "squares", drawn)


def plot_cost(comparison: Comparison) -> Figure:
    """Draw multiples of the baseline's times."""
    return _draw(comparison, "Times of the baseline", "rows", panels.cost_figures(comparison))


def _draw(comparison: Comparison, title: str, kind: str, drawn: object) -> Figure:
    baseline = comparison.settings.baseline
    page = template("figure.html").render(title=title, kind=kind, panels=drawn, baseline=baseline)
    return Figure(page)
