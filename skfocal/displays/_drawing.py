"""What all displays share: matplotlib and pandas when they are needed, colours and line styles."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import Any

__all__ = ["make_axes", "styles", "to_frame"]

# The palette of Okabe and Ito, in an order in which neighbours also differ in grey.
_COLOURS = ("#000000", "#E69F00", "#0072B2", "#CC79A7", "#009E73", "#D55E00", "#56B4E9")
_LINES = ("-", "--", "-.", ":")


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
        msg = f"{name} needs matplotlib. Install it: pip install matplotlib."
        raise ImportError(msg) from error
    if ax is None:
        _, ax = plt.subplots(layout="constrained", figsize=(5.2, 5) if square else (6.4, 4.2))
    display.ax_, display.figure_ = ax, ax.figure
    return ax


def styles() -> Iterator[dict[str, str]]:
    """Return colours and line styles, which differ in both, again and again."""
    for colour, line in zip(cycle(_COLOURS), cycle(_LINES), strict=False):
        yield {"color": colour, "linestyle": line}


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
