"""Columns that should perhaps not be there: identifiers, and what tells the class by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from skfocal._typing import Floats

if TYPE_CHECKING:
    from skfocal.comparison.data.tables import Table

__all__ = ["suspicions"]

LEAST_ROWS = 20
"""Fewer rows may hold different whole numbers, or be told apart by one column, by chance."""
TELLING_AUC = 0.999
REMEDY = "leave it out if so (on the command line: --drop)"


def suspicions(table: Table) -> Iterator[str]:
    """Say which columns look like an identifier or like a leak of the target.

    An identifier is a whole number, different in every row, that rises from row to row or leaves
    few numbers out, or a text that differs in nearly every row and is left out. A leak is a column
    by which alone a positive row is ranked above a negative one with a chance of more than .999;
    with more than two classes, each one above the rest, on average.
    """
    for name in table.left_out:
        yield (
            f"column {name!r} holds another text in nearly every row, looks like an identifier "
            "and is left out (of pandas' category type it would be kept)"
        )
    if len(table.y) < LEAST_ROWS:
        return
    for column, values in table.X.items():
        numbers = values.to_numpy()
        if column in table.numeric and _numbers_rows(numbers):
            yield f"column {column!r} numbers the rows and looks like an identifier; {REMEDY}"
        auc = _auc_alone(table, numbers, categorical=column in table.categorical)
        if auc > TELLING_AUC:
            yield (
                f"column {column!r} alone tells the class (AUC {auc:.4f}) and may be known only "
                f"after the event; {REMEDY}"
            )


def _numbers_rows(values: Floats) -> bool:
    if np.isnan(values).any() or (values != np.rint(values)).any():
        return False
    if len(np.unique(values)) < len(values):
        return False
    rises = bool((np.diff(values) > 0).all())
    return rises or bool(np.ptp(values) < 1.5 * len(values))


def _auc_alone(table: Table, values: Floats, *, categorical: bool) -> float:
    """Return the mean AUC of the classes, each against the rest, by one column alone."""
    classes = (1,) if table.n_classes == 2 else range(table.n_classes)
    return float(
        np.mean([_auc(table.y == code, values, categorical=categorical) for code in classes])
    )


def _auc(event: NDArray[np.bool_], values: Floats, *, categorical: bool) -> float:
    if categorical:
        groups = pd.Series(event, dtype=float).groupby(values, dropna=False)
        # A category of one row would tell its class whatever it is.
        shares = groups.transform("mean").where(groups.transform("size") > 1, event.mean())
        return float(roc_auc_score(event, shares))
    missing = np.isnan(values)
    if missing.all():
        return 0.5
    beyond = np.ptp(values[~missing]) + 1
    ends = (np.nanmin(values) - beyond, np.nanmax(values) + beyond)
    areas = [roc_auc_score(event, np.where(missing, end, values)) for end in ends]
    return float(max(max(area, 1 - area) for area in areas))
