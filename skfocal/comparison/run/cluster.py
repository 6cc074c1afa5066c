"""Run cells on the workers of a Dask cluster."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple
from uuid import uuid4

from skfocal._errors import ClusterError
from skfocal.comparison.errors import SettingError
from skfocal.comparison.run.cell import Cell
from skfocal.comparison.run.cell_process import Lost
from skfocal.comparison.run.pickled_cell import pickle_cells
from skfocal.comparison.run.worker import CellTask, close_run, same
from skfocal.comparison.scoring.cell_results import CellResult

__all__ = ["ClusterExecutor", "active_client", "connected", "count_threads"]

CONNECT_SECONDS = 5.0
SECONDS_BETWEEN_CHECKS = 1.0
LOST = (
    "the connection to the Dask cluster was lost. Earlier results in the directory are kept. Start "
    "the cluster and run the same comparison again to resume"
)


class _Event(NamedTuple):
    """A cell has started or ended."""

    cell: int
    is_end: bool


class ClusterExecutor:
    """The workers of a Dask cluster. Every thread of a worker runs a cell, in a process.

    Parameters
    ----------
    client : distributed.Client
        The connection to the cluster.
    versions : callable
        Returns the versions that scores depend on. It is called here and on the workers.
    timeout : float or None, default=None
        Seconds after which a cell is killed.
    """

    def __init__(
        self,
        client: Any,
        versions: Callable[[], Mapping[str, str]],
        timeout: float | None = None,
    ) -> None:
        self.client, self.versions, self.timeout = client, versions, timeout
        self.n_slots = count_threads(client)

    def run(
        self, cells: Sequence[Cell], on_start: Callable[[int], None]
    ) -> Generator[tuple[int, CellResult | Lost]]:
        """Run cells, and yield the position and the result of each as it ends.

        The cells of a worker that is lost run again, and `on_start` is called again.

        Raises
        ------
        ClusterError
            If the cluster is lost, or a worker cannot run cells.
        """
        if not self.client.nthreads():
            warnings.warn(
                "the Dask cluster has no workers; the cells wait until one joins", stacklevel=2
            )
        run = uuid4().hex
        events: SimpleQueue[_Event] = SimpleQueue()
        self.client.subscribe_topic(run, lambda event: events.put(_Event(event[1], is_end=False)))
        futures: dict[int, Any] = {}
        try:
            submissions = self._submissions(run, cells, futures, events)
            yield from self._results(submissions, futures, events, on_start)
        finally:
            self._end(run, futures)

    def _submissions(
        self,
        run: str,
        cells: Sequence[Cell],
        futures: dict[int, Any],
        events: SimpleQueue[_Event],
    ) -> Iterator[int]:
        """Submit one cell after the other, the first ones with the highest priority."""
        import dask  # noqa: PLC0415  # an optional dependency

        task = CellTask(run, self.versions, self.versions(), self.timeout)
        sent: dict[int, Any] = {}

        def send(part: bytes) -> Any:
            if id(part) not in sent:
                key = f"skfocal-data-{run}", len(sent)
                sent[id(part)] = self.client.submit(same, part, key=key)
            return sent[id(part)]

        for index, cell in enumerate(list(pickle_cells(cells))):
            # Dask warns of large data in a graph. There it can be sent again if a worker is lost.
            with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TB"}):
                future = self.client.submit(
                    task,
                    index,
                    send(cell.table),
                    send(cell.split),
                    cell.rest,
                    key=(f"skfocal-cell-{run}", index),
                    priority=-index,
                )
            futures[index] = future
            future.add_done_callback(lambda _, index=index: events.put(_Event(index, is_end=True)))
            yield index

    def _fill(self, submissions: Iterator[int], futures: Mapping[int, Any]) -> None:
        """Submit as many cells as can run.

        If a worker dies, Dask counts it against all cells that are assigned to it. Those that would
        only wait there are not submitted yet.
        """
        with _named_failures():
            while len(futures) < self.n_slots and next(submissions, None) is not None:
                pass

    def _results(
        self,
        submissions: Iterator[int],
        futures: dict[int, Any],
        events: SimpleQueue[_Event],
        on_start: Callable[[int], None],
    ) -> Generator[tuple[int, CellResult | Lost]]:
        started = set()
        self._fill(submissions, futures)
        while futures:
            index, is_end = _next(events)
            if index not in futures:  # an event that comes late
                continue
            if not is_end or index not in started:
                started.add(index)
                self.n_slots = self._count_threads()
                on_start(index)
            result = _result(futures.pop(index)) if is_end else None
            self._fill(submissions, futures)
            if result is not None:
                yield index, result

    def _count_threads(self) -> int:
        with _named_failures():
            return count_threads(self.client)

    def _end(self, run: str, futures: Mapping[int, Any]) -> None:
        """Cancel what has not ended, and end the processes on the workers."""
        if self.client.status != "running":
            return
        with suppress(Exception):  # it may be lost now, with all that runs there
            self.client.unsubscribe_topic(run)
            self.client.cancel(list(futures.values()))
            self.client.run(close_run, run, on_error="ignore")


def _next(events: SimpleQueue[_Event]) -> _Event:
    """Wait for an event. A wait without end cannot be interrupted on Windows."""
    while True:
        try:
            return events.get(timeout=SECONDS_BETWEEN_CHECKS)
        except Empty:
            pass


def _result(future: Any) -> CellResult | Lost:
    from distributed import KilledWorker  # noqa: PLC0415  # an optional dependency

    with _named_failures():
        try:
            pickled = future.result()
        except KilledWorker as error:
            times = error.allowed_failures + 1
            return Lost(f"Crash: the Dask workers that ran it died ({times} in a row)")
    result: CellResult | Lost = pickle.loads(pickled)  # noqa: S301  # from our own workers
    return result


@contextmanager
def _named_failures() -> Iterator[None]:
    """Turn errors of the cluster into one that says what to do."""
    try:
        yield
    except ClusterError:
        raise
    except (CancelledError, OSError) as error:
        raise ClusterError(LOST) from error
    except Exception as error:
        raise ClusterError(
            f"the Dask cluster cannot run cells ({type(error).__name__}: {error}). Its scheduler "
            "and its workers need skfocal[compare,dask] in the versions of this environment"
        ) from error


def count_threads(client: Any) -> int:
    """Return the number of threads of all workers, at least 1."""
    n_threads: int = sum(client.nthreads().values())
    return max(1, n_threads)


def active_client() -> Any:
    """Return the active client.

    Raises
    ------
    SettingError
        If there is none, or Dask is not installed.
    """
    try:
        return _distributed("backend", "must be 'local' without Dask").get_client()
    except ValueError as error:
        raise SettingError(
            "backend",
            "must be 'local' if no Dask client is active; got 'dask'. Connect to a cluster first: "
            "client = dask.distributed.Client(address)",
        ) from error


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Connect to a scheduler, and yield the client, which is active.

    Raises
    ------
    SettingError
        If there is no scheduler at the address, or Dask is not installed.
    """
    distributed = _distributed("cluster", "cannot be used without Dask")
    try:
        if not address:
            raise ValueError("it is empty")  # noqa: TRY301  # Dask would start a cluster
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SettingError(
            "cluster",
            "must be the address of a running Dask scheduler, such as tcp://10.0.0.1:8786; got "
            f"{address}, where none answers ({error}).",
        ) from error
    with client, client.as_current():
        yield client


def _distributed(parameter: str, problem: str) -> Any:
    """Import Dask, or name the parameter that needs it."""
    try:
        import distributed  # noqa: PLC0415  # an optional dependency
    except ModuleNotFoundError as error:
        raise SettingError(
            parameter, f'{problem}. To use Dask: pip install "skfocal[dask]"'
        ) from error
    return distributed
