"""Single figures on pages, for notebooks and files."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from skfocal.comparison.report.figures.dot_plots import rank_panel
from skfocal.comparison.report.figures.figure import draw_figure, find_figure
from skfocal.comparison.report.templating import template
from skfocal.comparison.results import Results
from skfocal.comparison.storage.files import write_text

__all__ = ["FigurePage", "draw_page", "rank_diagram"]


@dataclass(frozen=True)
class FigurePage:
    """A figure on a page of its own that needs no network; notebooks show it.

    Attributes
    ----------
    page : str
        The page, HTML with inline SVG.
    title : str
        Its heading.
    n_drawings : int
        Number of drawings.
    """

    page: str = field(repr=False)
    title: str
    n_drawings: int

    def save(self, path: str | Path) -> Path:
        """Write the page to a file."""
        return write_text(Path(path), self.page)

    def _repr_html_(self) -> str:
        """Show the page in a frame, so that its styles do not affect the notebook."""
        style = "width: 100%; height: 40rem; border: 0"
        return f'<iframe srcdoc="{html.escape(self.page)}" style="{style}"></iframe>'


def draw_page(results: Results, name: str) -> FigurePage:
    """Draw the figure of a name, without the panels that the report folds away."""
    figure = find_figure(name)
    panels = draw_figure(figure, results).shown
    page = template("figure.html").render(title=figure.title, panels=panels)
    return FigurePage(page, figure.title, len(panels))


def rank_diagram(label: str, ranking: pd.DataFrame, differing: set[frozenset[str]]) -> str:
    """Draw a critical-difference diagram as an SVG file.

    Parameters
    ----------
    label : str
        Label of the metric.
    ranking : DataFrame
        What `rank_methods` returns.
    differing : set of frozenset of str
        The pairs of methods that differ significantly.

    Returns
    -------
    str
        The content of the file.
    """
    columns = {"mean_rank": "value", "rank_low": "low", "rank_high": "high"}
    ranks = ranking.rename(columns=columns)[list(columns.values())]
    return template("rank_diagram.svg").render(panel=rank_panel(label, ranks, differing))
