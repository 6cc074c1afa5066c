"""Finished cells on disk, one JSON file each, to be found again after an interruption."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from skfocal.comparison.run.cell import CellResult, Predictions
from skfocal.comparison.storage.files import write_text
from skfocal.comparison.storage.keys import SCHEMA

__all__ = ["StoreError", "read_cell", "read_cells", "read_json", "write_cell", "write_json"]


class StoreError(RuntimeError):
    """A directory of finished cells cannot be used; the message names the remedy."""


def write_cell(directory: Path, key: str, result: CellResult) -> None:
    """Store a finished cell for good.

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


def read_cell(directory: Path, key: str) -> CellResult | None:
    """Return a stored cell; None if it is not there, or, with a warning, if it cannot be used."""
    path = _path(directory, key)
    try:
        return _cell_from(read_json(path), key)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        warnings.warn(f"{path} holds no finished cell and is left aside ({reason})", stacklevel=2)
        return None


def read_cells(directory: Path, keys: Sequence[str]) -> dict[int, CellResult]:
    """Return the stored cells that did not fail, by their position in `keys`."""
    found = ((index, read_cell(directory, key)) for index, key in enumerate(keys))
    return {index: result for index, result in found if result is not None and not result.failed}


def write_json(path: Path, content: Any) -> None:
    """Write plain data and arrays as JSON, every number in full.

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
            f"cannot write {path}: {error.strerror}. All that was stored before is kept: see to "
            "that, and the same command goes on from there"
        ) from error


def read_json(path: Path) -> Any:
    """Read what `write_json` wrote."""
    return json.loads(path.read_text(encoding="utf-8"), object_hook=_from_plain)


def _path(directory: Path, key: str) -> Path:
    return directory / "cells" / f"{key}.json"


def _cell_from(content: Any, key: str) -> CellResult:
    if (content["schema"], content["key"]) != (SCHEMA, key):
        raise ValueError("it is another cell's, or has another layout")
    return CellResult(content["rows"], [Predictions(**one) for one in content["predictions"]])


def _to_plain(value: Any) -> Any:
    """Write arrays, and the floats that JSON does not have, as objects with their type."""
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
