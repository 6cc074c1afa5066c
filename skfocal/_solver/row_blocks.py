"""Row blocks of dense, memory-mapped or sparse tables, and sums over them in a fixed order."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from operator import iadd
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skfocal._solver import heuristics
from skfocal._solver.threads import Map
from skfocal._typing import Floats, Integers

__all__ = [
    "Matrix",
    "RowBlocks",
    "Terms",
    "canonical",
    "csr_of",
    "in_float64",
    "linear_map",
    "parts",
    "weighted_row_sums",
]

Matrix: TypeAlias = Any
"""A dense array, or a SciPy sparse array or matrix in CSR format."""

Terms: TypeAlias = tuple[Any, ...]
"""Arrays or numbers that can be added to others of their kind."""

_PART = 256
# Rows of such a length are read at twice the speed by a scalar product each.


class RowBlocks:
    """A table as a sequence of blocks of rows, small enough to stay in a core's cache.

    Parameters
    ----------
    X : ndarray or sparse array of shape (n_samples, n_features)
        The table, which is never copied. Sparse ones in CSR format.
    ordered_map : callable, default=map
        Applies a function to each item of a sequence, in order, perhaps in threads.
    rows : ndarray of shape (n_rows,), default=None
        Indices of the rows to see. None for all.
    n_outputs : int, default=1
        How many logits a row has.

    Notes
    -----
    Blocks are dealt to lanes whose number depends on the table alone. A lane is summed in the
    order of its rows by one thread, and then the lanes are summed in their order, so sums are the
    same to the last bit for any number of threads.
    """

    def __init__(
        self,
        X: Matrix,
        ordered_map: Map = map,
        rows: NDArray[np.intp] | None = None,
        n_outputs: int = 1,
    ) -> None:
        n_rows = X.shape[0] if rows is None else len(rows)
        self.shape: tuple[int, int] = (n_rows, X.shape[1])
        self._X = X
        n_entries = X.size * n_outputs * n_rows // max(1, X.shape[0])
        # In short calls threads wait for each other's turn for longer than they compute.
        self._map = ordered_map if n_entries >= heuristics.MIN_ENTRIES_FOR_THREADS else map
        self._rows = rows
        self._n_outputs = n_outputs
        step = _block_rows(X, n_outputs)
        self._slices = [slice(i, min(i + step, n_rows)) for i in range(0, n_rows, step)]

    @property
    def is_sparse(self) -> bool:
        """Say whether the table is sparse."""
        return bool(sparse.issparse(self._X))

    def sum(self, terms: Callable[[Matrix, slice], Terms], n_floats: int = 1) -> Terms:
        """Add up what a function makes of the blocks.

        Parameters
        ----------
        terms : callable
            Takes a block and the slice of rows that it covers; returns a tuple of arrays or
            numbers, which become the sum's own. It is called from several threads at once.
        n_floats : int, default=1
            How many numbers `terms` returns, which bounds the memory that the lanes take.
        """

        def lane_sum(slices: list[slice]) -> Terms:
            first, *others = slices
            total = terms(self._block(first), first)
            # Not `reduce`, which would keep the terms of one block alive through the next.
            for rows in others:
                total = _add_terms(total, terms(self._block(rows), rows))
            return total

        fewest = 2 if n_floats <= 2 * heuristics.MAX_LANE_FLOATS else 1
        n_lanes = max(fewest, min(heuristics.MAX_LANES, heuristics.MAX_LANE_FLOATS // n_floats))
        return reduce(_add_terms, self._map(lane_sum, self._lanes(n_lanes)))

    def each(self, function: Callable[[Matrix, slice], Any]) -> list[Any]:
        """Return what a function makes of the blocks, called from several threads at once."""

        def lane(slices: list[slice]) -> list[Any]:
            return [function(self._block(rows), rows) for rows in slices]

        return [
            each for made in self._map(lane, self._lanes(heuristics.MAX_LANES)) for each in made
        ]

    def in_turn(self, function: Callable[[Matrix, slice, Map], None]) -> None:
        """Call a function with one block after the other, and with a map to spread its work."""
        for rows in self._slices:
            function(self._block(rows), rows, self._map)

    def take(self, rows: NDArray[np.intp]) -> RowBlocks:
        """Return some of the rows: a copy of them if it is small, else gathered block by block."""
        if self._rows is not None:
            rows = self._rows[rows]
        if len(rows) * self.shape[1] <= heuristics.MAX_SAMPLE_COPY_FLOATS:
            return RowBlocks(self._X[rows], self._map, n_outputs=self._n_outputs)
        return RowBlocks(self._X, self._map, rows, self._n_outputs)

    def of_another(self, X: Matrix) -> RowBlocks:
        """Return another table in blocks that are summed in the same way."""
        return RowBlocks(X, self._map, n_outputs=self._n_outputs)

    def row_products(self, centre: Floats) -> Floats:
        """Return the scalar products of all pairs of rows, about a centre: (n_rows, n_rows)."""
        if sparse.issparse(self._X):
            X = in_float64(self._X)
            by_centre = X @ centre
            products = (X @ X.T).toarray() - by_centre - by_centre[:, np.newaxis]
            return np.asarray(products + centre @ centre)

        def terms(columns: Matrix, covered: slice) -> Terms:
            deviations = columns - centre[covered, np.newaxis]
            return (deviations.T @ deviations,)

        (products,) = self.of_another(self._X.T).sum(terms, self.shape[0] ** 2)
        return np.asarray(products)

    def rough_moments(self, sample_weight: Floats | None) -> tuple[Floats, Floats]:
        """Return means and standard deviations of the columns over some rows that have weight."""
        if sample_weight is None:
            some = self._block(slice(0, min(heuristics.CENTRE_ROWS, self.shape[0])))
        else:
            rows = next(rows for rows in self._slices if sample_weight[rows].any())
            some = self._block(rows)[sample_weight[rows] > 0]
        mean = np.asarray(some.mean(axis=0, dtype=np.float64)).ravel()
        squares = some.power(2) if sparse.issparse(some) else np.square(some, dtype=np.float64)
        variance = np.asarray(squares.mean(axis=0)).ravel() - mean**2
        return mean, np.sqrt(np.maximum(variance, 0))

    def _lanes(self, at_most: int) -> list[list[slice]]:
        """Deal the blocks, in their order, to lanes."""
        n_blocks = len(self._slices)
        n_lanes = min(at_most, n_blocks)
        ends = [n_blocks * lane // n_lanes for lane in range(n_lanes + 1)]
        return [self._slices[begin:end] for begin, end in pairwise(ends)]

    def _block(self, rows: slice) -> Matrix:
        if self._rows is not None:
            return self._X[self._rows[rows]]
        return _csr_rows(self._X, rows) if sparse.issparse(self._X) else self._X[rows]


def canonical(X: Matrix) -> Matrix:
    """Return a table in which no entry stands twice: a copy if it is sparse and one does."""
    if not sparse.issparse(X) or X.has_canonical_format:
        return X
    X = X.copy()
    X.sum_duplicates()
    return X


def csr_of(data: Floats, indices: Integers, indptr: Integers, n_features: int) -> Matrix:
    """Return the CSR array of these very parts, which SciPy's own way of building may copy."""
    block = sparse.csr_array((len(indptr) - 1, n_features), dtype=data.dtype)
    block.data, block.indices, block.indptr = data, indices, indptr
    return block


