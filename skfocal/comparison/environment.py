"""What a comparison is run with: packages, linear algebra, processor."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from typing import Any

from threadpoolctl import threadpool_info

from skfocal import __version__

__all__ = ["environment", "versions"]

PACKAGES = ("scikit-learn", "imbalanced-learn", "numpy", "scipy", "pandas")


def versions() -> dict[str, str]:
    """Versions of Python and of every package that scores depend on."""
    return {
        "skfocal": __version__,
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }


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
