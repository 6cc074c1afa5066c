"""A table as blocks of rows, and sums over them in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import pairwise
from operator import iadd
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skfocal._classes import class_totals
from skfocal._solver import heuristics
from skfocal._solver.matrices import Matrix, csr_rows, in_float64
from skfocal._solver.ranks import draw_ranks, rows_of_ranks
from skfocal._solver.threads import Map, pause_for_forks
from skfocal._typing import Floats, Integers

__all__ = ["ArrayBlocks", "Block", "ReadCount", "RowBlocks", "Terms"]

Terms: TypeAlias = tuple[Any, ...]
"""Arrays or numbers that can be added to others of their kind."""

_NO_LABELS = np.empty(0, dtype=np.intp)


class Block(NamedTuple):
    """Consecutive rows of a table, small enough to stay in a core's cache."""

    X: Matrix
    """Rows in double precision, of shape (n_block, n_features)."""
    rows: slice
    """Their positions in the table."""
    codes: Integers
    """Class indices, of shape (n_block,); none for a table without labels."""
    weights: Floats | None
    """Sample weights, of shape (n_block,), or None for 1."""


class RowBlocks(Protocol):
    """What the training objective needs from a table: sums over its rows.

    An implementation decides where the rows are and how many threads or machines work on them.
    """

    shape: tuple[int, int]
    is_sparse: bool

    @property
    def n_passes(self) -> float:
        """Return how often the rows were read; reads of some of them count by their share."""

    def sum(self, terms: Callable[[Block], Terms], n_floats: int = 1) -> Terms:
        """Add up what a function returns for the blocks, always in the same order."""

    def class_counts(self, n_classes: int) -> Floats:
        """Return the number of rows with weight of each class."""

    def class_totals(self, n_classes: int) -> Floats:
        """Return the total weight of each class."""

    def draw(self, class_counts: Floats, quota: NDArray[np.intp]) -> RowBlocks:
        """Return `quota` of the `class_counts` rows of each class, weighted to represent all."""

    def take_columns(self, columns: NDArray[np.intp]) -> RowBlocks:
        """Return the same rows with some of the columns. Reads count by their share."""

    def rough_moments(self) -> tuple[Floats, Floats]:
        """Return means and standard deviations of the columns over some rows with weight."""


class ReadCount:
    """The number of rows that have been read; a part of the columns counts by its share."""

    def __init__(self) -> None:
        self.n_rows = 0.0


