"""The tables on which fits are timed: random ones, and data sets."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.data_sets import load
from benchmarks.harness import prepare

CHUNK_ROWS = 8192
CORRELATION = 0.9999
POWERS_OF_TEN = 4
DENSITY = 1e-3


@dataclass(frozen=True)
class TableSpec:
    """A table: its size, the fraction of class 1 of two, and its columns.

    The columns are independent and normal with a common part ("plain"); the same in units over
    eight orders of magnitude, one of them constant and one a copy ("unscaled"); like a slow random
    walk ("correlated"); or with few entries per row, like word counts ("sparse"). A table with the
    name of a data set is real. `uses` names the measurements that it is for.
    """

    n_samples: int
    n_features: int
    family: str = "dense"
    n_classes: int = 2
    positives: float = 0.05
    columns: Literal["plain", "unscaled", "correlated", "sparse"] = "plain"
    dtype: Literal["float64", "float32"] = "float64"
    order: Literal["C", "F"] = "C"
    data_set: str = ""
    uses: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name, such as ``100,000 x 30, unscaled``."""
        if self.data_set:
            return self.data_set
        parts = [f"{self.n_samples:,} x {self.n_features:,}"]
        parts += [self.columns] * (self.columns != "plain")
        parts += [f"{self.n_classes} classes"] * (self.n_classes > 2)
        parts += [f"1:{1 / self.positives - 1:,.0f}"] * (self.positives != TableSpec.positives)
        parts += [self.dtype] * (self.dtype != "float64")
        parts += ["F-ordered"] * (self.order == "F")
        return ", ".join(parts)


def read_specs() -> Iterator[TableSpec]:
    """Read the tables of a run."""
    with Path(__file__).with_name("tables.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            sizes = {name: int(row.pop(name)) for name in ("n_samples", "n_features", "n_classes")}
            imbalance = row.pop("imbalance")
            positives = 1 / (1 + int(imbalance)) if imbalance else TableSpec.positives
            uses = tuple(row.pop("uses").split())
            others: Any = {**sizes, **row}
            yield TableSpec(positives=positives, uses=uses, **others)


def make_data(spec: TableSpec) -> tuple[Any, NDArray[np.int64]]:
    """Return X and y of a table: labels from a logistic model, or an encoded data set.

    Dense tables are filled in place, to take no further memory.
    """
    if spec.data_set:
        X, y = prepare(load(spec.data_set))
        return X, y.astype(np.int64)
    random = np.random.default_rng(0)
    X = _sparse_rows(spec, random) if spec.columns == "sparse" else _dense_rows(spec, random)
    y = _labels(spec, X, random)
    if spec.columns == "unscaled":
        units = 10.0 ** random.uniform(-POWERS_OF_TEN, POWERS_OF_TEN, spec.n_features)
        X *= units.astype(X.dtype)
        X[:, -1] = 3.0
        X[:, -2] = X[:, 0]
    return X, y


def _dense_rows(spec: TableSpec, random: np.random.Generator) -> NDArray[Any]:
    X = np.empty((spec.n_samples, spec.n_features), dtype=spec.dtype, order=spec.order)
    for start in range(0, spec.n_samples, CHUNK_ROWS):
        rows = X[start : start + CHUNK_ROWS]
        values = random.standard_normal(rows.shape)
        if spec.columns == "correlated":
            values[:, 1:] *= np.sqrt(1 - CORRELATION**2)
            for column in range(1, spec.n_features):
                values[:, column] += CORRELATION * values[:, column - 1]
        else:
            values += 0.5 * random.standard_normal((len(rows), 1))
        rows[...] = values
    return X


def _sparse_rows(spec: TableSpec, random: np.random.Generator) -> sparse.csr_array:
    """Return rows of unit length with most entries in the first columns, like word counts."""
    n_entries = round(DENSITY * spec.n_features)
    shape = (spec.n_samples, n_entries)
    columns = np.sort((spec.n_features * random.random(shape) ** 2).astype(np.int32), axis=1)
    values = random.exponential(size=shape)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    starts = np.arange(spec.n_samples + 1, dtype=np.int32) * n_entries
    X = sparse.csr_array(
        (values.ravel(), columns.ravel(), starts), shape=(spec.n_samples, spec.n_features)
    )
    X.sum_duplicates()
    return X


def _labels(spec: TableSpec, X: Any, random: np.random.Generator) -> NDArray[np.int64]:
    # Sparse rows have unit length.
    length = 10.0 if spec.columns == "sparse" else 2 / np.sqrt(spec.n_features)
    if spec.n_classes == 2:
        coef = length * random.standard_normal(spec.n_features)
        utility = X @ coef.astype(X.dtype) + random.logistic(size=spec.n_samples)
        return np.asarray(utility > np.quantile(utility, 1 - spec.positives), dtype=np.int64)
    coef = length * random.standard_normal((spec.n_features, spec.n_classes))
    utilities = X @ coef.astype(X.dtype) + random.gumbel(size=(spec.n_samples, spec.n_classes))
    utilities += random.standard_normal(spec.n_classes)
    return np.asarray(utilities.argmax(axis=1), dtype=np.int64)


SPECS = tuple(read_specs())
CATALOGUE = tuple(spec for spec in SPECS if "fits" in spec.uses)
"""The tables on which fits are timed, in the order of the page."""
