"""Dask, or an error that names the extra."""

from __future__ import annotations

import importlib
from contextlib import suppress
from typing import Any

__all__ = ["dask", "distributed"]

try:
    import dask
    import dask.array
except ImportError as error:
    msg = 'skfocal.dask needs Dask. Install it with: pip install "skfocal[dask]"'
    raise ImportError(msg) from error

distributed: Any = None
with suppress(ImportError):  # Dask's own schedulers suffice
    distributed = importlib.import_module("distributed")