class ArrayBlocks:
    """The rows of a dense, memory-mapped or sparse array.

    Parameters
    ----------
    X : ndarray or sparse array of shape (n_samples, n_features)
        The table, which is never copied. Sparse ones in CSR format.
    codes : ndarray of shape (n_samples,), default=()
        Class index of each row; none for a table without labels.
    weights : ndarray of shape (n_samples,), default=None
        Sample weights; None for 1.
    ordered_map : callable, default=map
        Applies a function to each item of a sequence, in order, perhaps in threads.
    indices : ndarray of shape (n_samples,), default=None
        Indices of these rows in a larger `X`. None if they are all of it.
    n_outputs : int, default=1
        Number of logits of a row.
    reads : ReadCount, default=None
        Counts the rows that are read, here and in what is taken from here.
    columns : ndarray of shape (n_features,), default=None
        Indices of these columns in a larger `X`. None if they are all of it.
    share : float, default=1.0
        What a row counts for.

    Notes
    -----
    Blocks are assigned to lanes whose number depends on the table alone. One thread sums a lane
    in the order of its rows, and then the lanes are summed in their order, so sums are the same
    to the last bit for any number of threads.
    """

    def __init__(
        self,
        X: Matrix,
        codes: Integers = _NO_LABELS,
        weights: Floats | None = None,
        *,
        ordered_map: Map = map,
        indices: NDArray[np.intp] | None = None,
        n_outputs: int = 1,
        reads: ReadCount | None = None,
        columns: NDArray[np.intp] | None = None,
        share: float = 1.0,
    ) -> None:
        n_rows = X.shape[0] if indices is None else len(indices)
        n_columns = X.shape[1] if columns is None else len(columns)
        self.shape: tuple[int, int] = (n_rows, n_columns)
        self.is_sparse = bool(sparse.issparse(X))
        self.codes = codes
        self.weights = weights
        self.reads = reads or ReadCount()
        self._X = X
        self._columns, self._share = columns, share
        n_entries = X.size * n_outputs * n_rows // max(1, X.shape[0])
        # In short calls threads wait longer for the interpreter's lock than they compute.
        self._map = ordered_map if n_entries >= heuristics.MIN_ENTRIES_FOR_THREADS else map
        self._indices = indices
        self._n_outputs = n_outputs
        step = _block_rows(X, n_outputs)
        self._slices = [slice(i, min(i + step, n_rows)) for i in range(0, n_rows, step)]

    @property
    def n_passes(self) -> float:
        """Return how often the rows were read; reads of some of them count by their share."""
        return self.reads.n_rows / self.shape[0]

    def sum(self, terms: Callable[[Block], Terms], n_floats: int = 1) -> Terms:
        """Add up what a function returns for the blocks.

        Parameters
        ----------
        terms : callable
            Takes a block; returns a tuple of arrays or numbers, which the sum may overwrite. It
            is called from several threads at once.
        n_floats : int, default=1
            How many numbers `terms` returns, which bounds the memory of the lanes.
        """

        def lane_sum(slices: list[slice]) -> Terms:
            first, *others = slices
            total = terms(self._block(first))
            # Not `reduce`, which would keep the terms of one block alive through the next.
            for rows in others:
                total = _add_terms(total, terms(self._block(rows)))
            return total

        pause_for_forks()
        self.reads.n_rows += self._share * self.shape[0]
        fewest = 2 if n_floats <= 2 * heuristics.MAX_LANE_FLOATS else 1
        n_lanes = max(fewest, min(heuristics.MAX_LANES, heuristics.MAX_LANE_FLOATS // n_floats))
        return reduce(_add_terms, self._map(lane_sum, self._lanes(n_lanes)))

    def each(self, function: Callable[[Block], Any]) -> list[Any]:
        """Return what a function returns for each block, called from several threads at once."""

        def lane(slices: list[slice]) -> list[Any]:
            return [function(self._block(rows)) for rows in slices]

        lanes = self._lanes(heuristics.MAX_LANES)
        return [result for results in self._map(lane, lanes) for result in results]

    def in_turn(self, function: Callable[[Block, Map], None]) -> None:
        """Call a function with one block after the other, and with a map to spread its work."""
        self.reads.n_rows += self._share * self.shape[0]
        for rows in self._slices:
            pause_for_forks()
            function(self._block(rows), self._map)

    def class_counts(self, n_classes: int) -> Floats:
        """Return the number of rows with weight of each class."""
        return class_totals(self.codes, n_classes, self._has_weight())

    def class_totals(self, n_classes: int) -> Floats:
        """Return the total weight of each class."""
        return class_totals(self.codes, n_classes, self.weights)

    def draw(self, class_counts: Floats, quota: NDArray[np.intp]) -> ArrayBlocks:
        """Return `quota` of the `class_counts` rows of each class, weighted to represent all."""
        ranks = draw_ranks(class_counts, quota)
        rows_per_row = np.divide(
            class_counts, quota, out=np.ones_like(class_counts), where=quota > 0
        )
        return self.take(*self.rows_of_ranks(ranks, rows_per_row))

    def rows_of_ranks(
        self, ranks: Sequence[NDArray[np.intp]], rows_per_row: Floats
    ) -> tuple[NDArray[np.intp], Floats]:
        """Return the indices and weights of the rows with certain ranks in their class.

        Parameters
        ----------
        ranks : sequence of ndarray
            Sorted ranks for each class, among its rows with weight.
        rows_per_row : ndarray of shape (n_classes,)
            How many rows each row of a class represents.
        """
        rows = rows_of_ranks(self.codes, self._has_weight(), ranks)
        weights = rows_per_row.take(self.codes[rows])
        if self.weights is not None:
            weights *= self.weights[rows]
        return rows, weights

    def _has_weight(self) -> NDArray[np.bool] | None:
        return None if self.weights is None else self.weights > 0

    def take(self, rows: NDArray[np.intp], weights: Floats | None) -> ArrayBlocks:
        """Return some of the rows, gathered block by block."""
        codes = self.codes[rows] if self.codes.size else self.codes
        indices = rows if self._indices is None else self._indices[rows]
        return ArrayBlocks(
            self._X,
            codes,
            weights,
            ordered_map=self._map,
            indices=indices,
            n_outputs=self._n_outputs,
            reads=self.reads,
            columns=self._columns,
            share=self._share,
        )

    def take_columns(self, columns: NDArray[np.intp]) -> ArrayBlocks:
        """Return the same rows with some of the columns, copied if they are few."""
        share = self._share * len(columns) / max(1, self.shape[1])
        if self._columns is not None:
            columns = self._columns[columns]
        copied = self.is_sparse or self.shape[0] * len(columns) <= heuristics.MAX_COLUMN_COPY_FLOATS
        return ArrayBlocks(
            self._copy_of(columns) if copied else self._X,
            self.codes,
            self.weights,
            ordered_map=self._map,
            indices=None if copied else self._indices,
            n_outputs=self._n_outputs,
            reads=self.reads,
            columns=None if copied else columns,
            share=share,
        )

    def _copy_of(self, columns: NDArray[np.intp]) -> Matrix:
        if self._indices is None:
            return self._X[:, columns] if self.is_sparse else self._X.take(columns, axis=1)
        if self.is_sparse:
            return self._X[:, columns][self._indices]
        return self._X[np.ix_(self._indices, columns)]

    def with_columns(self, X: Matrix) -> ArrayBlocks:
        """Return the same rows with other columns."""
        return ArrayBlocks(
            X, self.codes, self.weights, ordered_map=self._map, n_outputs=self._n_outputs
        )

    def row_products(self, centre: Floats) -> Floats:
        """Return the scalar products of all pairs of rows about a centre, (n_rows, n_rows)."""
        if self.is_sparse:
            X = in_float64(self._X)
            by_centre = X @ centre
            products = (X @ X.T).toarray() - by_centre - by_centre[:, np.newaxis]
            return np.asarray(products + centre @ centre)

        def terms(columns: Block) -> Terms:
            deviations = columns.X - centre[columns.rows, np.newaxis]
            return (deviations.T @ deviations,)

        transposed = ArrayBlocks(self._X.T, ordered_map=self._map, n_outputs=self._n_outputs)
        (products,) = transposed.sum(terms, self.shape[0] ** 2)
        return np.asarray(products)

    def rough_moments(self) -> tuple[Floats, Floats]:
        """Return means and standard deviations of the columns over some rows with weight."""
        if self.weights is None:
            some = self._rows(slice(0, min(heuristics.CENTRE_ROWS, self.shape[0])))
        else:
            rows = next(rows for rows in self._slices if self.weights[rows].any())
            some = self._rows(rows)[self.weights[rows] > 0]
        mean = np.asarray(some.mean(axis=0, dtype=np.float64)).ravel()
        if self.is_sparse:
            squares = np.asarray(some.power(2).mean(axis=0)).ravel()
        else:
            squares = np.einsum("ij,ij->j", some, some, dtype=np.float64) / len(some)
        variance = squares - mean**2
        return mean, np.sqrt(np.maximum(variance, 0))

    def _lanes(self, at_most: int) -> list[list[slice]]:
        """Assign the blocks, in their order, to lanes."""
        n_blocks = len(self._slices)
        n_lanes = min(at_most, n_blocks)
        ends = [n_blocks * lane // n_lanes for lane in range(n_lanes + 1)]
        return [self._slices[begin:end] for begin, end in pairwise(ends)]

    def _block(self, rows: slice) -> Block:
        return Block(
            in_float64(self._rows(rows)),
            rows,
            self.codes[rows],
            None if self.weights is None else self.weights[rows],
        )

    def _rows(self, rows: slice) -> Matrix:
        if self._indices is not None:
            some = self._X[self._indices[rows]]
        else:
            some = csr_rows(self._X, rows) if self.is_sparse else self._X[rows]
        return some if self._columns is None else some.take(self._columns, axis=1)


def _add_terms(left: Terms, right: Terms) -> Terms:
    return tuple(map(iadd, left, right))


def _block_rows(X: Matrix, n_outputs: int) -> int:
    """Return how many rows keep a block, and the arrays of its logits, in a core's cache."""
    n_samples, n_features = X.shape
    fewest = float(heuristics.MIN_BLOCK_ROWS)
    logit_bytes = 8 * heuristics.ARRAYS_OF_LOGITS * n_outputs
    row_bytes = 8.0 * n_features + logit_bytes
    if sparse.issparse(X):
        row_entries = X.nnz / n_samples
        row_bytes = 12 * row_entries + logit_bytes
        # A sum has all columns, and must cost less than the entries of the block.
        fewest = max(fewest, 4 * n_features / max(row_entries, 1))
    return int(max(heuristics.BLOCK_BYTES / row_bytes, fewest))
