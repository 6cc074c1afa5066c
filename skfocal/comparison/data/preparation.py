"""Encode the columns of a table as the numbers that a linear model takes, learned in `fit`."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from skfocal.comparison.data.features import MAX_CATEGORIES
from skfocal.comparison.data.tables import Table

__all__ = ["Layout", "column_encoder", "column_layout", "one_hot_encoder"]

UNKNOWN, MISSING = -1, -2


@dataclass(frozen=True)
class Layout:
    """Columns of the encoded matrix: first numbers, then missing-value flags and category codes.

    Attributes
    ----------
    numeric, categorical : tuple of str
        Numeric and categorical columns of the table.
    incomplete : tuple of str
        Numeric columns with missing values in the training rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from skfocal.comparison import column_layout, make_table
    >>> X = pd.DataFrame({"age": [30, 50, None, 70], "city": ["A", "B", "A", "B"]})
    >>> table = make_table(X, ["no", "yes", "no", "no"], name="toy")
    >>> column_layout(table, table.X)
    Layout(numeric=('age',), categorical=('city',), incomplete=('age',))
    """

    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    incomplete: tuple[str, ...]

    @property
    def discrete(self) -> list[int]:
        """Positions of the flags and codes in the encoded matrix."""
        n_numeric = len(self.numeric)
        n_discrete = len(self.incomplete) + len(self.categorical)
        return list(range(n_numeric, n_numeric + n_discrete))


def column_layout(table: Table, training: pd.DataFrame) -> Layout:
    """Return the layout for a table whose missing values are known from its training rows.

    Parameters
    ----------
    table : Table
        The table.
    training : DataFrame
        Its training rows.

    Returns
    -------
    Layout
        The columns.

    Examples
    --------
    >>> import pandas as pd
    >>> from skfocal.comparison import column_layout, make_table
    >>> X = pd.DataFrame({"age": [30, 50, None, 70], "city": ["A", "B", "A", "B"]})
    >>> table = make_table(X, ["no", "yes", "no", "no"], name="toy")
    >>> column_layout(table, table.X).incomplete
    ('age',)
    """
    incomplete = [column for column in table.numeric if training[column].isna().any()]
    return Layout(table.numeric, table.categorical, tuple(incomplete))


def column_encoder(layout: Layout) -> ColumnTransformer:
    """Impute and scale numbers, flag missing ones and give each category a code.

    Samplers work on the result: numbers have one scale, and each category is a single column.

    Parameters
    ----------
    layout : Layout
        The columns of the table.

    Returns
    -------
    ColumnTransformer
        Its output has the columns of the layout, in its order.

    Examples
    --------
    >>> import pandas as pd
    >>> from skfocal.comparison import column_encoder, column_layout, make_table
    >>> X = pd.DataFrame({"age": [30, 50, None, 70], "city": ["A", "B", "A", "B"]})
    >>> table = make_table(X, ["no", "yes", "no", "no"], name="toy")
    >>> column_encoder(column_layout(table, table.X)).fit_transform(table.X).shape
    (4, 3)
    """
    numbers = make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(copy=False),  # in the array that the imputer returns
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


def one_hot_encoder(layout: Layout, sparse_threshold: float = 0.0) -> ColumnTransformer:
    """One-hot encode the flags and codes, after sampling.

    Parameters
    ----------
    layout : Layout
        The columns of the table.
    sparse_threshold : float, default=0.0
        The output is a sparse matrix if the share of its entries that are not zero is below. By
        default it is never sparse.

    Returns
    -------
    ColumnTransformer
        It takes the output of `column_encoder`.

    Examples
    --------
    >>> import pandas as pd
    >>> from skfocal.comparison import column_encoder, column_layout, make_table, one_hot_encoder
    >>> X = pd.DataFrame({"age": [30, 50, None, 70], "city": ["A", "B", "A", "B"]})
    >>> table = make_table(X, ["no", "yes", "no", "no"], name="toy")
    >>> layout = column_layout(table, table.X)
    >>> encoded = column_encoder(layout).fit_transform(table.X)
    >>> one_hot_encoder(layout).fit_transform(encoded).shape[0]
    4
    """
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=sparse_threshold > 0)
    return ColumnTransformer(
        [("codes", one_hot, layout.discrete)],
        remainder="passthrough",
        sparse_threshold=sparse_threshold,
    )
