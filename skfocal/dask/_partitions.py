"""Dask collections as partitions of a table with encoded labels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skfocal._checks import check_labels, nonnegative_weights
from skfocal._classes import encode
from skfocal._solver import canonical
from skfocal._typing import Floats
from skfocal.dask._blocks import DaskBlocks, Partition, PartitionSize, aligned, size_of
from skfocal.dask._cluster import compute, memory_limit, persist
from skfocal.dask._import import dask

__all__ = [
    "DaskTable",
    "Features",
    "Persist",
    "check_finite",
    "is_dask",
    "read_features",
    "read_groups",
    "read_table",
]

Persist: TypeAlias = Literal["auto"] | bool

# A larger array in memory is probably a mistake, 1 GB.
_MAX_EAGER_BYTES = 2**30
# Share of the cluster's memory that a table may take. Tasks and results need the rest.
_MAX_SHARE_OF_MEMORY = 0.5


class DaskTable(NamedTuple):
    """A table on a cluster whose labels are class indices."""

    blocks: DaskBlocks
    classes: NDArray[Any]
    class_totals: Floats
    dtype: np.dtype[Any]
    is_persisted: bool


class Features(NamedTuple):
    """The columns of a Dask collection."""

    partitions: Sequence[Any]
    """Delayed arrays or frames."""
    n_columns: int
    names: NDArray[Any] | None
    """Names of the columns of a frame, or None."""
    dtype: np.dtype[Any]
    """float32 or float64."""
    lengths: Sequence[float]
    """Number of rows of each partition, nan if that is not known."""
    empty: Any
    """An array or a frame with these columns and no rows."""


def is_dask(collection: Any) -> bool:
    """Return whether an object is a Dask collection."""
    return bool(dask.base.is_dask_collection(collection))


def check_size(X: Any) -> None:
    """Refuse a large table in memory."""
    n_bytes = getattr(X, "nbytes", None)
    if n_bytes is None and hasattr(X, "memory_usage"):
        n_bytes = int(X.memory_usage().sum())
    if n_bytes is not None and n_bytes > _MAX_EAGER_BYTES:
        msg = (
            f"X must be a Dask collection, or data in memory of at most 1 GB; got {n_bytes:,} "
            "bytes in memory. Use dask.array.from_array or dask.dataframe.from_pandas, or train "
            "skfocal.FocalLogisticRegression on it."
        )
        raise ValueError(msg)


def check_persist(persist_: Any) -> None:
    """Raise ValueError if `persist` is not a valid option."""
    if not (isinstance(persist_, bool) or persist_ == "auto"):
        msg = f"persist must be 'auto', True or False; got {persist_!r}."
        raise ValueError(msg)


def read_features(X: Any) -> Features:
    """Return the partitions of an array or a frame, without computing anything.

    Raises
    ------
    TypeError, ValueError
        If `X` has no fixed number of columns, or a column that does not hold numbers.
    """
    if hasattr(X, "to_dask_array"):  # a frame
        names = np.asarray(X.columns, dtype=object)
        unusable = [
            f"{name!r} ({dtype})"
            for name, dtype in zip(X.columns, X.dtypes, strict=True)
            if getattr(dtype, "kind", "O") not in "biuf"
        ]
        if unusable:
            msg = (
                f"X must hold numbers; got the columns {', '.join(unusable)}. Drop them, or encode "
                "categories with dask.dataframe.get_dummies."
            )
            raise ValueError(msg)
        extended = [
            f"{name!r} ({dtype})"
            for name, dtype in zip(X.columns, X.dtypes, strict=True)
            if not isinstance(dtype, np.dtype)
        ]
        if extended:
            msg = (
                "X must hold numbers of NumPy's types, not nullable, Arrow or sparse ones; got the "
                f"columns {', '.join(extended)}. Convert them with X.astype('float64')."
            )
            raise ValueError(msg)
        dtype = _precision(np.result_type(*X.dtypes))
        lengths = [np.nan] * X.npartitions
        return Features(_delayed_frames(X), len(names), names, dtype, lengths, _meta(X))
    if not isinstance(X, dask.array.Array):
        msg = f"X must be a Dask array or a Dask frame; got {type(X).__name__}."
        raise TypeError(msg)
    if X.ndim != 2 or np.isnan(X.shape[1]):
        msg = (
            f"X must have two dimensions and a known number of columns; got the shape {X.shape}. "
            "Compute the sizes of the chunks with X.compute_chunk_sizes()."
        )
        raise ValueError(msg)
    if X.dtype.kind not in "biuf":
        msg = f"X must hold numbers; got the dtype {X.dtype}."
        raise ValueError(msg)
    X = X.rechunk({1: -1})
    dtype, partitions = _precision(X.dtype), _delayed(X)
    empty = np.empty((0, X.shape[1]), dtype)
    return Features(partitions, X.shape[1], None, dtype, X.chunks[0], empty)


def read_table(
    X: Any, features: Features, y: Any, sample_weight: Any, persist_: Persist
) -> DaskTable:
    """Find the classes, and encode the labels of every partition.

    Raises
    ------
    TypeError, ValueError
        If `X`, `y` or `sample_weight` is invalid, or their partitions differ.
    """
    labels = _aligned("y", y, features)
    weights = (
        [None] * len(labels)
        if sample_weight is None
        else _aligned("sample_weight", sample_weight, features)
    )
    delayed_labels = [dask.delayed(_distinct)(each, i) for i, each in enumerate(labels)]
    classes, _ = encode(np.concatenate(compute(delayed_labels)))
    encoded = [
        dask.delayed(_encoded)(*parts, classes, features.dtype, index)
        for index, parts in enumerate(zip(features.partitions, labels, weights, strict=True))
    ]
    is_persisted = _fits_in_memory(X, features, encoded) if persist_ == "auto" else persist_
    if is_persisted:
        encoded = persist(encoded)
    described = compute(
        [dask.delayed(_described)(each, len(classes), i) for i, each in enumerate(encoded)]
    )
    sizes = [size for size, _ in described]
    used = [index for index, size in enumerate(sizes) if size.n_rows]
    blocks = DaskBlocks(
        [encoded[index] for index in used],
        [sizes[index] for index in used],
        n_columns=features.n_columns,
        is_sparse=any(described[index][1] for index in used),
        n_outputs=1 if len(classes) == 2 else len(classes),
    )
    totals = blocks.class_totals(len(classes))
    if not totals.any():
        msg = "sample_weight must hold at least one number > 0; got only zeros."
        raise ValueError(msg)
    return DaskTable(blocks, classes, totals, features.dtype, is_persisted)


def read_groups(groups: Any, features: Features) -> Sequence[Any]:
    """Return the partitions of the groups of rows."""
    return [dask.delayed(np.asarray)(each) for each in _aligned("groups", groups, features)]


def check_finite(features: Features) -> None:
    """Raise ValueError with the column and the partition of the first value that is not finite."""
    found = compute([dask.delayed(_first_not_finite)(each) for each in features.partitions])
    for index, (column, value) in enumerate(found):
        if column is not None:
            name = f"of index {column}" if features.names is None else repr(features.names[column])
            msg = (
                f"X must hold finite numbers whose squares are finite, too; got {value} in the "
                f"column {name}, in partition {index}."
            )
            raise ValueError(msg)


def _meta(collection: Any) -> Any:
    """Return an empty array or frame of the kind that the partitions are."""
    return collection._meta  # noqa: SLF001 - extensions of Dask use it


def _precision(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.dtype(np.float32 if dtype == np.float32 else np.float64)


def _delayed(array: Any) -> list[Any]:
    """Return the chunks of an array.

    The graph is not optimised: that would fuse a task into the features and into the labels that
    are made from it, and run it twice.
    """
    chunks: list[Any] = array.to_delayed(optimize_graph=False).ravel().tolist()
    return chunks


def _delayed_frames(frame: Any) -> list[Any]:
    """Return the partitions of a frame or a series.

    The graph is simplified, so that columns that are not used are not read, but not tuned: that
    would join files of which few columns are read, more for the labels than for the features.
    """
    frames: list[Any] = frame.simplify().to_delayed(optimize_graph=False)
    return frames


def _aligned(name: str, column: Any, features: Features) -> Sequence[Any]:
    """Return the partitions of labels or weights, which match those of the features."""
    lengths = features.lengths
    if not is_dask(column):
        if np.ndim(column) == 0:
            return [column] * len(lengths)
        if np.isnan(lengths).any():
            msg = (
                f"{name} must be a Dask collection with the partitions of X, whose lengths are not "
                f"known; got {type(column).__name__}."
            )
            raise TypeError(msg)
        ends = np.cumsum([0, *lengths]).astype(np.intp)
        if len(column) != ends[-1]:
            msg = f"{name} must have as many rows as X, {ends[-1]}; got {len(column)}."
            raise ValueError(msg)
        values = np.asarray(column)
        return [values[begin:end] for begin, end in pairwise(ends)]
    if hasattr(column, "to_dask_array"):
        partitions, others = _delayed_frames(column), [np.nan] * column.npartitions
    else:
        if column.ndim != 1:
            msg = f"{name} must have one dimension; got the shape {column.shape}."
            raise ValueError(msg)
        partitions, others = _delayed(column), column.chunks[0]
    same = len(others) == len(lengths) and all(
        a == b or np.isnan(a) or np.isnan(b) for a, b in zip(lengths, others, strict=True)
    )
    if not same:
        msg = (
            f"{name} must have the partitions of X; got {_shown(others)} and {_shown(lengths)} "
            "rows. Rechunk or repartition one of them."
        )
        raise ValueError(msg)
    return list(partitions)


def _shown(lengths: Sequence[float]) -> str:
    shown = ["?" if np.isnan(each) else f"{int(each)}" for each in lengths[:4]]
    return f"{len(lengths)} partitions of {', '.join(shown)}{', ...' * (len(lengths) > 4)}"


def _fits_in_memory(X: Any, features: Features, encoded: Sequence[Any]) -> bool:
    """Return whether the workers have enough memory for the table."""
    is_dense_array = isinstance(X, dask.array.Array) and isinstance(_meta(X), np.ndarray)
    if is_dense_array and not np.isnan(X.shape[0]):
        n_bytes = X.size * features.dtype.itemsize
    else:
        n_bytes = sum(compute([dask.delayed(_bytes)(each) for each in encoded]))
    return bool(n_bytes <= _MAX_SHARE_OF_MEMORY * memory_limit())


def _distinct(y: Any, index: int) -> NDArray[Any]:
    """Return each label of a partition twice, since unique ones look like a regression target."""
    labels = check_labels(f"y (partition {index})", np.asarray(y))
    return np.unique(labels).repeat(2) if len(labels) else labels[:0]


def _encoded(
    X: Any, y: Any, weights: Any, classes: NDArray[Any], dtype: np.dtype[Any], index: int
) -> Partition:
    """Return a partition with its labels as class indices."""
    if sparse.issparse(X):
        X = canonical(sparse.csr_array(X).astype(dtype, copy=False))
    else:
        X = np.ascontiguousarray(np.asarray(X, dtype=dtype))
    labels = np.asarray(y)
    if len(labels) != X.shape[0]:
        msg = (
            f"y must have the partitions of X; partition {index} has {len(labels)} labels for "
            f"{X.shape[0]} rows."
        )
        raise ValueError(msg)
    codes = np.searchsorted(classes, labels).astype(np.min_scalar_type(-len(classes)))
    if weights is not None:
        weights = nonnegative_weights(weights, len(labels))
    # Aligned once, where the partition is kept.
    return Partition(X if sparse.issparse(X) else aligned(X), codes, weights)


def _described(partition: Partition, n_classes: int, index: int) -> tuple[PartitionSize, bool]:
    return size_of(partition, n_classes, index), bool(sparse.issparse(partition.X))


def _bytes(partition: Partition) -> int:
    X = partition.X
    if sparse.issparse(X):
        return int(X.data.nbytes + X.indices.nbytes + X.indptr.nbytes)
    return int(X.nbytes)


def _first_not_finite(X: Any) -> tuple[int | None, float]:
    """Return a column and a value in it whose square is not finite, or None."""
    if sparse.issparse(X):
        found = sparse.coo_array(X)
        values, columns = found.data, found.col
    else:
        values = np.asarray(X, dtype=np.float64)
        columns = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        is_bad = ~np.isfinite(np.square(values, dtype=np.float64))
    if not is_bad.any():
        return None, 0.0
    column = int(columns[is_bad].min())
    return column, float(values[is_bad & (columns == column)][0])