def in_float64(block: Matrix) -> Matrix:
    """Return a block in double precision: a copy only if it is not, small enough for the cache."""
    return block if block.dtype == np.float64 else block.astype(np.float64)


def linear_map(coef: Floats, intercept: Floats, *, is_sparse: bool) -> Callable[[Matrix], Floats]:
    """Return what turns a block of double precision into its logits.

    Parameters
    ----------
    coef : ndarray of shape (n_features,) or (n_classes, n_features)
        Coefficients of the raw columns.
    intercept : ndarray of shape () or (n_classes,)
        Intercepts.
    is_sparse : bool
        Whether the blocks are sparse.

    Returns
    -------
    logits_of : callable
        Returns logits of shape (n_block,) or (n_block, n_classes); those of a dense block have one
        class after the other in memory, as the softmax likes it.
    """
    # SciPy would copy a transposed array for every block.
    by_columns = np.ascontiguousarray(coef.T) if is_sparse else None

    def logits_of(block: Matrix) -> Floats:
        logits: Floats
        if by_columns is not None:
            logits = block @ by_columns
        elif (
            coef.ndim == 1
            and block.flags.c_contiguous
            and heuristics.MIN_SCALAR_PRODUCT <= len(coef) <= heuristics.MAX_SCALAR_PRODUCT
        ):
            logits = np.vecdot(block, coef)
        else:
            logits = (coef @ block.T).T
        logits += intercept
        return logits

    return logits_of


def weighted_row_sums(weights: Floats, block: Matrix) -> Floats:
    """Return sums over a block's rows, each of them weighted.

    Parameters
    ----------
    weights : ndarray of shape (n_block,) or (n_sums, n_block)
        The weights of each sum.
    block : ndarray or sparse array of shape (n_block, n_features)
        Rows.

    Returns
    -------
    sums : ndarray of shape (n_features,) or (n_sums, n_features)
        The sums.
    """
    if not sparse.issparse(block) and block.flags.c_contiguous:
        # The operator would keep other threads from Python while it makes a short result, but of
        # columns in Fortran's order this function would make a copy.
        return np.asarray(np.dot(weights, block))
    return np.asarray(weights @ block)


def parts(length: int, size: int = _PART) -> list[slice]:
    """Return slices of a size that cover so many rows, or columns."""
    return [slice(i, min(i + size, length)) for i in range(0, length, size)]


def _add_terms(left: Terms, right: Terms) -> Terms:
    return tuple(map(iadd, left, right))


def _block_rows(X: Matrix, n_outputs: int) -> int:
    """Return how many rows keep a block, and the arrays of its logits, in a core's cache."""
    n_samples, n_features = X.shape
    fewest = float(heuristics.MIN_BLOCK_ROWS)
    row_bytes = 8.0 * n_features
    if sparse.issparse(X):
        row_entries = X.nnz / n_samples
        row_bytes = 12 * row_entries
        # What is summed has all columns, and is to cost less than the entries.
        fewest = min(max(fewest, 4 * n_features / max(row_entries, 1)), heuristics.MAX_BLOCK_ROWS)
    row_bytes += 8 * heuristics.ARRAYS_OF_LOGITS * (n_outputs - 1)
    return int(
        np.clip(heuristics.BLOCK_BYTES / max(row_bytes, 1), fewest, heuristics.MAX_BLOCK_ROWS)
    )


def _csr_rows(X: Matrix, rows: slice) -> Matrix:
    """Return rows of a CSR array that share its data, which slicing would copy."""
    begin, end = X.indptr[rows.start], X.indptr[rows.stop]
    indptr = X.indptr[rows.start : rows.stop + 1] - begin
    return csr_of(X.data[begin:end], X.indices[begin:end], indptr, X.shape[1])
