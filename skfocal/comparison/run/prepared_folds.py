"""Inner folds that are encoded once for all methods with the same encoding."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from operator import is_not
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skfocal._typing import Floats
from skfocal.comparison.data.preparation import Layout
from skfocal.comparison.data.splits import Fold, Rows
from skfocal.comparison.data.tables import Table

__all__ = ["MAX_KEPT_FLOATS", "PreparedFold", "PreparedFolds"]

MAX_KEPT_FLOATS = 2**23
"""Size of the inner folds in one encoding, 64 MB, up to which they are kept by default."""


class PreparedFold(NamedTuple):
    """An inner fold, as the first step that depends on a candidate takes it."""

    layout: Layout
    X: Floats
    y: NDArray[np.intp]
    X_held: Floats
    y_held: NDArray[np.intp]


class _Kept(NamedTuple):
    """A fold with the seconds and the warnings of its encoding."""

    fold: PreparedFold
    seconds: float
    caught: Sequence[warnings.WarningMessage]


class PreparedFolds:
    """The encoded inner folds of the latest training rows.

    Small ones are kept for candidates beyond the edges of a grid, and for the next methods with the
    same encoding.

    Parameters
    ----------
    max_floats : float, default=MAX_KEPT_FLOATS
        Number of values of all inner folds in one encoding up to which they are kept.
    """

    def __init__(self, max_floats: float = MAX_KEPT_FLOATS) -> None:
        self._max_floats = max_floats
        self._source: tuple[Table, Rows, Sequence[Fold]] | None = None
        self._folds: dict[tuple[object, int], _Kept] = {}

    def get(
        self,
        table: Table,
        rows: Rows,
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
        rows : ndarray of int
            Positions of the training rows. A call with other rows discards the kept folds.
        inner : sequence of (ndarray, ndarray)
            Their inner folds.
        position : int
            Which of them.
        encoding : hashable
            `Method.encoding`.
        prepare : callable
            Encodes an inner fold.
        """
        source = table, rows, inner
        if self._source is None or any(map(is_not, self._source, source)):
            self._source = source
            self._folds.clear()
        key = encoding, position
        if key in self._folds:
            kept = self._folds[key]
            _warn(kept.caught)
            return kept.fold, kept.seconds
        start = time.perf_counter()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fold = prepare(inner[position])
        _warn(caught)
        if len(inner) * (fold.X.size + fold.X_held.size) <= self._max_floats:
            self._folds[key] = _Kept(fold, time.perf_counter() - start, caught)
        return fold, 0.0


def _warn(caught: Sequence[warnings.WarningMessage]) -> None:
    """Give warnings again, so that each method that uses a fold reports them."""
    for one in caught:
        warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
