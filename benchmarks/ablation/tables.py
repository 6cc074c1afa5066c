"""The tables of the ablation: real ones as the comparison prepares them, and synthetic ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.pipeline import make_pipeline

from benchmarks.datasets import load
from skfocal.comparison.data.preparation import coder, expander, layout_of

__all__ = ["FIT_TABLES", "REAL", "SEARCH_TABLES", "SYNTHETIC", "TableMaker"]

TableMaker = Callable[[], tuple[Any, NDArray[np.integer[Any]]]]

_MAX_ROWS = 20_000
_POWERS_OF_TEN = 4
_CORRELATION = 0.9999


def _prepared(name: str) -> tuple[Any, NDArray[np.integer[Any]]]:
    """Return a data set imputed, scaled and one-hot encoded; of a large one some rows."""
    table = load(name)
    rows = np.arange(len(table.y))
    if len(rows) > _MAX_ROWS:
        rows = np.sort(np.random.default_rng(0).choice(rows, _MAX_ROWS, replace=False))
    features = table.X.iloc[rows]
    layout = layout_of(table, features)
    X = make_pipeline(coder(layout), expander(layout)).fit_transform(features)
    return np.ascontiguousarray(X), np.unique(table.y[rows], return_inverse=True)[1]


def _normal(
    n_samples: int, n_features: int, n_classes: int = 2, *, kind: str = "", positives: float = 0.05
) -> tuple[Any, NDArray[np.integer[Any]]]:
    """Return normal columns, and labels that follow a logistic model; of two, one is rare."""
    random = np.random.default_rng(0)
    X = random.standard_normal((n_samples, n_features))
    if kind == "correlated":
        X[:, 1:] *= np.sqrt(1 - _CORRELATION**2)
        for column in range(1, n_features):
            X[:, column] += _CORRELATION * X[:, column - 1]
    else:
        X += 0.5 * random.standard_normal((n_samples, 1))
    y = _labels(X, n_classes, 2 / np.sqrt(n_features), random, positives)
    if kind == "unscaled":
        X *= 10.0 ** random.uniform(-_POWERS_OF_TEN, _POWERS_OF_TEN, n_features)
        X[:, -1] = 3.0
        X[:, -2] = X[:, 0]
    return X, y


def _words(n_samples: int, n_features: int, n_entries: int) -> tuple[Any, NDArray[np.integer[Any]]]:
    """Return sparse rows of unit length whose entries are mostly in the first columns."""
    random = np.random.default_rng(0)
    columns = (n_features * random.random((n_samples, n_entries)) ** 2).astype(np.int32)
    values = random.exponential(size=(n_samples, n_entries))
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    rows = np.repeat(np.arange(n_samples), n_entries)
    X = sparse.csr_array((values.ravel(), (rows, columns.ravel())), shape=(n_samples, n_features))
    return X, _labels(X, 2, 10.0, random)


def _labels(
    X: Any, n_classes: int, length: float, random: np.random.Generator, positives: float = 0.05
) -> NDArray[np.integer[Any]]:
    n_samples, n_features = X.shape
    if n_classes == 2:
        utility = X @ (length * random.standard_normal(n_features))
        utility += random.logistic(size=n_samples)
        return np.asarray(utility > np.quantile(utility, 1 - positives), np.intp)
    utilities = X @ (length * random.standard_normal((n_features, n_classes)))
    utilities += random.gumbel(size=(n_samples, n_classes))
    utilities += random.standard_normal(n_classes)
    return np.asarray(utilities.argmax(axis=1))


REAL: Mapping[str, TableMaker] = {
    name: partial(_prepared, name)
    for name in (
        "abalone19",
        "car-good",
        "dermatology",
        "fars",
        "flare-F",
        "flights",
        "hiva",
        "hypothyroid",
        "kc1",
        "kddcup-guess_passwd_vs_satan",
        "kr-vs-k",
        "nursery",
        "page-blocks0",
        "satimage",
        "shuttle-2_vs_5",
        "stroke",
        "sylva",
        "winequality-red-4",
        "yeast",
        "yeast4",
    )
}
SYNTHETIC: Mapping[str, TableMaker] = {
    "300 x 10": partial(_normal, 300, 10),
    "2,000 x 30": partial(_normal, 2_000, 30),
    "10,000 x 30": partial(_normal, 10_000, 30),
    "100,000 x 30": partial(_normal, 100_000, 30),
    "100,000 x 30, 1:1,000": partial(_normal, 100_000, 30, positives=1e-3),
    "400,000 x 10": partial(_normal, 400_000, 10),
    "30,000 x 300": partial(_normal, 30_000, 300),
    "10,000 x 1,000": partial(_normal, 10_000, 1_000),
    "3,000 x 2,000": partial(_normal, 3_000, 2_000),
    "200 x 20,000": partial(_normal, 200, 20_000),
    "100,000 x 30, unscaled": partial(_normal, 100_000, 30, kind="unscaled"),
    "50,000 x 50, correlated": partial(_normal, 50_000, 50, kind="correlated"),
    "20,000 x 2,000, sparse": partial(_words, 20_000, 2_000, 20),
    "20,000 x 30, 10 classes": partial(_normal, 20_000, 30, 10),
}
FIT_TABLES: Mapping[str, TableMaker] = {**REAL, **SYNTHETIC}
SEARCH_TABLES: Mapping[str, TableMaker] = {
    name: FIT_TABLES[name]
    for name in (
        "flare-F",
        "hypothyroid",
        "satimage",
        "2,000 x 30",
        "10,000 x 30",
        "50,000 x 50, correlated",
    )
}
