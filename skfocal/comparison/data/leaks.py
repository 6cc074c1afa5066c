"""Columns that alone predict the target."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skfocal._typing import Floats
from skfocal.comparison.data.notes import Note

__all__ = ["leak_notes"]

MIN_ROWS = 20
"""In fewer rows, a column may predict the target by chance."""
MAX_AUC = 0.999


def leak_notes(
    X: pd.DataFrame, y: NDArray[np.intp], categorical: tuple[str, ...], source_of: Mapping[str, str]
) -> list[Note]:
    """Name the features whose AUC alone exceeds .999, which looks like a leak of the target.

    It is the mean AUC of each class against the rest, which for two classes is the usual one.
    `source_of` maps each feature to the column of the table that it was read from.
    """
    if len(y) < MIN_ROWS:
        return []
    notes = []
    for feature, values in X.items():
        auc_of = _category_auc if feature in categorical else _number_auc
        auc = auc_of(values.to_numpy(), y)
        if auc > MAX_AUC:
            text = (
                f"alone predicts the target (AUC {auc:.4f}) and may leak it; if it is not known "
                f"before the target, drop it with X.drop(columns=[{source_of[str(feature)]!r}])"
            )
            notes.append(Note(str(feature), text, "leak"))
    return notes


def _category_auc(values: Floats, y: NDArray[np.intp]) -> float:
    """Return the mean AUC of the share of each class in the categories."""
    codes = pd.factorize(values, use_na_sentinel=False)[0]
    classes = np.eye(y.max() + 1)[y]
    sizes = np.bincount(codes)
    areas = []
    for code, member in enumerate(classes.T):
        shares = np.bincount(codes, weights=member) / sizes
        # A category with a single row would always predict its class.
        shares[sizes == 1] = member.mean()
        areas.append(_areas(shares[codes], y)[code])
    return float(np.mean(areas))


def _number_auc(values: Floats, y: NDArray[np.intp]) -> float:
    """Return the mean AUC of the numbers in their better direction, missing ones at one end.

    If a bound on it is small enough, the bound is returned, because sorting takes longer.
    """
    missing = np.isnan(values)
    if missing.all():
        return 0.5
    bound = _bound_on_auc(values, y)
    if bound <= MAX_AUC:
        return bound
    ends = (-np.inf, np.inf) if missing.any() else (0.0,)
    areas = np.stack([_areas(np.where(missing, end, values), y) for end in ends])
    return float(np.maximum(areas, 1 - areas).max(axis=0).mean())


def _bound_on_auc(values: Floats, y: NDArray[np.intp]) -> float:
    """Return an upper bound on the mean AUC, from the median of the rarest class.

    In one direction each of its rows up to the median is in the wrong order with each other row
    above it, and in the other direction each row from the median with each row below.
    """
    counts = np.bincount(y)
    members = values[y == counts.argmin()]
    known = members[~np.isnan(members)]
    if not len(known):
        return 1.0
    middle = np.median(known)
    n_above = np.count_nonzero(values > middle) - np.count_nonzero(known > middle)
    n_below = np.count_nonzero(values < middle) - np.count_nonzero(known < middle)
    n_wrong = min(
        np.count_nonzero(known <= middle) * n_above, np.count_nonzero(known >= middle) * n_below
    )
    return 1 - n_wrong / (len(members) * (len(y) - len(members)) * len(counts))


def _areas(values: Floats, y: NDArray[np.intp]) -> Floats:
    """Return the AUC of the values for each class against the rest."""
    counts = np.bincount(y)
    largest = counts.argmax()
    # The ranks of the largest class are the rest of the sum of all ranks.
    others = np.flatnonzero(y != largest)
    ordered = np.sort(values)
    lower, upper = (ordered.searchsorted(values[others], side) for side in ("left", "right"))
    ranks = np.bincount(y[others], (lower + upper + 1) / 2, minlength=len(counts))
    ranks[largest] = len(y) * (len(y) + 1) / 2 - ranks.sum()
    areas: Floats = (ranks - counts * (counts + 1) / 2) / (counts * (len(y) - counts))
    return areas
