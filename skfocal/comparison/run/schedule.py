"""Run all cells, in any number of processes, and tell how far they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from joblib import effective_n_jobs

from skfocal.comparison.run.cell import failed_cell, run_cell
from skfocal.comparison.run.processes import Lost, run_tasks

if TYPE_CHECKING:
    from skfocal.comparison.run.cell import Cell, CellResult

__all__ = ["Progress", "Status", "run_cells"]

_NOTHING: Mapping[int, Any] = MappingProxyType({})


class Status(NamedTuple):
    """How far a comparison has come."""

    done: int
    """Cells that are done, those found stored among them."""
    total: int
    """All cells."""
    share: float
    """Share of the work that is done, where stored cells are no work."""
    running: tuple[str, ...] = ()
    """The cells in work."""
    ended: str = ""
    """The cell that has just ended, with its seconds or its failure."""


Progress: TypeAlias = Callable[[Status], None]
"""Called at the start and whenever a cell begins or ends."""


def run_cells(
    cells: Sequence[Cell],
    *,
    n_jobs: int | None,
    timeout: float | None = None,
    stored: Mapping[int, CellResult] = _NOTHING,
    on_result: Callable[[int, CellResult], None] | None = None,
    progress: Progress | None = None,
) -> list[CellResult]:
    """Run the cells that are not stored, the longest first, and return all in their order.

    Parameters
    ----------
    cells : sequence of Cell
        What to run.
    n_jobs : int or None
        Number of processes; with one, and no timeout, cells run in this very process.
    timeout : float, default=None
        Seconds after which a cell is killed and has failed.
    stored : mapping of int to CellResult
        Results that are there already, by the position of the cell.
    on_result : callable, default=None
        Called with the position and the result of a cell as soon as it is done.
    progress : callable, default=None
        Called with a `Status` at the start and whenever a cell begins or ends.

    Returns
    -------
    list of CellResult
    """
    order = [index for index in range(len(cells)) if index not in stored]
    # Fold by fold, so that a machine's slower minutes fall on all methods alike.
    order.sort(
        key=lambda index: (-cells[index].work, cells[index].split.repeat, cells[index].split.fold)
    )
    results = dict(stored)
    watch = _Watch(cells, order, progress)
    # Closed at once after an error or an interruption, so that no process works on for nothing.
    with closing(_run(cells, order, effective_n_jobs(n_jobs), timeout, watch.begin)) as finished:
        for index, result in finished:
            results[index] = result
            if on_result is not None:
                on_result(index, result)
            watch.end(index, result)
    return [results[index] for index in range(len(cells))]


def _run(
    cells: Sequence[Cell],
    order: Sequence[int],
    n_processes: int,
    timeout: float | None,
    on_start: Callable[[int], None],
) -> Generator[tuple[int, CellResult]]:
    """Yield the position and the result of each cell as it is done."""
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


class _Watch:
    """Keep the status and tell it to a callback."""

    def __init__(
        self, cells: Sequence[Cell], order: Sequence[int], progress: Progress | None
    ) -> None:
        self.cells, self.progress = cells, progress
        self.n_left = len(order)
        self.work = self.work_left = sum(cells[index].work for index in order)
        self.started: dict[int, float] = {}
        self._tell()

    def begin(self, index: int) -> None:
        self.started[index] = time.monotonic()
        self._tell()

    def end(self, index: int, result: CellResult) -> None:
        seconds = time.monotonic() - self.started.pop(index)
        self.n_left -= 1
        self.work_left -= self.cells[index].work
        outcome = result.rows[0]["failure"] or f"{seconds:.1f} s"
        self._tell(f"{self.cells[index].label}: {outcome}")

    def _tell(self, ended: str = "") -> None:
        if self.progress is None:
            return
        total = len(self.cells)
        share = 1 - self.work_left / self.work if self.n_left else 1.0
        running = tuple(self.cells[index].label for index in self.started)
        self.progress(Status(total - self.n_left, total, share, running, ended))
