"""Write files so that a crash, a full disk or a second run leaves no half of one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["write_bytes", "write_text"]


def write_text(path: Path, text: str) -> Path:
    """Write a text file, which appears under its name when all of it is on the disk.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OSError
        If it cannot be written; what stood there before still does.
    """
    return write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file of any kind as `write_text` does."""
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
