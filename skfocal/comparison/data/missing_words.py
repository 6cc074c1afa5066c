"""Words in text files that are read as missing values: NA, None, null and so on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

__all__ = ["is_missing_word", "mark_missing"]

NAMES = ("NA", "N/A", "n/a", "<NA>", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None")
EXCEL_AND_WINDOWS = ("#NA", "#N/A", "#N/A N/A", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN")
WORDS = frozenset([*NAMES, *EXCEL_AND_WINDOWS])
"""Those that pandas reads as missing."""


def mark_missing(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, dict[str, int]]]:
    """Replace the words for missing values in columns of text.

    Parameters
    ----------
    frame : DataFrame
        A table as it was read from a file.

    Returns
    -------
    frame : DataFrame
        With missing values instead; a column that has only numbers besides becomes numeric.
    words : dict of str to dict
        For each changed column the words, with their numbers of rows.
    """
    columns: dict[str, pd.Series[Any]] = {}
    words: dict[str, dict[str, int]] = {}
    for name, column in frame.items():
        if not (types.is_object_dtype(column.dtype) or types.is_string_dtype(column.dtype)):
            continue
        marked = is_missing_word(column)
        if marked.any():
            counts = column[marked].str.strip().value_counts()
            words[str(name)] = {str(word): int(count) for word, count in counts.items()}
            columns[str(name)] = _as_numbers(column.mask(marked))
    return frame.assign(**columns), words


def is_missing_word(column: pd.Series[Any]) -> NDArray[np.bool_]:
    """Whether each value is a word for a missing one."""
    codes, values = pd.factorize(column)
    is_word = np.array([str(value).strip() in WORDS for value in values] + [False])
    marked: NDArray[np.bool_] = is_word[codes]
    return marked


def _as_numbers(column: pd.Series[Any]) -> pd.Series[Any]:
    try:
        return pd.to_numeric(column)
    except (ValueError, TypeError):
        return column
