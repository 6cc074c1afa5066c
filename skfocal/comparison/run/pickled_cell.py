"""Cells as bytes, which are sent to other processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

# Unlike pickle, it also handles classes and functions of a script or a notebook.
import cloudpickle

from skfocal.comparison.errors import SettingError

if TYPE_CHECKING:
    from skfocal.comparison.run.cell import Cell

__all__ = ["PickledCell", "pickle_cells"]


class PickledCell(NamedTuple):
    """A cell in parts. Tables and splits are large, and many cells have the same."""

    table: bytes
    split: bytes
    rest: bytes


def pickle_cells(cells: Iterable[Cell]) -> Iterator[PickledCell]:
    """Pickle cells; those with the same table or split in a row share its bytes.

    Raises
    ------
    SettingError
        If a method cannot be pickled.
    """
    table = split = None
    for cell in cells:
        if cell.table is not table:
            table, pickled_table = cell.table, cloudpickle.dumps(cell.table)
        if cell.split is not split:
            split, pickled_split = cell.split, cloudpickle.dumps(cell.split)
        rest = {"method": cell.method, "rule": cell.rule, "metrics": cell.metrics}
        try:
            pickled_rest = cloudpickle.dumps(rest)
        except Exception as error:
            raise SettingError(
                "methods",
                f"must be such that other processes can run them, or n_jobs must be 1; "
                f"{cell.method.name!r} cannot be sent to another process ({error}).",
            ) from error
        yield PickledCell(pickled_table, pickled_split, pickled_rest)
