"""What is asked of a Dask scheduler: to compute, to keep in memory, and how much memory it has."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from skfocal._errors import ClusterError
from skfocal.dask._import import dask, distributed

__all__ = ["ClusterError", "compute", "memory_limit", "persist"]

# Without a limit of its own, a scheduler in this process may use the memory of the machine.
_UNKNOWN_MEMORY = 8 * 2**30


def compute(collections: Sequence[Any]) -> list[Any]:
    """Compute Dask collections, on the active client if there is one.

    Raises
    ------
    ClusterError
        If workers or the scheduler are lost.
    """
    with _named_failures():
        return list(dask.compute(*collections))


def persist(collections: Sequence[Any]) -> list[Any]:
    """Compute Dask collections, and keep them where they are computed."""
    with _named_failures():
        persisted = list(dask.persist(*collections))
        client = _client()
        if client is not None:
            # An error in one of them is raised here, where it can be understood.
            distributed.wait(persisted)
        return persisted


def memory_limit() -> int:
    """Return the memory of all workers together, in bytes."""
    client = _client()
    if client is not None:
        workers = client.scheduler_info(n_workers=-1)["workers"].values()
        return sum(int(worker["memory_limit"] or _UNKNOWN_MEMORY) for worker in workers)
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not on Windows
        return _UNKNOWN_MEMORY


def _client() -> Any:
    """Return the active client, or None."""
    if distributed is None:
        return None
    try:
        return distributed.get_client()
    except ValueError:
        return None


@contextmanager
def _named_failures() -> Iterator[None]:
    """Turn errors of the cluster into one that says what to do."""
    if distributed is None:
        yield
        return
    lost = (
        distributed.client.ClosedClientError,
        distributed.client.FutureCancelledError,
        distributed.comm.CommClosedError,
        OSError,
    )
    try:
        yield
    except distributed.KilledWorker as error:
        msg = (
            "Workers died again and again while they held the same partition, probably because "
            "their memory was full. Use smaller partitions, workers with more memory, or "
            "persist=False."
        )
        raise ClusterError(msg) from error
    except lost as error:
        msg = (
            "The connection to the cluster was lost. Start it again, and fit again with "
            "warm_start=True to go on from the last coefficients."
        )
        raise ClusterError(msg) from error
