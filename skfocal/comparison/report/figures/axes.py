"""Ticks, number formats and SVG paths for the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np

__all__ = [
    "MARGIN",
    "WIDTH",
    "Point",
    "Tick",
    "format_signed",
    "join_lines",
    "nice_limit",
    "nice_ticks",
    "path_points",
    "signed_ticks",
    "simplify_line",
    "svg_path",
]

WIDTH = 300
MARGIN = 8
VISIBLE = 0.3
"""Smallest deviation from a straight line, in pixels, that can be seen."""

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Tick:
    """A tick on an axis."""

    position: float
    label: str
    value: float
    """What the axis means there, in units that are linear in the position."""


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers between two bounds, about `count` of them."""
    step = _nice_step((high - low) / count)
    first = np.ceil(low / step - 1e-9)
    last = np.floor(high / step + 1e-9)
    return [float(round(index * step, 12)) + 0.0 for index in np.arange(first, last + 1)]


def nice_limit(highest: float) -> float:
    """Return a round number at or a little above a value, at which an axis from 0 ends."""
    if highest <= 0:
        return 1.0
    step = _nice_step(highest / 4)
    return float(round(np.ceil(highest / step - 1e-9) * step, 12))


def _nice_step(rough: float) -> float:
    magnitude = 10.0 ** np.floor(np.log10(rough))
    units = (1, 2, 5, 10)
    return float(next(unit * magnitude for unit in units if unit * magnitude >= rough * 0.999))


def signed_ticks(low: float, high: float, place: Callable[[float], float]) -> list[Tick]:
    """Return ticks of an axis of differences, with the decimals that make them differ."""
    values = nice_ticks(low, high, 4)
    if len(values) < 3:
        values = nice_ticks(low, high, 8)
    step = min((later - earlier for earlier, later in pairwise(values)), default=1.0)
    decimals = max(2, int(np.ceil(-np.log10(step) - 1e-9)))
    return [Tick(place(value), format_signed(value, decimals), value) for value in values]


def format_signed(value: float, decimals: int | None = None) -> str:
    """Format a difference with its sign, by default with two or three decimals."""
    if decimals is None:
        decimals = 3 if abs(value) < 0.0995 else 2
    text = f"{value:+.{decimals}f}"
    return "0" if float(text) == 0 else text.replace("-", "−").replace("0.", ".")


def simplify_line(points: Iterable[Point], tolerance: float = VISIBLE) -> list[Point]:
    """Remove the points of a line that deviate from it by less than can be seen.

    References
    ----------
    D. H. Douglas, T. K. Peucker (1973). "Algorithms for the Reduction of the Number of Points
    Required to Represent a Digitized Line or Its Caricature." Cartographica 10(2), 112-122.
    doi:10.3138/FM57-6770-U75U-7727
    """
    line = np.array(list(points), dtype=np.float64)
    keep = np.zeros(len(line), dtype=bool)
    keep[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        between = line[first + 1 : last]
        if len(between) == 0:
            continue
        distance = _distance(between, line[first], line[last])
        farthest = int(distance.argmax())
        if distance[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return [(float(x), float(y)) for x, y in line[keep]]


def svg_path(points: Sequence[Point]) -> str:
    """Write a line as an SVG path, rounded to a tenth of a pixel."""
    if not points:
        return ""
    return "M" + "L".join(f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in points)


def path_points(path: str) -> list[np.ndarray]:
    """Return the points of each line of a path that `svg_path` wrote, of shape (n_points, 2)."""
    return [
        np.array([pair.split() for pair in line.rstrip("Z").split("L")], dtype=np.float64)
        for line in path.split("M")[1:]
    ]


def join_lines(path: str) -> np.ndarray:
    """Return the points of all lines of a path, with a row of NaN between two lines."""
    gap = np.full((1, 2), np.nan)
    parts = [part for line in path_points(path) for part in (gap, line)]
    return np.concatenate(parts[1:]) if parts else np.empty((0, 2))


def _distance(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Distance of points from the line through two others, or from both if they coincide."""
    direction = end - start
    length = float(np.hypot(*direction))
    offset = points - start
    if length == 0:
        return np.asarray(np.hypot(offset[:, 0], offset[:, 1]))
    return np.asarray(np.abs(offset[:, 0] * direction[1] - offset[:, 1] * direction[0]) / length)
