"""Figures in SVG for light and dark pages. The same data give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from benchmarks.publishing import write_file

GRID = "#dddddd"
SETTINGS: Any = {
    "svg.hashsalt": "skfocal",
    "svg.fonttype": "none",
    "font.size": 9,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": GRID,
    "grid.linewidth": 0.5,
    "legend.frameon": False,
}
# matplotlib writes colours into each element, so that only `!important` overrides them.
DARK = f"""  <style>
   text {{ fill: #24292f; }}
   @media (prefers-color-scheme: dark) {{
    text {{ fill: #e6edf3; }}
    [style*="stroke: #000000"] {{ stroke: #e6edf3 !important; }}
    [style*="fill: #000000"] {{ fill: #e6edf3 !important; }}
    [style*="stroke: {GRID}"] {{ stroke: #3d444d !important; }}
   }}
  </style>
"""


@contextmanager
def save_figure(path: Path, size: tuple[float, float]) -> Iterator[Any]:
    """Yield a figure and write it at the end."""
    import matplotlib as mpl  # noqa: PLC0415 - an extra that only figures need
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    with mpl.rc_context(SETTINGS):
        figure = Figure(size, layout="constrained")
        yield figure
        drawn = StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    before, end, after = drawn.getvalue().partition("</style>\n")
    write_file(path, before + end + DARK + after)
