"""From a table's columns to the numbers a linear model takes; all of it learned while fitting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

if TYPE_CHECKING:
    import pandas as pd

    from skfocal.comparison.data.tables import Table

__all__ = ["Layout", "coder", "expander", "layout_of"]

MAX_CATEGORIES = 100
"""Categories kept per column; the rarer ones are one category together."""
UNKNOWN, MISSING = -1, -2


@dataclass(frozen=True)
class Layout:
    """The columns of the coded matrix: numbers first, then codes of categories and flags.

    Attributes
    ----------
    numeric, categorical, incomplete : tuple of str
        Columns of the table that hold numbers, that hold categories, and those of the numeric
        ones in which training rows lack a value.
    """

    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    incomplete: tuple[str, ...]

    @property
    def discrete(self) -> list[int]:
        """Positions of the codes and flags in the coded matrix."""
        n_numeric = len(self.numeric)
        n_discrete = len(self.incomplete) + len(self.categorical)
        return list(range(n_numeric, n_numeric + n_discrete))


def layout_of(table: Table, training: pd.DataFrame) -> Layout:
    """Lay out a table's columns; which of them need a flag is read from the training rows."""
    incomplete = [column for column in table.numeric if training[column].isna().any()]
    return Layout(table.numeric, table.categorical, tuple(incomplete))


def coder(layout: Layout) -> ColumnTransformer:
    """Impute and scale numbers, flag the missing ones, and give every category a code.

    Samplers that interpolate work on what this yields: numbers on one scale, categories not yet
    spread over several columns.
    """
    numbers = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()
    )
    codes = OrdinalEncoder(
        max_categories=MAX_CATEGORIES,
        handle_unknown="use_encoded_value",
        unknown_value=UNKNOWN,
        encoded_missing_value=MISSING,
    )
    return ColumnTransformer(
        [
            ("numbers", numbers, list(layout.numeric)),
            ("flags", MissingIndicator(features="all"), list(layout.incomplete)),
            ("codes", codes, list(layout.categorical)),
        ]
    )


def expander(layout: Layout) -> Any:
    """Spread the codes and flags over one column each, after any sampling."""
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer([("codes", one_hot, layout.discrete)], remainder="passthrough")
