"""The libraries, which are extras of this package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["extra"]


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Name the extra of this package in the error if the library `name` is not installed.

    Raises
    ------
    ImportError
        If the import in the block fails because the library is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        msg = f"{name} is not installed; run: pip install 'skfocal[{name}]'"
        raise ImportError(msg, name=name) from error
