"""Figures of the report, drawn with matplotlib, which is imported when it is needed."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from skfocal.comparison.report.figures.axes import WIDTH, Tick, join_lines, path_points
from skfocal.comparison.report.figures.difference_plots import DifferencePanel
from skfocal.comparison.report.figures.dot_plots import DotPanel
from skfocal.comparison.report.figures.figure import Panel, draw_figure, find_figure
from skfocal.comparison.report.figures.square_plots import SIDE, SquarePanel
from skfocal.comparison.results import Results

__all__ = ["draw_with_matplotlib", "plot_figure"]

N_SQUARES, N_WIDE = 4, 2
"""Panels in a row."""
INCH = 72.0
"""Pixels of a drawing."""
AXIS = 0.9
"""Height of the ticks and the title, in inches."""
PADDING = 0.08
"""Space above and below axes, in inches."""
LEGEND_ROW = 0.25
"""Height of a row of the legend, in inches."""
# From the palette of Okabe and Ito. The markers differ, too, for those who print in grey.
STYLES = {
    "unclear": {"color": "0.45", "marker": "o"},
    "better": {"color": "#0072B2", "marker": ">"},
    "worse": {"color": "#D55E00", "marker": "<"},
}
BAND = {"color": "#56B4E9", "alpha": 0.35, "linewidth": 0}
BARS = {"color": "#56B4E9", "alpha": 0.6, "linewidth": 4, "solid_capstyle": "butt"}
EDGE = 3
"""Pixels around a square, for dots at its edge."""


def plot_figure(results: Results, name: str) -> Any:
    """Draw the figure of a name, without the panels that the report folds away.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If there is no such figure, it has nothing to draw, or a panel is given as SVG.
    """
    figure = find_figure(name)
    panels = draw_figure(figure, results).shown
    if not panels:
        raise ValueError(
            f"the figure {name!r} has nothing to draw: it needs {figure.needs}, and this "
            "comparison has none."
        )
    return draw_with_matplotlib(figure.title, panels)


def draw_with_matplotlib(title: str, panels: Sequence[Panel]) -> Any:
    """Draw panels side by side, each on axes of its own.

    Parameters
    ----------
    title : str
        Heading of the figure.
    panels : sequence of Panel
        What to draw, at least one.

    Returns
    -------
    matplotlib Figure
        The figure. The values on its axes are those of the data, and a legend below them names
        what is drawn.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    ValueError
        If a panel is given as SVG.
    """
    for panel in panels:
        if type(panel) not in _DRAWINGS:
            msg = (
                f"the figure {title!r} cannot be plotted with matplotlib, because it contains a "
                f"{type(panel).__name__}. It is in the report: use to_html."
            )
            raise ValueError(msg)
    try:
        plt = importlib.import_module("matplotlib.pyplot")
    except ImportError as error:
        msg = 'plotting needs matplotlib. Install it: pip install "skfocal[plot]".'
        raise ImportError(msg) from error
    small = panels[0].small
    n_columns = min(N_SQUARES if small else N_WIDE, len(panels))
    n_rows = -(-len(panels) // n_columns)
    height = AXIS + max(_height(panel) for panel in panels)
    width = 2.6 if small else 5.0
    figure = plt.figure(layout="constrained", figsize=(width * n_columns, height * n_rows + 0.3))
    figure.get_layout_engine().set(h_pad=PADDING)
    figure.suptitle(title)
    for place, panel in enumerate(panels, start=1):
        _DRAWINGS[type(panel)](figure.add_subplot(n_rows, n_columns, place), panel)
    _add_legend(figure, n_columns)
    return figure


def _add_legend(figure: Any, n_columns: int) -> None:
    """Name what is drawn on any of the axes, once, below all of them."""
    found = [ax.get_legend_handles_labels() for ax in figure.axes]
    found.sort(key=lambda one: len(one[1]), reverse=True)  # the fullest axes give the order
    drawn = {
        label: handle
        for handles, labels in found
        for handle, label in zip(handles, labels, strict=True)
    }
    if not drawn:
        return
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + LEGEND_ROW * -(-len(drawn) // n_columns))
    figure.legend(
        drawn.values(),
        drawn.keys(),
        loc="outside lower center",
        ncols=n_columns,
        fontsize="small",
        frameon=False,
    )


def _height(panel: Any) -> float:
    return float((SIDE if isinstance(panel, SquarePanel) else panel.height) / INCH)


def _scale(ticks: Sequence[Tick]) -> Callable[[Any], Any]:
    """Return the function from pixels to the values of an axis."""
    first, last = ticks[0], ticks[-1]
    slope = (last.value - first.value) / (last.position - first.position)
    return lambda pixel: first.value + slope * (np.asarray(pixel, dtype=float) - first.position)


def _set_axis(axis: Any, ticks: Sequence[Tick]) -> None:
    axis.set_ticks([tick.value for tick in ticks], labels=[tick.label for tick in ticks])


def _draw_rows(ax: Any, panel: DotPanel | DifferencePanel, names: Mapping[str, float]) -> Any:
    """Prepare axes with a row for each method, and return the scale of the values."""
    scale = _scale(panel.ticks)
    _set_axis(ax.xaxis, panel.ticks)
    ax.set_yticks(list(names.values()), labels=list(names))
    ax.tick_params(axis="y", length=0)
    ax.set(xlim=scale([0, WIDTH]), ylim=(panel.height, 0))
    ax.grid(axis="x", color="0.9", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["left", "right", "top"]].set_visible(False)
    return scale


def _draw_dots(ax: Any, panel: DotPanel) -> None:
    scale = _draw_rows(ax, panel, {row.method: row.y for row in panel.rows})
    ax.set_title(panel.label, fontsize="medium")
    heights = [row.y for row in panel.rows]
    low, high = ([getattr(row, end) for row in panel.rows] for end in ("low", "high"))
    ax.hlines(heights, scale(low), scale(high), color="0.45", linewidth=2)
    ax.plot(scale([row.x for row in panel.rows]), heights, "o", color="black", markersize=5)
    for bar in panel.bars:
        ax.vlines(scale(bar.x), bar.top, bar.bottom, color="black", linewidth=3)


def _draw_differences(ax: Any, panel: DifferencePanel) -> None:
    names = {
        strip.method: float(np.mean([one.y for one in strip.intervals])) for strip in panel.strips
    }
    scale = _draw_rows(ax, panel, names)
    ax.set_title(f"{panel.metric.label} (right is better)", fontsize="medium")
    ax.axvline(0, color="0.3", linewidth=0.8)
    for kind, style in STYLES.items():
        found = [one for strip in panel.strips for one in strip.intervals if one.kind == kind]
        if not found:
            continue
        heights = [one.y for one in found]
        low, high = ([getattr(one, end) for one in found] for end in ("low", "high"))
        ax.hlines(heights, scale(low), scale(high), color=style["color"], linewidth=1.2)
        middles = scale([one.middle for one in found])
        ax.plot(middles, heights, linestyle="", markersize=4, label=kind, **style)


def _draw_square(ax: Any, panel: SquarePanel) -> None:
    across, up = _scale(panel.x_ticks), _scale(panel.y_ticks)

    def draw(name: str, points: Any, zorder: float, **style: Any) -> None:
        if len(points):
            x, y = np.transpose(points)
            label = panel.legend[name]
            ax.plot(across(x), up(y), label=label, zorder=zorder, **style)

    # The calls are in the order of the legend; `zorder` decides what is on top.
    draw("curve", join_lines(panel.curve), 4, color="#0072B2", linewidth=1.4)
    for x, y in (line.T for line in path_points(panel.band)):
        ax.fill(across(x), up(y), label=panel.legend["band"], zorder=1, **BAND)
    draw("baseline", join_lines(panel.baseline), 3, color="0.5", linewidth=1, linestyle="--")
    draw("dots", panel.dots, 5, color="black", linestyle="", marker="o", markersize=4)
    draw("bars", join_lines(panel.bars), 2, **BARS)
    diagonal = [(0, SIDE), (SIDE, 0)] if panel.diagonal else []
    draw("diagonal", diagonal, 1.5, color="0.75", linewidth=0.8)
    _set_axis(ax.xaxis, panel.x_ticks)
    _set_axis(ax.yaxis, panel.y_ticks)
    ax.set_title(panel.method, fontsize="medium")
    ax.set(xlim=across([-EDGE, SIDE + EDGE]), ylim=up([SIDE + EDGE, -EDGE]))
    ax.set(xlabel=panel.x_label, ylabel=panel.y_label)
    ax.set_box_aspect(1)


_DRAWINGS: dict[type, Callable[[Any, Any], None]] = {
    DotPanel: _draw_dots,
    DifferencePanel: _draw_differences,
    SquarePanel: _draw_square,
}
