"""Columns that identify rows: texts or whole numbers that differ in nearly every row."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from skfocal.comparison.data.distinct_texts import DistinctTexts

__all__ = ["identifies_by_number", "identifies_by_text"]

MIN_ROWS = 20
"""In fewer rows, whole numbers may be unique by chance."""
DISTINCT_SHARE, DISTINCT_VALUES = 0.9, 100
EXACT = 2.0**53
"""Beyond, floats do not represent every whole number."""
NAMES = re.compile(
    r"(?i:|unnamed: \d+|index|(__)?(index_)?level_\d+(__)?|row([ _]?(id|names?|no|num|number))?"
    r"|(.*[\W_])?(id|uuid|guid))|.*[a-z]I[dD]"
)
"""Names of columns of row numbers and of identifiers."""


def identifies_by_text(distinct: DistinctTexts) -> bool:
    """Whether the text differs in nearly every row."""
    n_rows = int(distinct.counts.sum())
    return len(distinct.texts) > max(DISTINCT_VALUES, DISTINCT_SHARE * n_rows)


def identifies_by_number(
    name: str, values: NDArray[np.float64], count_distinct: Callable[[], int], *, exact: bool
) -> str | None:
    """Return why whole numbers that differ in every row look like an identifier, or None.

    Parameters
    ----------
    name : str
        Name of the column.
    values : ndarray of shape (n_samples,)
        The numbers as floats.
    count_distinct : callable
        Returns the number of distinct values before the conversion to floats. Only called for whole
        numbers, because it takes as long as reading them.
    exact : bool
        Whether the column holds integers, and not floats or text with a unit.
    """
    if not _are_integers(values) or count_distinct() < len(values):
        return None
    reasons = {
        f"it is named {name!r} and its whole numbers differ in every row": bool(
            NAMES.fullmatch(name.strip())
        ),
        "its whole numbers differ in every row and have 16 digits or more": bool(
            exact and np.abs(values).max() >= EXACT
        ),
        "its whole numbers rise from row to row": bool((np.diff(values) > 0).all()),
        "its whole numbers number the rows": bool(np.ptp(values) < 1.5 * len(values)),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _are_integers(values: NDArray[np.float64]) -> bool:
    if len(values) < MIN_ROWS or not np.isfinite(values).all():
        return False
    return bool((values == np.rint(values)).all())
