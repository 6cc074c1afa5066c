"""A table whose rows are in partitions on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from operator import iadd
from typing import Any, NamedTuple
from uuid import uuid4

import cloudpickle
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skfocal._solver import (
    ArrayBlocks,
    Block,
    Matrix,
    ReadCount,
    RowBlocks,
    Terms,
    draw_ranks,
    ordered_map,
)
from skfocal._typing import Floats, Integers
from skfocal.dask._cluster import compute, persist
from skfocal.dask._import import dask

__all__ = ["DaskBlocks", "Fold", "Partition", "PartitionSize", "size_of"]

# Sums of partitions that are added up at a time.
_ARITY = 8
# Bytes of a cache line. The last bit of a product may depend on the alignment of its factors.
_ALIGNMENT = 64
# A larger sample of the rows stays on the workers, 128 MB.
_MAX_GATHERED_FLOATS = 2**24


class Partition(NamedTuple):
    """Rows of a table in the memory of one process, with their labels encoded."""

    X: Matrix
    codes: Integers
    weights: Floats | None

    def blocks(self, columns: NDArray[np.intp] | None = None, n_outputs: int = 1) -> ArrayBlocks:
        """Return the rows as blocks that are summed in one thread."""
        # The last bit of a sum depends on where the rows lie in memory.
        X = self.X if sparse.issparse(self.X) else aligned(self.X)
        blocks = ArrayBlocks(X, self.codes, self.weights, n_outputs=n_outputs)
        return blocks if columns is None else blocks.take_columns(columns)


def aligned(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array, copied if it does not begin at a multiple of 64 bytes.

    Arrays that a process receives may begin anywhere.
    """
    if array.ctypes.data % _ALIGNMENT == 0:
        return array
    buffer = np.empty(array.nbytes + _ALIGNMENT, np.uint8)
    begin = -buffer.ctypes.data % _ALIGNMENT
    copy = buffer[begin : begin + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


class _Message:
    """A function that is pickled with its arrays inside, which are aligned when it is received."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (cloudpickle.dumps(self.function),)


def _received(pickled: bytes) -> _Message:
    return _Message(cloudpickle.loads(pickled))


class PartitionSize(NamedTuple):
    """How many rows a partition has."""

    position: int
    """Its place among all partitions, of which empty ones are left out."""
    n_rows: int
    class_counts: Floats
    """Number of rows with weight of each class."""
    class_totals: Floats
    """Total weight of each class."""


class Fold(NamedTuple):
    """The training and the test set of a fold."""

    train: DaskBlocks
    test: DaskBlocks


class DaskBlocks:
    """The rows of a table in partitions on a cluster.

    Parameters
    ----------
    partitions : sequence of Delayed
        Each computes a `Partition` that is not empty.
    sizes : sequence of PartitionSize
        Their sizes.
    n_columns : int
        Number of columns.
    is_sparse : bool
        Whether the rows are sparse.
    n_outputs : int
        Number of logits of a row.
    columns : ndarray of shape (n_features,), default=None
        Indices of these columns. None if they are all.

    Notes
    -----
    One graph computes a sum: a task for each partition, and a tree that adds up their results in a
    fixed order. The client sends the function once and receives one result.
    """

    def __init__(
        self,
        partitions: Sequence[Any],
        sizes: Sequence[PartitionSize],
        *,
        n_columns: int,
        is_sparse: bool,
        n_outputs: int,
        columns: NDArray[np.intp] | None = None,
        reads: ReadCount | None = None,
    ) -> None:
        self.partitions, self.sizes = partitions, sizes
        n_rows = sum(size.n_rows for size in sizes)
        self.shape: tuple[int, int] = (n_rows, n_columns if columns is None else len(columns))
        self.is_sparse = is_sparse
        self.reads = reads or ReadCount()
        self._n_columns, self._n_outputs, self._columns = n_columns, n_outputs, columns

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle without partitions: functions that are sent to workers refer to this object."""
        empty = partial(
            DaskBlocks,
            (),
            (PartitionSize(0, self.shape[0], np.zeros(0), np.zeros(0)),),
            n_columns=self.shape[1],
            is_sparse=self.is_sparse,
            n_outputs=self._n_outputs,
        )
        return empty, ()

    @property
    def n_passes(self) -> float:
        """Return how often the rows were read; reads of some of them count by their share."""
        return self.reads.n_rows / self.shape[0]

    def sum(self, terms: Callable[[Block], Terms], n_floats: int = 1) -> Terms:
        """Add up what a function returns for the blocks, always in the same order."""
        self.reads.n_rows += self.shape[0] * self.shape[1] / max(1, self._n_columns)
        message = dask.delayed(_Message(terms), name=f"terms-{uuid4().hex}", traverse=False)
        sums = [
            dask.delayed(_sum_of_partition)(
                partition, message, n_floats, self._columns, self._n_outputs
            )
            for partition in self.partitions
        ]
        while len(sums) > 1:
            sums = [
                dask.delayed(_sum_of_sums)(sums[i : i + _ARITY])
                for i in range(0, len(sums), _ARITY)
            ]
        (total,) = compute(sums)
        return tuple(total)

    def class_counts(self, n_classes: int) -> Floats:
        """Return the number of rows with weight of each class."""
        counts: Floats = np.sum([size.class_counts for size in self.sizes], axis=0)
        return counts.reshape(n_classes)

    def class_totals(self, n_classes: int) -> Floats:
        """Return the total weight of each class."""
        totals: Floats = np.sum([size.class_totals for size in self.sizes], axis=0)
        return totals.reshape(n_classes)

    def draw(self, class_counts: Floats, quota: NDArray[np.intp]) -> RowBlocks:
        """Return `quota` of the `class_counts` rows of each class, weighted to represent all.

        They are the rows that would be drawn from the same table in memory. Few are sent to the
        client, many stay on the workers.
        """
        ranks = draw_ranks(class_counts, quota)
        rows_per_row = np.divide(
            class_counts, quota, out=np.ones_like(class_counts), where=quota > 0
        )
        first_ranks = np.zeros_like(class_counts)
        drawn = []
        for partition, size in zip(self.partitions, self.sizes, strict=True):
            last_ranks = first_ranks + size.class_counts
            here = [
                each[slice(*np.searchsorted(each, ends))] - int(ends[0])
                for each, ends in zip(ranks, zip(first_ranks, last_ranks, strict=True), strict=True)
            ]
            if any(map(len, here)):
                drawn.append(
                    dask.delayed(_rows_of_ranks)(partition, here, rows_per_row, self._columns)
                )
            first_ranks = last_ranks
        if quota.sum() * self.shape[1] > _MAX_GATHERED_FLOATS:
            return self._remote(drawn, len(quota))
        return self._gathered(drawn)

    def _remote(self, drawn: Sequence[Any], n_classes: int) -> DaskBlocks:
        """Return samples of partitions, which stay where they are."""
        drawn = persist(drawn)
        return DaskBlocks(
            drawn,
            compute([dask.delayed(size_of)(each, n_classes, i) for i, each in enumerate(drawn)]),
            n_columns=self.shape[1],
            is_sparse=self.is_sparse,
            n_outputs=self._n_outputs,
            reads=self.reads,
        )

    def _gathered(self, drawn: Sequence[Any]) -> ArrayBlocks:
        """Return samples of partitions in the memory of the client."""
        X, codes, weights = zip(*compute(drawn), strict=True)
        return ArrayBlocks(
            sparse.vstack(X, format="csr") if self.is_sparse else np.concatenate(X),
            np.concatenate(codes),
            np.concatenate(weights),
            n_outputs=self._n_outputs,
            reads=self.reads,
        )

    def folds(self, n_folds: int) -> list[Fold]:
        """Distribute the partitions to folds.

        Raises
        ------
        ValueError
            If there are fewer partitions than folds.
        """
        n_partitions = len(self.partitions)
        if n_partitions < n_folds:
            msg = (
                f"cv must be at most the number of partitions, {n_partitions}; got {n_folds}. "
                "Rechunk or repartition the data, or give groups."
            )
            raise ValueError(msg)
        of_fold = np.arange(n_partitions) % n_folds
        return [
            Fold(self._some(np.flatnonzero(of_fold != k)), self._some(np.flatnonzero(of_fold == k)))
            for k in range(n_folds)
        ]

    def folds_of_groups(
        self, n_folds: int, groups: Sequence[Any], *, is_persisted: bool
    ) -> list[Fold]:
        """Distribute groups of rows to folds, in the order of their values.

        Parameters
        ----------
        n_folds : int
            Number of folds.
        groups : sequence of Delayed
            The group of each row, for the partitions from which the blocks were made.
        is_persisted : bool
            Whether the partitions are kept in memory, and therefore those of folds, too.

        Raises
        ------
        ValueError
            If there are fewer groups than folds.
        """
        values = np.unique(np.concatenate(compute([dask.delayed(np.unique)(g) for g in groups])))
        if len(values) < n_folds:
            msg = f"cv must be at most the number of groups, {len(values)}; got {n_folds}."
            raise ValueError(msg)
        groups = [groups[size.position] for size in self.sizes]
        weighted = partial(self._weighted, groups, values, n_folds, is_persisted=is_persisted)
        return [Fold(weighted(k, is_test=False), weighted(k, is_test=True)) for k in range(n_folds)]

    def _some(self, chosen: NDArray[np.intp]) -> DaskBlocks:
        """Return some of the partitions."""
        partitions, sizes = ([each[i] for i in chosen] for each in (self.partitions, self.sizes))
        return self._with_partitions(partitions, sizes)

    def _weighted(
        self,
        groups: Sequence[Any],
        values: NDArray[Any],
        n_folds: int,
        fold: int,
        *,
        is_test: bool,
        is_persisted: bool,
    ) -> DaskBlocks:
        """Return all rows, with weight zero outside the training or the test set of a fold."""
        partitions = [
            dask.delayed(_weighted_by_group)(partition, of_rows, values, n_folds, fold, is_test)
            for partition, of_rows in zip(self.partitions, groups, strict=True)
        ]
        if is_persisted:
            partitions = persist(partitions)
        n_classes = len(self.sizes[0].class_counts)
        sizes = compute(
            [
                dask.delayed(size_of)(each, n_classes, size.position)
                for each, size in zip(partitions, self.sizes, strict=True)
            ]
        )
        return self._with_partitions(partitions, sizes)

    def _with_partitions(
        self, partitions: Sequence[Any], sizes: Sequence[PartitionSize]
    ) -> DaskBlocks:
        return DaskBlocks(
            partitions,
            sizes,
            n_columns=self._n_columns,
            is_sparse=self.is_sparse,
            n_outputs=self._n_outputs,
            columns=self._columns,
        )

    def take_columns(self, columns: NDArray[np.intp]) -> DaskBlocks:
        """Return the same rows with some of the columns. Reads count by their share."""
        return DaskBlocks(
            self.partitions,
            self.sizes,
            n_columns=self._n_columns,
            is_sparse=self.is_sparse,
            n_outputs=self._n_outputs,
            columns=columns if self._columns is None else self._columns[columns],
            reads=self.reads,
        )

    def rough_moments(self) -> tuple[Floats, Floats]:
        """Return means and standard deviations of the columns over some rows with weight."""
        first = next(
            partition
            for partition, size in zip(self.partitions, self.sizes, strict=True)
            if size.class_totals.any()
        )
        (moments,) = compute([dask.delayed(_moments_of_partition)(first, self._columns)])
        return moments[0], moments[1]


def size_of(partition: Partition, n_classes: int, position: int) -> PartitionSize:
    """Count the rows of a partition."""
    blocks = partition.blocks()
    return PartitionSize(
        position,
        len(partition.codes),
        blocks.class_counts(n_classes),
        blocks.class_totals(n_classes),
    )


def _sum_of_partition(
    partition: Partition,
    message: _Message,
    n_floats: int,
    columns: NDArray[np.intp] | None,
    n_outputs: int,
) -> Terms:
    # One thread for each task, of which a worker runs as many as it has threads.
    with ordered_map():
        return partition.blocks(columns, n_outputs).sum(message.function, n_floats)


def _sum_of_sums(sums: Sequence[Terms]) -> Terms:
    # The first is copied: results of tasks must not be overwritten.
    total = [np.array(term, dtype=np.float64) for term in sums[0]]
    for terms in sums[1:]:
        total = list(map(iadd, total, terms))
    return tuple(total)


def _rows_of_ranks(
    partition: Partition,
    ranks: Sequence[NDArray[np.intp]],
    rows_per_row: Floats,
    columns: NDArray[np.intp] | None,
) -> Partition:
    rows, weights = partition.blocks().rows_of_ranks(ranks, rows_per_row)
    X = partition.X[rows]
    return Partition(X if columns is None else X[:, columns], partition.codes[rows], weights)


def _moments_of_partition(
    partition: Partition, columns: NDArray[np.intp] | None
) -> tuple[Floats, Floats]:
    return partition.blocks(columns).rough_moments()


def _weighted_by_group(
    partition: Partition,
    groups: NDArray[Any],
    values: NDArray[Any],
    n_folds: int,
    fold: int,
    is_test: bool,  # noqa: FBT001 - an argument of a task
) -> Partition:
    """Return a partition with weight zero for rows outside a set; it shares the rows."""
    is_in_test = np.searchsorted(values, groups) % n_folds == fold
    is_used = is_in_test if is_test else ~is_in_test
    weights = is_used.astype(np.float64)
    if partition.weights is not None:
        weights *= partition.weights
    return Partition(partition.X, partition.codes, weights)
