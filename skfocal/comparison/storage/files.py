"""Write files atomically, and find the file that describes a comparison."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from skfocal.comparison.errors import StoreError

__all__ = ["RUN", "check_run", "write_bytes", "write_text"]

RUN = "run.json"
"""The file that describes a comparison, in its directory."""


def check_run(directory: Path) -> None:
    """Refuse a directory without a comparison.

    Raises
    ------
    StoreError
        If there is none.
    """
    if not (directory / RUN).is_file():
        raise StoreError(f"{directory} has no comparison: it has no file {RUN}")


def write_text(path: Path, text: str) -> Path:
    """Write a text file, which appears under its name when it is complete.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OSError
        If it cannot be written; an earlier file of the same name is kept.
    """
    return write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a binary file atomically; see `write_text`."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
