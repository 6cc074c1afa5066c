"""The suites: data sets with their number of folds, repeats and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.data_sets import BINARY, LARGE, MULTICLASS, load
from skfocal.comparison import Table

SEED = 0
ROWS_PER_CLASS = 10


@dataclass(frozen=True)
class Suite:
    """Data sets that are run with the same settings. Larger tables are subsampled."""

    name: str
    data_sets: Sequence[str]
    repeats: int
    cv: int = 5
    max_rows: int | None = None


WIDE = ("hiva", "sylva")
LONG = ("kr-vs-k", "fars")
SUITES = (
    Suite("binary", tuple(name for name in BINARY if name not in WIDE), repeats=5),
    Suite("multiclass", tuple(name for name in MULTICLASS if name not in LONG), repeats=5),
    Suite("wide", WIDE, repeats=1, max_rows=1_500),
    Suite("long", LONG, repeats=1, max_rows=1_000),
    Suite("large", tuple(name for name in LARGE if name not in LONG), repeats=1, max_rows=4_000),
)


def choose_suites(names: Sequence[str], suites: Sequence[Suite] = SUITES) -> list[Suite]:
    """Return suites with only the named data sets, or all of them without names."""
    chosen = [
        replace(suite, data_sets=tuple(one for one in suite.data_sets if not names or one in names))
        for suite in suites
    ]
    return [suite for suite in chosen if suite.data_sets]


def reduce(suite: Suite) -> Suite:
    """Return a suite for a quick run: three folds, one repeat, small tables."""
    return replace(suite, cv=3, repeats=1, max_rows=1_500)


def load_tables(suite: Suite) -> list[Table]:
    """Load the tables of a suite, subsampled if they are too large."""
    return [sample_rows(load(name), suite.max_rows) for name in suite.data_sets]


def sample_rows(table: Table, n_rows: int | None) -> Table:
    """Sample the same fraction of each class at random, but at least ten rows of each class."""
    if n_rows is None or len(table.y) <= n_rows:
        return table
    rng = np.random.default_rng(SEED)
    by_class = [np.flatnonzero(table.y == code) for code in range(table.n_classes)]
    fraction = n_rows / len(table.y)
    chosen = np.sort(np.concatenate([_sample(rng, rows, fraction) for rows in by_class]))
    return replace(
        table,
        X=table.X.iloc[chosen].reset_index(drop=True),
        y=table.y[chosen],
        groups=None if table.groups is None else table.groups[chosen],
    )


def _sample(rng: np.random.Generator, rows: NDArray[np.intp], fraction: float) -> NDArray[np.intp]:
    count = max(round(fraction * len(rows)), min(ROWS_PER_CLASS, len(rows)))
    return rng.choice(rows, count, replace=False)
