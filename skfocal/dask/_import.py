"""Dask, or an error that names the extra."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

__all__ = ["dask", "distributed"]

dask: Any
distributed: Any = None

try:
    import dask.array
    import dask.base
except ImportError as error:
    msg = 'skfocal.dask needs Dask. Install it with: pip install "skfocal[dask]"'
    raise ImportError(msg) from error

with suppress(ImportError):  # Dask's own schedulers suffice
    import distributed
