"""Finished cells on disk, one JSON file each, so that a run can be resumed."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from skfocal.comparison.errors import StoreError
from skfocal.comparison.scoring.cell_results import CellResult, EventPredictions
from skfocal.comparison.storage.files import write_text
from skfocal.comparison.storage.keys import SCHEMA

__all__ = ["has_cell", "read_cell", "read_cells", "read_json", "write_cell", "write_json"]


def write_cell(directory: Path, key: str, result: CellResult) -> None:
    """Store a finished cell.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    content = {
        "schema": SCHEMA,
        "key": key,
        "rows": result.rows,
        "predictions": [vars(one) for one in result.predictions],
    }
    write_json(_path(directory, key), content)


def has_cell(directory: Path, key: str) -> bool:
    """Whether a cell is stored, failed or not."""
    return _path(directory, key).exists()


def read_cell(directory: Path, key: str) -> CellResult | None:
    """Return a stored cell; None if there is none or, with a warning, if it cannot be used."""
    path = _path(directory, key)
    try:
        return _cell_from(read_json(path), key)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        warnings.warn(f"{path} is not a finished cell and is ignored ({reason})", stacklevel=2)
        return None


def read_cells(directory: Path, keys: Sequence[str]) -> dict[int, CellResult]:
    """Return the stored cells that did not fail, by their position in `keys`."""
    found = ((index, read_cell(directory, key)) for index, key in enumerate(keys))
    return {index: result for index, result in found if result is not None and not result.failed}


def write_json(path: Path, content: Any) -> None:
    """Write plain data and arrays as JSON, with all digits of every number.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    text = json.dumps(_to_plain(content), allow_nan=False, separators=(",", ":"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text + "\n")
    except OSError as error:
        raise StoreError(
            f"cannot write {path}: {error.strerror}. Earlier results are kept. Fix this and run "
            "the same comparison again to resume"
        ) from error


def read_json(path: Path) -> Any:
    """Read what `write_json` wrote."""
    return json.loads(path.read_text(encoding="utf-8"), object_hook=_from_plain)


def _path(directory: Path, key: str) -> Path:
    return directory / "cells" / f"{key}.json"


def _cell_from(content: Any, key: str) -> CellResult:
    if (content["schema"], content["key"]) != (SCHEMA, key):
        raise ValueError("it has another key or format")
    return CellResult(content["rows"], [EventPredictions(**one) for one in content["predictions"]])


def _to_plain(value: Any) -> Any:
    """Convert arrays, and floats that JSON does not have, to objects with their type."""
    if isinstance(value, np.ndarray):
        return {"array": value.tolist(), "dtype": str(value.dtype)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(float(value))}
    if isinstance(value, dict):
        return {name: _to_plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(one) for one in value]
    return value


def _from_plain(value: dict[str, Any]) -> Any:
    if value.keys() == {"array", "dtype"}:
        return np.array(value["array"], dtype=value["dtype"])
    if value.keys() == {"float"}:
        return float(value["float"])
    return value
