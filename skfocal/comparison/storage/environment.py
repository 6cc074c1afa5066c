"""The environment of a comparison: versions, linear algebra and hardware."""

from __future__ import annotations

import importlib
import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_info

from skfocal import __version__
from skfocal.comparison.storage.source import SCORING_ROOT, source_digest

__all__ = ["environment", "new_origin", "versions"]

PACKAGES = ("scikit-learn", "imbalanced-learn", "numpy", "scipy", "pandas")


def versions(more: Iterable[str] = ()) -> dict[str, str]:
    """Versions of Python and of every package that scores depend on.

    A change of the code that computes scores counts as another version of it.

    Parameters
    ----------
    more : iterable of str, default=()
        Further packages, which methods need.
    """
    return {
        "skfocal": __version__,
        "skfocal source": source_digest(SCORING_ROOT),
        "python": platform.python_version(),
        **{package: version(package) for package in (*PACKAGES, *more)},
    }


def environment() -> dict[str, Any]:
    """Versions, platform, processor, memory and the loaded BLAS libraries.

    Returns
    -------
    dict
        With the keys that the report shows.

    Examples
    --------
    >>> from skfocal.comparison import environment
    >>> sorted(environment()["versions"])[:2]
    ['imbalanced-learn', 'numpy']
    """
    importlib.import_module("scipy.linalg")  # SciPy has a BLAS library of its own
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
    """Return the current time, the environment and the command of a comparison."""
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return {"created": created, "command": command, **environment()}


def _processor() -> str:
    """Return the name of the processor; on Linux, Python does not know it."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory() -> float | None:
    """Return the size of the memory, if the system provides it."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not on Windows
        return None
    return round(size / 1e9, 1)
