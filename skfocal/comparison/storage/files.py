"""Write files atomically, and find the file that describes a comparison."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from skfocal.comparison.errors import StoreError

__all__ = ["RUN", "atomic_file", "check_run", "write_bytes", "write_text"]

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


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that appears under its name when it is complete.

    Where the system has files without a name, as Linux has, even a killed process leaves none.

    Parameters
    ----------
    path : Path
        The file.

    Yields
    ------
    file
        Binary file.

    Raises
    ------
    OSError
        If it cannot be written; an earlier file of the same name is kept.
    """
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    unnamed = _open_unnamed(path.absolute().parent)
    try:
        with part.open("wb") if unnamed is None else unnamed as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if unnamed is not None:
                _name(file, part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _name(file: BinaryIO, path: Path) -> None:
    """Give a name to a file without one."""
    descriptor = file.fileno()
    try:
        # Only with a directory does Python follow the link, and an absolute path needs none.
        os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=descriptor, follow_symlinks=True)
    except OSError:  # the file system cannot
        file.seek(0)
        with path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
            copy.flush()
            os.fsync(copy.fileno())


def _open_unnamed(directory: Path) -> BinaryIO | None:
    """Open a file without a name; None if the system or the file system has none."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.fdopen(os.open(directory, flag | os.O_RDWR, 0o666), "w+b")
    except OSError:
        return None


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
