"""What the values of a column are: numbers, text, dates and so on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from numbers import Real
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from pandas.api import types

__all__ = ["ColumnKind", "column_kind", "value_types"]

ColumnKind: TypeAlias = Literal[
    "number", "category", "text", "bytes", "date", "time", "duration", "other"
]
DTYPES: tuple[tuple[ColumnKind, Callable[[Any], bool]], ...] = (
    ("category", lambda dtype: isinstance(dtype, pd.CategoricalDtype)),
    ("category", types.is_bool_dtype),
    ("other", types.is_complex_dtype),
    ("number", types.is_numeric_dtype),
    ("text", lambda dtype: isinstance(dtype, pd.StringDtype)),
    ("date", types.is_datetime64_any_dtype),
    ("duration", types.is_timedelta64_dtype),
)
"""Types of columns, in the order in which they are tried."""
KINDS: tuple[tuple[ColumnKind, tuple[type, ...]], ...] = (
    ("category", (bool, np.bool_)),
    ("number", (Real, Decimal)),
    ("bytes", (bytes, bytearray)),
    ("date", (dt.date, np.datetime64, pd.Period)),
    ("time", (dt.time,)),
    ("duration", (dt.timedelta, np.timedelta64)),
    ("text", (str, Real, Decimal, bytes, dt.date, dt.time, pd.Interval)),
)
"""Types that all objects of other columns must have, in the same order; an empty column has any."""


def column_kind(column: pd.Series[Any]) -> ColumnKind:
    """Return what the values of a column are."""
    for kind, has_dtype in DTYPES:
        if has_dtype(column.dtype):
            return kind
    found = value_types(column)
    for kind, allowed in KINDS:
        if all(issubclass(one, allowed) for one in found):
            return kind
    return "other"


def value_types(column: pd.Series[Any]) -> set[type]:
    """Return the types of the values that are not missing."""
    objects = column.astype(object)
    return set(map(type, objects[objects.notna()]))
