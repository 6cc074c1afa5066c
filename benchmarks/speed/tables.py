"""The tables that fits are timed on, made from a seed or read from a data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.data_sets import load
from benchmarks.harness import prepare

__all__ = ["CATALOGUE", "QUICK", "TARGETED", "TableSpec", "make_table"]

_CHUNK_ROWS = 8192
_CORRELATION = 0.9999
_POWERS_OF_TEN = 4
_DENSITY = 1e-3


@dataclass(frozen=True)
class TableSpec:
    """The description of a table.

    Attributes
    ----------
    n_samples, n_features, n_classes : int
        Its size.
    family : str
        The section of the page.
    positives : float, default=0.05
        Fraction of class 1 of two.
    columns : {"plain", "unscaled", "correlated", "sparse"}, default="plain"
        Independent normal columns with a common part; the same in units over eight orders of
        magnitude, one column constant and one a copy; columns like a slow random walk; or few
        entries per row, like word counts.
    dtype, order : str
        Of the array.
    data_set : str, default=""
        Name of the data set, if it is a real table.
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


def make_table(spec: TableSpec, *, seed: int = 0) -> tuple[Any, NDArray[np.int64]]:
    """Make a table whose labels follow a logistic model, or read and encode a data set.

    Dense tables are made in place, so that this takes no further memory.
    """
    if spec.data_set:
        X, y = prepare(load(spec.data_set))
        return X, y.astype(np.int64)
    random = np.random.default_rng(seed)
    X = _sparse_rows(spec, random) if spec.columns == "sparse" else _dense_rows(spec, random)
    y = _labels(spec, X, random)
    if spec.columns == "unscaled":
        X *= (10.0 ** random.uniform(-_POWERS_OF_TEN, _POWERS_OF_TEN, spec.n_features)).astype(
            X.dtype
        )
        X[:, -1] = 3.0
        X[:, -2] = X[:, 0]
    return X, y


def _dense_rows(spec: TableSpec, random: np.random.Generator) -> NDArray[Any]:
    X = np.empty((spec.n_samples, spec.n_features), dtype=spec.dtype, order=spec.order)
    for start in range(0, spec.n_samples, _CHUNK_ROWS):
        rows = X[start : start + _CHUNK_ROWS]
        values = random.standard_normal(rows.shape)
        if spec.columns == "correlated":
            values[:, 1:] *= np.sqrt(1 - _CORRELATION**2)
            for column in range(1, spec.n_features):
                values[:, column] += _CORRELATION * values[:, column - 1]
        else:
            values += 0.5 * random.standard_normal((len(rows), 1))
        rows[...] = values
    return X


def _sparse_rows(spec: TableSpec, random: np.random.Generator) -> sparse.csr_array:
    """Return rows of unit length with most entries in the first columns, like word counts."""
    n_entries = round(_DENSITY * spec.n_features)
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
        return (utility > np.quantile(utility, 1 - spec.positives)).astype(np.int64)
    coef = length * random.standard_normal((spec.n_features, spec.n_classes))
    utilities = X @ coef.astype(X.dtype) + random.gumbel(size=(spec.n_samples, spec.n_classes))
    utilities += random.standard_normal(spec.n_classes)
    return utilities.argmax(axis=1).astype(np.int64)


_SMALL = [TableSpec(*shape, family="small") for shape in ((300, 10), (1_000, 20), (2_000, 30))]
_DENSE = [
    TableSpec(*shape)
    for shape in (
        *((10_000, 30), (100_000, 10), (100_000, 30), (1_000_000, 30), (10_000_000, 10)),
        *((1_000_000, 100), (100_000, 300), (10_000, 1_000), (10_000, 3_000)),
    )
]
_HARD = [
    TableSpec(*shape, family="unscaled or correlated", columns=columns)
    for columns in ("unscaled", "correlated")
    for shape in ((10_000, 300), (100_000, 30), (1_000_000, 30))
]
CATALOGUE = (
    *_SMALL,
    *_DENSE,
    *_HARD,
    TableSpec(200, 20_000, family="wide"),
    TableSpec(100_000, 50_000, family="sparse", columns="sparse"),
    TableSpec(100_000, 50_000, family="sparse", columns="sparse", n_classes=50),
    TableSpec(100_000, 30, family="many classes", n_classes=10),
    TableSpec(10_000, 300, family="many classes", n_classes=10),
    TableSpec(20_000, 30, family="many classes", n_classes=50),
    TableSpec(100_000, 100, family="float32 and F-ordered", dtype="float32"),
    TableSpec(100_000, 100, family="float32 and F-ordered", order="F"),
    *(
        TableSpec(100_000, 30, family="imbalance", positives=1 / (1 + ratio))
        for ratio in (1, 100, 10_000)
    ),
    TableSpec(336_776, 152, family="real", data_set="flights"),
    TableSpec(99_759, 334, family="real", data_set="fars", n_classes=5),
)
"""All tables, in the order of the page."""

QUICK = (*_SMALL, _DENSE[0], _HARD[1])
"""The tables of a quick run."""

TARGETED = (_DENSE[0], _DENSE[2], _DENSE[6], _HARD[1], _HARD[4])
"""The tables on which the time to a given precision is measured."""
