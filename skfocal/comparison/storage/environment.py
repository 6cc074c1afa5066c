"""What a comparison is run with: packages, linear algebra, processor."""

from __future__ import annotations

import functools
import hashlib
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_info

from skfocal import __version__

__all__ = ["environment", "new_origin", "source_digest", "versions"]

PACKAGES = ("scikit-learn", "imbalanced-learn", "numpy", "scipy", "pandas")
PACKAGE = Path(__file__).parents[2]
SHOWING = ("comparison", "report", "statistics")
"""Modules and packages of the comparison that only show scores, and change none."""


def versions() -> dict[str, str]:
    """Versions of Python and of every package that scores depend on.

    A change of skfocal's own code counts as another version, released or not.
    """
    return {
        "skfocal": __version__,
        "skfocal source": source_digest(PACKAGE),
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }


@functools.cache
def source_digest(package: Path) -> str:
    """Name the code of the package by what it consists of, less what only shows scores."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package)
        if name.parts[0] == "cli" or (
            name.parts[0] == "comparison" and name.parts[1].removesuffix(".py") in SHOWING
        ):
            continue
        digest.update(name.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def environment() -> dict[str, Any]:
    """Versions, platform, processor, memory and the BLAS libraries that are loaded."""
    return {
        "versions": versions(),
        "platform": platform.platform(),
        "processor": _processor(),
        "memory_gigabytes": _memory(),
        "cores": os.cpu_count(),
        "blas": [
            f"{library['internal_api']} {library['version']}, {library['num_threads']} threads"
            for library in threadpool_info()
            if library["user_api"] == "blas"
        ],
    }


def new_origin(command: str | None) -> dict[str, Any]:
    """Return when, with what and by which command a comparison is made now."""
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return {"created": created, "command": command, **environment()}


def _processor() -> str:
    """Return the name of the processor; Linux alone keeps it where Python does not look."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory() -> float | None:
    """Return the size of the memory, where the system tells."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not on Windows
        return None
    return round(size / 1e9, 1)
