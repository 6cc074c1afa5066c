"""Text columns that are no categories: numbers with decimal commas, dates and identifiers."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["is_identifier", "text_problem"]

NEARLY_ALL = 0.95
DISTINCT_SHARE, DISTINCT_VALUES = 0.9, 100

COMMA_NUMBER = r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?:[eE][+-]?\d+)?"
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
# With dots and a year of two digits, day and month need two digits: "1.2.10" is a version.
DATE = (
    r"(?i:\d{4}([-/.])\d{1,2}\1\d{1,2}"
    r"|\d{1,2}([-/.])\d{1,2}\2\d{4}"
    r"|\d{1,2}/\d{1,2}/\d\d|\d\d\.\d\d\.\d\d"
    rf"|\d{{1,2}}[- ]{MONTH}[- ]\d{{2,4}}|{MONTH} \d{{1,2}},? \d{{4}})"
    r"(?:[T ]+\d{1,2}:\d\d.*)?"
)


def text_problem(column: pd.Series[Any]) -> str | None:
    """Return why a column of text is not categorical, and the fix; None if it may be.

    A column of pandas' category type is always categorical.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return None
    counts = column.dropna().astype(str).str.strip().value_counts()
    n_rows = int(counts.sum())
    if not n_rows:
        return None
    values = counts.index.to_series()
    numbers = values.str.fullmatch(COMMA_NUMBER)
    with_comma = numbers & values.str.contains(",", regex=False)
    if with_comma.any() and counts[numbers].sum() >= NEARLY_ALL * n_rows:
        return (
            f"has numbers with decimal commas, such as {values[with_comma].iloc[0]!r}; "
            "save it with decimal points and without other separators"
        )
    dates = values.str.fullmatch(DATE)
    if counts[dates].sum() >= NEARLY_ALL * n_rows:
        return (
            f"has dates, such as {values[dates].iloc[0]!r}; "
            "convert them to numbers, or drop the column (on the command line: --drop)"
        )
    return None


def is_identifier(column: pd.Series[Any]) -> bool:
    """Whether nearly every row of a column of text has a different value."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return False
    texts = column.dropna().astype(str).str.strip()
    return texts.nunique() > max(DISTINCT_VALUES, DISTINCT_SHARE * len(texts))
