"""Collect what the modules of a package define, so that a new module needs no list of modules."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

__all__ = ["collect"]


def collect(package: str, attribute: str) -> list[Any]:
    """Collect the items of one attribute over all modules of a package.

    Parameters
    ----------
    package : str
        Full name of the package.
    attribute : str
        Name of a sequence that modules may define.

    Returns
    -------
    list
        The items, in the order of the modules' names.
    """
    path = importlib.import_module(package).__path__
    modules = sorted(info.name for info in pkgutil.iter_modules(path))
    found = [importlib.import_module(f"{package}.{name}") for name in modules]
    return [item for module in found for item in getattr(module, attribute, ())]
