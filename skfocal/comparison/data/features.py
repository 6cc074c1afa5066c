"""What becomes of one column: numbers, category codes, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from skfocal.comparison.data.notes import Note
from skfocal.comparison.data.readings import (
    CategoryReading,
    ColumnReading,
    NumberReading,
    TimeReading,
)

__all__ = [
    "MAX_CATEGORIES",
    "Features",
    "categories",
    "date_parts",
    "describe_parts",
    "dropped",
    "identifier",
    "numbers",
    "to_floats",
]

MAX_CATEGORIES = 100
"""Number of categories of a column in a fold; the rarer ones are merged into one."""


@dataclass(frozen=True, eq=False)
class Features:
    """The features that one column becomes.

    Attributes
    ----------
    arrays : dict of str to ndarray of shape (n_samples,)
        Numbers or category codes by name of the feature; none if the column is dropped.
    categorical : bool, default=False
        Whether the values are codes of categories.
    notes : tuple of Note, default=()
        What was changed.
    reading : ColumnReading, default=None
        How new values of the column are read; None if it is dropped.
    """

    arrays: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    categorical: bool = False
    notes: tuple[Note, ...] = ()
    reading: ColumnReading | None = None


def numbers(
    reading: NumberReading | TimeReading, values: NDArray[np.float64], *notes: Note
) -> Features:
    """Return one feature of numbers."""
    return Features({reading.column: values}, notes=notes, reading=reading)


def categories(name: str, column: pd.Series[Any], *notes: Note) -> Features:
    """Return one feature of codes, in the order of the names of the categories."""
    written, values = pd.factorize(column)
    same, names = pd.factorize(pd.Series(values, dtype=object).map(str), sort=True)
    codes = np.append(same.astype(np.float64), np.nan)[written]
    reading = CategoryReading(name, tuple(map(str, names)))
    if len(names) > MAX_CATEGORIES:
        text = (
            f"has {len(names):,} categories; in every fold all but the {MAX_CATEGORIES - 1} most "
            "common ones are treated as one"
        )
        notes = (*notes, Note(name, text, kind="many categories"))
    return Features({name: codes}, categorical=True, notes=notes, reading=reading)


def dropped(name: str, reason: str) -> Features:
    """Return no feature, and a note with the reason."""
    return Features(notes=(Note(name, f"is dropped: {reason}"),))


def identifier(name: str, reason: str, *notes: Note) -> Features:
    """Return no feature, and a note on how to keep the column."""
    text = f"is dropped: {reason}, which looks like an identifier; to keep it, pass keep=[{name!r}]"
    return Features(notes=(Note(name, text, f"identifier: {reason}"), *notes))


def date_parts(features: dict[str, NDArray[np.float64]]) -> tuple[str, ...]:
    """Return the parts of dates, from the names of their features."""
    return tuple(feature.rpartition("(")[2].removesuffix(")") for feature in features)


def describe_parts(features: dict[str, NDArray[np.float64]]) -> str:
    """List the parts of dates, from the names of their features."""
    return ", ".join(date_parts(features))


def to_floats(column: pd.Series[Any]) -> NDArray[np.float64]:
    """Return numbers as floats, NaN where missing."""
    values: NDArray[np.float64] = column.to_numpy(np.float64, na_value=np.nan)
    return values
