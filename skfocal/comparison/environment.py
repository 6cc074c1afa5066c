"""What a comparison is run with: packages, linear algebra, processor."""

from __future__ import annotations

import functools
import hashlib
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_info

from skfocal import __version__

__all__ = ["environment", "source_digest", "versions"]

PACKAGES = ("scikit-learn", "imbalanced-learn", "numpy", "scipy", "pandas")
PACKAGE = Path(__file__).parents[1]
SHOWING = ("answer", "figures", "progress", "report", "result", "statistics", "text")
"""Modules of the comparison that only show scores, and change none."""


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
        if name.parts[0] == "cli" or (name.parts[0] == "comparison" and name.stem in SHOWING):
            continue
        digest.update(name.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def environment() -> dict[str, Any]:
    """Versions, platform, number of cores and the BLAS libraries that are loaded."""
    return {
        "versions": versions(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "blas": [
            f"{library['internal_api']} {library['version']}, {library['num_threads']} threads"
            for library in threadpool_info()
            if library["user_api"] == "blas"
        ],
    }
