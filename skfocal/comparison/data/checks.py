"""Warnings about columns that look like identifiers or leak the target."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from skfocal._typing import Floats
from skfocal.comparison.data.tables import Table

__all__ = ["column_warnings"]

MIN_ROWS = 20
"""In fewer rows, a column may be unique or predict the target by chance."""
MAX_AUC = 0.999
REMEDY = "drop it if so (on the command line: --drop)"


def column_warnings(table: Table) -> Iterator[str]:
    """Name columns that look like an identifier or like a leak of the target.

    An identifier is an integer that is unique, and rises from row to row or leaves few numbers
    out, or a text that is unique in nearly every row; such a text is dropped. A leak is a column
    whose AUC alone exceeds .999; with more than two classes, the mean AUC of each class against
    the rest.
    """
    for name in table.dropped:
        yield (
            f"column {name!r} is dropped: its text differs in nearly every row, which looks like "
            "an identifier (convert it to pandas' category type to keep it)"
        )
    if len(table.y) < MIN_ROWS:
        return
    for column, values in table.X.items():
        numbers = values.to_numpy()
        if column in table.numeric and _looks_like_row_number(numbers):
            yield f"column {column!r} numbers the rows and looks like an identifier; {REMEDY}"
        auc = _univariate_auc(table, numbers, categorical=column in table.categorical)
        if auc > MAX_AUC:
            yield (
                f"column {column!r} alone predicts the target (AUC {auc:.4f}) and may leak it; "
                f"{REMEDY}"
            )


def _looks_like_row_number(values: Floats) -> bool:
    if np.isnan(values).any() or (values != np.rint(values)).any():
        return False
    if len(np.unique(values)) < len(values):
        return False
    increasing = bool((np.diff(values) > 0).all())
    return increasing or bool(np.ptp(values) < 1.5 * len(values))


def _univariate_auc(table: Table, values: Floats, *, categorical: bool) -> float:
    """Return the AUC of one column; with more than two classes, the mean over one-vs-rest."""
    classes = (1,) if table.n_classes == 2 else range(table.n_classes)
    return float(
        np.mean([_binary_auc(table.y == code, values, categorical=categorical) for code in classes])
    )


def _binary_auc(event: NDArray[np.bool_], values: Floats, *, categorical: bool) -> float:
    if categorical:
        groups = pd.Series(event, dtype=float).groupby(values, dropna=False)
        # A category with a single row would always predict its class.
        shares = groups.transform("mean").where(groups.transform("size") > 1, event.mean())
        return float(roc_auc_score(event, shares))
    missing = np.isnan(values)
    if missing.all():
        return 0.5
    beyond = np.ptp(values[~missing]) + 1
    ends = (np.nanmin(values) - beyond, np.nanmax(values) + beyond)
    areas = [roc_auc_score(event, np.where(missing, end, values)) for end in ends]
    return float(max(max(area, 1 - area) for area in areas))
