"""The columns that a table was read from, and how new rows are read in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from skfocal.comparison.data.missing_words import is_missing_word
from skfocal.comparison.data.notes import list_names
from skfocal.comparison.data.readings import ColumnReading, reading_from_dict, reading_to_dict
from skfocal.comparison.errors import DataError
from skfocal.comparison.suggestions import suggest_names

__all__ = ["NO_COLUMNS", "NewRows", "Schema"]


@dataclass(frozen=True, eq=False)
class NewRows:
    """Features of new rows, and what was unusual about their values.

    Attributes
    ----------
    X : DataFrame of shape (n_samples, n_features)
        Features as those of a `Table`. A category that is not known has a code beyond all others.
    missing, unreadable, unseen : dict of str to ndarray of bool of shape (n_samples,)
        By column, the rows without a value, with a value that is not of the form of the column
        and became missing, and with a category that is not known.
    """

    X: pd.DataFrame
    missing: dict[str, NDArray[np.bool_]]
    unreadable: dict[str, NDArray[np.bool_]]
    unseen: dict[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class Schema:
    """How the feature columns of a table were read.

    Attributes
    ----------
    readings : tuple of ColumnReading
        One for each column that is used.
    keep_na : bool, default=False
        Whether words such as NA and None in text files are values like others.
    """

    readings: tuple[ColumnReading, ...]
    keep_na: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that are needed."""
        return tuple(reading.column for reading in self.readings)

    def check_columns(self, columns: list[str]) -> None:
        """Refuse new rows that lack a column.

        Raises
        ------
        DataError
            If a column is missing; the message suggests similar names.
        """
        absent = [name for name in self.columns if name not in columns]
        if not absent:
            return
        others = [name for name in columns if name not in self.columns]
        several = "s" if len(absent) > 1 else ""
        near = suggest_names(absent[0], others, "other columns are") if others else ""
        hint = f"; for {absent[0]!r}, {near}" if near else ""
        raise DataError(
            f"column{several} {list_names(absent)} {'are' if several else 'is'} missing; the model "
            f"needs {'them' if several else 'it'}{hint}"
        )

    def read(self, frame: pd.DataFrame, *, typed: bool = True) -> NewRows:
        """Read new rows.

        Parameters
        ----------
        frame : DataFrame
            All columns that are needed, in any order; others are ignored.
        typed : bool, default=True
            Whether missing values are marked as such, unlike in text files, where words such as
            NA are missing values too.

        Returns
        -------
        NewRows

        Raises
        ------
        DataError
            If a column is missing.
        """
        self.check_columns([str(name) for name in frame.columns])
        frame = frame.rename(columns=str).reset_index(drop=True)
        arrays: dict[str, NDArray[np.float64]] = {}
        missing, unreadable, unseen = {}, {}, {}
        for reading in self.readings:
            values = frame[reading.column]
            if not (typed or self.keep_na) and _is_text(values):
                values = values.mask(is_missing_word(values))
            found = reading.read(values)
            arrays |= found.arrays
            lacking = np.isnan(next(iter(found.arrays.values())))
            missing[reading.column] = lacking & ~found.unreadable
            unreadable[reading.column] = found.unreadable
            unseen[reading.column] = found.unseen
        return NewRows(pd.DataFrame(arrays), missing, unreadable, unseen)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"keep_na": self.keep_na, "columns": [reading_to_dict(one) for one in self.readings]}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Schema:
        """Make it from plain data."""
        readings = tuple(reading_from_dict(one) for one in content["columns"])
        return cls(readings, bool(content["keep_na"]))


NO_COLUMNS = Schema(())


def _is_text(column: pd.Series[Any]) -> bool:
    return types.is_object_dtype(column.dtype) or types.is_string_dtype(column.dtype)
