"""What a Dask worker does for a comparison: it runs cells in processes that it keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from skfocal._errors import ClusterError
from skfocal.comparison.run.cell_process import CellProcess
from skfocal.comparison.run.pickled_cell import PickledCell

__all__ = ["CellTask", "close_run", "same"]

IDLE_SECONDS = 60.0
"""Time after which a process without a cell ends, as when the client has died."""


@dataclass(frozen=True)
class CellTask:
    """A Dask task that runs a cell in a process of the worker.

    Attributes
    ----------
    run : str
        Name of the run, and of the topic for the events that cells start.
    versions : callable
        Returns the versions that scores depend on.
    expected : mapping of str to str
        The versions of the client.
    timeout : float or None
        Seconds after which a cell is killed.
    """

    run: str
    versions: Callable[[], Mapping[str, str]]
    expected: Mapping[str, str]
    timeout: float | None

    def __call__(self, index: int, table: bytes, split: bytes, rest: bytes) -> bytes:
        """Run a cell and return its pickled result.

        Raises
        ------
        ClusterError
            If the worker has other versions than the client.
        """
        from distributed import get_worker  # noqa: PLC0415  # an optional dependency

        worker = get_worker()
        with _lock:  # in Python 3.11, threads that parse code at the same time fail
            found = self.versions()
        _check_versions(worker.address, self.expected, found)
        with _processes_of(self.run).one() as process:
            worker.log_event(self.run, index)
            return process.run(PickledCell(table, split, rest), self.timeout)


def _check_versions(address: str, expected: Mapping[str, str], found: Mapping[str, str]) -> None:
    other = [
        f"{name} {found.get(name)} instead of {version}"
        for name, version in expected.items()
        if found.get(name) != version
    ]
    if other:
        raise ClusterError(
            f"the worker {address} has {', '.join(other)}. Scores depend on these versions; "
            "install the same in the environments of the workers and the client"
        )


def same(part: bytes) -> bytes:
    """Return what was sent. As the result of a task it is sent again if a worker is lost."""
    return part


class _Processes:
    """The processes of a run on this worker. Each runs one cell at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.all: set[CellProcess] = set()
        self.idle: dict[CellProcess, threading.Timer] = {}
        self.is_closed = False

    @contextmanager
    def one(self) -> Iterator[CellProcess]:
        """Yield a process that runs no other cell."""
        process = self._take()
        try:
            yield process
        finally:
            self._give_back(process)

    def close(self) -> None:
        """End all processes, and refuse to start further ones."""
        with self.lock:
            self.is_closed = True
            for timer in self.idle.values():
                timer.cancel()
            for process in self.all:
                process.terminate()
            for process in self.all:
                process.wait()
            self.idle.clear()
            self.all.clear()

    def _take(self) -> CellProcess:
        with self.lock:
            while self.idle:
                process, timer = self.idle.popitem()
                timer.cancel()
                if process.is_alive:
                    return process
                self._discard(process)
            if self.is_closed:
                raise ClusterError("the run has ended")
            try:
                process = CellProcess()
            except OSError as error:
                raise ClusterError(f"a worker cannot start a process: {error}") from error
            self.all.add(process)
            return process

    def _give_back(self, process: CellProcess) -> None:
        with self.lock:
            if not process.is_alive:
                self._discard(process)
                return
            timer = threading.Timer(IDLE_SECONDS, self._end_idle, [process])
            timer.daemon = True
            timer.start()
            self.idle[process] = timer

    def _end_idle(self, process: CellProcess) -> None:
        with self.lock:
            if self.idle.pop(process, None) is not None:
                self._discard(process)

    def _discard(self, process: CellProcess) -> None:
        process.end()
        self.all.discard(process)


_runs: dict[str, _Processes] = {}
_lock = threading.Lock()


def _processes_of(run: str) -> _Processes:
    with _lock:
        return _runs.setdefault(run, _Processes())


def close_run(run: str) -> None:
    """End the processes of a run on this worker, with the cells they run."""
    _processes_of(run).close()
