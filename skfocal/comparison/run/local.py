"""Run cells on this machine."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from joblib import effective_n_jobs

from skfocal.comparison.run.cell import Cell, run_cell
from skfocal.comparison.run.cell_process import CellProcess, Lost
from skfocal.comparison.run.pickled_cell import pickle_cells
from skfocal.comparison.run.prepared_folds import PreparedFolds
from skfocal.comparison.scoring.cell_results import CellResult

__all__ = ["LocalExecutor"]

SECONDS_BETWEEN_CHECKS = 1.0


class LocalExecutor:
    """Processes of this machine.

    Parameters
    ----------
    n_jobs : int or None
        Number of processes; with one, and without a timeout, cells run in this process.
    timeout : float or None, default=None
        Seconds after which a cell is ended.
    """

    def __init__(self, n_jobs: int | None, timeout: float | None = None) -> None:
        self.n_slots: int = effective_n_jobs(n_jobs)
        self.timeout = timeout

    def run(
        self, cells: Sequence[Cell], on_start: Callable[[int], None]
    ) -> Generator[tuple[int, CellResult | Lost]]:
        """Run cells, and yield the position and the result of each as it ends."""
        if self.n_slots > 1 or self.timeout is not None:
            yield from self._run_in_processes(cells, on_start)
            return
        prepared = PreparedFolds()
        for index, cell in enumerate(cells):
            on_start(index)
            yield index, run_cell(cell, prepared)

    def _run_in_processes(
        self, cells: Sequence[Cell], on_start: Callable[[int], None]
    ) -> Generator[tuple[int, CellResult | Lost]]:
        waiting = enumerate(pickle_cells(cells))
        processes = [CellProcess() for _ in range(min(self.n_slots, len(cells)))]
        idle = deque(processes)
        running: dict[Future[bytes], tuple[int, CellProcess]] = {}
        with ThreadPoolExecutor(self.n_slots, thread_name_prefix="skfocal") as threads:
            try:
                while True:
                    while idle and (following := next(waiting, None)) is not None:
                        index, cell = following
                        process = idle.popleft()
                        if not process.is_alive:
                            process.end()
                            processes.remove(process)
                            process = CellProcess()
                            processes.append(process)
                        running[threads.submit(process.run, cell, self.timeout)] = index, process
                        on_start(index)
                    if not running:
                        return
                    # A wait without end cannot be interrupted on Windows.
                    ended, _ = wait(running, SECONDS_BETWEEN_CHECKS, return_when=FIRST_COMPLETED)
                    for future in ended:
                        index, process = running.pop(future)
                        idle.append(process)
                        yield index, pickle.loads(future.result())  # noqa: S301  # from our process
            finally:
                for process in processes:
                    process.terminate()
                for process in processes:
                    process.wait()
