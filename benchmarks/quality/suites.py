"""Which data sets are run how: folds, repeats and, of the largest, how many rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets import BINARY, LARGE, MULTICLASS, load
from skfocal.comparison import Table

__all__ = ["SUITES", "Suite", "chosen_suites", "quick", "sample_rows", "tables"]

SEED = 0


@dataclass(frozen=True)
class Suite:
    """Data sets that are run, and ranked, together.

    Attributes
    ----------
    name : str
        What it is called, and where its finished cells go.
    data_sets : sequence of str
        Their names.
    repeats : int
        How often the folds are drawn.
    cv : int, default=5
        Number of folds.
    max_rows : int, default=None
        Larger tables are sampled down to so many rows.
    """

    name: str
    data_sets: Sequence[str]
    repeats: int
    cv: int = 5
    max_rows: int | None = None


WIDE = ("hiva", "sylva")
LONG = ("kr-vs-k", "fars")
"""Of many classes, so of many coefficients: at full length each would take as long as the rest."""
SUITES = (
    Suite("binary", tuple(name for name in BINARY if name not in WIDE), repeats=5),
    Suite("multiclass", tuple(name for name in MULTICLASS if name not in LONG), repeats=5),
    Suite("wide", WIDE, repeats=1, max_rows=1_500),
    Suite("long", LONG, repeats=1, max_rows=1_000),
    Suite("large", tuple(name for name in LARGE if name not in LONG), repeats=1, max_rows=4_000),
)


def chosen_suites(names: Sequence[str]) -> list[Suite]:
    """Return the suites, cut down to the data sets named; to all of them if none is."""
    cut = [
        replace(suite, data_sets=tuple(one for one in suite.data_sets if not names or one in names))
        for suite in SUITES
    ]
    return [suite for suite in cut if suite.data_sets]


def quick(suite: Suite) -> Suite:
    """Return a suite that takes a look: three folds, once, of small tables."""
    return replace(suite, cv=3, repeats=1, max_rows=1_500)


def tables(suite: Suite) -> Iterator[Table]:
    """Load the tables of a suite, sampled down where they are larger than it allows."""
    for name in suite.data_sets:
        table = load(name)
        yield table if suite.max_rows is None else sample_rows(table, suite.max_rows)


def sample_rows(table: Table, n_rows: int) -> Table:
    """Draw rows at random, of each class the same share, but never fewer than it takes to fold.

    A class keeps ten rows, or all that it has.
    """
    if len(table.y) <= n_rows:
        return table
    rng = np.random.default_rng(SEED)
    kept = np.sort(
        np.concatenate([_drawn(rng, rows, n_rows / len(table.y)) for rows in _by_class(table)])
    )
    return replace(
        table,
        X=table.X.iloc[kept].reset_index(drop=True),
        y=table.y[kept],
        groups=None if table.groups is None else table.groups[kept],
    )


def _by_class(table: Table) -> Iterator[NDArray[np.intp]]:
    return (np.flatnonzero(table.y == code) for code in range(table.n_classes))


def _drawn(rng: np.random.Generator, rows: NDArray[np.intp], share: float) -> NDArray[np.intp]:
    count = max(round(share * len(rows)), min(10, len(rows)))
    return rng.choice(rows, count, replace=False)
