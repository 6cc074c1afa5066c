"""What all displays share: matplotlib and pandas when they are needed, styles and a legend."""

from __future__ import annotations

import importlib
import math
from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import Any

__all__ = ["add_legend", "make_axes", "markers", "round_limit", "styles", "to_frame"]

# The palette of Okabe and Ito, in an order in which neighbours also differ in grey.
_COLOURS = ("#000000", "#E69F00", "#0072B2", "#CC79A7", "#009E73", "#D55E00", "#56B4E9")
_LINES = ("-", "--", "-.", ":")
_MARKERS = "os^DvPX<>"
# Matplotlib cannot draw an axis of the smallest numbers.
_SHORTEST_AXIS = 1e-100
# The search for the best place takes a tenth of a second for as many, at every draw.
_MANY_POINTS = 50_000


def make_axes(display: Any, ax: Any, *, square: bool = False) -> Any:
    """Return the axes to plot on, by default of a new figure, and set `ax_` and `figure_`.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        plt = importlib.import_module("matplotlib.pyplot")
    except ImportError as error:
        name = type(display).__name__
        msg = f'{name} needs matplotlib. Install it: pip install "skfocal[plot]".'
        raise ImportError(msg) from error
    if ax is None:
        _, ax = plt.subplots(layout="constrained", figsize=(5.2, 5) if square else (6.4, 4.2))
    display.ax_, display.figure_ = ax, ax.figure
    return ax


def styles() -> Iterator[dict[str, str]]:
    """Return colours and line styles, which differ in both, again and again."""
    for colour, line in zip(cycle(_COLOURS), cycle(_LINES), strict=False):
        yield {"color": colour, "linestyle": line}


def markers() -> Iterator[str]:
    """Return markers, again and again."""
    return cycle(_MARKERS)


def round_limit(largest: float) -> float:
    """Return where an axis of probabilities ends: at a round number above the largest, or at 1."""
    room = 1.05 * largest
    if room < _SHORTEST_AXIS:
        return 1.0
    steps = 2 * 10.0 ** -math.floor(math.log10(room))
    return min(1.0, math.ceil(room * steps) / steps)


def add_legend(ax: Any, *entries: Any, top: float = 1.0, place_of_many: str = "upper left") -> None:
    """Add a legend where it covers least, with a frame in which curves are pale behind the text.

    Parameters
    ----------
    ax : matplotlib Axes
        Axes with the curves.
    *entries : list of artists and list of str
        Artists and their labels. By default all artists that have a label.
    top : float, default=1.0
        Where the space for the legend ends, as a share of the height of the axes.
    place_of_many : str, default="upper left"
        Place of the legend if the curves have too many points to search for the best one.
    """
    n_points = sum(len(line.get_xdata()) for line in ax.lines)
    ax.legend(
        *entries,
        loc="best" if n_points <= _MANY_POINTS else place_of_many,
        bbox_to_anchor=(0, 0, 1, top),
        fontsize="small",
        frameon=True,
        framealpha=0.9,
    )


def to_frame(columns: Mapping[str, Any]) -> Any:
    """Return columns as a pandas DataFrame.

    Raises
    ------
    ImportError
        If pandas is not installed.
    """
    try:
        pandas = importlib.import_module("pandas")
    except ImportError as error:
        msg = "frame needs pandas. Install it: pip install pandas."
        raise ImportError(msg) from error
    return pandas.DataFrame(columns)
