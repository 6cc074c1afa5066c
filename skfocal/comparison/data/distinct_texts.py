"""The distinct values of a column of text, so that each is parsed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["MISSING_WORDS", "NEARLY_ALL", "DistinctTexts", "distinct_texts"]

NEARLY_ALL = 0.95
"""Share of the values, without missing ones, that must have one form to determine the type."""
MARKS = ("", "?", "-", "--", "—", ".", "..", "...")
NAMES = ("na", "n/a", "n.a.", "n.a", "<na>", "nan", "nat", "null", "none", "unknown", "missing")
EXCEL_ERRORS = ("#n/a", "#na", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!")
MISSING_WORDS = frozenset([*MARKS, *NAMES, *EXCEL_ERRORS])
"""Words that stand for a missing value beside numbers, dates and times, in lower case."""


@dataclass(frozen=True, eq=False)
class DistinctTexts:
    """The distinct values of a column of text.

    Attributes
    ----------
    texts : Series of str
        The distinct values, without blanks around them.
    counts : ndarray of int
        Number of rows of each.
    codes : ndarray of int of shape (n_samples,)
        Position of the value of each row in `texts`; -1 if it is missing.
    """

    texts: pd.Series[str]
    counts: NDArray[np.intp]
    codes: NDArray[np.intp]

    @property
    def is_missing_word(self) -> NDArray[np.bool_]:
        """Whether each value is a word for a missing one."""
        return self.texts.str.casefold().isin(MISSING_WORDS).to_numpy(bool)

    def nearly_all(self, fits: NDArray[np.bool_]) -> bool:
        """Whether nearly all rows with a value have one that fits."""
        valued = ~self.is_missing_word
        n_fits = int(self.counts[fits & valued].sum())
        return n_fits > 0 and n_fits >= NEARLY_ALL * int(self.counts[valued].sum())

    def rows_of(self, chosen: NDArray[np.bool_]) -> dict[str, int]:
        """Return the number of rows of each chosen value."""
        counts = self.counts[chosen].tolist()
        return dict(zip(self.texts[chosen].tolist(), counts, strict=True))

    def spread(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the number of each row from the numbers of the distinct values."""
        return np.append(values, np.nan)[self.codes]


def distinct_texts(column: pd.Series[Any]) -> DistinctTexts:
    """Return the distinct values of a column as texts."""
    written, values = pd.factorize(column)
    same, values = pd.factorize(pd.Series(values, dtype=object).map(str).str.strip())
    codes = np.append(same, -1)[written]
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    return DistinctTexts(pd.Series(values, dtype=object), counts, codes)
