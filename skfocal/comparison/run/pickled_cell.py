"""Cells as bytes, which are sent to other processes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

# Unlike pickle, it also handles classes and functions of a script or a notebook.
import cloudpickle

if TYPE_CHECKING:
    from skfocal.comparison.run.cell import Cell

__all__ = ["PickledCell", "pickle_cells"]


class PickledCell(NamedTuple):
    """A cell in parts. Tables and splits are large, and many cells have the same."""

    table: bytes
    split: bytes
    rest: bytes


def pickle_cells(cells: Sequence[Cell]) -> list[PickledCell]:
    """Pickle cells; those with the same table or split share its bytes."""
    pickled: dict[int, bytes] = {}

    def shared(part: Any) -> bytes:
        if id(part) not in pickled:
            pickled[id(part)] = cloudpickle.dumps(part)
        return pickled[id(part)]

    return [
        PickledCell(
            shared(cell.table),
            shared(cell.split),
            cloudpickle.dumps({"method": cell.method, "rule": cell.rule, "metrics": cell.metrics}),
        )
        for cell in cells
    ]
