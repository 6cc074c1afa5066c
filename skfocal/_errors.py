"""Errors that several parts of the package raise."""

from __future__ import annotations

__all__ = ["ClusterError"]


class ClusterError(RuntimeError):
    """A Dask cluster cannot be used, or was lost; the message names the fix."""
