"""Rough times of cells relative to each other, to order them and to estimate the time left."""

from __future__ import annotations

from skfocal.comparison.data.tables import Table
from skfocal.comparison.methods.method import Method

__all__ = ["method_cost", "table_work"]


def table_work(table: Table) -> float:
    """Return the time of logistic regression relative to other tables.

    On nine tables, from 1,484 to 28,056 rows and from 10 to 720 coefficients, the time for a unit
    is within a factor of 1.6 of its mean.
    """
    n_outputs = table.n_classes if table.n_classes > 2 else 1
    return 6e5 + float(len(table.y)) * table.n_encoded * n_outputs


def method_cost(method: Method, table: Table, tuning_share: float = 1.0) -> float:
    """Return the time of a method relative to logistic regression on the same table.

    The final fit, the preparation and the scores take about as long as three candidates.
    """
    factor = method.mixed_cost if table.is_mixed else 1.0
    return method.cost * factor * (3 + method.n_candidates * tuning_share)
