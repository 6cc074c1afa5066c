"""Stratified outer and inner folds; rows of one group always share a fold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedKFold

from skfocal.comparison.data.tables import Table
from skfocal.comparison.errors import DataError

__all__ = [
    "Fold",
    "Rows",
    "Split",
    "duplicate_groups",
    "limit_tuning_rows",
    "make_inner_folds",
    "make_splits",
    "row_groups",
]

Rows: TypeAlias = NDArray[np.intp]
Fold: TypeAlias = tuple[Rows, Rows]


@dataclass(frozen=True, eq=False)
class Split:
    """One outer fold of one repeat.

    Attributes
    ----------
    repeat, fold : int
        Position, from 0.
    train, test : ndarray of int
        Positions of rows in the table.
    inner : tuple of (ndarray, ndarray)
        Folds of the training rows, as positions within `train`.
    seed : int
        Seed of everything random inside this fold, the same for every method.

    Examples
    --------
    >>> import numpy as np
    >>> from skfocal.comparison import make_splits, make_table
    >>> table = make_table(np.arange(40.0).reshape(20, 2) % 7, [0, 1] * 10, name="toy")
    >>> split = make_splits(table, cv=2, repeats=1, inner_cv=2, seed=0)[0]
    >>> sorted(set(split.train) & set(split.test))
    []
    """

    repeat: int
    fold: int
    train: Rows
    test: Rows
    inner: tuple[Fold, ...]
    seed: int

    @property
    def tuning_share(self) -> float:
        """Share of the rows of the inner folds that candidates are trained on."""
        n_rows = len(self.train) * (len(self.inner) - 1)
        return sum(len(rows) for rows, _ in self.inner) / n_rows


def make_splits(table: Table, *, cv: int, repeats: int, inner_cv: int, seed: int) -> list[Split]:
    """Split a table repeatedly into outer folds, and their training rows into inner folds.

    Rows with identical features, and rows of one group, share a fold, so that no test row has a
    copy in the training rows.

    Parameters
    ----------
    table : Table
        The table.
    cv : int
        Number of outer folds.
    repeats : int
        Number of times that the table is split.
    inner_cv : int
        Number of inner folds.
    seed : int
        Seed of the splits.

    Returns
    -------
    list of Split
        One for each repeat and outer fold.

    Raises
    ------
    DataError
        If a class has too few distinct rows, or groups, for the number of folds.

    Examples
    --------
    >>> import numpy as np
    >>> from skfocal.comparison import make_splits, make_table
    >>> table = make_table(np.arange(40.0).reshape(20, 2) % 7, [0, 1] * 10, name="toy")
    >>> len(make_splits(table, cv=2, repeats=3, inner_cv=2, seed=0))
    6
    """
    groups = row_groups(table)
    _check_class_sizes(table, groups, cv, inner_cv)
    splits = []
    for repeat in range(repeats):
        outer_seed, *inner_seeds = _seeds(seed, repeat, cv + 1)
        outer = _stratified_folds(table.y, groups, cv, outer_seed)
        for fold, ((train, test), fold_seed) in enumerate(zip(outer, inner_seeds, strict=True)):
            inner = _stratified_folds(table.y[train], groups[train], inner_cv, fold_seed)
            splits.append(Split(repeat, fold, train, test, tuple(inner), fold_seed))
    for split in splits:
        _check_every_class(table, split)
    return splits


def make_inner_folds(table: Table, *, n_folds: int, seed: int) -> list[Fold]:
    """Split all rows of a table into folds, for tuning; rows are kept together as outer ones.

    Raises
    ------
    DataError
        If a class has too few distinct rows, or groups, for the number of folds.
    """
    groups = row_groups(table)
    count, label = _distinct_rows(table, groups)
    if count < n_folds:
        raise DataError(
            f"class {label!r} of {table.name!r} has {_count(count, 'distinct row')}, too few for "
            f"{n_folds} inner folds; add rows of it"
        )
    return _stratified_folds(table.y, groups, n_folds, seed)


def limit_tuning_rows(split: Split, y: Rows, n_rows: int) -> Split:
    """Train candidates on at most so many rows, drawn in proportion to the classes.

    The held-out rows of the inner folds stay complete.
    """
    rng = np.random.default_rng([split.seed, n_rows])
    labels = y[split.train]
    inner = tuple((_draw(rng, rows, labels[rows], n_rows), rest) for rows, rest in split.inner)
    return replace(split, inner=inner)


def duplicate_groups(X: pd.DataFrame) -> Rows:
    """Return an index for each row of a frame; identical rows have the same one."""
    return pd.factorize(pd.util.hash_pandas_object(X, index=False))[0]


def row_groups(table: Table) -> Rows:
    """Return an index for each row of a table; rows that must share a fold have the same one."""
    same = duplicate_groups(table.X)
    if table.groups is None:
        return same
    # Identical rows connect their groups, and a group connects its rows.
    n_same = same.max() + 1
    n_nodes = n_same + table.groups.max() + 1
    edges = coo_array((np.ones(len(same)), (same, n_same + table.groups)), shape=(n_nodes, n_nodes))
    _, number = connected_components(edges, directed=False)
    numbers: Rows = number[same].astype(np.intp)
    return numbers


def _draw(rng: np.random.Generator, rows: Rows, labels: Rows, n_rows: int) -> Rows:
    """Draw rows in proportion to the classes, and at least one of each."""
    if n_rows >= len(rows):
        return rows
    share = n_rows / len(rows)
    drawn = [
        rng.choice(members, max(int(np.rint(share * len(members))), 1), replace=False)
        for members in (rows[labels == code] for code in np.flatnonzero(np.bincount(labels)))
    ]
    return np.sort(np.concatenate(drawn))


def _seeds(seed: int, repeat: int, count: int) -> list[int]:
    state = np.random.SeedSequence([seed, repeat]).generate_state(count)
    return [int(value) for value in state]


def _stratified_folds(y: Rows, groups: Rows, n_splits: int, seed: int) -> list[Fold]:
    if np.bincount(groups).max() == 1:
        splitter = StratifiedKFold(n_splits, shuffle=True, random_state=seed)
        return list(splitter.split(np.empty((len(y), 0)), y))
    fold_of = _assign_groups(y, groups, n_splits, np.random.default_rng(seed))
    return [
        (np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold))
        for fold in range(n_splits)
    ]


def _assign_groups(y: Rows, groups: Rows, n_splits: int, rng: np.random.Generator) -> Rows:
    """Assign groups of rows to folds, class by class and the largest group first.

    A group counts for its rarest class. Each round assigns one group to every fold, in random
    order, which balances both the classes and the sizes of the folds.
    """
    counts = np.bincount(y)
    by_rarity = np.argsort(np.argsort(-counts, kind="stable"))
    _, group_of, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    rarity = np.zeros(len(sizes), dtype=np.intp)
    np.maximum.at(rarity, group_of, by_rarity[y])
    fold_of_group = np.empty(len(sizes), dtype=np.intp)
    for level in np.unique(rarity):
        members = rng.permutation(np.flatnonzero(rarity == level))
        members = members[np.argsort(-sizes[members], kind="stable")]
        n_rounds = -(-len(members) // n_splits)
        order = np.concatenate([rng.permutation(n_splits) for _ in range(n_rounds)])
        fold_of_group[members] = order[: len(members)]
    return fold_of_group[group_of]


def _distinct_rows(table: Table, groups: Rows) -> tuple[int, str]:
    """Return the number of distinct rows, or groups, of the rarest class, and the class."""
    distinct = [
        int(np.count_nonzero(np.bincount(groups[table.y == code])))
        for code in range(table.n_classes)
    ]
    rarest = int(np.argmin(distinct))
    return distinct[rarest], table.classes[rarest]


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _check_class_sizes(table: Table, groups: Rows, cv: int, inner_cv: int) -> None:
    count, label = _distinct_rows(table, groups)
    if _folds_fit(count, cv, inner_cv):
        return
    found = f"class {label!r} of {table.name!r} has "
    if table.groups is None:
        found += _count(count, "distinct row")
    else:
        found += f"{_count(count, 'group')} of rows"
    if table.groups is None and count < np.count_nonzero(table.y == table.classes.index(label)):
        found += " (identical rows share a fold and count once)"
    remedy = _folds_that_fit(count, cv, inner_cv)
    if remedy is not None:
        raise DataError(f"{found}, too few for cv={cv} with {inner_cv} inner folds; use {remedy}")
    raise DataError(
        f"{found}; it needs at least 3: add rows of it"
        + (", or remove this class" if table.n_classes > 2 else "")
    )


def _folds_that_fit(count: int, cv: int, inner_cv: int) -> str | None:
    """Name the nearest possible numbers of folds; fewer inner ones only if necessary."""
    for inner in range(inner_cv, 1, -1):
        possible = [folds for folds in range(2, count + 1) if _folds_fit(count, folds, inner)]
        if possible:
            outer = min(possible, key=lambda folds: abs(folds - cv))
            return f"cv={outer}" + (f" and inner_cv={inner}" if inner < inner_cv else "")
    return None


def _folds_fit(count: int, cv: int, inner_cv: int) -> bool:
    """Whether a class of `count` rows can have a row in every outer and inner fold."""
    return count >= cv and count - -(-count // cv) >= inner_cv


def _check_every_class(table: Table, split: Split) -> None:
    parts = [split.test, *(split.train[rows] for fold in split.inner for rows in fold)]
    for part in parts:
        counts = np.bincount(table.y[part], minlength=table.n_classes)
        if not counts.all():
            raise DataError(
                f"a fold of {table.name!r} has no row of class "
                f"{table.classes[int(counts.argmin())]!r}, because identical rows and rows of one "
                "group share a fold; use fewer folds or another seed"
            )
