"""Run cells on this machine."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from joblib import effective_n_jobs

from skfocal.comparison.run.cell import Cell, run_cell
from skfocal.comparison.run.processes import Lost, run_tasks
from skfocal.comparison.scoring.cell_results import CellResult

__all__ = ["LocalExecutor"]


class LocalExecutor:
    """Processes of this machine.

    Parameters
    ----------
    n_jobs : int or None
        Number of processes; with one, and without a timeout, cells run in this process.
    timeout : float or None, default=None
        Seconds after which a cell is killed.
    """

    def __init__(self, n_jobs: int | None, timeout: float | None = None) -> None:
        self.n_slots: int = effective_n_jobs(n_jobs)
        self.timeout = timeout

    def run(
        self, cells: Sequence[Cell], on_start: Callable[[int], None]
    ) -> Generator[tuple[int, CellResult | Lost]]:
        """Run cells, and yield the position and the result of each as it ends."""
        if self.n_slots > 1 or self.timeout is not None:
            running = run_tasks(
                run_cell,
                cells,
                n_processes=self.n_slots,
                timeout=self.timeout,
                on_start=on_start,
            )
            with closing(running):
                yield from running
            return
        for index, cell in enumerate(cells):
            on_start(index)
            yield index, run_cell(cell)
