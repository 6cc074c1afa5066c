"""Run all cells, wherever they run, and report progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeAlias

from skfocal.comparison.run.cell import Cell, failed_cell
from skfocal.comparison.run.cell_process import Lost
from skfocal.comparison.run.remaining_time import RemainingTime
from skfocal.comparison.scoring.cell_results import CellResult

__all__ = ["Executor", "Progress", "Status", "run_cells"]

_EMPTY: Mapping[int, Any] = MappingProxyType({})
MEASURED = ("tuning_seconds", "fit_seconds", "predict_seconds")


class Status(NamedTuple):
    """Progress of a comparison.

    Examples
    --------
    >>> from skfocal.comparison import compare
    >>> def show(status):
    ...     print(status.done, "of", status.total)
    >>> compare(X, y, progress=show)  # doctest: +SKIP
    """

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


class Executor(Protocol):
    """Where cells run."""

    n_slots: int
    """Number of cells that run at the same time. It may change during a run."""

    def run(
        self, cells: Sequence[Cell], on_start: Callable[[int], None]
    ) -> Generator[tuple[int, CellResult | Lost]]:
        """Run cells, starting them in this order.

        Parameters
        ----------
        cells : sequence of Cell
            The cells.
        on_start : callable
            Called with the position of each cell that starts, again if it has to start again.

        Yields
        ------
        index : int
            Position of a cell that has ended.
        result : CellResult or Lost
            Its result, or why it has none.
        """


def run_cells(
    cells: Sequence[Cell],
    *,
    executor: Executor,
    stored: Mapping[int, CellResult] = _EMPTY,
    on_result: Callable[[int, CellResult], None] | None = None,
    progress: Progress | None = None,
) -> list[CellResult]:
    """Run the cells that are not stored, the largest first, and return all in their order.

    Parameters
    ----------
    cells : sequence of Cell
        The cells.
    executor : Executor
        Where they run.
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
    reporter = _ProgressReporter(cells, order, executor, progress)
    running = executor.run(
        [cells[index] for index in order], lambda position: reporter.begin(order[position])
    )
    # Closed on an error or an interruption, so that nothing goes on working.
    with closing(running):
        for position, result in running:
            index = order[position]
            if isinstance(result, Lost):
                result = failed_cell(cells[index], result.reason)  # noqa: PLW2901
            results[index] = result
            if on_result is not None:
                on_result(index, result)
            reporter.end(index, result)
    return [results[index] for index in range(len(cells))]


def _priority(cell: Cell) -> tuple[float, str, int, int, float]:
    return -cell.table_work, cell.table.name, cell.split.repeat, cell.split.fold, -cell.cost


class _ProgressReporter:
    """Keep the status and pass it to a callback."""

    def __init__(
        self,
        cells: Sequence[Cell],
        order: Sequence[int],
        executor: Executor,
        progress: Progress | None,
    ) -> None:
        self.cells, self.executor, self.progress = cells, executor, progress
        self.n_left = len(order)
        self.first = set(order[: executor.n_slots])
        """Cells that may be begun together with a process, whose start takes seconds."""
        self.work = self.work_left = sum(cells[index].work for index in order)
        self.time_left = RemainingTime([cells[index] for index in order], executor.n_slots)
        self.started: dict[int, float] = {}
        self._report()

    def begin(self, index: int) -> None:
        self.started[index] = time.monotonic()
        self.time_left.n_processes = self.executor.n_slots
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
