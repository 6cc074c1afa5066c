"""Rows drawn from each class, by their ranks among the rows of the class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skfocal._typing import Floats, Integers

__all__ = ["draw_ranks", "rows_of_ranks"]

Ranks = NDArray[np.intp]
# Rows whose masks are in memory at a time, 64 KB each.
_CHUNK = 2**16


def draw_ranks(class_counts: Floats, quota: NDArray[np.intp]) -> list[Ranks]:
    """Draw ranks of each class: one at random from each of as many equal intervals.

    Parameters
    ----------
    class_counts : ndarray of shape (n_classes,)
        Number of rows of each class.
    quota : ndarray of shape (n_classes,)
        Number of ranks of each class.

    Returns
    -------
    ranks : list of ndarray
        Sorted ranks for each class, the same on every call.
    """
    random = np.random.default_rng(0)
    drawn = []
    for count, size in zip(class_counts.astype(np.intp), quota, strict=True):
        edges = np.arange(size + 1) * count // max(size, 1)
        drawn.append(edges[:-1] + (random.random(size) * np.diff(edges)).astype(np.intp))
    return drawn


def rows_of_ranks(
    codes: Integers, has_weight: NDArray[np.bool] | None, ranks: Sequence[Ranks]
) -> NDArray[np.intp]:
    """Return the sorted indices of the rows that have certain ranks among those of their class.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,)
        Class indices.
    has_weight : ndarray of bool of shape (n_rows,) or None
        Which rows count. None means all.
    ranks : sequence of ndarray
        Sorted ranks for each class.
    """
    seen = np.zeros(len(ranks), dtype=np.intp)
    found = [np.empty(0, dtype=np.intp)]
    for start in range(0, len(codes), _CHUNK):
        rows = slice(start, start + _CHUNK)
        for k, wanted in enumerate(ranks):
            is_member = codes[rows] == k
            if has_weight is not None:
                is_member &= has_weight[rows]
            members = np.flatnonzero(is_member)
            begin, end = np.searchsorted(wanted, [seen[k], seen[k] + len(members)])
            found.append(start + members[wanted[begin:end] - seen[k]])
            seen[k] += len(members)
    return np.sort(np.concatenate(found))
