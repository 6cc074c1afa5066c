"""Stratified samples of rows, weighted to represent the whole table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from skfocal._classes import class_totals
from skfocal._solver.objective import FocalObjective
from skfocal._typing import Floats, Integers

__all__ = ["subsample"]

_CHUNK = 2**16


def subsample(objective: FocalObjective, n_rows: int) -> FocalObjective:
    """Return the objective on about `n_rows` rows, weighted to represent all of them.

    Half of the rows are allocated to the classes in proportion to their size and half evenly, so
    that a rare class keeps enough rows. Rows with zero weight are left out. The sample is the same
    on every call.
    """
    codes, weights = objective.blocks.codes, objective.blocks.weights
    has_weight = None if weights is None else weights > 0
    class_counts = class_totals(codes, objective.n_classes, has_weight)
    by_size = n_rows * class_counts / (2 * class_counts.sum())
    quota = np.minimum(np.ceil(by_size + n_rows / (2 * objective.n_classes)), class_counts)
    rows = _stratified_rows(codes, has_weight, class_counts, quota.astype(np.intp))
    codes = codes[rows]
    rows_per_row = np.divide(class_counts, quota, out=np.ones_like(quota), where=quota > 0)
    sample_weight = rows_per_row.take(codes)
    if weights is not None:
        sample_weight *= weights[rows]
    alpha = np.ones(1) if objective.class_weight is None else objective.class_weight.take(codes)
    return replace(
        objective,
        blocks=objective.blocks.take(rows, sample_weight),
        total_weight=float((alpha * sample_weight).sum()),
    )


def _stratified_rows(
    codes: Integers,
    has_weight: NDArray[np.bool] | None,
    class_counts: Floats,
    quota: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Draw `quota` rows of each class, one at random from each of as many equal intervals."""
    random = np.random.default_rng(0)
    wanted = [
        ((np.arange(size) + random.random(size)) * (count / max(size, 1))).astype(np.intp)
        for count, size in zip(class_counts, quota, strict=True)
    ]
    seen = np.zeros(len(quota), dtype=np.intp)
    drawn = []
    for start in range(0, len(codes), _CHUNK):
        rows = slice(start, start + _CHUNK)
        for k, ranks in enumerate(wanted):
            is_member = codes[rows] == k
            if has_weight is not None:
                is_member &= has_weight[rows]
            members = np.flatnonzero(is_member)
            begin, end = np.searchsorted(ranks, [seen[k], seen[k] + len(members)])
            drawn.append(start + members[ranks[begin:end] - seen[k]])
            seen[k] += len(members)
    return np.sort(np.concatenate(drawn))
