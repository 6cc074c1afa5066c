"""Figures of the report: each states its data, its drawing, its title and its section once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from skfocal.comparison.discovery import collect
from skfocal.comparison.results import Results

__all__ = [
    "DrawnFigure",
    "Panel",
    "ReportFigure",
    "SvgPanel",
    "draw_figure",
    "find_figure",
    "register_figure",
    "report_figures",
]


class Panel(Protocol):
    """One drawing of a figure."""

    kind: ClassVar[str]
    """The macro in `macros.html` that draws it."""
    small: ClassVar[bool]
    """Whether many of them fit side by side."""

    @property
    def folded(self) -> bool:
        """Whether it is folded away until the reader opens it."""


@dataclass(frozen=True)
class SvgPanel:
    """A drawing as SVG.

    Attributes
    ----------
    title : str
        Its caption, different from those of all other drawings.
    words : str
        The content in words, for screen readers.
    content : str
        SVG elements. Names of data sets, methods and columns must be escaped.
    width, height : float
        Size of the drawing, in the units of its elements.

    Examples
    --------
    >>> from skfocal.comparison import SvgPanel
    >>> panel = SvgPanel("Bar", "A bar.", '<rect width="9" height="3"/>', width=9, height=3)
    """

    kind: ClassVar[str] = "svg"
    small: ClassVar[bool] = False

    title: str
    words: str
    content: str
    width: float = 300
    height: float = 150
    folded: bool = False


@dataclass(frozen=True)
class ReportFigure:
    """A figure of the report.

    Attributes
    ----------
    name : str
        Name by which `Comparison.plot` finds it. A template ``figures/<name>.html``, if there is
        one, writes the text around it.
    title : str
        Its heading.
    section : str
        Section of the report: "ranking", "differences", "curves", "reliability", "cost", or
        another one, which is added.
    data : callable
        Returns the data of the figure, in their own units, from `Results`.
    draw : callable
        Returns the panels from the data and the name of the baseline; an empty sequence leaves
        the figure out.
    description : str, default=""
        One or two sentences below the heading, if the figure has no template.
    needs : str, default="data to show"
        What a comparison must have for the figure to have panels, for the error message of
        `Comparison.plot`.

    Examples
    --------
    >>> from skfocal.comparison import ReportFigure, SvgPanel
    >>> def draw(data, baseline):
    ...     bar = f'<rect width="{data}" height="9"/>'
    ...     return [SvgPanel("Rows", f"{data} rows.", bar, width=data, height=9)]
    >>> figure = ReportFigure("rows", "Rows", "data", lambda results: len(results.scores), draw)
    """

    name: str
    title: str
    section: str
    data: Callable[[Results], Any]
    draw: Callable[[Any, str], Sequence[Panel]]
    description: str = ""
    needs: str = "data to show"


@dataclass(frozen=True)
class DrawnFigure:
    """A figure with its data and its panels, for the templates."""

    figure: ReportFigure
    data: Any
    panels: Sequence[Panel]

    @property
    def shown(self) -> list[Panel]:
        """The panels that are not folded."""
        return [panel for panel in self.panels if not panel.folded]


_registered: list[ReportFigure] = []


def register_figure(figure: ReportFigure) -> ReportFigure:
    """Add a figure to all reports, at the end of its section.

    Parameters
    ----------
    figure : ReportFigure
        The figure.

    Returns
    -------
    ReportFigure
        The same figure.

    Raises
    ------
    ValueError
        If there is a figure of this name.

    Examples
    --------
    >>> from skfocal.comparison import ReportFigure, register_figure
    >>> figure = ReportFigure("rows", "Rows", "data", lambda results: [], lambda data, baseline: [])
    >>> register_figure(figure)  # doctest: +SKIP
    """
    if any(one.name == figure.name for one in report_figures()):
        raise ValueError(f"figure got the name {figure.name!r}, which is in use; choose another.")
    _registered.append(figure)
    return figure


def report_figures() -> list[ReportFigure]:
    """Return the figures of this package, which its modules define as `FIGURES`, and all others."""
    return [*collect(__name__.rpartition(".")[0], "FIGURES"), *_registered]


def find_figure(name: str) -> ReportFigure:
    """Return a figure by name.

    Raises
    ------
    ValueError
        If there is none.
    """
    figures = {figure.name: figure for figure in report_figures()}
    if name not in figures:
        raise ValueError(f"name must be one of {', '.join(figures)}; got {name!r}.")
    return figures[name]


def draw_figure(figure: ReportFigure, results: Results) -> DrawnFigure:
    """Compute the data of a figure and draw it."""
    data = figure.data(results)
    return DrawnFigure(figure, data, list(figure.draw(data, results.settings.baseline)))
