"""Synthetic tables of any size, made in place so that making them takes no memory beside them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Shape", "make_table"]

_CHUNK_ROWS = 8192


class Shape(NamedTuple):
    """Rows and columns of a table."""

    n_samples: int
    n_features: int
    unscaled: bool = False
    """Whether the columns are in units that span eight orders of magnitude."""

    def __str__(self) -> str:
        """Write it as in ``200,000 x 30, unscaled``."""
        suffix = ", unscaled" if self.unscaled else ""
        return f"{self.n_samples:,} x {self.n_features}{suffix}"


def make_table(
    shape: Shape, *, positives: float = 0.05, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Draw a table of correlated normal columns whose labels follow a logistic model.

    Parameters
    ----------
    shape : Shape
        Rows and columns.
    positives : float, default=0.05
        Share of class 1.
    seed : int, default=0
        Seed of the random numbers.
    """
    random = np.random.default_rng(seed)
    n_samples, n_features, unscaled = shape
    X = np.empty((n_samples, n_features))
    for start in range(0, n_samples, _CHUNK_ROWS):
        rows = X[start : start + _CHUNK_ROWS]
        random.standard_normal(out=rows)
        rows += 0.5 * random.standard_normal((len(rows), 1))
    coef = 2 * random.standard_normal(n_features) / np.sqrt(n_features)
    utility = X @ coef + random.logistic(size=n_samples)
    if unscaled:
        X *= 10.0 ** random.uniform(-4, 4, n_features)
    return X, (utility > np.quantile(utility, 1 - positives)).astype(np.int64)
