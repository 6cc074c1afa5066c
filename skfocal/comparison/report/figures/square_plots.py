"""Square plots with one curve per method, beside that of the baseline."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from skfocal._typing import Floats
from skfocal.comparison.report.figures.axes import Point, Tick, simplify_line, svg_path

__all__ = [
    "SHARES",
    "SquarePanel",
    "band_path",
    "curve_path",
    "halves",
    "horizontal",
    "point",
    "ticks",
    "vertical",
]

SIDE = 150
SHARES = ((0.0, "0"), (0.5, ".5"), (1.0, "1"))
"""Ticks of an axis from 0 to 1, with their labels."""


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


def ticks(marks: Iterable[tuple[float, str]], place: Callable[[float], float]) -> list[Tick]:
    """Place labelled values on an axis."""
    return [Tick(place(value), label) for value, label in marks]


def halves(limit: float) -> list[tuple[float, str]]:
    """Return the ticks of an axis from 0 to a limit, as shares of it with their labels."""
    return [(share, f"{share * limit:g}".removeprefix("0") or "0") for share in (0.0, 0.5, 1.0)]


def horizontal(share: float) -> float:
    """Return the pixel of a share of the horizontal axis."""
    return round(SIDE * share, 1)


def vertical(share: float) -> float:
    """Return the pixel of a share of the vertical axis."""
    return round(SIDE * (1 - share), 1)
