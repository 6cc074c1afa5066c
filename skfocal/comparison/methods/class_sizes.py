"""Whether the training rows have enough rows of every class for the samplers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from skfocal.comparison.data.splits import Split, make_splits
from skfocal.comparison.data.tables import Table
from skfocal.comparison.errors import DataError
from skfocal.comparison.methods.method import Method

__all__ = ["check_class_sizes"]

MAX_FOLDS, MAX_TRIALS = 10, 10


def check_class_sizes(
    table: Table,
    splits: Sequence[Split],
    methods: Sequence[Method],
    *,
    cv: int,
    repeats: int,
    inner_cv: int,
    seed: int,
) -> None:
    """Refuse methods whose sampler needs more rows of a class than some training rows have.

    Raises
    ------
    DataError
        The message names numbers of folds that work, if there are any.
    """
    needed = max(method.min_class_rows for method in methods)
    count, label = _smallest_class(table, splits)
    if count >= needed:
        return
    names = ", ".join(method.name for method in methods if method.min_class_rows > count)
    found = (
        f"{names} needs {needed} rows of every class in all training rows, but with cv={cv} and "
        f"inner_cv={inner_cv} some have {count} of class {label!r} of {table.name!r}"
    )
    for outer, inner in _nearest_folds(table, needed, cv, inner_cv):
        try:
            other = make_splits(table, cv=outer, repeats=repeats, inner_cv=inner, seed=seed)
        except DataError:
            continue
        if _smallest_class(table, other)[0] >= needed:
            raise DataError(f"{found}; use cv={outer} and inner_cv={inner}, or other methods")
    raise DataError(f"{found}; add rows of it, or use other methods")


def _smallest_class(table: Table, splits: Sequence[Split]) -> tuple[int, str]:
    """Return the smallest number of rows of a class in the inner training rows, and the class."""
    counts = np.array(
        [
            np.bincount(table.y[split.train[rows]], minlength=table.n_classes)
            for split in splits
            for rows, _ in split.inner
        ]
    ).min(axis=0)
    return int(counts.min()), table.classes[int(counts.argmin())]


def _nearest_folds(table: Table, needed: int, cv: int, inner_cv: int) -> Iterator[tuple[int, int]]:
    """Yield numbers of folds that may leave enough rows, the nearest first."""
    n_rows = int(np.bincount(table.y).min())
    possible = [
        (outer, inner)
        for outer in range(2, min(max(cv, MAX_FOLDS), n_rows) + 1)
        for inner in range(2, MAX_FOLDS + 1)
        if _rest(_rest(n_rows, outer), inner) >= needed
    ]
    possible.sort(key=lambda folds: abs(folds[0] - cv) + abs(folds[1] - inner_cv))
    yield from possible[:MAX_TRIALS]


def _rest(n_rows: int, n_folds: int) -> int:
    """Return the number of rows without the largest of equal folds; 0 if there are too few."""
    return n_rows - -(-n_rows // n_folds) if n_rows >= n_folds else 0
