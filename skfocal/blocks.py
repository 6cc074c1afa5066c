"""Row blocks of dense, memory-mapped or sparse tables, and sums over them in a fixed order."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse

from skfocal._typing import Floats, Integers
from skfocal.threads import Map

__all__ = ["Matrix", "RowBlocks", "Terms"]

Matrix: TypeAlias = Any
"""A dense array, or a SciPy sparse array or matrix in CSR format."""

Terms: TypeAlias = tuple[Any, ...]
"""Arrays or numbers that can be added to others of their kind."""

_MAX_LANES = 16
_BLOCK_BYTES = 2**21
_MIN_BLOCK_ROWS, _MAX_BLOCK_ROWS = 512, 8192
_MAX_LANE_FLOATS = 2**22
_CENTRE_ROWS = 1024


class RowBlocks:
    """A table as a sequence of blocks of rows, small enough to stay in a core's cache.

    Parameters
    ----------
    X : ndarray or sparse array of shape (n_samples, n_features)
        The table, which is never copied. Sparse ones in CSR format.
    ordered_map : callable, default=map
        Applies a function to each item of a sequence, in order, perhaps in threads.

    Notes
    -----
    Blocks are dealt to lanes whose number depends on the table alone. A lane is summed in the
    order of its rows by one thread, and then the lanes are summed in their order, so sums are the
    same to the last bit for any number of threads.
    """

    def __init__(self, X: Matrix, ordered_map: Map = map) -> None:
        self.shape: tuple[int, int] = X.shape
        self._X = X
        self._map = ordered_map
        step = _block_rows(X)
        rows = [slice(i, min(i + step, X.shape[0])) for i in range(0, X.shape[0], step)]
        take = _csr_rows if sparse.issparse(X) else _dense_rows
        self._blocks = [(take(X, each), each) for each in rows]

    def sum(self, terms: Callable[[Matrix, slice], Terms], n_floats: int = 1) -> Terms:
        """Add up what a function makes of the blocks.

        Parameters
        ----------
        terms : callable
            Takes a block and the slice of rows that it covers; returns a tuple of arrays or
            numbers. It is called from several threads at once.
        n_floats : int, default=1
            How many numbers `terms` returns, which bounds the memory that the lanes take.
        """
        n_blocks = len(self._blocks)
        n_lanes = max(1, min(_MAX_LANES, n_blocks, _MAX_LANE_FLOATS // n_floats))

        def lane_sum(lane: int) -> Terms:
            begin, end = (n_blocks * each // n_lanes for each in (lane, lane + 1))
            return reduce(_add_terms, (terms(*block) for block in self._blocks[begin:end]))

        return reduce(_add_terms, self._map(lane_sum, range(n_lanes)))

    def take(self, rows: Integers) -> RowBlocks:
        """Return a copy of some rows."""
        return RowBlocks(self._X[rows], self._map)

    def rough_centre(self) -> Floats:
        """Return the mean of the first rows of a dense table, and zeros for a sparse one."""
        block, _ = self._blocks[0]
        if sparse.issparse(block):
            return np.zeros(self.shape[1])
        centre: Floats = np.mean(block[:_CENTRE_ROWS], axis=0, dtype=np.float64)
        return centre


def _add_terms(left: Terms, right: Terms) -> Terms:
    return tuple(map(add, left, right))


def _block_rows(X: Matrix) -> int:
    n_samples, n_features = X.shape
    row_bytes = 12 * X.nnz / n_samples if sparse.issparse(X) else 8 * n_features
    return int(np.clip(_BLOCK_BYTES / max(row_bytes, 1), _MIN_BLOCK_ROWS, _MAX_BLOCK_ROWS))


def _dense_rows(X: Matrix, rows: slice) -> Matrix:
    return X[rows]


def _csr_rows(X: Matrix, rows: slice) -> Matrix:
    """Return rows of a CSR array that share its data, where slicing would copy them."""
    begin, end = X.indptr[rows.start], X.indptr[rows.stop]
    indptr = X.indptr[rows.start : rows.stop + 1] - begin
    parts = (X.data[begin:end], X.indices[begin:end], indptr)
    return sparse.csr_array(parts, shape=(rows.stop - rows.start, X.shape[1]))
