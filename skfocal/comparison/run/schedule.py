"""Run all cells, in any number of processes, and report progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from joblib import effective_n_jobs

from skfocal.comparison.run.cell import Cell, failed_cell, run_cell
from skfocal.comparison.run.processes import Lost, run_tasks
from skfocal.comparison.run.remaining_time import RemainingTime
from skfocal.comparison.scoring.cell_results import CellResult

__all__ = ["Progress", "Status", "run_cells"]

_EMPTY: Mapping[int, Any] = MappingProxyType({})
MEASURED = ("tuning_seconds", "fit_seconds", "predict_seconds")


class Status(NamedTuple):
    """Progress of a comparison."""

    done: int
    """Number of finished cells, including stored ones."""
    total: int
    """Number of all cells."""
    share: float
    """Share of the work that is done, stored cells not counted."""
    running: tuple[str, ...] = ()
    """The running cells."""
    ended: str = ""
    """The cell that has just finished, with its seconds or its failure."""
    seconds_left: float | None = None
    """Expected time until the end; None if unknown, as before the first cell has finished."""


Progress: TypeAlias = Callable[[Status], None]
"""Called at the start, and whenever a cell starts or ends."""


def run_cells(
    cells: Sequence[Cell],
    *,
    n_jobs: int | None,
    timeout: float | None = None,
    stored: Mapping[int, CellResult] = _EMPTY,
    on_result: Callable[[int, CellResult], None] | None = None,
    progress: Progress | None = None,
) -> list[CellResult]:
    """Run the cells that are not stored, the largest first, and return all in their order.

    Parameters
    ----------
    cells : sequence of Cell
        The cells.
    n_jobs : int or None
        Number of processes; with one, and without a timeout, cells run in this process.
    timeout : float, default=None
        Seconds after which a cell is killed and counts as failed.
    stored : mapping of int to CellResult
        Stored results by the position of the cell.
    on_result : callable, default=None
        Called with the position and the result of each cell that ends.
    progress : callable, default=None
        Called with a `Status` at the start, and whenever a cell starts or ends.

    Returns
    -------
    list of CellResult
    """
    order = [index for index in range(len(cells)) if index not in stored]
    # Fold by fold, so that a slow phase of the machine affects all methods alike, and the slowest
    # method first, so that its time is known early.
    order.sort(key=lambda index: _priority(cells[index]))
    results = dict(stored)
    n_processes = effective_n_jobs(n_jobs)
    reporter = _ProgressReporter(cells, order, n_processes, progress)
    # Closed on an error or an interruption, so that no process goes on working.
    with closing(_run(cells, order, n_processes, timeout, reporter.begin)) as finished:
        for index, result in finished:
            results[index] = result
            if on_result is not None:
                on_result(index, result)
            reporter.end(index, result)
    return [results[index] for index in range(len(cells))]


def _priority(cell: Cell) -> tuple[float, int, int, float]:
    return -cell.table_work, cell.split.repeat, cell.split.fold, -cell.cost


def _run(
    cells: Sequence[Cell],
    order: Sequence[int],
    n_processes: int,
    timeout: float | None,
    on_start: Callable[[int], None],
) -> Generator[tuple[int, CellResult]]:
    """Yield the position and the result of each cell as it ends."""
    if n_processes == 1 and timeout is None:
        for index in order:
            on_start(index)
            yield index, run_cell(cells[index])
        return
    running = run_tasks(
        run_cell,
        [cells[index] for index in order],
        n_processes=n_processes,
        timeout=timeout,
        on_start=lambda position: on_start(order[position]),
    )
    with closing(running):
        for position, result in running:
            index = order[position]
            lost = isinstance(result, Lost)
            yield index, failed_cell(cells[index], result.reason) if lost else result


class _ProgressReporter:
    """Keep the status and pass it to a callback."""

    def __init__(
        self,
        cells: Sequence[Cell],
        order: Sequence[int],
        n_processes: int,
        progress: Progress | None,
    ) -> None:
        self.cells, self.progress = cells, progress
        self.n_left = len(order)
        self.first = set(order[:n_processes] if n_processes > 1 else [])
        """Cells that are begun together with a process, whose start takes seconds."""
        self.work = self.work_left = sum(cells[index].work for index in order)
        self.time_left = RemainingTime([cells[index] for index in order], n_processes)
        self.started: dict[int, float] = {}
        self._report()

    def begin(self, index: int) -> None:
        self.started[index] = time.monotonic()
        self.time_left.begin(self.cells[index], self.started[index])
        self._report()

    def end(self, index: int, result: CellResult) -> None:
        seconds = time.monotonic() - self.started.pop(index)
        self.n_left -= 1
        self.work_left -= self.cells[index].work
        outcome = result.rows[0]["failure"] or f"{seconds:.1f} s"
        if index in self.first and not result.failed:
            seconds = min(seconds, sum(result.rows[0][name] for name in MEASURED))
        self.time_left.end(self.cells[index], seconds)
        self._report(f"{self.cells[index].label}: {outcome}")

    def _report(self, ended: str = "") -> None:
        if self.progress is None:
            return
        total = len(self.cells)
        running = tuple(self.cells[index].label for index in self.started)
        left = self.time_left.seconds_left(time.monotonic()) if self.n_left else 0.0
        share = 1 - self.work_left / self.work if self.n_left else 1.0
        self.progress(Status(total - self.n_left, total, share, running, ended, left))
