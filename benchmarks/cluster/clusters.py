"""Tables whose rows are generated on workers, and clusters of this machine."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

import numpy as np
from numpy.typing import NDArray

N_FEATURES = 20
POSITIVES = 0.05
MADE: list[int] = []
"""The partitions that this process has made, each time that it made one."""


def rows(n_rows: int, seed: int) -> NDArray[np.float64]:
    """Draw rows with independent columns, of which the last holds labels of a logistic model."""
    random = np.random.default_rng(seed)
    table = random.standard_normal((n_rows, N_FEATURES + 1))
    coef = np.random.default_rng(0).standard_normal(N_FEATURES) * 2 / np.sqrt(N_FEATURES)
    utility = table[:, :-1] @ coef + random.logistic(size=n_rows)
    table[:, -1] = utility > np.quantile(utility, 1 - POSITIVES)
    return table


def note_made(number: int) -> None:
    """Count a partition: Dask sends a copy of a list, but only the name of a function."""
    MADE.append(number)


def partitioned(n_rows: int, n_partitions: int, seconds: float = 0.0) -> tuple[Any, Any]:
    """Return X and y as Dask arrays, whose partitions each take some more seconds to make."""
    dask = importlib.import_module("dask.array")

    def chunk(block: NDArray[np.int64]) -> NDArray[np.float64]:
        note_made(int(block[0]))
        sleep(seconds)
        return rows(n_rows // n_partitions, int(block[0]))

    seeds = dask.arange(n_partitions, chunks=1)
    chunks = ((n_rows // n_partitions,) * n_partitions, (N_FEATURES + 1,))
    table = seeds.map_blocks(chunk, chunks=chunks, new_axis=1, dtype=float, meta=np.empty((0, 0)))
    return table[:, :-1], table[:, -1].astype(np.int64)


@contextmanager
def cluster(n_workers: int, n_threads: int = 1, *, processes: bool = True) -> Iterator[Any]:
    """Start a cluster on this machine, and return its client."""
    distributed = importlib.import_module("distributed")
    with (
        distributed.LocalCluster(
            n_workers=n_workers,
            threads_per_worker=n_threads,
            processes=processes,
            memory_limit=None,
            dashboard_address=None,
        ) as started,
        distributed.Client(started) as client,
    ):
        yield client
