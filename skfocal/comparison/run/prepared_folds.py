"""Inner folds that are encoded once for all methods that encode them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skfocal._typing import Floats
from skfocal.comparison.data.preparation import Layout
from skfocal.comparison.data.splits import Fold
from skfocal.comparison.data.tables import Table

__all__ = ["PreparedFold", "PreparedFolds"]

MAX_KEPT_FLOATS = 2**23
"""Size of the encoded inner folds of a method, 64 MB, up to which they are kept."""


class PreparedFold(NamedTuple):
    """An inner fold, as the first step that depends on a candidate takes it."""

    layout: Layout
    X: Floats
    y: NDArray[np.intp]
    X_held: Floats
    y_held: NDArray[np.intp]


class PreparedFolds:
    """The encoded inner folds of the latest training rows.

    Small ones are kept for candidates beyond the edges of a grid, and for the next methods.
    """

    def __init__(self) -> None:
        self._source: tuple[Table | None, Sequence[Fold]] = None, ()
        self._folds: dict[tuple[object, int], tuple[PreparedFold, float]] = {}

    def get(
        self,
        table: Table,
        inner: Sequence[Fold],
        position: int,
        encoding: object,
        prepare: Callable[[Fold], PreparedFold],
    ) -> tuple[PreparedFold, float]:
        """Return an encoded inner fold, and the seconds that are saved because it was kept.

        Parameters
        ----------
        table : Table
            The table.
        inner : sequence of (ndarray, ndarray)
            Inner folds of some of its rows. Others than in the last call free what is kept.
        position : int
            Which of them.
        encoding : hashable
            Methods with the same one encode alike.
        prepare : callable
            Encodes an inner fold.
        """
        if self._source[0] is not table or self._source[1] is not inner:
            self._source = table, inner
            self._folds.clear()
        key = encoding, position
        if key in self._folds:
            return self._folds[key]
        start = time.perf_counter()
        fold = prepare(inner[position])
        if len(inner) * (fold.X.size + fold.X_held.size) <= MAX_KEPT_FLOATS:
            self._folds[key] = fold, time.perf_counter() - start
        return fold, 0.0
