"""Square plots with one curve per method, beside that of the baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from skfocal._typing import Floats
from skfocal.comparison.report.figures.axes import Point, Tick, simplify_line, svg_path
from skfocal.comparison.statistics.curves import Curve

__all__ = [
    "BINARY_PREDICTIONS",
    "SHARES",
    "SIDE",
    "SquarePanel",
    "band_path",
    "curve_path",
    "describe_band",
    "halves",
    "horizontal",
    "point",
    "ticks",
    "vertical",
]

SIDE = 150
SHARES = ((0.0, "0", 0.0), (0.5, ".5", 0.5), (1.0, "1", 1.0))
"""Ticks of an axis from 0 to 1: shares of the axis, labels and values."""

BINARY_PREDICTIONS = "predictions for a table with two classes, such as one class against the rest"
"""What a comparison must have for curves."""


@dataclass(frozen=True)
class SquarePanel:
    """The curve of a method in a square, in pixels and in words."""

    kind: ClassVar[str] = "square"
    small: ClassVar[bool] = True
    folded: ClassVar[bool] = False

    title: str
    method: str
    curve: str
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    words: str
    x_label: str
    y_label: str
    legend: Mapping[str, str]
    """What the elements mean that are drawn, by the names of the attributes below and `curve`."""
    baseline: str = ""
    """The curve of the baseline."""
    band: str = ""
    """The spread of the curve."""
    bars: str = ""
    """Intervals around the dots."""
    dots: list[Point] = field(default_factory=list)
    diagonal: bool = False


def point(x: float, y: float) -> Point:
    """Return the pixels of a point in the unit square."""
    return round(SIDE * float(x), 1), round(SIDE * (1 - float(y)), 1)


def curve_path(x: Floats, y: Floats) -> str:
    """Return the SVG path of a curve in the unit square."""
    return svg_path(simplify_line(zip(SIDE * x, SIDE * (1 - y), strict=True)))


def band_path(x: Floats, low: Floats, high: Floats) -> str:
    """Return the SVG path around the area between two curves."""
    there = simplify_line(zip(SIDE * x, SIDE * (1 - high), strict=True))
    back = simplify_line(zip(SIDE * x[::-1], SIDE * (1 - low[::-1]), strict=True))
    return svg_path(there + back) + "Z"


def describe_band(curve: Curve) -> str:
    """Return what the lower and the upper end of the spread of a curve are."""
    return "quartiles of the data sets" if curve.n_data_sets > 1 else "range of the folds"


def ticks(marks: Iterable[tuple[float, str, float]], place: Callable[[float], float]) -> list[Tick]:
    """Place the labelled shares of an axis."""
    return [Tick(place(share), label, value) for share, label, value in marks]


def halves(limit: float) -> list[tuple[float, str, float]]:
    """Return the ticks of an axis from 0 to a limit: shares of it, labels and values."""
    marks = ((share, share * limit) for share in (0.0, 0.5, 1.0))
    return [(share, f"{value:g}".removeprefix("0") or "0", value) for share, value in marks]


def horizontal(share: float) -> float:
    """Return the pixel of a share of the horizontal axis."""
    return round(SIDE * share, 1)


def vertical(share: float) -> float:
    """Return the pixel of a share of the vertical axis."""
    return round(SIDE * (1 - share), 1)
