"""The budget of tuning: every method chooses among the same number of candidates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

__all__ = ["N_CANDIDATES", "N_EXTRA", "PENALTY", "Range", "halve", "penalties"]

N_CANDIDATES = 12
"""Where a method has more parameters to tune, it tries C at fewer values."""
N_EXTRA = 4
"""Number of further candidates, where the best value is at the edge of its grid."""


class Range(NamedTuple):
    """The values that a parameter may have, by which its grid is extended."""

    low: float
    """Lowest possible value."""
    high: float
    """Highest possible value."""
    factor: float = 2.0
    """Ratio of a further value to the edge."""

    def lower(self, edge: float) -> float:
        """Return the next value below an edge; the edge itself if there is none."""
        return self._next(edge, max(edge / self.factor, self.low))

    def higher(self, edge: float) -> float:
        """Return the next value above an edge; the edge itself if there is none."""
        return self._next(edge, min(edge * self.factor, self.high))

    def _next(self, edge: float, value: float) -> float:
        if edge <= 0:
            return edge
        return round(value) if isinstance(edge, int) else float(f"{value:.2g}")


PENALTY = Range(0.0, math.inf, 4.0)
"""Range of C, the same for all methods."""


def penalties(number: int = N_CANDIDATES) -> tuple[float, ...]:
    """Return values of C from 0.01 to 10 with constant ratios."""
    return tuple(float(f"{C:.2g}") for C in np.geomspace(0.01, 10, number))


def halve(grid: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Keep about half of the combinations, and values inside the range of every parameter.

    Every second value is kept of the parameter that has most, if it has four or more. Otherwise the
    second of two values is kept, because the first one often stands for no treatment.
    """
    halved = dict(grid)
    longest = max(grid, key=lambda name: len(grid[name]), default="")
    pairs = [name for name, values in grid.items() if len(values) == 2]
    if len(grid.get(longest, ())) >= 4:
        halved[longest] = grid[longest][::2]
    elif pairs:
        halved[pairs[-1]] = grid[pairs[-1]][1:]
    elif longest:
        halved[longest] = grid[longest][:2]
    return halved
