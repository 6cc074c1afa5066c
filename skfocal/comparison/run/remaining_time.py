"""How long the cells that are left will take, from the time of those that have ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from skfocal.comparison.run.cell import Cell

__all__ = ["RemainingTime", "format_seconds"]

Kind: TypeAlias = tuple[str, str]
"""Table and method."""


class RemainingTime:
    """The time that is left in a run.

    A cell is expected to take as long as those of the same table and method have taken. Without
    any, the ratio to other methods is that on another table; without this, that of `Cell.work`.

    Parameters
    ----------
    cells : sequence of Cell
        The cells that are run.
    n_processes : int
        Number of cells that run at the same time.
    """

    def __init__(self, cells: Sequence[Cell], n_processes: int) -> None:
        self.n_processes = max(n_processes, 1)
        self.waiting = Counter(map(_kind, cells))
        self.work = {_kind(cell): cell.work for cell in cells}
        self.methods: dict[str, list[str]] = {}
        for table, method in self.work:
            self.methods.setdefault(table, []).append(method)
        self.running: dict[int, tuple[Kind, float]] = {}
        self.ended: dict[tuple[str, ...], tuple[float, float]] = {}

    def begin(self, cell: Cell, now: float) -> None:
        """Note that a cell begins, again if it was lost while it was running."""
        if id(cell) not in self.running:
            self.waiting[_kind(cell)] -= 1
        self.running[id(cell)] = _kind(cell), now

    def end(self, cell: Cell, seconds: float) -> None:
        """Note that a cell has ended, and how long it took."""
        self.running.pop(id(cell), None)
        kind = _kind(cell)
        for wider in _wider(kind):
            total, work = self.ended.get(wider, (0.0, 0.0))
            self.ended[wider] = total + seconds, work + self.work[kind]

    def seconds_left(self, now: float) -> float | None:
        """Return the expected time until the last cell ends; None before the first has ended."""
        if not self.ended:
            return None
        known = Counter(one[0] for one in self.ended if len(one) == 2)
        reference = known.most_common(1)[0][0]
        expected = {
            (table, method): self._expected(table, method, reference, scale)
            for table, methods in self.methods.items()
            for scale in [self._scale(table, reference)]
            for method in methods
        }
        for kind, start in self.running.values():
            if kind not in self.ended:  # it takes at least as long as its first cell has taken
                expected[kind] = max(expected[kind], now - start)
        running = [
            max(expected[kind] - (now - start), 0.0) for kind, start in self.running.values()
        ]
        waiting = sum(count * expected[kind] for kind, count in self.waiting.items())
        return max((sum(running) + waiting) / self.n_processes, *running, 0.0)

    def _expected(self, table: str, method: str, reference: str, scale: float) -> float:
        kind = table, method
        if kind not in self.ended and (reference, method) in self.ended:
            return self._rate(reference, method) * scale * self.work[kind]
        seconds, work = next(self.ended[one] for one in _wider(kind) if one in self.ended)
        return seconds / work * self.work[kind]

    def _rate(self, table: str, method: str) -> float:
        seconds, work = self.ended[table, method]
        return seconds / work

    def _scale(self, table: str, reference: str) -> float:
        """Return how much slower methods have been than on the reference, for their work."""
        both = [
            (self._rate(table, method), self._rate(reference, method))
            for method in self.methods[table]
            if {(table, method), (reference, method)} <= self.ended.keys()
        ]
        return sum(one for one, _ in both) / sum(other for _, other in both) if both else 1.0


def _kind(cell: Cell) -> Kind:
    """Return what cells have in common that take about equally long."""
    return cell.table.name, cell.method.name


def _wider(kind: Kind) -> tuple[tuple[str, ...], ...]:
    """Return the kind, the table alone, and all cells."""
    return kind, kind[:1], ()


def format_seconds(seconds: float) -> str:
    """Format a duration in hundredths of a second below one, or in seconds, minutes or hours."""
    if seconds < 1:
        return f"{round(seconds, 2):g} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
