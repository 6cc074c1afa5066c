"""Text that is no category: numbers with decimal commas, dates and identifiers."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["names_rows", "text_problem"]

NEARLY_ALL = 0.95
DISTINCT_SHARE, DISTINCT_VALUES = 0.9, 100

COMMA_NUMBER = r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?(?:[eE][+-]?\d+)?"
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
# A year of two digits after dots needs two-digit days and months, or versions would be dates.
DATE = (
    r"(?i:\d{4}([-/.])\d{1,2}\1\d{1,2}"
    r"|\d{1,2}([-/.])\d{1,2}\2\d{4}"
    r"|\d{1,2}/\d{1,2}/\d\d|\d\d\.\d\d\.\d\d"
    rf"|\d{{1,2}}[- ]{MONTH}[- ]\d{{2,4}}|{MONTH} \d{{1,2}},? \d{{4}})"
    r"(?:[T ]+\d{1,2}:\d\d.*)?"
)


def text_problem(column: pd.Series[Any]) -> str | None:
    """Say why a column of text is none of categories, and the remedy; None if it may be one.

    Values of a categorical type were declared to be categories and are taken for that.
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
            f"holds numbers with decimal commas, such as {values[with_comma].iloc[0]!r}; "
            "save it with decimal points and no other separators"
        )
    dates = values.str.fullmatch(DATE)
    if counts[dates].sum() >= NEARLY_ALL * n_rows:
        return (
            f"holds dates, such as {values[dates].iloc[0]!r}; "
            "derive numbers from them, or leave the column out (on the command line: --drop)"
        )
    return None


def names_rows(column: pd.Series[Any]) -> bool:
    """Whether a column of text has so many values that it looks like an identifier of the rows."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return False
    texts = column.dropna().astype(str).str.strip()
    return texts.nunique() > max(DISTINCT_VALUES, DISTINCT_SHARE * len(texts))
