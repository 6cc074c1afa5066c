"""Stratified samples of rows, weighted to represent the whole table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skfocal._solver.objective import FocalObjective

__all__ = ["subsample"]


def subsample(objective: FocalObjective, n_rows: int) -> FocalObjective:
    """Return the objective on about `n_rows` rows, weighted to represent all of them.

    Half of the rows are allocated to the classes in proportion to their size and half evenly, so
    that a rare class keeps enough rows. Rows with zero weight are left out. The sample is the same
    on every call.
    """
    n_classes = objective.n_classes
    class_counts = objective.blocks.class_counts(n_classes)
    by_size = n_rows * class_counts / (2 * class_counts.sum())
    quota = np.minimum(np.ceil(by_size + n_rows / (2 * n_classes)), class_counts)
    blocks = objective.blocks.draw(class_counts, quota.astype(np.intp))
    totals = blocks.class_totals(n_classes)
    alpha = np.ones(n_classes) if objective.class_weight is None else objective.class_weight
    return replace(objective, blocks=blocks, total_weight=float(alpha @ totals))
